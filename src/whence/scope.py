"""What bears on one entity, or on one source, as of a position: enough to read it as it stood, and little more.

It is gathered from the views as they stand now, and is never too little: claims count whatever has become of them
since, whoever was ever matched counts as one, and a source as deriving from all that it ever derived from.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

from whence import projections

if TYPE_CHECKING:
    import sqlite3

__all__ = ["KEYS", "of_entity", "of_source", "rulings", "tables"]

# The key tables that are filled here; the others follow from these.
KEYS = frozenset(
    {
        "registration",
        "match",
        "distinction",
        "identity",
        "source",
        "entity",
        "value_match",
        "speech",
        "verdict",
        "claim",
    }
)


@functools.cache
def _blocks() -> dict[str, str]:
    """Return the blocks of `scope.sql` by their names."""
    text = Path(__file__).with_name("scope.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- :(\w+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@functools.cache
def tables() -> tuple[str, ...]:
    """Return what makes the tables of a scope."""
    return tuple(projections.statements(_blocks()["tables"]))


def rulings(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the views of rulings that have rows at all: many a store has none, and an empty view was empty always."""
    return frozenset(row[0] for row in connection.execute(_blocks()["rulings"]))


def of_entity(connection: sqlite3.Connection, entity: str, upto: int, *, ruled: frozenset[str]) -> set[str]:
    """Fill the key tables with what bears on an entity: on the facts about it and naming it; return which have keys.

    `ruled` are the views of rulings that have rows.
    """
    scope = _Scope(connection, upto, ruled)
    scope.add("scope", "entity", entity=entity)
    scope.matched()
    if "distinction" in ruled:
        scope.add("distinction", "distinctions")
    scope.add("claim", "claims_of_entity")
    return scope.rest()


def of_source(
    connection: sqlite3.Connection,
    source: str,
    upto: int,
    *,
    ruled: frozenset[str],
    after: int,
    most: int,
    counted: int,
) -> set[str]:
    """Fill the key tables with what bears on a source and on the facts that it speaks of; return which have keys.

    Of its claims at most so many after the one at `after`, and as many of the first as somebody counts.
    """
    scope = _Scope(connection, upto, ruled)
    scope.add("source", "source", source=source)
    scope.add("claim", "claims_of_source", source=source, after=after, most=most, counted=counted)
    return scope.rest()


class _Scope:
    """The gathering for one question, and the key tables that have keys so far."""

    def __init__(self, connection: sqlite3.Connection, upto: int, ruled: frozenset[str]) -> None:
        self._connection = connection
        self._upto = upto
        self._ruled = ruled
        self._filled: set[str] = set()

    def add(self, keys: str, block: str, **more: object) -> bool:
        """Carry a block of `scope.sql` out; tell whether it added to the keys, which then are to be built."""
        added = self._connection.execute(_blocks()[block], {"upto": self._upto, **more}).rowcount > 0
        if added:
            self._filled.add(keys)
        return added

    def matched(self) -> None:
        """Add whoever was ever matched with those that are named so far."""
        if "match" in self._ruled:
            self.add("scope", "matched")

    def rest(self) -> set[str]:
        """Add what the claims need, each step what the one before it named."""
        self.add("scope", "voices")
        self.add("speech", "speech")
        self.add("source", "sources")
        self.add("scope", "named")
        if "distinction" in self._filled:
            self.add("scope", "told_apart")
        self.matched()
        if "verdict" in self._ruled and self.add("verdict", "verdicts") and self.add("scope", "decided"):
            self.matched()
        if "match" in self._ruled and self.add("match", "matches"):
            self.add("identity", "identities")
        if "value_match" in self._ruled:
            self.add("value_match", "value_matches")
        self.add("registration", "registrations")
        self.add("entity", "entities")
        self.add("claim", "all_claims")
        return self._filled
