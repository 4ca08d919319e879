"""The sentences of many accounts at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.reasons import REACH, ReasonRows, Traces, fading, what_changed, why
from connector.engine.reasons import reason_rows as made
from connector.engine.receipts import Look, Moved, movement
from connector.engine.snapshot import Lately, snapshot
from connector.engine.words import Reason
from tests.engine.books import AT, a_day, a_history, a_register, believed, some_rules

Row = tuple[object, ...]


def reason_rows(*rows: tuple[int, Reason]) -> ReasonRows:
    """The rows of the query, from an account's number and a reason each."""
    columns = {name: [getattr(reason, name) for _, reason in rows] for name in Reason._fields}
    types = {"kind": object, "senior": object}
    arrays = {name: np.array(values, types.get(name)) for name, values in columns.items()}
    return ReasonRows(account=np.array([account for account, _ in rows], np.int64), **arrays)


def a_reason(kind: str, minutes: float, **about: object) -> Reason:
    plain: dict[str, object] = {
        "touches": 1, "people": 1, "senior": "unknown", "new_minutes": 0.0, "new_touches": 0,
    }  # fmt: skip
    return Reason(kind=kind, minutes=minutes, **(plain | about))


def said(rows: list[Row], count: int, last: int, reasons: ReasonRows, people: list[tuple[int, int, int]] | None = None):
    history, rules = a_history(rows, people=people or []), some_rules()
    state = believed(history, count, last, rules)
    lately = Lately(history.days, history.people)
    columns = snapshot(state, lately, a_register(count), rules, AT)
    who, none = np.arange(count), np.zeros(count)
    moved = Moved(reasons.new_by_account(count), none, none)
    look = Look(state.day - 7, rules.decay.half_life_days)
    return {
        "why": why(state, columns, reasons, lately, who),
        "what_changed": what_changed(movement(look, state.engaged, state.day, moved), reasons, who),
    }


def test_each_account_is_told_its_own_reasons() -> None:
    reasons = reason_rows((0, a_reason("meeting", 45.0)), (2, a_reason("call", 20.0)), (2, a_reason("download", 10.0)))

    found = said([a_day(0, 150, 45, two_way=True), a_day(2, 150, 30, two_way=True)], 3, 150, reasons)

    assert found["why"].tolist() == [
        "45 engaged minutes, usually none: 1 meeting (45).",
        "No activity by people there yet.",
        "30 engaged minutes, usually none: 1 call (20), 1 download (10).",
    ]
    assert found["what_changed"][0].startswith("\N{MINUS SIGN}19 minutes since ")
    assert found["what_changed"][1].startswith("Nothing moved since ")


def a_surging_book() -> list[Row]:
    crowd = [a_day(i, day) for i in range(30) for day in range(i % 7, 330, 7)]
    return crowd + [a_day(30, day, two_way=True) for day in [*range(0, 300, 7), *range(300, 320)]]


def test_a_surge_is_told_before_the_minutes() -> None:
    people = [(30, day % 3, day) for day in range(300, 320)]

    found = said(a_surging_book(), 31, 319, reason_rows((30, a_reason("meeting", 120.0))), people)

    assert found["why"][30].startswith("Surging since ")
    assert "from 3 people against" in found["why"][30]
    assert "engaged minutes, usually" in found["why"][30]


def test_a_cooling_account_is_worth_a_look() -> None:
    """S3-02 S3-26: said so that somebody looks, not so that nobody has to."""
    crowd = [a_day(i, day) for i in range(30) for day in range(i % 7, 330, 7)]
    rows = crowd + [a_day(30, day, 20, people=2, two_way=True) for day in range(0, 300, 2)]

    found = said(rows, 31, 328, reason_rows((30, a_reason("meeting", 30.0))))

    assert found["why"][30].startswith("0 engaged minutes in 14 days, usually about ")
    assert "worth a look." in found["why"][30]


def test_what_is_left_of_a_minute_by_its_age() -> None:
    left = fading(14)

    assert len(left) == REACH + 1
    assert (left[0], left[14]) == (1.0, 0.5)


TOUCHES = st.lists(
    st.tuples(
        *(st.integers(1, 3) for _ in range(3)), st.integers(0, 4), st.booleans(), st.booleans(), st.integers(1, 9)
    ),
    max_size=40,
)


@given(TOUCHES)
def test_what_each_kind_did_is_what_one_would_add_up_by_hand(
    touches: list[tuple[int, int, int, int, bool, bool, int]],
) -> None:
    """Touches as (account, kind, person, activity, is_shared, is_new, minutes); the person's number is the rank too."""
    account, kind, person, activity, is_shared, is_new, minutes = np.array(touches, dtype=np.int64).reshape(-1, 7).T
    flags = is_shared.astype(np.bool_), is_new.astype(np.bool_)
    names = np.array([None, "call", "meeting", "dinner"], object), np.array(["", "manager", "vp", "c_level"], object)

    found = made(Traces(account, kind, person, activity, person, minutes.astype(np.float64), *flags), *names)

    expected = []
    for key in {touch[:2] for touch in touches}:
        mine = [touch for touch in touches if touch[:2] == key]
        expected.append((
            key[0], Reason(
                kind=names[0][key[1]],
                minutes=sum(touch[6] for touch in mine),
                touches=counted_once(mine),
                people=len({touch[2] for touch in mine}),
                senior=names[1][max(touch[2] for touch in mine)],
                new_minutes=sum(touch[6] for touch in mine if touch[5]),
                new_touches=counted_once([touch for touch in mine if touch[5]]),
            ), -key[1],
        ))  # fmt: skip
    expected.sort(key=lambda row: (row[0], -row[1].minutes, -row[2]))
    assert found.account.tolist() == [row[0] for row in expected]
    assert [reason for of in found.of(np.arange(4)) for reason in of] == [row[1] for row in expected]


def counted_once(touches: list[tuple[int, int, int, int, bool, bool, int]]) -> int:
    """Each touch of one person, and each activity of several as often as it is new and not."""
    return sum(not touch[4] for touch in touches) + len({(touch[3], touch[5]) for touch in touches if touch[4]})
