"""`connector match report`: do people stand at the right accounts, and where should a person look?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from connector.cli.parts import load_settings
from connector.cli.screen import print_csv, print_json, show, stderr, table
from connector.engine.counts import by_number, number_of
from connector.engine.precision import Tried
from connector.errors import ConfigError
from connector.store.database import Row
from connector.store.home import Home
from connector.store.published import Published, read_published

SHOWN = 10  # conflicts and domains on a screen
WORTH_TELLING = 0.05  # a rule that is this much better than it says
ORDER = ("together", "domain", "website", "name")
WHY_NOT = {
    "free_mail": "with a free mail address", "no_address": "without a mail address",
    "unknown_domain": "of unknown domains", "not_sure": "of several accounts alike",
}  # fmt: skip
HUBSPOTS = {"account": "Companies", "person": "Contacts", "deal": "Deals"}
JOINED_BY = {
    "sync": "joined by the ids of the sync", "domain": "by their domain", "email": "by their address",
    None: "in HubSpot alone",
}  # fmt: skip
REVIEWED = (
    "person_id", "kind", "company", "email_domain", "why_not", "account_id", "account_name", "rule", "confidence",
    "second_account_id", "second_account_name", "second_confidence", "is_conflict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What is known about how well people are matched: how many by which rule, how each rule did, who is in doubt."""

    counts: Sequence[Row]
    rules: Mapping[str, Tried]
    steps: Sequence[tuple[float, Tried]]
    conflicts: Sequence[Row]
    lost_locks: Sequence[str]  # people whose line in locks.csv names somebody or an account that is not there
    visits: Sequence[Row]
    joined: Sequence[Row]

    def total(self, measure: str) -> int:
        """The sum of one measure of the counts."""
        return sum(row[measure] for row in self.counts)

    @property
    def matched(self) -> Sequence[Row]:
        """The counts of those who belong to an account."""
        return [row for row in self.counts if row["rule"]]

    @property
    def unmatched(self) -> Mapping[str, int]:
        """Those who belong to none, by why."""
        return {row["why_not"]: row["people"] for row in self.counts if row["why_not"]}


@click.group()
def command() -> None:
    """Look at which people belong to which account, and why."""


@command.command()
@click.option("--csv", "review", metavar="FILE", type=click.Path(path_type=Path), help="Write the people to review.")
@click.option("--json", is_flag=True, help="JSON lines.")
def report(review: Path | None, json: bool) -> None:
    """Say how precise each rule is where the truth is known, who is in doubt, and who belongs to nobody.

    The truth is known of leads that were converted to an account that had been there before. With --csv, everybody who
    is not simply linked stands in FILE: fill in lock_account_id, save it as locks.csv beside the mappings.
    """
    published = read_published(Home(load_settings().connector_home))
    if review:
        _write(review, [*review_rows(published)])
    if json:
        print_json(report_rows(read_report(published)))
    else:
        _print(read_report(published))


def read_report(published: Published) -> Report:
    """What the newest run published about matches."""
    steps = [
        (row["least"], Tried(row["said"], row["said"], row["right"], row["confidence"]))
        for row in published.confidences().to_pylist()
    ]
    return Report(
        counts=published.matches().to_pylist(),
        rules={row.pop("rule"): Tried(**row) for row in published.trials().to_pylist()},
        steps=steps,
        conflicts=published.conflicts(SHOWN).to_pylist(),
        lost_locks=[row["person_id"] for row in published.locks().to_pylist() if not row["is_known"]],
        visits=published.visits().to_pylist(),
        joined=published.joined().to_pylist(),
    )


def review_rows(published: Published) -> Iterator[Row]:
    """Everybody whose match a person should look at; a lock that is set stands in the column where locks are set."""
    for row in published.reviewed().to_pylist():
        yield {name: row[name] for name in REVIEWED} | {
            "lock_account_id": row["account_id"] if row["is_locked"] else None
        }


def report_rows(found: Report) -> Iterator[Mapping[str, object]]:
    """The report as JSON likes it."""
    yield {
        "type": "people", "people": found.total("people"), "matched": sum(row["people"] for row in found.matched),
        "by_rule": {row["rule"]: row["people"] for row in found.matched}, "unmatched": found.unmatched,
        "conflicts": found.total("conflicts"), "locked": found.total("locked"), "lost_locks": found.lost_locks,
    }  # fmt: skip
    for rule, tried in found.rules.items():
        yield {"type": "rule", "rule": rule, **_measures(tried)}
    for least, tried in found.steps:
        yield {"type": "confidence", "least": least, **_measures(tried)}
    yield from ({"type": "conflict", **{name: row[name] for name in REVIEWED}} for row in found.conflicts)
    yield from ({"type": "imported", **row} for row in found.visits)
    yield from ({"type": "joined", **row} for row in found.joined)


def _measures(tried: Tried) -> dict[str, object]:
    return {
        "tried": tried.tried, "said": tried.said, "right": tried.right, "coverage": tried.coverage,
        "precision": tried.precision, "interval": tried.interval, "confidence": tried.confidence,
    }  # fmt: skip


