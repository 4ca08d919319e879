"""A book of business in the store as a pull would have left it: accounts, people and two years of activity, by formula.

Accounts differ in size as they do in life (the density of people falls with the square root), four in five activities
name their account, and every draw is a hash of the row's number, so the same sizes give the same book.
"""

import sys
from pathlib import Path

from connector.store.database import Limits, Store, opened

PER_ACCOUNT = 5  # contacts; there is one lead an account besides
USERS, CAMPAIGNS = 200, 300
AS_OF_DAY = 20_777  # 2026-11-20
AT = "TIMESTAMPTZ '2024-11-20' + to_seconds(hash(i + 3) % 63072000)"
COMMON = "now() AS modified_at, false AS is_deleted"
SHARES = {"task": 0.60, "event": 0.15, "email_message": 0.10, "campaign_member": 0.15}


def main() -> None:
    """Write a book of ACTIVITIES over ACCOUNTS into the store at PATH."""
    activities, accounts, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    with opened(path, Limits("4GB")) as store:
        fill(store, activities, accounts)


def fill(store: Store, activities: int, accounts: int) -> None:
    """Every stream the score is made of."""
    for stream, select in {**_nouns(accounts), **_activities(activities, accounts)}.items():
        store.execute(f"INSERT INTO salesforce.{stream} BY NAME {select}")


def record_id(prefix: str, number: str) -> str:
    """The SQL of a record's id."""
    return f"'{prefix}' || lpad(CAST({number} AS VARCHAR), 15, '0')"


def contact(accounts: int) -> str:
    """The SQL of which contact took part in row i: a few of them in very much."""
    return f"CAST(floor({accounts * PER_ACCOUNT} * pow((hash(i + 1) % 10000019) / 10000019.0, 1.5)) AS BIGINT)"


def _account_of(person: str, accounts: int) -> str:
    return f"CAST(floor({accounts} * pow((hash({person}) % 1000003) / 1000003.0, 2)) AS BIGINT)"


def _nouns(accounts: int) -> dict[str, str]:
    home = _account_of("i", accounts)
    return {
        "user": f"SELECT {record_id('005', 'i')} AS id, {COMMON}, 'u' || i || '@own.example' AS email, "
        f"true AS is_active FROM range({USERS}) t(i)",
        "account": f"SELECT {record_id('001', 'i')} AS id, {COMMON}, 'Company ' || i AS name, 'c' || i || '.example' "
        "AS website, CAST(hash(i) % 20000 AS BIGINT) AS employees, TIMESTAMPTZ '2023-01-01' AS created_at "
        f"FROM range({accounts}) t(i)",
        "contact": f"SELECT {record_id('003', 'i')} AS id, {COMMON}, {record_id('001', home)} AS account_id, "
        f"'p' || i || '@c' || {home} || '.example' AS email, ['CEO', 'VP Sales', 'IT Manager', 'Director Finance', "
        "'Engineer', 'Buyer ' || (i % 3000)][1 + CAST(hash(i + 7) % 6 AS INTEGER)] AS title "
        f"FROM range({accounts * PER_ACCOUNT}) t(i)",
        "lead": f"SELECT {record_id('00Q', 'i')} AS id, {COMMON}, false AS is_converted, 'Marketing Manager' AS title, "
        f"'l' || i || CASE WHEN i % 3 = 0 THEN '@c' || (hash(i + 5) % {accounts}) || '.example' ELSE '@gmail.com' END "
        f"AS email, 'Company ' || (hash(i + 3) % {accounts}) AS company FROM range({accounts}) t(i)",
        "campaign": f"SELECT {record_id('701', 'i')} AS id, {COMMON}, ['Webinar', 'Conference', 'Email', 'Content']"
        f"[1 + CAST(i % 4 AS INTEGER)] AS type FROM range({CAMPAIGNS}) t(i)",
        "opportunity": f"SELECT {record_id('006', 'i')} AS id, {COMMON}, {record_id('001', f'hash(i) % {accounts}')} "
        "AS account_id, i % 2 = 0 AS is_closed, i % 4 = 0 AS is_won, TIMESTAMPTZ '2025-01-01' + "
        "to_days(CAST(hash(i + 1) % 600 AS INTEGER)) AS created_at, DATE '2025-02-01' + "
        f"CAST(hash(i + 1) % 600 AS INTEGER) AS closes_on FROM range({accounts // 3}) t(i)",
    }


def _activities(activities: int, accounts: int) -> dict[str, str]:
    person = contact(accounts)
    lead = record_id("00Q", f"hash(i + 2) % {accounts}")
    who = f"CASE WHEN hash(i + 11) % 10 < 9 THEN {record_id('003', person)} ELSE {lead} END"
    home = f"CASE WHEN hash(i + 11) % 10 < 8 THEN {record_id('001', _account_of(person, accounts))} END AS account_id"
    owner = f"{record_id('005', f'hash(i + 6) % {USERS}')} AS owner_id"
    rows = {stream: f"FROM range({int(activities * share)}) t(i)" for stream, share in SHARES.items()}
    return {
        "task": f"SELECT {record_id('00T', 'i')} AS id, {COMMON}, {AT} AS created_at, {AT} AS completed_at, {who} AS "
        f"who_id, {home}, {owner}, 'Call' AS subtype, 'Outbound' AS call_type, CAST(60 + hash(i + 4) % 3000 AS BIGINT) "
        f"AS call_seconds, 'Connected' AS call_result, 'Completed' AS status, true AS is_closed {rows['task']}",
        "event": f"SELECT {record_id('00U', 'i')} AS id, {COMMON}, {AT} AS created_at, {AT} AS starts_at, "
        f"30 AS minutes, {who} AS who_id, {home}, {owner} {rows['event']}",
        "email_message": f"SELECT {record_id('02s', 'i')} AS id, {COMMON}, {AT} AS created_at, {AT} AS sent_at, true "
        f"AS incoming, 'p' || {person} || '@c' || {_account_of(person, accounts)} || '.example' AS from_address "
        f"{rows['email_message']}",
        "campaign_member": f"SELECT {record_id('00v', 'i')} AS id, {COMMON}, {AT} AS created_at, "
        f"{record_id('003', person)} AS contact_id, {record_id('701', f'hash(i + 8) % {CAMPAIGNS}')} AS campaign_id, "
        f"true AS has_responded, CAST({AT} AS DATE) AS responded_on, 'Responded' AS status {rows['campaign_member']}",
    }  # fmt: skip


if __name__ == "__main__":
    main()
