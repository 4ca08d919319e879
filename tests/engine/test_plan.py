"""Which accounts are written, with what, and which are left alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.days import Ints
from connector.engine.fields import FIELDS
from connector.engine.plan import CONFIRMED, FIRST, Book, digest, lay_side_by_side, make_plan
from connector.engine.records import AccountChange, Change, Field
from connector.engine.rules import DeadBand
from connector.engine.stored import Column, empty_column

AT = datetime(2024, 9, 16, 6, 30, 15, tzinfo=UTC)
CORE = [field for field in FIELDS if field.set == "core"]
RULES = DeadBand()
PLAIN: dict[str, object] = {
    "score": 50.0, "band": "Warm", "minutes_30d": 100.0, "minutes_90d": 300.0, "trend_30d": 10.0, "sparkline": "▁" * 12,
    "surge": "Steady", "people_90d": 3.0, "mqa": False, "mqa_date": np.datetime64("NaT"), "why": "because",
    "what_changed": "something", "last_two_way": np.datetime64("2024-09-01"),
    "scored_at": np.datetime64("2024-09-16T06:30:15"),
}  # fmt: skip


def column(field: Field, values: list[object]) -> Column:
    out = empty_column(field, len(values))
    out[:] = values
    return out


def a_snapshot(
    *rows: dict[str, object], ids: list[str] | None = None, parents: list[str | None] | None = None
) -> dict[str, Column]:
    """One account a row, plain but for what the row says."""
    names = ids or [f"A{i}" for i in range(len(rows))]
    told = {field.name: column(field, [(PLAIN | row)[field.name] for row in rows]) for field in CORE}
    texts: dict[str, list[str] | list[str | None]] = {
        "account_id": names, "account_name": [f"{name} Ltd" for name in names],
        "parent_id": parents or [None] * len(rows),
    }  # fmt: skip
    return told | {name: np.array(values, np.object_) for name, values in texts.items()}


def shown(snapshot: dict[str, Column], rows: Ints | None = None) -> dict[str, Column]:
    """What the CRM holds when it has been told this snapshot."""
    rows = np.arange(len(snapshot["account_id"])) if rows is None else rows
    stamps = np.full(len(rows), np.datetime64("2024-09-10T00:00:00", "us"))
    return {field.name: snapshot[field.name][rows] for field in CORE} | {
        "id": snapshot["account_id"][rows], "modified_at": stamps,
    }  # fmt: skip


def empty_crm(ids: list[str]) -> dict[str, Column]:
    return {"id": np.array(ids, np.object_), "modified_at": np.full(len(ids), np.datetime64("NaT", "us"))}


def plan(snapshot: dict[str, Column], current: dict[str, Column], *, at: datetime = AT) -> list[AccountChange]:
    return make_plan(lay_side_by_side(snapshot, current, CORE), RULES, at)


def moved(before: dict[str, object], after: dict[str, object]) -> list[AccountChange]:
    """The plan for one account that shows `before` and would show `after`."""
    return plan(a_snapshot(after), shown(a_snapshot(before)))


def test_a_second_run_writes_nothing() -> None:
    snapshot = a_snapshot({}, {"score": 12.4}, {"band": None, "trend_30d": np.nan})

    assert plan(snapshot, shown(snapshot)) == []


def test_a_first_score_is_written_with_all_its_fields() -> None:
    (change,) = plan(a_snapshot({"score": 49.5, "trend_30d": np.nan}), empty_crm(["A0"]))

    assert (change.account_id, change.account_name, change.reason) == ("A0", "A0 Ltd", FIRST)
    assert set(change.cells) == {field.name for field in CORE}
    assert (change.cells["score"], change.cells["trend_30d"], change.cells["mqa"]) == (50, None, False)
    assert change.cells["scored_at"] == AT
    assert change.modified_at is None


def test_an_account_the_crm_no_longer_shows_is_not_written() -> None:
    assert [c.account_id for c in plan(a_snapshot({}, {}, ids=["A0", "A1"]), empty_crm(["A1", "A2"]))] == ["A1"]


def test_an_account_that_is_not_scored_is_not_written() -> None:
    assert plan(a_snapshot(), empty_crm(["A0"])) == []


@pytest.mark.parametrize(
    ("before", "after", "is_written"),
    [
        (50, 51, False),  # less than 5 %
        (50, 52.4, False),
        (50, 52.5, True),  # 5 % of 50 is 2.5, and 52.5 is shown as 53
        (50, 47, True),
        (10, 10.9, True),  # shown as 11: a whole point and 10 %
        (10, 10.4, False),
        (0, 1, True),
        (0, 0.4, False),
    ],
)
def test_a_number_is_written_past_five_percent_and_a_whole_point(
    before: float, after: float, is_written: bool
) -> None:
    assert bool(moved({"score": float(before)}, {"score": float(after)})) is is_written


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("band", "Warm", "Hot"),
        ("surge", "Steady", "Cooling"),
        ("mqa", False, True),
        ("mqa_date", np.datetime64("NaT"), np.datetime64("2024-09-16T00:00:00")),
        ("last_two_way", np.datetime64("2024-09-01"), np.datetime64("2024-09-02")),
        ("trend_30d", np.nan, 0.0),
        ("trend_30d", 3.0, np.nan),
    ],
)
def test_a_state_is_written_on_any_difference_and_a_number_when_it_appears_or_goes(
    name: str, before: object, after: object
) -> None:
    (change,) = moved({name: before}, {name: after})

    assert [difference.field for difference in change.moved] == [name]
    assert set(change.cells) == {field.name for field in CORE}
    assert change.reason == "something"


@pytest.mark.parametrize(
    ("name", "after"), [("why", "else"), ("what_changed", "else"), ("sparkline", "█" * 12), ("minutes_30d", 103.0)]
)
def test_texts_and_small_moves_alone_are_not_written(name: str, after: object) -> None:
    assert moved({}, {name: after, "scored_at": np.datetime64("2024-09-16T06:30:15")}) == []


def test_the_stamp_alone_is_not_written() -> None:
    assert moved({"scored_at": np.datetime64("2024-09-12T06:30:15")}, {}) == []


def test_what_was_told_a_week_ago_is_confirmed_with_fresh_numbers() -> None:
    week_ago = np.datetime64("2024-09-09T06:30:15")

    (change,) = moved({"scored_at": week_ago, "score": 51.0}, {})

    assert change.reason == CONFIRMED
    assert change.moved == ()
    assert (change.cells["score"], change.cells["scored_at"]) == (50, AT)


def test_what_was_told_a_second_less_than_a_week_ago_is_left_alone() -> None:
    assert moved({"scored_at": np.datetime64("2024-09-09T06:30:16")}, {}) == []


def test_nothing_is_confirmed_where_the_crm_is_not_told_when_it_was_scored() -> None:
    fields = [field for field in CORE if field.name != "scored_at"]
    snapshot = a_snapshot({})

    book = lay_side_by_side(snapshot, shown(snapshot), fields)

    assert make_plan(book, RULES, AT + timedelta(days=90)) == []


def test_a_value_that_somebody_cleared_is_written_again() -> None:
    (change,) = moved({"score": np.nan}, {})

    assert change.moved == (Change("score", None, 50),)


def test_a_change_without_a_sentence_still_says_that_it_moved() -> None:
    snapshot = a_snapshot({"band": "Hot", "what_changed": None})

    assert plan(snapshot, shown(a_snapshot({})))[0].reason == "moved"


def test_accounts_of_one_parent_are_written_together() -> None:
    snapshot = a_snapshot({}, {}, {}, {}, ids=["A", "B", "C", "D"], parents=["P", None, "P", "A"])

    assert [c.account_id for c in plan(snapshot, empty_crm(["A", "B", "C", "D"]))] == ["D", "B", "A", "C"]


@given(order=st.permutations(range(5)))
def test_the_order_in_which_the_crm_answers_does_not_matter(order: list[int]) -> None:
    snapshot = a_snapshot({}, {"score": 80.0}, {}, {"band": "Hot"}, {})
    before = shown(a_snapshot({}, {}, {}, {}, {}), np.array(order))

    assert [(c.account_id, c.moved[0].field) for c in plan(snapshot, before)] == [("A1", "score"), ("A3", "band")]


def test_the_records_stamp_is_kept_as_a_moment() -> None:
    (change,) = moved({}, {"band": "Hot"})

    assert change.modified_at == datetime(2024, 9, 10, tzinfo=UTC)


def test_a_digest_is_bound_to_the_org_the_rules_the_stamps_and_the_cells() -> None:
    changes = plan(a_snapshot({"band": "Hot"}, {"mqa": True}), shown(a_snapshot({}, {})))
    touched = [replace(changes[0], modified_at=AT), changes[1]]
    other = [replace(changes[0], cells={**changes[0].cells, "score": 1}), changes[1]]

    found = {
        digest(changes, "org", "rules"), digest(changes, "other", "rules"), digest(changes, "org", "newer"),
        digest(touched, "org", "rules"), digest(other, "org", "rules"), digest(changes[:1], "org", "rules"),
    }  # fmt: skip

    assert len(found) == 6
    assert digest(changes[::-1], "org", "rules") in found


def test_a_field_the_crm_did_not_give_is_taken_as_empty() -> None:
    current = shown(a_snapshot({}))
    del current["trend_30d"]

    (change,) = plan(a_snapshot({}), current)

    assert change.moved == (Change("trend_30d", None, 10.0),)


def test_a_book_is_as_long_as_what_both_sides_know() -> None:
    book = lay_side_by_side(a_snapshot({}, {}), empty_crm(["A1"]), CORE)

    assert isinstance(book, Book)
    assert len(book) == 1
