"""Columns about the people, peers and family behind a score."""

from dataclasses import replace

import numpy as np
import pytest

from connector.engine.days import Texts
from connector.engine.fields import FIELDS
from connector.engine.portrait import Known, portrait
from connector.engine.stored import Column
from tests.engine.books import some_rules
from tests.engine.test_coverage import BOOK, IDEAL, cells

SETS = {"size", "roles", "sales", "family"}


def texts(*values: str | None) -> Texts:
    return np.array(values, np.object_)


COLUMNS: dict[str, Column] = {
    "account_id": texts("A", "B", "C"),
    "parent_id": texts(None, "A", "A"),
    "engaged_minutes": np.array([30.0, 0.0, 30.0]),
    "minutes_90d": np.array([130.0, 0.0, 5.0]),
}
KNOWN = Known(
    cells=BOOK,
    desired=IDEAL,
    groups=texts("client", "target", None),
    size_bands=texts("small", "small", None),
    tally=np.array([1.2, 0.0, 0.5]),
    meetings_held=np.array([3, 0, 0]),
    meetings_booked=np.array([1, 0, 0]),
    interests=texts("Autumn webinar", None, None),
    our_people=np.array([2, 0, 1]),
    impact={"won": np.array([2.0, 0.0, 0.0])},
)


def test_every_field_of_these_sets_has_its_column() -> None:
    wanted = {field.name for field in FIELDS if field.set in SETS} | {"confidence"}

    assert wanted <= set(portrait(COLUMNS, KNOWN, some_rules()))


def test_shares_are_percentages_of_what_was_counted() -> None:
    found = portrait(COLUMNS, KNOWN, some_rules())

    assert found["coverage"].tolist() == [50, 0, 25]
    assert found["penetration"][0] == pytest.approx(100 / 3)
    assert found["precision"][0] == pytest.approx(40)
    assert found["relevance"][0] == pytest.approx(100 / 3)
    assert np.isnan(found["penetration"][1])


def test_minutes_are_divided_by_all_known_contacts() -> None:
    assert portrait(COLUMNS, KNOWN, some_rules())["minutes_per_contact"][0] == pytest.approx(130 / 6)


def test_one_busy_person_is_seen_by_their_share() -> None:
    busy = cells(
        (0, "IT", "vp", {"minutes": 90.0, "top_minutes": 75.0, "sure_minutes": 45.0}),
        (0, "HR", "vp", {"minutes": 10.0, "top_minutes": 10.0, "sure_minutes": 10.0}),
        (1, "HR", "vp", {}),
    )
    known = replace(KNOWN, cells=busy, desired=())

    found = portrait(COLUMNS, known, some_rules())

    assert (found["top_person_share"][0], found["confidence"][0]) == (75, 55)
    assert np.isnan(found["confidence"][1])
    assert np.isnan(found["coverage"]).all()


def test_a_family_is_scored_by_the_sum_of_its_minutes() -> None:
    found = portrait(COLUMNS, KNOWN, some_rules())

    assert (found["family_score"][0], found["family_minutes_90d"][0]) == (50, 135)
    assert np.isnan(found["family_score"][1:]).all()


def test_groups_and_our_own_work_are_told_as_they_are() -> None:
    found = portrait(COLUMNS, KNOWN, some_rules())

    assert found["account_group"].tolist() == ["Client", "Target", None]
    assert [found[name][0] for name in ("meetings_held_90d", "meetings_booked", "our_people_90d")] == [3, 1, 2]
    assert found["won"].tolist() == [2, 0, 0]
