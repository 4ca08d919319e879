"""The JSON that the panel reads."""

import json

import numpy as np
import pytest

from connector.engine.detail import LONGEST, Shown, TopPeople, details
from tests.engine.test_coverage import cells
from tests.engine.test_reasons import a_reason, reason_rows

COLUMNS = {
    "score": np.array([65.5, 0.0]),
    "engaged_minutes": np.array([92.9, 0.0]),
    "usual_minutes": np.array([20.2, 0.0]),
    "usual_week": np.array([7.0, 0.0]),
}


def top_people(*rows: tuple[int, str, str, str, float]) -> TopPeople:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    texts = [np.array(column, np.object_) for column in columns[1:4]]
    return TopPeople(np.array(columns[0], np.int64), *texts, np.array(columns[4], np.float64))


def shapes(shown: Shown) -> list[dict[str, object]]:
    return [json.loads(text) for text in details(COLUMNS, shown, np.array([0, 1]))]


def test_an_account_is_shown_with_its_weeks_reasons_cells_and_people() -> None:
    shown = Shown(
        cells((0, "IT", "vp", {"minutes": 57.6, "people": 2}), (1, "HR", "manager", {})),
        top_people((0, "003A", "IT", "vp", 57.6)),
        reason_rows((0, a_reason("meeting", 82.5, touches=3))),
        np.vstack([np.arange(12) + 0.5, np.zeros(12)]),
    )

    first, second = shapes(shown)

    assert first == {
        "v": 1, "score": 66, "minutes": 93, "usual": 20, "usual_week": 7, "weeks": list(range(1, 13)),
        "why": [["meeting", 3, 83]], "cells": [["IT", "vp", 58, 2]], "people": [["003A", "IT", "vp", 58]],
    }  # fmt: skip
    assert (second["why"], second["cells"], second["people"]) == ([], [["HR", "manager", 0, 1]], [])


@pytest.mark.parametrize(("cells_of", "people_of", "kept"), [(10, 3000, {"cells"}), (3000, 1, set())])
def test_a_text_too_long_for_its_field_loses_its_people_then_its_cells(
    cells_of: int, people_of: int, kept: set[str]
) -> None:
    shown = Shown(
        cells(*((0, f"Department {number}", "vp", {}) for number in range(cells_of))),
        top_people(*((0, f"003{number:015}", "IT", "vp", 1.0) for number in range(people_of))),
        reason_rows((0, a_reason("meeting", 82.5))),
        np.zeros((2, 12)),
    )

    text = details(COLUMNS, shown, np.array([0]))[0]

    assert len(text) <= LONGEST
    assert {"cells", "people"} & set(json.loads(text)) == kept
