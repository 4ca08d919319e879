"""Is a log line one event with its numbers, and never a secret, a mail address or a name?"""

import io
import json
import sys

import pytest
import structlog

from connector.hidden import HIDDEN
from connector.logs import Scrub, about_run, start_logging


def logged(monkeypatch: pytest.MonkeyPatch, form: str, *secrets: str, **values: object) -> str:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    start_logging("info", form, secrets)  # type: ignore[arg-type]  # the parametrised word is one of the two
    with about_run("r1", "sync", "salesforce"):
        structlog.get_logger().debug("too.quiet")
        structlog.get_logger().info("stream.pulled", **values)
    structlog.reset_defaults()
    return stream.getvalue()


def test_a_json_line_carries_the_run_and_keeps_numbers_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    event = json.loads(logged(monkeypatch, "json", stream="task", count=812))

    assert event.pop("at").endswith("Z")
    assert event == {
        "event": "stream.pulled", "level": "info", "stream": "task", "count": 812,
        "run_id": "r1", "job": "sync", "crm": "salesforce",
    }


def test_a_plain_line_is_one_line_even_when_a_value_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    line = logged(monkeypatch, "plain", message="two\nlines", count=3)

    assert line.count("\n") == 1
    assert "stream.pulled message='two\\nlines' count=3 run_id=r1 job=sync crm=salesforce" in " ".join(line.split())


@pytest.mark.parametrize("form", ["plain", "json"])
@pytest.mark.parametrize(
    "secret",
    [
        "hush-hush", "ann.lee+x@mail.acme.com", "Bearer abc.def", "00D5e000001N20Q!AQwAxyz.123",
        "eyJhbGciOi.eyJpc3Mi.c2ln", "pat-na1-11aa22bb-33cc",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    ],
)
def test_what_must_not_be_seen_is_struck_out_at_any_depth(
    form: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise S1"""
    line = logged(monkeypatch, form, "hush-hush", message=f"said {secret} twice", rows=[{"why": (secret,)}])

    assert secret not in line
    assert secret.split("\n")[-2:][0] not in line
    assert line.count(HIDDEN) == 2


def test_a_name_or_a_token_is_hidden_by_its_key() -> None:
    harmless = {"account_id": "001", "count": 1, "ok": True, "at": None}

    assert Scrub()(None, "", {"name": "Ann", "Token": "t"} | harmless) == {"name": HIDDEN, "Token": HIDDEN} | harmless
