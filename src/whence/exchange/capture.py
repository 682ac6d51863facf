"""What a source says, read from a file, an address or a pipe: ready to be archived, with what it says of itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from whence.drafts import Capture
from whence.errors import BadInput
from whence.exchange import extract
from whence.log import now

if TYPE_CHECKING:
    from pathlib import Path

    from whence.exchange.extract import Extracted

__all__ = ["Read", "from_bytes", "from_file", "from_url"]

FORM = "%Y-%m-%dT%H:%M:%SZ"


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
    retrieved_at: str | None = None,
    url: str | None = None,
) -> Read:
    """Read a document from its bytes. Raises BadInput where it has no text that can be read."""
    about = extract.text_of(body, media_type=media_type, name=name, charset=charset, whole=whole)
    if not about.text.strip():
        raise BadInput(f"There is no text in {name or 'it'}.", hint="Give its text with --text, or use --locator.")
    return Read(
        Capture(
            body=body,
            text=about.text,
            media_type=about.media_type,
            retrieved_at=retrieved_at or now().strftime(FORM),
            url=url,
            pages=about.pages,
        ),
        about,
    )


def from_file(path: Path, *, charset: str | None = None, whole: bool = False) -> Read:
    """Read a document from a file; it counts as retrieved when the file was last changed.

    Raises BadInput where the file cannot be read or has no text.
    """
    try:
        if path.stat().st_size > extract.MAX_BYTES:
            raise BadInput(
                f"{path} is larger than {extract.MAX_BYTES // 1_000_000} MB.", hint="Give its text alone with --text."
            )
        body = path.read_bytes()
        changed = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).strftime(FORM)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from error
    return from_bytes(body, name=path.name, charset=charset, whole=whole, retrieved_at=changed)


def from_url(url: str, *, allow_private: bool = False, charset: str | None = None, whole: bool = False) -> Read:
    """Fetch a document. Raises BadInput for every way in which that can fail."""
    # Imported here: whoever reads files needs no HTTP, which takes 170 ms to load.
    from whence.exchange import fetch  # noqa: PLC0415

    fetched = fetch.get(url, allow_private=allow_private)
    return from_bytes(
        fetched.body,
        name=fetched.url,
        media_type=fetched.media_type,
        charset=charset or fetched.charset,
        whole=whole,
        retrieved_at=fetched.retrieved_at,
        url=fetched.url,
    )
