"""Who stands behind each score? The queries on people, sales and touches, for the field sets that are written."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connector.backend.tables import Bench
from connector.engine import relationship, weights
from connector.engine.coverage import Cells, Desired
from connector.engine.days import Floats, Ints, Texts
from connector.engine.detail import TopPeople
from connector.engine.portrait import Known
from connector.engine.records import FieldSet
from connector.engine.rules import Rules
from connector.engine.stored import Columns

MAIL = ("written_people", "opened_people", "clicked_people", "replied_people")
IMPACT = ("won", "closed", "won_days", "was_client", "stayed_client")
PORTRAYED: AbstractSet[FieldSet] = frozenset({"size", "roles", "sales", "family", "trust"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sets of fields are written, and whom we would like to know (the ideal of personas.yaml)."""

    sets: AbstractSet[FieldSet] = frozenset({"core"})
    ideal: Desired = ()


def read_portrait(bench: Bench, rules: Rules, ideal: Desired, traits: tuple[Texts, Texts]) -> Known:
    """What is known of the accounts besides their days; `traits` are group and size band by number."""
    count = len(traits[0])
    for table, columns in relationship.tables(rules.relationship, rules.history_days).items():
        bench.keep(f"work.{table}", columns)
    tally, sales = bench.fetch(bench.query("relationship")), bench.fetch(bench.query("sales"))
    groups, size_bands = traits
    return Known(
        cells=read_cells(bench),
        desired=ideal,
        groups=groups,
        size_bands=size_bands,
        tally=_by_number(tally, "tally", count),
        meetings_held=_by_number(sales, "meetings_held", count).astype(np.int64),
        meetings_booked=_by_number(sales, "meetings_booked", count).astype(np.int64),
        our_people=_by_number(sales, "our_people", count).astype(np.int64),
        interests=_read_interests(bench, count),
        impact=_read_impact(bench, count),
    )


def _read_interests(bench: Bench, count: int) -> Texts:
    """What each account spent most time on; None where that has no name."""
    rows = bench.fetch(bench.query("interests"))
    names = np.full(count, None, np.object_)
    names[rows["account_no"].to_numpy().astype(np.int64)] = rows["interest"].to_numpy(zero_copy_only=False)
    return names


def _read_impact(bench: Bench, count: int) -> Columns:
    """What groups of accounts are compared by; obtainable revenue is NaN where nobody said."""
    impact, awareness, mail = (bench.fetch(bench.query(name)) for name in ("impact", "awareness", "mail"))
    numbers = {name: _by_number(impact, name, count) for name in IMPACT}
    numbers |= {name: _by_number(mail, name, count) for name in MAIL}
    signs = {f"awareness{when}": _by_number(awareness, f"signs{when}", count) for when in ("", "_before")}
    return numbers | signs | {"obtainable_revenue": _by_number(impact, "obtainable_revenue", count, unknown=np.nan)}


def read_cells(bench: Bench) -> Cells:
    """Whom we know at each account, by department and seniority."""
    rows = bench.fetch(bench.query("heatmap"))
    names = ("people", "minutes", "sure_minutes", "top_minutes", "engaged", "two_way", "reached")
    numbers = {name: rows[name].to_numpy() for name in names}
    return Cells(rows["account_no"].to_numpy(), rows["department"].to_numpy(), _seniority(rows), **numbers)


def read_top_people(bench: Bench) -> TopPeople:
    """Who spends most time with us at each account."""
    rows = bench.fetch(bench.query("top_people"))
    texts = rows["person_id"].to_numpy(), rows["department"].to_numpy(), _seniority(rows)
    return TopPeople(rows["account_no"].to_numpy(), *texts, rows["minutes"].to_numpy())


def _seniority(rows: pa.Table) -> Texts:
    """Ranks by name; a column that may be empty keeps its type."""
    ranks: Ints = rows["seniority_no"].to_numpy().astype(np.int64)
    return np.array([*weights.RANKS], np.object_)[ranks]


def _by_number(rows: pa.Table, name: str, count: int, *, unknown: float = 0.0) -> Floats:
    """A column with each value at the place of its account's number."""
    values = np.full(count, unknown)
    values[rows["account_no"].to_numpy().astype(np.int64)] = rows[name].to_numpy()
    return values
