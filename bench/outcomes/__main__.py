"""`make bench-signal`: is the score right, on simulated worlds whose outcomes are known?

The bars are held against seeds on which nothing was ever chosen. Ends with 1 when a bar fails.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import Literal

from bench.bars import Bar
from bench.outcomes.judged import RECALLS, SURE, Judged, judge, judge_still, together
from bench.outcomes.qualified import Qualified
from bench.outcomes.rankings import RANKINGS
from bench.outcomes.surges import Found
from bench.outcomes.worlds import HELD_OUT, still_worlds, worlds
from bench.run import HEAD, record
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings

Side = Literal["at most", "at least"]
RECORD = Path(__file__).with_name("README.md")


def main() -> int:
    """Judge every world, print the tables, and keep them in bench/outcomes/README.md when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", nargs="+", type=int, default=HELD_OUT, help="seeds of the worlds; the held-out ones")
    parser.add_argument("--profile", default="default", help="the profile of scoring.yaml")
    parser.add_argument("--record", action="store_true", help="write the tables into bench/outcomes/README.md")
    asked = parser.parse_args()
    mappings = read_mappings(shipped_mappings(), asked.profile)
    judged = [judge(name, recipe, mappings) for name, recipe in worlds(tuple(asked.seeds))]
    still = together([judge_still(recipe, mappings) for _, recipe in still_worlds(tuple(asked.seeds))])
    held = bars(judged, still)
    text = "\n".join([HEAD, *(bar.row() for bar in held), "", *_rankings(judged)])
    print(text)
    if asked.record:
        record(text, RECORD)
    return 0 if all(bar.holds for bar in held) else 1


def bars(judged: Sequence[Judged], still: Found) -> list[Bar]:
    """What is promised, beside what was found: the mean over the worlds, or their counts added up."""
    return [*_ranking_bars(judged), *_surge_bars(judged, still), *_mqa_bars(judged)]


def _ranking_bars(judged: Sequence[Judged]) -> list[Bar]:
    lift = mean(one.ranked["priority"].lift for one in judged)
    precision = mean(one.ranked["priority"].precision for one in judged)
    naive = mean(one.ranked["minutes in 30 days"].lift for one in judged)
    naive_precision = mean(one.ranked["minutes in 30 days"].precision for one in judged)
    return [
        Bar("lift in the top 5 %, next 30 days", lift, "", 6.5, "at least", f"minutes in 30 days: {naive:.2f}"),
        Bar("average precision, next 30 days", precision, "", 0.12, "at least", f"there: {naive_precision:.3f}"),
    ]


def told(values: Sequence[float]) -> str:
    """From the quiet to the busy third."""
    return " / ".join(f"{value:.2f}" for value in values)


def _surge_bars(judged: Sequence[Judged], still: Found) -> list[Bar]:
    limits = dict(zip(RECALLS, (0.25, 1.8), strict=True))
    found = {recall: together([one.at_recall[recall] for one in judged]) for recall in RECALLS}
    naive = {recall: together([one.naive_at_recall[recall] for one in judged]) for recall in RECALLS}
    strata = [together(parts) for parts in zip(*(one.by_volume for one in judged), strict=True)]
    sure = together([one.at_sure for one in judged])
    unit, costs, recalls = "in 1,000 account-weeks", [p.false_per_1000 for p in strata], [p.recall for p in strata]
    return [
        *(
            Bar(
                f"false surges at {recall:.0%} recall", found[recall].false_per_1000, unit, limits[recall], "at most",
                f"week over four: {naive[recall].false_per_1000:.1f}",
            )
            for recall in RECALLS
        ),
        Bar(f"false surges without journeys, P >= {SURE}", still.false_per_1000, unit, 0.4),
        Bar(f"P >= {SURE} is a real journey", sure.precision, "", 0.9, "at least", f"recall {sure.recall:.2f}"),
        Bar("false surges of the worst third by volume", max(costs), unit, 1.0, "at most", told(costs)),
        Bar("recall of the worst third by volume", min(recalls), "", 0.5, "at least", told(recalls)),
    ]  # fmt: skip


def _mqa_bars(judged: Sequence[Judged]) -> list[Bar]:
    def line(
        question: str, of: Callable[[Qualified], float], limit: float, kind: Literal["at most", "at least"]
    ) -> Bar:
        naive = mean(of(one.naive_mqa) for one in judged)
        return Bar(question, mean(of(one.mqa) for one in judged), "", limit, kind, f"minutes over a limit: {naive:.3g}")

    return [
        line("MQA for 1 in 50: opens within 60 days", lambda one: one.precision, 0.30, "at least"),
        line("MQA for 1 in 50: opportunities seen before", lambda one: one.recall, 0.35, "at least"),
        line("MQA changes per account and quarter", lambda one: one.changes, 0.6, "at most"),
        line("MQAs back within 30 days", lambda one: one.back, 0.02, "at most"),
    ]


def _rankings(judged: Sequence[Judged]) -> list[str]:
    heads = "".join(f" {one.name} (base {one.base_rate:.2%}) |" for one in judged)
    rows = [f"| lift in the top 5 % / average precision |{heads}", "|---" * (len(judged) + 1) + "|"]
    for called in RANKINGS:
        cells = (one.ranked[called] for one in judged)
        told = "".join(
            f" {cell.lift:.2f} ({cell.lift_range[0]:.1f}-{cell.lift_range[1]:.1f}) / {cell.precision:.3f} |"
            for cell in cells
        )
        rows.append(f"| {called} |{told}")
    return rows


if __name__ == "__main__":
    sys.exit(main())
