"""Whom must we not know any more, and how does nothing of them stay? Their rows go, what named them names nobody.

Of somebody forgotten only fingerprints of ids and addresses are kept, so that what a CRM still shows of them is
known for theirs when it is read again, and not kept. HubSpot's ids are numbers: a contact's is told as `contact<id>`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from connector.engine.records import SHORT_ID, long_id
from connector.store.database import STREAMS, Store

IN_PLACE = "forgotten"
PERSONS = ("salesforce.contact", "salesforce.lead", "hubspot.contact")
_LINK_END = "CASE WHEN split_part(id, '-', {0}) = 'contact' THEN 'contact' || split_part(id, '-', {0} + 1) END"
LINKS: Mapping[str, Sequence[str]] = {  # rows that name a person in their id, and say nothing without: they go whole
    "hubspot.association": (_LINK_END.format(1), _LINK_END.format(3)),  # such as contact-12-company-7-279
    "hubspot.list_member": ("'contact' || split_part(id, '-', 2)",),  # the list, and who stands on it
}
NAMED_BY: Mapping[str, Mapping[str, str]] = {  # the columns that name a person, and the id or address each tells
    "salesforce.contact": {"id": "id", "email": "email", "master_id": "master_id"},
    "salesforce.lead": {
        "id": "id", "email": "email", "master_id": "master_id", "converted_contact_id": "converted_contact_id",
    },
    "salesforce.task": {"who_id": "who_id"},
    "salesforce.event": {"who_id": "who_id"},
    "salesforce.task_relation": {"relation_id": "relation_id"},
    "salesforce.event_relation": {"relation_id": "relation_id"},
    "salesforce.email_message": {"from_address": "from_address"},
    "salesforce.email_relation": {"relation_id": "relation_id", "relation_address": "relation_address"},
    "salesforce.campaign_member": {"lead_id": "lead_id", "contact_id": "contact_id"},
    "salesforce.opportunity_contact_role": {"contact_id": "contact_id"},
    "hubspot.contact": {
        "id": "'contact' || id", "email": "email", "salesforce_contact_id": "salesforce_contact_id",
        "salesforce_lead_id": "salesforce_lead_id",
    },
    "hubspot.email": {"from_address": "from_address"},
    "hubspot.form_submission": {"email": "email", "contact_id": "'contact' || contact_id"},
    "hubspot.email_event": {"recipient": "recipient"},
    "hubspot.association": {
        "from_id": "CASE WHEN from_type = 'contact' THEN 'contact' || from_id END",
        "to_id": "CASE WHEN to_type = 'contact' THEN 'contact' || to_id END",
    },
    "hubspot.list_member": {"contact_id": "'contact' || contact_id"},
    "imported.activity": {"person_id": "person_id", "email": "email"},
}  # fmt: skip
KEPT: Mapping[str, str] = {  # what we keep of persons ourselves, and the id each row tells
    "pasts": "CASE WHEN crm = 'hubspot' THEN 'contact' || person_id ELSE person_id END",
    "former_touches": "person_id",
}
TEXTS = {"plans": ("cells", "before", "moved", "reason"), "journal": ("message",)}  # what was written and said
EVERYBODY = """
    SELECT id, name, lower(trim(email)) AS address FROM salesforce.contact
    UNION ALL SELECT id, name, lower(trim(email)) FROM salesforce.lead
    UNION ALL SELECT 'contact' || id, concat_ws(' ', first_name, last_name), lower(trim(email)) FROM hubspot.contact
    UNION ALL SELECT 'contact' || id, NULL, lower(trim(parts.one))
    FROM hubspot.contact, unnest(string_split(other_emails, ';')) AS parts (one) WHERE other_emails <> ''
"""
ONE_PERSON = f"""
    SELECT id AS one, master_id AS other FROM salesforce.contact WHERE master_id IS NOT NULL
    UNION ALL SELECT id, master_id FROM salesforce.lead WHERE master_id IS NOT NULL
    UNION ALL SELECT id, converted_contact_id FROM salesforce.lead WHERE converted_contact_id IS NOT NULL
    UNION ALL SELECT 'contact' || id, salesforce_contact_id FROM hubspot.contact WHERE salesforce_contact_id <> ''
    UNION ALL SELECT 'contact' || id, salesforce_lead_id FROM hubspot.contact WHERE salesforce_lead_id <> ''
    UNION ALL SELECT 'contact' || id, 'contact' || trim(parts.one)
    FROM hubspot.contact, unnest(string_split(merged_ids, ';')) AS parts (one) WHERE merged_ids <> ''
    UNION ALL SELECT id, min(id) OVER (PARTITION BY lower(trim(name)), address)
    FROM ({EVERYBODY}) WHERE trim(name) <> '' AND address LIKE '%_@_%'
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by all that names them: ids of records that are one person, addresses nobody else has, full names."""

    ids: Sequence[str]
    addresses: Sequence[str]
    names: Sequence[str]

    @property
    def signs(self) -> list[str]:
        """Ids and addresses; of a Salesforce id also its short form, which files may hold."""
        return [*self.ids, *(one[:SHORT_ID] for one in self.ids), *self.addresses]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many contacts and leads went, and how many other rows named them."""

    records: int
    mentions: int


