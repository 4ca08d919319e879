"""Are rules that say nothing told with file, line, key and what to do, by `mappings check` and by `doctor`?"""

from typing import Any

import duckdb
import pytest

from connector.cli.sandbox import env_of
from connector.sandbox.hubspot.marketing import Form
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
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


def test_a_title_pattern_that_is_never_reached_is_odd(shell: Shell) -> None:
    """S1-15: departments out of titles; a pattern below one that takes all it could gives none."""
    words = "    words: [analyst*, analist*, researcher,"
    line = shell.edit("personas.yaml", words, words.replace("[", "[purchasing analyst, "))

    said = shell("mappings", "check")

    place = f"personas.yaml:{line}: buying_roles.2.words.0 (purchasing analyst)"
    why = "'purchasing compares offers' takes all it could; move it up, or take it out"
    assert (said.code, said.err) == (0, f"odd: {place} is never reached: {why}\n")


OF_CONTACTS = "      department: Department?\n      seniority"  # the department a contact's own field says


def test_title_rules_by_which_nobody_is_known_are_listed_by_doctor(ready: Shell) -> None:
    rule = "  - rule: dragons\n    department: Dragons\n    words: [dragon*]\n\n"
    line = ready.edit("personas.yaml", "departments:\n", f"departments:\n{rule}")
    ready.edit("salesforce.yaml", OF_CONTACTS, OF_CONTACTS.replace("Department?", "null"))
    assert ready("sync").code == 0

    found = findings(ready)

    dead = {place: row["fix"] for place, row in found.items() if row["message"] == "nobody is known by it"}
    assert dead[f"personas.yaml:{line + 1}: departments.0"] == "correct its words, or take it out"
    assert not any("departments.5" in place for place in dead)  # sales: there are such people in the org


def test_a_rule_that_reads_the_department_the_crm_says_is_not_dead(ready: Shell) -> None:
    ready.edit("salesforce.yaml", OF_CONTACTS, OF_CONTACTS.replace("Department?", "Title?"))
    assert ready("sync").code == 0

    dead = {place for place, row in findings(ready).items() if row["message"] == "nobody is known by it"}

    assert not any("departments.5" in place for place in dead)


STAMP = {"createdAt": "2025-12-20T08:00:00Z", "updatedAt": "2025-12-20T08:00:00Z"}
OWN_OUTCOME = "0f3c2a11-aaaa-bbbb-cccc-1234567890ab"


def a_portal() -> HubSpotSandbox:
    """A portal whose calls, meetings and forms say things of its own."""
    call = {"hs_timestamp": STAMP["createdAt"], "hs_call_disposition": OWN_OUTCOME, "hs_call_status": "COMPLETED"}
    meeting = {"hs_timestamp": STAMP["createdAt"], "hs_meeting_outcome": "WENT_HOME"}
    portal = HubSpotSandbox({
        "companies": [{"id": "9001", "name": "Acme", "domain": "acme.example", **STAMP}],
        "contacts": [{"id": "101", "email": "anna@acme.example", "jobtitle": "CEO", **STAMP}],
        "calls": [{"id": "1", **call, **STAMP}, {"id": "2", **call, **STAMP}],
        "meetings": [{"id": "3", **meeting, **STAMP}],
    }, settings=Settings(burst_limit=0, search_limit=0))  # fmt: skip
    sent_in = (1_766_217_600_000, {"email": "anna@acme.example"}, "https://our.example/")
    form = Form("f0000000-0000-0000-0000-000000000001", "Wish list", sent_in[0], sent_in[0], submissions={"a": sent_in})
    portal.portal.marketing.forms[form.id] = form
    return portal


