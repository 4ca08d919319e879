"""Is every file as small and as plainly laid out as the house wants it?"""

import ast
from collections import Counter
from pathlib import PurePosixPath
from statistics import median

import pytest

from tests.house.source import ROOT, Source, code_lines, sources

FUNCTION_LINES = 30
FILE_LINES = 400
MIDDLE_FUNCTION_LINES = 6
MIDDLE_FILE_LINES = 120
EVERYWHERE = ("connector", "tests", "bench")
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
QUIET = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, *NAMED)


def _says_something(source: Source) -> bool:
    return not source.path.endswith("__init__.py")


def test_every_file_says_in_its_first_line_what_it_answers() -> None:
    silent = [source.path for source in sources(*EVERYWHERE) if not source.text.startswith('"""')]

    assert silent == []


def test_every_query_says_in_its_first_line_what_it_answers() -> None:
    silent = [str(file) for file in (ROOT / "connector").rglob("*.sql") if not file.read_text().startswith("-- ")]

    assert silent == []


def test_a_package_file_holds_a_docstring_and_nothing_else() -> None:
    busy = [s.path for s in sources(*EVERYWHERE) if s.path.endswith("__init__.py") and len(s.tree.body) != 1]

    assert busy == []


def test_no_file_is_longer_than_a_person_can_hold() -> None:
    long = {s.path: n for s in sources(*EVERYWHERE) if (n := code_lines(s, s.tree)) > FILE_LINES}

    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{source.path}:{function.lineno} {function.name}": lines
        for source in sources(*EVERYWHERE)
        for function in source.functions
        if (lines := code_lines(source, function)) > FUNCTION_LINES
    }

    assert long == {}


@pytest.mark.parametrize("of", ["functions", "files"])
def test_the_one_in_the_middle_is_small(of: str) -> None:
    told = [source for source in sources("connector") if _says_something(source)]
    functions = [code_lines(source, function) for source in told for function in source.functions]
    files = [code_lines(source, source.tree) for source in told]

    middle = median(functions) if of == "functions" else median(files)

    assert middle <= (MIDDLE_FUNCTION_LINES if of == "functions" else MIDDLE_FILE_LINES)


def test_nothing_happens_when_a_file_is_imported() -> None:
    busy = [
        f"{source.path}:{node.lineno}"
        for source in sources("connector")
        for node in source.tree.body
        if not isinstance(node, QUIET)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not (isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "__name__ == '__main__'"})
    ]

    assert busy == []


def test_a_name_is_imported_from_the_file_that_defines_it() -> None:
    lists = [s.path for s in sources(*EVERYWHERE) if any(line.startswith("__all__") for line in s.lines)]
    homes = {(s.path.removesuffix(".py").replace("/", "."), name) for s in sources("connector") for name in _defined(s)}
    modules = {module for module, _ in homes}
    passed_on = [
        f"{source.path}:{line}: {module}"
        for source in sources("connector", "tests")
        for line, module in source.imports
        if module.startswith("connector.") and (home := module.rpartition("."))[0] in modules
        if (home[0], home[2]) not in homes
    ]

    assert lists + passed_on == []


def _defined(source: Source) -> list[str]:
    names = [node.name for node in source.tree.body if isinstance(node, NAMED)]
    assigned = [node for node in source.tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return names + [name.id for node in assigned for name in ast.walk(node) if isinstance(name, ast.Name)]


def test_no_folder_is_made_for_one_file() -> None:
    files = Counter(str(PurePosixPath(s.path).parent) for s in sources("connector") if _says_something(s))
    folders = {str(PurePosixPath(folder).parent) for folder in files}

    lonely = [folder for folder, count in files.items() if count == 1 and folder not in folders]

    assert lonely == []


def test_no_base_class_has_only_one_child() -> None:
    told = [(source, made) for source in sources("connector") for made in source.classes]
    ours = {made.name for source, made in told if source.path != "connector/errors.py"}

    children = Counter(ast.unparse(base) for _, made in told for base in made.bases)  # ours are imported by name

    assert [name for name in sorted(ours) if children[name] == 1] == []
