"""What may a real portal do otherwise than we believe? A switch for each fact about HubSpot that nobody could verify.

The defaults are the reference's word. The table below names switches that may change nothing a user notices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True, slots=True)
class Ways:
    """One portal's ways; see where the server reads each of them."""

    # every answer
    rate_headers: str = "plain"  # plain, lower, none
    date_header: bool = True
    json_type: str = "application/json;charset=utf-8"
    gzip: bool = True
    unknown_keys: bool = False
    last_paging: str = "absent"  # absent, empty, null, next_null
    no_results: str = "empty"  # empty, absent: the key `results` where there are none
    slashes: str = "both"  # both, redirect (to the form without one at the end)
    # records
    stamps: str = "short"  # short (no .fff where it is zero), millis
    missing: str = "null"  # null, empty, left_out: a property without a value
    numbers: str = "plain"  # plain, long (the binary expansion), float
    after: str = "id"  # id, opaque
    page_rows: int = 100  # most of a page of a list
    # searches
    window: int = 10_000
    ties: str = "shuffled"  # shuffled, stable: rows of one stamp
    total: str = "plain"  # plain, ghosts (counts archived rows too)
    # batches
    missing_ids: str = "207"  # 207, 200, silent
    bad_rows: str = "400"  # 400 (the whole batch), 207 (row by row)
    names_rows: str = "both"  # both, trace, ids: how an error of a batch names its row
    writes: str = "plain"  # plain, silent (nothing is written and nothing said), all_properties
    # associations
    links_page: int = 500
    link_ids: str = "family"  # family (numbers in v4, texts in dated paths), text
    no_links: str = "207"  # 207, silent
    # what we may see
    hidden: tuple[str, ...] = ()  # scopes we have not
    usage: int = 200
    form_types: str = "told"  # told, untold
    # logging in
    expires_in: bool = True


READING: Mapping[str, tuple[object, ...]] = {
    "rate_headers": ("lower", "none"),
    "json_type": ("application/json", "text/plain"),
    "gzip": (False,),
    "unknown_keys": (True,),
    "last_paging": ("empty", "null", "next_null"),
    "stamps": ("millis",),
    "missing": ("empty", "left_out"),
    "numbers": ("long", "float"),
    "after": ("opaque",),
    "page_rows": (7, 50),
    "window": (200,),
    "ties": ("stable",),
    "missing_ids": ("200", "silent"),
    "bad_rows": ("207",),
    "names_rows": ("trace", "ids"),
    "writes": ("all_properties",),
    "links_page": (1,),
    "link_ids": ("text",),
    "no_links": ("silent",),
    "usage": (403, 404),
    "slashes": ("redirect",),
    "form_types": ("untold",),
}


def hands(many: int) -> list[Ways]:
    """Every switch set at least once, in so many portals; those of one fact go to different portals."""
    dealt: list[dict[str, object]] = [{} for _ in range(many)]
    place = count()
    for name, values in READING.items():
        for value, at in zip(values, place, strict=False):
            dealt[at % many][name] = value
    return [Ways(**hand) for hand in dealt]  # type: ignore[arg-type]  # the table holds what each switch takes


def alone() -> list[Ways]:
    """One portal for each switch."""
    return [Ways(**{name: value}) for name, values in READING.items() for value in values]  # type: ignore[arg-type]  # same
