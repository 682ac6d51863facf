"""The log only grows: this is the one module that writes `event`, and it appends.

An event's id is the hash of its canonical bytes, so it is also a leaf of the Merkle tree over the log
(RFC 9162, section 2.1); the tree's size and root are kept beside the log by the same transaction.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from whence import canonical, database
from whence.drafts import Event
from whence.errors import BadInput, DatabaseError
from whence.merkle import HASH_BYTES, Frontier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LONGEST_ACTOR", "Head", "Writer", "check", "events", "find", "head", "line", "now", "stamp"]

BEHIND = timedelta(minutes=5)  # how far the clock may stand behind the head before it is called wrong
CHUNK = 2_000  # events to a call of executemany
MOST_WAITING = 20_000_000  # characters of data that wait to be sent: of claims with a quote some 70,000, 50 MB in all
WORTH_UNSETTLING = 20_000  # events, more than the log had before: below that it costs more than it saves
LONGEST_ACTOR = 500  # characters
SALT_BYTES, SALTS = 16, 64  # bytes of a salt, and how many are drawn at once
FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
COLUMNS = "position, id, type, actor, recorded_at, source, salt, data"

INSERT = f"""
INSERT INTO event ({COLUMNS})
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


class Head(NamedTuple):
    """The last position (0 for an empty log), when it was recorded, and the root of the tree in hex."""

    position: int
    recorded_at: str
    root: str


def now() -> datetime:
    """Return the clock's time, UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return a moment as the log writes it: RFC 3339, UTC, to the microsecond."""
    # A tenth of what `strftime` takes, and every batch asks twice.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def head(connection: sqlite3.Connection) -> Head:
    """Return the head of the log."""
    row = connection.execute("SELECT position, recorded_at FROM event ORDER BY position DESC LIMIT 1").fetchone()
    tree = connection.execute("SELECT root FROM tree").fetchone()
    position, recorded_at = row or (0, "")
    return Head(position, recorded_at, tree[0] if tree else Frontier().root().hex())


