"""Departments that qualify on their own."""

import numpy as np
import pytest

from connector.engine.centres import Centres, account_memory, centre_names, number_centres, walk_centres
from connector.engine.days import ALWAYS, NEVER, Span
from connector.engine.mqa import WENT
from connector.engine.replay import State
from tests.engine.books import FIRST, a_day, account_days, accounts, opportunities, some_rules

ENDS = {"Deal": ALWAYS, "Lost deal": FIRST + 40}  # the centres that are deals, and when each was closed
Rows = list[tuple[str, tuple[object, ...]]]


def centres_of(rows: Rows) -> Centres:
    """Centres from rows of a department and an account-day."""
    ordered = sorted(rows, key=lambda row: (row[1][0], row[0], row[1][1]))
    columns = list(zip(*(row for _, row in ordered), strict=True))
    days = account_days([])
    types = [getattr(days, name).dtype for name in days.__dataclass_fields__]
    arrays = [np.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    names = np.array([name for name, _ in ordered], np.object_)
    ends = np.array([ENDS.get(name, NEVER) for name, _ in ordered], np.int64)
    return number_centres(type(days)(*arrays), names, names, ends)


def walked(rows: Rows, last: int, deals: list[tuple[int, int, int | None]] | None = None) -> tuple[Centres, State]:
    centres = centres_of(rows)
    span = Span(FIRST, FIRST + last)
    return centres, walk_centres(centres, opportunities(deals or []), accounts(3), span, some_rules())


def a_demo(account: int, day: int, minutes: float) -> tuple[object, ...]:
    return a_day(account, day, minutes, act_now=True)


BOOK: Rows = [
    ("IT", a_demo(0, 5, 90)),
    ("Finance", a_demo(0, 9, 40)),
    ("IT", a_demo(2, 3, 30)),
    ("Finance", a_demo(2, 3, 30)),
    ("Finance", a_demo(2, 7, 60)),
]


def test_each_department_of_an_account_is_a_centre() -> None:
    """S1-22: or a discrete buying centre within it."""
    centres = centres_of(BOOK)

    assert list(zip(centres.owner.tolist(), centres.name.tolist(), strict=True)) == [
        (0, "Finance"), (0, "IT"), (2, "Finance"), (2, "IT"),
    ]  # fmt: skip
    assert centres.days.account.tolist() == [0, 1, 2, 2, 3]


def test_a_department_needs_the_minutes_on_its_own() -> None:
    centres, state = walked(BOOK, 10)

    assert centre_names(centres, state.memory, 3).tolist() == ["IT", None, "Finance"]


def test_an_account_is_an_mqa_while_one_of_its_centres_is() -> None:
    centres, state = walked(BOOK, 10)

    memory = account_memory(centres, state.memory, 3)

    assert memory.inside.tolist() == [True, False, True]
    assert memory.last.tolist() == [FIRST + 5, NEVER, FIRST + 7]
    assert memory.first.tolist() == [FIRST + 5, NEVER, FIRST + 7]
    assert memory.times.tolist() == [1, 0, 1]


def test_the_account_remembers_the_first_and_the_last_of_all_its_centres() -> None:
    rows: Rows = [("IT", a_demo(0, 5, 61)), ("Finance", a_demo(0, 60, 80)), ("IT", a_demo(0, 70, 80))]

    centres, state = walked(rows, 95)
    memory = account_memory(centres, state.memory, 3)

    assert centre_names(centres, state.memory, 3)[0] is None
    assert not memory.inside[0]
    assert (memory.first[0] - FIRST, memory.last[0] - FIRST, memory.times[0]) == (5, 70, 3)
    assert memory.left[0] - FIRST == max(state.memory.left) - FIRST


def test_centres_that_are_in_are_named_in_the_order_of_the_alphabet() -> None:
    rows: Rows = [("Sales", a_demo(0, 5, 90)), ("Finance", a_demo(0, 6, 90)), ("IT", a_demo(0, 6, 10))]

    centres, state = walked(rows, 8)

    assert centre_names(centres, state.memory, 3)[0] == "Finance, Sales"


@pytest.mark.parametrize("account", [0, 1])
def test_a_deal_of_the_account_bars_all_its_centres(account: int) -> None:
    centres, state = walked(BOOK, 10, [(account, 0, None), (account, 1, 2)])

    assert (centre_names(centres, state.memory, 3)[0] is None) is (account == 0)
    assert centre_names(centres, state.memory, 3)[2] == "Finance"


def test_a_deal_that_is_a_centre_is_barred_by_no_deal_and_ends_when_it_is_closed() -> None:
    rows: Rows = [
        ("Deal", a_demo(0, 35, 90)), ("Lost deal", a_demo(0, 35, 90)), ("unknown", a_demo(0, 35, 90)),
    ]  # fmt: skip
    deals = [(0, 0, None), (0, 0, 40)]

    before = names_in(rows, 38, deals)
    after = names_in(rows, 45, deals)

    assert (before, after) == ("Deal, Lost deal", "Deal")


def names_in(rows: Rows, last: int, deals: list[tuple[int, int, int | None]]) -> object:
    centres, state = walked(rows, last, deals)
    return centre_names(centres, state.memory, 3)[0]


def test_an_account_whose_last_deal_was_closed_left_because_of_that() -> None:
    centres, state = walked([("Lost deal", a_demo(0, 35, 90))], 45, [(0, 0, 40)])

    memory = account_memory(centres, state.memory, 3)

    assert WENT[memory.left_by[0]] == "opportunity closed"
    assert memory.left[0] == FIRST + 40
