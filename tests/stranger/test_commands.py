"""Can somebody who has never seen the connector walk through all of it, typing real commands against a strange org?"""

import os
import subprocess
import sys

import pytest

from tests.stranger.conftest import ROOT, Meet, User
from tests.stranger.quirks import Quirks
from tests.stranger.world import Book

WRONG = (  # what is set wrongly, exit code, what is said
    ({"SALESFORCE_CLIENT_ID": ""}, 2, "SALESFORCE_CLIENT_ID is missing; set it in .env or the environment"),
    ({"SALESFORCE_CLIENT_SECRET": "wrong"}, 7, "check SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"),
    ({"SALESFORCE_LOGIN_URL": "http://example.org"}, 2, "it must begin with https://"),
    ({"SALESFORCE_LOGIN_URL": "http://127.0.0.1:1"}, 1, "could not be reached (ConnectionError); check SALESFORCE"),
    ({"SALESFORCE_AUTH": "password"}, 2, "SALESFORCE_AUTH is 'password'; it must be 'jwt'"),
    ({"SALESFORCE_API_VERSION": "67"}, 2, "SALESFORCE_API_VERSION is '67'; it must match"),
    ({"CONNECTOR_SCHEDULE": "often"}, 2, "it must have the five fields of cron"),
    ({"CONNECTOR_MAPPINGS": "nowhere"}, 2, "nowhere/scoring.yaml: not found; connector init writes the default"),
    ({"CONNECTOR_PROFILE": "nope"}, 2, "there is no profile 'nope'; CONNECTOR_PROFILE may be default"),
    ({"CONNECTOR_HOME": "/dev/null/x"}, 1, "name a folder that we may write to in CONNECTOR_HOME"),
    ({"CONNECTOR_API_CALLS_PER_RUN": "5"}, 6, "CONNECTOR_API_CALLS_PER_RUN is 5 and 5 calls are made"),
)
MISMAPPED = (  # what is put into salesforce.yaml instead of what, and what is said of it
    ("object: Task\n", "object: Tsak\n", "Tsak is not in this org"),
    ("object: Account\n    # where", "object: Acount\n    # where", "Acount is not in this org"),
    ("who_id: WhoId\n", "who_id: WhomId\n", "did you mean WhoId?"),
    ("is_closed: IsClosed\n      due_on", "is_closed: Subject\n      due_on", "Subject"),
)
EARLY = ("explain X", "accounts list", "runs errors", "runs show nope", "push nope", "explain", "snyc", "sync --bogus")


def mended(user: User, old: str, new: str) -> str:
    """Change the mapping that `connector init` wrote; its text as it was."""
    path = user.folder / "mappings" / "salesforce.yaml"
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))
    return text


def test_the_way_from_an_empty_folder_to_explained_accounts(meet: Meet) -> None:
    user = meet(Quirks())
    way = ("init", "mappings check", "fields plan", "fields apply", "doctor", "sync", "sync", "runs errors")

    ended = [user(*line.split()) for line in way]
    best = user("accounts", "list", "--json").rows[0]
    story = user("explain", best["account_id"], "--json").rows[0]
    run = user("runs", "list", "--json").rows[0]

    assert [one.code for one in ended] == [0] * len(way), ended
    assert (user.folder / ".env").stat().st_mode & 0o777 == 0o600
    assert user.org.updated == len(user.held())
    assert best["score"] > 50
    assert sum(line["minutes_now"] for line in story["receipts"]) == pytest.approx(best["engaged_minutes"], abs=1e-9)
    assert user("runs", "show", run["run_id"]).code == 0


def test_a_wrong_setting_is_told_in_one_message_with_the_way_out(meet: Meet) -> None:
    user = meet(Quirks(), Book.single)

    for wrong, code, words in WRONG:
        said = user("sync", **wrong)
        assert (said.code, words in said.faults[0]) == (code, True), (wrong, said)
    assert user.org.updated == 0


def test_a_wrong_mapping_is_told_with_its_line(meet: Meet) -> None:
    user = meet(Quirks(), Book.single)
    user("init")

    for old, new, words in MISMAPPED:
        before = mended(user, old, new)
        said = user("sync")
        mended(user, new, old)
        assert said.code == 2, said
        assert len(said.faults) == 1
        assert said.faults[0].startswith("salesforce.yaml:")
        assert words in said.faults[0]
        assert (user.folder / "mappings" / "salesforce.yaml").read_text() == before


def test_a_command_that_comes_too_early_or_is_misspelt_says_what_is_missing(meet: Meet) -> None:
    user = meet(Quirks(), Book.empty)

    said = {line: user(*line.split()) for line in EARLY}

    assert {line: one.code for line, one in said.items() if one.code not in (1, 2)} == {}
    assert all(not one.out and "rror: " in one.err for one in said.values()), said


def test_a_worker_syncs_once_and_stops_when_it_is_asked_to(meet: Meet) -> None:
    user = meet(Quirks(), Book.single)
    assert user("fields", "apply").code == 0
    env = user.env | {"CONNECTOR_HEALTH_PORT": "0", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "connector.cli.main", "-v", "worker"]

    with subprocess.Popen(command, cwd=user.folder, env=env, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr
        told = []
        for line in worker.stderr:
            told.append(line)
            if "run.ended" in line and "job=sync" in line:
                worker.terminate()
        code = worker.wait()

    assert code == 143, told
    assert user.org.updated == 1
    assert not any("Traceback" in line for line in told)
