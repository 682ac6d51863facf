"""An event before it is appended (`Draft`) and after (`Event`): two types, so that neither is taken for the other.

Kept apart from the payload models: reading commands need `Event` and must not import pydantic.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Capture", "Draft", "Event", "Ref"]


class Ref(NamedTuple):
    """Names another draft of the same batch by its place (0 is the first); the store fills in its id."""

    place: int


class Capture(NamedTuple):
    """What a source says at one moment: its bytes, and its text in NFC with line feeds.

    `pages` holds the offsets (code points) at which the pages of a paged document begin.
    """

    body: bytes
    text: str
    media_type: str
    retrieved_at: str
    url: str | None = None
    pages: tuple[int, ...] = ()

    @property
    def text_sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def draft(self, source: str, *, where: str = "") -> Draft:
        """Return the draft of its event, which brings the capture itself for the archive."""
        data: dict[str, Any] = {
            "sha256": hashlib.sha256(self.body).hexdigest(),
            "text_sha256": self.text_sha256,
            "media_type": self.media_type,
            "size": len(self.body),
            "retrieved_at": self.retrieved_at,
        }
        if self.url is not None:
            data["url"] = self.url
        return Draft("source.captured", data, source=source, where=where, capture=self)


class Draft(NamedTuple):
    """An event that is not appended yet.

    `where` says where it was read, e.g. `nato.yaml:12`; `capture` is what a `source.captured` archives.
    """

    type: str
    data: Mapping[str, Any]
    source: str | None = None
    where: str = ""
    capture: Capture | None = None


class Event(NamedTuple):
    """A recorded event: immutable, at its position. `id` is hex; `recorded_at` is UTC, RFC 3339."""

    position: int
    id: str
    type: str
    actor: str
    recorded_at: str
    source: str | None
    salt: str
    data: Mapping[str, Any]
