"""Does every row we send end in exactly one outcome, and the CRM as planned?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.crm.salesforce import collections
from connector.crm.salesforce.ingest import Jobs
from connector.engine.records import AccountChange, Outcome
from connector.errors import BudgetReached, ConfigError, ConnectorError, Unavailable, UnsafePlan
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import a_change, account_id, accounts, an_id, connect, held, make_fields, the_mapping

ACCOUNTS = 230
SCORE, BAND, WHY = "Engagement_Score__c", "Engagement_Band__c", "Engagement_Why__c"
NAMES: Mapping[str, str] = the_mapping().write.every()
MQA = NAMES["mqa"]
WRITES = "composite/sobjects"


@pytest.fixture(scope="module")
def org() -> Iterator[Sandbox]:
    parents = [account_id(n // 10 * 10) if n % 10 else None for n in range(ACCOUNTS)]
    with Sandbox({"Account": accounts(ACCOUNTS, ParentId=parents)}) as sandbox:
        make_fields(connect(sandbox))
        yield sandbox


@pytest.fixture(autouse=True)
def _usual(org: Sandbox) -> Iterator[None]:
    yield
    org.org.faults.clear()
    org.org.settings.validations = []
    org.org.settings.duplicates = []
    org.org.settings.bulk_ingest_fails = False
    emptied = ", ".join(f'"{theirs}" = NULL' for name, theirs in NAMES.items() if name != "mqa")
    with org.org.lock:
        org.org.tables.query(f'UPDATE "Account" SET {emptied}, "{MQA}" = FALSE')
    org.org.journal.clear()


BOTH_WAYS = pytest.mark.parametrize("jobs", [Jobs(), Jobs(few_rows=0)], ids=["rest", "bulk"])


def scores(count: int) -> list[AccountChange]:
    parents = [n // 10 * 10 if n % 10 else None for n in range(count)]
    return [a_change(n, parent=parent, score=float(n % 100), band="Hot") for n, parent in enumerate(parents)]


def states(outcomes: Sequence[Outcome]) -> Counter[str]:
    return Counter(outcome.state for outcome in outcomes)


def assert_each_once(outcomes: Sequence[Outcome], changes: Sequence[AccountChange]) -> None:
    assert sorted(o.account_id for o in outcomes) == sorted(c.account_id for c in changes)


@contextmanager
def a_fault(org: Sandbox, **rule: Any) -> Iterator[None]:
    org.org.faults.put([rule])
    yield
    org.org.faults.clear()


@BOTH_WAYS
def test_what_was_planned_is_what_the_accounts_hold(org: Sandbox, jobs: Jobs) -> None:
    at = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
    why = 'Zoë said "yes", then\nleft 😀'
    change = a_change(
        3, score=71.0, band="Hot", minutes_30d=1234.0, trend_30d=-12.5, why=why, mqa=True, mqa_date=at,
        last_two_way=date(2026, 11, 15), sparkline="▁▂▃",
    )  # fmt: skip
    outcomes = list(connect(org, jobs=jobs).push([change], NAMES))

    assert outcomes == [Outcome(account_id(3), "ok")]
    written = held(org, *(NAMES[name] for name in change.cells))[account_id(3)]
    wanted = [cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell for cell in change.cells.values()]
    assert list(written) == wanted


@BOTH_WAYS
def test_clear_means_clear_and_leave_means_leave(org: Sandbox, jobs: Jobs) -> None:
    crm = connect(org, jobs=jobs)
    before = [a_change(n, score=50.0, band="Hot", why="because", mqa=True) for n in range(3)]
    assert states(list(crm.push(before, NAMES))) == {"ok": 3}

    after = [a_change(0, score=None, mqa=None), a_change(1, why=""), a_change(2, band="Cold")]
    assert states(list(crm.push(after, NAMES))) == {"ok": 3}

    found = held(org, SCORE, BAND, WHY, "Engagement_MQA__c")
    assert found[account_id(0)] == (None, "Hot", "because", False)
    assert found[account_id(1)] == (50.0, "Hot", None, True)
    assert found[account_id(2)] == (50.0, "Cold", "because", True)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40).map(str.strip)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "score": st.none() | st.integers(0, 100) | st.floats(0, 100, allow_nan=False).map(lambda x: round(x, 0)),
        "trend_30d": st.none() | st.integers(-99_999, 99_999).map(lambda n: n / 10),
        "band": st.none() | st.sampled_from(["Hot", "Warm", "Cold", "No data"]),
        "why": st.none() | TEXTS | st.sampled_from(["#N/A", "NULL", 'a "b", c', "two\nlines"]),
        "mqa": st.none() | st.booleans(),
        "last_two_way": st.none() | st.dates(date(1700, 1, 1), date(3999, 12, 31)),
    },
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_the_same_plan_over_rest_and_over_bulk_leaves_the_same_org(org: Sandbox, cells: list[dict[str, Any]]) -> None:
    fields = [NAMES[name] for name in ("score", "trend_30d", "band", "why", "mqa", "last_two_way")]
    ends = []
    for jobs in (Jobs(), Jobs(few_rows=0)):
        reset = [a_change(n, score=1.0, trend_30d=1.0, band="Cool", why="before", mqa=True) for n in range(6)]
        list(connect(org).push(reset, NAMES))
        outcomes = list(connect(org, jobs=jobs).push([a_change(n, **one) for n, one in enumerate(cells)], NAMES))
        assert states(outcomes) == {"ok": len(cells)}
        ends.append({key: value for key, value in held(org, *fields).items() if key < account_id(6)})

    assert ends[0] == ends[1]


def test_only_our_fields_are_written_only_by_update_and_without_assignment_rules(org: Sandbox) -> None:
    list(connect(org).push(scores(20), NAMES))

    writes = org.org.journal.writes
    assert set(writes) == {"Account"}
    assert (writes["Account"].updated, writes["Account"].created, writes["Account"].deleted) == (20, 0, 0)
    assert set(writes["Account"].fields) <= {SCORE, BAND}
    assert collections.PATH == WRITES


def test_a_plan_that_contradicts_itself_or_the_mapping_is_not_sent(org: Sandbox) -> None:
    crm = connect(org)

    with pytest.raises(UnsafePlan, match="twice"):
        list(crm.push([a_change(1, score=1.0), a_change(1, score=2.0)], NAMES))
    with pytest.raises(UnsafePlan, match="which the mapping does not"):
        list(crm.push([a_change(1, owner="005")], NAMES))
    with pytest.raises(UnsafePlan, match="OwnerId is not what the mapping calls score"):
        list(crm.push([a_change(1, score=1.0)], {"score": "OwnerId"}))
    assert org.org.journal.writes == {}


def test_a_field_that_lost_its_permission_stops_the_push_before_it_begins(org: Sandbox) -> None:
    org.org.settings.access = {f"Account.{SCORE}": "readonly", f"Account.{BAND}": "hidden"}
    org.org.access.forget()
    try:
        with pytest.raises(ConfigError) as caught:
            list(connect(org).push(scores(2), NAMES))
    finally:
        org.org.settings.access = {}
        org.org.access.forget()

    assert len(caught.value.problems) == 2
    assert org.org.journal.writes == {}


def test_what_cannot_be_sent_at_all_ends_as_failed_without_a_call(org: Sandbox) -> None:
    bad = AccountChange("not an id", "", {"score": 1.0}, (), "")
    outcomes = list(connect(org).push([bad, a_change(2, score=float("nan"))], NAMES))

    assert states(outcomes) == {"failed": 2}
    assert {outcome.code for outcome in outcomes} == {"MALFORMED_ID", "NOT_A_NUMBER"}
    assert org.org.journal.writes == {}


@BOTH_WAYS
def test_a_row_the_crm_refuses_fails_alone_with_its_reason_and_our_field(org: Sandbox, jobs: Jobs) -> None:
    rule = {"object": "Account", "field": SCORE, "values": [7.0], "message": "Seven is unlucky"}
    org.org.settings.validations = [rule]
    outcomes = list(connect(org, jobs=jobs).push(scores(20), NAMES))

    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    assert_each_once(outcomes, scores(20))
    assert [(o.account_id, o.code, o.fields) for o in failed] == [
        (account_id(7), "FIELD_CUSTOM_VALIDATION_EXCEPTION", ("score",))
    ]
    assert "Seven is unlucky" in failed[0].message
    assert "exempt the integration user" in failed[0].message


@BOTH_WAYS
def test_an_account_that_is_gone_fails_and_the_others_are_written(org: Sandbox, jobs: Jobs) -> None:
    gone = AccountChange(an_id("001", 9_999), "", {"score": 1.0}, (), "")
    outcomes = list(connect(org, jobs=jobs).push([*scores(5), gone], NAMES))

    assert states(outcomes) == {"ok": 5, "failed": 1}


@BOTH_WAYS
def test_rows_that_are_locked_for_a_while_all_land(org: Sandbox, jobs: Jobs) -> None:
    changes = scores(ACCOUNTS)
    with a_fault(org, action="lock", sobject="Account", share=0.3, times=120):
        outcomes = list(connect(org, jobs=jobs).push(changes, NAMES))

    assert_each_once(outcomes, changes)
    assert states(outcomes) == {"ok": ACCOUNTS}
    assert len([1 for found in held(org, SCORE).values() if found[0] is not None]) == ACCOUNTS


@BOTH_WAYS
def test_rows_that_stay_locked_fail_after_a_bounded_number_of_calls(org: Sandbox, jobs: Jobs) -> None:
    changes = scores(40)
    crm = connect(org, jobs=jobs)
    with a_fault(org, action="lock", sobject="Account", parents=(account_id(10),)):
        outcomes = list(crm.push(changes, NAMES))

    locked = {outcome.account_id for outcome in outcomes if outcome.state == "failed"}
    assert_each_once(outcomes, changes)
    assert locked == {account_id(n) for n in range(10, 20)}
    assert {outcome.code for outcome in outcomes if outcome.state == "failed"} == {"UNABLE_TO_LOCK_ROW"}
    assert crm.budget.calls < 60


def test_accounts_of_one_parent_go_side_by_side(org: Sandbox) -> None:
    changes = sorted(scores(30), key=lambda change: change.account_id[::-1])
    outcomes = [outcome.account_id for outcome in connect(org).push(changes, NAMES)]

    assert outcomes == [account_id(n) for n in range(30)]


@pytest.mark.parametrize("bad", [(), (0,), (3, 77, 199), tuple(range(20))])
def test_a_batch_refused_as_a_whole_is_halved_down_to_the_guilty_rows(
    org: Sandbox, monkeypatch: pytest.MonkeyPatch, bad: tuple[int, ...]
) -> None:
    changes = [a_change(n, score=1.0) for n in range(200)]
    crm = connect(org)
    sent = crm._transport.write
    guilty = {account_id(n) for n in bad}

    def refusing(method: str, path: str, body: Any, headers: Any = None) -> Any:
        if guilty & {record["id"] for record in body["records"]}:
            raise collections.Rejected("JSON_PARSER_ERROR: no", code="JSON_PARSER_ERROR")
        return sent(method, path, body, headers)

    monkeypatch.setattr(crm._transport, "write", refusing)
    outcomes = list(crm.push(changes, NAMES))

    assert_each_once(outcomes, changes)
    assert {outcome.account_id for outcome in outcomes if outcome.state == "failed"} == guilty
    assert crm.budget.calls <= 4 + 20 * max(len(bad), 1)


FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "drop_before"}, {"action": "drop_after"}, {"action": "status", "status": 503},
    {"action": "status", "status": 500}, {"action": "html", "status": 502}, {"action": "html", "status": 200},
    {"action": "truncate"}, {"action": "expire_token"}, {"action": "status", "status": 429},
    {"action": "wrong_content_type"},
)  # fmt: skip


@BOTH_WAYS
@pytest.mark.parametrize("fault", FAULTS, ids=[f"{one['action']} {one.get('status', '')}".strip() for one in FAULTS])
def test_one_fault_at_any_call_loses_and_doubles_nothing(org: Sandbox, jobs: Jobs, fault: dict[str, Any]) -> None:
    changes = [a_change(n, score=float(n)) for n in range(12)]
    crm = connect(org, jobs=jobs)
    list(crm.push(changes, NAMES))
    calls = crm.budget.calls

    for number in range(1, calls + 1):
        again = [a_change(n, score=float(n + number)) for n in range(12)]
        with a_fault(org, path="^/services/data", nth=number, **fault):
            outcomes = list(connect(org, jobs=jobs).push(again, NAMES))
        assert_each_once(outcomes, again)
        assert states(outcomes) == {"ok": 12}, f"fault at call {number}"
        assert {held(org, SCORE)[account_id(n)][0] for n in range(12)} == {float(n + number) for n in range(12)}


def test_an_answer_that_never_comes_is_read_back_and_not_sent_twice(org: Sandbox) -> None:
    with a_fault(org, path=WRITES, nth=1, action="drop_after"):
        outcomes = list(connect(org).push(scores(5), NAMES))

    assert states(outcomes) == {"ok": 5}
    assert org.org.journal.writes["Account"].updated == 5


@BOTH_WAYS
def test_rows_nobody_can_vouch_for_are_unknown(org: Sandbox, jobs: Jobs) -> None:
    path = WRITES if jobs.few_rows else "jobs/ingest/[^/]+/(successful|failed)Results"
    with a_fault(org, path=path, action="drop_after"), a_fault(org, path="/query", action="drop_before"):
        outcomes, error = until_error(connect(org, jobs=jobs).push(scores(5), NAMES))

    assert states(outcomes) == {"unknown": 5}
    assert (error is None) == bool(jobs.few_rows)


def until_error(outcomes: Iterator[Outcome]) -> tuple[list[Outcome], ConnectorError | None]:
    """All outcomes, and the error that ended them."""
    found: list[Outcome] = []
    try:
        found.extend(outcomes)
    except ConnectorError as error:
        return found, error
    return found, None


@BOTH_WAYS
def test_when_the_days_calls_end_every_row_that_was_sent_has_its_outcome(org: Sandbox, jobs: Jobs) -> None:
    changes = scores(ACCOUNTS)
    gone = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    for number in range(1, 9):
        org.org.journal.clear()
        org.org.faults.put([{"action": "lock", "sobject": "Account", "share": 0.3, "times": 60}])
        with a_fault(org, path="^/services/data", nth=number, action="status", status=403, body=gone):
            outcomes, error = until_error(connect(org, jobs=jobs).push(changes, NAMES))
        written = org.org.journal.writes.get("Account")
        ids = [outcome.account_id for outcome in outcomes]
        assert isinstance(error, BudgetReached) or states(outcomes) == {"ok": ACCOUNTS}
        assert len(ids) == len(set(ids))
        assert states(outcomes)["ok"] + states(outcomes)["unknown"] >= (written.updated if written else 0)


def test_a_job_is_told_before_anything_is_uploaded_and_can_be_finished_by_another_run(org: Sandbox) -> None:
    kept: list[tuple[str, int]] = []

    def keep(job: str, account_ids: Sequence[str]) -> None:
        assert org.org.journal.writes == {}
        kept.append((job, len(account_ids)))

    changes = scores(10)
    with a_fault(org, path="jobs/ingest/[^/]+$", method="GET", action="drop_before"):
        outcomes, error = until_error(connect(org, jobs=Jobs(0)).push(changes, NAMES, keep))
    assert states(outcomes) == {"unknown": 10}
    assert isinstance(error, Unavailable)

    finished = list(connect(org).finish(kept[0][0], [change.account_id for change in changes]))

    assert kept[0][1] == 10
    assert states(finished) == {"ok": 10}
    assert org.org.journal.writes["Account"].updated == 10
    assert not any(entry.method == "PATCH" and "Aborted" in str(entry.query) for entry in org.org.journal.entries)


def test_a_job_that_fails_as_a_whole_is_written_in_small_calls(org: Sandbox) -> None:
    org.org.settings.bulk_ingest_fails = True
    changes = scores(15)

    outcomes = list(connect(org, jobs=Jobs(few_rows=0)).push(changes, NAMES))

    assert_each_once(outcomes, changes)
    assert states(outcomes) == {"ok": 15}


def test_a_silent_no_op_is_found_by_reading_the_accounts_again(org: Sandbox) -> None:
    with a_fault(org, action="silent_noop", sobject="Account", ids=(account_id(1),)):
        outcomes = list(connect(org).push(scores(3), NAMES))
    now = list(connect(org).current([account_id(1)], {"score": SCORE}))

    assert states(outcomes) == {"ok": 3}
    assert now[0]["score"].to_pylist() == [None]


def test_an_alert_of_a_duplicate_rule_is_passed_only_when_asked(org: Sandbox) -> None:
    org.org.settings.duplicates = [{"object": "Account", "field": "OwnerId", "action": "alert"}]
    refused = list(connect(org).push(scores(2), NAMES))
    passed = list(connect(org, pass_alerts=True).push(scores(2), NAMES))

    assert {outcome.code for outcome in refused} == {"DUPLICATES_DETECTED"}
    assert "duplicate rule" in refused[0].message
    assert states(passed) == {"ok": 2}


def test_what_the_accounts_hold_is_what_was_written(org: Sandbox) -> None:
    at = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
    list(connect(org).push([a_change(5, score=12.0, mqa=True, mqa_date=at, last_two_way=at.date())], NAMES))

    names = {name: NAMES[name] for name in ("score", "mqa", "mqa_date", "last_two_way", "why")}
    (row,) = [row for table in connect(org).current([account_id(5)], names) for row in table.to_pylist()]

    assert row["modified_at"] - org.org.clock.now() < timedelta(seconds=1)
    assert {name: row[name] for name in names} == {
        "score": 12.0, "mqa": True, "mqa_date": at, "last_two_way": at.date(), "why": None,
    }  # fmt: skip
