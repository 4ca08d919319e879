"""Who stands on the lists of contacts that the mapping names?

Each is walked whole: HubSpot says when somebody came onto a list, and never who has left it.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import partial

from connector.crm.hubspot.directory import Pages, Whole, lists
from connector.crm.hubspot.objects import pages
from connector.crm.hubspot.rows import Record
from connector.crm.hubspot.transport import Transport

CONTACTS = "0-1"  # the type of record a list is made of
MEMBERS_PAGE = "250"


def members(transport: Transport, names: Collection[str]) -> Whole:
    """The members of these lists; nobody, and not a call, where none is named."""
    return Whole(partial(_members, transport, names))


def unknown_lists(transport: Transport, names: Collection[str]) -> list[str]:
    """The names that no list of contacts has."""
    known = _ids(transport, names).values() if names else ()
    return [name for name in names if name not in known]


def _members(transport: Transport, names: Collection[str]) -> Pages:
    for list_id in _ids(transport, names) if names else ():
        path = f"{transport.paths.of('lists')}/{list_id}/memberships"
        for page in pages(transport, path, [("limit", MEMBERS_PAGE)]):
            yield list(_rows(list_id, page))


def _ids(transport: Transport, names: Collection[str]) -> Mapping[str, str]:
    """The name of each list of contacts that is meant, by its id."""
    every = (one for page in lists(transport).alive() for one in page if one["objectTypeId"] == CONTACTS)
    return {str(one["listId"]): one["name"] for one in every if one["name"] in names}


def _rows(list_id: str, page: list[Record]) -> Iterator[Record]:
    for one in page:
        contact, since = str(one["recordId"]), one["membershipTimestamp"]
        yield {"id": f"{list_id}-{contact}", "listId": list_id, "recordId": contact, "updatedAt": since}
