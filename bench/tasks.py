"""A million tasks and the accounts, contacts and users they belong to, made by a seed, as the sandbox takes them."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ACCOUNTS, CONTACTS, USERS = 2_000, 8_000, 50
LAST = datetime(2026, 10, 31, tzinfo=UTC)
SECONDS = 2 * 365 * 86_400  # two years of history
HELD_BACK = 600  # seconds before LAST in which nothing happens, so that a pull at LAST sees every row
KINDS = ("Call", "Email", "Meeting", "Other")
SUFFIXES = {"001": "AAA", "003": "AAA", "005": "AAA", "00T": "EAA"}  # Salesforce's check letters for ids of digits


def tables(tasks: int, seed: int = 1) -> dict[str, pa.Table]:
    """Rows by object, as `connector.sandbox.salesforce.org.Org` takes them."""
    random = np.random.default_rng(seed)
    return {
        "User": _people("005", USERS, Username=[f"user{n}@example.com" for n in range(USERS)]),
        "Account": _people("001", ACCOUNTS, Name=[f"Account {n}" for n in range(ACCOUNTS)]),
        "Contact": _people("003", CONTACTS, AccountId=_ids("001", np.arange(CONTACTS) % ACCOUNTS)),
        "Task": _tasks(tasks, random),
    }


def _ids(prefix: str, numbers: np.ndarray) -> pa.Array:
    body = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width=12, padding="0")
    return pc.binary_join_element_wise(prefix, body, SUFFIXES[prefix], "")


def _people(prefix: str, rows: int, **columns: object) -> pa.Table:
    stamps = pa.array([LAST] * rows, pa.timestamp("s", "UTC"))
    named = {"LastName": [f"Person {n}" for n in range(rows)]} if prefix != "001" else {}
    fixed = {"Id": _ids(prefix, np.arange(rows)), "CreatedDate": stamps, "SystemModstamp": stamps}
    return pa.table({**fixed, **named, **columns})


def _tasks(rows: int, random: np.random.Generator) -> pa.Table:
    ages = np.sort(random.integers(HELD_BACK, SECONDS, rows))[::-1]
    stamps = pa.array(int(LAST.timestamp()) - ages, pa.timestamp("s", "UTC"))
    contacts = random.zipf(1.3, rows) % CONTACTS
    kinds = pa.DictionaryArray.from_arrays(pa.array(random.integers(0, len(KINDS), rows)), pa.array(KINDS))
    return pa.table({
        "Id": _ids("00T", np.arange(rows)),
        "SystemModstamp": stamps,
        "LastModifiedDate": stamps,
        "CreatedDate": stamps,
        "IsDeleted": pa.array(np.zeros(rows, bool)),
        "WhoId": _ids("003", contacts),
        "WhatId": _ids("001", contacts % ACCOUNTS),
        "AccountId": _ids("001", contacts % ACCOUNTS),
        "OwnerId": _ids("005", random.integers(0, USERS, rows)),
        "Type": kinds.cast(pa.string()),
        "TaskSubtype": pa.array(["Task"] * rows),
        "Status": pa.array(["Completed"] * rows),
        "IsClosed": pa.array(np.ones(rows, bool)),
        "ActivityDate": pc.cast(stamps, pa.date32()),
        "CompletedDateTime": stamps,
        "IsArchived": pa.array(np.zeros(rows, bool)),
        "IsRecurrence": pa.array(np.zeros(rows, bool)),
    })
