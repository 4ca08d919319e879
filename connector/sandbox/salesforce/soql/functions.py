"""What do the functions of SOQL give? Each as SQL with the type of its result."""

from __future__ import annotations

from dataclasses import replace

from connector.sandbox.salesforce.schema import Field
from connector.sandbox.salesforce.soql.scope import Column, Scope
from connector.sandbox.salesforce.soql.tree import Call, Operand
from connector.sandbox.salesforce.soql.words import invalid_field, malformed

AGGREGATES = {
    "COUNT": "count({})", "COUNT_DISTINCT": "count(DISTINCT {})", "SUM": "sum({})::DOUBLE", "AVG": "avg({})",
    "MIN": "min({})", "MAX": "max({})",
}  # fmt: skip
DATE_PARTS = {
    "CALENDAR_YEAR": "year({})", "CALENDAR_QUARTER": "quarter({})", "CALENDAR_MONTH": "month({})",
    "DAY_IN_MONTH": "dayofmonth({})", "DAY_IN_WEEK": "dayofweek({}) + 1", "DAY_IN_YEAR": "dayofyear({})",
    "WEEK_IN_YEAR": "(dayofyear({}) + 6) // 7", "HOUR_IN_DAY": "hour({})",
    "FISCAL_YEAR": "year({})", "FISCAL_QUARTER": "quarter({})", "FISCAL_MONTH": "month({})",
}  # fmt: skip
PASSING = ("TOLABEL", "FORMAT", "CONVERTCURRENCY", "CONVERTTIMEZONE")  # nothing to convert: one language, one currency
COMPARABLE = "FGSNA"


def is_aggregate(what: object) -> bool:
    """Whether it is a function over many rows."""
    return isinstance(what, Call) and what.function in AGGREGATES


def operand(what: Operand, scope: Scope) -> Column:
    """The column an operand stands for."""
    return call(what, scope) if isinstance(what, Call) else scope.column(what)


def call(what: Call, scope: Scope) -> Column:
    """The column a function gives. Refuses an unknown function or a wrong argument."""
    if len(what.arguments) != 1:
        if what.function == "COUNT" and not what.arguments:
            return Column("count(*)", _result("COUNT", "int"), ("COUNT",))
        raise malformed(scope.view.text, what.at, f"Incorrect number of arguments for function {what.function}")
    inner = operand(what.arguments[0], scope)
    if what.function in AGGREGATES:
        return _aggregate(what, inner, scope)
    if what.function in PASSING:
        return inner
    if what.function == "DAY_ONLY":
        return Column(f"({inner.sql})::DATE", _result(what.function, "date"), (what.function,))
    if what.function not in DATE_PARTS:
        raise malformed(scope.view.text, what.at, f"Invalid function: {what.function}")
    return Column(DATE_PARTS[what.function].format(inner.sql), _result(what.function, "int"), (what.function,))


def _aggregate(what: Call, inner: Column, scope: Scope) -> Column:
    if not inner.field.can("A") and what.function not in ("COUNT", "COUNT_DISTINCT"):
        message = f"field {inner.field.name} does not support aggregate operator {what.function}"
        raise invalid_field(scope.view.text, what.at, message)
    if what.function in ("COUNT", "COUNT_DISTINCT"):
        kind = "int"
    else:
        kind = "double" if what.function in ("AVG", "SUM") else inner.field.type
    return Column(AGGREGATES[what.function].format(inner.sql), _result(what.function, kind), (what.function,))


def _result(name: str, kind: str) -> Field:
    return Field(name, name, kind, flags=COMPARABLE)


def renamed(column: Column, name: str) -> Column:
    """The column under another name."""
    return replace(column, way=(name,))
