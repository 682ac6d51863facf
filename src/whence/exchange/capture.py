"""What a source says, read from a file, an address or a pipe: ready to be archived, with what it says of itself."""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from whence.drafts import Capture
from whence.errors import BadInput
from whence.exchange import extract
from whence.log import now

if TYPE_CHECKING:
    from pathlib import Path

    from whence.exchange.extract import Extracted

__all__ = ["MAX_ARCHIVE", "Read", "from_bytes", "from_file", "from_url"]

FORM = "%Y-%m-%dT%H:%M:%SZ"
UNKNOWN = "application/octet-stream"
MAX_ARCHIVE = 200_000_000  # bytes: one page of a web archive is small, and stands among pictures and scripts
PACKED = (b"WARC", b"\x1f\x8b", b"PK\x03\x04")  # what a web archive begins with


class Read(NamedTuple):
    """A capture, and what the document says of itself: title, author, publisher, date and language."""

    capture: Capture
    about: Extracted


def from_bytes(
    body: bytes,
    *,
    name: str = "",
    media_type: str | None = None,
    charset: str | None = None,
    whole: bool = False,
    text: Path | None = None,
    retrieved_at: str | None = None,
    url: str | None = None,
    record: str | None = None,
    address: str | None = None,
) -> Read:
    """Read a document from its bytes; `text` is a file of its text, for bytes that no text can be read from.

    Of a web archive one page is read, with its own address and time: the one that `record` names, else that of the
    source's `address`, else the only one. Raises BadInput where there is no text that can be read.
    """
    if not body:
        raise BadInput(f"{name or 'The document'} is empty.", hint="Give the file that holds the document.")
    if extract.is_web_archive(body):
        # Imported here: few documents are archives.
        from whence.exchange import extract_warc  # noqa: PLC0415

        page = extract_warc.page_of(body, called=name or "The archive", record=record, address=address)
        body, name, media_type, url, retrieved_at = page.body, page.url, page.media_type, page.url, page.retrieved_at
        charset = charset if text is not None else charset or page.charset
    elif record is not None:
        raise BadInput(f"{name or 'The document'} is no web archive, so it has no records.", hint="Leave --record out.")
    if text is None:
        about = extract.text_of(body, media_type=media_type, name=name, charset=charset, whole=whole)
        kind = about.media_type
    else:
        # The charset is that of the text by hand: of the bytes nothing is read.
        about = extract.text_of(_bytes(text), name=text.name, charset=charset, whole=whole)
        kind = media_type or mimetypes.guess_type(name)[0] or UNKNOWN
    if not about.text.strip():
        raise BadInput(f"There is no text in {name or 'it'}.", hint="Give its text with --text, or use --locator.")
    return Read(
        Capture(
            body=body,
            text=about.text,
            media_type=kind,
            retrieved_at=retrieved_at or now().strftime(FORM),
            url=url or None,
            pages=about.pages,
        ),
        about,
    )


def from_file(
    path: Path,
    *,
    charset: str | None = None,
    whole: bool = False,
    text: Path | None = None,
    record: str | None = None,
    address: str | None = None,
) -> Read:
    """Read a document from a file; it counts as retrieved when the file was last changed. The rest as in `from_bytes`.

    Raises BadInput where the file cannot be read or has no text.
    """
    body = _bytes(path)
    changed = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).strftime(FORM)
    return from_bytes(
        body,
        name=path.name,
        charset=charset,
        whole=whole,
        text=text,
        retrieved_at=changed,
        record=record,
        address=address,
    )


def _bytes(path: Path) -> bytes:
    """Return what a file holds. Raises BadInput where it cannot be read, or is too large."""
    try:
        # A pipe or a device has no end that is known, and no size that could be checked before.
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "no file"
            raise BadInput(f"{path} is {what}.", hint="Give a file; `-` reads from a pipe.")
        with path.open("rb") as file:
            packed = file.read(4).startswith(PACKED)
            largest = MAX_ARCHIVE if packed else extract.MAX_BYTES
            if path.stat().st_size > largest:
                hint = "Take out the page that matters." if packed else "Give its text alone, as a file."
                raise BadInput(f"{path} is larger than {largest // 1_000_000} MB.", hint=hint)
            file.seek(0)
            return file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path of a file"
        hint = "Change its permissions." if isinstance(error, PermissionError) else "Check the path."
        raise BadInput(f"{path} cannot be read: {reason}.", hint=hint) from error


def from_url(
    url: str,
    *,
    allow_private: bool = False,
    charset: str | None = None,
    whole: bool = False,
    text: Path | None = None,
    record: str | None = None,
    address: str | None = None,
) -> Read:
    """Fetch a document. Raises BadInput for every way in which that can fail; the rest as in `from_bytes`."""
    # Imported here: whoever reads files needs no HTTP, which takes 170 ms to load.
    from whence.exchange import fetch  # noqa: PLC0415

    fetched = fetch.get(url, allow_private=allow_private)
    return from_bytes(
        fetched.body,
        name=fetched.url,
        media_type=fetched.media_type,
        charset=charset if text is not None else charset or fetched.charset,
        whole=whole,
        text=text,
        retrieved_at=fetched.retrieved_at,
        url=fetched.url,
        record=record,
        address=address,
    )
