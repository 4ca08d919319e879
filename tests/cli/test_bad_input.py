"""Does every wrong input end in its exit code and one clear message, with nothing lost and nothing half-written?"""

import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell, writes

NOTHING: dict[str, object] = {}


def a_closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_without_credentials_every_missing_one_is_named(shell: Shell) -> None:
    said = shell("sync")

    assert said.code == 2
    assert [line.split()[0] for line in said.faults[:3]] == [
        "SALESFORCE_CLIENT_ID", "SALESFORCE_USERNAME", "SALESFORCE_PRIVATE_KEY_FILE",
    ]  # fmt: skip
    assert not (shell.folder / ".connector").exists()


@pytest.mark.parametrize("command", ["sync", "doctor", "fields plan"])
def test_a_wrong_secret_is_a_refused_login(command: str, connected: Shell) -> None:
    connected.set(SALESFORCE_CLIENT_SECRET="canary-wrong-secret")

    said = connected(*command.split())

    assert said.code == 7
    assert "invalid_client" in said.out + said.err
    assert "check SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET" in said.out + said.err
    assert "canary" not in said.out + said.err


def test_a_key_of_somebody_else_is_a_refused_login(connected: Shell, org: Sandbox) -> None:
    org.private_key_pem()
    key = connected.folder / "key.pem"
    key.touch(mode=0o600)
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    connected.set(SALESFORCE_AUTH="jwt", SALESFORCE_USERNAME=org.username, SALESFORCE_PRIVATE_KEY_FILE=str(key))

    said = connected("sync")

    assert said.code == 7
    assert "SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME, the app's certificate" in said.faults[0]


def test_a_key_that_others_can_read_is_not_used(connected: Shell, org: Sandbox) -> None:
    key = connected.folder / "key.pem"
    key.write_text(org.private_key_pem())
    key.chmod(0o644)
    connected.set(SALESFORCE_AUTH="jwt", SALESFORCE_USERNAME=org.username, SALESFORCE_PRIVATE_KEY_FILE=str(key))

    refused = connected("doctor")
    key.chmod(0o600)
    accepted = connected("doctor", "--json")

    assert (refused.code, refused.faults) == (
        2, [f"SALESFORCE_PRIVATE_KEY_FILE is {key}: others can read it; run chmod 600 {key}"],
    )  # fmt: skip
    assert accepted.rows[0] == {"level": "ok", "place": "login", "message": "logged in", "fix": ""}


def test_a_host_that_does_not_answer_is_named(shell: Shell) -> None:
    url = f"http://127.0.0.1:{a_closed_port()}"
    shell.set(
        SALESFORCE_LOGIN_URL=url, SALESFORCE_AUTH="client_credentials", SALESFORCE_CLIENT_ID="x",
        SALESFORCE_CLIENT_SECRET="y",
    )  # fmt: skip

    said = shell("doctor")

    assert said.code == 1
    assert said.faults == [
        f"{url} could not be reached (ConnectionError); check SALESFORCE_LOGIN_URL and the network"
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("object: Task\n", "object: Tsak\n", "Tsak"),
        ("      subtype: TaskSubtype?", "      subtype: Task_Subtype__c", "Task_Subtype__c"),
        ("      starts_at: StartDateTime", "      starts_at: Subject", "Subject"),
        ("      employees: NumberOfEmployees?", "      employees: Name", "Name"),
    ],
)
def test_a_mapping_that_the_org_does_not_know_is_told_with_its_line(
    old: str, new: str, told: str, connected: Shell, org: Sandbox
) -> None:
    line = connected.edit("salesforce.yaml", old, new)

    said = connected("sync")

    assert said.code == 2
    assert len(said.faults) == 1
    assert said.faults[0].startswith(f"salesforce.yaml:{line}: read.")
    assert told in said.faults[0]
    assert writes(org) == NOTHING


def test_a_field_our_user_may_not_see_is_told_with_its_line(connected: Shell, org: Sandbox) -> None:
    org.org.settings.access["Task.WhoId"] = "hidden"
    org.org.access.forget()

    said = connected("sync")

    assert said.code == 2
    assert "read.task.fields.who_id" in said.faults[0]
    assert "WhoId" in said.faults[0]


def test_a_score_field_our_user_may_not_edit_stops_the_run_before_a_write(ready: Shell, org: Sandbox) -> None:
    org.org.settings.access["Account.Engagement_Score__c"] = "readonly"
    org.org.access.forget()

    said = ready("doctor")
    stopped = ready("sync")

    assert said.code == 2
    assert "Account.Engagement_Score__c" in said.out
    assert stopped.code in (2, 7)
    assert "Engagement_Score__c" in stopped.faults[0]
    assert writes(org).get("updated", 0) == 0


def test_fields_that_were_never_made_stop_the_run_with_the_way_out(connected: Shell, org: Sandbox) -> None:
    said = connected("sync")

    assert said.code == 2
    assert "connector fields apply" in said.err
    assert writes(org) == NOTHING


def test_a_store_that_cannot_be_read_is_left_as_it_is(connected: Shell) -> None:
    store = connected.folder / ".connector" / "store.duckdb"
    store.parent.mkdir(mode=0o700)
    store.write_bytes(b"not a store at all" * 1000)

    said = connected("sync")

    assert said.code == 1
    (told,) = said.faults
    assert told == ".connector/store.duckdb: cannot be read as a store; restore a copy, or move it away and sync anew"
    assert store.read_bytes() == b"not a store at all" * 1000


def test_a_store_of_a_newer_version_is_left_as_it_is(connected: Shell, known: Shell) -> None:
    store = known.folder / ".connector" / "store.duckdb"
    with duckdb.connect(store) as database:
        database.execute("UPDATE kept.meta SET value = '999' WHERE key = 'store_version'")

    said = connected("sync")

    assert said.code == 1
    assert "is of store version 999" in said.faults[0]
    assert "install the newer connector again" in said.faults[0]


def test_a_home_that_is_not_ours_is_told(connected: Shell) -> None:
    connected.set(CONNECTOR_HOME="/proc/nowhere")

    said = connected("sync")

    assert said.code == 1
    assert said.faults[0].startswith("/proc/nowhere: ")
    assert "CONNECTOR_HOME" in said.faults[0]


def test_a_full_disk_is_told_and_the_next_sync_goes_on(ready: Shell, org: Sandbox) -> None:
    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    full = subprocess.run(
        [sys.executable, "-m", "connector.cli.main", "sync"],
        preexec_fn=small_files_only, capture_output=True, text=True, cwd=ready.folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    after = ready("sync")

    assert full.returncode == 1
    assert "the disk is full" in full.stderr
    assert "Traceback" not in full.stderr
    assert after.code == 0
    assert writes(org)["updated"] > 0


def test_no_secret_shows_anywhere(ready: Shell, org: Sandbox) -> None:
    commands = ("-v doctor", "-v sync", "runs list", "runs errors", "mappings check", "accounts list --csv")
    said = [ready(*command.split()) for command in commands]
    written = [path.read_bytes() for path in (ready.folder / ".connector").rglob("*") if path.is_file()]

    everything = "".join(one.out + one.err for one in said).encode() + b"".join(written)

    assert all(one.code == 0 for one in said)
    assert org.client_secret.encode() not in everything
    assert not any(token.encode() in everything for token in org.instance.logins.sessions)
