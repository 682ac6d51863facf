"""Which claims a batch has made so far, so that one said twice is found; in bounded memory, however long the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

__all__ = ["RecentClaims"]

REMEMBERED = 200_000  # claims kept in memory before they are put by
BITS = 2**26  # of the map that tells which digests were put by: 8 MiB
PLACES = 2**31  # a claim that is put by is one whole number, its digest times this and its position


class RecentClaims:
    """The positions of a batch's claims by their digest, a whole number of 32 bits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection whose temporary tables hold what no longer fits."""
        self._connection = connection
        self._positions: dict[int, int] = {}
        self._namesakes: dict[int, list[int]] = {}
        self._put_by: bytearray | None = None

    def add(self, digest: int, position: int) -> None:
        """Remember that the claim at a position has this digest."""
        if self._positions.setdefault(digest, position) != position:
            self._namesakes.setdefault(digest, []).append(position)
        if len(self._positions) >= REMEMBERED:
            self._put_them_by()

    def positions(self, digest: int) -> list[int]:
        """Return where claims of this digest stand."""
        first = self._positions.get(digest)
        found = [] if first is None else [first, *self._namesakes.get(digest, ())]
        if self._put_by is not None and self._put_by[digest % BITS >> 3] & 1 << (digest & 7):
            first_place = digest * PLACES
            rows = self._connection.execute(
                "SELECT claim - :first FROM temp.recent_claim WHERE claim >= :first AND claim < :next",
                {"first": first_place, "next": first_place + PLACES},
            )
            found += [row[0] for row in rows]
        return found

    def _put_them_by(self) -> None:
        if self._put_by is None:
            self._put_by = bytearray(BITS // 8)
            self._connection.execute("DROP TABLE IF EXISTS temp.recent_claim")
            self._connection.execute("CREATE TEMP TABLE recent_claim (claim INTEGER PRIMARY KEY)")
        for digest in self._positions:
            self._put_by[digest % BITS >> 3] |= 1 << (digest & 7)
        claims = [digest * PLACES + position for digest, position in self._positions.items()]
        claims += [digest * PLACES + position for digest, more in self._namesakes.items() for position in more]
        # In their order each page of the table is written once.
        self._connection.executemany("INSERT INTO temp.recent_claim (claim) VALUES (?)", zip(sorted(claims)))
        self._positions.clear()
        self._namesakes.clear()
