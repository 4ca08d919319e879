"""Which words of RevOps' lines does a HubSpot portal never use, and which of its own words do no lines know?"""

import difflib
from collections.abc import Iterator, Sequence

from connector.cli.unused import UNUSED
from connector.crm.base import Finding
from connector.engine.kinds import Spoken, fits, read_words
from connector.engine.rules import KindOf
from connector.mappings import Mappings
from connector.store.database import Row
from connector.store.published import Published

NAMES = {"task": "call or task", "event": "meeting", "campaign_member": "form or mail"}
MOST = 10  # words of the portal's own that are told, the most frequent first


def used_lines(published: Published, lines: Sequence[KindOf]) -> set[int]:
    """The numbers of the lines of kind_of that records of the last 90 days fit, in any CRM."""
    seen = published.words().to_pylist()
    return {number for number, line in enumerate(lines) if any(_is_met(line, row) for row in seen)}


def word_findings(published: Published, mappings: Mappings, *, is_alone: bool) -> Iterator[Finding]:
    """Words of the portal that say nothing to us, and lines of kind_of for which it has no words.

    Where it is not alone, Salesforce is asked for the words of such lines itself.
    """
    lines, seen = mappings.rules.kind_of, published.words().to_pylist()
    used = used_lines(published, lines) if is_alone else set(range(len(lines)))
    for number, line in enumerate(lines):
        if number not in used:
            yield _unmet(mappings.rule_place(f"kind_of.{number}"), line, seen)
    unread = [finding for row in seen if row["crm"] == "hubspot" for finding in _unread(row, mappings)]
    yield from unread[:MOST]


def _is_met(line: KindOf, row: Row) -> bool:
    return line.source == row["source"] and fits(line, {"type": row["type"], "said_status": row["status"]})


def _unmet(place: str, line: KindOf, seen: Sequence[Row]) -> Finding:
    """What is wrong with a line that no record fits: a word nobody uses, or no such pair of words."""
    for word, said in (("type", line.type), ("status", line.status)):
        values = {row[word].casefold(): row[word] for row in seen if row["source"] == line.source and row[word]}
        if said and said.casefold() not in values:
            near = difflib.get_close_matches(said.casefold(), values, n=1, cutoff=0.5)
            told = f"no {NAMES[line.source]} of 90 days has the {word} {said!r}"
            fix = f"did you mean {values[near[0]]!r}?" if near else "correct it, or take the line out"
            return Finding("note", place, told, fix)
    return Finding("note", place, UNUSED, "correct its words, or take the line out")


def _unread(row: Row, mappings: Mappings) -> Iterator[Finding]:
    """A form, an outcome of a call or of a meeting whose name says nothing to us."""
    words = {"type": row["type"], "subtype": row["subtype"], "said_status": row["status"], "responded": "1"}
    (spoken,) = read_words(row["source"], [words], mappings.rules.kind_of)
    is_ours = any(_is_met(line, row) for line in mappings.rules.kind_of)
    asked = None if is_ours else _asked(row, spoken)
    if asked is None:
        return
    key, told, line = asked
    many = f"{row['records']:,} in 90 days"
    yield Finding(
        "note", mappings.files["hubspot"].place(f"read.{key}"), f"{told} says nothing to us ({many})",
        f"say in scoring.yaml what it is, below kind_of: - {{source: {row['source']}, {line}}}",
    )  # fmt: skip


def _asked(row: Row, spoken: Spoken) -> tuple[str, str, str] | None:
    """Where the word stands, what it is, and the line that would read it; None where it is understood."""
    if row["source"] == "campaign_member" and spoken.kind == "campaign_response":
        line = f"type: {row['type']!r}, kind: download"
        return "form_submission.fields.form_name", f"the form {row['type']!r} counts as any answer: its name", line
    if row["source"] == "task" and row["status"] and spoken.kind == "call":
        line = f"status: {row['status']!r}, kind: voicemail"
        return "call.fields.disposition", f"calls that end with {row['status']!r} count as held: that outcome", line
    if row["source"] == "event" and row["status"] and spoken.status == "held":
        line = f"status: {row['status']!r}, kind: other_task"
        return "meeting.fields.outcome", f"meetings that end with {row['status']!r} count as held: that outcome", line
    return None
