"""Is the quality of matches told, can a person put them right, and which titles are not known?"""

import csv
from typing import Any

import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell


def report(shell: Shell) -> dict[str, list[dict[str, Any]]]:
    """The lines of the report by their type."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in shell("match", "report", "--json").rows:
        found.setdefault(row["type"], []).append(row)
    return found


def reviewed(shell: Shell) -> list[dict[str, str]]:
    """The people to review, as a spreadsheet reads them."""
    assert shell("match", "report", "--csv", "review.csv").code == 0
    with (shell.folder / "review.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_precision_is_measured_where_the_truth_is_known(known: Shell) -> None:
    """S1-11 S1-12: match quality must be measured and shown."""
    rules = {row["rule"]: row for row in report(known)["rule"]}

    together = rules["together"]
    assert together["tried"] > 0
    assert together["said"] >= max(row["said"] for row in rules.values())
    for row in rules.values():
        assert row["right"] <= row["said"] <= row["tried"] == together["tried"]
        if row["said"]:
            assert row["precision"] == row["right"] / row["said"]
            assert row["interval"][0] - 1e-9 <= row["precision"] <= row["interval"][1] + 1e-9
            assert 0.5 <= row["confidence"] <= 1


def test_how_sure_a_match_is_stands_beside_how_often_that_is_right(known: Shell) -> None:
    """S1-12"""
    told = report(known)

    steps = told["confidence"]
    together = next(row for row in told["rule"] if row["rule"] == "together")
    assert sum(row["said"] for row in steps) == together["said"]
    assert sum(row["right"] for row in steps) == together["right"]
    assert [row["least"] for row in steps] == sorted((row["least"] for row in steps), reverse=True)
    assert all(row["least"] - 1e-9 <= row["confidence"] for row in steps)


def test_everybody_is_counted_with_the_rule_or_with_why_not(known: Shell) -> None:
    """S1-12 S4-17"""
    (people,) = report(known)["people"]

    assert people["people"] == sum(people["by_rule"].values()) + sum(people["unmatched"].values())
    assert people["matched"] == sum(people["by_rule"].values())
    assert people["by_rule"]["link"] > 0


def test_the_report_reads_well(known: Shell) -> None:
    said = known("match", "report")

    assert said.code == 0
    assert "people belong to an account" in said.out
    assert "converted leads, whose account is known and was there before:" in said.out


def test_a_reviewed_line_is_a_lock_that_the_next_sync_obeys(ready: Shell) -> None:
    """S1-11: a lock set by a person wins."""
    ready("sync")
    rows = reviewed(ready)
    account = ready("accounts", "list", "--limit", "1", "--json").rows[0]["account_id"]
    chosen = next(row for row in rows if row["account_id"] != account and row["rule"] != "link")
    rows[rows.index(chosen)] = chosen | {"lock_account_id": account[:15]}
    rows.append(dict.fromkeys(chosen, "") | {"person_id": "00Q000000000000AAA", "lock_account_id": account})
    with (ready.folder / "mappings" / "locks.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(chosen))
        writer.writeheader()
        writer.writerows(rows)

    ready("sync")

    again = {row["person_id"]: row for row in reviewed(ready)}
    (people,) = report(ready)["people"]
    assert again[chosen["person_id"]]["account_id"] == again[chosen["person_id"]]["lock_account_id"] == account
    assert (people["locked"], people["lost_locks"]) == (1, ["00Q000000000000AAA"])
    assert "locks.csv: 1 line names somebody or an account that is not there" in ready("match", "report").err


def test_the_review_has_the_doubtful_first_and_no_formula(ready: Shell, org: Sandbox) -> None:
    """Promise S6"""
    org.org.tables.db.execute("""UPDATE "Lead" SET "Company" = '=1+1'""")
    ready("sync")

    rows = reviewed(ready)

    doubts = [row["is_conflict"] for row in rows]
    assert doubts == sorted(doubts, reverse=True)
    assert {row["company"] for row in rows if row["kind"] == "lead"} <= {"'=1+1"}
    assert all(row["rule"] != "link" or row["is_conflict"] == "True" for row in rows)
    assert not any("@" in value for row in rows for value in row.values())


def test_a_review_that_cannot_be_written_says_so(known: Shell) -> None:
    said = known("match", "report", "--csv", "no/such/folder.csv")

    assert said.code == 2
    assert said.faults == ["no/such/folder.csv: no such file or directory; name another file"]


def test_imported_rows_of_nobody_are_told_by_their_domain(ready: Shell) -> None:
    """S1-04 S1-12: what could not be matched is counted and shown."""
    ready("sync")
    lines = ["id,source,kind,at,domain", *(f"{n},site,page_view,2026-11-10,nobody.example" for n in range(3))]
    (ready.folder / "site.csv").write_text("\n".join(lines))
    ready("import", "site.csv")
    ready("sync")

    assert report(ready)["imported"] == [
        {"type": "imported", "whose": "nobody", "domain": "nobody.example", "activities": 3}
    ]
    assert "Domains without an account: nobody.example 3." in ready("match", "report").out


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_titles_that_no_pattern_knows_are_listed_the_most_frequent_first(ready: Shell, org: Sandbox, form: str) -> None:
    """S1-17 S4-17: what is missing in personas.yaml."""
    org.org.tables.db.execute("""UPDATE "Contact" SET "Title" = 'Zauberlehrling'""")
    ready("sync")

    said = ready("people", "unmapped", form)

    rows = said.rows if form == "--json" else list(csv.DictReader(said.out.splitlines()))
    counts = [int(row["people"]) for row in rows]
    assert rows[0]["title"] == "Zauberlehrling"
    assert counts == sorted(counts, reverse=True)


def test_unmapped_titles_read_well(known: Shell) -> None:
    rows = known("people", "unmapped", "--limit", "3", "--json").rows
    said = known("people", "unmapped", "--limit", "3")

    assert said.code == 0
    assert "add a word of each to the `words` of a rule under the part that is named" in " ".join(said.err.split())
    for row, line in zip(rows, said.out.splitlines()[1:], strict=True):
        assert ("departments" in line) == (row["department"] == "unknown")
        assert ("seniorities" in line) == (row["seniority"] == "unknown")


def test_a_rule_that_says_too_little_or_too_much_of_itself_is_named(known: Shell) -> None:
    """S1-12: confidence against what was measured."""
    rules = {row["rule"]: row for row in report(known)["rule"] if row["rule"] != "together" and row["said"]}

    out = known("match", "report").out

    for rule, row in rules.items():
        (low, high), sure = row["interval"], row["confidence"]
        assert (f"{rule} is right more often than it says" in out) == (low > sure + 0.05)
        assert (f"{rule} is right less often than it says" in out) == (high < sure)
