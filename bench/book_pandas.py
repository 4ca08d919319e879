"""The same rules in pandas, over the stored facts of the book at PATH: every default field; tells the CPU seconds.

Written as one would: groupby for all that adds up, a loop over rows or days where there is memory. The loop over days
takes one account in EVERY, and its seconds count as often. Ends with an error where it says otherwise than the
connector did of the same book.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench.book import AS_OF_DAY
from bench.book_pandas_walk import Walk, book_of, surge_name, walk
from connector.backend.build import bench_for
from connector.engine import words
from connector.engine.days import ALWAYS, NEVER, Span
from connector.engine.reasons import REACH
from connector.engine.rules import Rules
from connector.engine.trend import sparklines
from connector.engine.weights import RANKS
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened

EVERY = 50
ALIKE = 0.9999
FACTS = (
    "SELECT account_no, person_no, activity_no, kind, day, repeats, own_seconds, is_shared, timed, minutes AS fixed, "
    "unknown, two_way, person_day, seniority_no, seniority_no >= act_now_from AS act_now, "
    "least(ranks.factor * roles.factor, {most}) AS factor FROM derived.facts JOIN work.kinds USING (kind_no) "
    "JOIN work.seniority_weights AS ranks USING (seniority_no) JOIN work.role_weights AS roles USING (role_no)"
)


def main() -> None:
    """Read, score, compare."""
    rules = read_mappings(shipped_mappings(), "default").rules
    with opened(Path(sys.argv[1]), Limits("4GB")) as store:
        bench = bench_for(store.connection, rules, "salesforce")
        queries = bench.query("register"), bench.query("deals"), "SELECT * FROM derived.snapshots"
        facts = store.table(FACTS.format(most=rules.roles.most)).to_pandas()
        accounts, deals, ours = (store.table(query).to_pandas() for query in queries)
    began = time.process_time()
    touches = weighed(facts, rules)
    days = account_days(touches, rules)
    found = added_up(touches, days, accounts, rules)
    reasons = said(touches, rules)
    vectors = time.process_time() - began
    walked = walks(days, accounts, deals, rules)
    sentences = told(walked, found, reasons, rules)
    loops = time.process_time() - began - vectors
    check(found, accounts.merge(ours, on="account_id").set_index("account_no"), walked, sentences)
    print(json.dumps({"seconds": vectors + EVERY * loops, "groupby": vectors, "loops": EVERY * loops}))


def weighed(facts: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Each fact with its engaged minutes."""
    own = (facts["own_seconds"] / 60).fillna(facts["unknown"])
    base = np.where(facts["timed"], np.maximum(own, facts["fixed"]), facts["fixed"])
    facts["minutes"] = base * facts["factor"] * rules.decay.repeat_factor ** facts["repeats"]
    shared = facts[facts["is_shared"]].groupby(["account_no", "activity_no"])["minutes"]
    capped = rules.clamp.account_cap * shared.transform("max") / shared.transform("sum")
    facts.loc[capped.index, "minutes"] *= capped.clip(upper=1)
    return facts


