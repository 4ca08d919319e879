"""Who are our own people, and which of them looks after which account?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connector.sandbox.world.columns import first_ids, pick, same, strings
from connector.sandbox.world.recipe import DAY, Ints, Recipe
from connector.sandbox.world.versions import Versions, open_ledger
from connector.sandbox.world.words import FIRST_NAMES, LAST_NAMES, OWN_DOMAIN, OWN_TITLES

ACCOUNTS_PER_REP = 80
ROBOT = 0  # the user under which marketing automation writes
LEFT = 8  # one in so many has left the company but still owns things
ZONES = ("Europe/Berlin", "America/New_York", "Europe/London", "America/Los_Angeles")


@dataclass(frozen=True, slots=True)
class Staff:
    ids: pa.Array
    emails: pa.Array
    names: pa.Array
    owners: Ints  # the user who owns each company

    def __len__(self) -> int:
        return len(self.ids)

    def owner_of(self, company: Ints) -> Ints:
        owner: Ints = self.owners[company]
        return owner

    def touching(self, company: Ints, rng: np.random.Generator) -> Ints:
        """Mostly the owner; now and then a colleague."""
        anyone = rng.integers(1, len(self), len(company))
        who: Ints = np.where(rng.random(len(company)) < 0.8, self.owner_of(company), anyone)
        return who


def draw_staff(recipe: Recipe, companies: int) -> Staff:
    rng = recipe.rng("staff")
    count = max(recipe.accounts // ACCOUNTS_PER_REP, 8) + 1
    first = rng.permutation([name for names in FIRST_NAMES.values() for name in names if name.isascii()])
    last = rng.permutation(
        [name for names in LAST_NAMES.values() for name in names if name.isalpha() and name.isascii()]
    )
    names = ["Marketing Automation"] + [f"{first[n % len(first)]} {last[n * 7 % len(last)]}" for n in range(1, count)]
    mails = [f"{name.lower().replace(' ', '.')}.{n}@{OWN_DOMAIN}" for n, name in enumerate(names)]
    owners = rng.integers(1, count, companies)
    return Staff(first_ids("User", count), strings(mails), strings(names), owners)


def user_rows(recipe: Recipe, staff: Staff) -> Versions:
    rng = recipe.rng("user rows")
    rows = np.arange(len(staff))
    created = recipe.first_ms - rng.integers(30, 2_000, len(rows)) * DAY
    names = [name.split(" ", 1) for name in staff.names.to_pylist()]
    first_user = pick(staff.ids, np.zeros(len(rows), dtype=np.int64))
    columns = {
        "Id": staff.ids, "Username": pa.array([f"{mail}.crm" for mail in staff.emails.to_pylist()]),
        "Email": staff.emails,
        "Name": staff.names, "FirstName": strings([first for first, _ in names]),
        "LastName": strings([last for _, last in names]),
        "Alias": pa.array([f"u{n:05d}" for n in rows]), "IsActive": pa.array(rows % LEFT != LEFT - 1),
        "UserType": same("Standard", len(rows)),
        "Title": pick(OWN_TITLES, np.where(rows == ROBOT, -1, rows % len(OWN_TITLES))),
        "Department": pick(("Sales", "Customer Success"), np.where(rows % len(OWN_TITLES) == 2, 1, 0)),
        "ManagerId": pick(staff.ids, np.where(rows > len(OWN_TITLES), len(OWN_TITLES), -1)),
        "TimeZoneSidKey": pick(ZONES, rows % len(ZONES)), "LocaleSidKey": same("en_US", len(rows)),
        "LanguageLocaleKey": same("en_US", len(rows)), "EmailEncodingKey": same("UTF-8", len(rows)),
        "CreatedById": first_user, "LastModifiedById": first_user,
    }  # fmt: skip
    return open_ledger(columns, created).close()
