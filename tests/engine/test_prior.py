"""What pace is usual in the book, checked against sums written out one by one."""

from math import ceil

import numpy as np
import pytest

from connector.engine.days import Accounts, Span, history_start
from connector.engine.exposure import exposure
from connector.engine.prior import Prior, priors
from connector.engine.rules import SurgeRules
from tests.engine.books import FIRST, a_day, account_days, accounts

RULES = SurgeRules()
PACES = (1, 2, 3, 7, 14)


def measured(rows: list[tuple[object, ...]], book: Accounts, last: int, rules: SurgeRules = RULES) -> list[Prior]:
    days, span = account_days(rows), Span(FIRST, FIRST + last)
    start = history_start(days, book.created, span)
    return priors(days, start, exposure(days, span, rules), span, rules)


def a_steady_book(days: int) -> list[tuple[object, ...]]:
    """Account i is active every so many days."""
    return [a_day(i, day) for i, every in enumerate(PACES) for day in range(0, days, every)]


def test_the_book_is_measured_as_soon_as_it_can_be_then_on_the_same_days_for_everybody() -> None:
    found = [prior.day for prior in measured(a_steady_book(400), accounts(5), 399)]

    assert found[0] == FIRST + 56
    assert found[1:] == [day for day in range(FIRST + 57, FIRST + 400) if day % 91 == 0]


def test_a_book_too_young_to_be_measured_has_no_prior() -> None:
    assert measured(a_steady_book(50), accounts(5), 50) == []


def test_a_book_without_any_activity_has_no_prior() -> None:
    assert measured([], accounts(5), 400) == []


def test_mean_and_spread_of_the_paces_are_those_of_the_accounts_without_what_chance_adds() -> None:
    rows = a_steady_book(400)

    prior = measured(rows, accounts(5), 60)[0]

    days, span = account_days(rows), Span(FIRST, FIRST + 60)
    exposed = exposure(days, span, RULES).each[:28].sum()
    pace = [sum(1 for row in rows if row[0] == i and row[1] < FIRST + 28) / exposed for i in range(5)]
    mean = sum(pace) / 5
    spread = sum((one - mean) ** 2 for one in pace) / 5 - mean / exposed
    assert prior.alpha == pytest.approx(mean**2 / spread)
    assert prior.beta == pytest.approx(mean / spread)


def test_accounts_that_are_all_alike_still_differ_a_little() -> None:
    prior = measured([a_day(i, day) for i in range(4) for day in range(100)], accounts(4), 60)[0]

    assert prior.alpha == pytest.approx(20)


def test_an_account_counts_from_the_day_it_began() -> None:
    rows = [a_day(i, day) for i in range(4) for day in range(200)]
    late = [a_day(4, day) for day in range(150, 200)]
    book = Accounts(np.append(accounts(4).created, FIRST + 150), accounts(5).enter_minutes)

    *_, with_late = measured(rows + late, book, 240)

    assert with_late.alpha / with_late.beta == pytest.approx(1.0, abs=0.02)


def test_weeks_that_vary_more_than_chance_raise_the_dispersion() -> None:
    steady = [a_day(0, day) for day in range(400)] + [a_day(1, day) for day in range(0, 400, 2)]
    bursts = [a_day(i, day, people=6) for i in range(2) for day in range(400) if (day // 7 + 5 * i) % 11 == 0]

    assert measured(steady, accounts(2), 399)[-1].phi == 1.0
    assert measured(bursts, accounts(2), 399)[-1].phi == 6.0


def test_the_dispersion_is_chi_square_by_its_degrees_of_freedom() -> None:
    rng = np.random.default_rng(5)
    people = rng.negative_binomial(1, 0.35, (6, 400))
    rows = [a_day(i, day, people=int(people[i, day])) for i in range(6) for day in range(400) if people[i, day]]
    book = Accounts(np.array([FIRST, FIRST, FIRST, FIRST + 100, FIRST, FIRST]), accounts(6).enter_minutes)
    rows = [row for row in rows if row[0] != 3 or row[1] >= FIRST + 100]

    prior = measured(rows, book, 399)[-1]

    days, span = account_days(rows), Span(FIRST, FIRST + 399)
    each, end = exposure(days, span, RULES).each, prior.day - FIRST - 28
    begin, chi, freedom = max(end - 336, 0), 0.0, 0
    for i in range(6):
        since = max(begin, 100 if i == 3 else 0)
        pace = people[i, since:end].sum() / each[since:end].sum()
        weeks = [slice(max(to - 7, since), to) for to in range(end, since, -7)]
        expected = [pace * each[week].sum() for week in weeks]
        chi += sum((people[i, week].sum() - m) ** 2 / m for week, m in zip(weeks, expected, strict=True))
        freedom += ceil((end - since) / 7) - 1
    assert 1.0 < prior.phi < 6.0
    assert prior.phi == pytest.approx(chi / freedom)
