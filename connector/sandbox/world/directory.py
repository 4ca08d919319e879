"""What are companies and people called, and which addresses do they have?"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.world.columns import strings
from connector.sandbox.world.companies import Companies
from connector.sandbox.world.frames import numbered_within
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import Bools, Ints, Recipe
from connector.sandbox.world.words import (
    COUNTRIES,
    FIELDS,
    FIRST_NAMES,
    FREE_MAIL,
    HEADS,
    LAST_NAMES,
    OWN_DOMAIN,
    REGIONS,
    TAILS,
    TITLES,
)

LANGUAGES = tuple(TITLES)
STAFF_SHARE = 0.003  # our own people whom somebody put among the contacts of an account they look after
FREE_MAIL_SHARE, NO_TITLE_SHARE = 0.07, 0.07


@dataclass(frozen=True, slots=True)
class Directory:
    """Names by company and by person, as plain string columns."""

    company: pa.Array
    domain: pa.Array
    first: pa.Array
    last: pa.Array
    email: pa.Array
    title: pa.Array

    @property
    def person(self) -> pa.Array:
        return pc.binary_join_element_wise(self.first, self.last, " ")


def make_directory(recipe: Recipe, companies: Companies, people: People) -> Directory:
    rng = recipe.rng("directory")
    names, domains = _companies(companies, rng)
    language = np.array([LANGUAGES.index(row[1]) for row in COUNTRIES])[companies.country[people.company]]
    first, last = _draw_by_language(FIRST_NAMES, language, rng), _draw_by_language(LAST_NAMES, language, rng)
    email = _emails(people, first, last, domains, rng)
    email = pc.if_else(pa.array(rng.random(len(people)) < recipe.no_mail), pa.scalar(None, pa.string()), email)
    known_as = pa.array(_same_as(recipe, people, rng))
    persons = (_named(FIRST_NAMES, first), _named(LAST_NAMES, last), email, _titles(people, language, rng))
    return Directory(strings(names), strings(domains), *(column.take(known_as) for column in persons))


def _same_as(recipe: Recipe, people: People, rng: np.random.Generator) -> Ints:
    """Whose name and address each person has: some leads are people we know as a contact already."""
    known = (people.lead >= 0) & (rng.random(len(people)) < recipe.known_leads)
    return np.where(known, people.starts[people.company], np.arange(len(people)))


def _companies(companies: Companies, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """A subsidiary has its parent's name with a region; half of them also share the parent's domain."""
    names, domains = [], []
    for row in range(len(companies)):
        head, tail = divmod(int(companies.stem[row]), len(TAILS))
        stem, field = HEADS[head] + TAILS[tail], FIELDS[companies.field[row]][0]
        names.append(f"{stem} {field}")
        domains.append(f"{stem}-{field.replace(' ', '')}.example".lower())
    own_domain, legal = rng.random(len(companies)), rng.integers(0, 12, len(companies))
    for row in np.flatnonzero(companies.parent >= 0).tolist():  # parents come first
        parent, region = companies.parent[row], REGIONS[companies.region[row]]
        names[row] = f"{names[parent]} {region}"
        domains[row] = domains[parent] if own_domain[row] < 0.5 else f"{_ascii(region)}.{domains[parent]}"
    for row in np.flatnonzero(companies.parent < 0).tolist():
        forms = COUNTRIES[companies.country[row]][3]
        names[row] = f"{names[row]} {forms[legal[row] % len(forms)]}".strip()
    return names, domains


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return "".join(char for char in plain if char.isalnum())


def _draw_by_language(pools: dict[str, tuple[str, ...]], language: Ints, rng: np.random.Generator) -> Ints:
    """Codes into the pools of all languages put end to end."""
    sizes = np.array([len(pools[name]) for name in LANGUAGES])
    starts = np.cumsum(sizes) - sizes
    drawn: Ints = starts[language] + (rng.random(len(language)) * sizes[language]).astype(np.int64)
    return drawn


def _named(pools: dict[str, tuple[str, ...]], codes: Ints) -> pa.Array:
    return strings(_all(pools)).take(pa.array(codes))


def _all(pools: dict[str, tuple[str, ...]]) -> list[str]:
    return [name for language in LANGUAGES for name in pools[language]]


def _emails(people: People, first: Ints, last: Ints, domains: list[str], rng: np.random.Generator) -> pa.Array:
    """first.last@domain, numbered where two of a domain share a name; some write from a free mailbox."""
    private = rng.random(len(people)) < FREE_MAIL_SHARE
    firsts, lasts = (strings([_ascii(name) for name in _all(pool)]) for pool in (FIRST_NAMES, LAST_NAMES))
    house = np.unique(domains, return_inverse=True)[1][people.company]
    number = numbered_within((house * 1_000 + first) * 1_000 + last)
    number = np.where(private, 70_000 + np.arange(len(people)), number)  # nobody's real mailbox
    tail = pc.if_else(pa.array(number > 0), pc.cast(pa.array(number), pa.string()), "")
    local = pc.binary_join_element_wise(firsts.take(pa.array(first)), lasts.take(pa.array(last)), ".")
    free = strings(FREE_MAIL).take(pa.array(rng.integers(0, len(FREE_MAIL), len(people))))
    domain = pc.if_else(pa.array(private), free, strings(domains).take(pa.array(people.company)))
    domain = pc.if_else(pa.array(rng.random(len(people)) < STAFF_SHARE), OWN_DOMAIN, domain)
    return pc.binary_join_element_wise(pc.binary_join_element_wise(local, tail, ""), domain, "@")


def _titles(people: People, language: Ints, rng: np.random.Generator) -> pa.Array:
    pool = [title for name in LANGUAGES for level in TITLES[name] for title in level]
    sizes = np.array([[len(level) for level in TITLES[name]] for name in LANGUAGES])
    starts = (np.cumsum(sizes) - sizes.ravel()).reshape(sizes.shape)
    at = (language, people.seniority)
    codes = starts[at] + (rng.random(len(people)) * sizes[at]).astype(np.int64)
    unknown: Bools = rng.random(len(people)) < NO_TITLE_SHARE
    return pc.if_else(pa.array(unknown), pa.scalar(None, pa.string()), strings(pool).take(pa.array(codes)))
