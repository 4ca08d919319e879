"""What happened to each account on each day? All facts by today's weights, as arrays; nothing of it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connector.backend.build import value
from connector.backend.tables import Bench
from connector.engine.days import AccountDays, Ints, PersonDays, Span
from connector.engine.packing import heads, packing, sort, together
from connector.engine.person_days import counting
from connector.engine.rules import Rules

KEYS = ("account_no", "day", "person_no")
WAS_THERE, TWO_WAY, ACT_NOW, WANTED = 1, 2, 4, 8  # the signs of a person-day


@dataclass(frozen=True, slots=True)
class Weighed:
    """The days of people and of accounts.

    `person_days` has account_no, person_no, day, minutes (engaged, not faded), signs and counts (whether the day counts
    for surges), and is sorted by account, day and person.
    """

    person_days: pa.Table
    account_days: AccountDays

    def people_in(self, span: Span) -> PersonDays:
        """Who was there on the days of the span."""
        names = ("account_no", "person_no", "day", "signs")
        account, person, day, signs = (self.person_days[name].to_numpy() for name in names)
        rows = np.flatnonzero((day >= span.first) & (day <= span.last) & (signs & WAS_THERE > 0))
        order, _ = together(account[rows], person[rows], day[rows])
        return PersonDays(account[rows][order], person[rows][order], day[rows][order])


def weigh(bench: Bench, rules: Rules) -> Weighed:
    """The days of everybody; from now on a query can read `person_days`."""
    value(bench)
    bench.view("work.presence")
    person_days = with_counts(presence(bench), rules)
    bench.show("person_days", person_days)
    return Weighed(person_days, account_days(person_days))


def presence(bench: Bench) -> pa.Table:
    """What each person did for an account on each day; sorted by account, day and person."""
    rows = bench.fetch("SELECT account_no, day, person_no, minutes, signs FROM work.presence")
    keys, order, first = by_keys(rows.select(KEYS))
    minutes, signs = (rows[name].to_numpy()[order] for name in ("minutes", "signs"))
    added = np.add.reduceat(minutes, first), np.bitwise_or.reduceat(signs, first)
    return pa.table([*keys, *added], rows.column_names)


def by_keys(rows: pa.Table) -> tuple[Sequence[Ints], Ints, Ints]:
    """Each combination of keys once; how rows stand when sorted by them, and where each combination begins."""
    ranges = [tuple(pc.min_max(rows[name]).as_py().values()) for name in KEYS]
    how = packing(ranges) if rows.num_rows else None
    if how is None:
        keys = [rows[name].to_numpy() for name in KEYS]
        order, first = together(*keys)
        return [key[order][first] for key in keys], order, first
    packed = how.packed(([key.to_numpy() for key in part.columns] for part in rows.to_batches()), rows.num_rows)
    order, first = sort(packed)
    return how.keys(packed[first]), order, first


def with_counts(presence: pa.Table, rules: Rules) -> pa.Table:
    """What each person did on each day, and whether that day counts. Rows are sorted by account, day and person."""
    account, person, day, signs = (presence[n].to_numpy() for n in ("account_no", "person_no", "day", "signs"))
    there = np.flatnonzero(signs & WAS_THERE)
    counts = np.zeros(len(day), np.int8)
    counts[there] = counting(account[there], person[there], day[there], rules.surge.person_days_cap)
    return presence.append_column("counts", pa.array(counts))


def account_days(person_days: pa.Table) -> AccountDays:
    """What happened to each account on each day on which anything was kept, from rows by account, day and person."""
    account, day, minutes, signs, counts = (
        person_days[name].to_numpy() for name in ("account_no", "day", "minutes", "signs", "counts")
    )
    first = heads(account, day)
    seen = np.bitwise_or.reduceat(signs, first)
    return AccountDays(
        account=account[first],
        day=day[first],
        minutes=np.add.reduceat(minutes, first),
        people=np.add.reduceat(counts, first, dtype=np.int32),
        two_way=seen & TWO_WAY > 0,
        act_now=seen & ACT_NOW > 0,
        wanted=seen & WANTED > 0,
    )
