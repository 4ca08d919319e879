"""How do pulled rows become facts? All of them, or only those that changed, by the same queries.

A query never reads a table that grows with activity by its own name: it reads `work.scoped_<table>`, a view of all of
it or of what changed. So a partial build cannot mean anything else than a full one.
"""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from connector.backend import texts
from connector.backend.beliefs import hold, in_reach, newest_look, note
from connector.backend.nouns import make_nouns
from connector.backend.tables import Bench
from connector.engine import weights
from connector.engine.days import NEVER
from connector.engine.kinds import SHORT_CALL_SECONDS
from connector.engine.persona import Personas
from connector.engine.rules import Rules

PULLED = ("task", "event", "email_message", "campaign_member", "task_relation", "event_relation", "email_relation")
IMPORTED = {"imported": "SELECT * FROM imported.activity"}
DERIVED = ("activities", "participants", "touches", "facts")
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
    look_at(bench, {"facts": "SELECT * FROM derived.facts"})
    value(bench)
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
    bench.make("derived.people", "derived.accounts")
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


def value(bench: Bench) -> None:
    """Let derived.contributions say what today's weights make of the facts."""
    bench.make("work.account_weights")
    bench.view("work.worth", "derived.contributions", "derived.channel_days")
