"""Whose are rows that were just imported? Told by who is who since the last build, before the next one scores them."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from connector.backend import texts
from connector.backend.build import IMPORTED, bench_for, look_at
from connector.backend.tables import Bench
from connector.engine.rules import Rules

MADE = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'work' AND table_name = 'visitors'"
FRESH = "SELECT * FROM imported.activity WHERE id IN (SELECT id FROM fresh)"
MOST_DOMAINS = 20


@dataclass(frozen=True, slots=True)
class Whose:
    """Rows by what ties them to an account (person, account, domain) or why nothing does (own_staff, excluded, nobody),
    and the domains with most rows of nobody's."""

    rows: Mapping[str, int]
    unknown_domains: Mapping[str, int]


def look_up(connection: duckdb.DuckDBPyConnection, rules: Rules, *, crm: str = "salesforce") -> Whose | None:
    """Whose the rows of the temporary table `fresh` are; None before the first build, when nobody is known."""
    bench = bench_for(connection, rules, crm)
    if not bench.number(MADE):
        return None
    bench.copy("work.touched_imported", FRESH)
    look_at(bench, {"imported": "SELECT * FROM work.touched_imported"})
    _read_domains(bench, rules)
    rows = bench.connection.sql("SELECT whose, count(*) FROM derived.visits GROUP BY whose ORDER BY whose").fetchall()
    nobodys = "SELECT domain, count(*) AS rows FROM derived.visits WHERE whose = 'nobody' AND domain IS NOT NULL"
    domains = bench.connection.sql(f"{nobodys} GROUP BY domain ORDER BY rows DESC, domain LIMIT {MOST_DOMAINS}")
    found = Whose(dict(rows), dict(domains.fetchall()))
    look_at(bench, IMPORTED)
    return found


def _read_domains(bench: Bench, rules: Rules) -> None:
    """What the domains and pages of the rows in scope stand for."""
    bench.make("work.visitor_domains")
    texts.read_suffixes(bench)
    bench.make("work.domain_says", "work.visitors")
    texts.read_visits(bench, rules.pages)