def _print(found: Report) -> None:
    """The report from top to bottom."""
    _print_people(found)
    if any(tried.tried for tried in found.rules.values()):
        _print_trials(found)
    else:
        show("\nNo lead was converted to an account that had been there before: precision cannot be measured.")
    if found.conflicts:
        _print_conflicts(found)
    _print_visits(found.visits)
    _print_joined(found.joined)


def _print_people(found: Report) -> None:
    """Who belongs to an account by which rule, and who to none."""
    people, matched = found.total("people"), sum(row["people"] for row in found.matched)
    share = f" ({matched / people:.0%})" if people else ""
    belong = by_number(matched, "belongs", "belong")
    those = f"{matched:,} of {number_of(people, 'person')} {belong} to an account{share}"
    show(f"{those}, {found.total('locked'):,} of them by a lock.")
    lines = table("By", "People", "Sure", numbers=("People", "Sure"))
    for row in found.matched:
        lines.add_row(row["rule"], f"{row['people']:,}", f"{row['confidence']:.2f}")
    show(lines)
    if found.unmatched:
        told = ", ".join(f"{count:,} {WHY_NOT[why]}" for why, count in found.unmatched.items())
        show(f"To no account: {told}.")
    if found.lost_locks:
        many = len(found.lost_locks)
        lost = f"{number_of(many, 'line')} {by_number(many, 'names', 'name')} somebody or an account that is not there"
        stderr().print(f"locks.csv: {lost}, such as {found.lost_locks[0]}")


def _print_trials(found: Report) -> None:
    """How each rule did on converted leads, and whether it was as sure as it was right."""
    tried = max(one.tried for one in found.rules.values())
    show(f"\nTried on {tried:,} converted leads, whose account is known and was there before:")
    headings = ("Said something", "Right", "Precision", "90 % interval", "Sure")
    lines = table("Rule", *headings, numbers=headings)
    for rule in ORDER:
        if rule in found.rules:
            lines.add_row(rule, *_cells(found.rules[rule]))
    for least, one in found.steps:
        lines.add_row(f"  sure {least:.1f} and up" if least < 1 else "  sure 1.0", *_cells(one))
    show(lines)
    for line in _advice(found.rules):
        show(line)


def _advice(rules: Mapping[str, Tried]) -> Iterator[str]:
    """Which rules are surely more or less often right than `match.confidence` has them say."""
    for rule in ORDER[1:]:
        tried = rules.get(rule)
        if tried is None or tried.interval is None or tried.confidence is None:
            continue
        low, high = tried.interval
        if low > tried.confidence + WORTH_TELLING or high < tried.confidence:
            way = "more" if low > tried.confidence else "less"
            yield f"{rule} is right {way} often than it says: look at match.confidence.{rule} in scoring.yaml."


def _cells(one: Tried) -> list[str]:
    interval = "" if one.interval is None else f"{one.interval[0]:.1%} - {one.interval[1]:.1%}"
    said = f"{one.said:,}" if one.said == one.tried else f"{one.said:,} ({one.coverage or 0:.0%})"
    return [
        said,
        f"{one.right:,}",
        _share(one.precision),
        interval,
        "" if one.confidence is None else f"{one.confidence:.2f}",
    ]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _print_conflicts(found: Report) -> None:
    """The people in doubt, with both accounts."""
    show(f"\n{number_of(found.total('conflicts'), 'person')} may belong to a second account; --csv FILE has them all.")
    lines = table("Person", "Account", "By", "Sure", "Second", "Sure", numbers=("Sure",), giving=("Account", "Second"))
    for row in found.conflicts:
        first, second = (f"{row[f'{which}confidence']:.2f}" for which in ("", "second_"))
        lines.add_row(row["person_id"], row["account_name"], row["rule"], first, row["second_account_name"], second)
    show(lines)


def _print_visits(visits: Sequence[Row]) -> None:
    """Whose the imported rows are."""
    whose: Counter[str] = Counter()
    for row in visits:
        whose[row["whose"]] += row["activities"]
    if whose:
        told = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in whose.most_common())
        unknown = [f"{row['domain']} {row['activities']:,}" for row in visits if row["domain"]][:SHOWN]
        show(f"\nImported rows by what ties them to an account: {told}.")
        show(f"Domains without an account: {', '.join(unknown)}." if unknown else "")


def _print_joined(joined: Sequence[Row]) -> None:
    """Which records of HubSpot are records of Salesforce, and by what we know it."""
    by = Counter((row["noun"], row["rule"]) for row in joined)
    for noun, whose in HUBSPOTS.items():
        told = [f"{count:,} {JOINED_BY[rule]}" for (one, rule), count in by.most_common() if one == noun]
        if told:
            show(f"\n{whose} of HubSpot and those of Salesforce: {', '.join(told)}. --json has each.")


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:  # Any: whatever a row holds
    """The people to review as a CSV for a spreadsheet; only its owner may read it."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            path.chmod(0o600)
            print_csv(rows, file)
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or 'cannot be written').lower()}; name another file") from None
    many = f"{number_of(len(rows), 'person')} to review {by_number(len(rows), 'is', 'are')}"
    stderr().print(f"{many} in {path}; fill in lock_account_id and save it as locks.csv.")
