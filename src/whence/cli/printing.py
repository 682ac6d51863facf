"""What is printed can be read: tables on a terminal, plain aligned text in a pipe, one JSON document if asked for.

Colour never says what no word says. It is left out in a pipe and where `NO_COLOR` is set (no-color.org).
What a source wrote is shown as it is: no markup in it takes effect.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "bold",
    "count",
    "document",
    "faint",
    "more",
    "note",
    "one_line",
    "paragraph",
    "place",
    "table",
    "text",
    "visible",
]

NARROW = frozenset({"claims", "event", "fact", "grade", "id", "origins", "position", "recorded", "status", "type"})
LABEL_WIDTH = 13
LEAST = 16  # columns that a cell of running text needs
GAP = 3  # columns between two columns of a table on a terminal
WIDEST = 100  # columns beyond which running text is hard to read
LONGEST = 300  # characters of a cell; `why` and --json show the rest
# What turns the direction of all that follows it, so that a line would read as what it does not say (UAX #9).
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
MARKS = frozenset("\u200e\u200f")  # turn only what stands beside them, and honest texts have them
ISOLATE, ISOLATED = "\u2068", "\u2069"
INVISIBLE = MARKS | {ISOLATE, ISOLATED}
STYLES = {"contested": "bold yellow", "denied": "red", "expected": "cyan", "superseded": "dim", "refined": "dim"}


def text(line: str = "") -> None:
    """Print a line."""
    _line(visible(line))


def _line(line: str) -> None:
    click.echo(line, color=_coloured())


def note(line: str) -> None:
    """Say something beside the result, on stderr."""
    click.echo(visible(line), err=True)


def document(content: Mapping[str, Any]) -> None:
    """Print one JSON document; dataclasses and named tuples are objects with the names of their fields."""
    import orjson  # noqa: PLC0415 - only where JSON is asked for

    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    click.echo(orjson.dumps(content, default=methodcaller("_asdict"), option=option), nl=False)


def more(there_is: bool, limit: int) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    """Say on stderr that a list went on beyond its limit."""
    if there_is:
        note(f"Only the first {limit:,} are shown; --limit N shows more.")


def bold(words: str) -> str:
    """Return the words, set off on a terminal with colour."""
    return click.style(words, bold=True) if _coloured() else words


def faint(words: str) -> str:
    """Return the words, held back on a terminal with colour."""
    return click.style(words, dim=True) if _coloured() else words


def visible(words: str) -> str:
    """Return the words with what would turn the direction of a line written out: `⟨U+202E⟩`."""
    return words if words.isascii() else TURNING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", words)


def _cell(words: str) -> str:
    """Return a text as a cell shows it: on one line, not too long, and turning nothing beside it."""
    line = visible(one_line(words))
    if len(line) > LONGEST:
        line = line[: LONGEST - 1] + "…"
    return line if MARKS.isdisjoint(line) else f"{ISOLATE}{line}{ISOLATED}"


def place(path: object) -> str:
    """Return a file's name as JSON can hold it: bytes that are no UTF-8 stand escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def one_line(value: str) -> str:
    """Return a text on one line."""
    return " ".join(value.split())


def count(number: int, noun: str) -> str:
    """Return the number with its noun: `1 claim`, `2,000 claims`; a noun in -y gives -ies."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def paragraph(words: str, *, label: str = "", indent: str = "") -> None:
    """Print running text, broken to the terminal's width, after a label in a column of its own."""
    _paragraph(visible(words), label, indent)


def _paragraph(words: str, label: str, indent: str) -> None:
    begin = indent + (label.ljust(LABEL_WIDTH) if label else "")
    if not sys.stdout.isatty():
        _line(begin + one_line(words))
        return
    import textwrap  # noqa: PLC0415 - only on a terminal

    rest = " " * len(begin)
    width = max(min(_width(), WIDEST), len(begin) + 20)
    lines = textwrap.wrap(
        one_line(words), width, initial_indent=rest, subsequent_indent=rest, break_on_hyphens=False
    ) or [rest]
    _line((faint(begin) if begin.strip() else begin) + lines[0][len(begin) :])
    for line in lines[1:]:
        _line(line)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their columns' names: as wide as the terminal, or plain and aligned in a pipe."""
    listed = [[_cell(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        _plain_table(columns, listed)
    elif _least_width(columns, listed) > _width():
        _stacked(columns, listed)
    else:
        _rich_table(columns, listed)


def _least_width(columns: Sequence[str], rows: list[list[str]]) -> int:
    """Return the width below which a table would break its words apart."""
    widest = [max([_cells(column), *(_cells(row[place]) for row in rows)]) for place, column in enumerate(columns)]
    needed = (width if column in NARROW else min(width, LEAST) for column, width in zip(columns, widest, strict=True))
    return sum(needed) + GAP * len(columns)


def _stacked(columns: Sequence[str], rows: list[list[str]]) -> None:
    """Print each row as lines of its own, for a terminal that is too narrow for a table."""
    for place, row in enumerate(rows):
        if place:
            text()
        for column, cell in zip(columns, row, strict=True):
            if cell:
                _paragraph(cell, column, "")


def _plain_table(columns: Sequence[str], rows: list[list[str]]) -> None:
    lines = [[column.upper() for column in columns], *rows]
    widths = [max(_cells(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        padded = (cell + " " * (width - _cells(cell)) for cell, width in zip(line, widths, strict=True))
        _line("  ".join(padded).rstrip())


def _rich_table(columns: Sequence[str], rows: list[list[str]]) -> None:
    # Imported here: rich takes 60 ms, and only a table on a terminal is worth them.
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    made = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, no_wrap=column in NARROW, overflow="ellipsis" if column in NARROW else "fold")
    for row in rows:
        # Text, and not str: in a str rich would read what stands in square brackets as markup.
        made.add_row(*(Text(cell, style=STYLES.get(cell.partition(" ")[0], "")) for cell in row))
    Console(highlight=False, emoji=False).print(made)


def _cells(words: str) -> int:
    """Return how many columns a text takes: two for a wide letter, none for a mark that stands on another."""
    if words.isascii():
        return len(words)
    return sum(
        0 if unicodedata.combining(one) or one in INVISIBLE else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in words
    )


def _width() -> int:
    import shutil  # noqa: PLC0415 - only on a terminal

    return shutil.get_terminal_size().columns


def _coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
