"""Which SQL answers a query, and how do its columns become records?"""

# ruff: noqa: S608 - names come from the schema and are quoted; values are parameters
from __future__ import annotations

from dataclasses import dataclass, replace

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.schema import TEXT, Field, SObject
from connector.sandbox.salesforce.soql.compare import condition_sql
from connector.sandbox.salesforce.soql.functions import is_aggregate, operand, renamed
from connector.sandbox.salesforce.soql.scope import (
    NAME,
    OWN_WORDS,
    Column,
    Names,
    Scope,
    Source,
    View,
    archived_sql,
    quoted,
)
from connector.sandbox.salesforce.soql.tree import Call, Item, Order, Path, Query, TypeOf
from connector.sandbox.salesforce.soql.typeof import typeof_columns
from connector.sandbox.salesforce.soql.words import invalid_field, located, malformed

FIELDS_MAX = 200  # rows a query with FIELDS(ALL) may ask for
SUBQUERIES_MAX = 20
TYPE_UNSUPPORTED = (
    "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the "
    "'__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
)
REST_TIME, BULK_TIME = "%Y-%m-%dT%H:%M:%S.000+0000", "%Y-%m-%dT%H:%M:%S.000Z"


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent whose fields were asked for: the way to it, its type, and the columns of its id and type."""

    way: tuple[str, ...]
    sobject: str
    id_column: int
    type_column: int = -1


@dataclass(frozen=True, slots=True)
class Children:
    """A subquery: the relationship's name, the children's object and lookup, and what was asked of them."""

    name: str
    sobject: SObject
    lookup: Field
    query: Query


@dataclass(frozen=True, slots=True)
class Plan:
    """The SQL with its values, and the way each column goes in the record. Column 0 is the record's id."""

    sobject: SObject
    sql: str
    values: dict[str, Json]
    columns: tuple[Column, ...]
    parents: tuple[Parent, ...] = ()
    children: tuple[Children, ...] = ()
    grouped: bool = False
    count_only: bool = False

    @property
    def owner_column(self) -> int:
        """Where the id of the parent stands in the rows of a subquery: after the keys of the row's own parents."""
        return 1 + 2 * len(self.parents)


@dataclass(frozen=True, slots=True)
class Only:
    """A restriction to the children of some parents."""

    lookup: Field
    ids: list[str]


def make_plan(query: Query, view: View, *, only: Only | None = None) -> Plan:
    """The plan of a parsed query. Refuses unknown objects and fields, and fields used as they cannot be."""
    scope = Scope(view, only_object(query, view), query.alias, Names())
    items = expand(query, scope)
    grouped = bool(query.group) or any(is_aggregate(item.what) for item in items)
    columns = _grouped_columns(query, items, scope) if grouped else _plain_columns(items, scope)
    children = tuple(_children(item.what, scope) for item in items if isinstance(item.what, Query))
    if len(children) > SUBQUERIES_MAX:
        raise Refusal(400, "MALFORMED_QUERY", f"A query may hold {SUBQUERIES_MAX} subqueries at most.")
    parents = [] if grouped else _parents(columns, scope)
    keys = [] if grouped else _keys(scope, parents, only)
    count_only = grouped and not query.group and len(items) == 1 and _is_bare_count(items[0])
    shown = [_shown(column, view) for column in columns]
    sql = _select([*keys, *shown], query, scope, only=only, grouped=grouped)
    placed = _placed(parents)
    return Plan(scope.root.sobject, sql, scope.names.values, tuple(columns), placed, children, grouped, count_only)


def only_object(query: Query, view: View) -> SObject:
    """The object the query draws from. Refuses what the user cannot read."""
    name = query.source.names[-1]
    sobject = view.find(name)
    if sobject is None or not sobject.can("Q"):
        message = located(view.text, query.source.at, TYPE_UNSUPPORTED.format(name=name))
        raise Refusal(400, "INVALID_TYPE", message)
    return sobject


