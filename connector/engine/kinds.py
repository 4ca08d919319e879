"""Which kind of activity do a record's own words speak of, who acted, and does it count at all?

The tables below are read from top to bottom; the first line of which every word is found wins. RevOps' own lines
(`kind_of` in the rules) say which kind a type is; these say it for what most orgs use.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from connector.engine.rules import KindOf

Direction = Literal["inbound", "outbound", "mutual", "system"]
Words = Mapping[str, str]

SHORT_CALL_SECONDS = 30  # a call that nobody described and that ended sooner reached nobody


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the words say: kind, direction, status, and the reason when it does not count."""

    kind: str
    direction: Direction
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """`words`: pattern by column; all must be found."""

    words: Mapping[str, str]
    spoken: Spoken


_SENT = Spoken("email_sent", "outbound", "sent", "unanswered")
_VOICEMAIL = Spoken("voicemail", "outbound", "sent", "unanswered")
_REPLY = Spoken("email_reply", "inbound", "responded")
_OPEN = Spoken("email_open", "inbound", "responded")
_CLICK = Spoken("email_click", "inbound", "responded")
_CALL = Spoken("call", "mutual", "held")
_MEETING = Spoken("meeting", "mutual", "held")
_OURS = Spoken("other_task", "outbound", "sent", "our_task")
_INTERNAL = Spoken("other_task", "outbound", "held", "internal")
OURS_ALONE = ("email_sent", "voicemail", "other_task")

_MISSED = (
    r"voice ?mail|\bvm\b|left (a )?message|no answer|not? reached|unreach|busy|wrong number|disconnect|did not|didn.t"
    r"|gatekeeper|nicht erreicht|mailbox|besetzt|pas de r.ponse|absent|messagerie|no contesta|buz[oó]n|ocupado"
)
_CALLED = r"\bcalls?\b|phone|anruf|telefon|appel|llamada|t.l.phone|chiamata"
_MET = r"meeting|\bdemo|visit|lunch|workshop|besuch|termin|besprechung|rendez|r.union|reuni|call.?back|riunione"
_NO_SHOW = r"no.?show|not attend|did not attend|missed|nicht erschienen|absent|no asisti"
_CANCELLED = r"cancel|declin|resched|postpon|abgesagt|verschoben|annul|reporté|opted out|unsubscri|bounce|left company"
_PLANNED = r"^(planned|scheduled|open|tentative|not started|geplant|pr.vu)$"
_REGISTERED = r"regist|signed up|sign.?up|rsvp|accepted|confirmed|angemeldet|inscri"
_ATTENDED = r"attend|visit|showed|joined|teilgenommen|particip|asisti|watched|on.?demand"
_WEBINAR = r"webinar|webcast|virtual|online event"
_BOOTH = r"conference|trade ?show|booth|expo|messe|fair|congress|event|seminar|workshop|user group|salon|feria|roadshow"
_DINNER = r"dinner|hospitality|roundtable|abendessen|d.ner|cena|gala"
_DOWNLOAD = r"download|white ?paper|e-?book|content|report|syndicat|guide|asset|checklist"
_FORM = r"demo request|request.*demo|contact (us|form|sales)|trial|kontaktformular|hand.?raise|demo form"
_MAIL = r"e-?mail|newsletter|nurture|mailing|correo|courriel"

TASK_LINES = (
    _Line({"call_type": "^internal"}, _INTERNAL),
    _Line({"subtype": "^listemail$"}, _SENT),
    _Line({"type": rf"open.*({_MAIL})|({_MAIL}).*open"}, _OPEN),
    _Line({"type": r"click"}, _CLICK),
    _Line({"type": rf"^reply|(repl|inbound|incoming|received).*({_MAIL})|({_MAIL}).*(repl|inbound|received)"}, _REPLY),
    _Line({"subtype": "^email$"}, _SENT),
    _Line({"type": _MAIL}, _SENT),
    *(
        line
        for place in ({"subtype": "^call$"}, {"type": _CALLED}, {"call_type": "bound"})
        for line in (
            _Line({**place, "result": _MISSED}, _VOICEMAIL),
            _Line({**place, "said_status": _MISSED}, _VOICEMAIL),
            _Line({**place, "was_long": "0", "result": "^$"}, _VOICEMAIL),
            _Line({**place, "call_type": "^inbound"}, Spoken("call", "inbound", "held")),
            _Line(place, _CALL),
        )
    ),
    _Line({"type": _FORM}, Spoken("demo_form", "inbound", "responded")),
    _Line({"type": _WEBINAR}, Spoken("webinar", "inbound", "responded")),
    _Line({"type": _DOWNLOAD}, Spoken("download", "inbound", "responded")),
    _Line({"type": _DINNER}, Spoken("dinner", "mutual", "held")),
    _Line({"type": _MET, "said_status": _NO_SHOW}, Spoken("meeting", "mutual", "no_show", "no_show")),
    _Line({"type": _MET, "said_status": _CANCELLED}, Spoken("meeting", "mutual", "cancelled", "cancelled")),
    _Line({"type": _MET}, _MEETING),
    _Line({}, _OURS),
)

