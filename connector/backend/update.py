"""How do facts follow what changed? Touched people only, by the queries that build them all.

All that a touch depends on stands in the rows of one person: what is folded, what repeats, on which days they count. So
the people of changed activities are done again, from their first day; facts that come out the same change nothing more.
"""

from dataclasses import replace

import duckdb

from connector.backend.beliefs import hold, in_reach, newest_look, note
from connector.backend.build import (
    bench_for,
    find_touches,
    look_at,
    look_at_everything,
    make_people,
    prepare,
    read_records,
    value,
)
from connector.backend.tables import Bench
from connector.engine.days import NEVER
from connector.engine.persona import Personas
from connector.engine.rules import Rules

WHO = ("user", "account", "contact", "lead", "opportunity", "opportunity_contact_role", "activity")
FORMER = {  # whose meaning may have moved: its key, where it stands, and what is compared with what it was
    "sources": ("source_id", "derived.identities", "source_id, person_no, account_no"),
    "matches": ("person_no", "derived.matches", "person_no, account_no"),
    "people": ("person_no", "derived.people", "person_no, is_staff, excluded, seniority_no, role_no"),
    "pasts": ("person_no", "derived.pasts", "*"),
    "addresses": ("email", "work.addresses", "email, person_id, is_ours"),
    "domains": ("domain", "work.own_domains", "domain"),
    "visitors": ("domain", "work.visitors", "domain, account_id, reason"),
}
KEYS = {  # of the activity that a pulled row is, or hangs on
    "task": "id", "event": "id", "email_message": "id", "campaign_member": "id",
    "task_relation": "task_id", "event_relation": "event_id", "email_relation": "email_id",
}  # fmt: skip
TOUCHED = "activity_id IN (SELECT activity_id FROM work.touched)"
NUMBERED = "activity_no IN (SELECT activity_no FROM work.touched_numbers)"
THEIRS = f"(person_no IN (SELECT person_no FROM work.touched_people) OR (person_no = 0 AND {NUMBERED}))"
FRESH = (
    "activity_no IN (SELECT activity_no FROM work.former_facts UNION ALL SELECT activity_no FROM work.fresh_facts)"
)


def update(
    connection: duckdb.DuckDBPyConnection, rules: Rules, personas: Personas, as_of_day: int, *, crm: str = "salesforce"
) -> None:
    """Bring the derived tables up to date with work.changed. Rules and personas are those they were built with."""
    bench = bench_for(connection, rules, crm)
    prepare(bench, rules, as_of_day)
    value(bench)
    bench.make("work.touched")
    update_people(bench, rules, personas)
    update_activities(bench, rules)
    update_touches(bench)
    look_at_everything(bench)


def update_people(bench: Bench, rules: Rules, personas: Personas) -> None:
    """People, accounts and matches as a whole if any row of theirs changed; and what that touches."""
    streams = ", ".join(f"'{stream}'" for stream in WHO)
    is_same = not bench.number(f"SELECT count(*) FROM nouns.changed WHERE stream IN ({streams})")
    for moved, (key, table, columns) in FORMER.items():
        bench.copy(f"work.former_{moved}", f"SELECT {columns} FROM {table} {'LIMIT 0' if is_same else ''}")
        bench.copy(f"work.moved_{moved}", f"SELECT {key} FROM work.former_{moved} LIMIT 0")
    if not is_same:
        make_people(bench, rules, personas)
        bench.make(*(f"work.moved_{moved}" for moved in FORMER))
        for query in ("touched_by_moves", "touched_by_visits"):
            bench.run(f"INSERT INTO work.touched {bench.query(query)}")


def update_activities(bench: Bench, rules: Rules) -> None:
    """The touched activities, and who took part; work.touched_people are those of before and of now."""
    numbers = f"SELECT activity_no, activity_id FROM derived.activities WHERE {TOUCHED}"
    bench.copy("work.touched_numbers", numbers)
    bench.copy("work.touched_people", "SELECT person_no FROM work.moved_people")
    _touch_people(bench)
    bench.run(f"DELETE FROM derived.participants WHERE {NUMBERED}")
    _refill_activities(bench, rules)
    bench.run(f"INSERT INTO work.touched_numbers {numbers}")
    bench.make("work.relations")
    bench.run(f"INSERT INTO derived.participants BY NAME {bench.query('participants')}")
    _touch_people(bench)


def _touch_people(bench: Bench) -> None:
    """Everybody who stands in a touched activity now. Our own people (0) stand in too many, and count nowhere."""
    found = f"SELECT DISTINCT person_no FROM derived.participants WHERE person_no <> 0 AND {NUMBERED}"
    bench.run(f"INSERT INTO work.touched_people {found}")


def _refill_activities(bench: Bench, rules: Rules) -> None:
    """The touched activities again, numbered after the last."""
    touched = "(SELECT activity_id FROM work.touched)"
    for table, key in KEYS.items():  # as tables, so that their few rows are known before they are joined
        bench.copy(f"work.touched_{table}", f"SELECT * FROM nouns.{table} WHERE {key} IN {touched}")
    bench.copy("work.touched_imported", f"SELECT * FROM imported.activity WHERE id IN {touched}")
    look_at(bench, {table: f"SELECT * FROM work.touched_{table}" for table in (*KEYS, "imported")})
    read_records(bench, rules)
    last = bench.number("SELECT coalesce(max(activity_no), 0) FROM derived.activities")
    replace(bench, numbers={**bench.numbers, "numbered": last}).refill("derived.activities", TOUCHED)
    look_at(bench, {"activities": f"SELECT * FROM derived.activities WHERE {TOUCHED}"})


def update_touches(bench: Bench) -> None:
    """Touches and facts of the touched people."""
    look_at(bench, {"participants": f"SELECT * FROM derived.participants WHERE {THEIRS}"})
    find_touches(bench)
    bench.refill("derived.touches", THEIRS)
    look_at(bench, {"touches": f"SELECT * FROM derived.touches WHERE {THEIRS}"})
    bench.copy("work.former_facts", f"SELECT * FROM derived.facts WHERE {THEIRS}")
    bench.copy("work.fresh_facts", bench.query("facts"))
    replace_facts(bench)


def replace_facts(bench: Bench) -> None:
    """The fresh facts in the place of the former ones; what was believed otherwise at the last look is kept."""
    look = newest_look(bench)
    look_at(bench, {"facts": f"SELECT * FROM derived.facts WHERE {in_reach(look)} AND {FRESH}"})
    if look != NEVER:
        hold(bench)
    bench.replace("derived.facts", THEIRS, "SELECT * FROM work.fresh_facts")
    if look != NEVER:
        note(bench)
