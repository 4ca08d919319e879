"""Are things called what they are, and is every exception to a rule explained where it stands?"""

import ast
import re

from tests.house.source import ROOT, Source, sources

EMPTY_WORDS = {
    "manager", "helper", "helpers", "util", "utils", "common", "process", "processor", "handle", "handler", "data",
    "info", "misc", "service",
}
OUTSIDE_NAMES = re.compile(r"data_?export|handle_error", re.IGNORECASE)  # Salesforce's zip; the server's own method
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
ISSUE_NUMBER = re.compile(r"(^|\s)(#\d+|(issue|ticket|PR) #?\d+)\b", re.IGNORECASE)
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.])/(root|Users|home)/\w")
TEXTS = (".py", ".md", ".toml", ".yaml", ".sql", ".lock", "Makefile", "Dockerfile")
UNEXPLAINED = re.compile(r"#\s*(type:\s*ignore\[[\w, -]+\]|noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*)\s*$")


def _words(name: str) -> set[str]:
    """`runManager` and `run_manager` both hold the word `manager`."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", OUTSIDE_NAMES.sub("", name))}


def _bound(source: Source) -> list[tuple[int, str]]:
    """Every name a file makes up: functions, classes, arguments, variables."""
    made = [(node.lineno, node.name) for node in (*source.functions, *source.classes)]
    arguments = [(node.lineno, node.arg) for node in ast.walk(source.tree) if isinstance(node, ast.arg)]
    variables = [
        (node.lineno, node.id)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return made + arguments + variables


def test_no_thing_we_name_is_called_by_an_empty_word() -> None:
    empty = [
        f"{source.path}:{line}: {name}"
        for source in sources("connector")
        for line, name in _bound(source)
        if _words(name) & EMPTY_WORDS
    ]

    assert empty == []


def test_no_file_is_called_by_an_empty_word() -> None:
    files = [path for path in (ROOT / "connector").rglob("*") if path.suffix in {".py", ".sql"} or path.is_dir()]

    assert [str(path) for path in files if _words(path.stem) & EMPTY_WORDS] == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    left = [
        f"{source.path}:{line}: {comment}"
        for source in sources("connector", "tests", "bench")
        for line, comment in source.comments
        if LEFT_FOR_LATER.search(comment)
    ]

    assert left == []


def test_no_comment_needs_a_ticket_to_be_understood() -> None:
    numbered = [
        f"{source.path}:{line}: {comment}"
        for source in sources("connector", "tests", "bench")
        for line, comment in source.comments
        if ISSUE_NUMBER.search(comment.removeprefix("#"))
    ]

    assert numbered == []


def test_a_silenced_check_says_why() -> None:
    silenced = [
        f"{source.path}:{line}: {comment}"
        for source in sources("connector", "tests", "bench")
        for line, comment in source.comments
        if UNEXPLAINED.search(comment)
    ]

    assert silenced == []


def test_a_value_of_any_type_says_why() -> None:
    silent = [
        f"{source.path}:{node.lineno}"
        for source in sources("connector")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "Any" and "#" not in source.lines[node.lineno - 1]
    ]

    assert silent == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    folders = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
    files = [*ROOT.iterdir(), *(file for folder in folders for file in folder.rglob("*"))]

    named = [str(file) for file in files if file.name.endswith(TEXTS) and SOMEBODYS_FOLDER.search(file.read_text())]

    assert named == []
