"""Which account does a person belong to, as far as text can tell: web and mail domains, and company names.

Lists of distinct texts come in, small tables of candidates go out; SQL decides what wins, and how sure it is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from connector.engine.persona import plain

MOST_CANDIDATES = 5  # of one company name
COMMON_WORD = 300  # a word in more account names than this tells nothing apart
_WEB = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^@/]*@)?(?:www\d?\.)?([^/:?#\s]+)", re.IGNORECASE)
_DOMAIN = re.compile(r"^(?=.{3,253}$)[^.\s@]+(\.[^.\s@]+)+$")
_LEGAL_FORMS = re.compile(
    r"\b(incorporated|inc|llc|ltd|limited|corporation|corp|company|co|plc|lp|llp|pllc|gmbh|mbh|ag|kgaa|kg|ohg"
    r"|ug|ev|se|sas|sasu|sarl|sa|sl|slu|srl|spa|bv|nv|ab|as|asa|aps|oy|oyj|kft|sp z o o|pty|pte|holding|holdings|group"
    r"|gruppe|groupe|grupo|gruppo|the)\b"
)
_DOTTED = re.compile(r"\b((?:\w\.)+\w)\.?(?!\w)")


Lists = Mapping[str, list[int]]  # the numbers of accounts by word or name


@dataclass(frozen=True, slots=True)
class Likeness:
    """An account whose name is like a company's, 0-100."""

    company: str
    account_no: int
    similarity: float


def website_domain(website: str) -> str | None:
    """`https://www.acme.com/de?x` is acme.com; None when it is no domain."""
    found = _WEB.match(website.strip())
    domain = found.group(1).lower().rstrip(".") if found else ""
    return domain if _DOMAIN.match(domain) else None


def suffixes(domain: str) -> list[tuple[str, int]]:
    """The domain and the ones above it down to two labels, each with the steps up to it."""
    labels = domain.split(".")
    return [(".".join(labels[step:]), step) for step in range(max(len(labels) - 1, 0))]


def plain_company(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form."""
    undotted = _DOTTED.sub(lambda found: found.group(1).replace(".", ""), name)
    words = plain(undotted.replace("&", " & "))
    bare = " ".join(_LEGAL_FORMS.sub(" ", words).replace("&", " ").split())
    return bare or words


def alike(companies: Iterable[str], accounts: Sequence[tuple[int, str]], least: float) -> list[Likeness]:
    """For each company name the accounts that are called like it, at least `least` of 100, best first, five at most."""
    names = {account_no: plain_company(name) for account_no, name in accounts}
    by_word = _by_word(names)
    called = defaultdict(list)
    for account_no, name in names.items():
        called[name].append(account_no)
    return [found for company in companies for found in _alike(company, names, by_word, called, least)]


def _by_word(names: Mapping[int, str]) -> dict[str, list[int]]:
    """The accounts of each word that is not in too many names, and of the first letters of each name."""
    words = defaultdict(list)
    for account_no, name in names.items():
        for key in _keys(name):
            words[key].append(account_no)
    return {word: found for word, found in words.items() if len(found) <= COMMON_WORD}


def _keys(name: str) -> set[str]:
    return {*name.split(), f"{name[:4]}~"} if name else set()


def _alike(company: str, names: Mapping[int, str], by_word: Lists, called: Lists, least: float) -> list[Likeness]:
    name = plain_company(company)
    if name in called:
        return [Likeness(company, account_no, 100.0) for account_no in sorted(called[name])[:MOST_CANDIDATES]]
    near = Counter(account_no for key in _keys(name) for account_no in by_word.get(key, ()))
    choices = {account_no: names[account_no] for account_no in sorted(near)}
    found = process.extract(name, choices, scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=MOST_CANDIDATES)
    return [Likeness(company, account_no, float(similarity)) for _, similarity, account_no in found]
