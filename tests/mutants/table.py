"""What does docs/mutants.md say? A row for each bug that can be brought back, and the test that sees it."""

from tests.mutants.bugs import MUTANTS

HEAD = """# Forty bugs, brought back one at a time

Each is a bug that other connectors had. `make mutants` puts it into a copy of the tree, never into the tree itself, and
runs the test named beside it: green without the bug, red with it. One that survives fails the run. The changes stand in
`tests/mutants/bugs.py`.

| Bug | Brought back | In | Seen by |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    mutants = sorted(MUTANTS, key=lambda one: one.bug)
    rows = [f"| B{m.bug} | {m.what} | `{m.file}` | `{m.test.replace('::', '` `')}` |\n" for m in mutants]
    return "".join([HEAD, *rows])
