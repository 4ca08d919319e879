"""How do pulled rows become facts and account-days? All of them, or only those that changed, by the same queries.

A query never reads a table that grows with activity by its own name: it reads `work.scoped_<table>`, a view of all of
it or of what changed. So a partial build cannot mean anything else than a full one.
"""

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from connector.backend import texts
from connector.backend.beliefs import hold, in_reach, newest_look, note
from connector.backend.nouns import make_nouns
from connector.backend.tables import Bench
from connector.engine import weights
from connector.engine.days import NEVER
from connector.engine.kinds import SHORT_CALL_SECONDS
from connector.engine.person_days import counting, heads, together
from connector.engine.persona import Personas
from connector.engine.rules import Rules

PULLED = ("task", "event", "email_message", "campaign_member", "task_relation", "event_relation", "email_relation")
IMPORTED = {"imported": "SELECT * FROM imported.activity"}
DERIVED = ("activities", "participants", "touches", "facts", "contributions", "person_days")
WAS_THERE, TWO_WAY, ACT_NOW, WANTED = 1, 2, 4, 8  # the signs of a person-day
OURS = {"short_call_seconds": SHORT_CALL_SECONDS, "numbered": 0, "most_trials": 5_000}
NUMBERS = {"person": "derived.person_numbers", "account": "derived.account_numbers"}


def build(
    connection: duckdb.DuckDBPyConnection, rules: Rules, personas: Personas, as_of_day: int, *, crm: str = "salesforce"
) -> None:
    """Make every derived table but `snapshots` again from the pulled ones. Leaves work.changed as it is."""
    bench = bench_for(connection, rules, crm)
    look = hold_everything(bench)
    for table in NUMBERS.values():
        bench.run(f"DROP TABLE IF EXISTS {table}")
    prepare(bench, rules, as_of_day)
    look_at_everything(bench)
    texts.forget_titles(bench)
    make_people(bench, rules, personas)
    make_activities(bench, rules)
    make_touches(bench)
    bench.make("derived.facts")
    weigh(bench, rules)
    note_everything(bench, look)
    bench.view("derived.left_out")


def hold_everything(bench: Bench) -> int:
    """Hold what is believed of all touches before they are made again; the day of the last look, or NEVER."""
    look = newest_look(bench)
    if look != NEVER:
        bench.copy("work.touched_numbers", "SELECT activity_no, activity_id FROM derived.activities LIMIT 0")
        look_at(bench, {"facts": f"SELECT * FROM derived.facts WHERE {in_reach(look)}"})
        hold(bench)
    return look


def note_everything(bench: Bench, look: int) -> None:
    """Keep what was believed otherwise at that look."""
    if look != NEVER:
        look_at(bench, {"facts": f"SELECT * FROM derived.facts WHERE {in_reach(look)}"})
        note(bench)
        look_at(bench, {"facts": "SELECT * FROM derived.facts"})


def bench_for(connection: duckdb.DuckDBPyConnection, rules: Rules, crm: str) -> Bench:
    """The connection with the numbers of the rules."""
    return Bench(connection, crm, weights.numbers(rules) | OURS)


def prepare(bench: Bench, rules: Rules, as_of_day: int) -> None:
    """The schemas, the tables of the rules, and the day it is."""
    for schema in ("work", "derived"):
        bench.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table, columns in weights.tables(rules).items():
        bench.keep(f"work.{table}", typed(columns))
    bench.keep("work.as_of", {"as_of_day": [as_of_day]})
    make_nouns(bench)


def typed(columns: weights.Columns) -> pa.Table:
    """Columns as Arrow; an empty one is text."""
    return pa.table({name: pa.array(column, None if len(column) else pa.string()) for name, column in columns.items()})


def look_at_everything(bench: Bench) -> None:
    """Let the scoped views show all there is."""
    look_at(bench, {table: f"SELECT * FROM nouns.{table}" for table in PULLED} | IMPORTED)
    there = {table for (table,) in bench.connection.sql(THERE).fetchall()}
    look_at(bench, {t: f"SELECT * FROM derived.{t}" for t in DERIVED if t in there})


THERE = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'derived'"


def look_at(bench: Bench, shown: Mapping[str, str]) -> None:
    """Let each scoped view show what its query says."""
    for table, query in shown.items():
        bench.run(f"CREATE OR REPLACE VIEW work.scoped_{table} AS {query}")


def make_people(bench: Bench, rules: Rules, personas: Personas) -> None:
    """Identities, people, accounts and matches: small enough to be made as a whole each time."""
    texts.read_websites(bench)
    bench.make("work.standing", "work.visitor_domains")
    number(bench)
    bench.make("derived.identities", "work.locks", "work.persons", "work.deal_roles", "work.trials")
    texts.read_role_words(bench)
    texts.read_suffixes(bench)
    bench.make("work.own_domains", "work.domain_says")
    bench.view("derived.users")
    texts.read_titles(bench, personas)
    bench.make("derived.people", "derived.accounts", "work.account_weights")
    bench.make("work.account_domains", "work.visitors", "work.addresses")
    texts.read_companies(bench, rules.match.name_similarity)
    try_matching(bench)
    look_at(bench, {"asked": "SELECT * FROM work.persons"})
    bench.make("work.voices", "work.candidates", "derived.matches", "derived.pasts")


