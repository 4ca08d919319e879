"""`connector explain`: why is an account's score what it is?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connector.cli.parts import load_settings
from connector.cli.screen import one_line, plain, print_json, show, table
from connector.cli.story import WEEKS, Story, blocks, find_account, read_story, weekly_lanes
from connector.engine.counts import number_of
from connector.engine.trend import quarter_sentence
from connector.store.database import Row
from connector.store.home import Home
from connector.store.published import read_published

SHOWN = 8  # receipt lines; --all shows every one
MANY_TIMES = 1000  # percent
OUR_PEOPLE = 5  # of us are named
LEAST = 0.05  # minutes; less is shown as none
FACTORS = {"role_factor": "Role", "repeat_factor": "Repeat", "cap_factor": "Cap"}
STYLES = {
    "Hot": "bold red", "Warm": "yellow", "Cool": "cyan", "Cold": "blue", "No data": "dim",
    "Surging": "bold green", "Warming": "green", "Steady": "", "Cooling": "magenta", "Silent": "dim", "New": "cyan",
}  # fmt: skip
PEERS = {  # where these figures are made
    "minutes_per_contact": "{:,.1f} minutes of 90 days per contact",
    "top_person_share": "{:.0f} % of them from one person",
    "peer_index": "more engaged than {:.0f} % of accounts of its group and size",
    "relationship_ratio": "relationship ratio {:,.1f}",
}
ROLES = {
    "coverage": "{:.0f} % of the wanted roles known",
    "penetration": "{:.0f} % of known people talked with us in 90 days",
    "missing_roles": "missing: {}",
}
NOT_COUNTED = {  # what follows a number, one or many
    "unanswered": "from us, without an answer", "our_task": "of our own tasks", "before_start": "before scores begin",
    "planned": "planned, not held", "machine": "by machines", "told_twice": "logged in two places",
    "mirrored": "told by both CRMs",
    "same_touch": "logged twice within a minute", "twin": "only logging an e-mail",
    "child": "copied into a colleague's calendar", "series": "for the rule of a series", "all_day": "all day long",
    "internal": "among ourselves", "own_staff": "by our own staff", "excluded": "of people or domains left out by rule",
    "declined": "declined", "recipient": "only written to", "no_account": "of nobody's account",
    "page": "of pages that say nothing", "no_rule": "of a kind without a rule", "no_time": "without a date",
    "bounced": "bounced", "future": "still to come", "cancelled": "cancelled", "no_show": "missed by them (no-show)",
}  # fmt: skip


@click.command()
@click.argument("account")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The score of an earlier day.")
@click.option("--all", "every", is_flag=True, help="Every line of the receipt.")
@click.option("--json", is_flag=True, help="One JSON object.")
def command(account: str, as_of: datetime | None, every: bool, json: bool) -> None:
    """Say why an account's score is what it is.

    ACCOUNT is an id, a name, a part of a name or a domain.
    """
    published = read_published(Home(load_settings().connector_home))
    story = read_story(published, find_account(published, account), as_of.date() if as_of else None)
    if json:
        print_json([story_row(story)])
    else:
        show(told(story, lines=None if every else SHOWN))


def story_row(story: Story) -> dict[str, Any]:  # whatever the columns hold
    """An account's story as JSON likes it."""
    return {
        "type": "account", "day": story.day, "engaged_minutes": story.engaged_minutes, "score": story.score,
        "account": story.account, "receipts": story.receipts, "corrected": story.corrected,
        "not_counted": story.left_out, "our_side": story.ours,
    }  # fmt: skip


def told(story: Story, *, lines: int | None = SHOWN) -> RenderableType:
    """The whole story of an account, to be read from top to bottom."""
    receipt = [_receipt(story, lines)] if story.receipts else []
    parts = [*_sentences(story), *receipt, *_weeks(story), *_not_counted(story), *_reading(story)]
    return Group(_headline(story), Padding(Group(*parts), (0, 0, 0, 2)))