class Writer:
    """Appends events within the write transaction that is open; `close` must be called before it commits."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        actor: str,
        clock: Callable[[], datetime] = now,
        salts: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Take up the log at its head.

        Raises BadInput where the actor is empty or too long, or the clock over five minutes behind the head.
        """
        self._connection = connection
        self._actor = canonical.normal(actor).strip()
        if not self._actor:
            raise BadInput("It is not said who records this.", hint="Name them with --actor or WHENCE_ACTOR.")
        if len(self._actor) > LONGEST_ACTOR:
            raise BadInput(f"The actor's name is longer than {LONGEST_ACTOR} characters.", hint="Shorten it.")
        self._salts = salts
        self._ready: list[str] = []
        self._unsettled: tuple[str, ...] | None = None  # DDL of what is to be made again; () once it was
        self._late = 0  # events that wait for that, so that they leave room in the index of ids
        self._position, self._last, _ = head(connection)
        self.started_at = self._position
        moment = clock()
        self._recorded_at = _moment(moment, self._last)
        self.latest = max(stamp(moment + BEHIND), self._last)
        row = connection.execute("SELECT frontier FROM tree").fetchone()
        self._frontier = Frontier.from_bytes(row[0]) if row else Frontier()
        self._rows: list[tuple[int, str, str, str, str, str | None, str, str]] = []
        self._waiting = 0  # characters of their data
        if self._frontier.size != self._position:
            raise DatabaseError(
                f"The log has {self._position:,} events, but its tree was left at {self._frontier.size:,}.",
                hint="Something other than whence changed it: run `whence verify`.",
            )

    @property
    def position(self) -> int:
        """The position of the last event appended."""
        return self._position

    def append(self, type: str, data_text: str, source: str | None) -> str:
        """Append an event of our own, its data as canonical JSON text; return its id."""
        if not self._ready:
            # Most batches are of one event, and the others long.
            count = SALTS if self._position > self.started_at else 1
            drawn = self._salts(SALT_BYTES * count).hex()
            self._ready = [drawn[start : start + 2 * SALT_BYTES] for start in range(0, len(drawn), 2 * SALT_BYTES)]
        return self._add(type, data_text, source, self._actor, self._recorded_at, self._ready.pop())

    def append_line(self, event: dict[str, object]) -> str:
        """Append an event from a segment as it was recorded, with its own actor, time and salt; return its id.

        Raises BadInput where it was recorded before the event that it follows.
        """
        recorded_at = str(event["recorded_at"])
        if recorded_at < self._last:
            raise BadInput(f"It was recorded at {recorded_at}, before the event that it follows ({self._last}).")
        source = event["source"]
        return self._add(
            str(event["type"]),
            canonical.text(event["data"]),
            None if source is None else str(source),
            str(event["actor"]),
            recorded_at,
            str(event["salt"]),
        )

    def _add(  # noqa: PLR0917 - the columns of an event
        self, type_: str, data: str, source: str | None, actor: str, recorded_at: str, salt: str
    ) -> str:
        event_id = canonical.leaf_hash(
            canonical.envelope(
                type=type_, actor=actor, recorded_at=recorded_at, source=source, salt=salt, data_text=data
            )
        )
        self._position += 1
        self._last = recorded_at
        self._rows.append((self._position, event_id, type_, actor, recorded_at, source, salt, data))
        self._waiting += len(data)
        if len(self._rows) >= CHUNK + self._late or self._waiting > MOST_WAITING:
            self._send(CHUNK)
        return event_id

    def waiting(self, position: int) -> tuple[str, str | None, str] | None:
        """Return id, source and data of an event that was appended and not sent yet; None for any other."""
        place = position - self._position + len(self._rows) - 1
        if not 0 <= place < len(self._rows):
            return None
        row = self._rows[place]
        return row[1], row[5], row[7]

    def flush(self) -> None:
        """Send what was appended to the database, so that the next query sees it."""
        self._send(len(self._rows))

    def _send(self, count: int) -> None:
        """Send the first `count` of the events that wait."""
        if count:
            rows = self._rows[:count]
            self._connection.executemany(INSERT, rows)
            self._frontier = self._frontier.extended(bytes.fromhex(row[1]) for row in rows)
            del self._rows[:count]
            self._waiting -= sum(len(row[7]) for row in rows)
            if self._unsettled is None and self._position - self.started_at > max(self.started_at, WORTH_UNSETTLING):
                self._unsettle()
            if self._unsettled:
                self._late = self._position // database.ROOM

    def settle(self) -> None:
        """Send what was appended, and see to it that an event is found by its id."""
        for statement in self._unsettled or ():
            self._connection.execute(statement)
        self._unsettled, self._late = (), 0
        self.flush()

    def _unsettle(self) -> None:
        """Let the index of ids go until all is appended: made at once it costs a fifth of what keeping it does.

        With it goes the trigger that would ask it of every event. Nobody but this transaction sees them gone.
        """
        made = "SELECT sql, type, name FROM sqlite_master WHERE name IN ('event_id', 'event_is_appended') ORDER BY type"
        kept = self._connection.execute(made).fetchall()
        for _, kind, name in kept:
            self._connection.execute(f"DROP {kind} {name}")
        self._unsettled = tuple(row[0] for row in kept)

    def close(self) -> None:
        """Send the rest and leave the tree for the next writer."""
        self.settle()
        if self._position > self.started_at:
            self._connection.execute(
                "INSERT INTO tree (tree, size, root, frontier) VALUES (1, :size, :root, :frontier)"
                " ON CONFLICT (tree) DO UPDATE SET size = excluded.size, root = excluded.root,"
                " frontier = excluded.frontier",
                {
                    "size": self._position,
                    "root": self._frontier.root().hex(),
                    "frontier": self._frontier.to_bytes(),
                },
            )


def _moment(clock: datetime, before: str) -> str:
    """Return the time to record: the clock's, or the head's where the clock stands a little behind it."""
    recorded_at = stamp(clock)
    if recorded_at >= before:
        return recorded_at
    behind = datetime.strptime(before, FORM).replace(tzinfo=UTC) - clock
    if behind > BEHIND:
        minutes = int(behind.total_seconds() // 60)
        raise BadInput(
            f"This machine's clock is {minutes:,} minutes behind the last event ({before}); nothing was recorded.",
            hint="Set the clock and try again: no event may be recorded before the one it follows.",
        )
    return before


def events(
    connection: sqlite3.Connection, *, after: int = 0, upto: int | None = None, newest_first: bool = False
) -> Iterator[Event]:
    """Yield the events after `after` up to `upto` in their order (or the newest first)."""
    order = "DESC" if newest_first else "ASC"
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM event WHERE position > :after AND position <= :upto ORDER BY position {order}",
        {"after": after, "upto": upto if upto is not None else 2**62},
    )
    for position, event_id, type_, actor, recorded_at, source, salt, data in rows:
        yield Event(position, event_id, type_, actor, recorded_at, source, salt, orjson.loads(data))


