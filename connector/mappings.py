"""What does RevOps want? mappings/*.yaml as checked models; every fault at once, with its file, line and key."""

import csv
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from connector.engine.mapping import MEMBERSHIPS, Mapping, names_of_lists
from connector.engine.persona import Personas
from connector.engine.records import HUBSPOT_STREAMS, SALESFORCE_STREAMS, long_id
from connector.engine.rules import Rules, fingerprint
from connector.errors import ConfigError

LARGEST_FILE = 1_000_000  # bytes; ours are a few thousand
DEEPEST = 20  # levels of nesting; ours have six
TOO_DEEP = f"nested deeper than {DEEPEST} levels; write it flatter"
YAML_TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "map", "seq"})
LONGEST_SHOWN = 60  # characters of a wrong value that are repeated to its writer
STANDARD_PROFILE = "default"
STREAMS = {"salesforce": SALESFORCE_STREAMS, "hubspot": HUBSPOT_STREAMS}
LOCKS = "locks.csv"
LOCK_COLUMNS = ("person_id", "lock_account_id")

Model = TypeVar("Model", bound=BaseModel)
Read = TypeVar("Read")
Keys = Sequence[str | int]
Plain = Any  # YAML's own types, nested: nobody looks into them past this file


@dataclass(frozen=True, slots=True)
class CrmFile:
    """One CRM's mapping; `place` tells the file and line of a dotted key, for faults that only the CRM can find."""

    mapping: Mapping
    place: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Mappings:
    """All that RevOps may change, checked; `digest` is the same for the same meaning, whatever the comments.

    `files` are those of the CRMs we work with, `mapping` and `place` the first one's; `rule_place` and `persona_place`
    tell the file and line of a key of the rules and of personas.yaml.
    """

    rules: Rules
    files: dict[str, CrmFile]
    personas: Personas
    digest: str
    rule_place: Callable[[str], str]
    persona_place: Callable[[str], str]

    @property
    def mapping(self) -> Mapping:
        """What is read and written, in the first CRM."""
        return next(iter(self.files.values())).mapping

    @property
    def place(self) -> Callable[[str], str]:
        """Where a dotted key of that mapping stands."""
        return next(iter(self.files.values())).place

    def of(self, crm: str) -> "Mappings":
        """The same for one of the CRMs; the digest stays that of all."""
        return replace(self, files={crm: self.files[crm]})


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed YAML file that still knows its lines; `under` are the places where its keys may stand."""

    name: str
    root: CommentedMap
    under: Sequence[Keys] = ((),)

    def place(self, keys: Keys) -> tuple[str, int]:
        """The file, and the line of the deepest of `keys` that stands in it."""
        return self.name, min((self._find([*start, *keys]) for start in self.under), key=lambda found: found[0])[1]

    def _find(self, keys: Keys) -> tuple[int, int]:
        """How many of `keys` are missing, and the line of the last that is there."""
        node: object = self.root
        line = 0
        for depth, key in enumerate(keys):
            if not isinstance(node, CommentedMap | CommentedSeq) or key not in node.lc.data:
                return len(keys) - depth, line + 1
            line, node = node.lc.data[key][0], node[key]
        return 0, line + 1


def read_mappings(folder: Path, profile: str, crms: Sequence[str] = ("salesforce",)) -> Mappings:
    """The files of `folder` with one profile of the rules. Raises ConfigError with the faults of all of them."""
    faults: list[str] = []
    ruled = _gather(faults, lambda: _rules(folder, profile))
    read = {crm: _gather(faults, partial(_mapping, folder, crm)) for crm in crms}
    titled = _gather(faults, lambda: _personas(folder / "personas.yaml"))
    if ruled is None or titled is None or faults:
        raise ConfigError(*faults)
    (rules, of_rules), (personas, of_personas) = ruled, titled
    files = {crm: file for crm, file in read.items() if file is not None}
    said = (rules, *(file.mapping for file in files.values()), personas)
    digest = fingerprint([model.model_dump(mode="json") for model in said])
    places = partial(_place, of_rules), partial(_place, of_personas)
    return Mappings(rules, files, personas, digest, *places)


def read_rules(folder: Path, profile: str) -> Rules:
    """The rules of one profile: `default` as it stands, any other laid over it. Raises ConfigError."""
    return _rules(folder, profile)[0]


def _rules(folder: Path, profile: str) -> tuple[Rules, Document]:
    """The rules, checked, and where each key of them stands."""
    document = read_yaml(folder / "scoring.yaml")
    standard, ours = _section(document, STANDARD_PROFILE), _section(document, profile)
    under = (("profiles", profile), ("profiles", STANDARD_PROFILE))
    values, locks = _overlaid(standard, ours), read_locks(folder)
    locked = _overlaid(values, {"match": {"locks": locks}}) if locks else values
    laid = Document(document.name, document.root, under)
    return _validate(laid, Rules, locked), laid


def read_locks(folder: Path) -> dict[str, str]:
    """Account by person, as ids, from locks.csv; a line without an account locks nobody, no file none at all.

    Raises ConfigError with every line that cannot be meant so.
    """
    path = folder / LOCKS
    if not path.is_file():
        return {}
    text = _text(path).removeprefix("\ufeff").splitlines()
    lines = csv.DictReader(text, delimiter=max(",;\t", key="".join(text[:1]).count))
    lost = [column for column in LOCK_COLUMNS if column not in (lines.fieldnames or ())]
    if lost:
        raise ConfigError(f"{LOCKS}:1: there is no column {lost[0]}; connector match report --csv FILE writes it")
    locks: dict[str, str] = {}
    faults = [f"{LOCKS}:{lines.line_num}: {told}" for row in lines for told in _locked(locks, row)]
    if faults:
        raise ConfigError(*faults)
    return locks


def _locked(locks: dict[str, str], row: dict[str, str | None]) -> Iterator[str]:
    """Take one line into the locks, or say why not; a wrong value may be an address, so it is not repeated."""
    said = {column: long_id((row[column] or "").strip()) for column in LOCK_COLUMNS}
    person, account = said.values()
    if not account:
        return
    wrong = [column for column, value in said.items() if not (value.isascii() and value.isalnum())]
    if wrong:
        yield f"{wrong[0]} is no id; write the ids of the CRM"
    elif locks.setdefault(person, account) != account:
        yield f"{person} was locked to {locks[person]} above; leave one of the two lines"


def profile_names(folder: Path) -> list[str]:
    """The profiles of scoring.yaml, in its order. Raises ConfigError."""
    return list(_profiles(read_yaml(folder / "scoring.yaml")))


def read_yaml(path: Path) -> Document:
    """A file as plain data: no tags, anchors or variables are followed. Raises ConfigError."""
    text = _text(path)
    yaml = YAML(typ="rt", pure=True)
    try:
        node = yaml.compose(text)
        faults = dict.fromkeys(_not_plain(path.name, node, 0)) if node else {}
        root = yaml.constructor.construct_document(node) if node and not faults else None
    except YAMLError as error:
        raise ConfigError(_syntax(path.name, error)) from None
    except RecursionError:
        raise ConfigError(f"{path.name}:1: {TOO_DEEP}") from None
    if faults:
        raise ConfigError(*faults)
    if not isinstance(root, CommentedMap):
        raise ConfigError(f"{path.name}:1: must be keys and values; connector init writes a good one")
    return Document(path.name, root)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(f"{path}: larger than {LARGEST_FILE:,} bytes; that cannot be a mapping")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: not found; connector init writes the default mappings") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not a UTF-8 text file; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or 'unreadable').lower()}; check its owner and mode") from None


def _not_plain(name: str, node: Node, depth: int) -> Iterator[str]:
    """One fault for each thing that is not plain data. Without an anchor there is nothing an alias could repeat."""
    place = f"{name}:{node.start_mark.line + 1}"
    if depth > DEEPEST:
        yield f"{place}: {TOO_DEEP}"
        return
    if node.anchor:
        yield f"{place}: &{node.anchor} is an anchor; a mapping needs none, write the values out"
        return  # what repeats itself is not walked: it may hold itself
    if (node.tag or "").removeprefix(YAML_TAG) not in PLAIN_TAGS:
        yield f"{place}: {node.tag} is a tag; a mapping holds plain data, leave it out"
    inner = chain.from_iterable(node.value) if isinstance(node, MappingNode) else node.value
    if not isinstance(node, ScalarNode):
        for one in inner:
            yield from _not_plain(name, one, depth + 1)


def _syntax(name: str, error: YAMLError) -> str:
    """What the parser stumbled over, and where."""
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    said = (error.problem if isinstance(error, MarkedYAMLError) else None) or "a sign that YAML does not allow"
    line = f":{mark.line + 1}" if mark else ""
    return f"{name}{line}: not valid YAML: {said.splitlines()[0]}; check the indentation and quotes there"


def _gather(faults: list[str], read: Callable[[], Read]) -> Read | None:
    """What `read` gives, or None with its faults added to the list."""
    try:
        return read()
    except ConfigError as error:
        faults += error.problems
        return None


def _profiles(document: Document) -> dict[str, Plain]:
    profiles = _plain(document.root.get("profiles"))
    if not isinstance(profiles, dict) or STANDARD_PROFILE not in profiles:
        raise ConfigError(f"{document.name}:1: profiles.{STANDARD_PROFILE} is missing; it holds the whole set of rules")
    return profiles


def _section(document: Document, profile: str) -> dict[str, Plain]:
    """One profile as plain data. Raises ConfigError where there is none."""
    profiles = _profiles(document)
    name, line = document.place(["profiles", profile])
    if profile not in profiles:
        raise ConfigError(
            f"{name}:{line}: there is no profile {profile!r}; CONNECTOR_PROFILE may be {', '.join(profiles)}"
        )
    if not isinstance(profiles[profile], dict):
        raise ConfigError(f"{name}:{line}: profiles.{profile} must be keys and values")
    section: dict[str, Plain] = profiles[profile]
    return section


def _overlaid(below: dict[str, Plain], above: dict[str, Plain]) -> dict[str, Plain]:
    """`below` with what `above` says: maps key by key, everything else replaced."""
    both = {
        key: _overlaid(below[key], value) if isinstance(value, dict) and isinstance(below.get(key), dict) else value
        for key, value in above.items()
    }
    return below | both


def _place(document: Document, key: str) -> str:
    name, line = document.place([int(part) if part.isdecimal() else part for part in key.split(".")])
    return f"{name}:{line}: {key}"


def _mapping(folder: Path, crm: str) -> CrmFile:
    """One CRM's mapping, checked against the streams we know, and where each key of it stands."""
    document = read_yaml(folder / f"{crm}.yaml")
    mapping = _validate(document, Mapping, _plain(document.root))
    found = [*mapping.read_faults(STREAMS[crm]), *(_filters(mapping) if crm == "hubspot" else ())]
    faults = [(document.place(key.split(".")), f"{key}: {told}") for key, told in found]
    if faults:
        raise ConfigError(*_in_order(faults))
    return CrmFile(mapping, partial(_place, document))


