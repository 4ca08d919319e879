"""How are millions of tasks made for a measurement, without holding them all at once?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connector.sandbox.living import Tables
from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import make_ids
from connector.sandbox.world.frames import stack
from connector.sandbox.world.make import make_book, make_cast, people_drafts
from connector.sandbox.world.recipe import DAY, Recipe
from connector.sandbox.world.tasks import relate, task_rows
from connector.sandbox.world.touches import CALL, MISSED, REPLY, SENT, SOCIAL, Deeds

CHUNK = 250_000
KINDS = np.array([SENT, MISSED, SOCIAL, REPLY, CALL])
SHARES = (0.45, 0.13, 0.04, 0.22, 0.16)


@dataclass(frozen=True, slots=True)
class LeanOrg:
    """Accounts, contacts, leads and users in one piece; tasks in chunks. Nothing happens after `now`."""

    book: Tables
    rows: int
    cast: Cast

    def tasks(self) -> Iterator[pa.Table]:
        """All tasks, in chunks of CHUNK rows in no order of time; the same each time it is asked."""
        for number, start in enumerate(range(0, self.rows, CHUNK)):
            yield _chunk(self.cast, number, start, min(CHUNK, self.rows - start))


def make_tasks(rows: int, accounts: int, seed: int) -> LeanOrg:
    """An org with so many tasks on so many accounts over two years."""
    quiet = Recipe(seed, accounts, activities=0, buying_per_year=0, noise_per_year=0, unseen_per_year=0, stories=False)
    cast, _ = make_cast(quiet)
    book = {name: versions.as_of(quiet.now_ms) for name, versions in make_book(cast).items()}
    return LeanOrg(book, rows, cast)


def _chunk(cast: Cast, number: int, start: int, rows: int) -> pa.Table:
    recipe, people = cast.recipe, cast.people
    rng = recipe.rng(f"lean {number}")
    known = np.flatnonzero((people.created < recipe.first_ms) & (people.contact >= 0) & (people.lead < 0))
    odds = np.cumsum(people.eager[known] * cast.companies.weight[people.company[known]])
    person = known[np.searchsorted(odds, rng.random(rows) * odds[-1], side="right")]
    at = rng.integers(recipe.first_ms, recipe.now_ms - 5 * DAY, rows)  # calls may be written up days later
    kind = KINDS[np.searchsorted(np.cumsum(SHARES)[:-1], rng.random(rows))]
    deeds = Deeds(people.company_at(person, at), person, at, kind, np.full(rows, -1))
    drafts = stack(people_drafts(cast, deeds))
    table = task_rows(cast, drafts, relate(cast, drafts)).close().as_of(recipe.now_ms)
    return table.set_column(0, "Id", make_ids("Task", np.arange(start, start + rows) + 1))
