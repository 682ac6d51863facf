"""Bytes become text by what they are, not by what they are called; what cannot be read is named and refused.

Read are plain text, web pages, PDFs and e-mails. A file whose type is wrongly told is read as what its
content is; only one that is called a PDF and is none is refused, for a page that says "not found" would
otherwise pass for the document. The text is NFC with line feeds, its paragraphs parted by blank lines.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from whence.errors import BadInput
from whence.exchange.extract_text import Extracted, page_locator, plain

__all__ = ["MAX_BYTES", "Extracted", "is_web_archive", "page_locator", "text_of"]

MAX_BYTES: Final = 50_000_000
_READ: Final = (
    "Plain text, web pages (HTML), PDF, e-mail (.eml) and web archives (WARC, WACZ) are read; or give its text with"
    " --text."
)
_ARCHIVE: Final = "a web archive"
_HEAD: Final = 4096

_PDF, _HTML, _MAIL, _PLAIN = "application/pdf", "text/html", "message/rfc822", "text/plain"
_SUFFIXES: Final = {
    ".pdf": _PDF,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".eml": _MAIL,
    ".mht": _MAIL,
    ".mhtml": _MAIL,
}
_ALIASES: Final = {"application/xhtml+xml": _HTML, "application/x-pdf": _PDF, "multipart/related": _MAIL}

# What a file that is not read begins with, at which offset, and what to call it.
_MAGIC: Final = (
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document or Outlook message"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\x89PNG\r\n", "a picture (PNG)"),
    (0, b"\xff\xd8\xff", "a picture (JPEG)"),
    (0, b"GIF8", "a picture (GIF)"),
    (0, b"BM", "a picture (BMP)"),
    (0, b"II*\0", "a picture (TIFF)"),
    (0, b"MM\0*", "a picture (TIFF)"),
    (8, b"WEBP", "a picture (WebP)"),
    (4, b"ftypavif", "a picture (AVIF)"),
    (4, b"ftypheic", "a picture (HEIC)"),
    (4, b"ftyp", "a video or sound"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (0, b"OggS", "a video or sound"),
    (0, b"ID3", "a sound"),
    (0, b"fLaC", "a sound"),
    (8, b"WAVE", "a sound"),
    (8, b"AVI ", "a video"),
    (0, b"BZh", "an archive (bzip2)"),
    (0, b"\xfd7zXZ\0", "an archive (xz)"),
    (0, b"7z\xbc\xaf\x27\x1c", "an archive (7-Zip)"),
    (0, b"Rar!\x1a\x07", "an archive (RAR)"),
    (0, b"\x28\xb5\x2f\xfd", "an archive (Zstandard)"),
    (257, b"ustar", "an archive (tar)"),
    (0, b"WARC/", f"{_ARCHIVE} (WARC)"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90", "a program"),
)
# Text formats can begin with two of these letters; only what could be no text counts for them.
_AMBIGUOUS: Final = frozenset({b"BM", b"ID3", b"BZh", b"GIF8", b"OggS"})
_ZIPPED: Final = (
    (b"word/document", "a Word document"),
    (b"xl/workbook", "an Excel workbook"),
    (b"ppt/presentation", "a PowerPoint presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"mimetypeapplication/epub", "an e-book (EPUB)"),
    (b"datapackage.json", f"{_ARCHIVE} (WACZ)"),
)
# Atomic groups: else a page of empty comments would be parted in every way there is.
_STARTS_HTML: Final = re.compile(
    r"(?is)\s*(?:<\?xml[^>]{0,200}>\s*)?(?>(?:<!--.*?-->\s*){0,9})<(?:!doctype\s+html|html|head|body)[\s>]"
)
_STARTS_SVG: Final = re.compile(r"(?is)\s*(?:<\?xml[^>]{0,200}>\s*)?(?>(?:<!.*?>\s*){0,9})<svg[\s>]")
_TAG: Final = re.compile(rb"<[A-Za-z!/]")
_FIELD: Final = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+", re.ASCII)
_ONLY_MAIL: Final = re.compile(r"(?im)^(?:message-id|received|return-path|dkim-signature|mime-version):")


def text_of(
    body: bytes,
    *,
    media_type: str | None = None,
    name: str = "",
    charset: str | None = None,
    whole: bool = False,
    seconds: float = 60,
) -> Extracted:
    """Give the text of a document and what it says of itself.

    `media_type` is what a server said it is, `name` its file name, and both may be wrong; `charset` overrules
    what the document declares, but not a byte order mark. `whole` takes all the visible text of a web page,
    not the main text alone; `seconds` bounds the work on a PDF. Raises BadInput for what holds no text that
    can be read, for more than MAX_BYTES, and where an extra (`whence[html]`, `whence[pdf]`) is missing.
    """
    called = name or "The document"
    if len(body) > MAX_BYTES:
        message = f"{called} holds {len(body):,} bytes; up to {MAX_BYTES:,} are read."
        raise BadInput(message, hint="Give the part that matters, or its text with --text.")
    told = _told(media_type, name)
    kind = _kind(body, told, called)
    if told == _PDF and kind != _PDF:
        what = {_HTML: "a web page", _MAIL: "an e-mail"}.get(kind, "plain text")
        message = f"{called} is said to be a PDF, and is {what}."
        raise BadInput(message, hint="Look at it: an error page may have come instead. If it is right, rename it.")
    # Each is imported where it is needed, because libraries stand behind them that take long to import.
    if kind == _PDF:
        from whence.exchange import extract_pdf  # noqa: PLC0415

        return extract_pdf.document(body, called=called, seconds=seconds)
    if kind == _HTML:
        from whence.exchange import extract_html  # noqa: PLC0415

        return extract_html.page(body, called=called, charset=charset, whole=whole)
    if kind == _MAIL:
        from whence.exchange import extract_mail  # noqa: PLC0415

        return extract_mail.message(body, called=called, charset=charset)
    return plain(body, media_type=media_type, called=called, charset=charset)


def is_web_archive(body: bytes) -> bool:
    """Tell whether the bytes are a WARC, packed or not, or a WACZ: no document, but what holds some."""
    return (_unread(body) or "").startswith(_ARCHIVE)


def _told(media_type: str | None, name: str) -> str:
    said = (media_type or "").partition(";")[0].strip().lower()
    if said in {"", "application/octet-stream", "binary/octet-stream", _PLAIN}:
        suffix = re.search(r"\.[A-Za-z]+$", name)
        return _SUFFIXES.get(suffix[0].lower(), said) if suffix else said
    return _ALIASES.get(said, said)


def _kind(body: bytes, told: str, called: str) -> str:
    """Give the media type that is read, by the content first; raises BadInput for what is not read."""
    if b"%PDF-" in body[:1024]:
        return _PDF
    if what := _unread(body):
        raise BadInput(f"{called} is {what}, which is not read.", hint=_READ)
    head = _head(body)
    if _STARTS_SVG.match(head):
        raise BadInput(f"{called} is a picture (SVG), which is not read.", hint=_READ)
    if _STARTS_HTML.match(head) or (told == _HTML and _TAG.search(body)):
        return _HTML
    return _MAIL if _is_mail(head, told) else _PLAIN


def _head(body: bytes) -> str:
    piece = body[:_HEAD]
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")):
        return piece.decode("utf-16", "replace")
    return piece.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _is_mail(head: str, told: str) -> bool:
    fields = _FIELD.match(head.replace("\r\n", "\n"))
    if fields is None:
        return False
    # A memo begins with From, To and Subject, too; what only programs write tells a mail from it.
    return told == _MAIL or (_ONLY_MAIL.search(fields[0]) is not None and "from:" in fields[0].lower())


def _unread(body: bytes) -> str | None:
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((what for mark, what in _ZIPPED if mark in body), "an archive (zip)")
    if body.startswith(b"\x1f\x8b"):
        return f"{_ARCHIVE} (WARC)" if _unpacked_head(body).startswith(b"WARC/") else "an archive (gzip)"
    binary = b"\0" in body[:_HEAD]
    for offset, magic, what in _MAGIC:
        if body.startswith(magic, offset) and (binary or magic not in _AMBIGUOUS):
            return what
    return None


def _unpacked_head(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(body[:_HEAD], 16)
    except zlib.error:
        return b""
