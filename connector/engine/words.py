"""How is a result said so that a sales rep believes it? Short sentences made of counts, minutes and dates.

A sentence never says why people do what they do: a falling score is worth a look, not a verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from connector.engine.counts import by_number, number_of, plural
from connector.engine.trend import EPOCH, rounded

LONGEST = 255  # what a CRM's text field holds
KEPT = 2**17  # phrases that are said again and again, of many accounts
NOUNS: Mapping[str, tuple[str, str]] = {
    "meeting": ("meeting", "meetings"),
    "call": ("call", "calls"),
    "email_reply": ("email reply", "email replies"),
    "email_open": ("email open", "email opens"),
    "email_click": ("email click", "email clicks"),
    "page_view": ("page view", "page views"),
    "key_page": ("pricing or demo page", "pricing or demo pages"),
    "demo_form": ("demo request", "demo requests"),
    "registered": ("sign-up", "sign-ups"),
    "booth": ("stand visit", "stand visits"),
    "social_follow": ("follow", "follows"),
    "social_share": ("share", "shares"),
    "social_comment": ("comment", "comments"),
}
SENIOR = {"manager": "a manager", "director": "a director", "vp": "a VP", "c_level": "an executive"}
TOGETHER = ("meeting", "call", "dinner", "booth", "webinar")  # done with people; all else comes from them
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Reason(NamedTuple):
    """What one kind of activity does for an account's score, now and since we last looked."""

    kind: str
    minutes: float
    touches: int
    people: int
    senior: str  # the highest seniority among them
    new_minutes: float
    new_touches: int


class Change(NamedTuple):
    """What moved an account's engaged minutes since a day, in whole minutes: the five add up to the change."""

    minutes: int
    new: int
    aged: int
    reweighted: int
    rematched: int
    removed: int


class Phrase(NamedTuple):
    """How one part of a change is said when it adds minutes, and when it takes some."""

    part: str
    more: str
    less: str

    def of(self, minutes: int) -> str:
        """The part in words, of the minutes it moved."""
        return (self.more if minutes > 0 else self.less).format(f"{abs(minutes):,}")


MOVES = (
    Phrase("aged", "", "{} faded"),
    Phrase("rematched", "{} came from another account", "{} went to another account"),
    Phrase("reweighted", "weighed anew, {} more", "weighed anew, {} less"),
    Phrase("removed", "", "{} count no more"),
)


@lru_cache(KEPT)
def day_name(day: int) -> str:
    """A day as it is said within a year: 3 Mar."""
    when = EPOCH + timedelta(days=day)
    return f"{when.day} {MONTHS[when.month - 1]}"


@lru_cache(KEPT)
def counted(kind: str, number: int) -> str:
    """A number of activities of a kind: 2 meetings, 1 demo request."""
    one = kind.replace("_", " ")
    return f"{number} {by_number(number, *NOUNS.get(kind, (one, plural(one))))}"


def listed(parts: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else ""


@lru_cache(KEPT)
def reason(kind: str, minutes: int, touches: int, people: int, senior: str) -> str:
    """What one kind of activity does for a score, in whole minutes: 2 meetings with a VP (70); nothing for none."""
    return f"{_who(kind, touches, people, senior)} ({minutes:,})" if minutes else ""


def why(engaged: float, usual: float, reasons: Sequence[str], lead: str = "") -> str:
    """What makes the score: 96 engaged minutes, usually 22 (4.4x): 2 meetings with a VP and 2 others (70), ...

    `reasons` are those of `reason`, the weightiest first; `lead` is a sentence that comes before, as that of a surge.
    """
    if engaged == 0:
        return "No activity by people there yet."
    if not reasons or rounded(engaged) == 0:
        return "No engaged minutes left: nobody there has spent time with us lately."
    head = f"{lead} {_minutes(engaged)}{_against(engaged, usual)}".strip()
    parts = [said for said in reasons if said]
    fewer = (f"{head}: {', '.join(parts[:many])}{_end(len(parts) - many)}" for many in range(len(parts), 0, -1))
    return next((said for said in fewer if len(said) <= LONGEST), "") or cut(f"{head}.")


def what_changed(change: Change, since: int, news: Sequence[str]) -> str:
    """What moved the engaged minutes since the day `since`: +31 minutes since 14 Nov: 2 meetings added 43; 12 faded.

    `news` are what came, counted, the weightiest first.
    """
    gone = [said for phrase in MOVES if (moved := getattr(change, phrase.part)) and (said := phrase.of(moved))]
    if not news and not change.new and not gone:
        return f"Nothing moved since {day_name(since)}."
    came = f"{listed(news[:4]) or 'old activity'} added {change.new:,}" if news or change.new else "nothing new"
    sign = "\N{MINUS SIGN}" if change.minutes < 0 else "+"
    return cut(f"{sign}{number_of(abs(change.minutes), 'minute')} since {day_name(since)}: {'; '.join([came, *gone])}.")


@dataclass(frozen=True, slots=True)
class Rise:
    """The evidence of a surge since the day it began."""

    name: str
    since: int
    person_days: float
    people: int
    usual: float
    sure: float


def rise_sentence(rise: Rise) -> str:
    """Surging since 3 Mar: 14 person-days from 5 people against 4.1 usual, 93 % sure."""
    days, who = number_of(rounded(rise.person_days), "person-day"), number_of(rise.people, "person")
    percent = min(rounded(100 * rise.sure), 99)  # nothing is certain
    seen = f"{rise.name} since {day_name(rise.since)}: {days} from {who}"
    return f"{seen} against {rise.usual:.1f} usual, {percent} % sure."


def cooling_sentence(recent_minutes: float, usual_week: float) -> str:
    """A falling pace without a verdict: 4 engaged minutes in 14 days, usually about 79 a week: worth a look."""
    return f"{_minutes(recent_minutes)} in 14 days, usually about {rounded(usual_week):,} a week: worth a look."


def cut(sentence: str, longest: int = LONGEST) -> str:
    """The sentence, cut at a word if it is too long."""
    if len(sentence) <= longest:
        return sentence
    return f"{sentence[: longest - 1].rsplit(' ', 1)[0]}\N{HORIZONTAL ELLIPSIS}"


def _minutes(minutes: float) -> str:
    return number_of(rounded(minutes), "engaged minute")


def _against(engaged: float, usual: float) -> str:
    if rounded(usual) == 0:
        return ", usually none"
    return f", usually {rounded(usual):,} ({engaged / usual:.1f}x)"


@lru_cache(KEPT)
def _who(kind: str, touches: int, people: int, senior: str) -> str:
    """2 meetings with a VP and 2 others."""
    rank, others = SENIOR.get(senior), people - 1
    if rank is None and not others:
        return counted(kind, touches)
    more = f" and {number_of(others, 'other')}" if others else ""
    whom = f"{people} people" if rank is None else f"{rank}{more}"
    return f"{counted(kind, touches)} {'with' if kind in TOGETHER else 'from'} {whom}"


def _end(left_out: int) -> str:
    return ", \N{HORIZONTAL ELLIPSIS}" if left_out else "."
