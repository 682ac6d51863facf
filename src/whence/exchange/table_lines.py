"""The lines of a file as text, one at a time: its encoding is named, marked, or UTF-8, and never guessed.

A byte that the encoding does not have is noted with its line, and the line is given all the same.
"""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from whence.errors import BadInput
from whence.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence.exchange.unpacked import Unpacked

__all__ = ["Encoding", "Lines", "encoding_of"]

LONGEST: Final = 16 << 20  # bytes; a file without line feeds must not fill the memory
MANY: Final = 4  # of so many bytes at most one may be null in a text of one byte a letter

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What is called Latin-1 is nearly always Windows-1252, which has letters where Latin-1 has control characters; the
# Encoding Standard of the WHATWG (section 4.2) reads these labels so, too.
_LATIN: Final = frozenset({"latin-1", "latin1", "iso-8859-1", "iso8859-1", "iso_8859-1", "l1", "cp819"})
_USUAL: Final = ("utf-8", "windows-1252", "latin-1", "utf-16", "windows-1251", "iso-8859-15", "shift_jis", "gb18030")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are read: the codec, its name as it was given, and the bytes of the byte order mark.

    `by_line` tells whether a line feed byte ends each line, and nothing else does.
    """

    codec: str
    shown: str
    mark: int
    by_line: bool


def encoding_of(source: Unpacked, named: str) -> Encoding:
    """Return the encoding of a file: as it is marked, as it is `named`, or else UTF-8.

    Raises BadInput where mark and name say different things, and where the name is none.
    """
    start = source.start
    # Old files of the Mac end their lines with a carriage return alone.
    by_line = b"\n" in start or b"\r" not in start
    for mark, name in _MARKS:
        if start.startswith(mark):
            if named and codecs.lookup(_codec(named)).name.replace("_", "-") not in (name, name[:6]):
                message = f"{source.name} begins with the byte order mark of {name[:6].upper()}, and {named} is named."
                raise BadInput(message, hint="Leave the encoding out.")
            return Encoding(name, name, len(mark), by_line=name == "utf-8" and by_line)
    codec = _codec(named) if named else "utf-8"
    wide = "\n,".encode(codec) != b"\n,"
    if not named and start.count(b"\0", 0, 1000) > len(start[:1000]) // MANY:
        message = f"{source.name} is full of null bytes, so it is no text in UTF-8."
        raise BadInput(message, hint="If it is UTF-16 without a byte order mark, say --encoding utf-16-le.")
    return Encoding(codec, named or "UTF-8", 0, by_line=not wide and by_line)


def _codec(named: str) -> str:
    label = named.strip().lower()
    if label in _LATIN:
        return "cp1252"
    try:
        b"".decode(label)
        "\n".encode(label)
    except (LookupError, UnicodeError):
        hint = did_you_mean(label, _USUAL) or f"Names are, for example, {', '.join(_USUAL)}."
        raise BadInput(f"There is no encoding `{named}`.", hint=hint) from None
    return label


class Lines:
    """The lines of a file as text; `raw` gathers them as they stand, until whoever reads rows takes it away."""

    def __init__(self, source: Unpacked, encoding: Encoding) -> None:
        self.source = source
        self.encoding = encoding
        self.count = 0
        self.raw: list[Any] = []
        self.wrong: tuple[str, str] | None = None
        self.carriage = False

    def __iter__(self) -> Iterator[str]:
        try:
            yield from self._by_line() if self.encoding.by_line else self._by_text()
        except BadInput:
            raise
        except Exception as error:
            if (sentence := self.source.sentence(error, self.count)) is not None:
                raise sentence from error
            raise

    def _by_line(self) -> Iterator[str]:
        codec, mark = self.encoding.codec, self.encoding.mark
        for raw in iter(partial(self.source.file.readline, LONGEST), b""):
            self.count += 1
            self.raw.append(raw)
            try:
                text = raw.decode(codec)
            except UnicodeDecodeError as error:
                self.wrong = self._not_decoded(raw, error)
                text = raw.decode(codec, "replace")
            if mark:
                text, mark = text.removeprefix("\ufeff"), 0
            if raw.find(b"\r", 0, -2) >= 0:
                self.carriage = True
            if len(raw) == LONGEST and not raw.endswith(b"\n"):
                raise self._too_long()
            yield text

    def _by_text(self) -> Iterator[str]:
        self.source.file.read(self.encoding.mark)
        text = io.TextIOWrapper(self.source.file, encoding=self.encoding.codec, newline="")
        try:
            for line in iter(partial(text.readline, LONGEST), ""):
                self.count += 1
                self.raw.append(line)
                self.carriage = True
                if len(line) == LONGEST:
                    raise self._too_long()
                yield line
        except UnicodeDecodeError as error:
            message = (
                f"{self.source.name}: After line {self.count:,} the file is no {self.encoding.shown.upper()} text."
            )
            hint = "It may be cut off, or in another encoding: say which with --encoding."
            raise BadInput(message, hint=hint) from error

    def _too_long(self) -> BadInput:
        message = f"{self.source.name}:{self.count}: The line is longer than {LONGEST >> 20} MiB."
        return BadInput(message, hint="Is this a table of text? If its lines end in another way, convert it first.")

    def _not_decoded(self, raw: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
        message = f"The byte 0x{raw[error.start]:02X} is not {self.encoding.shown}."
        if self.encoding.codec != "utf-8":
            return message, "The file is in another encoding, or damaged here."
        begin = max(0, error.start - 20)
        shown = " ".join(raw[begin : error.start + 20].decode("cp1252", "replace").split())
        hint = f"If “{shown}” is how it should read, the file is Windows-1252: say --encoding windows-1252."
        return message, hint
