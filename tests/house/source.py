"""Which files does the house read, and what do they say?"""

import ast
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path from the top of the repository, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        """The lines of the file, without their ends."""
        return self.text.splitlines()

    @property
    def functions(self) -> list[Function]:
        """Every function and method, those inside others too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @property
    def classes(self) -> list[ast.ClassDef]:
        """Every class."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]

    @property
    def comments(self) -> list[tuple[int, str]]:
        """Every comment with its line number."""
        tokens = tokenize.generate_tokens(StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]

    @property
    def imports(self) -> list[tuple[int, str]]:
        """Every module imported, in full (`from a import b` is `a.b`), with its line number."""
        return [(node.lineno, name) for node in ast.walk(self.tree) for name in _imported(node)]


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file below the folders, in the order of their paths."""
    files = sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return tuple(_read(file) for file in files)


def _read(file: Path) -> Source:
    text = file.read_text(encoding="utf-8")
    return Source(file.relative_to(ROOT).as_posix(), text, ast.parse(text))


def code_lines(source: Source, node: ast.Module | Function) -> int:
    """Lines of code below a node: no blank line, no comment, no docstring, no signature."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body:
        return 0
    inner = [n for n in ast.walk(node) if isinstance(n, Function | ast.ClassDef) and n is not node]
    words = {line for n in inner if ast.get_docstring(n) is not None for line in _span(n.body[0])}
    span = source.lines[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(1 for number, line in enumerate(span, body[0].lineno) if number not in words and _is_code(line))


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _span(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
