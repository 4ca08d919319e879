"""Does every CRM do what the connector asks of one? The same questions to each, over real HTTP."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from connector.crm.base import CRM
from connector.engine.fields import FIELDS
from connector.engine.records import SALESFORCE_STREAMS, AccountChange, Outcome, Stream, Window
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world
from connector.sandbox.world.recipe import MONDAY
from tests.crm.orgs import a_change, connect, the_mapping

ARROW = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "moment": pa.timestamp("us", "UTC"),
}  # fmt: skip
EVER = Window(None, MONDAY + timedelta(days=1))
Connect = Callable[[], CRM]


def salesforce() -> Iterator[Connect]:
    with Sandbox(make_world(7, accounts=40, activities=2_000)) as sandbox:
        yield lambda: connect(sandbox)


@pytest.fixture(scope="module", params=[salesforce], ids=["salesforce"])
def connected(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """How to log in to one CRM with a small world in it."""
    yield from request.param()


@pytest.fixture(scope="module")
def crm(connected: Connect) -> CRM:
    return connected()


@pytest.fixture(scope="module")
def streams(crm: CRM) -> dict[str, Stream]:
    return {stream.name: stream for stream in crm.streams()}


def test_it_says_who_it_is_and_what_time_it_is(crm: CRM) -> None:
    assert crm.name in ("salesforce", "hubspot")
    assert crm.org().id
    assert crm.org().user_id
    assert crm.now().tzinfo == UTC


def test_its_streams_are_ours_with_no_column_of_its_own(streams: dict[str, Stream]) -> None:
    ours = {stream.name: stream for stream in SALESFORCE_STREAMS}

    assert set(streams) == set(ours)
    for name, stream in streams.items():
        assert set(stream.columns.items()) <= set(ours[name].columns.items())
        assert stream.required <= set(stream.columns)
        assert {"id", "modified_at", "is_deleted"} <= set(stream.columns)


@pytest.mark.parametrize("name", [stream.name for stream in SALESFORCE_STREAMS])
def test_a_pull_gives_as_many_rows_as_counted_in_columns_of_our_kinds(
    crm: CRM, streams: dict[str, Stream], name: str
) -> None:
    stream = streams[name]
    pages = list(crm.pull(stream, EVER))

    assert sum(page.num_rows for page in pages) == crm.count(stream, EVER) > 0
    for page in pages:
        assert page.schema == pa.schema([(column, ARROW[kind]) for column, kind in stream.columns.items()])
        for column in ("id", "modified_at", "is_deleted"):
            assert page[column].null_count == 0


def test_windows_side_by_side_hold_each_row_once(crm: CRM, streams: dict[str, Stream]) -> None:
    stream = streams["task"]
    edges = [MONDAY - timedelta(days=days) for days in (700, 300, 100, 30, 7, 1)]
    windows = [Window(since, until) for since, until in zip([None, *edges], [*edges, EVER.until], strict=True)]

    parts = [[str(one) for page in crm.pull(stream, window) for one in page["id"].to_pylist()] for window in windows]
    whole = [str(one) for page in crm.pull(stream, EVER) for one in page["id"].to_pylist()]

    assert sorted(one for part in parts for one in part) == sorted(whole)
    assert len(set(whole)) == len(whole)


def test_the_sweep_agrees_with_the_pull_on_every_living_row(crm: CRM, streams: dict[str, Stream]) -> None:
    stream = streams["contact"]
    pulled = pa.concat_tables(crm.pull(stream, EVER)).filter(~pc.field("is_deleted"))
    swept = pa.concat_tables(crm.stamps(stream))

    pulled, swept = (table.select(["id", "modified_at"]).sort_by("id") for table in (pulled, swept))
    assert pulled.to_pylist() == swept.to_pylist()


def test_what_was_pushed_is_current_and_a_second_time_changes_nothing(connected: Connect) -> None:
    crm = connected()
    mapping = the_mapping()
    names = {field.name: mapping.write.crm_name(field) for field in FIELDS}
    assert all(finding.level == "ok" for finding in crm.apply_fields(crm.plan_fields(FIELDS, names)))
    written = {name: names[name] for name in ("score", "band", "why", "mqa")}
    ids = [one for page in crm.current(None, {}) for one in page["id"].to_pylist()]
    cells = {"score": 42.0, "band": "Warm", "why": "two calls", "mqa": True}
    changes = [AccountChange(account_id, "", cells, (), "") for account_id in ids]

    outcomes = list(crm.push(changes, written))

    assert sorted(outcome.account_id for outcome in outcomes) == sorted(ids)
    assert {(outcome.state, outcome.code) for outcome in outcomes} == {("ok", "")}
    rows = [row for page in crm.current(ids, written) for row in page.to_pylist()]
    assert all({name: row[name] for name in written} == cells for row in rows)
    assert len(rows) == len(ids)


def test_an_account_that_does_not_exist_ends_as_failed(connected: Connect) -> None:
    crm = connected()
    mapping = the_mapping()
    names = {field.name: mapping.write.crm_name(field) for field in FIELDS}
    crm.apply_fields(crm.plan_fields(FIELDS, names))

    (outcome,) = list(crm.push([a_change(1, score=1.0)], {"score": names["score"]}))

    assert isinstance(outcome, Outcome)
    assert outcome.state == "failed"
    assert outcome.code


def test_its_check_reads_only_and_finds_no_error_once_the_fields_are_there(connected: Connect) -> None:
    crm = connected()
    mapping = the_mapping()
    crm.apply_fields(crm.plan_fields(FIELDS, {field.name: mapping.write.crm_name(field) for field in FIELDS}))

    findings = crm.check()

    assert findings
    assert [finding for finding in findings if finding.level == "error"] == []


def test_it_tells_the_calls_used(crm: CRM) -> None:
    assert 0 < crm.usage().used < crm.usage().limit
