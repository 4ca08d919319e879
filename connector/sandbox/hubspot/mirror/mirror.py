"""How does a living org become a living portal? By the rows of the one, put as records of the other."""

from __future__ import annotations

from datetime import datetime

from connector.sandbox.hubspot.mirror import activities as acts
from connector.sandbox.hubspot.mirror import book, people, responses
from connector.sandbox.hubspot.mirror.rows import Desk, rows_of
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.living import Tables, World


class Mirror:
    """Keeps a portal like a world, the way the HubSpot-Salesforce sync does."""

    def __init__(self, portal: Portal, world: World) -> None:
        self._world, self._desk = world, Desk(portal)
        self._people = people.People(self._desk)
        self._activities = acts.Activities(self._desk, self._people)
        self._responses = responses.Responses(self._desk, self._people)

    def begin(self) -> None:
        """The whole history."""
        book.name_parts(self._desk, book.PARTS)
        self.take(self._world.history(self._world.now))

    def between(self, since: datetime, until: datetime) -> dict[str, int]:
        """What happened meanwhile; records by kind."""
        self._desk.count.clear()
        self.take(self._world.between(since, until))
        return dict(self._desk.count)

    def take(self, tables: Tables) -> None:
        """Put row versions, those that others hang on first."""
        self._take_book(tables)
        for table, (_, columns) in acts.RELATIONS.items():
            self._activities.relate(table, rows_of(tables.get(table), *columns))
        self._responses.put_campaigns(rows_of(tables.get("Campaign"), *responses.CAMPAIGNS))
        self._responses.put_members(rows_of(tables.get("CampaignMember"), *responses.MEMBERS))
        tasks = self._responses.without_robots(rows_of(tables.get("Task"), *acts.TASKS))
        self._activities.put_tasks(tasks, rows_of(tables.get("EmailMessage"), *acts.MAILS))
        self._activities.put_events(rows_of(tables.get("Event"), *acts.EVENTS))

    def _take_book(self, tables: Tables) -> None:
        for row in rows_of(tables.get("User"), *book.USERS):
            book.put_user(self._desk, row)
        book.put_accounts(self._desk, rows_of(tables.get("Account"), *book.ACCOUNTS))
        self._people.put(rows_of(tables.get("Contact"), *people.CONTACTS), rows_of(tables.get("Lead"), *people.LEADS))
        for row in rows_of(tables.get("Opportunity"), *book.DEALS):
            book.put_deal(self._desk, row)
        for row in rows_of(tables.get("OpportunityContactRole"), *book.ROLES):
            book.put_role(self._desk, self._people, row)