def account_days(touches: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Minutes, people who count and signs by account and day."""
    touches["there"] = touches["person_day"] & (touches["minutes"] > 0)
    sums = {"minutes": "sum", "there": "max", "two_way": "max", "act_now": "max"}
    people = touches.groupby(["account_no", "person_no", "day"]).agg(sums).reset_index()
    people["people"] = counting(people, rules.surge.person_days_cap)
    sums = {"minutes": "sum", "people": "sum", "two_way": "max", "act_now": "max"}
    return people.groupby(["account_no", "day"]).agg(sums).reset_index()


def counting(people: pd.DataFrame, cap: int) -> list[int]:
    """Whether each person-day counts: on at most `cap` of any seven days."""
    counts, who, recent = [], None, list[int]()
    columns = (people[name].tolist() for name in ("account_no", "person_no", "day", "there"))
    for account, person, day, there in zip(*columns, strict=True):
        recent = [before for before in recent if before > day - 7] if (account, person) == who else []
        who, counted = (account, person), there and len(recent) < cap
        if counted:
            recent.append(day)
        counts.append(int(counted))
    return counts


def added_up(touches: pd.DataFrame, days: pd.DataFrame, accounts: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """All that is a sum: a row an account."""
    age, minutes = AS_OF_DAY - days["day"], days["minutes"]
    table = pd.DataFrame({
        "engaged": minutes * 2.0 ** (-age / rules.decay.half_life_days),
        "usual": minutes.where(age.between(rules.decay.usual_from_days, rules.decay.usual_to_days - 1), 0.0),
        "minutes_14d": minutes.where(age < 14, 0.0),
        "minutes_30d": minutes.where(age < 30, 0.0),
        "minutes_before_30d": minutes.where(age.between(30, 59), 0.0),
        "minutes_90d": minutes.where(age < 90, 0.0),
    })  # fmt: skip
    found = table.groupby(days["account_no"]).sum().reindex(accounts["account_no"], fill_value=0.0)
    found["usual"] *= rules.decay.half_life_days / np.log(2) / (rules.decay.usual_to_days - rules.decay.usual_from_days)
    found["score"] = 100 * (1 - 2 ** (-found["engaged"] / rules.decay.half_score_minutes))
    steps = [-np.inf, rules.bands.cool, rules.bands.warm, rules.bands.hot, np.inf]
    bands = pd.cut(np.floor(found["score"] + 0.5), steps, right=False, labels=["Cold", "Cool", "Warm", "Hot"])
    found["band"] = bands.astype(object).where(found["engaged"] > 0, "No data")
    found["trend_30d"] = 100 * (found["minutes_30d"] / found["minutes_before_30d"].where(lambda m: m > 0) - 1)
    found["last_two_way"] = days["day"].where(days["two_way"]).groupby(days["account_no"]).max()
    recent = touches[touches["there"] & (touches["day"] > AS_OF_DAY - 90)]
    found["people_90d"] = recent.groupby("account_no")["person_no"].nunique()
    lately = days[age < 84]
    weekly = lately.pivot_table("minutes", "account_no", 11 - (AS_OF_DAY - lately["day"]) // 7, "sum", fill_value=0.0)
    weekly = weekly.reindex(index=found.index, columns=range(12), fill_value=0.0)
    found["sparkline"] = sparklines(weekly.to_numpy(np.float64))
    return found


def said(touches: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """What each kind of activity does for each account, in the order in which it is told."""
    age = AS_OF_DAY - touches["day"]
    lately = touches[(touches["minutes"] > 0) & (age <= REACH)].assign(
        left=lambda rows: rows["minutes"] * 2.0 ** (-(AS_OF_DAY - rows["day"]) / rules.decay.half_life_days)
    )
    lately["new"] = lately["day"] > AS_OF_DAY - 7
    lately["new_left"] = lately["left"].where(lately["new"], 0.0)
    sums = {"left": ("left", "sum"), "touches": ("activity_no", "nunique"), "people": ("person_no", "nunique"),
            "senior": ("seniority_no", "max"), "new": ("new", "sum"), "new_left": ("new_left", "sum")}  # fmt: skip
    reasons = lately.groupby(["account_no", "kind"]).agg(**sums).reset_index()
    return reasons.sort_values(["account_no", "left"], ascending=[True, False])


def walks(days: pd.DataFrame, accounts: pd.DataFrame, deals: pd.DataFrame, rules: Rules) -> dict[int, Walk]:
    """Every so many accounts, walked through the days."""
    span = Span((AS_OF_DAY - rules.history_days) // 91 * 91, AS_OF_DAY)
    first = days.groupby("account_no")["day"].min()
    start = np.full(int(accounts["account_no"].max()) + 1, ALWAYS)
    born = accounts.set_index("account_no")["created"]
    start[born.index] = np.minimum(born, first.reindex(born.index, fill_value=ALWAYS)).clip(lower=span.first)
    book, chosen = book_of(days, start, span, rules), accounts["account_no"].iloc[::EVERY]
    groups = days[days["account_no"].isin(chosen)].groupby("account_no")
    deals = deals.fillna({"closed": ALWAYS})
    theirs = {no: list(zip(rows["opened"], rows["closed"], strict=True)) for no, rows in deals.groupby("account_no")}
    return {no: walk(rows, int(start[no]), theirs.get(no, ()), book) for no, rows in groups}


def told(walked: dict[int, Walk], found: pd.DataFrame, reasons: pd.DataFrame, rules: Rules) -> dict[int, str]:
    """The sentence of each account that was walked."""
    ranks = list(RANKS)
    chosen = reasons[reasons["account_no"].isin(walked)]
    chosen = chosen.assign(senior=chosen["senior"].map(ranks.__getitem__))
    columns = ["kind", "left", "touches", "people", "senior"]
    groups = {no: rows[columns].itertuples(index=False) for no, rows in chosen.groupby("account_no")}
    sentences = {}
    for no, account in walked.items():
        row = found.loc[no]
        name = surge_name(account, int(row["last_two_way"]) if row["last_two_way"] > 0 else NEVER, AS_OF_DAY, rules)
        said_of = [words.reason(*one) for one in groups.get(no, ())]
        sentences[no] = words.why(row["engaged"], row["usual"], said_of, "" if name == "Steady" else name)
    return sentences


def check(found: pd.DataFrame, ours: pd.DataFrame, walked: dict[int, Walk], sentences: dict[int, str]) -> None:
    """Raises AssertionError where the connector's snapshot of the same book says otherwise."""
    for name in ("score", "minutes_30d", "minutes_90d", "trend_30d", "people_90d"):
        np.testing.assert_allclose(found[name].fillna(0), ours[name].fillna(0), rtol=1e-6, atol=1e-6, err_msg=name)
    for name in ("band", "sparkline"):  # a sum of the same minutes in another order may be a block, or a band, away
        assert (found[name].fillna("") == ours[name].fillna("")).mean() > ALIKE, name
    some = ours.loc[list(walked)]
    np.testing.assert_allclose([each.rise.sure for each in walked.values()], some["surge_probability"], atol=1e-6)
    assert [each.mqa for each in walked.values()] == some["mqa"].tolist()
    assert len(sentences) == len(walked)


if __name__ == "__main__":
    main()
