"""Does the whole loop run on a world nobody here made up, loaded the way a team would load its own data export?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.cli.sandbox import env_of, read_rewound
from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell, writes
from tests.sandbox.leadforge_export import leadforge_tables, write_export

ACCOUNTS = 60


@pytest.fixture
def exported(tmp_path: Path, shell: Shell) -> Iterator[Sandbox]:
    """An org with the rows of an export, and the shell connected to it."""
    write_export(leadforge_tables(tmp_path / "leadforge", accounts=ACCOUNTS, leads=150), tmp_path / "export")
    with Sandbox(read_rewound(tmp_path / "export", 0)) as running:
        shell.set(**env_of(running))
        assert shell("fields", "apply").code == 0
        yield running


def test_a_foreign_world_is_scored_and_its_ten_best_accounts_are_explained(exported: Sandbox, shell: Shell) -> None:
    assert shell("sync").code == 0

    best = shell("accounts", "list", "--limit", "10", "--json").rows
    stories = [shell("explain", row["account_id"], "--json").rows[0] for row in best]
    read_aloud = [shell("explain", row["account_id"]).out for row in best]

    assert len(best) == 10
    assert best[0]["score"] > 50
    for row, story, words in zip(best, stories, read_aloud, strict=True):
        assert sum(line["minutes_now"] for line in story["receipts"]) == pytest.approx(row["engaged_minutes"], abs=1e-9)
        assert row["why"].split(":")[0] in " ".join(words.split())
    assert writes(exported)["updated"] == ACCOUNTS


def test_a_second_sync_of_a_foreign_world_writes_nothing(exported: Sandbox, shell: Shell) -> None:
    shell("sync")
    written = writes(exported)["updated"]

    assert shell("sync").code == 0
    assert writes(exported)["updated"] == written


def test_the_last_week_of_an_export_can_be_lived_through(exported: Sandbox, tmp_path: Path) -> None:
    earlier = read_rewound(tmp_path / "export", 90)

    news = earlier.between(earlier.now, exported.org.clock.now())

    assert sum(rows.num_rows for rows in news.values()) > 0


def test_an_export_of_short_ids_and_few_names_is_scored_and_written(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "Account.csv").write_text("Id,Name\n001000000000001,Acme\n001000000000002,\n")
    with Sandbox(read_rewound(tmp_path / "bare", 0)) as running:
        shell.set(**env_of(running))
        codes = [shell(*line.split()).code for line in ("fields apply", "sync", "sync", "explain 001000000000002")]

        assert codes == [0, 0, 0, 0]
        assert writes(running)["updated"] == 2
    assert [row["account_name"] for row in shell("accounts", "list", "--json").rows] == ["Acme", None]