EVENT_LINES = (
    _Line({"said_status": _NO_SHOW}, Spoken("meeting", "mutual", "no_show", "no_show")),
    _Line({"said_status": _CANCELLED}, Spoken("meeting", "mutual", "cancelled", "cancelled")),
    _Line({"said_status": _PLANNED}, Spoken("meeting", "mutual", "planned", "planned")),
    _Line({"type": r"internal|out of office|vacation|holiday|focus|travel|blocker|intern\b|urlaub"}, _INTERNAL),
    _Line({"type": _MAIL}, _SENT),
    _Line({"type": _WEBINAR}, Spoken("webinar", "mutual", "held")),
    _Line({"type": _DINNER}, Spoken("dinner", "mutual", "held")),
    _Line({"type": r"conference|trade ?show|booth|expo|messe"}, Spoken("booth", "mutual", "held")),
    _Line({"type": _CALLED}, _CALL),
    _Line({}, _MEETING),
)


def _responses(kind: str, place: Mapping[str, str]) -> tuple[_Line, ...]:
    """What a member of one type of campaign can have done."""
    return (
        _Line({**place, "said_status": _NO_SHOW}, Spoken(kind, "inbound", "no_show", "no_show")),
        _Line({**place, "said_status": _ATTENDED}, Spoken(kind, "inbound", "responded")),
        _Line({**place, "said_status": _REGISTERED}, Spoken("registered", "inbound", "responded")),
        _Line({**place, "responded": "1"}, Spoken(kind, "inbound", "responded")),
    )


MEMBER_LINES = (
    _Line({"said_status": _CANCELLED}, Spoken("campaign_response", "inbound", "cancelled", "cancelled")),
    _Line({"said_status": r"^filtered$"}, Spoken("email_open", "inbound", "responded", "machine")),
    _Line({"said_status": r"\bopen"}, _OPEN),
    _Line({"said_status": r"click"}, _CLICK),
    _Line({"said_status": r"replied|^reply"}, _REPLY),
    _Line({"said_status": r"download"}, Spoken("download", "inbound", "responded")),
    *_responses("webinar", {"type": _WEBINAR}),
    *_responses("dinner", {"type": _DINNER}),
    *_responses("demo_form", {"type": _FORM}),
    *_responses("download", {"type": _DOWNLOAD}),
    *_responses("booth", {"type": _BOOTH}),
    *_responses("email_click", {"type": _MAIL}),
    *_responses("campaign_response", {}),
    _Line({}, Spoken("email_sent", "outbound", "sent", "unanswered")),
)

LINES: Mapping[str, tuple[_Line, ...]] = {"task": TASK_LINES, "event": EVENT_LINES, "campaign_member": MEMBER_LINES}


def read_words(source: str, said: Sequence[Words], kind_of: Sequence[KindOf]) -> list[Spoken]:
    """What each combination of words says, in the same order."""
    ours = [line for line in kind_of if line.source == source]
    lines = [(_patterns(line.words), line.spoken) for line in LINES[source]]
    return [_renamed(_first(words, lines), words, ours) for words in said]


def _patterns(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {column: re.compile(pattern, re.IGNORECASE) for column, pattern in words.items()}


def _first(words: Words, lines: Sequence[tuple[dict[str, re.Pattern[str]], Spoken]]) -> Spoken:
    return next(s for patterns, s in lines if all(p.search(words.get(column, "")) for column, p in patterns.items()))


def _renamed(spoken: Spoken, words: Words, ours: Sequence[KindOf]) -> Spoken:
    """RevOps' own line says the kind; that it did not happen (cancelled, no show, only planned) still holds."""
    line = next((line for line in ours if fits(line, words)), None)
    if line is None:
        return spoken
    if spoken.status in ("no_show", "cancelled", "planned"):
        return Spoken(line.kind, spoken.direction, spoken.status, spoken.reason)
    if line.kind in OURS_ALONE:
        return Spoken(line.kind, "outbound", "sent", "unanswered")
    return Spoken(line.kind, "inbound" if spoken.direction == "outbound" else spoken.direction, "responded")


def fits(line: KindOf, words: Words) -> bool:
    """Whole words in any case; an empty one fits all."""
    wanted = ((line.type, words.get("type", "")), (line.status, words.get("said_status", "")))
    return all(not ours or ours.casefold() == theirs.strip().casefold() for ours, theirs in wanted)
