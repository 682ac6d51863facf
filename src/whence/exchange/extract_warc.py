"""Of a web archive (WARC, or WACZ, which is a zip of WARCs) the pages are given as they were once received.

Only whole answers with status 200 of the kinds that are read count. A page that does not match its own digest,
or that is cut short, is refused: its words could not be vouched for. Of several pages none is taken unasked.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from whence import values
from whence.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["MAX_ALL", "Archived", "from_warc", "page_of"]

# warcio has no types of its own.
Record: TypeAlias = Any

_READ: Final = frozenset({"text/html", "application/xhtml+xml", "application/pdf", "text/plain", "message/rfc822"})
_MAX_RECORD: Final = 50_000_000
MAX_ALL: Final = 200_000_000
_HOW: Final = "Take the page that matters out of it, and give that as a file."
_LISTED: Final = 20
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)")
# What `source.captured` can say; an archive may date its records by the day or the year alone (ISO 28500, 5.4).
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z")


class Archived(NamedTuple):
    """One page of a web archive: what `fetch.get` would have given. `retrieved_at` is as the archive says.

    `number` is its place among the archive's pages, from 1.
    """

    url: str
    body: bytes
    media_type: str
    charset: str | None
    retrieved_at: str
    number: int = 1


def page_of(body: bytes, *, called: str, record: str | None = None, address: str | None = None) -> Archived:
    """Give one page of an archive: the one that `record` names, else that of the source's `address`, else the only one.

    `record` is an address, or a number in the archive's order from 1. Raises BadInput, with a list of what there
    is, where that leaves a choice, and as `from_warc`.
    """
    if record is None:
        found = from_warc(body, called=called, address=address) if address else []
        found = found or from_warc(body, called=called)
    elif record.isascii() and record.isdigit():
        found = from_warc(body, called=called)
        number = int(record) if len(record) < 10 else 0  # noqa: PLR2004 - no archive has so many
        if not 1 <= number <= len(found):
            message = f"{called} has no page {record}; it holds {_counted(found)}."
            raise BadInput(message, hint=f"Choose one with --record N or --record URL:{_listed(found)}")
        found = found[number - 1 : number]
    else:
        found = from_warc(body, called=called, address=record)
        if not found:
            every = from_warc(body, called=called)
            message = f"{called} has no page of the address {record}."
            raise BadInput(message, hint=f"Choose one with --record N or --record URL:{_listed(every)}")
    # The same page saved twice is no choice; the first time is when it is known to have said so.
    if any((one.url, one.body) != (found[0].url, found[0].body) for one in found):
        message = f"{called} holds {_counted(found)}, and which of them to take is not said."
        raise BadInput(message, hint=f"Choose one with --record N or --record URL:{_listed(found)}")
    if not _MOMENT.fullmatch(found[0].retrieved_at):
        message = (
            f"{called} says that it received {found[0].url} at “{found[0].retrieved_at[:60]}”, which is no moment."
        )
        raise BadInput(message, hint=_HOW)
    return found[0]


def _counted(pages: Sequence[Archived]) -> str:
    return "1 page" if len(pages) == 1 else f"{len(pages):,} pages"


def _listed(pages: Sequence[Archived]) -> str:
    lines = [
        f"\n  {one.number}. {one.url[:300]} ({one.media_type}, {len(one.body):,} bytes, {one.retrieved_at[:60]})"
        for one in pages[:_LISTED]
    ]
    more = f"\n  … and {len(pages) - _LISTED:,} more" if len(pages) > _LISTED else ""
    return "".join(lines) + more


def from_warc(body: bytes, *, called: str = "The archive", address: str | None = None) -> list[Archived]:
    """Give the pages of a WARC (ISO 28500), packed by gzip or not, or of a WACZ, in the archive's order.

    With an `address` only the pages of it are read, and there may be none. Raises BadInput for what is damaged,
    unpacks to more than 200 MB, or holds no page that is read; and where the extra `whence[warc]` is missing.
    """
    wanted = None if address is None else _key(address)
    try:
        # warcio writes what it thinks of a damaged record straight to the terminal.
        with redirect_stderr(io.StringIO()):
            found = list(_bounded(_of_all(body, called, wanted), called))
    except BadInput:
        raise
    except Exception as error:  # warcio and zipfile meet damage of any kind with any exception
        raise BadInput(f"{called} is a damaged web archive and cannot be read.", hint="Get a whole copy.") from error
    if not found and wanted is None:
        message = f"{called} is a web archive without a page that is read: no HTML, PDF, plain text or e-mail."
        raise BadInput(message, hint=_HOW)
    return found


def _key(address: str) -> str:
    """Return what two spellings of one address have in common; which part of a page is shown is no part of it."""
    return values.key("url", address.strip().partition("#")[0])


def _of_all(body: bytes, called: str, wanted: str | None) -> Iterator[Archived]:
    number = 0
    for warc in _warcs(body, called):
        for record, media_type, charset in _records(warc, called):
            number += 1
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if wanted is None or _key(url) == wanted:
                retrieved_at = record.rec_headers.get_header("WARC-Date") or ""
                yield Archived(url, _content(record, called), media_type, charset, retrieved_at, number)


def _bounded(pages: Iterator[Archived], called: str) -> Iterator[Archived]:
    size = 0
    for page in pages:
        size += len(page.body)
        if size > MAX_ALL:
            raise BadInput(f"{called} unpacks to more than {MAX_ALL:,} bytes.", hint=_HOW)
        yield page


def _warcs(body: bytes, called: str) -> Iterator[bytes]:
    if not body.startswith(b"PK"):
        yield body
        return
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        left = MAX_ALL
        for entry in archive.infolist():
            if not entry.filename.startswith("archive/") or not entry.filename.endswith((".warc", ".warc.gz")):
                continue
            with archive.open(entry) as packed:
                warc = packed.read(left + 1)
            left -= len(warc)
            if left < 0:
                raise BadInput(f"{called} unpacks to more than {MAX_ALL:,} bytes.", hint=_HOW)
            yield warc


def _records(warc: bytes, called: str) -> Iterator[tuple[Record, str, str | None]]:
    """Yield the records that are pages, each with its media type and charset."""
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
        charset = _CHARSET.search(parameters)
        yield record, media_type.strip(), charset and charset[1]
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
