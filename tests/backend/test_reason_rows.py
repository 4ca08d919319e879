"""What stands in the rows that the sentences about an account are made of?"""

from dataclasses import replace

from connector.backend.build import bench_for
from connector.backend.snapshots import read_reasons
from connector.engine.reasons import REACH
from tests.backend.world import TODAY, World, ago, built


def test_a_meeting_of_three_is_one_meeting_with_three_people() -> None:
    world = World()
    acme = world.account()
    people = [world.contact(acme, title=title) for title in ("IT Manager", "VP Sales", None)]
    for days in (1, 20):
        world.invite(world.meeting(people[0], ago(days)), *people)
    world.call(None, ago(2), account_id=acme)
    world.call(people[0], ago(REACH + 1))
    result = built(world)
    bench = bench_for(result.connection, result.rules, "salesforce")
    bench.copy("work.news", "SELECT 0 AS activity_no, 0 AS person_no, TRUE AS is_new LIMIT 0")  # none came late
    numbers = {**bench.numbers, "as_of": TODAY, "reach": REACH, "since": TODAY - 7}

    rows = read_reasons(replace(bench, numbers=numbers), result.rules)

    told = list(zip(rows.kind, rows.touches, rows.new_touches, rows.people, rows.senior, strict=True))
    assert told == [("meeting", 2, 1, 3, "vp"), ("call", 1, 1, 1, "unknown")]
