"""A text is NFC with line feeds; of the control characters only tab and line feed stand in it.

No byte is guessed at: bytes that are not what the charset says are refused with their place, for a text
with a wrong letter in it would be quoted as evidence.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unicodedata import combining, normalize

from whence.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Extracted", "codec", "decode", "extracted", "line", "page_locator", "paged", "plain", "tidy"]

_BREAKS: Final = re.compile(r"\r\n|[\r\x0b\x85\u2028]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
# Normalising takes the square of the marks that follow one letter: half a megabyte of them, minutes. What
# stands here is wider than the marks, and looks at each run once.
_MARKS: Final = re.compile(r"(?<![^\w\s])[^\w\s]{200,}")
_MAX_MARKS: Final = 200  # in a row, as `canonical` has it
_MAX_LINE: Final = 2000
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a label means on the web (WHATWG, Encoding, section 4.2): the wider set that its users really write.
_WIDER: Final = {
    "ascii": "utf-8",  # the web says cp1252, which would make two letters of one without a word
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}
# Python's other codecs are no charsets (rot13, zip), or make characters of plain letters (utf-7, punycode).
_CHARSETS: Final = frozenset(
    (
        *("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
        *("gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "iso2022_kr", "johab"),
        *(f"cp{number}" for number in (437, 850, 852, 866, 874, 932, 949, *range(1250, 1259))),
        *(f"iso8859-{number}" for number in (*range(2, 9), 10, 13, 14, 15, 16)),
    )
)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a document, and what the document says of itself; None where it says nothing.

    `media_type` is what the bytes are, whatever they were called. `published` is EDTF, as vague as it was
    said. `pages` holds the offset in the text at which each page begins, and is empty where there are none.
    """

    text: str
    media_type: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None
    pages: tuple[int, ...] = ()


def page_locator(pages: Sequence[int], start: int, end: int) -> str | None:
    """Give `p. 3`, or the first and the last page, for a stretch of a text with pages; None where there are no pages.

    Pages are counted from 1 as they stand in the file, whatever is printed at their foot.
    """
    if not pages:
        return None
    first = max(1, bisect_right(pages, start))
    last = max(first, bisect_right(pages, max(start, end - 1)))
    return f"p. {first}" if first == last else f"p. {first}\N{EN DASH}{last}"


def plain(body: bytes, *, media_type: str | None, called: str, charset: str | None) -> Extracted:
    """Give a plain text as it is, but for NFC, line ends and control characters; form feeds part pages."""
    text = decode(body, charset=charset, called=called)
    if (at := text.find("\0")) >= 0:
        message = f"{called} is no text: character {at + 1:,} is a null character."
        hint = "If it is UTF-16 without a mark, add --charset utf-16-le; else give a file of its text."
        raise BadInput(message, hint=hint)
    kind = media_type if media_type and media_type.startswith("text/") and media_type != "text/html" else "text/plain"
    pages = text.split("\f")
    if len(pages) > 1 and not pages[-1].strip():
        pages.pop()  # A form feed ends a page as often as it parts two.
    if len(pages) == 1:
        return extracted(Extracted(tidy(pages[0], called=called), kind), called=called)
    text, offsets = paged(pages, called=called)
    return extracted(Extracted(text, kind, pages=offsets), called=called)


def extracted(found: Extracted, *, called: str) -> Extracted:
    """Give what was found back, if there is any text in it."""
    if not found.text.strip():
        raise BadInput(f"{called} holds no text.", hint="Give a file that does, or its text with --text.")
    return found


def paged(pages: Iterable[str], *, called: str) -> tuple[str, tuple[int, ...]]:
    """Join the texts of pages with a blank line, and give the offset at which each begins."""
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for page in pages:
        piece = tidy(page, called=called).strip("\n")
        at += 2 if piece and at else 0
        offsets.append(at)
        if piece:
            pieces.append(piece)
            at += len(piece)
    return "\n\n".join(pieces), tuple(offsets)


def tidy(text: str, *, called: str) -> str:
    """Give a text in NFC with line feeds, without control characters other than tab and line feed."""
    text = _BREAKS.sub("\n", text).replace("\f", "\n\n").replace("\u2029", "\n\n")
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text)).lstrip("\ufeff")
    if text.isascii():
        return text
    for run in _MARKS.finditer(text):
        count = 0
        for character in run.group():
            count = count + 1 if combining(character) else 0
            if count == _MAX_MARKS:
                message = f"{called} piles {_MAX_MARKS} combining marks on one letter, which no script does."
                raise BadInput(message, hint="Give its text without them, with --text.")
    return normalize("NFC", text)


def line(value: object) -> str | None:
    """Give one line of what a document says of itself, white space folded; None where that is nothing."""
    if not isinstance(value, str):
        return None
    try:
        return " ".join(tidy(value[: 2 * _MAX_LINE], called="").split())[:_MAX_LINE].strip() or None
    except BadInput:
        return None


def decode(body: bytes, *, charset: str | None, called: str) -> str:
    """Give the characters: by the byte order mark, else as declared, else as UTF-8.

    Raises BadInput with the place of the first byte that does not fit, counted from 1.
    """
    label = charset or "utf-8"
    for mark, marked in _BOMS:
        if body.startswith(mark):
            body, label = body[len(mark) :], marked
            break
    name = codec(label)
    if name is None:
        message = f"{label[:40]!a} is no charset that is read here."
        raise BadInput(message, hint="Name it as in --charset utf-8, windows-1252, euc-kr or windows-1256.")
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        byte = f"byte {error.start + 1:,} is 0x{body[error.start]:02X}"
        message = f"{called} is not valid {'UTF-8' if name == 'utf-8' else label}: {byte}."
        hint = "Say what it is written in, for example --charset windows-1252 or --charset euc-kr."
        raise BadInput(message, hint=hint) from error


def codec(label: str) -> str | None:
    """Give Python's name for a charset's label, as the web understands it; None where it is no charset."""
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    return name if name in _CHARSETS else None
