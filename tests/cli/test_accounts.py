"""Can accounts be asked for by what they are like, and added up by any group?"""

import csv
import io
from typing import Any

import pytest

from connector.store.published import BY
from tests.cli.conftest import Shell

Rows = list[dict[str, Any]]


@pytest.fixture
def every(known: Shell) -> Rows:
    """All accounts as they are listed."""
    return known("accounts", "list", "--limit", "0", "--json").rows


def summary(shell: Shell, *args: str) -> Rows:
    return shell("accounts", "summary", *args, "--json").rows


@pytest.mark.parametrize("by", BY)
def test_whatever_they_go_by_the_groups_hold_all_minutes_and_people(known: Shell, every: Rows, by: str) -> None:
    """S1-21 S2-10 S3-19 S4-16: by territory, industry, owner, group, tier, size band, country and persona."""
    groups = summary(known, "--by", by)

    for measure in ("minutes_30d", "minutes_before_30d", "people_90d"):
        whole = sum(row[measure] for row in every)
        assert sum(group[measure] for group in groups) == pytest.approx(whole, abs=1e-6)
        assert whole > 0


def test_a_group_counts_its_accounts_their_mqas_and_who_grew_most(known: Shell, every: Rows) -> None:
    """S1-21: biggest growth."""
    groups = {row["name"]: row for row in summary(known, "--by", "industry")}

    for name, group in groups.items():
        accounts = [row for row in every if (row["industry"] or "") == name]
        grown = {row["account_id"]: row["minutes_30d"] - row["minutes_before_30d"] for row in accounts}
        best = sorted((-change, account) for account, change in grown.items() if change > 0)[:3]
        assert group["accounts"] == len(accounts)
        assert group["mqas"] == sum(row["mqa"] for row in accounts)
        assert group["surging"] == sum(row["surge"] == "Surging" for row in accounts)
        assert [one["account_id"] for one in group["leaders"] or ()] == [account for _, account in best]
        assert group["change"] == pytest.approx(sum(grown.values()))


def test_nothing_before_is_no_percentage(known: Shell) -> None:
    for group in summary(known, "--by", "country"):
        before = group["minutes_before_30d"]
        share = group["minutes_30d"] / before - 1 if before else None
        assert group["change_share"] == (pytest.approx(share) if before else None)


def test_groups_can_be_of_chosen_accounts_only(known: Shell, every: Rows) -> None:
    """S2-10: a rep's own accounts by industry."""
    owner = every[0]["owner_id"]

    groups = summary(known, "--by", "industry", "--owner", owner[:15])

    assert sum(group["accounts"] for group in groups) == sum(row["owner_id"] == owner for row in every)


def test_a_territory_is_whatever_field_the_mapping_names(ready: Shell) -> None:
    """S1-21"""
    ready.edit("salesforce.yaml", "territory: null ", "territory: BillingCountry ")
    ready("sync")

    groups = summary(ready, "--by", "territory")

    assert [(row["name"], row["accounts"]) for row in groups] == [
        (row["name"], row["accounts"]) for row in summary(ready, "--by", "country")
    ]
    one = groups[0]["name"]
    assert {row["territory"] for row in ready("accounts", "list", "--territory", one.upper(), "--json").rows} == {one}


def test_a_summary_reads_well_on_a_screen_and_in_a_spreadsheet(known: Shell) -> None:
    shown = known("accounts", "summary", "--by", "owner")
    rows = list(csv.DictReader(io.StringIO(known("accounts", "summary", "--by", "owner", "--csv").out)))

    assert shown.code == 0
    assert shown.out.splitlines()[0].split()[:2] == ["Owner", "Accounts"]
    assert len(shown.out.splitlines()) == len(rows) + 1
    assert all(row["name"] and not row["name"].startswith("005") for row in rows)


def test_dormant_accounts_are_silent_and_were_not_before(known: Shell, every: Rows) -> None:
    """S3-21 S3-22: re-engage the dormant, clients among them."""
    found = known("accounts", "list", "--only", "dormant", "--limit", "0", "--json").rows

    ids = {row["account_id"] for row in found}
    for row in every:
        was_alive = row["usual_minutes"] > 0 or row["minutes_90d"] > 0 or row["last_two_way"] is not None
        assert (row["account_id"] in ids) == (row["minutes_30d"] == 0 and was_alive and not row["excluded"])


def test_accelerating_accounts_are_warm_rising_and_no_clients_yet(known: Shell, every: Rows) -> None:
    """S3-21: accelerate the highly engaged."""
    found = known("accounts", "list", "--only", "accelerating", "--limit", "0", "--json").rows

    assert 0 < len(found) < len(every)
    for row in found:
        assert row["account_group"] != "client"
        assert row["band"] in ("Hot", "Warm")
        assert row["surge"] in ("Surging", "Warming") or row["minutes_30d"] > row["minutes_before_30d"]


def test_an_owner_is_found_by_name_and_words_fit_in_any_case(known: Shell, every: Rows) -> None:
    """S2-10 S3-19"""
    first = next(row for row in every if row["industry"])

    by_name = known("accounts", "list", "--owner", first["owner_name"].upper(), "--limit", "0", "--json").rows
    by_word = known(
        "accounts", "list", "--industry", first["industry"].lower(), "--group", first["account_group"], "--json"
    )

    assert [row["account_id"] for row in by_name] == [
        row["account_id"] for row in every if row["owner_name"] == first["owner_name"]
    ]
    assert {(row["industry"], row["account_group"]) for row in by_word.rows} == {
        (first["industry"], first["account_group"])
    }


def test_a_choice_that_fits_nobody_says_so(known: Shell) -> None:
    for args in (("list",), ("summary", "--by", "tier")):
        said = known("accounts", *args, "--country", "Atlantis")
        assert (said.code, said.out, said.err) == (0, "", "No account is like that.\n")


def test_one_answer_at_a_time(known: Shell) -> None:
    assert known("accounts", "summary", "--by", "tier", "--json", "--csv").code == 2
    assert known("accounts", "summary").code == 2