def find_person(store: Store, said: str) -> Person:
    """The person of an address or an id, with all records that were merged into theirs, converted or synced to it."""
    said, column = _meant(said.strip()), "address" if "@" in said else "id"
    ids = [row["id"] for row in store.rows(_same_person(column), [said])] or ([said] if column == "id" else [])
    with store.lent("theirs", pa.table({"id": pa.array(ids, pa.string())})):
        rows = store.rows(f"SELECT name, address FROM ({EVERYBODY}) WHERE id IN (SELECT id FROM theirs)")
        others = store.rows(
            f"SELECT DISTINCT address FROM ({EVERYBODY}) WHERE address <> '' AND id NOT IN (SELECT id FROM theirs)"
        )
    theirs = {row["address"] for row in rows} | ({said} if column == "address" else set())
    addresses = theirs - {None, ""} - {row["address"] for row in others}
    names = {row["name"] for row in rows if " " in (row["name"] or "").strip()}  # one word alone may mean anything
    return Person(ids, sorted(addresses), sorted(names))


def is_forgotten(store: Store, person: Person) -> bool:
    """Whether any of these ids and addresses was forgotten before."""
    with store.lent("named", pa.table({"sign": pa.array(person.signs, pa.string())})):
        return bool(store.rows(f"SELECT 1 FROM named WHERE {_is_theirs('sign')} LIMIT 1"))


def erase(store: Store, person: Person) -> Erased:
    """Take somebody out of all that was pulled, imported and kept, for good; to be called within a transaction."""
    with store.lent("named", pa.table({"sign": pa.array(person.signs, pa.string())})):
        store.execute(
            f"INSERT INTO kept.forgotten SELECT DISTINCT {_fingerprint('sign')} FROM named "
            f"WHERE NOT ({_is_theirs('sign')})"
        )
    counts = {
        f"{schema}.{stream.name}": strike(store, f"{schema}.{stream.name}", f"{schema}.{stream.name}", stream.columns)
        for schema, streams in STREAMS.items()
        for stream in streams
    }
    for table, sign in KEPT.items():
        store.execute(f"DELETE FROM kept.{table} WHERE {_is_theirs(sign)}")
    _strike_texts(store, person)
    records = sum(counts[name] for name in PERSONS)
    return Erased(records, sum(counts.values()) - records)


def strike(store: Store, table: str, stream: str, columns: Collection[str]) -> int:
    """Take those who were forgotten out of a table with rows of a stream (`crm.name`); how many rows spoke of them.

    A contact or lead that has a forgotten address, or became somebody forgotten, is forgotten too.
    """
    signs = {column: sign for column, sign in NAMED_BY.get(stream, {}).items() if column in columns}
    if not signs or not store.rows("SELECT 1 FROM kept.forgotten LIMIT 1"):
        return 0
    is_named = " OR ".join(map(_is_theirs, signs.values()))
    count = store.number(f"SELECT count(*) FROM {table} WHERE {is_named}")
    if count and stream in PERSONS:
        theirs = f"SELECT DISTINCT {_fingerprint(signs['id'])} FROM {table} WHERE {is_named}"
        store.execute(f"INSERT INTO kept.forgotten {theirs}")
        store.execute(f"DELETE FROM {table} WHERE {is_named}")
    elif count and stream in LINKS:
        store.execute(f"DELETE FROM {table} WHERE {is_named}")
    elif count:
        for column, sign in signs.items():
            store.execute(f"UPDATE {table} SET {column} = NULL WHERE {_is_theirs(sign)}")
    return count


def overlook(store: Store, table: str, stream: str) -> None:
    """Take the ids of those who were forgotten, and of what hangs on them, out of a table of a stream's ids."""
    signs = LINKS.get(stream) or ([NAMED_BY[stream]["id"]] if stream in PERSONS else [])
    if signs and store.rows("SELECT 1 FROM kept.forgotten LIMIT 1"):
        store.execute(f"DELETE FROM {table} WHERE {' OR '.join(map(_is_theirs, signs))}")


def _meant(said: str) -> str:
    """An address in small letters, or an id as we tell it."""
    if "@" in said:
        return said.lower()
    return f"contact{said}" if said.isdecimal() and len(said) != SHORT_ID else long_id(said)


def _strike_texts(store: Store, person: Person) -> None:
    """Put a word in the place of ids, addresses and names in what was written and what the CRM said of it."""
    for text in (*person.signs, *person.names):
        for table, columns in TEXTS.items():
            for column in columns:
                store.execute(
                    f"UPDATE kept.{table} SET {column} = regexp_replace({column}, $2, '{IN_PLACE}', 'g') "
                    f"WHERE contains({column}, $1)",
                    [text, _whole(text)],
                )


def _whole(text: str) -> str:
    """A pattern of the text itself; a number at its end does not go on."""
    escaped = "".join(sign if sign.isalnum() or sign == " " else f"\\{sign}" for sign in text)
    return rf"{escaped}\b" if text[-1:].isdecimal() else escaped


def _fingerprint(sign: str) -> str:
    """An address by its small letters, an id as it is."""
    return f"sha256(CASE WHEN contains({sign}, '@') THEN lower(trim({sign})) ELSE trim({sign}) END)"


def _is_theirs(sign: str) -> str:
    return f"{_fingerprint(sign)} IN (SELECT fingerprint FROM kept.forgotten)"


def _same_person(column: str) -> str:
    """The ids of all records that are the person whose `column` is given."""
    return f"""
        WITH RECURSIVE became AS ({ONE_PERSON}),
        tied AS (SELECT one, other FROM became UNION ALL SELECT other, one FROM became),
        theirs AS (
            SELECT id FROM ({EVERYBODY}) WHERE {column} = ?
            UNION SELECT tied.other FROM theirs JOIN tied ON tied.one = theirs.id
        )
        SELECT id FROM theirs ORDER BY id
    """
