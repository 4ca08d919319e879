"""Which lines of the rules did nothing come to, in what the last sync has published?"""

from collections.abc import Iterator

from connector.engine.pages import first_that_fits
from connector.engine.rules import MqaThreshold, Rules
from connector.store.database import Row
from connector.store.published import Published

TRAITS = {"group": "account_group", "tier": "tier", "size_band": "size_band"}  # of a limit, and an account's column
UNUSED = "nothing matched in 90 days"


def unused(published: Published, rules: Rules) -> Iterator[str]:
    """The dotted keys of lines that decide about pages and limits and had nothing to decide."""
    seen = [row["page"] for row in published.pages().to_pylist()]
    if seen:
        used = {first_that_fits(page, rules.pages) for page in seen}
        yield from (f"pages.{number}" for number in range(len(rules.pages)) if number not in used)
    accounts = published.accounts().select([*TRAITS.values()]).to_pylist()
    decided = {_first_limit(account, rules) for account in accounts}
    yield from (f"mqa.by.{number}" for number in range(len(rules.mqa.by)) if number not in decided)


def _first_limit(account: Row, rules: Rules) -> int | None:
    """Which line of mqa.by decides about an account."""
    return next((number for number, line in enumerate(rules.mqa.by) if _fits(account, line)), None)


def _fits(account: Row, line: MqaThreshold) -> bool:
    return all(getattr(line, name) in (None, account[column]) for name, column in TRAITS.items())
