"""Which queries will the Bulk API not take?"""

from __future__ import annotations

from connector.sandbox.answers import Refusal
from connector.sandbox.salesforce.soql.functions import is_aggregate
from connector.sandbox.salesforce.soql.tree import Call, Path, Query, TypeOf

UNSUPPORTED = frozenset({"taskwhorelation", "eventwhorelation", "openactivity", "activityhistory"})
COMPOUND = frozenset({"billingaddress", "shippingaddress", "mailingaddress", "otheraddress", "address"})


def refuse_unsupported(query: Query) -> None:
    """Refuse what Bulk 2.0 does not support: the query must run over REST."""
    name = query.source.names[-1]
    if name.lower() in UNSUPPORTED:
        raise Refusal(400, "INVALIDENTITY", f"Entity '{name}' is not supported by the Bulk API.")
    for words, found in (
        ("Aggregate functions", any(is_aggregate(item.what) for item in query.items)),
        ("GROUP BY", bool(query.group)),
        ("OFFSET", bool(query.offset)),
        ("TYPEOF", any(isinstance(item.what, TypeOf) for item in query.items)),
        ("Nested queries", any(isinstance(item.what, Query) for item in query.items)),
        ("FIELDS()", any(isinstance(item.what, Call) and item.what.function == "FIELDS" for item in query.items)),
    ):
        if found:
            raise Refusal(400, "API_ERROR", f"{words} not supported in Bulk Query")
    refuse_compound(query)


def refuse_compound(query: Query) -> None:
    """Refuse compound addresses by their names."""
    for item in query.items:
        if isinstance(item.what, Path) and item.what.names[-1].lower() in COMPOUND:
            raise Refusal(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")
