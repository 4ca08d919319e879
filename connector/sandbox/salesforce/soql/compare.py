"""How does a condition of a query read in SQL? Every one is true or false, never unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.ids import full_id
from connector.sandbox.salesforce.schema import NUMBERS, TEXT
from connector.sandbox.salesforce.soql.dates import known, moment_span, span
from connector.sandbox.salesforce.soql.functions import operand
from connector.sandbox.salesforce.soql.scope import Column, Scope
from connector.sandbox.salesforce.soql.tree import Both, Compare, Condition, DateWord, Not, Query, Value
from connector.sandbox.salesforce.soql.words import invalid_field, malformed

Nested = Callable[[Query, Scope], str]

FLIPPED = {"not in": "in", "excludes": "includes"}


def condition_sql(condition: Condition, scope: Scope, nested: Nested) -> str:
    """The condition as a boolean expression. `nested` compiles the query of a semi-join."""
    if isinstance(condition, Not):
        return f"(NOT {condition_sql(condition.part, scope, nested)})"
    if isinstance(condition, Both):
        parts = [condition_sql(part, scope, nested) for part in condition.parts]
        return "(" + f" {condition.word.upper()} ".join(parts) + ")"
    return _compare(condition, scope, nested)


def _compare(one: Compare, scope: Scope, nested: Nested) -> str:
    left = operand(one.left, scope)
    if not left.field.can("F"):
        message = f"field '{left.field.name}' can not be filtered in a query call"
        raise invalid_field(scope.view.text, one.at, message)
    if one.sign in FLIPPED:
        opposite = Compare(one.left, FLIPPED[one.sign], one.right, one.at)
        return f"(NOT {_compare(opposite, scope, nested)})"
    if isinstance(one.right, Query):
        return f"COALESCE({left.sql} IN ({nested(one.right, scope)}), FALSE)"
    if one.sign == "includes":
        if left.field.type != "multipicklist":
            raise _wrong_operator(left)
        return _includes(left, _several(one.right), scope)
    if isinstance(one.right, tuple):
        return _one_of(left, one, scope)
    return _single(left, one.sign, one.right, one.at, scope)


def _several(right: Value | tuple[Value, ...] | Query) -> tuple[Value, ...]:
    return right if isinstance(right, tuple) else ()


def _one_of(left: Column, one: Compare, scope: Scope) -> str:
    """IN: null and days named by a word are asked for one by one, the rest at once."""
    values = _several(one.right)
    plain = [value for value in values if not isinstance(value, DateWord) and value not in (None, "")]
    singles = [value for value in values if isinstance(value, DateWord) or value in (None, "")]
    tests = [_single(left, "=", value, one.at, scope) for value in singles]
    if plain:
        bound = scope.names.value([_bind(left, value, one.at, scope) for value in plain])
        tests.append(f"COALESCE({_folded(left)} IN (SELECT unnest({bound})), FALSE)")
    return "(" + " OR ".join(tests) + ")"


def _single(left: Column, sign: str, value: Value, at: int, scope: Scope) -> str:
    if value is None or value == "":
        return _against_null(left, sign)
    if isinstance(value, DateWord):
        return _against_days(left, sign, value, at, scope)
    if sign == "like":
        return _like(left, value, scope)
    bound = scope.names.value(_bind(left, value, at, scope))
    if sign == "!=":
        return f"({_folded(left)} IS DISTINCT FROM {bound})"
    return f"COALESCE({_folded(left)} {sign} {bound}, FALSE)"


def _folded(left: Column) -> str:
    """Text compares without case; ids, numbers and days as they are."""
    return f"lower({left.sql})" if left.field.type in TEXT - {"id", "reference"} else left.sql


def _bind(left: Column, value: Value, at: int, scope: Scope) -> Json:
    """The value as a parameter of the field's type. Refuses a value of another type."""
    kind = left.field.type
    if kind in ("id", "reference") and isinstance(value, str):
        if len(value) not in (15, 18) or not value.isalnum():
            raise Refusal(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
        return full_id(value)
    if kind in TEXT and isinstance(value, str):
        return value.lower()
    if kind == "datetime" and isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    fits = {
        "boolean": isinstance(value, bool),
        "date": isinstance(value, date) and not isinstance(value, datetime),
    }.get(kind, kind in NUMBERS | {"int"} and isinstance(value, int | float) and not isinstance(value, bool))
    if not fits:
        raise invalid_field(scope.view.text, at, _wrong_type(left, value))
    return float(value) if kind in NUMBERS | {"int"} and isinstance(value, int | float) else value


SPOKEN_TYPES = {"datetime": "dateTime", "reference": "ID", "id": "ID"}


def _wrong_type(left: Column, value: Value) -> str:
    kind = SPOKEN_TYPES.get(left.field.type, "string" if left.field.type in TEXT else left.field.type)
    quotes = "should not be" if isinstance(value, str) else "should be"
    start = f"value of filter criterion for field '{left.field.name}' must be of type {kind}"
    return f"{start} and {quotes} enclosed in quotes"


def _against_null(left: Column, sign: str) -> str:
    if sign in ("=", "like"):
        return f"({left.sql} IS NULL)"
    if sign == "!=":
        return f"({left.sql} IS NOT NULL)"
    return "FALSE"


def _against_days(left: Column, sign: str, word: DateWord, at: int, scope: Scope) -> str:
    if not known(word):
        raise malformed(scope.view.text, at, f"unexpected token: '{word.name}'")
    if left.field.type not in ("date", "datetime"):
        raise invalid_field(scope.view.text, at, _wrong_type(left, word))
    edges = _edges(left, word, scope)
    parts = [f"{left.sql} {compare} {scope.names.value(edges[edge])}" for compare, edge in DAY_TESTS.get(sign, ())]
    if sign == "!=":
        return f"({' OR '.join(parts)} OR {left.sql} IS NULL)"
    return f"COALESCE({' AND '.join(parts) or 'FALSE'}, FALSE)"


# How a comparison with a span of days reads: against its first day (0), and the first day after it (1).
DAY_TESTS = {
    "=": ((">=", 0), ("<", 1)), "!=": (("<", 0), (">=", 1)), "<": (("<", 0),), "<=": (("<", 1),),
    ">": ((">=", 1),), ">=": ((">=", 0),),
}  # fmt: skip


def _edges(left: Column, word: DateWord, scope: Scope) -> tuple[Json, Json]:
    view = scope.view
    if left.field.type == "date":
        return span(word, view.today)
    start, end = moment_span(word, view.today, view.zone)
    return start.replace(tzinfo=None), end.replace(tzinfo=None)


def _like(left: Column, value: Value, scope: Scope) -> str:
    if left.field.type not in TEXT or left.field.type in ("id", "reference") or not isinstance(value, str):
        raise _wrong_operator(left)
    return f"COALESCE({left.sql} ILIKE {scope.names.value(value)} ESCAPE '\\', FALSE)"


def _wrong_operator(left: Column) -> Refusal:
    return Refusal(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {left.field.type} field")


def _includes(left: Column, values: tuple[Value, ...], scope: Scope) -> str:
    """Any of the values; a value with semicolons asks for all of its parts."""
    chosen = f"string_split(lower({left.sql}), ';')"
    tests = [
        f"list_has_all({chosen}, {scope.names.value([part.lower() for part in str(value).split(';')])})"
        for value in values
    ]
    return f"COALESCE({' OR '.join(tests)}, FALSE)"
