"""How do results reach stdout and messages stderr, on a terminal and off it?"""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from rich.console import Console, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 120  # columns where no terminal says how wide it is
NAME_WIDTH = 40  # columns of a name in a table
STEERING = dict.fromkeys((*range(32), *range(127, 160), *range(0x202A, 0x202F)), " ")  # escapes, turned writing
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def stdout() -> Console:
    """Where data goes. Colour and width are the terminal's; `NO_COLOR` is obeyed."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def show(thing: RenderableType) -> None:
    """Print to stdout, without the blanks that tables leave at the end of lines; off a terminal no sentence is cut."""
    screen = stdout()
    with screen.capture() as drawn:
        screen.print(thing, soft_wrap=isinstance(thing, str | Text) and not sys.stdout.isatty())
    sys.stdout.write("\n".join(line.rstrip() for line in drawn.get().split("\n")))


def stderr() -> Console:
    """Where messages go."""
    return Console(stderr=True, highlight=False, markup=False, width=None if sys.stderr.isatty() else PLAIN_WIDTH)


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:  # Any: whatever a row holds
    """One JSON object a line; moments and days as ISO text."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def print_csv(rows: Sequence[Mapping[str, Any]], file: TextIO | None = None) -> None:  # Any: whatever a row holds
    """A header and a line a row; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    writer = csv.writer(file or sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_harmless(value) for value in row.values()] for row in rows)


def _harmless(value: Any) -> Any:  # whatever a row holds
    is_formula = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
    return f"'{value}" if is_formula else value


def table(*headings: str, numbers: Iterable[str] = (), giving: Iterable[str] = ()) -> Table:
    """An empty table in our look, without a frame. The columns in `numbers` stand right; where the screen is narrow
    those in `giving` give way, the others never."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        side: JustifyMethod = "right" if heading in numbers else "left"
        made.add_column(heading, justify=side, no_wrap=heading not in giving, overflow="ellipsis")
    return made


def one_line(text: str, style: str = "") -> Text:
    """A cell of a giving column that is cut rather than wrapped."""
    return Text(plain(text), style, no_wrap=True, overflow="ellipsis")


def name_cell(text: str) -> Text:
    """A name in a column that does not give way: cut where it would leave no room for the others."""
    line = one_line(text)
    line.truncate(NAME_WIDTH, overflow="ellipsis")
    return line


def plain(text: str) -> str:
    """A text of somebody else's, without what would steer a terminal or break its line."""
    return text.translate(STEERING)
