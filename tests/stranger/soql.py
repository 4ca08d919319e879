"""What does a query ask for? A small reader of SOQL: fields, one object, conditions, order, limit."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

Row = Mapping[str, Any]  # a record: typed values by field
Value = Callable[[Row, str], Any]  # the value of a record at a path such as Owner.Name
Test = Callable[[Row, Value], bool]
TOKEN = re.compile(r"\s*('(?:\\.|[^'\\])*'|<=|>=|!=|<>|[=<>(),]|[^\s()',<>=!]+)")
UNESCAPED = re.compile(r"\\(.)")
LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)")


class Malformed(Exception):
    """The query cannot be read."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood; `fields` is empty for COUNT()."""

    fields: tuple[str, ...]
    object: str
    test: Test
    paths: tuple[str, ...]  # every field in a condition or the order
    order: tuple[tuple[str, bool], ...]  # path, descending
    limit: int | None
    is_count: bool = False


def read(text: str) -> Query:
    """The query a text asks. Raises Malformed."""
    return _Reader(text).query()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens, at = list[str](), 0
        text = text.strip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise Malformed(f"unexpected token: {text[at : at + 20]}")
            self._tokens.append(found[1])
            at = found.end()
        self._at = 0
        self._paths: list[str] = []

    def query(self) -> Query:
        self._need("select")
        fields = [self._field()]
        while self._take(","):
            fields.append(self._field())
        self._need("from")
        name, test = self._next(), _always
        if self._take("where"):
            test = self._any()
        order, limit = self._order(), int(self._next()) if self._take("limit") else None
        if self._at != len(self._tokens):
            raise Malformed(f"unexpected token: {self._next()}")
        is_count = fields in (["COUNT()"], ["COUNT(Id)"])
        return Query(tuple(fields), name, test, tuple(self._paths), order, limit, is_count)

    def _field(self) -> str:
        name = self._next()
        if not self._take("("):
            return name
        inner = "" if self._peek() == ")" else self._next()
        self._need(")")
        return f"{name.upper()}({inner})"

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self._take("order"):
            return ()
        self._need("by")
        found = [self._ordered()]
        while self._take(","):
            found.append(self._ordered())
        return tuple(found)

    def _ordered(self) -> tuple[str, bool]:
        path = self._next()
        self._paths.append(path)
        descending = self._take("desc")
        if not descending:
            self._take("asc")
        return path, descending

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take("or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda row, value: any(test(row, value) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row, value: all(test(row, value) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            inner = self._any()
            self._need(")")
            return inner
        if self._take("not"):
            denied = self._one()
            return lambda row, value: not denied(row, value)
        path = self._next()
        self._paths.append(path)
        if self._take("in"):
            return self._among(path)
        sign, wanted = self._next(), _literal(self._next())
        return lambda row, value: _compare(value(row, path), sign, wanted)

    def _among(self, path: str) -> Test:
        self._need("(")
        wanted = [_literal(self._next())]
        while self._take(","):
            wanted.append(_literal(self._next()))
        self._need(")")
        keys = {_key(one) for one in wanted}
        return lambda row, value: _key(value(row, path)) in keys

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, word: str) -> bool:
        if self._peek().lower() != word:
            return False
        self._at += 1
        return True

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise Malformed(f"unexpected token: {self._peek() or '<EOF>'}")

    def _next(self) -> str:
        if not self._peek():
            raise Malformed("unexpected token: <EOF>")
        self._at += 1
        return self._tokens[self._at - 1]


def _always(_row: Row, _value: Value) -> bool:
    return True


def _literal(token: str) -> Any:
    if token.startswith("'"):
        return UNESCAPED.sub(lambda found: LETTERS.get(found[1], found[1]), token[1:-1])
    if token.lower() in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[token.lower()]
    if MOMENT.fullmatch(token):
        return datetime.fromisoformat(token).astimezone(UTC)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", token):
        return date.fromisoformat(token)
    try:
        return float(token)
    except ValueError:
        raise Malformed(f"unexpected token: {token}") from None


def _key(value: Any) -> Any:
    """Texts are equal in any case, ids by their first 15 characters."""
    if isinstance(value, str):
        return value[:15] if len(value) in (15, 18) and value.isalnum() else value.casefold()
    return value


def _compare(value: Any, sign: str, wanted: Any) -> bool:
    if sign in ("=", "!=", "<>"):
        return (_key(value) == _key(wanted)) == (sign == "=")
    if value is None or wanted is None:
        return False
    low, high = _key(value), _key(wanted)
    return {"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[sign]
