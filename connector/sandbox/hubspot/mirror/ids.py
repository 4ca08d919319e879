"""Which HubSpot id stands for a Salesforce id? Always the same one, whenever it is asked for."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from uuid import uuid5

from connector.sandbox.hubspot.portal import SPACE
from connector.sandbox.world.columns import POD

DIGITS = {sign: place for place, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")}
STEP = 10_000_000_000
KINDS = (
    "001", "003", "00Q", "005", "006", "00T", "00U", "02s", "701", "00v",
)  # fmt: skip
MERGED = 50  # a record that a merge made lies so many steps beyond the one it absorbed
SHORT = 15
REAL, WIDE = 10**15, 10**14  # where the ids of a real org begin, and how far apart they lie: 2**53 bounds them all


def number_of(salesforce_id: str) -> int:
    """A number of the id's own: ids of a made world are counted, those of a real org hashed."""
    prefix, counter = salesforce_id[:3], salesforce_id[7:SHORT]
    place = KINDS.index(prefix) + 1 if prefix in KINDS else len(KINDS) + 1
    if salesforce_id[3:7].encode() == POD:
        value = 0
        for sign in counter:
            value = value * len(DIGITS) + DIGITS[sign]
        return place * STEP + value
    hashed = int.from_bytes(blake2b(salesforce_id[:SHORT].encode(), digest_size=8).digest())
    return REAL + place * WIDE + hashed % WIDE


@lru_cache(maxsize=500_000)
def hubspot_id(salesforce_id: str) -> str:
    """The id of a record."""
    return str(number_of(salesforce_id))


def merged_id(salesforce_id: str) -> str:
    """The id of the record that absorbed this one."""
    number = number_of(salesforce_id)
    return str(number + (MERGED * STEP if number < REAL else MERGED * WIDE))


def user_number(salesforce_id: str) -> int:
    """A user's id, which is not the owner's."""
    return number_of(salesforce_id) % STEP + 7_000_000


def guid(salesforce_id: str) -> str:
    """The uuid of a form or campaign."""
    return str(uuid5(SPACE, salesforce_id))
