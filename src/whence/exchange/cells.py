"""What a mapping says of one text: where in a row it stands, and how it is read; compiled once, run for each row.

A text is constant, or holds `{Column}` for what stands in that cell. Outer white space is dropped; a text whose
cells are all empty is empty, and then nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from whence.errors import BadInput
from whence.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from whence.exchange.tables import Row, Table

__all__ = ["ROW", "Cell", "Column", "date_form", "template"]

ROW: Final = "row"  # `{row}` is the row's number, unless a column is called that
LISTED: Final = 12  # columns that an error lists

_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_TOKEN: Final = re.compile(r"YYYY|MMM|MM|DD|\*|[^YMD*]+")
_DATE_PARTS: Final = {"YYYY": r"(?P<y>\d{4})", "MM": r"(?P<m>\d{1,2})", "DD": r"(?P<d>\d{1,2})", "*": r".*"}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_PARTS["MMM"] = "(?P<m>(?:" + "|".join(_MONTHS) + r")[a-z]*)\.?"


@dataclass(frozen=True, slots=True)
class Column:
    """Names a column within a text."""

    name: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a row: its parts, and what is done with it. `line` is that of the mapping that says so."""

    parts: tuple[str | Column, ...]
    line: int
    split: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[re.Pattern[str], ...] = ()
    decimal: str = ""
    exact: bool = False  # said to be a text, so that it may be called like a column

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is made of."""
        return tuple(part.name for part in self.parts if isinstance(part, Column))

    @property
    def constant(self) -> str | None:
        """The text, where it is the same in every row."""
        return None if self.columns else self._read("".join(map(str, self.parts)).strip())

    def bind(self, table: Table, empty: frozenset[str]) -> Callable[[Row], str]:
        """Return what gives the text of a row. Raises BadInput for a column that the table has not."""
        if (constant := self.constant) is not None:
            return lambda _row: constant
        get = self._joined(table, empty)
        if not (self.values or self.formats or self.decimal):
            return get
        read = self._read
        return lambda row: read(text) if (text := get(row)) else text

    def bind_all(self, table: Table, empty: frozenset[str]) -> Callable[[Row], Sequence[str]]:
        """Return what gives the texts of a row, none where it is empty: several of a split cell, or of a list."""
        if (constant := self.constant) is not None:
            constants = [self._read(part) for part in self._divided(constant)]
            return lambda _row: constants
        listed = table.form == "jsonl" and len(self.parts) == 1
        get_all = _path(self.columns[0]) if listed else None
        get = None if listed else self._joined(table, empty)

        def found(row: Row) -> Sequence[str]:
            texts = get_all(row) if get_all else [get(row)] if get else []
            if split:
                texts = [part for text in texts for part in self._divided(text)]
            if read is not None:
                texts = [read(text) for text in texts]
            kept = [text for text in texts if text and text not in empty]
            return kept if len(kept) < 2 else list(dict.fromkeys(kept))  # noqa: PLR2004 - two may be the same

        split = self.split
        read = self._read if self.values or self.formats or self.decimal else None
        return found

    def _divided(self, text: str) -> list[str]:
        return [part.strip() for part in text.split(self.split)] if self.split else [text]

    def _joined(self, table: Table, empty: frozenset[str]) -> Callable[[Row], str]:
        """Return what puts the parts together."""
        getters = [_getter(part.name, table, empty) if isinstance(part, Column) else None for part in self.parts]
        if len(getters) == 1 and getters[0] is not None:
            return getters[0]
        if len(getters) == 2 and getters[0] is None and (only := getters[1]) is not None:  # noqa: PLR2004 - most of them
            before = str(self.parts[0])
            return lambda row: (before + text).lstrip() if (text := only(row)) else ""
        parts = list(zip(self.parts, getters, strict=True))

        def found(row: Row) -> str:
            texts = [str(part) if get is None else get(row) for part, get in parts]
            said = any(text for text, (_, get) in zip(texts, parts, strict=True) if get is not None)
            return "".join(texts).strip() if said else ""

        return found

    def _read(self, text: str) -> str:
        """Return the text as the mapping wants it read."""
        if self.values:
            text = self.values.get(text, text)
        if self.formats:
            text = _dated(text, self.formats)
        if self.decimal:
            text = _with_point(text, self.decimal)
        return text


def template(text: str) -> tuple[str | Column, ...]:
    """Return the parts of a text in which `{Column}` stands for a cell; `{{` and `}}` are braces.

    Raises BadInput for a brace that is not closed, and for one that names nothing.
    """
    parts: list[str | Column] = []
    literal, place = "", 0
    for found in _PART.finditer(text):
        literal += text[place : found.start()]
        place = found.end()
        if found[1] is None:
            literal += found[0][0]
        elif not (name := " ".join(normalize("NFC", found[1]).split())):
            raise BadInput(f"`{text}` has braces that name no column.", hint="Write the column's name between them.")
        else:
            parts += [literal, Column(name)] if literal else [Column(name)]
            literal = ""
    literal += text[place:]
    if "{" in (rest := _PART.sub("", text)) or "}" in rest:
        raise BadInput(f"`{text}` has a brace that is not closed.", hint="Write {Column}, or {{ for a brace itself.")
    return (*parts, literal) if literal else tuple(parts)


def date_form(form: str) -> re.Pattern[str]:
    """Return the pattern of a form of dates, such as `DD.MM.YYYY`, `MMM YYYY` or `YYYY-MM-DD *`.

    Raises BadInput where the form has not exactly one year, or no month for its day.
    """
    tokens = _TOKEN.findall(form.strip())
    wrong = "".join(tokens) != form.strip() or tokens.count("YYYY") != 1
    months = tokens.count("MM") + tokens.count("MMM")
    if wrong or months > 1 or tokens.count("DD") > months or "*" in tokens[:-1]:
        hint = "Write YYYY, MM (or MMM for Jan), DD and what stands between them; * at the end is anything."
        raise BadInput(f"`{form}` is no form of a date.", hint=hint)
    return re.compile("".join(_DATE_PARTS.get(token, re.escape(token)) for token in tokens), re.IGNORECASE)


def _dated(text: str, forms: tuple[re.Pattern[str], ...]) -> str:
    """Return the date in EDTF, where it is of one of the forms; a part that is 0 is not known. Else the text."""
    for form in forms:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month, day = parts.get("m") or "", int(parts.get("d") or 0)
            number = _MONTHS.index(month[:3].lower()) + 1 if month[:1].isalpha() else int(month or 0)
            if not number and not day:
                return parts["y"]
            if not 1 <= number <= len(_MONTHS):
                return text
            return f"{parts['y']}-{number:02}-{day:02}" if day else f"{parts['y']}-{number:02}"
    return text


def _with_point(text: str, decimal: str) -> str:
    """Return a number in which `decimal` divides whole and fraction with a point, its thousands undivided."""
    others = "." if decimal == "," else ","
    for divider in (others, " ", "\u00a0", "\u202f", "'"):
        text = text.replace(divider, "")
    return text.replace(decimal, ".")


def _getter(name: str, table: Table, empty: frozenset[str]) -> Callable[[Row], str]:
    """Return what gives the text of one cell."""
    if table.form == "jsonl":
        if name == ROW and ROW not in table.columns:
            return lambda row: str(row.number)
        get_all = _path(name)

        def only(row: Row) -> str:
            texts = get_all(row)
            if len(texts) > 1:
                raise BadInput(f"`{name}` is a list, and one text is asked for.", hint="A property may have a list.")
            return texts[0] if texts and texts[0] not in empty else ""

        return only
    places = [place for place, column in enumerate(table.columns) if column == name]
    if not places and name == ROW:
        return lambda row: str(row.number)
    if len(places) != 1:
        raise _no_column(name, table, places)
    place = places[0]
    if not empty:
        return lambda row: row.cells[place].strip()
    return lambda row: text if (text := row.cells[place].strip()) not in empty else ""


def _no_column(name: str, table: Table, places: list[int]) -> BadInput:
    if places:
        listed = " and ".join(str(place + 1) for place in places)
        message = f"Several columns of {table.name} are called `{name}`: {listed}."
        return BadInput(message, hint="Rename one in the file, or name all of them anew with `columns` and `skip: 1`.")
    columns = [column for column in table.columns if column]
    more = f" and {len(columns) - LISTED} more" if len(columns) > LISTED else ""
    hint = did_you_mean(name, columns) or f"Its columns are: {', '.join(columns[:LISTED])}{more}."
    return BadInput(f"{table.name} has no column `{name}`.", hint=hint)


def _path(name: str) -> Callable[[Row], list[str]]:
    """Return what gives the texts under a key of an object, or under `a.b` those of the key b within a."""
    keys = name.split(".")

    def found(row: Row) -> list[str]:
        value = row.cells.get(name)
        if value is None and len(keys) > 1:
            value = _within(row.cells, keys)
        if type(value) is str:
            return [text] if (text := value.strip()) else []
        return [] if value is None else _texts(value, name)

    return found


def _within(value: Any, keys: list[str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    for place, key in enumerate(keys):
        if type(value) is list:
            found = [_within(one, keys[place:]) for one in value]
            return [one for one in found if one is not None]
        if type(value) is not dict:
            return None
        value = value.get(key)
    return value


def _texts(value: Any, name: str) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    if type(value) is list:
        return [text for one in value if one is not None for text in _texts(one, name)]
    if type(value) is dict:
        hint = f"Name what is in it: {name}.{next(iter(value), 'key')}"
        raise BadInput(f"`{name}` is an object and no text.", hint=hint)
    if type(value) is bool:
        return ["true" if value else "false"]
    return [text] if (text := str(value).strip()) else []
