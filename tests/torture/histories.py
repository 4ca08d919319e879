"""What happens in an org between two syncs? Steps that are drawn, and how each of them is done to the org."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.torture.book import (
    ACCOUNTS,
    CONTACTS,
    EVENTS,
    LEADS,
    TASKS,
    a_contact,
    a_task,
    an_account,
    an_event,
    an_id,
    links,
)
from tests.torture.faults import Rule, plans
from tests.torture.lab import BULK, REST, Lab, Ways

SOON_SEEN = (0, 0, 0, 0, 20, 240, 540, 800)  # seconds from a row's stamp to its commit; the overlap heals these
LONG_HIDDEN = (1500, 2400)  # only the sweep finds these
DELETABLE = {"Account": ACCOUNTS, "Contact": CONTACTS, "Lead": LEADS, "Task": TASKS, "Event": EVENTS}


@dataclass
class World:
    """What the steps have to remember: how many rows were made, and which are gone."""

    lab: Lab
    tasks: int = TASKS
    version: int = 0
    merged: dict[str, str] = field(default_factory=dict)  # whom each loser was merged into
    converted: set[str] = field(default_factory=set)

    def alive(self, *names: str) -> set[str]:
        """The ids of all rows of some objects that are not deleted."""
        return {row["Id"] for name in names for row in self.lab.rows(name) if not row["IsDeleted"]}


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: int

    def do(self, world: World) -> None:
        world.lab.advance(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Log:
    """So many new tasks at one moment, all with one stamp."""

    count: int
    late: int

    def do(self, world: World) -> None:
        now = world.lab.now()
        world.lab.put("Task", [a_task(world.tasks + n, now) for n in range(self.count)], self.late)
        world.tasks += self.count


@dataclass(frozen=True, slots=True)
class Rewrite:
    """New versions of tasks that are there."""

    first: int
    count: int
    late: int

    def do(self, world: World) -> None:
        world.version += 1
        now, last = world.lab.now(), min(self.first + self.count, TASKS)
        rows = [a_task(n, now, world.version) for n in range(self.first, last)]
        alive = world.alive("Task")
        world.lab.put("Task", [row for row in rows if row["Id"] in alive], self.late)


@dataclass(frozen=True, slots=True)
class Meet:
    """A meeting and who came."""

    number: int
    late: int

    def do(self, world: World) -> None:
        now, number = world.lab.now(), EVENTS + self.number
        world.version += 1
        world.lab.put("Event", [an_event(number, now, world.version % 4)], self.late)
        world.lab.put("EventRelation", [links(number)["EventRelation"]], self.late)


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody corrects an account or a contact."""

    sobject: str
    number: int

    def do(self, world: World) -> None:
        record_id = an_id(self.sobject, self.number)
        world.version += 1
        if record_id in world.alive(self.sobject):
            world.lab.set(self.sobject, record_id, Name=f"Renamed {world.version}")


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A person writes into one of our fields."""

    number: int
    value: float

    def do(self, world: World) -> None:
        world.lab.set("Account", an_id("Account", self.number), Engagement_Score__c=self.value)


@dataclass(frozen=True, slots=True)
class Touch:
    """A machine saves every row of an object: only the stamps move, all to one moment."""

    sobject: str

    def do(self, world: World) -> None:
        ids = sorted(world.alive(self.sobject))
        world.lab.control("POST", "touch", {"object": self.sobject, "ids": ids})


@dataclass(frozen=True, slots=True)
class Delete:
    sobject: str
    number: int
    hard: bool

    def do(self, world: World) -> None:
        record_id = an_id(self.sobject, self.number % DELETABLE[self.sobject])
        if record_id in world.alive(self.sobject):
            world.lab.control("POST", "delete", {"object": self.sobject, "ids": [record_id], "hard": self.hard})


@dataclass(frozen=True, slots=True)
class Undelete:
    sobject: str
    number: int

    def do(self, world: World) -> None:
        record_id = an_id(self.sobject, self.number % DELETABLE[self.sobject])
        binned = {row["Id"] for row in world.lab.rows(self.sobject) if row["IsDeleted"]}
        if record_id in binned - set(world.merged):
            world.lab.control("POST", "undelete", {"object": self.sobject, "ids": [record_id]})


@dataclass(frozen=True, slots=True)
class Merge:
    sobject: str
    master: int
    loser: int
    touch: bool

    def do(self, world: World) -> None:
        most = DELETABLE[self.sobject]
        master, loser = (an_id(self.sobject, number % most) for number in (self.master, self.loser))
        if master == loser or not {master, loser} <= world.alive(self.sobject):
            return
        world.merged[loser] = master
        told = {"object": self.sobject, "master": master, "losers": [loser], "touch_children": self.touch}
        world.lab.control("POST", "merge", told)


@dataclass(frozen=True, slots=True)
class Convert:
    number: int
    is_known: bool  # into the account that is there, else into a new one

    def do(self, world: World) -> None:
        lead, account = an_id("Lead", self.number), an_id("Account", self.number)
        if lead not in world.converted and {lead, account} <= world.alive("Lead", "Account"):
            world.converted.add(lead)
            into = {"account": account} if self.is_known else {}
            world.lab.control("POST", "convert", {"lead": lead} | into)


@dataclass(frozen=True, slots=True)
class Hire:
    """A new account with a contact."""

    number: int

    def do(self, world: World) -> None:
        number = ACCOUNTS + self.number
        world.lab.put("Account", [an_account(number)])
        world.lab.put("Contact", [a_contact(CONTACTS + self.number, number)])


@dataclass(frozen=True, slots=True)
class Sync:
    """A sync, and what goes wrong in it."""

    rules: list[Rule]
    ways: Ways


Step = Any  # one of the classes above, all with `do`, or Sync


def steps(lateness: tuple[int, ...], *, deletes: bool) -> st.SearchStrategy[Step]:
    """One thing that happens. Where rows are deleted no old row is changed late: nobody changes what is gone."""
    late, kind = st.sampled_from(lateness), st.sampled_from(list(DELETABLE))
    mergeable = st.sampled_from(("Account", "Contact", "Lead"))
    small = st.integers(0, 30)
    made: Mapping[Callable[..., Step], tuple[st.SearchStrategy[Any], ...]] = {
        Log: (st.integers(1, 12), late),
        Rewrite: (st.integers(0, TASKS - 1), st.integers(1, 12), st.just(0) if deletes else late),
        Meet: (st.integers(0, 5), st.just(0) if deletes else late),
        Change: (st.sampled_from(("Account", "Contact")), st.integers(0, ACCOUNTS - 1)),
        Overwrite: (st.integers(0, ACCOUNTS - 1), st.sampled_from((0.0, 37.0, 99.0))),
        Touch: (kind,),
        Convert: (st.integers(0, LEADS - 1), st.booleans()),
        Hire: (st.integers(0, 3),),
    }
    ends: Mapping[Callable[..., Step], tuple[st.SearchStrategy[Any], ...]] = {
        Delete: (kind, small, st.booleans()),
        Undelete: (kind, small),
        Merge: (mergeable, small, small, st.booleans()),
    }
    chosen = {**made, **(ends if deletes else {})}
    return st.one_of(*(st.builds(step, *drawn) for step, drawn in chosen.items()))


@st.composite
def histories(draw: st.DrawFn, lateness: tuple[int, ...] = SOON_SEEN, most: int = 5) -> list[Step]:
    """What happens, with time passing in between, and a sync after each stretch."""
    step = steps(lateness, deletes=draw(st.booleans()))
    wait = st.builds(Wait, st.sampled_from((0, 10, 45, 61, 300, 900, 3600, 90_000)))
    some = st.lists(st.tuples(step, wait), min_size=1, max_size=4)
    syncs = st.one_of(st.builds(Sync, plans(is_bulk=ways is BULK), st.just(ways)) for ways in (REST, BULK))
    stretches = draw(st.lists(st.tuples(some, syncs), min_size=2, max_size=most))
    return [one for happened, then in stretches for one in (*(each for pair in happened for each in pair), then)]