def _headline(story: Story) -> Text:
    """Who it is, and the results."""
    account = story.account
    line = Text(plain(account["account_name"] or "(no name)"), style="bold")
    line.append(f"  {account['account_id']}\n", style="dim").append(f"  Score {story.score:.0f}", style="bold")
    if not story.is_newest:
        return line.append(f" on {story.day}; band, surge and MQA are those of the last run", style="dim")
    line.append(f"  {account['band']}", style=STYLES[account["band"]])
    line.append(f"  {account['surge']}", style=STYLES[account["surge"]])
    if account["mqa"]:
        line.append(f"  MQA{_since(account['mqa_date'])}", style="bold green")
    return line.append(f"  {account['sparkline'] or ''}")


def _since(moment: datetime | date | None) -> str:
    return f" since {moment:%Y-%m-%d}" if moment else ""


def _sentences(story: Story) -> Iterator[RenderableType]:
    """Why, what changed, and the figures beside them; of the newest run only."""
    account = story.account
    if story.is_newest:
        known = [account[name] for name in ("account_group", "tier", "industry", "country", "domain")]
        sentences = {
            "Why": account["why"], "Changed": account["what_changed"], "Lately": _lately(account),
            "Trend": _trend(account), "Quarter": _quarter(account), "Meetings": _meetings(account),
            "Peers": _peers(account), "Roles": _roles(account),
            "Interest": account.get("top_interest") or "", "Our side": _ours(story.ours),
            "Account": " · ".join(plain(str(one)) for one in known if one),
        }  # fmt: skip
        yield _labelled({label: sentence for label, sentence in sentences.items() if sentence})
        yield Text()


def _lately(account: Row) -> str:
    """Minutes and people of the last weeks, and when we last heard from them."""
    heard = f"last two-way touch {account['last_two_way']}" if account["last_two_way"] else "no two-way touch yet"
    if not account["minutes_90d"]:
        return f"nothing in 90 days; {heard}"
    people = number_of(round(account["people_90d"]), "person")
    minutes = f"{number_of(round(account['minutes_30d']), 'minute')} in 30 days, {account['minutes_90d']:,.0f} in 90"
    return f"{minutes}, with {people}; {heard}"


def _trend(account: Row) -> str:
    """30, 60 and 90 days, each against as many before; nothing where there is nothing to compare with."""
    known = {days: account[f"trend_{days}d"] for days in (30, 60, 90)}
    said = [f"{days} days {_grown(percent)}" for days, percent in known.items() if percent is not None]
    return f"{', '.join(said)}, each against as many days before" if said else ""


def _grown(percent: float) -> str:
    """A change in percent, or how many times as much where a percentage says nothing any more."""
    return f"{percent:+,.0f} %" if percent < MANY_TIMES else f"{1 + percent / 100:,.0f}x"


def _quarter(account: Row) -> str:
    now, before = account["quarter_minutes"], account["last_quarter_minutes"]
    return quarter_sentence(now, before) if now or before else ""


def _meetings(account: Row) -> str:
    """Held and booked; nothing where the set `sales` is not made."""
    held, booked = account.get("meetings_held_90d"), account.get("meetings_booked")
    return "" if held is None or booked is None else f"{held:.0f} held in 90 days, {booked:.0f} booked"


def _peers(account: Row) -> str:
    return _figures(account, PEERS)


def _roles(account: Row) -> str:
    return _figures(account, ROLES)


def _figures(account: Row, shown: Mapping[str, str]) -> str:
    """Those figures of an account that were made and are known."""
    return "; ".join(said.format(account[name]) for name, said in shown.items() if account.get(name) is not None)


def _ours(ours: Sequence[Row]) -> str:
    """Who of us worked on the account in 90 days, and with how many people there."""
    said = [f"{row['user_name'] or row['user_id']} ({_work(row)})" for row in ours[:OUR_PEOPLE]]
    more = [f"{len(ours) - OUR_PEOPLE} more"] if len(ours) > OUR_PEOPLE else []
    return ", ".join([*said, *more])


