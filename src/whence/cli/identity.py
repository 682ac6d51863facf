"""An event's id, as short as people can still use it: no other event begins with the digits shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence import log
from whence.errors import BadInput

if TYPE_CHECKING:
    import sqlite3

__all__ = ["DIGITS", "short"]

DIGITS = 8
LONGER = (12, 16, 24, 64)


def short(connection: sqlite3.Connection, event: str) -> str:
    """Return the first 8 hex digits of an event's id, more where another event begins with them."""
    for digits in (DIGITS, *LONGER):
        try:
            log.find(connection, event[:digits])
        except BadInput:
            continue
        return event[:digits]
    return event
