"""Which fields does TYPEOF give for each kind of record a lookup may point at?"""

from __future__ import annotations

from connector.sandbox.salesforce.soql.scope import Column, Scope, Source, column_sql, quoted
from connector.sandbox.salesforce.soql.tree import Path, TypeOf
from connector.sandbox.salesforce.soql.words import invalid_field, malformed

# Stand between the lookup and the field in the way of a column: the type that has it, or the types that do not.
TYPE_MARK, OTHERS_MARK = "?", "?!"


def typeof_columns(what: TypeOf, scope: Scope) -> list[Column]:
    """The columns of all cases; each names its type in its way, so that a record shows only its own."""
    way = scope.column(Path((what.lookup, "Type"), what.at)).way[:-1]
    found: list[Column] = []
    kinds: list[str] = []
    for kind, paths in what.cases:
        source = _typed(what, kind, way, scope)
        kinds.append(source.sobject.name)
        for path in paths:
            field = scope.field(source, path.names[-1], path.at)
            sql = column_sql(source, field, scope.view.today)
            found.append(Column(sql, field, (*way, TYPE_MARK + source.sobject.name, field.name)))
    for path in what.otherwise:
        column = scope.column(Path((what.lookup, *path.names), path.at))
        found.append(Column(column.sql, column.field, (*way, OTHERS_MARK + ",".join(kinds), column.way[-1])))
    return found


def _typed(what: TypeOf, kind: str, way: tuple[str, ...], scope: Scope) -> Source:
    sobject = scope.view.find(kind)
    lookup = next((f for f in scope.view.fields(scope.root.sobject).values() if f.relationship == way[-1]), None)
    if lookup is None or len(lookup.references) < 2:
        raise malformed(scope.view.text, what.at, f"{what.lookup} is not a polymorphic relationship")
    if sobject is None or sobject.name not in lookup.references:
        raise invalid_field(scope.view.text, what.at, f"{kind} is not a type of {what.lookup}")
    source = Source(sobject, scope.names.alias(), way)
    key = f"{scope.root.alias}.{quoted(lookup.name)}"
    scope.joins.append(f'LEFT JOIN {quoted(sobject.name)} {source.alias} ON {source.alias}."Id" = {key}')
    return source