def _work(row: Row) -> str:
    """12 activities with 4 people, last on 2026-11-20."""
    activities = number_of(row["activities"], "activity")
    people = f" with {number_of(row['people'], 'person')}" if row["people"] else ""
    return f"{activities}{people}, last on {row['last_day']}"


def _labelled(said: Mapping[str, str]) -> Table:
    """Sentences beside their labels, however many lines they take."""
    made = Table.grid(padding=(0, 2, 0, 0))
    for label, sentence in said.items():
        made.add_row(Text(label, style="dim"), sentence)
    return made


def _receipt(story: Story, lines: int | None) -> Table:
    """Every factor that is not 1 of every line shown; the last column adds up to the engaged minutes, shown or not."""
    named = [row for row in story.receipts if row["activity_id"] is not None]
    older = [row for row in story.receipts if row["activity_id"] is None]
    shown = named[:lines]
    factors = [name for name in FACTORS if any(row[name] != 1 for row in shown)]
    numbers = ["Minutes", *(FACTORS[name] for name in factors), "Faded", "Now"]
    made = table("Day", "What", "Who", *numbers, numbers=numbers, giving=("Who",))
    for row in shown:
        cells = [f"{row['minutes']:.1f}", *(f"x{row[name]:.2f}" for name in factors), f"x{_left(row):.2f}"]
        made.add_row(str(row["day"]), one_line(_what(row)), one_line(_who(row)), *cells, f"{row['minutes_now']:.1f}")
    gap = [""] * (len(numbers) - 1)
    for what, rows in ((f"{len(named) - len(shown)} more", named[len(shown) :]), (_faded(older), older)):
        if rows:
            made.add_row("", what, "", *gap, f"{sum(row['minutes_now'] for row in rows):.1f}", style="dim")
    if abs(story.corrected) >= LEAST:
        made.add_row("", "corrected since", "", *gap, f"{story.corrected:.1f}", style="dim")
    whole = one_line(f"a score of {story.score:.0f}")
    made.add_row("", "engaged", whole, *gap, f"{story.engaged_minutes:.1f}", style="bold")
    return made


def _left(row: Row) -> float:
    """What is left of each minute after so many days."""
    return float(row["minutes_now"] / row["engaged_minutes"])


def _faded(older: Sequence[Row]) -> str:
    return f"{sum(row['contributions'] for row in older):,} older"


def _what(row: Row) -> str:
    """The kind of an activity, and from where, if not from a CRM: webinar (marketo)."""
    kind = str(row["kind"].replace("_", " "))
    return f"{kind} ({row['activity_id'].partition(':')[0]})" if row["source"] == "imported" else kind


def _who(row: Row) -> str:
    """A person's title, or what is known instead; also of people who have gone to another account since."""
    if row["person_id"] is None:
        return "somebody there"
    return row["person_title"] or f"a {row['person_kind']} without a title"


def _weeks(story: Story) -> Iterator[RenderableType]:
    """The last twelve weeks, a lane a channel."""
    lanes = weekly_lanes(story)
    if not lanes:
        return
    most = max(max(lane) for lane in lanes.values())
    made = table(f"Last {WEEKS} weeks", "", "Minutes", numbers=("Minutes",))
    for channel, lane in lanes.items():
        made.add_row(channel, blocks(lane, most), f"{sum(lane):,.0f}")
    yield Text()
    yield made


def _not_counted(story: Story) -> Iterator[RenderableType]:
    """What was left out, the most frequent first."""
    if story.left_out and story.is_newest:
        said = (f"{many:,} {NOT_COUNTED.get(code, code.replace('_', ' '))}" for code, many in story.left_out.items())
        yield Text()
        yield _labelled({"Not counted": "; ".join(said)})


def _reading(story: Story) -> Iterator[RenderableType]:
    """How the numbers come about, for somebody who sees them for the first time."""
    about = story.about
    said = (
        "Engaged minutes are time people there spent with us: more for senior people, less for each repeat in a week, "
        f"halving every {about.half_life_days:g} days. {about.half_score_minutes:g} of them are a score of 50."
    )
    yield Text()
    yield Text(said, style="dim")
