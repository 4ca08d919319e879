"""Does every CRM do what the connector asks of one? The same questions to each, over real HTTP."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, timedelta
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from connector.crm.base import CRM
from connector.engine.fields import FIELDS
from connector.engine.records import AccountChange, Cell, Outcome, Stream, Window
from connector.errors import BudgetReached, ConnectorError, Unavailable
from tests.crm.stands import Stand, hubspot, ids_of, salesforce

ARROW = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "moment": pa.timestamp("us", "UTC"),
}  # fmt: skip
STANDS: dict[str, Callable[[], AbstractContextManager[Stand]]] = {
    "salesforce": salesforce, "hubspot": hubspot, "hubspot 2026-09": partial(hubspot, "2026-09"),
}  # fmt: skip
FAULTS = ("drop_before", "drop_after", "html", "truncate", "status")


@pytest.fixture(scope="module", params=STANDS)
def standing(request: pytest.FixtureRequest) -> Iterator[Stand]:
    """One CRM with a small world in it."""
    with STANDS[request.param]() as stand:
        yield stand


@pytest.fixture
def stand(standing: Stand) -> Iterator[Stand]:
    """The same, with no fault left from the test before."""
    standing.heal()
    yield standing
    standing.heal()


@pytest.fixture
def crm(stand: Stand) -> CRM:
    return stand.connect()


@pytest.fixture
def streams(crm: CRM) -> dict[str, Stream]:
    return {stream.name: stream for stream in crm.streams()}


def changes_of(ids: list[str], **cells: Cell) -> list[AccountChange]:
    """The same cells on every account."""
    return [AccountChange(account_id, "", cells, (), "") for account_id in ids]


def test_it_says_who_it_is_and_what_time_it_is(stand: Stand, crm: CRM) -> None:
    assert crm.name == stand.name
    assert crm.org().id
    assert crm.org().user_id
    assert crm.now().tzinfo == UTC


def test_its_streams_are_ours_with_no_column_of_its_own(stand: Stand, streams: dict[str, Stream]) -> None:
    ours = {stream.name: stream for stream in stand.streams}

    assert set(streams) == set(ours)
    for name, stream in streams.items():
        assert set(stream.columns.items()) <= set(ours[name].columns.items())
        assert stream.required <= set(stream.columns)
        assert {"id", "modified_at", "is_deleted"} <= set(stream.columns)


def test_a_pull_gives_as_many_rows_as_counted_in_columns_of_our_kinds(
    stand: Stand, crm: CRM, streams: dict[str, Stream]
) -> None:
    for stream in streams.values():
        pages = list(crm.pull(stream, stand.ever))

        rows = sum(page.num_rows for page in pages)
        assert crm.count(stream, stand.ever) > 0
        assert rows == crm.count(stream, stand.ever) or stream.name == "association"  # which only reading can count
        for page in pages:
            assert page.schema == pa.schema([(column, ARROW[kind]) for column, kind in stream.columns.items()])
            for column in ("id", "modified_at", "is_deleted"):
                assert page[column].null_count == 0


def test_windows_side_by_side_hold_each_row_once(stand: Stand, crm: CRM, streams: dict[str, Stream]) -> None:
    stream = streams[stand.many]
    edges = [stand.now - timedelta(days=days) for days in (700, 300, 100, 30, 20, 7, 1)]
    windows = [Window(since, until) for since, until in zip([None, *edges], [*edges, stand.ever.until], strict=True)]

    parts = [ids_of(crm.pull(stream, window)) for window in windows]
    whole = ids_of(crm.pull(stream, stand.ever))

    assert sorted(one for part in parts for one in part) == sorted(whole)
    assert len(set(whole)) == len(whole)


def test_a_row_on_the_edge_of_two_windows_is_in_the_later_one(
    stand: Stand, crm: CRM, streams: dict[str, Stream]
) -> None:
    rows = sorted(stand.rows(crm, stand.many), key=lambda row: row["modified_at"])
    row = rows[len(rows) // 2]
    edge = row["modified_at"]

    before = ids_of(crm.pull(streams[stand.many], Window(edge - timedelta(days=1), edge)))
    after = ids_of(crm.pull(streams[stand.many], Window(edge, edge + timedelta(seconds=1))))
    assert row["id"] not in before
    assert row["id"] in after


def test_the_sweep_agrees_with_the_pull_on_every_living_row(stand: Stand, crm: CRM, streams: dict[str, Stream]) -> None:
    for name in (stand.few, stand.many):
        pulled = pa.concat_tables(crm.pull(streams[name], stand.ever)).filter(~pc.field("is_deleted"))
        swept = pa.concat_tables(crm.stamps(streams[name]))

        pulled, swept = (table.select(["id", "modified_at"]).sort_by("id") for table in (pulled, swept))
        assert pulled.to_pylist() == swept.to_pylist()


def test_what_is_deleted_is_told_and_gone_from_the_sweep(stand: Stand, crm: CRM, streams: dict[str, Stream]) -> None:
    stream = streams[stand.few]
    gone = sorted(ids_of(crm.stamps(stream)))[:3]
    stand.steer("delete", {"object": stand.few_object, "ids": gone})
    stand.steer("clock", {"now": (crm.now() + timedelta(minutes=20)).isoformat()})

    around = (crm.now() - timedelta(hours=1), crm.now() + timedelta(hours=1))
    told = [row for page in crm.deleted(stream, *around) for row in page.to_pylist()]
    assert set(gone) <= {row["id"] for row in told}
    assert all(around[0] <= row["deleted_at"] < around[1] for row in told if row["id"] in gone)
    assert not set(gone) & set(ids_of(crm.stamps(stream)))
    assert {row["id"] for row in stand.rows(crm, stand.few) if row["is_deleted"]} >= set(gone)


@pytest.mark.parametrize("action", FAULTS)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_fault_at_any_call_of_a_pull_loses_no_row_and_brings_none_twice(stand: Stand, action: str, nth: int) -> None:
    crm = stand.connect()
    rows = stand.rows(crm, stand.many)
    stand.fail(action=action, nth=[nth], path=stand.reading)

    assert stand.rows(crm, stand.many) == rows


@pytest.mark.parametrize("action", FAULTS)
def test_an_answer_that_never_comes_whole_is_never_taken_for_the_end(stand: Stand, crm: CRM, action: str) -> None:
    stream = next(one for one in crm.streams() if one.name == stand.many)
    stand.fail(action=action, path=stand.reading)

    with pytest.raises(Unavailable):
        list(crm.pull(stream, stand.ever))


def test_what_was_pushed_is_current_and_a_second_time_changes_nothing(stand: Stand) -> None:
    crm, names = stand.ready()
    written = {name: names[name] for name in ("score", "band", "why", "mqa")}
    ids = ids_of(crm.current(None, {}))
    cells: dict[str, Cell] = {"score": 42.0, "band": "Warm", "why": "two calls", "mqa": True}

    for _ in range(2):
        outcomes = list(crm.push(changes_of(ids, **cells), written, _no_job))

        assert sorted(outcome.account_id for outcome in outcomes) == sorted(ids)
        assert {(outcome.state, outcome.code) for outcome in outcomes} == {("ok", "")}
        rows = [row for page in crm.current(ids, written) for row in page.to_pylist()]
        assert all({name: row[name] for name in written} == cells for row in rows)
        assert len(rows) == len(ids)


def test_a_cell_sets_or_clears_and_a_field_that_is_not_named_stays(stand: Stand) -> None:
    crm, names = stand.ready()
    written = {name: names[name] for name in ("score", "why", "mqa", "mqa_date", "last_two_way")}
    (one, *_) = ids_of(crm.current(None, {}))
    at = stand.now.replace(microsecond=0)
    full: dict[str, Cell] = {"score": 7.0, "why": "one call", "mqa": True, "mqa_date": at, "last_two_way": at.date()}
    list(crm.push(changes_of([one], **full), written, _no_job))
    list(crm.push(changes_of([one], score=None, mqa=False, mqa_date=None, last_two_way=None), written, _no_job))

    (row,) = (row for page in crm.current([one], written) for row in page.to_pylist())
    assert {name: row[name] for name in written} == {
        "score": None, "why": "one call", "mqa": False, "mqa_date": None, "last_two_way": None,
    }  # fmt: skip


def test_every_row_has_one_outcome_whatever_is_wrong_with_it(stand: Stand) -> None:
    crm, names = stand.ready()
    good, infinite = ids_of(crm.current(None, {}))[:2]
    wrong = [*changes_of([stand.nobody, "no id at all"], score=1.0), *changes_of([infinite], score=float("inf"))]

    told = {one.account_id: one for one in crm.push(
        [*changes_of([good], score=2.0), *wrong], {"score": names["score"]}, _no_job,
    )}  # fmt: skip

    assert told.keys() == {good, stand.nobody, "no id at all", infinite}
    assert told.pop(good).state == "ok"
    assert {one.state for one in told.values()} == {"failed"}
    assert all(one.code and one.message and isinstance(one, Outcome) for one in told.values())


@pytest.mark.parametrize("action", FAULTS)
def test_a_write_whose_end_is_unclear_is_read_back(stand: Stand, action: str) -> None:
    crm, names = stand.ready()
    ids = ids_of(crm.current(None, {}))
    stand.fail(action=action, nth=[1], path=stand.writing)
    told = list(crm.push(changes_of(ids, score=33.0), {"score": names["score"]}, _no_job))

    assert {(one.state, one.code) for one in told} == {("ok", "")}
    assert len(told) == len(ids)
    stand.heal()
    held = [row["score"] for page in crm.current(ids, {"score": names["score"]}) for row in page.to_pylist()]
    assert held == [33.0] * len(ids)


def test_a_write_that_never_ends_clearly_leaves_every_row_unknown_or_stops(stand: Stand) -> None:
    crm, names = stand.ready()
    ids = ids_of(crm.current(None, {}))
    stand.fail(action="drop_before", path=stand.writing)
    told: list[Outcome] = []
    with suppress(ConnectorError):
        told.extend(crm.push(changes_of(ids, score=44.0), {"score": names["score"]}, _no_job))
    assert {one.state for one in told} <= {"unknown"}
    assert len({one.account_id for one in told}) == len(told)


def test_making_the_fields_again_changes_nothing(stand: Stand) -> None:
    crm, names = stand.ready()

    assert {step.action for step in crm.plan_fields(FIELDS, names)} == {"keep"}
    assert {finding.level for finding in crm.apply_fields(crm.plan_fields(FIELDS, names))} == {"ok"}


def test_a_run_ends_where_the_calls_set_aside_for_it_end(stand: Stand) -> None:
    crm = stand.connect(calls_per_run=3)

    with pytest.raises(BudgetReached, match="CONNECTOR_API_CALLS_PER_RUN"):
        stand.rows(crm, stand.many)


def test_its_check_reads_only_and_finds_no_error_once_the_fields_are_there(stand: Stand) -> None:
    crm, _ = stand.ready()

    findings = crm.check()

    assert findings
    assert [finding for finding in findings if finding.level == "error"] == []


def test_a_job_nobody_knows_leaves_its_rows_unknown(crm: CRM) -> None:
    told = list(crm.finish("750000000000000AAA", ["1"]))

    assert [(one.account_id, one.state) for one in told] == [("1", "unknown")]


def test_it_tells_the_calls_used(crm: CRM) -> None:
    assert 0 < crm.usage().used < crm.usage().limit


def _no_job(job: str, account_ids: object) -> None:
    """A job is noted nowhere."""
