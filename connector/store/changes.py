"""What differs since the derived tables were made, and when is all of it to be made again?"""

from connector.store.database import Store, furnish, read_meta, write_meta

_MADE_FROM = "derived_from"
_NOTHING = ""


def ask_full_build(store: Store) -> None:
    """Have the next build start from nothing."""
    if read_meta(store, _MADE_FROM):
        write_meta(store, _MADE_FROM, _NOTHING)


def drop_derived(store: Store) -> None:
    """Drop all that is derived, and what it was derived with; to be called within a transaction."""
    write_meta(store, _MADE_FROM, _NOTHING)
    for schema in ("derived", "nouns", "work"):
        store.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    furnish(store)


def is_full_build_due(store: Store, facts_from: str) -> bool:
    """Whether the facts were made by other rules than these, or are not there at all."""
    return read_meta(store, _MADE_FROM) != facts_from


def mark_built(store: Store, facts_from: str) -> None:
    """The derived tables now say what the pulled rows say; for the transaction that made them."""
    store.execute("DELETE FROM work.changed")
    write_meta(store, _MADE_FROM, facts_from)


def count_changed(store: Store) -> int:
    """How many pulled rows differ since the last build."""
    return store.number("SELECT count(*) FROM (SELECT DISTINCT stream, id FROM work.changed)")
