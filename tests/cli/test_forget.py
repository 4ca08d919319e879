"""Is somebody who is to be forgotten gone from every file of ours, and do they stay away?"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell
from tests.cli.test_import import view, write_csv

MOST_NAMED = """
    SELECT contact.id, contact.email, contact.name, count(*) AS tasks
    FROM salesforce.contact AS contact JOIN salesforce.task AS task ON task.who_id = contact.id
    WHERE NOT contact.is_deleted AND contact.email IS NOT NULL AND task.account_id IS NOT NULL
    GROUP BY ALL ORDER BY tasks DESC, contact.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A contact as the store knows them."""

    id: str
    email: str
    name: str

    @property
    def signs(self) -> tuple[str, ...]:
        """What would tell that it is them."""
        return self.id, self.id[:15], self.email, self.name


def store_of(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "store.duckdb"), read_only=True)


def somebody(home: Path) -> Somebody:
    with store_of(home) as store:
        found = store.execute(MOST_NAMED).fetchone()
    assert found is not None
    return Somebody(*found[:3])


def texts(store: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a table in which a text may stand."""
    columns = store.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    return [name for name, kind, *_ in columns if "VARCHAR" in kind]


def places(home: Path, signs: tuple[str, ...]) -> Iterator[str]:
    """Every table and file below a home in which one of the signs stands, read as what it is and byte by byte."""
    with store_of(home) as store:
        tables = store.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary")
        there = [name for (name,) in tables.fetchall()] + [f"'{path}'" for path in home.rglob("*.parquet")]
        for table in there:
            for column in texts(store, table):
                held = " OR ".join(f"contains(CAST({column} AS VARCHAR), ?)" for _ in signs)
                if store.execute(f"SELECT 1 FROM {table} WHERE {held} LIMIT 1", signs).fetchone():
                    yield f"{table} {column}"
    for path in home.rglob("*"):
        if path.is_file() and any(sign.encode() in path.read_bytes() for sign in signs):
            yield path.name


@pytest.fixture
def scored(connected: Shell, synced: Path) -> Shell:
    """A shell that has synced once with its org."""
    shutil.copytree(synced, connected.folder / ".connector")
    return connected


def test_nothing_of_a_forgotten_person_is_left_in_any_file_and_no_sync_brings_them_back(
    scored: Shell, org: Sandbox
) -> None:
    """Promise S3: before and after a search of every file, with the CRM unchanged, a full sync, and a sweep."""
    home = scored.folder / ".connector"
    person = somebody(home)
    assert {"salesforce.contact email", "store.duckdb"} <= set(places(home, person.signs))

    said = scored("people", "forget", person.email.upper(), "--json")
    after = list(places(home, person.signs))
    codes = [scored("fields", "apply").code, scored("sync", "--full").code]
    org.org.advance(org.org.clock.now() + timedelta(days=8))
    codes.append(scored("sync", "--force").code)

    assert (said.code, said.rows[0]["records"]) == (0, 1)
    assert said.rows[0]["mentions"] > 0
    assert after == []
    assert codes == [0, 0, 0]
    assert list(places(home, person.signs)) == []
    assert person.email not in (said.out + said.err).lower()


def test_what_a_forgotten_person_did_stays_with_the_account_as_somebodys(scored: Shell) -> None:
    """Promise S3"""
    home = scored.folder / ".connector"
    person = somebody(home)
    with store_of(home) as store:
        (account,) = store.execute("SELECT account_id FROM salesforce.contact WHERE id = ?", [person.id]).fetchone()
    before = scored("explain", account, "--json").rows[0]

    scored("people", "forget", person.id)

    story = scored("explain", account, "--json").rows[0]
    assert person.id in {row["person_id"] for row in before["receipts"]}
    assert person.id not in {row["person_id"] for row in story["receipts"]}
    assert 0 < story["engaged_minutes"] < before["engaged_minutes"]
    assert sum(row["minutes_now"] for row in story["receipts"]) == pytest.approx(story["engaged_minutes"], abs=1e-9)


def test_to_forget_once_more_or_to_only_look_changes_nothing(scored: Shell) -> None:
    """Promise S3"""
    home = scored.folder / ".connector"
    person = somebody(home)

    looked = scored("people", "forget", person.id, "--dry-run", "--json")
    still = list(places(home, person.signs))
    codes = [scored("people", "forget", person.id).code, scored("people", "forget", person.id).code]
    stranger = scored("people", "forget", "nobody@nowhere.example")

    assert (looked.code, looked.rows[0]["records"]) == (0, 1)
    assert still
    assert codes == [0, 0]
    assert (stranger.code, len(stranger.faults)) == (2, 1)
    assert "nothing was forgotten" in stranger.faults[0]
    assert "nowhere" not in stranger.err


def test_whom_a_file_names_again_is_not_kept(scored: Shell) -> None:
    """Promise S3"""
    home = scored.folder / ".connector"
    person = somebody(home)
    scored("people", "forget", person.email)

    said = scored("import", write_csv(scored.folder / "rows.csv", view(1, email=person.email)))

    assert said.code == 0
    assert list(places(home, person.signs)) == []


def test_a_line_of_the_locks_that_names_a_person_goes_first(scored: Shell) -> None:
    """Promise S3"""
    home = scored.folder / ".connector"
    person = somebody(home)
    (scored.folder / "mappings" / "locks.csv").write_text(f"person_id,lock_account_id\n{person.id},{person.id}\n")

    said = scored("people", "forget", person.email)

    assert said.code == 2
    assert "locks.csv" in said.faults[0]
    assert list(places(home, person.signs))
