"""Do we keep no more of people than we need, only where they may be kept, and only for our own eyes?"""

import stat

from connector.engine.records import IMPORTED_STREAMS, SALESFORCE_STREAMS
from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell
from tests.cli.test_forget import places, store_of

BODY = "canary of what was said"
BODIES = {
    "Task": ("Subject", "Description"), "Event": ("Subject", "Description", "Location"),
    "EmailMessage": ("Subject", "TextBody", "HtmlBody"), "Contact": ("Phone", "MobilePhone", "Description"),
    "Lead": ("Phone", "MobilePhone", "Street", "Description"),
}  # fmt: skip
ADDRESSES = {
    ("user", "email"), ("contact", "email"), ("lead", "email"), ("email_message", "from_address"),
    ("email_relation", "relation_address"), ("activity", "email"),
}  # fmt: skip
MARKUP = "<img src=x onerror=alert(1)> [bold red]Ann"


def write_everywhere(org: Sandbox, text: str) -> int:
    """Put a text into every field of the org in which bodies and phone numbers stand; how many fields that are."""
    count = 0
    for table, fields in BODIES.items():
        there = {name for name, *_ in org.org.tables.db.execute(f'DESCRIBE "{table}"').fetchall()}
        for field in there & set(fields):
            org.org.tables.db.execute(f'UPDATE "{table}" SET "{field}" = ?', [text])
            count += 1
    org.org.changed()
    return count


def test_what_people_wrote_and_their_phone_numbers_are_on_no_disk_of_ours(ready: Shell, org: Sandbox) -> None:
    """Promise S2"""
    assert write_everywhere(org, BODY) >= 5

    said = ready("sync")

    assert said.code == 0
    assert list(places(ready.folder / ".connector", (BODY,))) == []
    asked = {name for entry in org.org.journal.entries for name in entry.query.get("q", "").replace(",", " ").split()}
    assert {"Id", "WhoId"} <= asked
    assert asked & {field for fields in BODIES.values() for field in fields} == set()


def test_mail_addresses_are_kept_only_where_matching_needs_them(known: Shell) -> None:
    """Promise S2: by the schema, and by a search of all that was derived and published."""
    columns = {(stream.name, name) for stream in (*SALESFORCE_STREAMS, *IMPORTED_STREAMS) for name in stream.columns}
    text = {(stream, name) for stream, name in columns if "address" in name or "email" in name}
    home = known.folder / ".connector"
    with store_of(home) as store:
        address = store.execute("SELECT email FROM salesforce.contact WHERE email IS NOT NULL LIMIT 1").fetchone()[0]

    found = set(places(home, (address,)))

    assert text - {("email_relation", "email_id")} == ADDRESSES
    assert "salesforce.contact email" in found
    assert {place for place in found if not place.startswith(("salesforce.", "work.", "store.duckdb"))} == set()


def test_a_name_with_markup_stays_text_on_every_page(known: Shell) -> None:
    """Promise S6"""
    home = known.folder / ".connector"
    newest = home / "published" / (home / "published" / "latest").read_text()
    renamed = f"SELECT * REPLACE ('{MARKUP}' AS account_name) FROM '{newest}/accounts.parquet'"
    with store_of(home) as store:
        store.execute(f"COPY ({renamed}) TO '{home}/renamed' (FORMAT parquet)")
    (home / "renamed").replace(newest / "accounts.parquet")
    account = known("accounts", "list", "--json").rows[0]["account_id"]

    said = [known(*command.split()) for command in ("accounts list", f"explain {account}", "accounts list --json")]

    assert [MARKUP[:20] in one.out for one in said] == [True, True, True]


def test_every_folder_and_file_of_ours_is_for_its_owner_only(known: Shell, connected: Shell) -> None:
    """Promise S8: after a sync, a dry run and a person forgotten."""
    connected("sync", "--dry-run")
    with store_of(known.folder / ".connector") as store:
        person = store.execute("SELECT id FROM salesforce.contact WHERE NOT is_deleted LIMIT 1").fetchone()[0]
    assert connected("people", "forget", person).code == 0

    ours = [known.folder / ".env", *(known.folder / ".connector").rglob("*")]
    open_ones = [path.name for path in ours if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]

    assert {"store.duckdb", "runs.sqlite", "latest", "accounts.parquet"} <= {path.name for path in ours}
    assert open_ones == []
