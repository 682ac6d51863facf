"""A mapping to begin with: every column of a table stands in it, what it may be and what it holds; a person decides."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

from whence.exchange.tables import REFUSED, CsvTable
from whence.vocabulary import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence.exchange.tables import Table
    from whence.vocabulary import Property, Vocabulary

__all__ = ["sketch"]

LOOKED_AT: Final = 100  # rows whose cells are shown as examples
SHOWN: Final = 40  # characters of an example
IDS: Final = ("id", "identifier", "number", "no", "code", "key", "lei", "uid", "uuid", "registration number")
NAMES: Final = ("name", "full name", "title", "label", "company name", "entity name", "organisation", "organization")


def sketch(table: Table, vocabulary: Vocabulary) -> str:
    """Return a mapping of the table's columns, with examples; what can only be guessed is left out as a comment."""
    return "\n".join(_lines(table, vocabulary)) + "\n"


def _lines(table: Table, vocabulary: Vocabulary) -> Iterator[str]:
    examples = _examples(table)
    columns = [column for column in dict.fromkeys(table.columns) if column and column not in REFUSED]
    id_ = _first(columns, IDS)
    name = _first(columns, NAMES) or next((one for one in columns if "name" in one.casefold()), None)
    yield f"# A mapping of {table.name}, to be mended: docs/loading.md says what can stand in it."
    yield f"# Try it: whence load {table.name} --mapping THIS.yaml --dry-run"
    if isinstance(table, CsvTable) and (table.delimiter != "," or table.dialect.encoding):
        yield "table:"
        yield f"  delimiter: {'tab' if table.delimiter == chr(9) else _quoted(table.delimiter)}"
        yield from [f"  encoding: {table.dialect.encoding}"] if table.dialect.encoding else []
    yield "source:                     # who says all this; an id alone for a source that is on record"
    yield "  id: my-register-2026"
    yield "  title: The title of the table"
    yield "  kind: register"
    yield '  # publisher: {text: "Who publishes it", create: organization}'
    yield "  # url: https://…"
    yield "  # published: 2026-01-31"
    yield "defaults:"
    yield "  locator: row {row}        # where each claim stands in the table"
    yield "entities:"
    yield "  entity:                   # what a row is about"
    yield f"    type: organization      # one of {', '.join(vocabulary.types)}"
    if id_ is not None:
        yield f"    id: {_quoted('my-' + '{' + _braced(id_) + '}')}{_comment(examples, id_)}"
    if name is not None:
        yield f"    name: {{column: {_quoted(name)}}}{_comment(examples, name)}"
    if id_ is None and name is None:
        yield "    name: {column: ???}     # or an id: one of them tells one row's entity from another's"
    yield "    properties:"
    for column in columns:
        one = _property(column, vocabulary)
        begin = "      # property: " if one is None else f"      {one.name}: "
        yield f"{begin}{{column: {_quoted(column)}}}{_comment(examples, column)}"


def _property(column: str, vocabulary: Vocabulary) -> Property | None:
    """Return the property that a column is called after, in our words or in those of `same_as`."""
    wanted = named(column)
    found = vocabulary.properties.get(wanted)
    if found is None:
        same = [one for one in vocabulary.properties.values() if any(_last(other) == wanted for other in one.same_as)]
        found = same[0] if len(same) == 1 else None
    return found if found is not None and found.value != "entity" and "organization" in found.of else None


def _last(name: str) -> str:
    """Return the last part of a name elsewhere: `ftm:LegalEntity.incorporationDate` is `incorporationdate`."""
    return named(name.rpartition(":")[2].rpartition(".")[2])


def _first(columns: list[str], wanted: tuple[str, ...]) -> str | None:
    folded = {" ".join(column.casefold().replace("_", " ").split()): column for column in reversed(columns)}
    return next((folded[one] for one in wanted if one in folded), None)


def _examples(table: Table) -> dict[str, str]:
    """Return a cell of each column that holds something."""
    found: dict[str, str] = {}
    for row in islice(table.rows(), LOOKED_AT):
        pairs = row.cells.items() if type(row.cells) is dict else zip(table.columns, row.cells, strict=False)
        for column, cell in pairs:
            text = " ".join(str(cell).split()) if cell is not None else ""
            if text and column not in found:
                found[column] = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return found


def _comment(examples: dict[str, str], column: str) -> str:
    return f"  # such as {examples[column]}" if column in examples else "  # empty in the first rows"


def _braced(column: str) -> str:
    return column.replace("{", "{{").replace("}", "}}")


def _quoted(text: str) -> str:
    """Return a text as YAML holds it, in quotes only where it needs them."""
    plain = text and all(letter.isalnum() or letter in " _-" for letter in text) and text[0].isalpha()
    return text if plain and text == text.strip() else json.dumps(text, ensure_ascii=False)
