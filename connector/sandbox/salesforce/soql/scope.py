"""Where does a field path of a query lead? Through parents, each a join, to one column."""

# ruff: noqa: S608 - names come from the schema and are quoted; values are parameters
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.schema import Field, SObject
from connector.sandbox.salesforce.soql.tree import Path
from connector.sandbox.salesforce.soql.words import invalid_field

PARENTS_MAX = 5
ARCHIVE_DAYS = 365
OWN_WORDS = (
    "If you are attempting to use a custom {kind}, be sure to append the '{suffix}' after the {what} name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
PEOPLE = ("Contact", "Lead", "User")
# Which objects fill a column of Name; the others by all that have it.
KNOWN_TO_NAME = {"FirstName": PEOPLE, "LastName": PEOPLE} | dict.fromkeys(
    ("Email", "Phone", "Title", "Alias", "Username", "IsActive", "ProfileId", "UserRoleId"), ("User",)
)
# What a polymorphic lookup can tell without saying which object it means.
NAME = SObject(
    "Name", "Name", "Names", "", "Q",
    fields=tuple(
        Field(name, name, kind, flags="FGSNA")
        for name, kind in (
            ("Id", "id"), ("Name", "string"), ("Type", "picklist"), ("FirstName", "string"), ("LastName", "string"),
            ("Email", "email"), ("Phone", "phone"), ("Title", "string"), ("Alias", "string"), ("Username", "string"),
            ("IsActive", "boolean"), ("ProfileId", "reference"), ("UserRoleId", "reference"),
        )
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What a query may see: the user's objects and fields, the day it is, and whether the bin is open."""

    text: str
    find: Callable[[str], SObject | None]
    fields: Callable[[SObject], Mapping[str, Field]]
    children: Callable[[str], list[str]]
    today: date
    zone: str = "UTC"
    everything: bool = False
    bulk: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """One object in the FROM clause: its alias in SQL, and the way to it from the root."""

    sobject: SObject
    alias: str
    way: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of SQL with the field it stands for and the way to it in the record."""

    sql: str
    field: Field
    way: tuple[str, ...]


@dataclass(slots=True)
class Names:
    """The aliases and parameters of one statement, shared with the queries nested in it."""

    values: dict[str, Json] = field(default_factory=dict)
    aliases: int = 0

    def value(self, value: Json) -> str:
        """A parameter that holds the value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def alias(self) -> str:
        """A new alias."""
        self.aliases += 1
        return f"t{self.aliases}"


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


class Scope:
    """The objects one SELECT draws from. Asking for a path adds the joins it needs."""

    def __init__(self, view: View, root: SObject, alias: str, names: Names) -> None:
        self.view, self.names, self.alias = view, names, alias.lower()
        self.root = Source(root, names.alias())
        self.sources: dict[tuple[str, ...], Source] = {(): self.root}
        self.joins: list[str] = []

    def column(self, path: Path) -> Column:
        """The column the path leads to. Refuses an unknown relationship or field."""
        *parents, last = self._own(path.names)
        if len(parents) > PARENTS_MAX:
            raise Refusal(400, "MALFORMED_QUERY", f"SOQL relationships may go {PARENTS_MAX} levels up at most.")
        source = self.root
        for parent in parents:
            source = self._parent(source, parent, path)
        field = self.field(source, last, path.at)
        return Column(column_sql(source, field, self.view.today), field, (*source.way, field.name))

    def field(self, source: Source, name: str, at: int) -> Field:
        """The field of the source the user can see under that name."""
        found = self._fields(source.sobject).get(name.lower())
        if found is None:
            advice = OWN_WORDS.format(kind="field", suffix="__c", what="custom field")
            message = f"No such column '{name}' on entity '{source.sobject.name}'. {advice}"
            raise invalid_field(self.view.text, at, message)
        return found

    def from_sql(self) -> str:
        """The FROM clause with its joins."""
        return " ".join([f"{quoted(self.root.sobject.name)} {self.root.alias}", *self.joins])

    def _own(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names without the alias of the object itself: `a.Name` in `FROM Account a`."""
        itself = {self.alias, self.root.sobject.name.lower()}
        return names[1:] if len(names) > 1 and names[0].lower() in itself else names

    def _fields(self, sobject: SObject) -> Mapping[str, Field]:
        if sobject is NAME:
            return {one.name.lower(): one for one in NAME.fields}
        return {one.name.lower(): one for one in self.view.fields(sobject).values()}

    def _parent(self, source: Source, name: str, path: Path) -> Source:
        lookup = next(
            (f for f in self._fields(source.sobject).values() if f.relationship and _relation(f) == name.lower()), None
        )
        targets = [found for found in map(self.view.find, lookup.references) if found] if lookup else []
        if lookup is None or not targets:
            advice = OWN_WORDS.format(kind="relationship", suffix="__r", what="custom relationship")
            message = f"Didn't understand relationship '{name}' in field path. {advice}"
            raise invalid_field(self.view.text, path.at, message)
        way = (*source.way, lookup.relationship)
        if way not in self.sources:
            self.sources[way] = self._join(source, lookup, targets, way)
        return self.sources[way]

    def _join(self, source: Source, lookup: Field, targets: list[SObject], way: tuple[str, ...]) -> Source:
        polymorphic = len(lookup.references) > 1
        joined = Source(NAME if polymorphic else targets[0], self.names.alias(), way)
        rows = f"({names_sql(targets)})" if polymorphic else quoted(targets[0].name)
        key = f"{source.alias}.{quoted(lookup.name)}"
        self.joins.append(f'LEFT JOIN {rows} {joined.alias} ON {joined.alias}."Id" = {key}')
        return joined


def _relation(lookup: Field) -> str:
    return lookup.relationship.lower()


def names_sql(targets: list[SObject]) -> str:
    """The rows of several objects with the columns of Name, and the name of the object each is from."""
    return " UNION ALL ".join(_names_of(target) for target in targets)


def _names_of(target: SObject) -> str:
    columns = ", ".join(f"{_name_column(target, field)} AS {quoted(field.name)}" for field in NAME.fields)
    return f"SELECT {columns}, '{target.name}' AS _object FROM {quoted(target.name)}"


def _name_column(target: SObject, field: Field) -> str:
    """A queue is a group with a type of its own; what only users have is null for everybody else."""
    if field.name == "Type":
        return (
            "CASE \"Type\" WHEN 'Queue' THEN 'Queue' ELSE 'Group' END" if target.name == "Group" else f"'{target.name}'"
        )
    own = target.field(field.name) if target.name in KNOWN_TO_NAME.get(field.name, (target.name,)) else None
    if field.name == "Name":
        own = next((one for one in target.fields if one.can("m") and one.name != "Subject"), target.field("Subject"))
    return quoted(own.name) if own else f"NULL::{field.sql_type}"


def column_sql(source: Source, field: Field, today: date) -> str:
    """The SQL of one field of a source."""
    if field.name == "IsArchived" and source.sobject.name in ("Task", "Event"):
        return archived_sql(source, today)
    if field.type == "address":
        return address_sql(source, field)
    return f"{source.alias}.{quoted(field.name)}"


def archived_sql(source: Source, today: date) -> str:
    """Whether an activity has left the everyday queries: 365 days old, and closed if it is a task."""
    alias = source.alias
    if source.sobject.name == "Event":
        day, closed = f'COALESCE({alias}."ActivityDate", {alias}."StartDateTime"::DATE)', "TRUE"
    else:
        day, closed = f'COALESCE({alias}."ActivityDate", {alias}."CreatedDate"::DATE)', f'{alias}."IsClosed"'
    return f"({closed} AND COALESCE({day} <= DATE '{today.isoformat()}' - {ARCHIVE_DAYS}, FALSE))"


def address_sql(source: Source, field: Field) -> str:
    """A compound address as JSON, null where all its parts are."""
    parts = [one for one in source.sobject.fields if one.compound == field.name]
    columns = [f"{source.alias}.{quoted(one.name)}" for one in parts]
    stem = field.name.removesuffix("Address")
    keys = [one.name.removeprefix(stem) for one in parts]
    pairs = ", ".join(f"'{key[:1].lower()}{key[1:]}', {sql}" for key, sql in zip(keys, columns, strict=True))
    anything = ", ".join(f"{sql}::VARCHAR" for sql in columns)
    return f"CASE WHEN COALESCE({anything}) IS NOT NULL THEN json_object({pairs})::VARCHAR END"
