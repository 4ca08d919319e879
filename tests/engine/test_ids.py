"""Whose is an id, and which one grows?"""

import pytest

from connector.engine.records import crm_of, long_id


@pytest.mark.parametrize("one", ["contact12345678", "123456789012345", "10000000002", "text of fifteen", ""])
def test_only_a_short_id_of_salesforces_grows(one: str) -> None:
    assert long_id(one) == one


def test_a_short_id_of_salesforces_says_which_signs_are_capitals() -> None:
    assert long_id("001000000000001") == "001000000000001AAA"
    assert long_id("001Wd0000000002") == "001Wd0000000002IAA"


@pytest.mark.parametrize(
    ("one", "crm"),
    [("10000000002", "hubspot"), ("001Wd0000000002IAA", "salesforce"), ("001000000000001", "salesforce")],
)
def test_an_account_s_id_says_its_crm(one: str, crm: str) -> None:
    assert crm_of(one) == crm
