"""Which kind of visit is seeing a page?"""

import pytest

from connector.engine.pages import Visit, read_pages
from connector.engine.rules import PageRule

LINES = (
    PageRule(page="*/careers*", kind=None),
    PageRule(page="*Pricing*", kind="key_page"),
    PageRule(page="feature.report", kind="product_action"),
)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("https://our.example/pricing", "key_page"),
        ("PRICING", "key_page"),
        ("feature.report", "product_action"),
        ("featureXreport", "page_view"),
        ("feature.reports", "page_view"),
        ("a\npricing", "key_page"),
        ("", "page_view"),
    ],
)
def test_a_page_is_what_the_first_pattern_that_fits_it_whole_says(page: str, kind: str) -> None:
    """S2-02"""
    assert read_pages([page], LINES) == [Visit(page, kind)]


def test_a_pattern_without_a_kind_says_that_its_visits_do_not_count() -> None:
    (visit,) = read_pages(["/careers/pricing"], LINES)

    assert visit == Visit("/careers/pricing", "page_view", "page")


def test_without_patterns_every_page_is_a_page() -> None:
    assert [visit.kind for visit in read_pages(["/pricing", "/"], ())] == ["page_view", "page_view"]
