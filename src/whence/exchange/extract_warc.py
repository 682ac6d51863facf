"""Of a web archive (WARC, or WACZ, which is a zip of WARCs) the pages are given as they were once received.

Only whole answers with status 200 of the kinds that are read count. A record that does not match its own
digest, or that is cut short, refuses the archive: its words could not be vouched for.
"""

from __future__ import annotations

import io
import zipfile
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from whence.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Archived", "from_warc"]

# warcio has no types of its own.
Record: TypeAlias = Any

_READ: Final = frozenset({"text/html", "application/xhtml+xml", "application/pdf", "text/plain", "message/rfc822"})
_MAX_RECORD: Final = 50_000_000
_MAX_ALL: Final = 200_000_000
_HOW: Final = "Take the page that matters out of it, and give that as a file."


class Archived(NamedTuple):
    """One page of a web archive: what `fetch.get` would have given. `retrieved_at` is as the archive says."""

    url: str
    body: bytes
    media_type: str
    charset: str | None
    retrieved_at: str


def from_warc(body: bytes, *, called: str = "The archive") -> list[Archived]:
    """Give the pages of a WARC (ISO 28500), packed by gzip or not, or of a WACZ, in the archive's order.

    Raises BadInput for what is damaged, unpacks to more than 200 MB, or holds no page that is read; and
    where the extra `whence[warc]` is missing.
    """
    try:
        # warcio writes what it thinks of a damaged record straight to the terminal.
        with redirect_stderr(io.StringIO()):
            found = list(_bounded((page for warc in _warcs(body, called) for page in _pages(warc, called)), called))
    except BadInput:
        raise
    except Exception as error:  # warcio and zipfile meet damage of any kind with any exception
        raise BadInput(f"{called} is a damaged web archive and cannot be read.", hint="Get a whole copy.") from error
    if not found:
        message = f"{called} is a web archive without a page that is read: no HTML, PDF, plain text or e-mail."
        raise BadInput(message, hint=_HOW)
    return found


def _bounded(pages: Iterator[Archived], called: str) -> Iterator[Archived]:
    size = 0
    for page in pages:
        size += len(page.body)
        if size > _MAX_ALL:
            raise BadInput(f"{called} unpacks to more than {_MAX_ALL:,} bytes.", hint=_HOW)
        yield page


def _warcs(body: bytes, called: str) -> Iterator[bytes]:
    if not body.startswith(b"PK"):
        yield body
        return
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        left = _MAX_ALL
        for entry in archive.infolist():
            if not entry.filename.startswith("archive/") or not entry.filename.endswith((".warc", ".warc.gz")):
                continue
            with archive.open(entry) as packed:
                warc = packed.read(left + 1)
            left -= len(warc)
            if left < 0:
                raise BadInput(f"{called} unpacks to more than {_MAX_ALL:,} bytes.", hint=_HOW)
            yield warc


def _pages(warc: bytes, called: str) -> Iterator[Archived]:
    try:
        from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra
    except ImportError as error:
        message = "Web archives cannot be read yet: warcio is missing."
        raise BadInput(message, hint="pip install 'whence[warc]'") from error

    records = ArchiveIterator(io.BytesIO(warc), check_digests=True)
    for record in records:
        headers = record.http_headers
        if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
            continue
        media_type, _, parameters = (headers.get_header("Content-Type") or "").lower().partition(";")
        if media_type.strip() not in _READ:
            continue
        name, _, charset = parameters.strip().partition("=")
        yield Archived(
            url=record.rec_headers.get_header("WARC-Target-URI") or "",
            body=_content(record, called),
            media_type=media_type.strip(),
            charset=charset.strip("\"' ") or None if name.strip() == "charset" else None,
            retrieved_at=record.rec_headers.get_header("WARC-Date") or "",
        )
    if records.err_count:
        raise BadInput(
            f"{called} is a damaged web archive: its records do not follow each other.", hint="Get a whole copy."
        )


def _content(record: Record, called: str) -> bytes:
    where = f"{record.rec_headers.get_header('WARC-Target-URI')} in {called}"
    packing = (record.http_headers.get_header("Content-Encoding") or "").lower()
    if packing not in {"", "identity", "gzip", "deflate"}:
        raise BadInput(f"{where} is packed as {packing[:40]!a}, which is not read.", hint=_HOW)
    pieces: list[bytes] = []
    size = 0
    stream = record.content_stream()
    while piece := stream.read(65536):
        pieces.append(piece)
        size += len(piece)
        if size > _MAX_RECORD:
            raise BadInput(f"{where} unpacks to more than {_MAX_RECORD:,} bytes.", hint=_HOW)
    while record.raw_stream.read(65536):
        pass  # What stands after the last chunk counts for the digest, too.
    if record.rec_headers.get_header("WARC-Truncated") or getattr(record.raw_stream, "limit", 0):
        raise BadInput(f"{where} is only a part of a page.", hint="Archive it again.")
    if record.digest_checker.passed is False:
        raise BadInput(f"{where} does not match its own digest.", hint="Get the archive anew from where it was made.")
    return b"".join(pieces)
