"""What are a CRM's rows to us? Each noun of the engine as a view of the pulled tables, of one CRM or of both.

A query of the engine reads nouns only, so that it means the same whatever was pulled. How a CRM's rows become a noun
stands in engine/sql/<crm>/<noun>.sql; without such a file its table is that noun as it is.
"""

from collections.abc import Mapping

from connector.backend.tables import Bench
from connector.backend.texts import read_websites

BOTH = "both"
CRMS: Mapping[str, tuple[str, ...]] = {
    "salesforce": ("salesforce",), "hubspot": ("hubspot",), BOTH: ("salesforce", "hubspot"),
}  # fmt: skip
NOUNS = (
    "changed", "past", "user", "account", "contact", "lead", "listed", "other_address", "task", "event",
    "task_relation", "event_relation", "email_message", "email_relation", "campaign", "campaign_member",
    "opportunity", "opportunity_contact_role",
)  # fmt: skip


def make_nouns(bench: Bench) -> None:
    """The schema `nouns`, as of the rows that were pulled; with both CRMs, which records of theirs are one."""
    crms = CRMS[bench.crm]
    bench.run("CREATE SCHEMA IF NOT EXISTS nouns")
    bench.copy("work.joined", bench.query("none_joined"))
    if "hubspot" in crms:
        bench.copy("work.ties", bench.reading("hubspot", "ties"))
        bench.run(f"CREATE OR REPLACE VIEW nouns.person AS {bench.reading('hubspot', 'person')}")
    for noun in NOUNS:
        readings = " UNION ALL BY NAME ".join(f"({bench.reading(crm, noun)})" for crm in crms)
        bench.run(f"CREATE OR REPLACE VIEW nouns.{noun} AS {readings}")
    if bench.crm == BOTH:
        read_websites(bench)
        bench.make("work.joined")
