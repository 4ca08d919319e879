"""What may happen in an org between two runs? Small worlds full of corners, and changes to any row of them."""

from datetime import timedelta
from random import Random
from typing import Any

from tests.backend.world import NOW, World, ago

TITLES = ("CEO", "VP Sales", "IT Manager", "Assistant to the CEO", "Einkäufer", None)
DOMAINS = ("alpha.example", "mail.alpha.example", "beta.example", "gmail.com", "own.example", "shut.example")
NETWORKS = ("alpha.example", "vpn.beta.example", "own.example", "t-online.de", "nobody.example")
PAGES = ("https://our.example/pricing", "/blog/1", "/careers", None)
ACCOUNT_OF = {"contact": "account_id", "lead": "matched_account_id"}
STATUSES = ("Attended", "Registered", "No Show", "Clicked", "Sent")


def a_world(random: Random) -> World:
    """Three accounts and some people who do a little of everything."""
    world = World()
    for number in range(2):
        world.add("user", name=f"U{number}", email=f"u{number}@own.example", is_active=True)
    for name, site in (("Alpha", "alpha.example"), ("Beta GmbH", "https://www.beta.example/x"), ("Gamma", None)):
        world.account(name, website=site)
    for kind in ("Webinar", "Conference", "Email"):
        world.add("campaign", name=kind, type=kind)
    for _ in range(6):
        add_person(world, random)
    for _ in range(2):
        add_opportunity(world, random)
    for _ in range(14):
        add_activity(world, random)
    return world


def some(world: World, random: Random, *streams: str) -> str | None:
    """The id of a row of one of the streams, or None now and then."""
    ids = [row["id"] for stream in streams for row in world.rows.get(stream, [])]
    return random.choice(ids) if ids and random.random() < 0.9 else None


def add_person(world: World, random: Random) -> str:
    email = f"p{random.randrange(6)}@{random.choice(DOMAINS)}" if random.random() < 0.8 else None
    name = random.choice((None, "Ann Lee", " ann lee", "Bo Ek"))
    told = {"email": email, "title": random.choice(TITLES), "name": name}
    if random.random() < 0.6:
        return world.contact(some(world, random, "account"), **told)
    return world.lead(company=random.choice(("Beta", "Gamma AG", "Delta", None)), **told)


def add_opportunity(world: World, random: Random) -> str:
    deal = world.add(
        "opportunity", account_id=some(world, random, "account"), is_closed=random.random() < 0.3, is_won=False
    )
    contact = some(world, random, "contact")
    if contact:
        role = random.choice(("Decision Maker", "Influencer", None))
        world.add("opportunity_contact_role", opportunity_id=deal, contact_id=contact, role=role)
    return deal


def a_moment(random: Random) -> Any:  # a datetime; most are close to each other, so that touches meet
    return ago(random.choice((1, 2, 3, 4, 9, 10, 40, -3)), seconds=random.choice((0, 20, 50, 70, 110, 3600)))


def add_activity(world: World, random: Random) -> str:
    makers = (a_task, a_task, a_click, an_event, a_mail, a_member, a_visit, a_visit)
    return random.choice(makers)(world, random)


def a_task(world: World, random: Random) -> str:
    who, what = some(world, random, "contact", "lead"), some(world, random, "account", "opportunity")
    told = {
        "what_id": what,
        "account_id": some(world, random, "account") if random.random() < 0.5 else None,
        "owner_id": some(world, random, "user"),
    }
    if random.random() < 0.2:
        told |= {"completed_at": None, "due_on": (NOW - timedelta(days=random.randrange(5))).date()}
    made = world.call(who, a_moment(random), is_closed=random.random() < 0.9, **told)
    if random.random() < 0.3:
        other = some(world, random, "contact")
        world.add("task_relation", task_id=made, relation_id=other, is_what=False)
    return made


def a_click(world: World, random: Random) -> str:
    return world.click(some(world, random, "contact", "lead") or "", a_moment(random))


def an_event(world: World, random: Random) -> str:
    made = world.meeting(
        some(world, random, "contact", "lead"), a_moment(random), what_id=some(world, random, "account", "opportunity"),
        minutes=random.choice((0, 30, 500, None)), is_child=random.random() < 0.1, owner_id=some(world, random, "user"),
        is_recurrence2=random.random() < 0.2,
        recurrence_id=some(world, random, "event") if random.random() < 0.2 else None,
    )  # fmt: skip
    for _ in range(random.randrange(4)):
        guest = some(world, random, "contact", "lead", "user")
        if guest:
            world.invite(made, guest, status=random.choice(("Accepted", "Declined", "New")))
    return made


