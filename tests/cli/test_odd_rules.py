"""Are rules that say nothing told with file, line, key and what to do, by `mappings check` and by `doctor`?"""

from typing import Any

import duckdb
import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell


def findings(shell: Shell) -> dict[str, dict[str, Any]]:
    """What doctor finds odd, by place."""
    return {row["place"]: row for row in shell("doctor", "--json").rows if row["level"] in ("warning", "note")}


def test_a_line_that_is_never_reached_is_odd_and_no_fault(shell: Shell) -> None:
    line = shell.edit("scoring.yaml", '- {page: "*/plans*", kind: key_page}', '- {page: "*/Pricing/eu", kind: null}')

    said = shell("mappings", "check")

    place = f"scoring.yaml:{line}: pages.1"
    told = f"odd: {place} is never reached: line 1 of pages takes all it could; move it up\n"
    assert (said.code, said.err) == (0, told)
    assert shell("mappings", "check", "--json").rows[0]["doubts"] == [said.err.strip().removeprefix("odd: ")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("director: 1.3", "Director: 1.3", "roles.seniority.Director is not a key; did you mean director?"),
        ("director: 1.3", "director: -1.3", "roles.seniority.director is -1.3; must be greater than or equal to 0"),
        ("director: 1.3", "director:", "roles.seniority.director is empty; must be a valid number"),
        ("channel: meeting, minutes: 0", "channel: Meeting, minutes: 0", "kinds.meeting.channel is Meeting; must be"),
        ("leave_share: 0.5", "leave_share: 1.2", "mqa.leave_share is 1.2; must be less than or equal to 1"),
        ("leave_share: 0.5", "leave_share: 1", "leaving must be below entering: use less than 1"),
        ('"*/plans*", kind: key_page', '"*/plans*", kind: keypage', "which is none of kinds"),
    ],
)
def test_a_rule_that_cannot_be_is_told_with_its_line_and_the_fix(old: str, new: str, told: str, shell: Shell) -> None:
    line = shell.edit("scoring.yaml", old, new)

    said = shell("mappings", "check")

    assert said.code == 2
    assert said.faults[0].startswith("scoring.yaml:")
    assert told in said.faults[0]
    assert f":{line}:" in said.faults[0] or "kinds" in said.faults[0] or "leaving" in said.faults[0]


def test_words_the_org_does_not_have_are_told_with_the_nearest_it_has(ready: Shell) -> None:
    line = ready.edit(
        "scoring.yaml", "    touches:\n",
        "    kind_of:\n      - {source: task, type: Cal, kind: call}\n"
        "      - {source: event, status: Held, kind: meeting}\n"
        "      - {source: task, type: call, status: completed, kind: call}\n    touches:\n",
    )  # fmt: skip

    found = findings(ready)

    first, second = (found[f"scoring.yaml:{line + 1 + number}: kind_of.{number}"] for number in (0, 1))
    assert (first["message"], first["fix"]) == ("Task.Type has no value 'Cal'", "did you mean 'Call'?")
    assert "read.event.fields.status names no field" in second["message"]
    assert f"scoring.yaml:{line + 3}: kind_of.2" not in found  # the org writes Call and Completed: case does not matter


def test_a_line_that_nothing_matched_in_ninety_days_is_listed(ready: Shell) -> None:
    line = ready.edit(
        "scoring.yaml", "    touches:\n",
        "    kind_of:\n      - {source: campaign_member, type: Partners, status: Never, kind: booth}\n    touches:\n",
    )  # fmt: skip
    limit = ready.edit("scoring.yaml", "      by: []  ", "      by: [{tier: Diamond, enter_minutes: 90}]  ")
    (ready.folder / "site.csv").write_text("id,kind,at,domain,page\n1,page_view,2026-11-10,acme.example,/pricing\n")
    assert [ready("import", "site.csv", "--source", "site").code, ready("sync").code] == [0, 0]

    found = findings(ready)

    dead = {place for place, row in found.items() if row["message"] == "nothing matched in 90 days"}
    assert f"scoring.yaml:{line + 1}: kind_of.0" in dead
    assert f"scoring.yaml:{limit}: mqa.by.0" in dead
    assert {place.split(": ")[1] for place in dead if "pages" in place} == {f"pages.{number}" for number in range(1, 6)}


def test_meetings_nobody_came_to_are_left_out_by_a_subject_that_is_never_read(ready: Shell, org: Sandbox) -> None:
    """S1-10: meetings held, told from those that were only booked."""
    rows = org.org.tables.query("SELECT Id FROM \"Event\" WHERE Subject LIKE 'No show: %'")
    missed = [row[0] for row in rows]
    line = "    # where: \"(NOT Subject LIKE 'No show%')\""
    ready.edit("salesforce.yaml", line, line.replace("# where", "where"))

    assert ready("sync").code == 0

    with duckdb.connect(ready.folder / ".connector" / "store.duckdb", read_only=True) as store:
        read = {row_id for (row_id,) in store.execute("SELECT id FROM salesforce.event").fetchall()}
        columns = {name for (name, *_) in store.execute("DESCRIBE salesforce.event").fetchall()}
    assert len(missed) > 0
    assert len(read) > len(missed)
    assert read.isdisjoint(missed)
    assert "subject" not in columns
