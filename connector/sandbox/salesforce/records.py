"""How do the columns of a result become JSON records, with parents nested in them?"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyarrow as pa

from connector.sandbox.answers import Json
from connector.sandbox.salesforce.soql.plan import Plan
from connector.sandbox.salesforce.soql.scope import Column
from connector.sandbox.salesforce.soql.typeof import OTHERS_MARK, TYPE_MARK

NAME = "Name"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the attributes of records for one API version."""

    version: str

    def attributes(self, sobject: str, record_id: str) -> Json:
        """The type and the address of a record."""
        return {"type": sobject, "url": f"/services/data/v{self.version}/sobjects/{sobject}/{record_id}"}


def records(plan: Plan, rows: pa.Table, links: Links) -> list[Json]:
    """The rows as records."""
    columns = [column.to_pylist() for column in rows.columns]
    if plan.grouped:
        return _groups([column.way[0] for column in plan.columns], columns)
    shown = columns[len(columns) - len(plan.columns) :]
    found: list[Json] = [{"attributes": links.attributes(plan.sobject.name, record_id)} for record_id in columns[0]]
    parents = _parents(plan, columns, links)
    for column, values in zip(plan.columns, shown, strict=True):
        _set(column, _decoded(column, values), found, parents)
    return found


def _groups(names: list[str], columns: list[list[Json]]) -> list[Json]:
    kind = {"type": "AggregateResult"}
    return [{"attributes": kind} | dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


Parents = dict[tuple[str, ...], tuple[list[Json], list[str]]]


def _parents(plan: Plan, columns: list[list[Json]], links: Links) -> Parents:
    """For each way: the parent of each row, None where there is none, and its type."""
    by_type = {column.way[:-2] for column in plan.columns if column.way[-2:-1] and column.way[-2].startswith(TYPE_MARK)}
    made: Parents = {}
    for parent in plan.parents:
        ids = columns[parent.id_column]
        types = columns[parent.type_column] if parent.sobject == NAME else [parent.sobject] * len(ids)
        pairs = zip(types, ids, strict=True)
        nodes = [{"attributes": links.attributes(*pair)} if pair[1] else None for pair in pairs]
        if parent.sobject == NAME and parent.way not in by_type:
            _call_names(nodes)
        made[parent.way] = (nodes, types)
    return made


def _call_names(nodes: list[Json]) -> None:
    """A parent that may be of several kinds is called a Name, unless TYPEOF asked what it is."""
    for node in filter(None, nodes):
        node["attributes"]["type"] = NAME


def _decoded(column: Column, values: list[Json]) -> list[Json]:
    if column.field.type != "address":
        return values
    return [json.loads(value) if value else None for value in values]


def _set(column: Column, values: list[Json], found: list[Json], parents: Parents) -> None:
    """Put the values of one column in their place in every record."""
    *way, name = column.way
    kind = way.pop() if way and way[-1].startswith(TYPE_MARK) else ""
    if not way:
        for record, value in zip(found, values, strict=True):
            record[name] = value
        return
    holders = _holders(tuple(way), found, parents)
    types = parents[tuple(way)][1]
    for holder, value, holder_type in zip(holders, values, types, strict=True):
        if holder is not None and _belongs(kind, holder_type):
            holder[name] = value


def _belongs(kind: str, holder_type: str) -> bool:
    """Whether a column belongs in a parent: always, or with TYPEOF for one type, or for all but some."""
    if kind.startswith(OTHERS_MARK):
        return holder_type not in kind.removeprefix(OTHERS_MARK).split(",")
    return not kind or holder_type == kind.removeprefix(TYPE_MARK)


def _holders(way: tuple[str, ...], found: list[Json], parents: Parents) -> list[Json]:
    """The records the values go into: each parent hung below the one before it."""
    above: list[Json] = found
    for depth in range(1, len(way) + 1):
        nodes, _ = parents[way[:depth]]
        for holder, node in zip(above, nodes, strict=True):
            if holder is not None:
                holder.setdefault(way[depth - 1], node)
        above = nodes
    return above
