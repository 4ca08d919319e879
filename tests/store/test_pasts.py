"""Is it kept what somebody was before the CRM said otherwise?"""

from datetime import datetime
from typing import Any

import pyarrow as pa

from connector.engine.records import SALESFORCE_STREAMS, Stream
from connector.store.bookmarks import Bookmark
from connector.store.database import Store
from connector.store.streams import ARROW_TYPES, keep_window
from tests.store.worlds import moment

STREAMS = {stream.name: stream for stream in SALESFORCE_STREAMS}


def read(store: Store, stream: str, second: int, **said: Any) -> None:
    """One version of somebody, stamped so many seconds after noon, comes in with a window of its own."""
    row = {"id": "anna", "modified_at": moment(second), "is_deleted": False} | said
    page = a_page(STREAMS[stream], row)
    keep_window(store, "salesforce", STREAMS[stream], [page], Bookmark(stream, moment(3600), "as mapped"))


def a_page(stream: Stream, row: dict[str, Any]) -> pa.Table:
    return pa.table({name: pa.array([row.get(name)], ARROW_TYPES[kind]) for name, kind in stream.columns.items()})


def pasts(store: Store) -> list[tuple[datetime, str | None, str | None]]:
    """Until when who was what, and where."""
    rows = store.rows("SELECT until, title, account_id FROM kept.pasts WHERE crm = 'salesforce' ORDER BY until")
    return [(row["until"], row["title"], row["account_id"]) for row in rows]


def test_nothing_is_known_of_the_time_before_the_first_reading(store: Store) -> None:
    read(store, "contact", 5, title="CEO", account_id="acme")

    assert pasts(store) == []


def test_a_promotion_keeps_the_title_that_somebody_had_until_then(store: Store) -> None:
    read(store, "contact", 5, title="Manager", account_id="acme")
    read(store, "contact", 60, title="Director", account_id="acme")
    read(store, "contact", 90, title="CEO", account_id="acme")

    assert pasts(store) == [(moment(60), "Manager", "acme"), (moment(90), "Director", "acme")]


def test_a_change_of_company_keeps_the_account_that_somebody_belonged_to(store: Store) -> None:
    read(store, "contact", 5, title="CEO", account_id="acme")
    read(store, "contact", 60, title="CEO", account_id="beta")

    assert pasts(store) == [(moment(60), "CEO", "acme")]


def test_a_lead_keeps_the_account_it_was_tied_to(store: Store) -> None:
    read(store, "lead", 5, title="CEO", matched_account_id="acme")
    read(store, "lead", 60, title="CEO", matched_account_id=None)

    assert pasts(store) == [(moment(60), "CEO", "acme")]


def test_to_learn_a_title_is_no_promotion(store: Store) -> None:
    read(store, "contact", 5)
    read(store, "contact", 60, title="CEO", account_id="acme")

    assert pasts(store) == []


def test_what_is_learned_with_a_change_was_so_before_it(store: Store) -> None:
    read(store, "contact", 5, account_id="acme")
    read(store, "contact", 60, title="CEO", account_id="beta")

    assert pasts(store) == [(moment(60), "CEO", "acme")]


def test_another_name_or_stamp_is_no_other_role(store: Store) -> None:
    read(store, "contact", 5, title="CEO", name="Anna")
    read(store, "contact", 60, title="CEO", name="Anna B.")
    read(store, "contact", 90, title="CEO", name="Anna B.")

    assert pasts(store) == []


def test_a_row_that_we_only_read_otherwise_has_not_changed(store: Store) -> None:
    read(store, "contact", 5, title="CEO")
    read(store, "contact", 5, title="Chief Executive")  # the same version, through another mapping

    assert pasts(store) == []


def test_what_happens_to_tasks_is_nobodys_past(store: Store) -> None:
    read(store, "task", 5, status="Open")
    read(store, "task", 60, status="Done")

    assert pasts(store) == []


def test_an_org_without_some_of_the_columns_keeps_what_it_has(store: Store) -> None:
    lacking = ("seniority", "buying_role")
    whole = STREAMS["contact"]
    columns = {name: kind for name, kind in whole.columns.items() if name not in lacking}
    smaller = Stream("contact", columns, whole.required)
    for second, title in ((5, "Manager"), (60, "CEO")):
        said = {"id": "anna", "modified_at": moment(second), "is_deleted": False, "title": title, "account_id": "acme"}
        page = a_page(smaller, said)
        keep_window(store, "salesforce", smaller, [page], Bookmark("contact", moment(3600), "as mapped"))

    assert pasts(store) == [(moment(60), "Manager", "acme")]
