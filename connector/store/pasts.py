"""What was somebody until now? Kept when a newer version comes in, for what happened before it.

A field that was empty is no past: we have learned what somebody is, nothing has changed.
"""

from collections.abc import Collection, Mapping

from connector.store.database import Store

TOLD_BY: Mapping[str, Mapping[str, str]] = {  # what tells a role and an account, and the column that holds it
    "salesforce.contact": {
        "title": "title", "department": "department", "seniority": "seniority", "buying_role": "buying_role",
        "account_id": "account_id",
    },
    "salesforce.lead": {
        "title": "title", "seniority": "seniority", "buying_role": "buying_role", "account_id": "matched_account_id",
    },
    "hubspot.contact": {
        "title": "title", "department": "department", "seniority": "seniority", "buying_role": "buying_role",
        "account_id": "company_id",
    },
}  # fmt: skip


def keep_pasts(store: Store, table: str, columns: Collection[str]) -> None:
    """Keep what the rows of `table` say that are about to be replaced: `fresh` and `incoming` name old and new ones.

    `columns` are those that came in; what this org does not tell cannot have changed.
    """
    told_by = TOLD_BY.get(table)
    if not told_by:
        return
    names = ", ".join(told_by)
    values = ", ".join(f"coalesce(t.{c}, i.{c})" if c in columns else f"t.{c}" for c in told_by.values())
    told = [column for column in told_by.values() if column in columns]
    differs = " OR ".join(f"(t.{c} IS NOT NULL AND t.{c} IS DISTINCT FROM i.{c})" for c in told) or "FALSE"
    store.execute(
        f"INSERT INTO kept.pasts (crm, person_id, until, {names}) SELECT ?, i.id, i.modified_at, {values} "
        f"FROM fresh f JOIN incoming i ON i.rowid = f.new_row JOIN {table} t ON t.rowid = f.old_row "
        f"WHERE i.modified_at > t.modified_at AND ({differs})",
        [table.partition(".")[0]],
    )
