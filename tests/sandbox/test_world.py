"""Is the made-up org whole: every reference leads somewhere, and every version follows from the one before?"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.sandbox.living import Tables
from connector.sandbox.world.lean import CHUNK, make_tasks
from connector.sandbox.world.make import LivingWorld, make_world

ROOT = Path(__file__).parents[2]

REFERENCES = {
    "Account": {"ParentId": "Account", "OwnerId": "User", "MasterRecordId": "Account"},
    "Contact": {"AccountId": "Account", "OwnerId": "User"},
    "Lead": {"OwnerId": "User", "ConvertedAccountId": "Account", "ConvertedContactId": "Contact"},
    "Task": {"AccountId": "Account", "OwnerId": "User", "WhoId": "Contact Lead", "WhatId": "Account Opportunity"},
    "Event": {
        "AccountId": "Account", "OwnerId": "User", "WhoId": "Contact Lead", "WhatId": "Account Opportunity",
        "RecurrenceActivityId": "Event",
    },
    "TaskRelation": {"TaskId": "Task", "RelationId": "Contact Lead", "AccountId": "Account"},
    "EventRelation": {"EventId": "Event", "RelationId": "Contact Lead User", "AccountId": "Account"},
    "EmailMessage": {"ActivityId": "Task", "RelatedToId": "Account"},
    "EmailMessageRelation": {"EmailMessageId": "EmailMessage", "RelationId": "Contact Lead User"},
    "CampaignMember": {
        "CampaignId": "Campaign", "LeadId": "Lead", "ContactId": "Contact", "LeadOrContactId": "Contact Lead",
    },
    "CampaignMemberStatus": {"CampaignId": "Campaign"},
    "Opportunity": {"AccountId": "Account", "OwnerId": "User"},
    "OpportunityContactRole": {"OpportunityId": "Opportunity", "ContactId": "Contact"},
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> LivingWorld:
    return make_world(11, accounts=300, activities=20_000, days=500)


def upserted(state: Tables, news: Tables) -> Tables:
    """What a reader holds who puts the news over what they had."""
    merged = dict(state)
    for name, rows in news.items():
        kept = state[name].filter(pc.invert(pc.is_in(state[name]["Id"], rows["Id"].combine_chunks())))
        merged[name] = pa.concat_tables([kept, rows])
    return merged


def sorted_by_id(tables: Tables) -> Tables:
    return {name: rows.sort_by("Id").combine_chunks() for name, rows in tables.items()}


def test_every_reference_leads_to_a_row_that_is_there(world: LivingWorld) -> None:
    for until in (world.now - timedelta(days=200), world.now, world.now + timedelta(days=100)):
        org = world.history(until)

        for name, fields in REFERENCES.items():
            for field, targets in fields.items():
                known = pa.concat_arrays([org[target]["Id"].combine_chunks() for target in targets.split()])
                lost = pc.and_(pc.is_valid(org[name][field]), pc.invert(pc.is_in(org[name][field], known)))
                assert pc.sum(lost).as_py() == 0, f"{name}.{field} at {until}"


def test_ids_are_unique_and_carry_the_checksum_of_their_case(world: LivingWorld) -> None:
    for name, rows in world.history(world.now).items():
        ids = rows["Id"].to_pylist()

        assert len(set(ids)) == len(ids), name
        for record in ids[:200]:
            bits = [sum(1 << place for place in range(5) if record[5 * part + place].isupper()) for part in range(3)]
            assert record[15:] == "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[value] for value in bits)


def test_an_org_read_in_steps_equals_the_org_read_at_once(world: LivingWorld) -> None:
    start = world.now - timedelta(days=40)
    state = world.history(start)
    for since, until in ((0, 3), (3, 20), (20, 40), (40, 41), (41, 150)):
        state = upserted(state, world.between(start + timedelta(days=since), start + timedelta(days=until)))

    at_once = sorted_by_id(world.history(start + timedelta(days=150)))

    assert sorted_by_id(state) == at_once


def test_the_same_seed_is_the_same_org_and_another_seed_is_another() -> None:
    orgs = [make_world(seed, accounts=60, activities=3_000, days=200) for seed in (3, 3, 4)]
    first, again, other = (world.history(world.now) for world in orgs)

    assert first == again
    assert first["Contact"]["Email"] != other["Contact"]["Email"]


def test_nothing_is_known_before_it_was_created(world: LivingWorld) -> None:
    until = world.now - timedelta(days=90)

    for name, rows in world.history(until).items():
        newest = pc.max(rows["SystemModstamp"]).as_py()
        assert pc.max(rows["CreatedDate"]).as_py() <= until, name
        assert newest <= until, name


@settings(max_examples=15, deadline=None)
@given(days=st.lists(st.integers(min_value=-300, max_value=140), min_size=2, max_size=6, unique=True))
def test_how_the_clock_is_advanced_never_matters(world: LivingWorld, days: list[int]) -> None:
    steps = [world.now + timedelta(days=day, seconds=day % 7) for day in sorted(days)]
    state = world.history(steps[0])
    for since, until in pairwise(steps):
        state = upserted(state, world.between(since, until))

    assert sorted_by_id(state) == sorted_by_id(world.history(steps[-1]))


def test_another_process_makes_the_same_org() -> None:
    script = (
        "import hashlib; from connector.sandbox.world.make import make_world; "
        "world = make_world(3, accounts=60, activities=3_000, days=200); "
        "rows = str({name: rows.to_pylist() for name, rows in world.history(world.now).items()}); "
        "print(hashlib.sha256(rows.encode()).hexdigest())"
    )

    told = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": salt},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        for salt in ("1", "2")
    ]

    assert [run.returncode for run in told] == [0, 0]
    assert told[0].stdout == told[1].stdout


def test_tasks_for_a_measurement_come_in_chunks_with_ids_of_their_own() -> None:
    org = make_tasks(rows=CHUNK + 10, accounts=80, seed=1)

    chunks = list(org.tasks())
    tasks = pa.concat_tables(chunks)

    assert [chunk.num_rows for chunk in chunks] == [CHUNK, 10]
    assert pc.count_distinct(tasks["Id"]).as_py() == CHUNK + 10
    assert pc.all(pc.is_in(tasks["WhoId"], org.book["Contact"]["Id"].combine_chunks())).as_py()