def a_mail(world: World, random: Random) -> str:
    told = {
        "incoming": random.random() < 0.7, "sent_at": a_moment(random), "status": random.choice("111115"),
        "related_to_id": some(world, random, "account", "opportunity"),
        "from_address": f"P{random.randrange(6)}@{random.choice(DOMAINS)}",
    }  # fmt: skip
    task = (
        world.task(some(world, random, "contact", "lead"), a_moment(random), subtype="Email")
        if random.random() < 0.5
        else None
    )
    made = world.add("email_message", activity_id=task, **told)
    sender = some(world, random, "contact", "user")
    if sender and random.random() < 0.4:
        world.add(
            "email_relation",
            email_id=made,
            relation_id=sender,
            relation_type=random.choice(("FromAddress", "ToAddress", "CcAddress")),
        )
    return made


def a_member(world: World, random: Random) -> str:
    responded = a_moment(random).date() if random.random() < 0.8 else None
    return world.member(
        some(world, random, "campaign") or "", responded=responded, contact_id=some(world, random, "contact"),
        lead_id=some(world, random, "lead"), status=random.choice(STATUSES),
    )  # fmt: skip


def a_visit(world: World, random: Random) -> str:
    """A row of the import lane that names any of a person, an address, an account and a network."""
    names = {
        "person_id": some(world, random, "contact", "lead"), "account_id": some(world, random, "account"),
        "email": f"p{random.randrange(7)}@{random.choice(DOMAINS)}", "domain": random.choice(NETWORKS),
    }  # fmt: skip
    told: dict[str, Any] = {name: value for name, value in names.items() if random.random() < 0.4}
    moment = a_moment(random)
    told |= {"happened_at": moment} if random.random() < 0.8 else {"on_date": moment.date()}
    told |= {"kind": random.choice(("page_view", "page_view", "product_session", "support_ticket"))}
    return world.add(
        "activity", source="site", page=random.choice(PAGES), minutes=random.choice((None, 2.5, 300)), **told
    )


def change(world: World, random: Random) -> tuple[str, str]:
    """Something happens to any row of the org; its stream and id. New rows are told by `added`."""
    stream = random.choice([stream for stream, rows in world.rows.items() if rows])
    row = random.choice(world.rows[stream])
    before = dict(row)
    row.update(random.choice(_changes(world, random, stream)))
    if stream in ACCOUNT_OF and random.random() < 0.8:  # the rest is learned, as if it had always been so
        linked = ACCOUNT_OF[stream]
        world.was(row["id"], a_moment(random), title=before.get("title"), account_id=before.get(linked))
    return stream, row["id"]


def _changes(world: World, random: Random, stream: str) -> list[dict[str, Any]]:
    """What can happen to a row of a stream."""
    restored = {"is_deleted": False} | ({"master_id": None} if stream in ("account", "contact", "lead") else {})
    happens = _to_people(world, random) | _to_records(world, random)
    return [*happens.get(stream, []), {"is_deleted": True}, restored]


def _to_people(world: World, random: Random) -> dict[str, list[dict[str, Any]]]:
    """What can happen to people, accounts and deals."""
    account, contact = some(world, random, "account"), some(world, random, "contact")
    return {
        "user": [{"email": "u@beta.example"}, {"is_active": False}],
        "account": [{"is_deleted": True, "master_id": account}, {"website": "gamma.example"}, {"name": "Delta"}],
        "contact": [
            {"account_id": account}, {"title": "CFO"}, {"is_deleted": True, "master_id": contact}, {"excluded": True},
            {"email": "p1@own.example"}, {"email": "p2@beta.example"}, {"title": "IT Manager"},
            {"name": "Bo Ek"},
        ],
        "lead": [
            {"is_converted": True, "converted_account_id": account, "converted_contact_id": contact},
            {"matched_account_id": account}, {"is_deleted": True, "master_id": some(world, random, "lead")},
            {"company": "Alpha Inc"}, {"name": "Ann Lee", "email": "p1@alpha.example"},
        ],
        "opportunity": [{"account_id": account}, {"is_closed": True, "is_won": True}],
        "opportunity_contact_role": [{"role": "Evaluator"}, {"contact_id": contact}],
    }  # fmt: skip


def _to_records(world: World, random: Random) -> dict[str, list[dict[str, Any]]]:
    """What can happen to what was done."""
    account, contact, moment = some(world, random, "account"), some(world, random, "contact"), a_moment(random)
    return {
        "task": [
            {"completed_at": moment}, {"who_id": contact}, {"account_id": account}, {"is_closed": False},
            {"call_result": "Busy"},
        ],
        "event": [{"starts_at": moment}, {"who_id": contact}, {"is_recurrence2": True}, {"minutes": 45}],
        "email_message": [{"sent_at": moment}, {"activity_id": some(world, random, "task")}, {"incoming": True}],
        "campaign": [{"type": "Webinar"}, {"type": "Content"}],
        "campaign_member": [{"status": "Attended"}, {"responded_on": moment.date(), "has_responded": True}],
        "activity": [
            {"kind": "product_action"}, {"domain": "alpha.example"}, {"email": None}, {"person_id": contact},
            {"page": "/plans"},
        ],
        "event_relation": [{"status": "Declined"}, {"relation_id": contact}],
    }  # fmt: skip
