"""Do RevOps' own words on kinds of activity exist in this org, and did any record use them lately?"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from connector.crm.base import Finding
from connector.crm.salesforce import rest, soql
from connector.crm.salesforce.describe import Describes, FieldFacts
from connector.crm.salesforce.question import Question
from connector.crm.salesforce.streams import Catalogue
from connector.crm.salesforce.transport import Transport
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.records import Window
from connector.engine.rules import KindOf

LATELY = timedelta(days=90)
LINES: Mapping[str, Mapping[str, tuple[str, str]]] = {  # of each source and word: the stream it stands in, and a prefix
    "task": {"type": ("task", ""), "status": ("task", "")},
    "event": {"type": ("event", ""), "status": ("event", "")},
    "campaign_member": {"type": ("campaign", "Campaign."), "status": ("campaign_member", "")},
}


class WordCheck:
    """Looks at the words of one org; reads only."""

    def __init__(self, transport: Transport, catalogue: Catalogue, describes: Describes, mapping: CrmMapping) -> None:
        self._transport, self._catalogue, self._describes = transport, catalogue, describes
        self._mapping = mapping

    def findings(self, lines: Sequence[tuple[str, KindOf]]) -> Iterator[Finding]:
        """What is odd about each line, by its place: a word the org does not have, or that nothing used in 90 days."""
        for place, line in lines:
            odd = [*self._of_words(place, line)]
            yield from odd
            if not odd and self._used(line) == 0:
                told = f"nothing matched in {LATELY.days} days"
                yield Finding("note", place, told, "correct its words, or take the line out")

    def _of_words(self, place: str, line: KindOf) -> Iterator[Finding]:
        for word, said in self._said(line):
            field = self._field(line, word)
            if field is None:
                stream = LINES[line.source][word][0]
                told = f"asks for a {word}, but read.{stream}.fields.{word} names no field of this org"
                yield Finding("warning", place, told, "name the field, or take the word out")
                continue
            values = self._values(line, word)
            if values and said.casefold() not in {value.casefold() for value in values}:
                near = difflib.get_close_matches(said, values, n=1, cutoff=0.5)
                fix = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(values[:10])}"
                yield Finding("warning", place, f"{self._shown(line, word)} has no value {said!r}", fix)

    def _said(self, line: KindOf) -> list[tuple[str, str]]:
        """The words that the line asks for."""
        return [(word, said) for word, said in (("type", line.type), ("status", line.status)) if said]

    def _shown(self, line: KindOf, word: str) -> str:
        """The field a word is compared with, as a reader knows it: Task.Type."""
        mapped = self._mapping.read[LINES[line.source][word][0]]
        source = mapped.fields[word]
        return f"{mapped.object.name}.{source.name if source else word}"

    def _field(self, line: KindOf, word: str) -> str | None:
        """The field a word is compared with; None where the mapping names none, or the org has none."""
        stream, prefix = LINES[line.source][word]
        mapped = self._mapping.read.get(stream)
        source = mapped.fields.get(word) if mapped else None
        is_there = source is not None and ("." in source.name or self._facts(stream, source.name) is not None)
        return f"{prefix}{source.name}" if source is not None and is_there else None

    def _values(self, line: KindOf, word: str) -> tuple[str, ...]:
        """The picklist's values. What members of a campaign may be called is each campaign's own: nobody lists it."""
        stream, _ = LINES[line.source][word]
        mapped = self._mapping.read.get(stream)
        source = mapped.fields.get(word) if mapped else None
        if source is None or stream == "campaign_member":
            return ()
        facts = self._facts(stream, source.name)
        return facts.values if facts else ()

    def _facts(self, stream: str, name: str) -> FieldFacts | None:
        found = self._describes.of(self._mapping.read[stream].object.name)
        return found.field(name) if found else None

    def _used(self, line: KindOf) -> int | None:
        """How many records of the last 90 days have these words; None where the stream is not read."""
        reading = self._catalogue.readings().get(line.source)
        if reading is None:
            return None
        now = self._transport.now()
        words = [f"{self._field(line, word)} = {soql.text(said)}" for word, said in self._said(line)]
        conditions = (*words, *soql.within("CreatedDate", Window(now - LATELY, now)))
        return rest.count(self._transport, Question(reading.object.name, reading.columns, conditions))