def expand(query: Query, scope: Scope) -> list[Item]:
    """The SELECT list with FIELDS(...) spelled out."""
    found: list[Item] = []
    for item in query.items:
        if isinstance(item.what, Call) and item.what.function == "FIELDS":
            found += [Item(Path((field.name,), item.what.at)) for field in _all_fields(item.what, query, scope)]
        else:
            found.append(item)
    return found


def _all_fields(call: Call, query: Query, scope: Scope) -> list[Field]:
    word = call.arguments[0].names[0].upper() if call.arguments and isinstance(call.arguments[0], Path) else ""
    fields = list(scope.view.fields(scope.root.sobject).values())
    if word == "STANDARD":
        return [field for field in fields if not field.custom]
    if word not in ("ALL", "CUSTOM"):
        raise malformed(scope.view.text, call.at, "FIELDS takes ALL, STANDARD or CUSTOM")
    if query.limit is None or query.limit > FIELDS_MAX:
        message = f"The SOQL FIELDS function must have a LIMIT of at most {FIELDS_MAX}"
        raise Refusal(400, "MALFORMED_QUERY", message)
    return [field for field in fields if field.custom or word == "ALL"]


def _plain_columns(items: list[Item], scope: Scope) -> list[Column]:
    columns: dict[tuple[str, ...], Column] = {}
    for item in items:
        if isinstance(item.what, Query):
            continue
        if isinstance(item.what, TypeOf):
            found = typeof_columns(item.what, scope)
        else:
            if item.alias and isinstance(item.what, Path):
                raise malformed(scope.view.text, item.what.at, "only aggregate expressions use field aliasing")
            column = operand(item.what, scope)
            found = [renamed(column, item.alias) if item.alias else column]
        for column in found:
            columns.setdefault(column.way, column)
    return list(columns.values())


def _grouped_columns(query: Query, items: list[Item], scope: Scope) -> list[Column]:
    groups = {operand(one, scope).sql for one in query.group}
    for one in query.group:
        if not operand(one, scope).field.can("G") and isinstance(one, Path):
            message = f"field '{one.names[-1]}' can not be grouped in a query call"
            raise malformed(scope.view.text, one.at, message)
    columns, unnamed = [], 0
    for item in items:
        if isinstance(item.what, Query | TypeOf):
            raise malformed(scope.view.text, query.at, "Only fields and functions can be selected with GROUP BY")
        column = operand(item.what, scope)
        if not is_aggregate(item.what) and column.sql not in groups:
            raise malformed(scope.view.text, item.what.at, f"Field must be grouped or aggregated: {column.field.name}")
        name = item.alias or column.way[-1]
        if isinstance(item.what, Call) and not item.alias:
            name, unnamed = f"expr{unnamed}", unnamed + 1
        columns.append(renamed(column, name))
    return columns


def _is_bare_count(item: Item) -> bool:
    return isinstance(item.what, Call) and item.what.function == "COUNT" and not item.what.arguments


def _children(query: Query, scope: Scope) -> Children:
    name = query.source.names[-1]
    for child in map(scope.view.find, scope.view.children(scope.root.sobject.name)):
        for lookup in scope.view.fields(child).values() if child else ():
            if child and lookup.children.lower() == name.lower() and scope.root.sobject.name in lookup.references:
                return Children(lookup.children, child, lookup, replace(query, source=Path((child.name,), query.at)))
    advice = OWN_WORDS.format(kind="relationship", suffix="__r", what="custom relationship")
    message = f"Didn't understand relationship '{name}' in FROM part of query call. {advice}"
    raise Refusal(400, "INVALID_TYPE", message)


def _parents(columns: list[Column], scope: Scope) -> list[Source]:
    """The parents on the way to any column, outermost first."""
    ways = {column.way[:depth] for column in columns for depth in range(1, len(column.way))}
    return [scope.sources[way] for way in sorted(ways, key=lambda way: (len(way), way)) if way in scope.sources]


