"""Which HubSpot id stands for a Salesforce id? Always the same one, whenever it is asked for."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from uuid import uuid5

from connector.sandbox.hubspot.portal import SPACE

DIGITS = {sign: place for place, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")}
STEP = 10_000_000_000
KINDS = (
    "001", "003", "00Q", "005", "006", "00T", "00U", "02s", "701", "00v",
)  # fmt: skip
MERGED = 50  # a record that a merge made lies so many steps beyond the one it absorbed
SHORT = 15


def number_of(salesforce_id: str) -> int:
    """A number of the id's own: ids of a made world are counted, those of a real org hashed."""
    prefix, counter = salesforce_id[:3], salesforce_id[7:SHORT]
    place = KINDS.index(prefix) + 1 if prefix in KINDS else len(KINDS) + 1
    value = 0
    for sign in counter:
        value = value * len(DIGITS) + DIGITS.get(sign, 0)
    if value >= STEP:
        value = int.from_bytes(blake2b(salesforce_id[:SHORT].encode(), digest_size=4).digest())
    return place * STEP + value


@lru_cache(maxsize=500_000)
def hubspot_id(salesforce_id: str) -> str:
    """The id of a record."""
    return str(number_of(salesforce_id))


def merged_id(salesforce_id: str) -> str:
    """The id of the record that absorbed this one."""
    return str(MERGED * STEP + number_of(salesforce_id))


def user_number(salesforce_id: str) -> int:
    """A user's id, which is not the owner's."""
    return number_of(salesforce_id) % STEP + 7_000_000


def guid(salesforce_id: str) -> str:
    """The uuid of a form or campaign."""
    return str(uuid5(SPACE, salesforce_id))
