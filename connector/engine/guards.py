"""Is a plan safe to carry out, or should a person look first?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from connector.engine.counts import number_of
from connector.engine.days import Flags, Ints
from connector.engine.fields import BANDS
from connector.engine.plan import Book
from connector.engine.records import AccountChange
from connector.engine.rules import Guards
from connector.engine.stored import Column, Columns, is_empty, is_same
from connector.errors import UnsafePlan

NEXT_STEP = "Look at connector sync --dry-run; if it is right, connector sync --force writes it. Nothing was written."


COOLER = ("Cooling", "Silent")  # surge states


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that has all but stopped: the new rows of its last week and of a usual one.

    `seen` is how many rows the CRM shows us now, `held` how many living ones we have.
    """

    stream: str
    rows: int
    usual: float
    seen: int
    held: int

    def __str__(self) -> str:
        told = f"{self.stream}: {self.rows:,} new rows in seven days, usually {self.usual:,.0f}"
        if self.seen >= self.held:
            return told
        return f"{told}, and only {self.seen:,} of the {self.held:,} we hold are still to be seen"


def check_plan(book: Book, changes: Sequence[AccountChange], rules: Guards, silences: Sequence[Silence] = ()) -> None:
    """Raises UnsafePlan with a line for each guard that says no. A first score is no change and is not counted."""
    faults = [*_too_many_rows(changes, rules), *_surprises(book, rules)]
    if silences:
        faults += _chill(book, rules, silences)
    if faults:
        raise UnsafePlan("\n".join([*faults, NEXT_STEP]))


def _too_many_rows(changes: Sequence[AccountChange], rules: Guards) -> Iterator[str]:
    if len(changes) > rules.most_rows:
        told = f"{number_of(len(changes), 'account')} would be written"
        yield f"guards.most_rows: {told}; {rules.most_rows:,} are allowed."


def _surprises(book: Book, rules: Guards) -> Iterator[str]:
    """The shares of the accounts already scored that would change too much; in a small book a share means nothing."""
    known = book.is_known()
    total = int(known.sum())
    if total < max(rules.small_book, 1):
        return
    emptied = _emptied(book)
    had = known & _has_score(book.before)
    if had.sum() >= rules.small_book and not (had & ~emptied).any():
        yield f"all {had.sum():,} accounts that have a score would lose it: most likely nothing was read from the CRM."
    for key, doing, flags, allowed in (
        ("band_changes", "change their band", _differs(book, "band"), rules.band_changes),
        ("emptied", "lose their score", emptied, rules.emptied),
        ("mqa_flips", "become or stop being an MQA", _differs(book, "mqa"), rules.mqa_flips),
    ):
        many = int((flags & known).sum())
        if many > allowed * total:
            yield (
                f"guards.{key}: {many:,} of {number_of(total, 'account')} ({100 * many / total:.0f} %) would {doing}; "
                f"{100 * allowed:.0f} % are allowed."
            )


def _chill(book: Book, rules: Guards, silences: Sequence[Silence]) -> Iterator[str]:
    """Accounts that cool because nobody tells us anything any more do not cool at all."""
    known = book.is_known()
    total, many = int(known.sum()), int((_cooled(book) & known).sum())
    if total >= max(rules.small_book, 1) and many > rules.cooled * total:
        yield (
            f"guards.cooled: {many:,} of {total:,} accounts ({100 * many / total:.0f} %) would cool while a source is "
            f"silent ({'; '.join(map(str, silences))}); {100 * rules.cooled:.0f} % are allowed. "
            "If the integration user lost access, or the source stopped logging, mend that first."
        )


def _cooled(book: Book) -> Flags:
    """Where the band falls, or the surge begins to cool."""
    falls = np.zeros(len(book), np.bool_)
    if "band" in book.after:
        before, after = (_place(shown["band"], BANDS) for shown in (book.before, book.after))
        falls = (before >= 0) & (after > before)
    if "surge" in book.after:
        falls |= np.isin(book.after["surge"], COOLER) & _differs(book, "surge")
    return falls


def _place(column: Column, order: Sequence[str]) -> Ints:
    """Where each word stands in the order; -1 where it is none of them."""
    places = {word: place for place, word in enumerate(order)}
    return np.array([places.get(word, -1) for word in column], dtype=np.int64)


def _has_score(shown: Columns) -> Flags:
    """Where a score is shown that is above zero."""
    flags: Flags = np.nan_to_num(shown.get("score", np.zeros(1))) > 0
    return flags


def _emptied(book: Book) -> Flags:
    return _has_score(book.before) & ~_has_score(book.after)


def _differs(book: Book, name: str) -> Flags:
    """Where the field shows something and would show something else."""
    if name not in book.after:
        return np.zeros(len(book), np.bool_)
    return ~is_same(book.before[name], book.after[name]) & ~is_empty(book.before[name])
