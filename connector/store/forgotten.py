"""Whom must we not know any more, and how does nothing of them stay? Their rows go, what named them names nobody.

Of somebody forgotten only fingerprints of ids and addresses are kept, so that what the CRM still shows of them is
known for theirs when it is read again, and not kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from connector.engine.records import SHORT_ID, long_id
from connector.store.database import STREAMS, Store

PERSONS = ("contact", "lead")
NAMED_BY: Mapping[str, tuple[str, ...]] = {  # the columns of a stream that name a person, by id or address
    "contact": ("id", "email", "master_id"),
    "lead": ("id", "email", "master_id", "converted_contact_id"),
    "task": ("who_id",),
    "event": ("who_id",),
    "task_relation": ("relation_id",),
    "event_relation": ("relation_id",),
    "email_message": ("from_address",),
    "email_relation": ("relation_id", "relation_address"),
    "campaign_member": ("lead_id", "contact_id"),
    "opportunity_contact_role": ("contact_id",),
    "activity": ("person_id", "email"),
}
TEXTS = {"plans": ("cells", "before", "moved", "reason"), "journal": ("message",)}  # what was written and said
IN_PLACE = "forgotten"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by all that names them: ids of records that are one person, addresses nobody else has, full names."""

    ids: Sequence[str]
    addresses: Sequence[str]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many contacts and leads went, and how many other rows named them."""

    records: int
    mentions: int


def find_person(store: Store, crm: str, said: str) -> Person:
    """The person of an address or an id, with all records that were merged into theirs or converted to it."""
    by_address = "@" in said
    said = said.strip().lower() if by_address else long_id(said.strip())
    ids = [row["id"] for row in store.rows(_same_person(crm, "address" if by_address else "id"), [said])]
    with store.lent("theirs", pa.table({"id": pa.array(ids, pa.string())})):
        rows = store.rows(f"SELECT name, address FROM ({_everybody(crm)}) WHERE id IN (SELECT id FROM theirs)")
        shared = store.rows(
            f"SELECT DISTINCT address FROM ({_everybody(crm)}) WHERE address IS NOT NULL "
            "AND id NOT IN (SELECT id FROM theirs)"
        )
    others = {row["address"] for row in shared}
    addresses = ({row["address"] for row in rows} | ({said} if by_address else set())) - {None} - others
    names = {row["name"] for row in rows if " " in (row["name"] or "").strip()}  # one word alone may mean anything
    return Person(ids if by_address or ids else [said], sorted(addresses), sorted(names))


def is_forgotten(store: Store, person: Person) -> bool:
    """Whether any of these ids and addresses was forgotten before."""
    named = pa.table({"text": pa.array([*person.ids, *person.addresses], pa.string())})
    with store.lent("named", named):
        return bool(store.rows(f"SELECT 1 FROM named WHERE {_is_theirs('text')} LIMIT 1"))


def erase(store: Store, crm: str, person: Person) -> Erased:
    """Take somebody out of all that was pulled, imported and kept, for good; to be called within a transaction."""
    _remember(store, person)
    counts = {
        (schema, stream.name): strike(store, f"{schema}.{stream.name}", stream.name, stream.columns)
        for schema in (crm, "imported")
        for stream in STREAMS[schema]
    }
    for table in ("pasts", "former_touches"):
        store.execute(f"DELETE FROM kept.{table} WHERE {_is_theirs('person_id')}")
    _strike_texts(store, person)
    records = sum(count for (_, name), count in counts.items() if name in PERSONS)
    return Erased(records, sum(counts.values()) - records)


def strike(store: Store, table: str, stream: str, columns: Collection[str]) -> int:
    """Take those who were forgotten out of a table with rows of a stream; how many rows spoke of them.

    A contact or lead that has a forgotten address, or became somebody forgotten, is forgotten too.
    """
    named_by = [column for column in NAMED_BY.get(stream, ()) if column in columns]
    if not named_by or not store.rows("SELECT 1 FROM kept.forgotten LIMIT 1"):
        return 0
    is_named = " OR ".join(_is_theirs(column) for column in named_by)
    count = store.number(f"SELECT count(*) FROM {table} WHERE {is_named}")
    if stream in PERSONS:
        store.execute(f"INSERT INTO kept.forgotten SELECT DISTINCT {_fingerprint('id')} FROM {table} WHERE {is_named}")
        store.execute(f"DELETE FROM {table} WHERE {is_named}")
        return count
    for column in named_by:
        store.execute(f"UPDATE {table} SET {column} = NULL WHERE {_is_theirs(column)}")
    return count


def overlook(store: Store, table: str) -> None:
    """Take the ids of those who were forgotten out of a table of ids."""
    store.execute(f"DELETE FROM {table} WHERE {_is_theirs('id')}")


def _remember(store: Store, person: Person) -> None:
    """Keep the fingerprints; of an id also that of its short form, which files may hold."""
    short = [one[:SHORT_ID] for one in person.ids]
    with store.lent("named", pa.table({"text": pa.array([*person.ids, *short, *person.addresses], pa.string())})):
        store.execute(
            f"INSERT INTO kept.forgotten SELECT DISTINCT {_fingerprint('text')} FROM named "
            f"WHERE NOT ({_is_theirs('text')})"
        )


def _strike_texts(store: Store, person: Person) -> None:
    """Put a word in the place of ids, addresses and names in what was written and what the CRM said of it."""
    short = [one[:SHORT_ID] for one in person.ids]
    for text in (*person.ids, *short, *person.addresses, *person.names):
        for table, columns in TEXTS.items():
            for column in columns:
                store.execute(
                    f"UPDATE kept.{table} SET {column} = replace({column}, $1, '{IN_PLACE}') "
                    f"WHERE contains({column}, $1)",
                    [text],
                )


def _fingerprint(column: str) -> str:
    """An address by its small letters, an id as it is."""
    return f"sha256(CASE WHEN contains({column}, '@') THEN lower(trim({column})) ELSE trim({column}) END)"


def _is_theirs(column: str) -> str:
    return f"{_fingerprint(column)} IN (SELECT fingerprint FROM kept.forgotten)"


def _everybody(crm: str) -> str:
    """Every contact and lead there ever was: id, name, address."""
    parts = (f"SELECT id, name, lower(trim(email)) AS address FROM {crm}.{person}" for person in PERSONS)
    return " UNION ALL ".join(parts)


def _same_person(crm: str, column: str) -> str:
    """The ids of all records that are the person whose `column` is given."""
    return f"""
        WITH RECURSIVE became AS (
            SELECT id AS one, master_id AS other FROM {crm}.contact WHERE master_id IS NOT NULL
            UNION ALL SELECT id, master_id FROM {crm}.lead WHERE master_id IS NOT NULL
            UNION ALL SELECT id, converted_contact_id FROM {crm}.lead WHERE converted_contact_id IS NOT NULL
        ),
        tied AS (SELECT one, other FROM became UNION ALL SELECT other, one FROM became),
        theirs AS (
            SELECT id FROM ({_everybody(crm)}) WHERE {column} = ?
            UNION SELECT tied.other FROM theirs JOIN tied ON tied.one = theirs.id
        )
        SELECT id FROM theirs ORDER BY id
    """
