"""About how many calls does it take to read a stream?"""

from collections.abc import Mapping
from math import ceil

from connector.crm.hubspot.associations import INPUTS, LINKED, Associations
from connector.crm.hubspot.objects import PAGE_ROWS
from connector.crm.hubspot.sources import Records
from connector.crm.hubspot.streams import Reading

PAGES: Mapping[str, tuple[int, int]] = {  # of streams that are walked: how often they are begun, and the rows of a page
    "owner": (2, 100), "campaign": (1, 100), "list": (1, 500), "list_member": (0, 250), "form_submission": (1, 50),
    "email_event": (2, 1_000),
}  # fmt: skip


def cost_of_changes(reading: Reading, forms: int) -> int:
    """What changed lately and what was deleted: rarely more than one page of each."""
    source, name = reading.source, reading.stream.name
    if isinstance(source, Records):
        return 2 + source.keeps_archived + source.is_merging
    if isinstance(source, Associations):
        return len(source.sources)
    return _walk(name, 0, forms) * (2 if name == "owner" else 1)  # owners that left are asked for apart


def cost_of_everything(reading: Reading, rows: Mapping[str, int], forms: int) -> int:
    """All of a stream, by the rows that all streams have. A list of records is counted by search before and after."""
    source, name = reading.source, reading.stream.name
    if isinstance(source, Records):
        return 2 + _pages(rows.get(name, 0)) + source.keeps_archived
    if isinstance(source, Associations):
        return sum(2 + _pages(rows.get(one, 0)) + _links(one, rows.get(one, 0)) for one in source.sources)
    return _walk(name, rows.get(name, 0), forms)


def cost_of_count(reading: Reading, rows: Mapping[str, int], forms: int) -> int:
    """Records are counted by search, what is walked by walking it."""
    source, name = reading.source, reading.stream.name
    if isinstance(source, Records):
        return 1 + source.keeps_archived
    if isinstance(source, Associations):
        return len(source.sources)
    return _walk(name, rows.get(name, 0), forms)


def _pages(rows: int) -> int:
    return max(1, ceil(rows / PAGE_ROWS))


def _links(name: str, rows: int) -> int:
    """A call for each thousand records and each type that they hang on."""
    return len(LINKED[name]) * ceil(rows / INPUTS)


def _walk(name: str, rows: int, forms: int) -> int:
    """Each form is asked for its own submissions."""
    begun, size = PAGES[name]
    return begun + rows // size + (forms if name == "form_submission" else 0)
