"""What do web addresses and company names tell about an account?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.match import alike, plain_company, suffixes, website_domain


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.acme.com/de?x=1#y", "acme.com"),
        ("ACME.COM", "acme.com"),
        ("http://user@acme.com:8080/", "acme.com"),
        ("//acme.co.uk.", "acme.co.uk"),
        ("www2.acme.com", "acme.com"),
        ("https://müller.example", "müller.example"),
        ("acme", None),
        ("n/a", None),
        ("", None),
        ("http://", None),
    ],
)
def test_a_website_has_a_domain(website: str, domain: str | None) -> None:
    assert website_domain(website) == domain


def test_a_domain_stands_under_those_above_it() -> None:
    assert suffixes("a.b.acme.com") == [("a.b.acme.com", 0), ("b.acme.com", 1), ("acme.com", 2)]
    assert suffixes("localhost") == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme, Inc.", "acme"),
        ("ACME S.A.", "acme"),
        ("Müller GmbH & Co. KG", "muller"),
        ("The Acme Group Holding", "acme"),
        ("Johnson & Johnson", "johnson johnson"),
        ("AG", "ag"),
        ("", ""),
    ],
)
def test_a_company_name_is_told_without_its_legal_form(name: str, expected: str) -> None:
    assert plain_company(name) == expected


def test_the_best_of_several_alike_comes_first() -> None:
    found = alike(["Acme Robotic"], [(1, "Acme Robots"), (2, "Acme Robotics"), (3, "Zeta")], 80)

    assert [one.account_no for one in found] == [2, 1]
    assert found[0].similarity > found[1].similarity


def test_a_typing_error_in_the_only_word_is_forgiven() -> None:
    assert [one.account_no for one in alike(["Siemans"], [(1, "Siemens AG"), (2, "Simple")], 85)] == [1]


def test_a_name_that_many_accounts_have_gives_five_at_most() -> None:
    assert len(alike(["Acme"], [(number, "Acme Ltd") for number in range(50)], 90)) == 5


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_is_too_strange(one: str, other: str) -> None:
    found = alike([one], [(1, other)], 92)

    assert all(92 <= each.similarity <= 100 for each in found)
    assert website_domain(one) is None or "." in str(website_domain(one))
