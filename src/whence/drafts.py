"""An event before it is appended (`Draft`) and after (`Event`): two types, so that neither is taken for the other.

Kept apart from the payload models: reading commands need `Event` and must not import pydantic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Draft", "Event", "Ref"]


@dataclass(frozen=True, slots=True)
class Ref:
    """Names another draft of the same batch by its place (0 is the first); the store fills in its id."""

    place: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is not appended yet. `where` says where it was read, e.g. `nato.yaml:12`."""

    type: str
    data: Mapping[str, Any]
    source: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded event: immutable, at its position. `id` is hex; `recorded_at` is UTC, RFC 3339."""

    position: int
    id: str
    type: str
    actor: str
    recorded_at: str
    source: str | None
    salt: str
    data: Mapping[str, Any]
