"""Do rows from outside the CRM get in, only once, only whole, and into the score?"""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connector.sandbox.salesforce.server import Sandbox
from connector.store.files import COLUMNS
from tests.cli.conftest import Shell

Row = dict[str, Any]
WHEN = "2026-11-12T09:30:00Z"


def view(number: int, **columns: Any) -> Row:
    """A page view by nobody known."""
    return {"id": f"v{number}", "source": "website", "kind": "page_view", "at": WHEN} | columns


def write_csv(path: Path, *rows: Row) -> str:
    names = [name for name in (*COLUMNS, "browser") if any(name in row for row in rows)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path.name


def write_json(path: Path, *rows: Row) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path.name


def write_parquet(path: Path, *rows: Row) -> str:
    pq.write_table(pa.Table.from_pylist(list(rows)), path)
    return path.name


WRITERS = {"csv": write_csv, "jsonl": write_json, "parquet": write_parquet}


@pytest.fixture
def scored(ready: Shell) -> Shell:
    """A shell that has synced once with its org."""
    assert ready("sync").code == 0
    return ready


def quiet_account(shell: Shell) -> Row:
    """The account with a domain of its own that is worst to work on."""
    rows = shell("accounts", "list", "--limit", "0", "--json").rows
    domains = [row["domain"] for row in rows]
    return next(row for row in reversed(rows) if row["domain"] and domains.count(row["domain"]) == 1)


@pytest.mark.parametrize("ending", WRITERS)
def test_rows_of_every_format_reach_the_score_of_their_account(scored: Shell, ending: str) -> None:
    """S1-02 S1-04 S1-07 S1-08 S3-15 S3-17 S2-03: web, product, social and support rows, matched by domain."""
    account = quiet_account(scored)
    kinds = ("page_view", "product_session", "social_comment", "support_ticket")
    rows = [view(n, kind=kind, domain=account["domain"], minutes=20) for n, kind in enumerate(kinds)]
    file = WRITERS[ending](scored.folder / f"rows.{ending}", *rows)

    said = scored("import", file, "--json")
    scored("sync")

    story = scored("explain", account["account_id"], "--json").rows[0]
    ours = {row["kind"]: row["minutes"] for row in story["receipts"] if row["source"] == "imported"}
    assert said.code == 0
    assert said.rows[0]["whose"] == {"domain": 4}
    assert ours == {"page_view": 3.0, "product_session": 20.0, "social_comment": 5.0, "support_ticket": 5.0}
    assert story["score"] > account["score"]
    assert sum(row["minutes_now"] for row in story["receipts"]) == pytest.approx(story["engaged_minutes"], abs=1e-9)


def test_rows_of_marketo_and_of_customer_success_count_beside_those_of_the_crm(scored: Shell) -> None:
    """S3-27: Salesforce as it is, Marketo and customer-success platforms as files; each row says where it is from."""
    best = scored("accounts", "list", "--limit", "1", "--json").rows[0]["account_id"]
    before = scored("explain", best, "--json").rows[0]
    person = next(row["person_id"] for row in before["receipts"] if row["person_id"])
    marketo = [  # as an export of its activities names them: a lead of the CRM, and what it did
        {"id": "840012", "kind": "webinar", "at": "2026-11-11T15:00:00Z", "person_id": person},
        {"id": "840013", "kind": "download", "at": "2026-11-12T10:00:00Z", "person_id": person},
    ]
    gainsight = [  # as one of its usage and cases does: an account, and what somebody there did
        {"id": "u-77", "kind": "product_session", "at": "2026-11-12", "minutes": 25, "account_id": best},
        {"id": "c-12", "kind": "support_ticket", "at": "2026-11-13", "account_id": best},
    ]

    for source, rows in (("marketo", marketo), ("gainsight", gainsight)):
        assert scored("import", write_csv(scored.folder / f"{source}.csv", *rows), "--source", source).code == 0
    assert scored("sync").code == 0

    story, told = scored("explain", best, "--json").rows[0], scored("explain", best, "--all").out
    given = {row["activity_id"]: row["minutes"] for row in story["receipts"] if row["source"] == "imported"}
    assert given == {"marketo:840012": 30, "marketo:840013": 10, "gainsight:u-77": 25, "gainsight:c-12": 5}
    assert {row["source"] for row in story["receipts"]} > {"imported", "event", "task"}
    assert sum(row["minutes_now"] for row in story["receipts"]) == pytest.approx(story["engaged_minutes"], abs=1e-9)
    assert story["score"] > before["score"]
    lines = ("webinar (marketo)", "download (marketo)", "product session (gainsight)", "support ticket (gainsight)")
    assert [line for line in lines if line not in told] == []


def test_the_same_file_twice_changes_nothing_and_a_corrected_row_replaces(scored: Shell) -> None:
    account = quiet_account(scored)
    rows = [view(n, domain=account["domain"]) for n in range(3)]
    path = scored.folder / "site.csv"

    first = scored("import", write_csv(path, *rows), "--json").rows[0]
    again = scored("import", path.name, "--json").rows[0]
    scored("sync")
    settled = scored("sync", "--dry-run", "--exit-code")
    rows[1]["kind"] = "key_page"
    mended = scored("import", write_csv(path, *rows), "--json").rows[0]
    scored("sync")

    counts = [(one["new"], one["changed"], one["same"]) for one in (first, again, mended)]
    receipts = scored("explain", account["account_id"], "--json").rows[0]["receipts"]
    assert counts == [(3, 0, 0), (0, 0, 3), (0, 1, 2)]
    assert settled.code == 0
    assert {row["activity_id"]: row["kind"] for row in receipts if row["source"] == "imported"} == {
        "website:v0": "page_view", "website:v1": "key_page",
    }  # fmt: skip


def test_a_row_that_is_taken_back_leaves_the_score(scored: Shell) -> None:
    account = quiet_account(scored)
    scored("import", write_csv(scored.folder / "in.csv", view(1, domain=account["domain"])))
    scored("sync")

    scored("import", write_csv(scored.folder / "out.csv", view(1, domain=account["domain"], deleted="true")))
    scored("sync")

    story = scored("explain", account["account_id"], "--json").rows[0]
    assert [row for row in story["receipts"] if row["source"] == "imported"] == []
    assert story["score"] == pytest.approx(account["score"])


def test_a_dry_run_counts_and_keeps_nothing(scored: Shell) -> None:
    file = write_csv(scored.folder / "site.csv", view(1, domain="nobody.example"))

    dry = scored("import", file, "--dry-run")
    wet = scored("import", file, "--json").rows[0]

    assert dry.code == 0
    assert dry.out.splitlines() == [
        "1 row: 1 new, 0 changed, 0 as before.", "1 of nobody we know.",
        "Domains without an account: nobody.example 1.", "Nothing was kept.",
    ]  # fmt: skip
    assert (wet["new"], wet["same"]) == (1, 0)


def test_rows_may_come_before_the_first_sync(ready: Shell) -> None:
    dry = ready("import", write_csv(ready.folder / "site.csv", view(1, domain="nobody.example")), "--dry-run")
    assert not (ready.folder / ".connector" / "store.duckdb").exists()

    said = ready("import", "site.csv")

    assert (dry.code, said.code) == (0, 0)
    assert "Whose they are is known after the first sync." in said.out
    assert ready("sync").code == 0


def test_people_are_known_by_address_or_id_and_everybody_else_is_told(scored: Shell, org: Sandbox) -> None:
    person, email, account = org.org.tables.db.execute(
        'SELECT "Id", "Email", "AccountId" FROM "Contact" WHERE "Email" IS NOT NULL AND "AccountId" IS NOT NULL'
    ).fetchone()
    rows = [
        view(1, person_id=person[:15]), view(2, email=email.upper()), view(3, account_id=account[:15]),
        view(4, domain="unknown.example"), view(5, email="x@unknown.example"), view(6), view(7, domain="gmail.com"),
    ]  # fmt: skip

    said = scored("import", write_json(scored.folder / "rows.jsonl", *rows), "--json").rows[0]

    assert said["whose"] == {"account": 1, "nobody": 4, "person": 2}
    assert said["unknown_domains"] == {"unknown.example": 2, "gmail.com": 1}


def test_every_fault_has_its_line_and_what_to_write_and_nothing_is_kept(shell: Shell) -> None:
    rows = [
        view(1), view(2, kind="pageview"), view(3, at="19.11.2026"), view(4, at="2026-11-19 09:30:00"),
        view(5, minutes="2,5"), view(6, email="no address"), view(7, domain="10.0.0.1"), view(8, id=""),
        view(9, source="our site"), view(10, at="2026-02-30"), view(11, deleted="perhaps"), view(12, kind="email_sent"),
        view(13, at="1969-12-31"), view(14, minutes="-1"),
    ]  # fmt: skip

    said = shell("import", write_csv(shell.folder / "site.csv", *rows))

    assert said.code == 2
    assert said.faults[:-1] == [
        "site.csv:3: kind is pageview, which is none that can be imported; did you mean page_view?",
        "site.csv:4: at is 19.11.2026; write it like 2026-11-01T09:30:00Z, or 2026-11-01 for a day",
        said.faults[2],
        "site.csv:6: minutes is 2,5; write a number from 0 up, with a point",
        "site.csv:7: email is no address; correct it or leave it empty",
        "site.csv:8: domain is 10.0.0.1, an IP address; write the company's domain, or leave it empty",
        "site.csv:9: id is empty; every row needs one of its own, so that it can be imported again",
        "site.csv:10: source is our site; use one word of letters, digits, _ . and -",
        "site.csv:11: at is 2026-02-30; write it like 2026-11-01T09:30:00Z, or 2026-11-01 for a day",
        "site.csv:12: deleted is perhaps; write true or false",
        said.faults[10],
        "site.csv:14: at is 1969-12-31; it must be between 1970 and 2100",
        "site.csv:15: minutes is -1; write a number from 0 up, with a point",
    ]
    assert said.faults[2].startswith(
        "site.csv:5: at is 2026-11-19 09:30:00, without a zone; write Z or +02:00 behind it"
    )
    assert said.faults[10].startswith("site.csv:13: kind is email_sent, which is none that can be imported")
    assert said.faults[-1].startswith("13 faults in 13 rows; nothing was imported")
    assert shell("import", write_csv(shell.folder / "good.csv", view(1)), "--json").rows[0]["new"] == 1


def test_of_many_faults_the_first_are_told_and_all_are_counted(shell: Shell) -> None:
    said = shell("import", write_csv(shell.folder / "site.csv", *(view(n, at="soon") for n in range(50))))

    assert len(said.faults) == 21
    assert said.faults[-1].startswith("50 faults in 50 rows, the first 20 are shown; nothing was imported")


def test_good_rows_may_be_kept_without_the_others(shell: Shell) -> None:
    file = write_csv(shell.folder / "site.csv", view(1), view(2, kind="nonsense"), view(3))

    said = shell("import", file, "--skip-faults", "--json")

    assert said.code == 3
    assert (said.rows[0]["new"], said.rows[0]["skipped"]) == (2, 1)
    assert "site.csv:3: kind is nonsense" in said.err


def test_lines_are_counted_as_an_editor_counts_them(shell: Shell) -> None:
    text = 'id;source;kind;at;page\nv1;site;page_view;2026-11-19;"a\nb"\n\nv2;site;page_view;never;x\nv3;site\n'
    (shell.folder / "site.csv").write_text("\ufeff" + text)
    (shell.folder / "site.jsonl").write_text('\n{"id": 1}\nnonsense\n[1]\n{"id": {"a": 1}}\n')

    first, second = shell("import", "site.csv"), shell("import", "site.jsonl", "--source", "site")

    assert [fault.split(": ")[0] for fault in first.faults[:2]] == ["site.csv:5", "site.csv:6"]
    assert "has 2 cells, the header has 5" in first.faults[1]
    assert [fault.split(": ")[0] for fault in second.faults[:-1]] == [
        "site.jsonl:2", "site.jsonl:2", "site.jsonl:3", "site.jsonl:4", "site.jsonl:5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.csv", "id,kind,at\n1,page_view,2026-11-19\n", "a.csv:1: there is no column source; it holds where"),
        ("a.csv", "id,source,kinds,at\n", "a.csv:1: kinds is not a column; did you mean kind?"),
        ("a.csv", "id,id,source,kind,at\n", "a.csv:1: column id stands there twice"),
        ("a.csv", "", "a.csv:1: there is no column id"),
        ("a.csv", 'id,source,kind,at\n1,"a"b,c,d\n', "a.csv:2: cannot be read as CSV"),
        ("a.csv", b"id,source\xff", "a.csv: not a UTF-8 text file; save it as UTF-8"),
        ("a.txt", "id", "a.txt: has none of the endings .csv, .jsonl, .ndjson, .parquet"),
        ("a.parquet", "id", "a.parquet: cannot be read as Parquet"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_told_in_one_line(shell: Shell, name: str, text: str | bytes, fault: str) -> None:
    (shell.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    said = shell("import", name)

    assert said.code == 2
    assert said.faults[0].startswith(fault)


def test_other_columns_are_no_fault_and_a_zone_can_be_said_for_all(shell: Shell) -> None:
    file = write_csv(shell.folder / "site.csv", view(1, at="2026-11-19 09:30:00", browser="Lynx"))

    assert shell("import", file, "--zone", "Europe/Berlin").code == 0
    assert shell("import", file, "--zone", "Nowhere/Land").code == 2


def test_no_message_tells_an_address(shell: Shell) -> None:
    file = write_csv(shell.folder / "site.csv", view(1, email="jane doe@acme.example", person_id="Jane Doe"))

    said = shell("import", file)

    assert said.code == 2
    assert "jane" not in (said.out + said.err).lower()


def test_an_import_stands_in_the_list_of_runs(shell: Shell) -> None:
    shell("import", write_csv(shell.folder / "site.csv", view(1), view(2, kind="nonsense")), "--skip-faults")
    shell("import", "site.csv")

    failed, done = shell("runs", "list", "--json").rows

    assert (done["job"], done["crm"], done["exit_code"]) == ("import", "files", 3)
    assert done["counts"] == {"rows": 1, "new": 1, "changed": 0, "same": 0, "skipped": 1}
    assert failed["exit_code"] == 2


def test_the_help_names_every_column(shell: Shell) -> None:
    said = shell("import", "--help")

    assert all(f"\n    {name}" in said.out for name in COLUMNS)
