"""Which records of a CRM are told what we believe of an account? Its own, and those that were joined with another's."""

import numpy as np

from connector.backend.tables import Bench
from connector.engine.stored import Columns

TOLD = (
    "SELECT company.id, accounts.account_id FROM hubspot.company AS company "
    "JOIN derived.identities AS identities ON identities.source_id = company.id "
    "JOIN derived.accounts AS accounts ON accounts.account_no = identities.account_no "
    "WHERE NOT company.is_deleted ORDER BY company.id"
)


def as_companies(bench: Bench, snapshot: Columns) -> Columns:
    """The snapshot with a row for each company of HubSpot, by its own id: several may stand for one account."""
    told = bench.fetch(TOLD)
    at = {account_id: row for row, account_id in enumerate(snapshot["account_id"].tolist())}
    pairs = zip(told["id"].to_pylist(), told["account_id"].to_pylist(), strict=True)
    known = [(company, at[account]) for company, account in pairs if account in at]
    rows = np.array([row for _, row in known], dtype=np.intp)
    ids = np.array([company for company, _ in known], dtype=np.object_)
    return {name: column[rows] for name, column in snapshot.items()} | {"account_id": ids}
