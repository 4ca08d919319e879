"""Is somebody who is in both CRMs forgotten in both, and nobody else?"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from connector.engine.records import HUBSPOT_STREAMS, Stream, long_id
from connector.store.bookmarks import Bookmark
from connector.store.database import Limits, Store, opened
from connector.store.forgotten import erase, find_person, is_forgotten
from connector.store.home import make_home
from connector.store.streams import ARROW_TYPES, keep_window

THEN = datetime(2026, 11, 2, 12, tzinfo=UTC)
ANN, CAL = long_id("003000000000001"), long_id("003000000000002")
MAIL, OLD_MAIL = "ann@acme.example", "ann.lee@acme.example"
PEOPLE: Mapping[str, list[dict[str, object]]] = {
    "salesforce.contact": [
        {"id": ANN, "name": "Ann Lee", "email": OLD_MAIL, "account_id": "001"},
        {"id": CAL, "name": "Cal", "email": "cal@b.example"},
    ],
    "salesforce.task": [{"id": "t1", "who_id": ANN, "account_id": "001"}, {"id": "t2", "who_id": CAL}],
    "hubspot.contact": [
        {"id": "101", "first_name": "Ann", "last_name": "Lee", "email": MAIL, "salesforce_contact_id": ANN},
        {"id": "1010", "first_name": "Bea", "last_name": "May", "email": "bea@acme.example"},
    ],
    "hubspot.association": [
        {"id": "call-7-contact-101", "from_type": "call", "from_id": "7", "to_type": "contact", "to_id": "101"},
        {"id": "call-7-company-101", "from_type": "call", "from_id": "7", "to_type": "company", "to_id": "101"},
    ],
    "hubspot.list_member": [{"id": "9-101", "list_id": "9", "contact_id": "101"}, {"id": "101-9", "contact_id": "9"}],
    "hubspot.email_event": [{"id": "e1", "recipient": MAIL.upper()}, {"id": "e2", "recipient": "bea@acme.example"}],
    "hubspot.form_submission": [{"id": "f1", "form_id": "f", "contact_id": "101"}, {"id": "f2", "contact_id": "1010"}],
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(make_home(tmp_path / "home").store, Limits("256MB", 1)) as one:
        for table, rows in PEOPLE.items():
            for row in rows:
                one.insert(table, pa.Table.from_pylist([row | {"modified_at": THEN, "is_deleted": False}]))
        one.execute(
            "INSERT INTO kept.plans VALUES ('r', '001', 'Acme', NULL, NULL, $1, '{}', '[]', '')",
            [f'{{"detail": "contact101 contact1010 {ANN} Ann Lee"}}'],
        )
        yield one


def forget(store: Store, said: str) -> tuple[int, int]:
    with store.transaction():
        erased = erase(store, find_person(store, said))
    return erased.records, erased.mentions


def column(store: Store, table: str, name: str) -> list[object]:
    return [row[name] for row in store.rows(f"SELECT {name} FROM {table} ORDER BY id")]


@pytest.mark.parametrize("said", [MAIL, f" {OLD_MAIL.upper()} ", ANN, ANN[:15], "101", "contact101"])
def test_whoever_is_in_both_crms_is_forgotten_in_both_by_any_address_or_id(store: Store, said: str) -> None:
    """Promise S3"""
    assert forget(store, said) == (2, 5)

    assert column(store, "salesforce.contact", "id") == [CAL]
    assert column(store, "hubspot.contact", "id") == ["1010"]
    assert column(store, "salesforce.task", "who_id") == [None, CAL]
    assert column(store, "hubspot.association", "id") == ["call-7-company-101"]
    assert column(store, "hubspot.list_member", "id") == ["101-9"]
    assert column(store, "hubspot.email_event", "recipient") == [None, "bea@acme.example"]
    assert column(store, "hubspot.form_submission", "contact_id") == [None, "1010"]
    (plan,) = store.rows("SELECT cells FROM kept.plans")
    assert plan["cells"] == '{"detail": "forgotten contact1010 forgotten forgotten"}'


def test_what_a_crm_shows_of_them_again_is_not_kept_nor_a_new_record_with_their_address(store: Store) -> None:
    """Promise S3"""
    forget(store, MAIL)
    stream = next(one for one in HUBSPOT_STREAMS if one.name == "contact")
    page = a_page(stream, {"id": "101", "email": "other@acme.example"}, {"id": "202", "email": MAIL}, {"id": "303"})

    kept = keep_window(store, "hubspot", stream, [page], Bookmark("contact", THEN, "s"))

    assert kept.read == 3
    assert column(store, "hubspot.contact", "id") == ["1010", "303"]
    assert is_forgotten(store, find_person(store, "202"))


def test_an_address_that_somebody_else_has_too_is_not_forgotten_with_one_of_them(store: Store) -> None:
    """Promise S3"""
    store.execute("UPDATE hubspot.contact SET email = $1, salesforce_contact_id = NULL", ["info@acme.example"])

    assert forget(store, "101")[0] == 1

    assert column(store, "hubspot.contact", "id") == ["1010"]
    assert column(store, "hubspot.contact", "email") == ["info@acme.example"]


def test_whoever_is_there_twice_is_forgotten_twice_by_the_id_of_either(store: Store) -> None:
    """Promise S3: of one name and one address, as they count once."""
    double = {"id": long_id("00Q000000000007"), "name": "cal ", "email": "CAL@b.example", "is_deleted": False}
    store.insert("salesforce.lead", pa.Table.from_pylist([double | {"modified_at": THEN}]))

    assert forget(store, CAL)[0] == 2


def test_nobody_is_forgotten_by_an_address_that_is_not_there(store: Store) -> None:
    """Promise S3"""
    person = find_person(store, "nobody@acme.example")

    assert (person.ids, person.names, is_forgotten(store, person)) == ([], [], False)
    assert forget(store, "nobody@acme.example") == (0, 0)


def a_page(stream: Stream, *rows: Mapping[str, object]) -> pa.Table:
    told = [{"modified_at": THEN, "is_deleted": False} | row for row in rows]
    return pa.table({n: pa.array([row.get(n) for row in told], ARROW_TYPES[k]) for n, k in stream.columns.items()})
