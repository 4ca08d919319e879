"""What do the CRM's texts mean? Each distinct text is read once in Python; the answers become small tables to join."""

from collections.abc import Sequence

import pyarrow as pa

from connector.backend.tables import Bench
from connector.engine.kinds import read_words
from connector.engine.match import alike, suffixes, website_domain
from connector.engine.pages import PAGE_VIEW, read_pages
from connector.engine.persona import Description, Persona, Personas, read_personas, role_word
from connector.engine.rules import KindOf, PageRule

TEXT = pa.string()
COMPANIES = "SELECT company FROM work.persons WHERE company IS NOT NULL"
WORDS = {"task_words": "task", "event_words": "event", "member_words": "campaign_member"}


def read_websites(bench: Bench) -> None:
    """work.websites: the domain of every website, where it is one."""
    said = _texts(
        bench,
        "SELECT website FROM nouns.account WHERE website IS NOT NULL "
        "UNION SELECT website FROM nouns.lead WHERE website IS NOT NULL",
    )
    found = [(website, domain) for website in said if (domain := website_domain(website))]
    bench.keep("work.websites", _table(("website", "domain"), found))


def read_suffixes(bench: Bench) -> None:
    """work.suffixes: each mail or web domain with itself and the domains above it."""
    said = _texts(
        bench,
        "SELECT email_domain FROM work.persons WHERE email_domain IS NOT NULL UNION SELECT domain FROM work.websites "
        "UNION SELECT domain FROM work.visitor_domains "
        "UNION SELECT email_domain FROM work.trials WHERE email_domain IS NOT NULL",
    )
    found = [(domain, suffix, steps) for domain in said for suffix, steps in suffixes(domain)]
    bench.keep("work.suffixes", _table(("domain", "suffix", "steps"), found, steps=pa.int64()))


def read_role_words(bench: Bench) -> None:
    """work.role_words: the roles on opportunities as the rules spell them."""
    said = _texts(bench, "SELECT DISTINCT role FROM work.deal_roles WHERE role IS NOT NULL")
    bench.keep("work.role_words", _table(("role", "buying_role"), [(role, role_word(role)) for role in said]))


SAID = ("said_title", "said_department", "said_seniority", "said_role")
PERSONA = ("department", "seniority", "buying_role", "rule", "is_unmapped")


def forget_titles(bench: Bench) -> None:
    """An empty work.personas: every title is to be read again."""
    bench.keep("work.personas", _table((*SAID, *PERSONA), [], is_unmapped=pa.bool_()))


def read_titles(bench: Bench, personas: Personas) -> None:
    """work.personas: what each description of a person says, today's and former ones. What was read stays as it is."""
    columns = ", ".join(f"coalesce({column}, '')" for column in ("title", "department", "seniority", "buying_role"))
    known = f"SELECT {', '.join(SAID)} FROM work.personas"
    told = f"SELECT {columns} FROM work.persons UNION SELECT {columns} FROM nouns.past"
    found = bench.fetch(f"{told} EXCEPT {known}")
    said = list(zip(*(column.to_pylist() for column in found.columns), strict=True))
    read = read_personas([Description(*(text or None for text in texts)) for texts in said], personas)
    rows = [(*texts, *_persona(persona)) for texts, persona in zip(said, read, strict=True)]
    bench.add("work.personas", _table((*SAID, *PERSONA), rows, is_unmapped=pa.bool_()))


def _persona(persona: Persona) -> tuple[str | bool | None, ...]:
    return (persona.department, persona.seniority, persona.buying_role, persona.rule, persona.is_unmapped)


def read_companies(bench: Bench, least: float) -> None:
    """work.alike: the accounts whose name is like the company of a lead."""
    said = _texts(bench, f"{COMPANIES} UNION {COMPANIES.replace('persons', 'trials')}")
    accounts = bench.fetch("SELECT account_no, name FROM derived.accounts WHERE name IS NOT NULL ORDER BY account_no")
    named = list(zip(accounts["account_no"].to_pylist(), accounts["name"].to_pylist(), strict=True))
    rows = [(found.company, found.account_no, found.similarity) for found in alike(said, named, least)]
    names = ("company", "account_no", "similarity")
    bench.keep("work.alike", _table(names, rows, account_no=pa.int32(), similarity=pa.float64()))


def read_kinds(bench: Bench, kind_of: Sequence[KindOf]) -> None:
    """work.task_words and its like: kind, direction, status and reason of each way to describe an activity."""
    for table, source in WORDS.items():
        said = bench.fetch(bench.query(table))
        words = [{key: str(value) for key, value in row.items()} for row in said.to_pylist()]
        spoken = read_words(source, words, kind_of)
        for name in ("kind", "direction", "status", "reason"):
            said = said.append_column(name, pa.array([getattr(one, name) for one in spoken], TEXT))
        bench.keep(f"work.{table}", said)


def read_visits(bench: Bench, rules: Sequence[PageRule]) -> None:
    """work.pages: what seeing each page stands for."""
    said = _texts(
        bench, f"SELECT DISTINCT page FROM work.scoped_imported WHERE kind = '{PAGE_VIEW}' AND page IS NOT NULL"
    )
    rows = [(visit.page, visit.kind, visit.reason) for visit in read_pages(said, rules)]
    bench.keep("work.pages", _table(("page", "kind", "reason"), rows))


def _texts(bench: Bench, sql: str) -> list[str]:
    """The one column of a query, in the order of the alphabet, so that ties fall the same way each time."""
    texts: list[str] = bench.fetch(sql).column(0).to_pylist()
    return sorted(texts)


def _table(names: Sequence[str], rows: Sequence[tuple[object, ...]], **types: pa.DataType) -> pa.Table:
    """Rows as a table; columns are text unless a type is named."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table({n: pa.array(column, types.get(n, TEXT)) for n, column in zip(names, columns, strict=True)})
