"""Which tasks does software write: list mails, opens, clicks, and bursts of mail scanners that look like readers?"""

from __future__ import annotations

import numpy as np

from connector.sandbox.world.campaigns import WEBINAR, Campaigns, Members
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, HOUR, Bools, Ints, Recipe
from connector.sandbox.world.tasks import Drafts, robot_drafts
from connector.sandbox.world.touches import Deeds

BURST = (0, 8_000, 15_000, 26_000)  # one open and three clicks within 26 s
SCANNED = 11  # one company in so many has a scanner before its mailboxes
LISTED = 3  # one mailing in so many also leaves a task with everybody who got it
CLICKS = 0.12  # part of those who open
TWINS = 0.2  # part of the webinar guests for whom a task says it once more


def drafts(recipe: Recipe, campaigns: Campaigns, blasted: Members, members: Members, people: People) -> list[Drafts]:
    rng = recipe.rng("robots")
    number = campaigns.number[blasted.campaign]
    listed = number % LISTED == 0
    scans = _picked(recipe, _is_scanned(people, blasted.person), recipe.bot_share / len(BURST), rng)
    reads = _picked(recipe, ~_is_scanned(people, blasted.person), recipe.open_share, rng)
    burst = np.repeat(blasted.created[scans] + rng.integers(4_000, 90_000, len(scans)), len(BURST)) + np.tile(
        BURST, len(scans)
    )
    scan, is_open = np.repeat(scans, len(BURST)), np.tile(np.array(BURST) == 0, len(scans))
    opened = blasted.created[reads] + rng.gamma(1.0, 0.4 * DAY, len(reads)).astype(np.int64) + 60_000
    clicks = rng.random(len(reads)) < CLICKS
    webinar = (campaigns.type[members.campaign] == WEBINAR) & members.responded & (rng.random(members.rows) < TWINS)
    said = (webinar, members.person, members.answered + HOUR, campaigns.number[members.campaign])
    return [
        _written(people, "List Email: ", listed, (blasted.person, blasted.created, number)),
        _written(people, "Opened email: ", is_open, (blasted.person[scan], burst, number[scan])),
        _written(people, "Clicked link in email: ", ~is_open, (blasted.person[scan], burst, number[scan])),
        _written(people, "Opened email: ", reads >= 0, (blasted.person[reads], opened, number[reads])),
        _written(people, "Clicked link in email: ", clicks, (blasted.person[reads], opened + 45_000, number[reads])),
        _written(people, "Attended webinar: ", said[0], said[1:]),
    ]


def _is_scanned(people: People, person: Ints) -> Bools:
    scanned: Bools = people.company[person] % SCANNED == 3
    return scanned


def _picked(recipe: Recipe, fit: Bools, share: float, rng: np.random.Generator) -> Ints:
    rows = np.flatnonzero(fit)
    wanted = min(round(recipe.activities * share * recipe.stretch), len(rows))
    return np.sort(rng.choice(rows, wanted, replace=False))


def _written(people: People, start: str, which: Bools, told: tuple[Ints, Ints, Ints]) -> Drafts:
    """Tasks about those of the told (person, moment, number) that are meant."""
    person, at, number = (column[which] for column in told)
    nothing = np.full(len(person), -1)
    return robot_drafts(Deeds(people.company_at(person, at), person, at, nothing, nothing), start, number)
