"""What does a SOQL text say? A reader that follows the grammar from the top down."""

from __future__ import annotations

from datetime import date, datetime

from connector.sandbox.answers import Refusal
from connector.sandbox.clock import parse_moment
from connector.sandbox.salesforce.soql.tree import (
    Both,
    Call,
    Compare,
    Condition,
    DateWord,
    Item,
    Not,
    Operand,
    Order,
    Path,
    Query,
    TypeOf,
    Value,
)
from connector.sandbox.salesforce.soql.words import Word, malformed, unquote, words

STATEMENT_MAX = 100_000
OFFSET_MAX = 2_000
DEPTH_MAX = 64  # parentheses in parentheses; deeper ones are an attack, not a question
SIGNS = {"=", "!=", "<>", "<", ">", "<=", ">="}
CLAUSES = {"from", "where", "group", "having", "order", "limit", "offset", "with", "for", "using", "all", "update"}


def parse(text: str) -> Query:
    """The query the text asks for. Refuses a text that breaks the grammar, with the place of the fault."""
    if len(text) > STATEMENT_MAX:
        raise Refusal(400, "MALFORMED_QUERY", f"SOQL statements cannot be longer than {STATEMENT_MAX} characters.")
    return _Reader(text).statement()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.words = list(words(text))
        self.next = 0
        self.depth = 0

    # -- moving -------------------------------------------------------------------------------------------------
    @property
    def word(self) -> Word:
        return self.words[self.next]

    def ahead(self, keyword: str, *, by: int = 1) -> bool:
        place = min(self.next + by, len(self.words) - 1)
        return self.words[place].says(keyword)

    def take(self) -> Word:
        word = self.word
        self.next = min(self.next + 1, len(self.words) - 1)
        return word

    def skip(self, *keywords: str) -> bool:
        """Step over the keywords if they come next, all of them."""
        if not all(self.ahead(keyword, by=step) for step, keyword in enumerate(keywords)):
            return False
        self.next += len(keywords)
        return True

    def expect(self, keyword: str) -> Word:
        if not self.word.says(keyword):
            raise self.unexpected()
        return self.take()

    def name(self) -> Word:
        if self.word.kind != "name":
            raise self.unexpected()
        return self.take()

    def unexpected(self) -> Refusal:
        return malformed(self.text, self.word.at, f"unexpected token: '{self.word.text}'")

    # -- statement ----------------------------------------------------------------------------------------------
    def statement(self) -> Query:
        query = self.query()
        if self.word.kind != "end":
            raise self.unexpected()
        return query

    def query(self) -> Query:
        at = self.expect("select").at
        items = self.items()
        self.expect("from")
        source = self.path()
        alias = self.source_alias()
        if self.skip("using", "scope"):
            self.name()
        where = self.condition() if self.skip("where") else None
        if self.skip("with"):
            self.name()
        group, having = self.grouping()
        order = self.ordering()
        limit = self.whole() if self.skip("limit") else None
        offset = self.offset() if self.skip("offset") else 0
        while self.skip("for") or self.skip("update"):
            self.name()
        return Query(items, source, alias, where, group, having, order, limit, offset, at)

    def source_alias(self) -> str:
        self.skip("as")
        return self.take().text if self.word.kind == "name" and self.word.text.lower() not in CLAUSES else ""

    def items(self) -> tuple[Item, ...]:
        found = [self.item()]
        while self.skip(","):
            found.append(self.item())
        return tuple(found)

    def item(self) -> Item:
        if self.skip("("):
            nested = self.query()
            self.expect(")")
            return Item(nested)
        if self.word.says("typeof"):
            return Item(self.type_of())
        what = self.operand()
        named = self.word.kind == "name" and self.word.text.lower() not in CLAUSES
        return Item(what, self.take().text if named else "")

    def type_of(self) -> TypeOf:
        at = self.take().at
        lookup = self.name().text
        cases: list[tuple[str, tuple[Path, ...]]] = []
        while self.skip("when"):
            kind = self.name().text
            self.expect("then")
            cases.append((kind, self.paths()))
        otherwise = self.paths() if self.skip("else") else ()
        self.expect("end")
        return TypeOf(lookup, tuple(cases), otherwise, at)

    def paths(self) -> tuple[Path, ...]:
        found = [self.path()]
        while self.skip(","):
            found.append(self.path())
        return tuple(found)

    def path(self) -> Path:
        word = self.name()
        return Path(tuple(word.text.split(".")), word.at)

    def operand(self) -> Operand:
        if not self.ahead("("):
            return self.path()
        word = self.name()
        self.expect("(")
        arguments: list[Operand] = []
        while not self.skip(")"):
            arguments.append(self.operand())
            if not self.word.says(")"):
                self.expect(",")
        return Call(word.text.upper(), tuple(arguments), word.at)

    # -- conditions ---------------------------------------------------------------------------------------------
    def condition(self) -> Condition:
        first = self.single()
        for word in ("and", "or"):
            if self.word.says(word):
                return self.joined(word, first)
        return first

    def joined(self, word: str, first: Condition) -> Condition:
        """SOQL joins with AND or with OR; both on one level need parentheses."""
        parts = [first]
        while self.skip(word):
            parts.append(self.single())
        if self.word.says("and") or self.word.says("or"):
            raise self.unexpected()
        return Both(word, tuple(parts))

    def single(self) -> Condition:
        if self.skip("not"):
            return Not(self.single())
        if not self.word.says("("):
            return self.comparison()
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Refusal(400, "QUERY_TOO_COMPLICATED", "The query has too many nested conditions.")
        self.take()
        inner = self.condition()
        self.expect(")")
        self.depth -= 1
        return inner

    def comparison(self) -> Compare:
        at = self.word.at
        left = self.operand()
        sign = self.sign()
        if sign in ("in", "not in") and self.ahead("(", by=0) and self.ahead("select"):
            self.take()
            nested = self.query()
            self.expect(")")
            return Compare(left, sign, nested, at)
        right = self.values() if sign in ("in", "not in", "includes", "excludes") else self.value()
        return Compare(left, sign, right, at)

    def sign(self) -> str:
        if self.skip("not", "in"):
            return "not in"
        for word in ("in", "like", "includes", "excludes"):
            if self.skip(word):
                return word
        if self.word.text not in SIGNS:
            raise self.unexpected()
        sign = self.take().text
        return "!=" if sign == "<>" else sign

    def values(self) -> tuple[Value, ...]:
        self.expect("(")
        found = [self.value()]
        while self.skip(","):
            found.append(self.value())
        self.expect(")")
        return tuple(found)

    def value(self) -> Value:
        word = self.take()
        if word.kind == "string":
            return unquote(word, self.text)
        if word.kind == "number":
            return float(word.text) if any(sign in word.text for sign in ".eE") else int(word.text)
        if word.kind in ("date", "datetime"):
            return self.moment(word)
        if word.kind == "name":
            return self.named_value(word)
        self.next -= 1
        raise self.unexpected()

    def moment(self, word: Word) -> date | datetime:
        try:
            return date.fromisoformat(word.text) if word.kind == "date" else parse_moment(word.text)
        except ValueError as fault:
            raise malformed(self.text, word.at, f"Invalid date or datetime literal: {word.text}") from fault

    def named_value(self, word: Word) -> Value:
        plain: dict[str, Value] = {"true": True, "false": False, "null": None}
        if word.text.lower() in plain:
            return plain[word.text.lower()]
        return DateWord(word.text.upper(), self.whole() if self.skip(":") else 0)

    # -- the tail -----------------------------------------------------------------------------------------------
    def grouping(self) -> tuple[tuple[Operand, ...], Condition | None]:
        if not self.skip("group", "by"):
            return (), None
        group = [self.operand()]
        while self.skip(","):
            group.append(self.operand())
        return tuple(group), self.condition() if self.skip("having") else None

    def ordering(self) -> tuple[Order, ...]:
        if not self.skip("order", "by"):
            return ()
        found = [self.order()]
        while self.skip(","):
            found.append(self.order())
        return tuple(found)

    def order(self) -> Order:
        by = self.operand()
        descending = self.skip("desc") or (self.skip("asc") and False)
        nulls_last = self.skip("nulls", "last") or (self.skip("nulls", "first") and False)
        return Order(by, descending, nulls_last)

    def whole(self) -> int:
        word = self.take()
        if word.kind != "number" or not word.text.isdigit():
            self.next -= 1
            raise self.unexpected()
        return int(word.text)

    def offset(self) -> int:
        offset = self.whole()
        if offset > OFFSET_MAX:
            message = f"Maximum SOQL offset allowed is {OFFSET_MAX}"
            raise Refusal(400, "NUMBER_OUTSIDE_VALID_RANGE", message)
        return offset