def try_matching(bench: Bench) -> None:
    """What the rules say of leads whose account is known, by the queries that match everybody else."""
    look_at(bench, {"asked": "SELECT * FROM work.trials"})
    bench.copy("work.voices", bench.query("trial_voices"))
    bench.make("work.candidates")
    bench.copy("work.trial_matches", bench.query("matches"))
    bench.copy("derived.trials", bench.query("trial_results"))


def number(bench: Bench) -> None:
    """Numbers for people and accounts that have none yet. A number, once given, stays."""
    for noun, table in NUMBERS.items():
        bench.run(f"CREATE TABLE IF NOT EXISTS {table} ({noun}_id VARCHAR, {noun}_no INTEGER)")
        bench.run(
            f"INSERT INTO {table} SELECT id, (SELECT coalesce(max({noun}_no), 0) FROM {table}) "
            f"+ row_number() OVER (ORDER BY id) FROM (SELECT DISTINCT target_id AS id FROM work.standing "
            f"WHERE noun = '{noun}' AND target_id NOT IN (SELECT {noun}_id FROM {table})) AS fresh"
        )


def make_activities(bench: Bench, rules: Rules) -> None:
    """What happened, and who took part."""
    read_records(bench, rules)
    bench.make("derived.activities")
    look_at(bench, {"activities": "SELECT * FROM derived.activities"})
    bench.make("work.relations", "derived.participants")
    look_at(bench, {"participants": "SELECT * FROM derived.participants"})


def read_records(bench: Bench, rules: Rules) -> None:
    """What each record in scope says was done."""
    texts.read_kinds(bench, rules.kind_of)
    texts.read_visits(bench, rules.pages)
    bench.make("work.twins")
    bench.view("work.tasks", "work.events", "work.emails", "work.responses", "work.imported", "derived.visits")


def find_touches(bench: Bench) -> None:
    """What becomes of every touch in scope, step by step."""
    bench.make("work.witnessed", "work.mirrored", "work.bursts", "work.twice", "work.near")


def make_touches(bench: Bench) -> None:
    """All touches, each kept, left out or folded."""
    find_touches(bench)
    bench.make("derived.touches")
    look_at(bench, {"touches": "SELECT * FROM derived.touches"})


def weigh(bench: Bench, rules: Rules) -> None:
    """Person-days and account-days of all facts; enough after a change of weights, which no fact knows."""
    look_at(bench, {"facts": "SELECT * FROM derived.facts"})
    bench.make("work.account_weights")
    bench.view("derived.contributions")
    look_at(bench, {"contributions": "SELECT * FROM derived.contributions"})
    bench.view("work.presence")
    person_days = with_counts(presence(bench), rules)
    bench.keep("derived.person_days", person_days)
    look_at(bench, {"person_days": "SELECT * FROM derived.person_days"})
    bench.keep("derived.account_days", account_days(person_days))
    bench.view("derived.channel_days")


def presence(bench: Bench) -> pa.Table:
    """What each person did for an account on each day, of what is in scope; sorted by account, day and person."""
    rows = bench.fetch("SELECT account_no, person_no, day, minutes, signs FROM work.presence")
    account, person, day, minutes, signs = (rows[name].to_numpy() for name in rows.column_names)
    order, first = together(account, day, person)
    at = order[first]
    added = np.add.reduceat(minutes[order], first), np.bitwise_or.reduceat(signs[order], first)
    return pa.table([account[at], person[at], day[at], *added], rows.column_names)


def with_counts(presence: pa.Table, rules: Rules) -> pa.Table:
    """What each person did on each day, and whether that day counts. Rows are sorted by account, day and person."""
    account, person, day, signs = (presence[n].to_numpy() for n in ("account_no", "person_no", "day", "signs"))
    there = np.flatnonzero(signs & WAS_THERE)
    counts = np.zeros(len(day), np.int8)
    counts[there] = counting(account[there], person[there], day[there], rules.surge.person_days_cap)
    return presence.append_column("counts", pa.array(counts))


def account_days(person_days: pa.Table) -> pa.Table:
    """What happened to each account on each day on which anything was kept: engaged minutes, people who count, signs.

    Rows are sorted by account, day and person; those that come back by account and day.
    """
    account, day, minutes, signs, counts = (
        person_days[name].to_numpy() for name in ("account_no", "day", "minutes", "signs", "counts")
    )
    first = heads(account, day)
    seen = np.bitwise_or.reduceat(signs, first)
    return pa.table({
        "account_no": account[first],
        "day": day[first],
        "minutes": np.add.reduceat(minutes, first),
        "people": np.add.reduceat(counts, first, dtype=np.int32),
        "two_way": seen & TWO_WAY > 0,
        "act_now": seen & ACT_NOW > 0,
        "wanted": seen & WANTED > 0,
    })  # fmt: skip
