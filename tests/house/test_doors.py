"""Who may import what, and which library has its door where?"""

import ast
import sys

from tests.house.source import Source, sources

DOORS = {
    "argparse": (),
    "click": ("connector/cli/",),
    "croniter": ("connector/worker.py", "connector/settings.py"),
    "duckdb": ("connector/store/", "connector/backend/", "connector/sandbox/"),
    "hubspot": ("connector/crm/hubspot/",),
    "jwt": ("connector/crm/salesforce/", "connector/sandbox/"),
    "logging": ("connector/logs.py",),
    "pydantic_settings": ("connector/settings.py",),
    "rapidfuzz": ("connector/engine/match.py",),
    "requests": ("connector/crm/",),
    "rich": ("connector/cli/",),
    "ruamel": ("connector/mappings.py",),
    "simple_salesforce": ("connector/crm/salesforce/",),
    "sqlite3": ("connector/store/", "connector/sandbox/"),
    "tenacity": ("connector/crm/retry.py",),
}

NOUNS = (
    "connector.engine.rules", "connector.engine.records", "connector.engine.fields", "connector.engine.mapping",
    "connector.errors", "connector.hidden",
)

FLOORS = {
    "cli": ("connector",),
    "worker": ("connector",),
    "jobs": (
        "connector.crm.base", "connector.store", "connector.engine", "connector.backend", "connector.report",
        "connector.errors",
    ),
    "backend": ("connector.engine", "connector.errors"),
    "crm": NOUNS,
    "store": NOUNS,
    "report": NOUNS,
    "sandbox": NOUNS,
    "mappings": (*NOUNS, "connector.engine.persona", "connector.shipped"),
    "settings": (*NOUNS, "connector.shipped"),
    "logs": NOUNS,
    "engine": ("connector.errors",),
    "shipped": ("connector.errors",),
    "hidden": (),
    "errors": (),
}

PURE = {
    "__future__", "bisect", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools",
    "hashlib", "heapq", "itertools", "json", "math", "operator", "re", "statistics", "string", "types", "typing",
    "unicodedata", "zoneinfo",
}
PURE_LIBRARIES = {"numpy", "pydantic", "rapidfuzz"}
SPEAKERS = {"print", "input", "sys.stdout.write", "sys.stderr.write"}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "time", "monotonic"}


def _room(source: Source) -> str:
    """`connector/crm/base.py` stands in the room `crm`, `connector/errors.py` in `errors`."""
    return source.path.split("/")[1].removesuffix(".py")


def _is_below(module: str, tops: tuple[str, ...]) -> bool:
    return any(module == top or module.startswith(f"{top}.") for top in tops)


def test_each_library_is_used_only_in_the_room_that_has_its_door() -> None:
    strays = [
        f"{source.path}:{line}: {module}"
        for source in sources("connector")
        for line, module in source.imports
        if (door := DOORS.get(module.split(".")[0])) is not None and not source.path.startswith(door)
    ]

    assert strays == []


def test_each_room_imports_only_what_stands_below_it() -> None:
    strays = [
        f"{source.path}:{line}: {module}"
        for source in sources("connector")
        for line, module in source.imports
        if module.startswith("connector") and _room(source) != "__init__"
        if not _is_below(module, (*FLOORS[_room(source)], f"connector.{_room(source)}"))
    ]

    assert strays == []


def test_the_sandbox_of_a_crm_shares_nothing_with_our_reading_of_that_crm() -> None:
    shared = [
        f"{source.path}:{line}: {module}"
        for source in sources("connector/sandbox", "connector/crm")
        for line, module in source.imports
        if {"connector.sandbox", "connector.crm"} & {".".join(module.split(".")[:2])} - {f"connector.{_room(source)}"}
    ]

    assert shared == []


def test_the_engine_imports_nothing_that_could_look_outside() -> None:
    strays = [
        f"{source.path}:{line}: {module}"
        for source in sources("connector/engine")
        for line, module in source.imports
        if (top := module.split(".")[0]) != "connector"
        if top not in (PURE if top in sys.stdlib_module_names else PURE_LIBRARIES)
    ]

    assert strays == []


def test_the_engine_never_asks_what_time_it_is() -> None:
    asked = [
        f"{source.path}:{node.lineno}: {ast.unparse(node)}"
        for source in sources("connector/engine")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]

    assert asked == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        f"{source.path}:{node.lineno}: {ast.unparse(node)}"
        for source in sources("connector")
        if source.path != "connector/settings.py"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.environb", "os.getenv"}
    ]
    imports = [
        f"{source.path}:{line}: {module}"
        for source in sources("connector")
        if source.path != "connector/settings.py"
        for line, module in source.imports
        if module in {"os.environ", "os.getenv"}
    ]

    assert readers + imports == []


def test_only_the_command_line_prints() -> None:
    printers = [
        f"{source.path}:{node.lineno}: {ast.unparse(node)[:60]}"
        for source in sources("connector")
        if not source.path.startswith("connector/cli/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SPEAKERS
    ]

    assert printers == []
