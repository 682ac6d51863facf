"""A table is read row by row, each with its line, as it was written or not at all: nothing in it is guessed silently.

CSV is that of RFC 4180 with the delimiters and line ends that there are; JSON Lines is one object a line. The
encoding is UTF-8 or what a byte order mark says, or it is named by whoever loads the file. A row that cannot be
read is given with what is wrong with it. No more than a row is held.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from unicodedata import normalize

from whence.errors import BadInput, Problem
from whence.exchange.table_lines import Lines, encoding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from whence.exchange.unpacked import Unpacked

__all__ = ["LINE", "REFUSED", "CsvTable", "Dialect", "JsonTable", "Row", "Table", "table"]

LONGEST_CELL: Final = 1_000_000  # characters; a quotation mark that is not closed would take in the rest of the file
# The first columns of a file of refused rows, which has a header whatever is said: why, and the row's number in the
# table that it comes from, so that what is mended says where it stands there.
REFUSED: Final = ("refused_because", "refused_row")
LINE: Final = "line"  # under which a line that is no JSON stands there
DIGITS: Final = 15  # of a row's number
DELIMITERS: Final = (",", ";", "\t", "|")
DELIMITER_NAMES: Final = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_TEXT: Final = re.compile(_CONTROL.pattern + "|\ufffd")
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_ARRAY: Final = re.compile(r"\[\s*(\{|$)")
_PAGE: Final = re.compile(r"<(!doctype|html|\?xml|head|body)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written, as far as it is said; what is left out is found out.

    `quote` is empty where cells are never quoted. `skip` rows stand above the header; `columns` names those of a
    file that has no header.
    """

    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    escape: str = ""
    skip: int = 0
    columns: tuple[str, ...] = ()


class Row:
    """A row: its cells, the line that it begins on, and its number as a spreadsheet shows it, the header being 1.

    `cells` is a list in the order of the columns (CSV), or an object (JSON). `wrong` says why it cannot be read.
    """

    __slots__ = ("cells", "line", "number", "raw", "wrong")

    def __init__(
        self,
        cells: Any,  # noqa: ANN401 - a list or an object
        line: int,
        number: int,
        raw: list[bytes] | list[str],
        wrong: Problem | None = None,
    ) -> None:
        self.cells = cells
        self.line = line
        self.number = number
        self.raw = raw
        self.wrong = wrong

    def text(self) -> bytes | str:
        """Return the row as it stands in the file, line ends included: bytes, or text where bytes are no lines."""
        return b"".join(self.raw) if self.raw and isinstance(self.raw[0], bytes) else "".join(self.raw)  # type: ignore[arg-type]


def table(source: Unpacked, dialect: Dialect) -> Table:
    """Return the table in an open file, its header read.

    Raises BadInput where the file is none: empty, a page, a spreadsheet, in an unknown encoding, without columns.
    """
    if not source.start:
        raise BadInput(f"{source.name} is empty.", hint="It has not even a header: check how it was made.")
    if source.start.startswith(b"PK\x03\x04"):
        hint = "Save a spreadsheet as CSV (UTF-8), and unpack an archive first."
        raise BadInput(f"{source.name} is a spreadsheet or a zip archive, no table of text.", hint=hint)
    if source.start.startswith(b"%PDF"):
        raise BadInput(f"{source.name} is a PDF, no table of text.", hint="Register it with `whence source add`.")
    encoding = encoding_of(source, dialect.encoding)
    text = source.start[encoding.mark :].decode(encoding.codec, "replace").lstrip()
    if _PAGE.match(text):
        message = f"{source.name} is a page (HTML or XML), no table."
        raise BadInput(message, hint="The download may have been answered with a page: look at it in a browser.")
    if _ARRAY.match(text):
        message = f"{source.name} is one JSON array, not JSON Lines."
        raise BadInput(message, hint=f"Make lines of its objects: jq -c '.[]' {source.name} > lines.jsonl")
    lines = Lines(source, encoding)
    return JsonTable(source, lines, dialect) if text.startswith("{") else CsvTable(source, lines, dialect)


# --- CSV -------------------------------------------------------------------------------------------------