def find(connection: sqlite3.Connection, prefix: str) -> Event:
    """Return the event whose id begins with `prefix` (at least 4 hex digits).

    Raises BadInput where it is no id, where no event has it, or where several do.
    """
    wanted = prefix.strip().lower()
    if len(wanted) < 4 or len(wanted) > 64 or wanted.strip("0123456789abcdef"):  # noqa: PLR2004 - an id's form
        raise BadInput(f"“{prefix}” is no event id.", hint="An id is 8 or more hex digits, as `whence log` shows.")
    rows = connection.execute(
        "SELECT position, id FROM event WHERE id >= :low AND id <= :high ORDER BY id LIMIT 3",
        {"low": wanted, "high": wanted + "g"},
    ).fetchall()
    if not rows:
        raise BadInput(f"No event's id begins with {wanted}.", hint="`whence log` lists the events.")
    if len(rows) > 1:
        listed = ", ".join(row[1][:12] for row in rows)
        raise BadInput(f"Several events' ids begin with {wanted}: {listed}.", hint="Type more digits.")
    return next(events(connection, after=rows[0][0] - 1, upto=rows[0][0]))


def line(row: tuple[str, str, str, str | None, str, str]) -> bytes:
    """Return the canonical bytes of an event from its columns type, actor, recorded_at, source, salt, data."""
    type_, actor, recorded_at, source, salt, data = row
    return canonical.envelope(
        type=type_, actor=actor, recorded_at=recorded_at, source=source, salt=salt, data_text=data
    )


def check(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a sentence for everything in the log that is not as it was recorded; nothing where it is whole.

    Every id is computed again from the stored bytes (never renormalised), and the tree from the ids.
    """
    yield from _check_schema(connection)
    if not _has_table(connection, "event"):
        return
    frontier, expected, before = Frontier(), 1, ""
    leaves: list[bytes] = []
    for position, event_id, recorded_at, *columns in _rows_as_stored(connection):
        if position != expected:
            missing = f"event {expected}" if position == expected + 1 else f"events {expected} to {position - 1}"
            yield f"{missing} missing from the log: something other than whence removed them."
        if recorded_at < before:
            yield f"event {position} ({event_id[:8]}) says it was recorded at {recorded_at}, before the one it follows."
        if _hash(columns) != event_id:
            yield f"event {position} ({event_id[:8]}) is not what was recorded: its content no longer gives its id."
        expected, before = position + 1, recorded_at
        leaves.append(_leaf(event_id))
        if len(leaves) >= CHUNK:
            frontier = frontier.extended(leaves)
            leaves.clear()
    frontier = frontier.extended(leaves)
    kept = connection.execute("SELECT size, root FROM tree").fetchone() if _has_table(connection, "tree") else None
    row = kept or (0, Frontier().root().hex())
    if row[0] != frontier.size:
        yield f"the log has {frontier.size:,} events, its tree was left at {row[0]:,}: some were added or removed."
    elif row[1] != frontier.root().hex():
        yield "the tree over the log has another root than the one its last writer left: an id was changed."


def _rows_as_stored(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str, str, str, str, str, str, str]]:
    """Yield the rows of the log; one that is no text in UTF-8, with what cannot be read replaced."""
    query = (
        "SELECT position, id, recorded_at, type, actor, recorded_at, source, salt, data FROM event"
        " WHERE position > :after ORDER BY position"
    )
    after = 0
    while True:
        try:
            for row in connection.execute(query, {"after": after}):
                after = row[0]
                yield row
        except sqlite3.OperationalError:  # Python's own, for bytes that are no UTF-8.
            connection.text_factory = lambda raw: raw.decode(errors="replace")
            row = connection.execute(f"{query} LIMIT 1", {"after": after}).fetchone()
            connection.text_factory = str
            after = row[0]
            yield row
        else:
            return


def _leaf(event_id: str) -> bytes:
    """Return the bytes of an id; of one that is no hash, bytes that no hash has, so that the root is another."""
    try:
        leaf = bytes.fromhex(event_id)
    except ValueError:
        leaf = b""
    return leaf if len(leaf) == HASH_BYTES else bytes(HASH_BYTES)


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"
    return connection.execute(query, {"name": name}).fetchone() is not None


def _hash(columns: list[str]) -> str:
    try:
        return canonical.leaf_hash(line((columns[0], columns[1], columns[2], columns[3], columns[4], columns[5])))
    except (BadInput, TypeError):
        return ""  # Bytes that no event can have give no id.


def _check_schema(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a sentence for every trigger, index and table of the log that is not as it was made."""
    wanted = sqlite3.connect(":memory:")
    wanted.executescript(Path(__file__).with_name("log.sql").read_text(encoding="utf-8"))
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('event', 'tree')"
    there = {(kind, name): sql for kind, name, sql in connection.execute(query)}
    for kind, name, sql in wanted.execute(query):
        if (kind, name) not in there:
            yield f"the {kind} {name} of the log is missing: the log was not protected while it was."
        elif there.pop((kind, name)) != sql:
            yield f"the {kind} {name} of the log is not the one that whence made."
    for kind, name in there:
        yield f"the {kind} {name} of the log is not one that whence made."
    wanted.close()