def test_words_of_a_portal_are_checked_as_those_of_an_org(shell: Shell) -> None:
    lines = [
        "{source: campaign_member, type: Wish lists, kind: download}",
        "{source: event, status: went home, kind: other_task}",
        "{source: task, type: Never, status: Never, kind: call}",
    ]  # fmt: skip
    kind_of = "    kind_of:\n" + "".join(f"      - {line}\n" for line in lines)
    line = shell.edit("scoring.yaml", "    touches:\n", f"{kind_of}    touches:\n")
    with a_portal() as portal:
        shell.set(**env_of(portal))
        assert [shell("fields", "apply").code, shell("sync").code] == [0, 0]

        found = findings(shell)

    said = {place.split(": ")[1]: (row["message"], row["fix"]) for place, row in found.items() if ": " in place}
    assert said["kind_of.0"] == ("no form or mail of 90 days has the type 'Wish lists'", "did you mean 'Wish list'?")
    assert said["kind_of.2"][0] == "no call or task of 90 days has the type 'Never'"
    assert f"scoring.yaml:{line + 3}: kind_of.2" in found
    assert "kind_of.1" not in said
    call, form = (said[f"read.{key}"] for key in ("call.fields.disposition", "form_submission.fields.form_name"))
    told = f"calls that end with '{OWN_OUTCOME}' count as held"
    assert call[0] == f"{told}: that outcome says nothing to us (2 in 90 days)"
    assert call[1].endswith(f"below kind_of: - {{source: task, status: '{OWN_OUTCOME}', kind: voicemail}}")
    assert form[1].endswith("below kind_of: - {source: campaign_member, type: 'Wish list', kind: download}")
    assert "read.meeting.fields.outcome" not in said  # line 1 reads it


def test_a_line_for_a_word_of_the_portals_own_is_obeyed_and_nothing_is_odd_any_more(shell: Shell) -> None:
    lines = [
        "{source: campaign_member, type: 'Wish list', kind: download}",
        f"{{source: task, status: {OWN_OUTCOME}, kind: voicemail}}",
        "{source: event, status: went home, kind: other_task}",
    ]  # fmt: skip
    kind_of = "    kind_of:\n" + "".join(f"      - {line}\n" for line in lines)
    shell.edit("scoring.yaml", "    touches:\n", f"{kind_of}    touches:\n")
    with a_portal() as portal:
        shell.set(**env_of(portal))
        assert [shell("fields", "apply").code, shell("sync").code] == [0, 0]

        odd = [place for place in findings(shell) if "kind_of" in place or "read." in place]

    with duckdb.connect(shell.folder / ".connector" / "store.duckdb", read_only=True) as store:
        made = dict(store.execute("SELECT kind, count(*) FROM derived.activities GROUP BY kind").fetchall())
    assert odd == []
    assert made == {"voicemail": 2, "other_task": 1, "download": 1}


def test_the_mapping_of_the_crm_that_has_a_login_is_checked_and_counted(shell: Shell) -> None:
    shell.set(HUBSPOT_ACCESS_TOKEN="pat-na1-00000000-0000-0000-0000-000000000000")
    shell.edit("hubspot.yaml", "sets: [core] ", "sets: [core, mqa] ")
    good = shell("mappings", "check")
    counted = shell("mappings", "check", "--json").rows[0]
    line = shell.edit("hubspot.yaml", "      outcome: hs_meeting_outcome?", "      outcom: hs_meeting_outcome?")

    said = shell("mappings", "check")

    assert (good.code, counted["fields"]) == (0, 20)
    assert "20 company properties are written" in good.out
    assert said.code == 2
    assert said.faults[0].startswith(f"hubspot.yaml:{line}: read.meeting.fields.outcom")


def test_the_mapping_of_a_crm_without_a_login_is_checked_too(shell: Shell) -> None:
    line = shell.edit("hubspot.yaml", "      outcome: hs_meeting_outcome?", "      outcom: hs_meeting_outcome?")

    said = shell("mappings", "check")

    assert (said.code, said.faults[0].split(": ")[0]) == (2, f"hubspot.yaml:{line}")


def test_buying_centres_by_what_no_field_says_are_odd(shell: Shell) -> None:
    """S1-22: product lines are RevOps' own; until a field is named every account would be one centre, `unknown`."""
    line = shell.edit("scoring.yaml", "buying_centre: none", "buying_centre: product_line")

    odd = shell("mappings", "check").err
    shell.edit("salesforce.yaml", "product_line: null", "product_line: Product_Line__c")
    mended = shell("mappings", "check").err

    told = "is product_line, and no mapping names a field for it; name one at read.campaign.fields.product_line"
    assert (odd, mended) == (f"odd: scoring.yaml:{line}: mqa.buying_centre {told}\n", "")
