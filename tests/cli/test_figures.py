"""Can groups of accounts be compared by reach, impact and mail, and shown by department and seniority?"""

from typing import Any

import pytest

from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from tests.cli.conftest import Shell

Rows = list[dict[str, Any]]
SETS = "sets: [core, roles, sales]"


@pytest.fixture
def portrayed(connected: Shell) -> Shell:
    """A shell after a sync that also made the figures on people."""
    connected.edit("salesforce.yaml", "sets: [core]", SETS)
    connected.edit("salesforce.yaml", "obtainable_revenue: null", "obtainable_revenue: AnnualRevenue")
    assert [connected("fields", "apply").code, connected("sync").code] == [0, 0]
    return connected


def compared(shell: Shell, figures: str, *args: str) -> Rows:
    return shell("accounts", "summary", "--by", "industry", "--show", figures, "--json", *args).rows


def share(rows: Rows, over: str, under: str) -> float | None:
    """Percent of the accounts' own sums."""
    whole = sum(row[under] for row in rows)
    return 100 * sum(row[over] for row in rows) / whole if whole else None


def test_reach_impact_and_mail_of_a_group_are_made_of_its_accounts_sums(portrayed: Shell) -> None:
    """S1-26 S3-14 S4-06 S4-07 S4-08 S4-09 S4-12 S4-13 S4-15: beside pipeline and revenue, not instead of them."""
    every = portrayed("accounts", "list", "--limit", "0", "--json").rows
    found = {name: {row["part"]: row for row in compared(portrayed, name)} for name in ("reach", "impact", "mail")}

    for name, group in found["reach"].items():
        mine = [row for row in every if (row["industry"] or "none") == name]
        assert group["coverage"] == pytest.approx(share(mine, "filled_cells", "desired_cells"))
        assert group["penetration"] == pytest.approx(share(mine, "two_way_people", "known_people"))
        known = [row["obtainable_revenue"] for row in mine if row["obtainable_revenue"] is not None]
        assert found["impact"][name]["obtainable_revenue"] == pytest.approx(sum(known))
        assert found["impact"][name]["revenue_known"] == pytest.approx(100 * len(known) / len(mine))
    written = sum(row["written_people"] for row in found["mail"].values())
    answered = sum(row["replied_people"] for row in found["mail"].values())
    assert 0 < answered < written
    assert sum(row["won"] for row in found["impact"].values()) > 0


def test_reach_reads_well_and_a_share_of_nothing_is_empty(portrayed: Shell) -> None:
    shown = portrayed("accounts", "summary", "--by", "country", "--show", "mail").out.splitlines()

    assert shown[0].split() == ["Country", "Accounts", "Opened", "Clicked", "Answered", "Written", "to"]
    assert "nan" not in "".join(shown)
    assert portrayed("accounts", "summary", "--by", "seniority", "--show", "mail").code == 2


def test_meetings_peers_and_roles_are_told_where_they_are_made(portrayed: Shell) -> None:
    """S1-10 S4-09 S4-11: meetings held and booked are two numbers."""
    best = portrayed("accounts", "list", "--limit", "1", "--json").rows[0]

    told = " ".join(portrayed("explain", best["account_id"]).out.split())

    assert f"{best['meetings_held_90d']:.0f} held in 90 days, {best['meetings_booked']:.0f} booked" in told
    assert f"{best['minutes_per_contact']:,.1f} minutes of 90 days per contact" in told
    assert f"{best['top_person_share']:.0f} % of them from one person; more engaged than" in told
    assert f"{best['coverage']:.0f} % of the wanted roles known" in told


def test_figures_that_were_not_made_say_how_to_get_them(known: Shell) -> None:
    said = known("accounts", "summary", "--by", "industry", "--show", "reach")

    assert said.code == 2
    assert said.faults == [
        (
            "--show reach needs figures that the last sync did not make; add roles to write.sets in salesforce.yaml, "
            "then connector fields apply and connector sync"
        )
    ]


def test_a_heatmap_holds_all_minutes_of_the_accounts_it_is_of(known: Shell) -> None:
    """S0-02 S1-15 S1-16: minutes per department and seniority, of an account or a group, and how they changed."""
    every = known("accounts", "list", "--limit", "0", "--json").rows
    best = every[0]

    of_all = known("accounts", "heatmap", "--json").rows
    of_one = known("accounts", "heatmap", best["account_name"], "--json").rows
    of_some = known("accounts", "heatmap", "--industry", best["industry"], "--json").rows

    for cells, accounts in (
        (of_all, every), (of_one, [best]), (of_some, [row for row in every if row["industry"] == best["industry"]]),
    ):  # fmt: skip
        assert sum(cell["minutes_30d"] for cell in cells) == pytest.approx(sum(row["minutes_30d"] for row in accounts))
        assert sum(cell["people_90d"] for cell in cells) == sum(row["people_90d"] for row in accounts)
        before = sum(row["minutes_30d"] - row["minutes_before_30d"] for row in accounts)
        assert sum(cell["change"] for cell in cells) == pytest.approx(before)


def test_a_heatmap_names_the_wanted_cells_in_which_nobody_is(known: Shell) -> None:
    """S1-17: against the ideal."""
    ideal = {(one.department, one.seniority) for one in read_mappings(shipped_mappings(), "default").personas.ideal}
    best = known("accounts", "list", "--limit", "1", "--json").rows[0]["account_id"]

    cells = known("accounts", "heatmap", best, "--json").rows
    shown = known("accounts", "heatmap", best)

    assert {(cell["department"], cell["seniority"]) for cell in cells if cell["is_wanted"]} == ideal
    blind = [cell for cell in cells if cell["is_wanted"] and not cell["people"] and not cell["people_90d"]]
    assert shown.out.count("nobody") == len(blind) > 0
    assert "Engaged minutes of 30 days" in shown.err
