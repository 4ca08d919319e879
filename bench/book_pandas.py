"""The same rules in pandas, over the stored facts of the book at PATH; tells the CPU seconds.

It does less: minutes with every weight, decay, usual, windows, people and the last two-way touch, but no surge, no MQA
and no sentence. Reading the facts out of the store is not counted.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench.book import AS_OF_DAY
from connector.engine.rules import Rules
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened

FACTS = (
    "SELECT account_no, person_no, facts.kind_no, day, repeats, own_seconds, kinds.timed, kinds.minutes AS fixed, "
    "kinds.unknown, kinds.two_way, factor FROM derived.facts JOIN work.kinds AS kinds USING (kind_no) "
    "JOIN work.role_weights USING (seniority_no, role_no)"
)


def main() -> None:
    """Score once."""
    rules = read_mappings(shipped_mappings(), "default").rules
    with opened(Path(sys.argv[1]), Limits("4GB")) as store:
        facts = store.table(FACTS).to_pandas()
    began = time.process_time()
    scored = score(facts, rules)
    print(json.dumps({"seconds": time.process_time() - began, "accounts": len(scored)}))


def score(facts: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """A row an account."""
    age = AS_OF_DAY - facts["day"]
    own = (facts["own_seconds"] / 60).fillna(facts["unknown"])
    base = np.where(facts["timed"], np.maximum(own, facts["fixed"]), facts["fixed"])
    minutes = base * facts["factor"] * rules.decay.repeat_factor ** facts["repeats"]
    fading = 2.0 ** (-age / rules.decay.half_life_days)
    table = pd.DataFrame({
        "account_no": facts["account_no"],
        "engaged": minutes * fading,
        "usual": minutes.where(age.between(28, 118), 0.0),
        "minutes_30d": minutes.where(age < 30, 0.0),
        "minutes_90d": minutes.where(age < 90, 0.0),
        "last_two_way": facts["day"].where(facts["two_way"]),
    })  # fmt: skip
    sums = ["engaged", "usual", "minutes_30d", "minutes_90d"]
    by_account = table.groupby("account_no").agg({**dict.fromkeys(sums, "sum"), "last_two_way": "max"})
    recent = facts[(age < 90) & (minutes > 0)]
    by_account["people_90d"] = recent.groupby("account_no")["person_no"].nunique()
    by_account["score"] = 100 * (1 - 2 ** (-by_account["engaged"] / rules.decay.half_score_minutes))
    person_days = facts[["account_no", "person_no", "day"]].drop_duplicates()
    by_account["person_days"] = person_days.groupby(["account_no", "day"]).size().groupby("account_no").sum()
    return by_account


if __name__ == "__main__":
    main()