class CsvTable:
    """A file of delimited cells, its header read."""

    form = "csv"

    def __init__(self, source: Unpacked, lines: Lines, dialect: Dialect) -> None:
        """Read the header. Raises BadInput where there is none, or the delimiter cannot be told."""
        csv.field_size_limit(LONGEST_CELL)
        self.source, self.name = source, source.name
        self.short = 0  # rows with fewer cells than the header has
        self.empty = True
        self._lines = lines
        self._number = 0
        iterator = iter(lines)
        if (separator := self._separator_line()) is not None:
            next(iterator)  # No row of a spreadsheet, which reads it and does not show it.
        if self._start().lstrip('"').startswith(REFUSED[0]):
            dialect = replace(dialect, skip=0, columns=())
        self.dialect = dialect
        self.delimiter = dialect.delimiter or separator or self._delimiter()
        self._reader = csv.reader(iterator, strict=True, **self.form_of_cells())
        self.columns = self._header()
        self.again = self.columns[:2] == REFUSED

    @property
    def encoding(self) -> str:
        """The name of the encoding that the file is in."""
        return self._lines.encoding.codec

    def form_of_cells(self, delimiter: str = "") -> dict[str, Any]:
        """Return the settings with which the csv module reads and writes such cells."""
        quoting = {"quotechar": self.dialect.quote} if self.dialect.quote else {"quoting": csv.QUOTE_NONE}
        escape = {"escapechar": self.dialect.escape} if self.dialect.escape else {}
        return {"delimiter": delimiter or self.delimiter, **quoting, **escape}

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header, those without any cell left out."""
        reader, lines, width = self._reader, self._lines, len(self.columns)
        while True:
            raw: list[Any] = []
            lines.raw = raw
            before = lines.count
            wrong: Problem | None = None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells, wrong = [], self._not_parsed(error, before + 1)
            self._number += 1
            if lines.wrong is not None:
                wrong, lines.wrong = Problem(lines.wrong[0], hint=lines.wrong[1]), None
            elif wrong is None:
                if not cells:
                    continue
                if lines.carriage or lines.count > before + 1:
                    cells = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]
                    lines.carriage = False
                if len(cells) != width:
                    wrong = self._ragged(cells, width)
            self.empty = False
            number = _number(cells[1], self._number) if self.again and wrong is None else self._number
            yield Row(cells, before + 1, number, raw, wrong)

    def _ragged(self, cells: list[str], width: int) -> Problem | None:
        """Fill up a row that is too short; say what is wrong with one that is too long."""
        if len(cells) < width:
            self.short += 1
            cells.extend([""] * (width - len(cells)))
            return None
        if not any(cell.strip() for cell in cells[width:]):
            return None
        hint = f"A cell with a {DELIMITER_NAMES.get(self.delimiter, 'delimiter')} in it belongs in quotation marks."
        return Problem(f"The row has {len(cells)} cells, and the header {width}.", hint=hint)

    def _not_parsed(self, error: csv.Error, first: int) -> Problem:
        told, here = str(error), self._lines.count
        unclosed = "Most often a quotation mark is not closed: double one that belongs to a text, or say `quote: none`."
        if "field larger" in told:
            return Problem(
                f"A cell that begins on line {first} is longer than {LONGEST_CELL:,} characters.", hint=unclosed
            )
        if "unexpected end" in told:
            return Problem(f"The file ends within a quoted cell of the row that begins on line {first}.", hint=unclosed)
        if "expected after" in told:
            message = f"On line {here} a quotation mark closes a cell, and more follows before the delimiter."
            hint = 'Double a quotation mark within a cell (""), or say `quote: none` if no cell is quoted.'
            return Problem(message, hint=hint)
        if "new-line" in told:
            hint = "Put the cell in quotation marks, or give all lines the same end."
            return Problem(f"A carriage return stands within line {here} outside quotation marks.", hint=hint)
        return Problem(f"Line {here} is no CSV: {told}.")

    def _separator_line(self) -> str | None:
        """Return what Excel's own first line `sep=;` says."""
        found = _SEPARATOR_LINE.match(self._start())
        return found[1] if found else None

    def _start(self) -> str:
        encoding = self._lines.encoding
        return self.source.start[encoding.mark :].decode(encoding.codec, "replace")

    def _delimiter(self) -> str:
        """Return the delimiter that divides the header into most cells."""
        width: dict[str, int] = {}
        for delimiter in DELIMITERS:
            reader = csv.reader(io.StringIO(self._start(), newline=""), **self.form_of_cells(delimiter))
            try:
                header: list[str] = []
                for _ in range(self.dialect.skip + 1):
                    header = next(reader)
                width[delimiter] = len(header)
            except (StopIteration, csv.Error):
                width[delimiter] = 1
        most = max(width.values())
        found = [delimiter for delimiter, count in width.items() if count == most]
        # What is no text has no delimiter either, and that is told of its header.
        if most > 1 and len(found) > 1 and not _NO_TEXT.search(self._start().partition("\n")[0]):
            named = " and ".join(f"a {DELIMITER_NAMES[one]}" for one in found)
            message = (
                f"{self.name}:{self.dialect.skip + 1}: {named.capitalize()} divide the header into {most} cells each."
            )
            raise BadInput(message, hint="Say which is the delimiter with --delimiter.")
        return found[0]

    def _header(self) -> tuple[str, ...]:
        place = f"{self.name}:{self._number + self.dialect.skip + 1}"
        header: list[str] = []
        given = self.dialect.columns
        for _ in range(self.dialect.skip + (0 if given else 1)):
            try:
                header = next(self._reader)
            except StopIteration:
                break
            except csv.Error as error:
                problem = self._not_parsed(error, self._number + 1)
                raise BadInput(f"{place}: {problem.message}", hint=problem.hint) from None
            self._number += 1
        if self._lines.wrong is not None:
            raise BadInput(f"{place}: {self._lines.wrong[0]}", hint=self._lines.wrong[1])
        if control := _CONTROL.search("".join(header)):
            message = f"{place}: The header holds U+{ord(control[0]):04X}, a control character."
            raise BadInput(message, hint="Is this a table of text? Look at it in an editor.")
        columns = given or tuple(" ".join(normalize("NFC", cell).split()) for cell in header)
        if not any(columns):
            hint = "The first row names the columns; rows above it are passed over with `skip`."
            raise BadInput(f"{place}: There is no header.", hint=hint)
        self._lines.carriage = False
        return columns