def _filters(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """The filters of a mapping whose CRM is not asked in SOQL."""
    for name, mapped in mapping.read.items():
        if mapped.object.name == MEMBERSHIPS:
            try:
                names_of_lists(mapped.where)
            except ValueError as error:
                yield f"read.{name}.where", str(error)
        elif mapped.where:
            yield f"read.{name}.where", "is not for HubSpot; map a checkbox as excluded instead"


def _personas(path: Path) -> tuple[Personas, Document]:
    """Who is who by title, checked, and where each key of it stands."""
    document = read_yaml(path)
    return _validate(document, Personas, _plain(document.root)), document


def _validate(document: Document, model: type[Model], values: Plain) -> Model:
    """`values` as a model. Raises ConfigError with one line for each fault, in the order of the file."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        told = [(document.place(_keys(fault)), _told(fault, model)) for fault in faults]
        raise ConfigError(*_in_order(told)) from None


def _in_order(faults: Iterable[tuple[tuple[str, int], str]]) -> list[str]:
    return [f"{name}:{line}: {told}" for (name, line), told in sorted(dict.fromkeys(faults))]


def _keys(fault: ErrorDetails) -> list[str | int]:
    """The keys that lead to a fault; pydantic marks a fault of the key itself with `[key]`."""
    return [key for key in fault["loc"] if key != "[key]"]


def _told(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong, what it must be instead, and the key that was probably meant."""
    keys = _keys(fault)
    key = ".".join(map(str, keys)) or "the file"
    if fault["type"] == "extra_forbidden":
        return f"{key} is not a key{_near(str(keys[-1]), _known_keys(model, keys[:-1]))}"
    if "[key]" in fault["loc"]:
        known = re.findall("'([^']+)'", fault["msg"])
        return f"{key} is not a key{_near(str(keys[-1]), known)}"
    if fault["type"] == "missing":
        return f"{key} is missing; connector init writes a file that has it"
    must = re.sub(r"^(Input|String|Value) should", "must", fault["msg"].removeprefix("Value error, "))
    if isinstance(fault["input"], dict | list | tuple | BaseModel):
        return f"{key}: {must}"
    return f"{key} is {_shown(fault['input'])}; {must}"


def _shown(value: object) -> str:
    text = "empty" if value is None else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _near(word: str, known: Iterable[str]) -> str:
    """What to do instead of `word`: the nearest known one, or all of them."""
    choices = list(known)
    close = difflib.get_close_matches(word, choices, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known are {', '.join(choices)}" if choices else ""


def _known_keys(model: type[BaseModel], keys: Keys) -> list[str]:
    """The keys that may stand below `keys`."""
    for key in keys:
        field = model.model_fields.get(str(key))
        model = next(_models_in(field.annotation), model) if field else model
    return list(model.model_fields)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models an annotation speaks of, through unions, maps and tuples."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _plain(node: object) -> Plain:
    """A parsed node without the parser's own types."""
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    if isinstance(node, float):
        return float(node)
    return int(node) if isinstance(node, int) and not isinstance(node, bool) else node
