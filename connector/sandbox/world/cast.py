"""Who and what is there before anything happens, and under which ids?"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from connector.sandbox.world.columns import first_ids
from connector.sandbox.world.companies import Companies
from connector.sandbox.world.days import Days
from connector.sandbox.world.directory import Directory
from connector.sandbox.world.journeys import Journeys
from connector.sandbox.world.opportunities import Opportunities
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import Recipe
from connector.sandbox.world.staff import Staff


@dataclass(frozen=True, slots=True)
class Cast:
    recipe: Recipe
    days: Days
    companies: Companies
    people: People
    staff: Staff
    directory: Directory
    journeys: Journeys
    sold: Opportunities

    @property
    def account_ids(self) -> pa.Array:
        return first_ids("Account", self.recipe.accounts)

    @property
    def contact_ids(self) -> pa.Array:
        return first_ids("Contact", self.people.contacts)

    @property
    def lead_ids(self) -> pa.Array:
        return first_ids("Lead", self.people.leads)

    @property
    def who_ids(self) -> pa.Array:
        """The ids behind the codes of `People.who`."""
        return pa.concat_arrays([self.contact_ids, self.lead_ids])

    @property
    def guest_ids(self) -> pa.Array:
        """The same, with our own users after them."""
        return pa.concat_arrays([self.who_ids, self.staff.ids])

    @property
    def what_ids(self) -> pa.Array:
        """Accounts, with the opportunities after them."""
        return pa.concat_arrays([self.account_ids, self.sold.ids])

    @property
    def addresses(self) -> pa.Array:
        """The mail addresses of all people, with those of our own users after them."""
        return pa.concat_arrays([self.directory.email, self.staff.emails])
