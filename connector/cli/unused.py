"""Which lines of the rules and of personas.yaml did nothing come to, in what the last sync has published?"""

from collections.abc import Iterator

from connector.engine.pages import first_that_fits
from connector.engine.persona import FROM_FIELD, Personas, TitleRule
from connector.engine.rules import MqaThreshold, Rules
from connector.store.database import Row
from connector.store.published import Published

TRAITS = {"group": "account_group", "tier": "tier", "size_band": "size_band"}  # of a limit, and an account's column
PARTS = {  # of personas.yaml: what each decides, as a persona's rule says it and as its column is called
    "seniorities": ("seniority", "seniority"), "departments": ("department", "department"),
    "buying_roles": ("buying role", "buying_role"),
}  # fmt: skip
FROM_DEAL = " (from an opportunity)"
UNUSED = "nothing matched in 90 days"
NOBODY = "nobody is known by it"


def unused(published: Published, rules: Rules) -> Iterator[str]:
    """The dotted keys of lines that decide about pages and limits and had nothing to decide."""
    seen = [row["page"] for row in published.pages().to_pylist()]
    if seen:
        used = {first_that_fits(page, rules.pages) for page in seen}
        yield from (f"pages.{number}" for number in range(len(rules.pages)) if number not in used)
    accounts = published.accounts().select([*TRAITS.values()]).to_pylist()
    decided = {_first_limit(account, rules) for account in accounts}
    yield from (f"mqa.by.{number}" for number in range(len(rules.mqa.by)) if number not in decided)


def unused_titles(published: Published, personas: Personas) -> Iterator[str]:
    """The dotted keys of rules of personas.yaml by which nobody is what they are; none while nobody is known."""
    seen = published.personas().to_pylist()
    for part, rules in personas.lists().items():
        dead = (n for n, rule in enumerate(rules) if not any(_decided(part, rule, row) for row in seen))
        yield from (f"{part}.{number}" for number in dead if seen)


def _decided(part: str, rule: TitleRule, row: Row) -> bool:
    """Whether a rule said it of somebody, or may have read it out of a field of the CRM's own."""
    label, column = PARTS[part]
    said = f"{row['persona_rule'].removesuffix(FROM_DEAL)}, "
    of_field = f"{label}: {FROM_FIELD}, " in said and row.get(column) == getattr(rule, column)
    return of_field or f"{label}: {rule.rule}, " in said


def _first_limit(account: Row, rules: Rules) -> int | None:
    """Which line of mqa.by decides about an account."""
    return next((number for number, line in enumerate(rules.mqa.by) if _fits(account, line)), None)


def _fits(account: Row, line: MqaThreshold) -> bool:
    return all(getattr(line, name) in (None, account[column]) for name, column in TRAITS.items())
