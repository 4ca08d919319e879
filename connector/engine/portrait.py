"""Who stands behind an account's score: people, roles, our own work, peers and family?"""

from dataclasses import dataclass

import numpy as np

from connector.engine import score
from connector.engine.coverage import Cells, Desired, audience, missing_roles, percent, top_cell
from connector.engine.days import Floats, Ints, Texts
from connector.engine.family import family_sums, parent_rows
from connector.engine.relationship import peer_index, relationship_ratio
from connector.engine.rules import Rules
from connector.engine.stored import Column, Columns


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the accounts besides their days, by account number."""

    cells: Cells
    desired: Desired  # the ideal of personas.yaml
    groups: Texts  # target, prospect, client
    size_bands: Texts
    tally: Floats  # sql/relationship.sql
    meetings_held: Ints  # sql/sales.sql, these three
    meetings_booked: Ints
    our_people: Ints
    interests: Texts  # sql/interests.sql
    impact: Columns  # sql/impact.sql, awareness.sql and mail.sql: what groups of accounts are compared by


def portrait(columns: Columns, known: Known, rules: Rules) -> dict[str, Column]:
    """The columns of the sets size, roles, sales and family, and `confidence`; `columns` are those of the snapshot."""
    found = audience(known.cells, known.desired, len(known.groups))
    return {
        **found,
        **_sizes(columns, known, found["known_people"], rules),
        **_roles(known, found),
        **_families(columns, rules),
        "meetings_held_90d": known.meetings_held.astype(np.float64),
        "meetings_booked": known.meetings_booked.astype(np.float64),
        "our_people_90d": known.our_people.astype(np.float64),
        "top_interest": known.interests,
        **known.impact,
        "account_group": np.array([None if group is None else group.title() for group in known.groups], np.object_),
    }


def _sizes(columns: Columns, known: Known, contacts: Floats, rules: Rules) -> dict[str, Column]:
    """Minutes beside the number of people, and beside accounts of the same kind."""
    count = len(contacts)
    minutes, top = known.cells.per_account("minutes", count), np.zeros(count)
    np.maximum.at(top, known.cells.account, known.cells.top_minutes)
    each: Floats = np.divide(minutes, contacts, out=np.full(count, np.nan), where=contacts > 0)
    return {
        "minutes_per_contact": each,
        "peer_index": peer_index(columns["engaged_minutes"], known.groups, known.size_bands),
        "relationship_ratio": relationship_ratio(known.tally, contacts, known.groups, rules.relationship),
        "top_person_share": percent(top, minutes),
        "confidence": percent(known.cells.per_account("sure_minutes", count), minutes),
    }


def _roles(known: Known, found: Columns) -> dict[str, Column]:
    count = len(known.groups)
    return {
        "coverage": percent(found["filled_cells"], found["desired_cells"]),
        "penetration": percent(found["two_way_people"], found["known_people"]),
        "precision": percent(found["reached_desired"], found["reached_people"]),
        "relevance": percent(found["engaged_desired"], found["desired_people"]),
        "missing_roles": missing_roles(known.cells, known.desired, count),
        "top_cell": top_cell(known.cells, count),
    }


def _families(columns: Columns, rules: Rules) -> dict[str, Column]:
    parent = parent_rows(columns["account_id"], columns["parent_id"])
    engaged = family_sums(columns["engaged_minutes"], parent)
    return {
        "family_score": score.score(engaged, rules.decay.half_score_minutes),
        "family_minutes_90d": family_sums(columns["minutes_90d"], parent),
    }
