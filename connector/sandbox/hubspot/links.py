"""Which types of association are there, and what is associated with what?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connector.sandbox.answers import Json

HUBSPOT, USER = "HUBSPOT_DEFINED", "USER_DEFINED"
FIRST_OWN_TYPE = 101
ENGAGED = {  # kind -> type ids towards contacts, companies, deals; the way back is one less
    "calls": (194, 182, 206), "emails": (198, 186, 210), "meetings": (200, 188, 212), "notes": (202, 190, 214),
    "tasks": (204, 192, 216), "communications": (82, 88, 86), "postal_mail": (454, 460, 458),
}  # fmt: skip
PARTIES = ("contacts", "companies", "deals")


@dataclass(frozen=True, slots=True)
class LinkType:
    """One type in one direction; `back` is the type of the same link seen from the other end."""

    from_kind: str
    to_kind: str
    type_id: int
    back: int
    label: str | None = None
    category: str = HUBSPOT

    def told(self) -> dict[str, Json]:
        """As the label endpoint shows it."""
        return {"category": self.category, "typeId": self.type_id, "label": self.label}


def standard_types() -> Iterator[LinkType]:
    """The types HubSpot defines, in both directions."""
    pairs: list[tuple[str, str, int, int, str | None, str | None]] = [
        ("contacts", "companies", 279, 280, None, None), ("contacts", "companies", 1, 2, "Primary", "Primary"),
        ("deals", "contacts", 3, 4, None, None),
        ("deals", "companies", 341, 342, None, None), ("deals", "companies", 5, 6, "Primary", "Primary"),
        ("companies", "companies", 13, 14, "Child Company", "Parent Company"),
        ("companies", "companies", 450, 450, None, None), ("contacts", "contacts", 449, 449, None, None),
        *((kind, party, there, there - 1, None, None)
          for kind, ids in ENGAGED.items() for party, there in zip(PARTIES, ids, strict=True)),
    ]  # fmt: skip
    for one, other, there, back, label, label_back in pairs:
        yield LinkType(one, other, there, back, label)
        if there != back:
            yield LinkType(other, one, back, there, label_back)


class Links:
    """Every association, kept from both ends."""

    def __init__(self) -> None:
        self.types = {(one.from_kind, one.to_kind, one.type_id): one for one in standard_types()}
        self._plain = {(one.from_kind, one.to_kind): one for one in self.types.values() if one.label is None}
        self._ends: dict[tuple[str, str, str], dict[str, set[int]]] = {}
        self._next_own = FIRST_OWN_TYPE

    # -- types --------------------------------------------------------------------------------------------------
    def between(self, from_kind: str, to_kind: str) -> list[LinkType]:
        """The types of one direction, labelled ones first."""
        found = [one for one in self.types.values() if (one.from_kind, one.to_kind) == (from_kind, to_kind)]
        return sorted(found, key=lambda one: (one.label is None, one.type_id))

    def plain(self, from_kind: str, to_kind: str) -> LinkType | None:
        """The unlabelled type, which every pair has."""
        return self._plain.get((from_kind, to_kind))

    def primary(self, from_kind: str, to_kind: str) -> LinkType | None:
        """The type that marks the one that matters most, where the pair has it."""
        return next((one for one in self.between(from_kind, to_kind) if one.label == "Primary"), None)

    def define(self, from_kind: str, to_kind: str, label: str, label_back: str) -> tuple[LinkType, LinkType]:
        """A label of the portal's own, from both ends; it gets the next two type ids."""
        there, back = self._next_own, self._next_own + 1
        self._next_own += 2
        made = (
            LinkType(from_kind, to_kind, there, back, label, USER),
            LinkType(to_kind, from_kind, back, there, label_back, USER),
        )
        self.types |= {(one.from_kind, one.to_kind, one.type_id): one for one in made}
        return made

    # -- associations -------------------------------------------------------------------------------------------
    def of(self, kind: str, record_id: str, to_kind: str) -> dict[str, set[int]]:
        """What a record is associated with: id -> type ids, in the order they were made."""
        return self._ends.get((kind, record_id, to_kind), {})

    def put(self, kind: str, record_id: str, to_kind: str, to_id: str, types: Iterable[int] = ()) -> None:
        """Associate two records; the unlabelled type always comes along."""
        plain = self.plain(kind, to_kind)
        for type_id in {*types, *([plain.type_id] if plain else [])}:
            known = self.types[kind, to_kind, type_id]
            self._end(kind, record_id, to_kind, to_id).add(type_id)
            self._end(to_kind, to_id, kind, record_id).add(known.back)

    def _end(self, kind: str, record_id: str, to_kind: str, to_id: str) -> set[int]:
        return self._ends.setdefault((kind, record_id, to_kind), {}).setdefault(to_id, set())

    def cut(self, kind: str, record_id: str, to_kind: str, to_id: str, types: Iterable[int] | None = None) -> None:
        """Take some types of an association away, or the whole of it."""
        have = set(self.of(kind, record_id, to_kind).get(to_id, ()))
        gone = have if types is None else have & set(types)
        backs = {self.types[kind, to_kind, type_id].back for type_id in gone}
        for end, other, lost in (((kind, record_id, to_kind), to_id, gone), ((to_kind, to_id, kind), record_id, backs)):
            held = self._ends.get(end, {})
            left = held.get(other, set()) - lost
            if left:
                held[other] = left
            else:
                held.pop(other, None)

    def cut_all(self, kind: str, record_id: str, to_kind: str) -> None:
        """Take away every association of a record with another kind."""
        for to_id in list(self.of(kind, record_id, to_kind)):
            self.cut(kind, record_id, to_kind, to_id)

    def move(self, kind: str, old: str, new: str, to_kind: str) -> None:
        """Let another record have the associations of this one."""
        for to_id, types in list(self.of(kind, old, to_kind).items()):
            self.put(kind, new, to_kind, to_id, types)
        self.cut_all(kind, old, to_kind)
