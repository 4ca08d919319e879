"""Is every refusal told as what the caller can do about it?"""

from typing import Any

import pytest

from connector.crm.retry import SlowDown
from connector.crm.salesforce.answers import (
    LocatorLost,
    NoBulk,
    SessionEnded,
    TooMuch,
    error_of,
    is_locked,
    read_refusal,
)
from connector.errors import AccessDenied, BudgetReached, ConfigError, Rejected, Unavailable

HTML = "<html><body>Down for maintenance</body></html>"


def told(status: int, body: Any, place: str = "sobjects/Account") -> Exception:
    return error_of(read_refusal(status, body), place)


def coded(code: str, message: str = "") -> list[dict[str, object]]:
    return [{"errorCode": code, "message": message}]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, coded("INVALID_SESSION_ID", "Session expired or invalid"), SessionEnded),
        (401, {"errorCode": "INVALID_SESSION_ID", "message": "Session expired"}, SessionEnded),
        (401, HTML, SessionEnded),
        (401, "", SessionEnded),
        (400, {"exceptionCode": "InvalidSessionId", "exceptionMessage": "Invalid session id"}, SessionEnded),
        (400, coded("INVALID_SESSION_ID"), SessionEnded),
        (401, coded("INVALID_SESSION_ID", "This session is not valid for use with the REST API"), AccessDenied),
        (401, coded("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"), AccessDenied),
        (403, coded("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), BudgetReached),
        (403, coded("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API) Limit exceeded."), SlowDown),
        (403, coded("API_DISABLED_FOR_ORG", "API is not enabled"), AccessDenied),
        (403, coded("INSUFFICIENT_ACCESS", "insufficient access rights"), AccessDenied),
        (403, coded("SOMETHING_NEW"), AccessDenied),
        (403, HTML, Unavailable),
        (404, coded("NOT_FOUND", "The requested resource does not exist"), Rejected),
        (400, coded("INVALID_FIELD", "\nSELECT Foo__c FROM Account\nNo such column 'Foo__c'"), Rejected),
        (400, coded("MALFORMED_QUERY", "unexpected token"), Rejected),
        (400, coded("QUERY_TIMEOUT", "running for too long"), TooMuch),
        (400, coded("OPERATION_TOO_LARGE", "exceeded 100000 distinct who/what's"), TooMuch),
        (400, coded("INVALID_QUERY_LOCATOR", "invalid query locator"), LocatorLost),
        (400, coded("InvalidQueryLocator"), LocatorLost),
        (400, coded("EXCEEDED_QUOTA", "Max bulk v2 query result size stored"), NoBulk),
        (400, coded("LIMIT_EXCEEDED", "Max bulk v2 query jobs (10000) per 24 hrs"), NoBulk),
        (400, coded("INVALIDENTITY", "Entity 'X' is not supported by the Bulk API."), NoBulk),
        (400, coded("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access"), SlowDown),
        (403, coded("TXN_SECURITY_METERING_ERROR", "took too long"), SlowDown),
        (410, coded("UNSUPPORTED_API_VERSION"), ConfigError),
        (429, HTML, SlowDown),
        (500, coded("UNKNOWN_EXCEPTION", "An unexpected error occurred"), Unavailable),
        (502, HTML, Unavailable),
        (503, coded("SERVER_UNAVAILABLE", "Server Unavailable"), Unavailable),
        (300, ["/services/data/v67.0/sobjects/Account/001"], Rejected),
        (414, "", Rejected),
        (400, HTML, Unavailable),
    ],
)
def test_each_refusal_has_its_meaning(status: int, body: Any, error: type[Exception]) -> None:
    assert type(told(status, body)) is error


def test_a_refusal_names_place_code_reason_and_status() -> None:
    error = told(400, coded("INVALID_FIELD", "\nSELECT X\n   ^\nNo such column"))

    assert str(error) == "sobjects/Account: INVALID_FIELD: SELECT X ^ No such column (HTTP 400)"


def test_an_org_without_a_place_for_queries_does_not_serve_our_version() -> None:
    error = told(404, coded("NOT_FOUND", "The requested resource does not exist"), "query")

    assert isinstance(error, ConfigError)
    assert "set SALESFORCE_API_VERSION to one that the org serves" in str(error)


def test_a_page_from_a_proxy_is_not_repeated_word_for_word() -> None:
    assert "Down for maintenance" not in str(told(503, HTML))


@pytest.mark.parametrize(
    ("code", "message", "locked"),
    [
        ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: 001", True),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: execution of BeforeUpdate caused by: UNABLE_TO_LOCK_ROW, x", True),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: System.NullPointerException", False),
        ("UNKNOWN", "Too many SOQL queries: 101", True),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "no", False),
    ],
)
def test_a_lock_is_known_also_where_a_trigger_tells_it(code: str, message: str, locked: bool) -> None:
    assert is_locked(code, message) is locked