def _keys(scope: Scope, parents: list[Source], only: Only | None) -> list[str]:
    """What every record needs beside its fields: its id, its parents' ids and types, and its own parent's id."""
    keys = [f'{scope.root.alias}."Id"']
    for source in parents:
        keys += [f'{source.alias}."Id"', f"{source.alias}._object" if source.sobject is NAME else "NULL"]
    return [*keys, f"{scope.root.alias}.{quoted(only.lookup.name)}"] if only else keys


def _placed(parents: list[Source]) -> tuple[Parent, ...]:
    return tuple(Parent(one.way, one.sobject.name, 1 + 2 * place, 2 + 2 * place) for place, one in enumerate(parents))


def _shown(column: Column, view: View) -> str:
    """The column as the answer writes it."""
    if column.field.type == "datetime":
        return f"strftime({column.sql}, '{BULK_TIME if view.bulk else REST_TIME}')"
    return f"({column.sql})::VARCHAR" if column.field.type == "date" else column.sql


def _select(columns: list[str], query: Query, scope: Scope, *, only: Only | None, grouped: bool) -> str:
    order = order_sql(query.order, scope, hashed=len(columns) if grouped else 0)
    tests = where_tests(query, scope)
    if only:
        tests.append(f"{scope.root.alias}.{quoted(only.lookup.name)} IN (SELECT unnest({scope.names.value(only.ids)}))")
    group = ", ".join(operand(one, scope).sql for one in query.group)
    having = f" HAVING {condition_sql(query.having, scope, nested_sql)}" if query.having else ""
    named = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate(columns))
    sql = f"SELECT {named} FROM {scope.from_sql()} WHERE {' AND '.join(tests) or 'TRUE'}"
    sql += f" GROUP BY {group}{having}" if group else having
    if only and query.limit is not None:
        key = f"{scope.root.alias}.{quoted(only.lookup.name)}"
        sql += f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) <= {query.limit}"
    sql += f" ORDER BY {order}" if order else ""
    limit = f" LIMIT {query.limit}" if query.limit is not None and not only else ""
    return sql + limit + (f" OFFSET {query.offset}" if query.offset else "")


def where_tests(query: Query, scope: Scope) -> list[str]:
    """What a row must pass: the query's own condition, and not to lie in the bin or the archive."""
    tests = [condition_sql(query.where, scope, nested_sql)] if query.where else []
    root = scope.root
    if not scope.view.everything:
        if root.sobject.field("IsDeleted"):
            tests.append(f'NOT {root.alias}."IsDeleted"')
        if root.sobject.name in ("Task", "Event"):
            tests.append(f"NOT {archived_sql(root, scope.view.today)}")
    return tests


def nested_sql(query: Query, outer: Scope) -> str:
    """The query of a semi-join: one column, no nulls."""
    scope = Scope(outer.view, only_object(query, outer.view), query.alias, outer.names)
    if len(query.items) != 1 or not isinstance(query.items[0].what, Path):
        raise malformed(outer.view.text, query.at, "A nested query must select exactly one field")
    column = scope.column(query.items[0].what)
    tests = [*where_tests(query, scope), f"{column.sql} IS NOT NULL"]
    return f"SELECT {column.sql} FROM {scope.from_sql()} WHERE {' AND '.join(tests)}"


def order_sql(order: tuple[Order, ...], scope: Scope, *, hashed: int) -> str:
    """The order asked for, then one that means nothing but is always the same: by hash of the id or the columns."""
    terms = [_order_term(one, scope) for one in order]
    keys = [f"c{place}" for place in range(hashed)] or [f'{scope.root.alias}."Id"']
    return ", ".join([*terms, f"hash({', '.join(keys)}, {scope.view.seed})"])


def _order_term(one: Order, scope: Scope) -> str:
    column = operand(one.by, scope)
    if not column.field.can("S"):
        at = one.by.at
        raise invalid_field(scope.view.text, at, f"field '{column.field.name}' can not be sorted in a query call")
    is_text = column.field.type in TEXT - {"id", "reference"}
    folded = f"lower({column.sql})" if is_text else column.sql
    return f"{folded} {'DESC' if one.descending else 'ASC'} NULLS {'LAST' if one.nulls_last else 'FIRST'}"
