"""What can go wrong on the way? One faulty request at a time, as the sandbox's plan takes it, and whole plans drawn."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Rule = dict[str, Any]  # Any: one fault, as JSON
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
TOO_FAST = [{"errorCode": "TXN_SECURITY_METERING_ERROR", "message": "Too many requests"}]
DAY_IS_OVER = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]

ON_THE_WAY: Mapping[str, Rule] = {
    "lost before it is heard": {"action": "drop_before"},
    "lost after it was done": {"action": "drop_after"},
    "the server is unavailable": {"action": "status", "status": 503},
    "a gateway's page": {"action": "html", "status": 502},
    "a page in the place of an answer": {"action": "html", "status": 200},
    "a session that is taken for expired": {"action": "status", "status": 401, "body": EXPIRED},
    "every session ends": {"action": "expire_token"},
    "too many calls": {"action": "status", "status": 429, "body": TOO_FAST},
    "the limit, for once": {"action": "status", "status": 403, "body": DAY_IS_OVER},
    "the day's calls are used up": {"action": "limit_reached"},
    "another content type": {"action": "wrong_content_type"},
    "half an answer": {"action": "truncate"},
    "a slow answer": {"action": "slow", "seconds": 0.8},
    "another order": {"action": "shuffle"},
}
CALLS: Mapping[str, Rule] = {
    "any call": {},
    "login": {"path": "oauth2/token"},
    "describe": {"path": "/describe$"},
    "a query": {"path": "/query"},
    "deletions": {"path": "/deleted"},
    "a write": {"method": "PATCH", "path": "composite/sobjects|jobs/ingest"},
    "a Bulk query": {"path": "jobs/query"},
    "a Bulk write": {"path": "jobs/ingest"},
}
LATEST = {  # the last request of a usual sync that is worth striking
    "any call": 60, "login": 1, "describe": 9, "a query": 24, "deletions": 9, "a write": 2, "a Bulk query": 9,
    "a Bulk write": 6,
}  # fmt: skip
OUTLASTED, OUTLASTING = (1, 1, 1, 2, 4), (6, 12)  # in a row: fewer or more than a call is tried


def struck(fault: str, call: str, first: int = 1, times: int = 1) -> Rule:
    """The fault at the nth such call, and at the next ones."""
    return ON_THE_WAY[fault] | CALLS[call] | {"nth": list(range(first, first + times))}


@st.composite
def on_the_way(draw: st.DrawFn, *, is_bulk: bool) -> Rule:
    """A fault of requests."""
    call = draw(st.sampled_from([one for one in CALLS if is_bulk or "Bulk" not in one]))
    first = draw(st.integers(1, LATEST[call]))
    fault = draw(st.sampled_from(list(ON_THE_WAY)))
    times = 1 if fault == "a slow answer" else draw(st.sampled_from(OUTLASTED + OUTLASTING))
    return struck(fault, call, first, times)


def in_rows() -> st.SearchStrategy[Rule]:
    """A fault of some of the accounts written: locked for a while, or told to be written and left as they were."""
    share, times = st.sampled_from((0.2, 0.5, 1.0)), st.integers(1, 12)
    return st.fixed_dictionaries(
        {"action": st.sampled_from(("lock", "lock", "silent_noop")), "sobject": st.just("Account"), "share": share}
        | {"times": times}
    )


def plans(*, is_bulk: bool) -> st.SearchStrategy[list[Rule]]:
    """What goes wrong in one sync: mostly something, sometimes several things."""
    some = st.lists(st.one_of(on_the_way(is_bulk=is_bulk), in_rows()), min_size=1, max_size=3)
    return st.one_of(some, some, some, st.just([]))
