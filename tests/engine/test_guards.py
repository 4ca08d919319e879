"""Plans that a person should look at first."""

import numpy as np
import pytest

from connector.engine.guards import Silence, check_plan
from connector.engine.plan import Book, lay_side_by_side, make_plan
from connector.engine.records import AccountChange
from connector.engine.rules import DeadBand, Guards
from connector.errors import UnsafePlan
from tests.engine.test_plan import AT, CORE, a_snapshot, empty_crm, shown

Row = dict[str, object]
NOTHING: Row = {"score": 0.0, "band": "No data"}


def a_plan(before: list[Row], after: list[Row]) -> tuple[Book, list[AccountChange]]:
    book = lay_side_by_side(a_snapshot(*after), shown(a_snapshot(*before)), CORE)
    return book, make_plan(book, DeadBand(), AT)


def refusal(before: list[Row], after: list[Row], rules: Guards | None = None) -> str:
    """What the guards say, or nothing."""
    try:
        check_plan(*a_plan(before, after), rules or Guards())
    except UnsafePlan as error:
        return str(error)
    return ""


def test_an_ordinary_plan_passes() -> None:
    assert refusal([{}] * 20, [{"score": 60.0}] * 20) == ""


@pytest.mark.parametrize(("changed", "is_stopped"), [(6, False), (7, True)])
def test_more_than_three_in_ten_new_bands_stop_the_plan(changed: int, is_stopped: bool) -> None:
    said = refusal([{}] * 20, [{"band": "Hot"}] * changed + [{}] * (20 - changed))

    assert bool(said) is is_stopped
    if is_stopped:
        assert "guards.band_changes: 7 of 20 accounts (35 %) would change their band; 30 % are allowed." in said
        assert "connector sync --force" in said


def test_more_than_one_in_ten_that_lose_their_score_stop_the_plan() -> None:
    after = [{"score": 0.0}] * 3 + [{}] * 17

    assert "guards.emptied: 3 of 20 accounts (15 %) would lose their score" in refusal([{}] * 20, after)
    assert refusal([{}] * 20, [*after[1:], {}]) == ""


def test_more_than_one_in_ten_mqa_flips_stop_the_plan() -> None:
    assert "guards.mqa_flips: 3 of 20" in refusal([{}] * 20, [{"mqa": True}] * 3 + [{}] * 17)


def test_a_run_that_finds_nothing_at_all_is_stopped_even_where_few_had_a_score() -> None:
    said = refusal([{}] * 10 + [NOTHING] * 190, [NOTHING] * 200)

    assert "all 10 accounts that have a score would lose it" in said


def test_first_scores_surprise_nobody() -> None:
    book = lay_side_by_side(a_snapshot(*[{}] * 20), empty_crm([f"A{i}" for i in range(20)]), CORE)

    assert len(make_plan(book, DeadBand(), AT)) == 20
    check_plan(book, make_plan(book, DeadBand(), AT), Guards())


def test_in_a_small_book_a_share_means_nothing() -> None:
    assert refusal([{}] * 9, [NOTHING] * 9) == ""


def test_too_many_rows_stop_the_plan_however_small_the_moves() -> None:
    said = refusal([{}] * 6, [{"score": 60.0}] * 6, Guards(most_rows=5))

    assert said.startswith("guards.most_rows: 6 accounts would be written; 5 are allowed.")


def test_every_guard_that_says_no_has_its_line() -> None:
    said = refusal([{}] * 20, [NOTHING | {"mqa": True}] * 20, Guards(most_rows=3))

    assert len(said.splitlines()) == 6


def test_a_field_that_is_not_written_guards_nothing() -> None:
    fields = [field for field in CORE if field.name not in ("band", "mqa", "score")]
    book = lay_side_by_side(a_snapshot(*[NOTHING] * 20), shown(a_snapshot(*[{}] * 20)), fields)

    check_plan(book, make_plan(book, DeadBand(), AT), Guards())

    assert np.all(book.is_known())


def test_a_band_that_was_empty_is_no_change_of_band() -> None:
    assert refusal([{"band": None}] * 20, [{}] * 20) == ""


SILENT = Silence("task", rows=0, usual=320.0, seen=12, held=4_100)


def test_a_book_that_cools_while_a_source_is_silent_is_not_written() -> None:
    after = [{"surge": "Cooling"}, {"band": "Cool"}] + [{}] * 18
    book, changes = a_plan([{}] * 20, after)

    check_plan(book, changes, Guards())
    with pytest.raises(UnsafePlan) as stopped:
        check_plan(book, changes, Guards(), [SILENT])

    told = str(stopped.value)
    assert "guards.cooled: 2 of 20 accounts (10 %) would cool while a source is silent" in told
    assert "task: 0 new rows in seven days, usually 320, and only 12 of the 4,100 we hold are still to be seen" in told


def test_a_silent_source_stops_nothing_that_does_not_cool() -> None:
    for after in ({"band": "Hot"}, {"surge": "Surging"}, {"score": 60.0}):
        check_plan(*a_plan([{"surge": "Steady"}] * 20, [after] * 4 + [{"surge": "Steady"}] * 16), Guards(), [SILENT])


def test_in_a_small_book_silence_means_nothing_either() -> None:
    check_plan(*a_plan([{}] * 9, [{"surge": "Silent"}] * 9), Guards(), [SILENT])
