"""Do buying centres come out of HubSpot's rows, and of both CRMs together, as they do out of Salesforce's?"""

from typing import Any

from connector.backend.build import bench_for
from connector.backend.snapshots import make_snapshots
from connector.engine.rules import Rules
from tests.backend.portal import Portal, built_of
from tests.backend.world import NOW, World, ago, shipped

OPEN = {"is_closed": False, "is_won": False, "created_at": ago(30)}


def by(choice: str) -> Rules:
    """The rules as delivered, with buying centres."""
    plain = shipped().rules.model_dump()
    return Rules.model_validate(plain | {"mqa": plain["mqa"] | {"buying_centre": choice}})


def centres(portal: Portal, choice: str, world: World | None = None) -> dict[str, Any]:
    """Which centres of each account qualify."""
    made = built_of(portal, world, rules=by(choice))
    crm = "hubspot" if world is None else "both"
    make_snapshots(bench_for(made.connection, made.rules, crm), made.rules, NOW)
    return dict(made.rows("SELECT account_name, buying_centre FROM derived.snapshots"))


def an_hour(portal: Portal, *contacts: str) -> str:
    """Half an hour with each of two directors makes 78 engaged minutes: 2 x 30 x 1.3."""
    return portal.meeting(*contacts, at=ago(0))


def directors(portal: Portal, name: str, *countries: str) -> tuple[str, str]:
    """Two directors of a new company."""
    company = portal.company(name)
    one, two = (portal.contact(company, title="Director of IT", region=country) for country in countries)
    return one, two


def test_golden_region_in_hubspot() -> None:
    """S1-22: 39 + 39 >= 60 in one country, 39 in each of two are below."""
    portal = Portal()
    an_hour(portal, *directors(portal, "One", "Germany", "germany"))
    an_hour(portal, *directors(portal, "Two", "Germany", "France"))

    assert centres(portal, "region") == {"One": "Germany", "Two": None}


def test_golden_product_line_in_hubspot() -> None:
    """The product line is that of the deal a meeting hangs on; what hangs on none is of no line."""
    portal = Portal()
    people = directors(portal, "One", "Germany", "Germany")
    lost = portal.add("deal", name="Old", product_line="Cloud", is_closed=True, is_won=False, created_at=ago(90),
                      closes_at=ago(60))  # fmt: skip
    portal.tie("meeting", an_hour(portal, *people), "deal", lost)
    an_hour(portal, *directors(portal, "Two", "Germany", "Germany"))

    assert centres(portal, "product_line") == {"One": "Cloud", "Two": "unknown"}


def test_golden_opportunity_in_hubspot() -> None:
    """A meeting is its deal's by what it hangs on, or by a label on a contact of the deal."""
    portal = Portal()
    for name in ("About", "Part", "Neither"):
        people = directors(portal, name, "Germany", "Germany")
        deal = portal.add("deal", name=f"Deal {name}", **OPEN)
        portal.tie("deal", deal, "company", str(portal.made["company"]), is_primary=True)
        meeting = an_hour(portal, *people)
        if name == "About":
            portal.tie("meeting", meeting, "deal", deal)
        if name == "Part":
            portal.tie("deal", deal, "contact", *people, label="Decision maker")

    assert centres(portal, "opportunity") == {"About": "Deal About", "Part": "Deal Part", "Neither": None}


def test_a_deal_that_both_crms_have_is_one_centre_and_called_as_in_salesforce() -> None:
    world, portal = World(), Portal()
    account = world.account("Acme", website="acme.example")
    ann, _ = (world.contact(account, title="Director of IT", email=f"{name}@acme.example") for name in ("ann", "bob"))
    opportunity = world.add("opportunity", account_id=account, name="Cloud rollout", **OPEN)
    world.meeting(ann, ago(0), what_id=opportunity)
    company = portal.company("Acme Inc", salesforce_account_id=account)
    deal = portal.add("deal", name="cloud rollout (synced)", salesforce_opportunity_id=opportunity, **OPEN)
    own = portal.contact(company, title="Director of IT", email="bob@acme.example")
    portal.tie("meeting", portal.meeting(own, at=ago(0)), "deal", deal)

    assert centres(portal, "opportunity", world) == {"Acme": "Cloud rollout"}
