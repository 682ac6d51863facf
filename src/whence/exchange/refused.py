"""Rows that were refused are written as they stood, the reason in a column before them, to be mended and loaded.

The file is in the encoding, with the delimiter and quotation marks of the table, so that the same mapping loads it.
A file that is there is never overwritten, and one without a row is not left behind.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

from whence.errors import BadInput
from whence.exchange.tables import LINE, REFUSED, CsvTable
from whence.segments import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from whence.errors import Problem
    from whence.exchange.tables import Row, Table

__all__ = ["Refused"]

_MARKS: Final = {
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


_BEGIN: Final = f"{{{json.dumps(REFUSED[0])}: "
_ROW: Final = re.compile(rf', "{REFUSED[1]}": [0-9]+')


class Refused:
    """The file that refused rows go into."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        """Make the file. Raises BadInput where it is there, and where the tables cannot share one."""
        self.path = path
        self.count = 0
        first = tables[0]
        for other in tables[1:]:
            if _form(other) != _form(first):
                message = (
                    f"{other.name} has other columns than {first.name}, so their refused rows cannot share a file."
                )
                raise BadInput(message, hint="Load them one after the other.")
        if path.exists():
            raise BadInput(f"{path} is there already.", hint="Name another file for --skip-bad, or remove this one.")
        self._table = first
        with told(path):
            self._file = path.open("xb")
        self._file.write(_MARKS.get(first.encoding, b""))
        if isinstance(first, CsvTable):
            self._write([*REFUSED, *(first.columns[2:] if first.again else first.columns)])

    def add(self, row: Row, problems: Sequence[Problem]) -> None:
        """Write a row and why it is refused."""
        reason = " ".join(" ".join(str(problem).split()) for problem in problems)
        self.count += 1
        if isinstance(self._table, CsvTable):
            self._add_cells(self._table, row, reason)
        else:
            self._add_object(row, reason)

    def flush(self) -> None:
        """Send what was written to the disk."""
        self._file.flush()

    def close(self, *, keep: bool) -> None:
        """Close the file; remove it where no row is in it, or it shall not be kept."""
        self._file.close()
        if not keep or not self.count:
            self.path.unlink(missing_ok=True)

    def _add_cells(self, table: CsvTable, row: Row, reason: str) -> None:
        if table.again and row.wrong is None:
            self._write([reason, str(row.number), *row.cells[2:]])
            return
        codec = table.encoding
        text = row.text()
        raw = text if isinstance(text, bytes) else text.encode(codec, "replace")
        if not table.again:
            quote, delimiter = table.dialect.quote, table.delimiter
            inner = reason.replace(quote, quote + quote) if quote else reason.replace(delimiter, " ")
            cell = f"{quote}{inner}{quote}"
            self._file.write(f"{cell}{delimiter}{row.number}{delimiter}".encode(codec, "replace"))
        self._file.write(raw)
        end = "\n".encode(codec)
        if not raw.endswith(end):
            self._file.write(end)

    def _write(self, cells: Sequence[str]) -> None:
        table: Any = self._table
        text = io.StringIO(newline="")
        form = table.form_of_cells()
        if "quoting" in form and "escapechar" not in form:
            cells = [cell.replace(table.delimiter, " ") for cell in cells]
        csv.writer(text, lineterminator="\n", **form).writerow(cells)
        self._file.write(text.getvalue().encode(table.encoding, "replace"))

    def _add_object(self, row: Row, reason: str) -> None:
        text = row.text()
        body = text.decode(self._table.encoding, "replace") if isinstance(text, bytes) else text
        body = body.strip().removeprefix("\ufeff")
        if row.wrong is not None and body.startswith(_BEGIN):
            rest = _without_reason(body)[1:].lstrip()
        elif row.wrong is not None:
            rest = json.dumps({LINE: body}, ensure_ascii=False)[1:]
        else:
            # The rest of the line stays as it is: numbers and all.
            rest = (_without_reason(body) if REFUSED[0] in row.cells else body)[1:].lstrip()
        begin = f"{{{json.dumps(REFUSED[0])}: {json.dumps(reason, ensure_ascii=False)}, "
        begin += f"{json.dumps(REFUSED[1])}: {row.number}"
        self._file.write(f"{begin}{'' if rest == '}' else ', '}{rest}\n".encode(self._table.encoding, "replace"))


def _without_reason(body: str) -> str:
    """Return the text of an object without the reason that an earlier refusal gave it, which stands first."""
    if not body.startswith(_BEGIN):
        return json.dumps({key: value for key, value in json.loads(body).items() if key not in REFUSED})
    _, end = json.JSONDecoder().raw_decode(body, len(_BEGIN))
    return "{" + _ROW.sub("", body[end:], count=1).removeprefix(", ")


def _form(table: Table) -> tuple[object, ...]:
    """Return what tables must share for their rows to stand in one file."""
    if isinstance(table, CsvTable):
        return (table.form, table.columns, table.delimiter, table.encoding)
    return (table.form, table.encoding)