# --- JSON Lines ------------------------------------------------------------------------------------------


class JsonTable:
    """A file with a JSON object a line."""

    form = "jsonl"
    short = 0
    empty = False

    def __init__(self, source: Unpacked, lines: Lines, dialect: Dialect) -> None:
        """Read the first row, whose keys stand for the columns. Raises BadInput for settings that are CSV's."""
        for key in ("delimiter", "escape", "skip", "columns"):
            if getattr(dialect, key):
                message = f"`{key}` is for CSV, and {source.name} is JSON Lines."
                raise BadInput(message, hint="Leave it out.")
        self.source, self.name, self.dialect = source, source.name, dialect
        self._lines = lines
        self._decode = _decoder()
        self._rows = self._read()
        self._first = next(self._rows, None)
        cells = self._first.cells if self._first is not None else {}
        self.columns = tuple(cells)

    @property
    def encoding(self) -> str:
        """The name of the encoding that the file is in."""
        return self._lines.encoding.codec

    def rows(self) -> Iterator[Row]:
        """Yield the rows, empty lines left out."""
        if self._first is not None:
            yield self._first
            self._first = None
        yield from self._rows

    def _object(self, text: str) -> tuple[dict[str, Any], Problem | None]:
        try:
            cells = self._decode(text)
        except (ValueError, RecursionError) as error:
            return {}, _not_json(error)
        if type(cells) is not dict:
            return {}, Problem("The line is no JSON object.", hint="Each line is one: {…}.")
        return cells, None

    def _read(self) -> Iterator[Row]:
        lines = self._lines
        for text in lines:
            raw, lines.raw = lines.raw, []
            if text.isspace():
                continue
            wrong: Problem | None = None
            cells: Any = {}
            if lines.wrong is not None:
                wrong, lines.wrong = Problem(lines.wrong[0], hint=lines.wrong[1]), None
            else:
                cells, wrong = self._object(text)
                if cells.keys() == {*REFUSED, LINE}:
                    # A line that was no JSON when it was refused: mended or not, it is that line.
                    inner, wrong = self._object(str(cells[LINE]))
                    cells = {**inner, REFUSED[1]: cells[REFUSED[1]]}
            number = _number(cells[REFUSED[1]], lines.count) if REFUSED[1] in cells else lines.count
            yield Row(cells, lines.count, number, raw, wrong)


Table: TypeAlias = CsvTable | JsonTable


def _number(text: object, here: int) -> int:
    """Return the number of a row in the table that refused it, or its own where that was changed."""
    told = str(text).strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) <= DIGITS else here


def _decoder() -> Callable[[str], Any]:
    # Numbers stay as they were typed: a float would make 1.10 of 1.1, and 2^63 of an identifier.
    decoder = json.JSONDecoder(
        parse_float=str, parse_int=str, parse_constant=_refuse_constant, object_pairs_hook=_object
    )
    return decoder.decode


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _BadKeys(f"`{twice}` stands twice in one object.")
    return found


class _BadKeys(ValueError):  # noqa: N818 - never leaves this module
    """An object with a key twice."""


def _refuse_constant(name: str) -> str:
    raise _BadKeys(f"{name} is no number of JSON.")


def _not_json(error: Exception) -> Problem:
    if isinstance(error, json.JSONDecodeError):
        message = f"The line is no JSON: at character {error.colno}, {error.msg[0].lower()}{error.msg[1:]}."
        return Problem(message, hint="Each line is one whole object.")
    if isinstance(error, _BadKeys):
        return Problem(str(error))
    return Problem("The line is no JSON that can be read: it nests too deep.")
