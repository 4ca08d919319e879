"""Can a test steer the sandbox, and see all that was asked of it?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
import requests

from connector.sandbox.living import Tables
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.server import Sandbox
from tests.sandbox.small_org import ACME, NOW, STAMP, Client, an_id, small_org


class TwoHours:
    """A world in which one account is renamed every hour."""

    now = NOW

    def history(self, until: datetime) -> Tables:
        return self.between(until - timedelta(hours=1), until)

    def between(self, since: datetime, until: datetime) -> Tables:
        hours = range(int((since - NOW).total_seconds()) // 3600 + 1, int((until - NOW).total_seconds()) // 3600 + 1)
        if not hours:
            return {}
        stamp = pa.array([NOW + timedelta(hours=hours[-1])], STAMP)
        return {"Account": pa.table({"Id": [ACME], "Name": [f"Hour {hours[-1]}"], "SystemModstamp": stamp})}


def test_advancing_the_clock_lets_the_worlds_news_in() -> None:
    with Sandbox(TwoHours()) as sandbox:
        client = Client(sandbox)
        before = client.account()["Name"]
        told = client.control("POST", "clock/advance", {"hours": 1.5})
        client.control("POST", "clock/advance", {"to": "2026-03-02T10:45:00Z"})

        assert (before, client.account()["Name"]) == ("Hour 0", "Hour 1")
        assert told == {"now": "2026-03-02T10:30:00+00:00", "rows": {"Account": 1}}
        assert client.account()["SystemModstamp"] == "2026-03-02T10:00:00.000+0000"
        client.http.close()


def test_news_may_come_late() -> None:
    with Sandbox(TwoHours()) as sandbox:
        client = Client(sandbox)
        client.settings(late_seconds=1_800)
        client.advance(hours=1)
        during = client.account()["Name"]
        client.advance(minutes=30)

        assert (during, client.account()["Name"]) == ("Hour 0", "Hour 1")
        client.http.close()


def test_the_clock_stands_still_until_it_is_given_a_rate(client: Client) -> None:
    assert client.control("GET", "clock") == {"now": NOW.isoformat()}

    client.control("POST", "clock", {"now": "2026-06-01T00:00:00Z", "rate": 1_000_000})
    first, second = (datetime.fromisoformat(client.control("GET", "clock")["now"]) for _ in range(2))

    assert datetime(2026, 6, 1, tzinfo=UTC) < first < second


def test_an_org_without_a_world_is_as_old_as_its_newest_row() -> None:
    assert Org(small_org()).clock.now() == NOW - timedelta(days=1)


def test_every_request_is_in_the_journal_until_it_is_cleared(client: Client) -> None:
    client.query("SELECT Id FROM Account")
    entries = client.control("GET", "requests")["requests"]
    client.control("DELETE", "journal")

    assert [(one["method"], one["path"], one["status"]) for one in entries] == [
        ("POST", "/services/oauth2/token", 200),
        ("GET", "/services/data/v67.0/query", 200),
    ]
    assert entries[1]["query"] == {"q": "SELECT Id FROM Account"}
    assert entries[1]["user_id"].startswith("005")
    assert entries[1]["sent_bytes"] == 0
    assert entries[1]["got_bytes"] > 100
    assert client.control("GET", "requests") == {"requests": []}


def test_the_journal_keeps_no_secret(client: Client) -> None:
    client.token(grant_type="refresh_token", refresh_token="canary-token", client_secret="canary-secret")

    assert "canary" not in str(client.control("GET", "requests"))


def test_rows_can_be_put_as_they_are(client: Client) -> None:
    told = client.control("POST", "rows", {"rows": {"Account": [
        {"Name": "Put", "SystemModstamp": "2026-01-01T00:00:00Z", "LastActivityDate": "2025-12-24"},
    ]}})  # fmt: skip

    record = client.account(told["ids"]["Account"][0])
    assert (record["Name"], record["LastActivityDate"]) == ("Put", "2025-12-24")
    assert record["SystemModstamp"] == "2026-01-01T00:00:00.000+0000"


def test_another_app_with_another_user_can_log_in(client: Client) -> None:
    client.control("POST", "apps", {"client_id": "second", "client_secret": "s", "username": "owner@acme.example"})

    answer = client.token(grant_type="client_credentials", client_id="second", client_secret="s")

    assert answer.json()["id"].endswith(an_id("005", 1))


def test_sessions_can_be_ended(client: Client) -> None:
    client.control("DELETE", "sessions")

    assert client.query("SELECT Id FROM Account").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        ("GET", "nothing", None, "The control plane has"),
        ("PATCH", "settings", {"pagesize": 5}, "There is no setting pagesize"),
        ("POST", "clock", {"now": "noon"}, "Invalid isoformat string: 'noon'"),
        ("POST", "merge", {"object": "Account"}, "merge: KeyError: 'master'"),
        ("POST", "merge", {"object": "Task", "master": "a", "losers": ["b"]}, "Merge a Task with one or 2 others."),
        ("POST", "merge", {"object": "Nope", "master": "a", "losers": ["b"]}, "There is no object Nope."),
        ("POST", "rows", {"rows": {"Account": [{"Nope": 1}]}}, "No such column 'Nope' on sobject of type Account"),
        ("POST", "faults", {"rules": [{"action": "x"}]}, "There is no action x"),
    ],
)
def test_a_wrong_command_is_told_what_is_wrong(
    client: Client, method: str, path: str, body: dict[str, object] | None, says: str
) -> None:
    answer = requests.request(method, f"{client.sandbox.url}/__sandbox__/{path}", json=body, timeout=10)

    assert answer.status_code in (400, 404)
    assert says in answer.json()[0]["message"]


def test_settings_show_themselves(client: Client) -> None:
    client.settings(page_size=5, features={"PersonAccount": True}, access={"Account.Site": "readonly"})

    shown = client.control("GET", "settings")

    assert (shown["page_size"], shown["access"]) == (5, {"Account.Site": "readonly"})
    assert shown["features"] == ["AccountContactRelation", "EmailMessage", "PersonAccount", "SharedActivities"]


def test_the_same_rows_and_seed_give_the_same_answers() -> None:
    def answers() -> list[str]:
        with Sandbox(small_org(), seed=3) as sandbox:
            client = Client(sandbox)
            with client.http:
                client.save({"Name": "New"}, method="POST")
                return [str(client.values("SELECT Id FROM Contact")), str(client.values("SELECT Id FROM Account"))]

    assert answers() == answers()


def test_objects_and_fields_nobody_knew_come_with_their_rows() -> None:
    rows = {
        "Account": pa.table({"Id": [ACME], "Name": ["Acme"], "Tier__c": ["A"], "Fit__c": [0.5]}),
        "Visit__c": pa.table({"Id": [an_id("a01", 1)], "Name": ["V-1"], "Day__c": pa.array([NOW.date()], pa.date32())}),
    }
    with Sandbox(rows) as sandbox:
        client = Client(sandbox)
        with client.http:
            account = client.account()
            fields = {f["name"]: f for f in client.call("GET", "/sobjects/Visit__c/describe").json()["fields"]}

            assert (account["Tier__c"], account["Fit__c"]) == ("A", 0.5)
            assert (fields["Day__c"]["type"], fields["Name"]["type"]) == ("date", "string")
            assert client.values("SELECT Day__c FROM Visit__c", "Day__c") == ["2026-03-02"]
            assert client.call("GET", "/sobjects/Visit__c/describe").json()["keyPrefix"] == "a01"
