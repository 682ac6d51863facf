"""The floor: what the same claims cost in one plain table, without log, hashes, rules, views or search.

Rows that are ready go through `executemany` into one STRICT table, with the pragmas and the page size of a
store. Whatever whence costs beyond this, it costs for its guarantees.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from whence import database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from whence import Draft

__all__ = ["Floor", "rows"]

TABLE = """
CREATE TABLE claim (
  claim INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  property TEXT NOT NULL,
  value TEXT NOT NULL,
  stance TEXT NOT NULL,
  source TEXT NOT NULL,
  exact TEXT,
  prefix TEXT,
  suffix TEXT,
  start INTEGER,
  "end" INTEGER,
  capture TEXT,
  locator TEXT,
  more_passages TEXT,
  held_on TEXT,
  held_from TEXT,
  held_until TEXT,
  held_during TEXT,
  speaker TEXT,
  said TEXT,
  inferred INTEGER NOT NULL,
  credibility INTEGER,
  qualifiers TEXT,
  handling TEXT,
  note TEXT,
  actor TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT
"""
INSERT = f"INSERT INTO claim VALUES (NULL{', ?' * 26})"
PRAGMAS = ("journal_mode", "synchronous", "temp_store", "cache_size")


class Floor:
    """One plain table, in a file of its own beside a store."""

    def __init__(self, path: Path, *, like: sqlite3.Connection) -> None:
        """Make an empty table with the pragmas that the store's connection has."""
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute(f"PRAGMA page_size = {database.PAGE_BYTES}")
        for name in PRAGMAS:
            (value,) = like.execute(f"PRAGMA {name}").fetchone()
            self.connection.execute(f"PRAGMA {name} = {value}")
        self.connection.execute(TABLE)

    def insert(self, ready: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows in a transaction of their own, durable when this returns."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(INSERT, ready)
        self.connection.execute("COMMIT")

    def index(self) -> None:
        """Let the claims of one subject and property be found, as a reader would."""
        self.connection.execute("CREATE INDEX claim_subject ON claim (subject, property)")

    def claims(self, subject: str, property_: str | None = None) -> list[tuple[Any, ...]]:
        """Read the claims about a subject, or about one property of it."""
        if property_ is None:
            return self.connection.execute("SELECT * FROM claim WHERE subject = ?", (subject,)).fetchall()
        query = "SELECT * FROM claim WHERE subject = ? AND property = ?"
        return self.connection.execute(query, (subject, property_)).fetchall()

    def bytes(self) -> int:
        """Return how long the file is once everything is in it."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = self.connection.execute("PRAGMA page_count").fetchone()
        return int(pages) * database.PAGE_BYTES


def rows(drafts: Iterable[Draft], *, actor: str, recorded_at: str) -> Iterator[tuple[Any, ...]]:
    """Yield the claims among the drafts as rows of the table: every field that the claim has."""
    for draft in drafts:
        if draft.type != "claim.made":
            continue
        data = draft.data
        passages: list[Mapping[str, Any]] = data.get("passages") or [{}]
        first, *more = passages
        when = data.get("when", {})
        yield (
            *(data["subject"], data["property"], data["value"], data.get("stance", "affirms"), draft.source),
            *(first.get(name) for name in ("exact", "prefix", "suffix", "start", "end", "capture", "locator")),
            _json(more),
            *(when.get(name) for name in ("on", "from", "until", "during")),
            *(_json(data.get("speaker")), data.get("said"), int(data.get("inferred", False))),
            *(data.get("credibility"), _json(data.get("qualifiers")), data.get("handling"), data.get("note")),
            *(actor, recorded_at),
        )


def _json(value: object) -> str | None:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None
