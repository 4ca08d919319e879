"""Do a record's own words say what was done, by whom, and whether it happened?"""

import pytest

from connector.engine.kinds import Spoken, read_words
from connector.engine.rules import KindOf


def spoken(source: str, *kind_of: KindOf, **words: str) -> Spoken:
    (said,) = read_words(source, [words], kind_of)
    return said


@pytest.mark.parametrize(
    ("words", "kind", "direction", "reason"),
    [
        ({"subtype": "Email"}, "email_sent", "outbound", "unanswered"),
        ({"subtype": "ListEmail"}, "email_sent", "outbound", "unanswered"),
        ({"subtype": "Call", "result": "Connected"}, "call", "mutual", None),
        ({"subtype": "Call", "call_type": "Inbound"}, "call", "inbound", None),
        ({"subtype": "Call", "result": "Busy"}, "voicemail", "outbound", "unanswered"),
        ({"subtype": "Call", "said_status": "Left Message"}, "voicemail", "outbound", "unanswered"),
        ({"subtype": "Call", "was_long": "0", "result": ""}, "voicemail", "outbound", "unanswered"),
        ({"type": "Anruf", "result": "Erreicht"}, "call", "mutual", None),
        ({"type": "Llamada", "result": "No contesta"}, "voicemail", "outbound", "unanswered"),
        ({"type": "Email Reply"}, "email_reply", "inbound", None),
        ({"type": "Inbound E-Mail"}, "email_reply", "inbound", None),
        ({"type": "Email Opened"}, "email_open", "inbound", None),
        ({"type": "Clicked link in email"}, "email_click", "inbound", None),
        ({"type": "Meeting"}, "meeting", "mutual", None),
        ({"type": "Meeting", "said_status": "No Show"}, "meeting", "mutual", "no_show"),
        ({"type": "Demo", "said_status": "Cancelled"}, "meeting", "mutual", "cancelled"),
        ({"type": "Request a demo"}, "demo_form", "inbound", None),
        ({"subtype": "LinkedIn"}, "other_task", "outbound", "our_task"),
        ({"subtype": "Task", "type": "Other"}, "other_task", "outbound", "our_task"),
        ({"call_type": "Internal", "subtype": "Call"}, "other_task", "outbound", "internal"),
        ({}, "other_task", "outbound", "our_task"),
    ],
)
def test_a_task_says_what_it_was(words: dict[str, str], kind: str, direction: str, reason: str | None) -> None:
    said = spoken("task", **words)

    assert (said.kind, said.direction, said.reason) == (kind, direction, reason)


@pytest.mark.parametrize(
    ("words", "kind", "status"),
    [
        ({}, "meeting", "held"),
        ({"type": "Call"}, "call", "held"),
        ({"type": "Dinner"}, "dinner", "held"),
        ({"type": "Trade Show"}, "booth", "held"),
        ({"said_status": "No-show"}, "meeting", "no_show"),
        ({"said_status": "Nicht erschienen"}, "meeting", "no_show"),
        ({"said_status": "Rescheduled"}, "meeting", "cancelled"),
        ({"said_status": "Scheduled"}, "meeting", "planned"),
        ({"type": "Out of office"}, "other_task", "held"),
    ],
)
def test_an_event_says_what_it_was(words: dict[str, str], kind: str, status: str) -> None:
    said = spoken("event", **words)

    assert (said.kind, said.status) == (kind, status)


@pytest.mark.parametrize("status", ["Downloaded report", "Viewed report"])
def test_a_report_is_not_called_off(status: str) -> None:
    said = spoken("campaign_member", type="Content", said_status=status, responded="1")

    assert (said.kind, said.reason) == ("download", None)


def test_having_been_sent_something_is_no_response() -> None:
    assert spoken("campaign_member", type="Webinar", said_status="Sent", responded="0").reason == "unanswered"


def test_revops_own_line_wins_but_what_did_not_happen_did_not() -> None:
    line = KindOf(source="event", type="qbr", kind="dinner")

    assert spoken("event", line, type="QBR ").kind == "dinner"
    assert spoken("event", line, type="QBR", said_status="No show") == Spoken("dinner", "mutual", "no_show", "no_show")
    assert spoken("event", line, type="QBR plus").kind == "meeting"


def test_revops_can_say_that_something_is_only_ours() -> None:
    line = KindOf(source="task", type="Meeting", kind="other_task")

    assert spoken("task", line, type="Meeting").reason == "unanswered"


def test_the_first_line_of_theirs_wins() -> None:
    lines = [KindOf(source="task", status="Done", kind="call"), KindOf(source="task", type="x", kind="dinner")]

    assert spoken("task", *lines, type="x", said_status="done").kind == "call"
    assert spoken("event", *lines, type="x", said_status="done").kind == "meeting"
