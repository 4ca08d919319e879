"""What did we believe on an earlier day, and what has become of it?

Of each account its minutes are kept for some days, of each touch only what it was before it moved. Both are written
where the derived tables are, so that no look can know of what no touch tells.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from connector.backend.tables import Bench
from connector.engine.days import NEVER, Floats, Ints
from connector.engine.reasons import REACH, WEEK
from connector.engine.receipts import Look
from connector.engine.rules import Rules
from connector.engine.trend import EPOCH
from connector.engine.zone import read_zone

KEPT_DAYS = 14  # of beliefs, and more where nobody has looked for longer
NEWEST = f"SELECT coalesce(max(day), {NEVER}) FROM kept.looks"
THERE = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'derived' AND table_name = 'contributions'"


def newest_look(bench: Bench) -> int:
    """The day on which we last looked; NEVER before the first time, or where nothing is derived yet."""
    return bench.number(NEWEST) if bench.number(THERE) else NEVER


def in_reach(day: int) -> str:
    """Which facts a look on the day still told apart."""
    return f"day BETWEEN {day - REACH} AND {day}"


def hold(bench: Bench) -> None:
    """work.believed: the touches in scope as they are believed before anything is made again."""
    bench.copy("work.believed", bench.query("believed"))


def note(bench: Bench) -> None:
    """Keep what was believed of the touches in scope that are believed otherwise now."""
    bench.copy("work.believes", bench.query("believed"))
    bench.run(f"INSERT INTO kept.former_touches BY NAME {bench.query('former_touches')}")


def keep_look(bench: Bench, rules: Rules, day: int) -> None:
    """Keep what derived.snapshots says of the day, in the place of an earlier look on it; what is too old goes."""
    oldest = min(day - KEPT_DAYS, _find_day(bench, day))
    for table in ("looks", "beliefs"):
        bench.run(f"DELETE FROM kept.{table} WHERE day = {day} OR day < {oldest}")
    bench.run(f"DELETE FROM kept.former_touches WHERE until_day <= {oldest}")
    bench.run(f"INSERT INTO kept.looks VALUES ({day}, {rules.decay.half_life_days!r})")
    told = f"SELECT {day} AS day, account_id, engaged_minutes FROM derived.snapshots WHERE engaged_minutes > 0"
    bench.run(f"INSERT INTO kept.beliefs BY NAME {told}")


def find_look(bench: Bench, rules: Rules, day: int, count: int) -> Look:
    """The look to compare a day with: the newest that is a week old, else the oldest; else nobody looked a week ago."""
    since = _find_day(bench, day)
    looks = bench.fetch(f"SELECT half_life_days FROM kept.looks WHERE day = {since}")
    if not looks.num_rows:
        return Look(since, rules.decay.half_life_days)
    rows = bench.fetch(
        "SELECT accounts.account_no, beliefs.engaged_minutes FROM kept.beliefs AS beliefs "
        "JOIN derived.accounts AS accounts ON accounts.account_id = beliefs.account_id "
        f"WHERE beliefs.day = {since}"
    )
    minutes = np.zeros(count)
    minutes[rows["account_no"].to_numpy()] = rows["engaged_minutes"].to_numpy()
    return Look(since, looks["half_life_days"][0].as_py(), minutes)


def _find_day(bench: Bench, day: int) -> int:
    week_ago = day - WEEK
    return bench.number(
        f"SELECT coalesce(max(day) FILTER (WHERE day <= {week_ago}), min(day), {week_ago}) "
        f"FROM kept.looks WHERE day < {day}"
    )


def find_moved(bench: Bench, rules: Rules, look: Look, count: int) -> tuple[Floats, Floats]:
    """The minutes that came from other accounts, and those removed, by account; and work.news for sql/reasons.sql."""
    bench = replace(bench, numbers={**bench.numbers, "since": look.day})
    if look.minutes is None:
        known_from = _midnight(look.day + 1, rules.timezone)
        bench.copy("work.news", replace(bench, numbers={**bench.numbers, "known_from": known_from}).query("late"))
        return np.zeros(count), np.zeros(count)
    _make_fates(bench, rules, look)
    bench.copy(
        "work.news",
        "SELECT activity_no, person_no, fate = 'new' AS is_new FROM work.fates WHERE activity_no IS NOT NULL",
    )
    return _minutes(bench, "rematched", count), _minutes(bench, "removed", count)


def _midnight(day: int, timezone: str) -> int:
    """The second in which a local day begins."""
    midnight = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), read_zone(timezone))
    return int(midnight.astimezone(UTC).timestamp())


def _make_fates(bench: Bench, rules: Rules, look: Look) -> None:
    """work.fates: what has become of each touch that moved since the look."""
    halves = {"half_life": rules.decay.half_life_days, "half_life_then": look.half_life_days}
    bench = replace(bench, numbers={**bench.numbers, **halves})
    bench.make("work.before")
    bench.copy(
        "work.moved_numbers",
        "SELECT activity_no, activity_id FROM derived.activities "
        "WHERE activity_id IN (SELECT activity_id FROM work.before)",
    )
    moved = "SELECT * FROM derived.facts WHERE activity_no IN (SELECT activity_no FROM work.moved_numbers)"
    bench.run(f"CREATE OR REPLACE VIEW work.scoped_facts AS {moved}")
    bench.make("work.after", "work.fates")
    bench.run("CREATE OR REPLACE VIEW work.scoped_facts AS SELECT * FROM derived.facts")


def _minutes(bench: Bench, fate: str, count: int) -> Floats:
    """What the touches of one fate gave each account, less what they took."""
    rows = bench.fetch(
        "SELECT accounts.account_no, sum(coalesce(fates.is_now, 0) - coalesce(fates.was, 0)) AS minutes "
        "FROM work.fates AS fates JOIN derived.accounts AS accounts ON accounts.account_id = fates.account_id "
        f"WHERE fates.fate = '{fate}' GROUP BY accounts.account_no"
    )
    at: Ints = rows["account_no"].to_numpy()
    minutes = np.zeros(count)
    minutes[at] = rows["minutes"].to_numpy()
    return minutes
