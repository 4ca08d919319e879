"""What may a real org do otherwise than we believe? A switch for each fact that nobody here could verify.

The defaults are the reference's word. The tables below name switches that may change nothing a user notices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True, slots=True)
class Quirks:
    """One org's ways; see where the emulator reads each of them."""

    # the login
    token_id: str = "url"  # url, missing
    instance: str = "plain"  # plain, slash, other_port, bare, missing
    client_secret_in: str = "both"  # both, body, header
    expires_in: bool = False
    rotates: bool = False
    userinfo: bool = True
    # every answer
    limit_header: str = "plain"  # plain, per_app, none
    date_header: bool = True
    json_type: str = "application/json;charset=UTF-8"
    slashes: str = "both"  # both, redirect (to the form with one at the end), redirect_bare (to the one without)
    unknown_keys: bool = False
    gzip: bool = True
    limits: int = 200
    fault_every: int = 0  # each so many calls the next of `faults`, once; the call after it is served
    faults: tuple[str, ...] = ()
    # what the org has
    absent: tuple[str, ...] = ()  # objects that do not exist for us
    absent_as: str = "404"  # what their describe says: 404, 400, 403
    lacks: tuple[str, ...] = ()  # Object.Field that does not exist for us
    describe_bare: bool = False  # only name and type, and what a writer must know
    describe_bones: bool = False  # only name and type
    describe_more: bool = False  # fields of types nobody has heard of, and nothing where a list is expected
    # queries
    datetimes: str = "%Y-%m-%dT%H:%M:%S.000+0000"
    ids: int = 18
    nulls: str = "null"  # null, left_out
    next_page: str = "path"  # path, absolute
    page_rows: int = 2000
    count: str = "plain"  # plain, refused, aggregate
    numbers: str = "plain"  # plain, float, text, exponent
    attributes: bool = True
    booleans_as_text: bool = False
    # bulk queries
    bulk: str = "plain"  # plain, refused, missing
    csv_type: str = "text/csv; charset=UTF-8"
    csv_quotes: str = "all"  # all, needed
    csv_end: str = "\n"
    csv_booleans: tuple[str, str] = ("true", "false")
    csv_datetimes: str = "%Y-%m-%dT%H:%M:%S.000Z"
    csv_zero: str = "header"  # header, empty
    csv_bom: bool = False
    csv_order: str = "asked"  # asked, reversed
    csv_numbers: str = "plain"  # plain, exponent
    last_locator: str = "null"  # null, absent, empty
    page_count_header: bool = True
    bulk_page_rows: int = 100_000
    polls: int = 1
    processed: str = "always"  # always, at_end, never
    # writes
    collections: str = "plain"  # plain, missing
    failed_ids: bool = False
    error_key: str = "statusCode"  # statusCode, errorCode
    error_fields: bool = True
    success_as: str = "bool"  # bool, without_id
    update_status: int = 204
    upload_status: int = 201
    result_ids: str = "both"  # both, sf_only, sent_only
    # setup
    tooling: str = "plain"  # plain, missing
    duplicate_words: tuple[str, str] = ("DUPLICATE_DEVELOPER_NAME", "There is already a field named that on Account.")
    field_access: str = "granted"  # granted, at_once, never
    grants: str = "plain"  # plain, duplicate, missing, given (made with the field, so a second is refused)
    assignment: str = "plain"  # plain, refused
    scales: Mapping[str, int] | None = None
    restricted: bool = True
    # deletes
    deletes: str = "plain"  # plain, 404, 400, empty


BARE = "%Y-%m-%dT%H:%M:%S"
MILLIS, ZULU, OFFSET = f"{BARE}.123+0000", f"{BARE}Z", f"{BARE}+00:00"
READING: Mapping[str, tuple[object, ...]] = {
    "token_id": ("missing",),
    "instance": ("slash", "other_port", "bare", "missing"),
    "client_secret_in": ("body", "header"),
    "expires_in": (True,),
    "limit_header": ("per_app", "none"),
    "json_type": ("application/json", "text/plain", "application/json; charset=ISO-8859-1"),
    "slashes": ("redirect", "redirect_bare"),
    "unknown_keys": (True,),
    "gzip": (False,),
    "limits": (403, 404),
    "describe_bare": (True,),
    "datetimes": (MILLIS, ZULU, BARE, OFFSET),
    "nulls": ("left_out",),
    "next_page": ("absolute",),
    "page_rows": (200, 7),
    "count": ("refused", "aggregate"),
    "numbers": ("float", "text", "exponent"),
    "attributes": (False,),
    "describe_more": (True,),
    "describe_bones": (True,),
    "booleans_as_text": (True,),
    "deletes": ("404", "400", "empty"),
    "absent_as": ("400", "403"),
    "ids": (15,),
}
BULK: Mapping[str, tuple[object, ...]] = {
    "bulk": ("refused", "missing"),
    "csv_type": ("text/csv", "text/csv;charset=utf-8", "application/octet-stream", "text/plain", ""),
    "csv_quotes": ("needed",),
    "csv_end": ("\r\n",),
    "csv_booleans": (("TRUE", "FALSE"), ("1", "0"), ("True", "False")),
    "csv_datetimes": (MILLIS, ZULU, BARE, OFFSET, "%Y-%m-%d %H:%M:%S"),
    "csv_zero": ("empty",),
    "csv_bom": (True,),
    "csv_order": ("reversed",),
    "csv_numbers": ("exponent",),
    "last_locator": ("absent", "empty"),
    "page_count_header": (False,),
    "bulk_page_rows": (1000,),
    "polls": (0, 6),
    "processed": ("at_end", "never"),
    "upload_status": (200, 204),
    "result_ids": ("sf_only", "sent_only"),
}
WRITING: Mapping[str, tuple[object, ...]] = {
    "collections": ("missing",),
    "failed_ids": (True,),
    "error_key": ("errorCode",),
    "error_fields": (False,),
    "success_as": ("without_id",),
    "update_status": (200,),
}
SETUP: Mapping[str, tuple[object, ...]] = {
    "duplicate_words": (
        ("DUPLICATE_VALUE", "duplicate value"),
        ("FIELD_INTEGRITY_EXCEPTION", "There is already a field named that"),
    ),
    "field_access": ("at_once",),
    "grants": ("duplicate", "given"),
    "restricted": (False,),
}


def hands(table: Mapping[str, tuple[object, ...]], many: int) -> list[Quirks]:
    """Every switch of a table set at least once, in so many orgs; those of one fact go to different orgs."""
    dealt: list[dict[str, object]] = [{} for _ in range(many)]
    place = count()
    for name, values in table.items():
        for value, at in zip(values, place, strict=False):
            dealt[at % many][name] = value
    return [Quirks(**hand) for hand in dealt]  # type: ignore[arg-type]  # the tables hold what each switch takes


def alone(table: Mapping[str, tuple[object, ...]]) -> list[Quirks]:
    """One org for each switch of a table."""
    return [Quirks(**{name: value}) for name, values in table.items() for value in values]  # type: ignore[arg-type]  # same
