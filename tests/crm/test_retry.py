"""Is a call tried again when that can help, and only then?"""

import pytest

from connector.crm.retry import Retry, SlowDown
from connector.errors import BudgetReached, ConnectorError, Incomplete, Rejected, Unavailable


class Caller:
    """Fails with the given errors, one a call, then answers."""

    def __init__(self, *errors: ConnectorError) -> None:
        self.errors, self.calls = list(errors), 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def test_what_was_unavailable_a_moment_ago_is_asked_again() -> None:
    caller = Caller(Unavailable("a"), Unavailable("b"))

    assert Retry(sleep=lambda _: None).run(caller) == "answer"
    assert caller.calls == 3


@pytest.mark.parametrize("error", [Rejected("no"), BudgetReached("spent"), Incomplete("rows are missing")])
def test_a_refusal_a_spent_budget_and_a_wrong_count_are_final(error: ConnectorError) -> None:
    caller = Caller(error)

    with pytest.raises(type(error)):
        Retry(sleep=lambda _: None).run(caller)
    assert caller.calls == 1


def test_what_the_caller_names_is_not_asked_again() -> None:
    caller = Caller(SlowDown("wait"))

    with pytest.raises(SlowDown):
        Retry(sleep=lambda _: None).run(caller, never=(SlowDown,))
    assert caller.calls == 1


def test_it_ends_after_so_many_tries() -> None:
    caller = Caller(*[Unavailable("down")] * 9)

    with pytest.raises(Unavailable, match="down"):
        Retry(tries=4, sleep=lambda _: None).run(caller)
    assert caller.calls == 4


def test_it_ends_after_so_many_seconds() -> None:
    caller = Caller(*[Unavailable("down")] * 9)

    with pytest.raises(Unavailable):
        Retry(seconds=0, sleep=lambda _: None).run(caller)
    assert caller.calls == 1


def test_waits_stay_below_their_ceiling_and_are_not_all_alike() -> None:
    waits: list[float] = []

    Retry(tries=9, longest_wait=8, sleep=waits.append).run(Caller(*[Unavailable("down")] * 8))

    assert len(waits) == 8
    assert all(0 <= wait <= min(2**number, 8) for number, wait in enumerate(waits))
    assert len({round(wait, 6) for wait in waits}) > 1


def test_whoever_asks_us_to_slow_down_gets_at_least_the_time_asked_for() -> None:
    waits: list[float] = []

    Retry(sleep=waits.append).run(Caller(SlowDown("too many", seconds=10)))

    assert waits[0] >= 10
