"""Pages as of an earlier time: what bears on one entity or source in milliseconds, lists by a replay that has a bound.

Replays are made one after the other in a thread of their own, so that no other page waits for one; and the last ones
are kept, because the past does not change.
"""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import sqlite3
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from datasette.utils import sqlite_timelimit

from whence import past
from whence.errors import BadInput
from whence.log import head
from whence.reading import COUNTED
from whence.web.stores import PAGE_MS, Read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from datasette.database import Database

__all__ = ["AsOf", "Scope", "read_as_of"]

REPLAYED = 20_000  # events that are replayed for a page, about a second of work
REPLAY_MS = 5_000  # a machine that takes longer for them is too slow for it
WAITING = 3  # replays that are waited for; whoever comes then is asked to come again
KEPT = 2  # replays that are kept, each as large as a store of so many events


class AsOf(NamedTuple):
    """The earlier position that a page shows: as it was asked for, where that is in the log, and the head now."""

    asked: str
    position: int
    recorded_at: str
    head: int


class Scope(NamedTuple):
    """What a page is about, and the command that shows as much of an earlier time where no page can.

    `entity` finds its id in the record as it stands; of a source `after` is the claim that the page begins after, and
    `most` how many it shows. With neither, or an `entity` that finds none, the whole record is replayed.
    """

    command: str
    entity: Callable[[sqlite3.Connection], str | None] | None = None
    source: str | None = None
    after: int = 0
    most: int = past.ALL


_replayer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="whence-replay")
_waiting: set[object] = set()
# By store, how often something was erased from it, and position. The replayer's thread alone reads and writes it.
_kept: OrderedDict[tuple[str, int, int, int], sqlite3.Connection] = OrderedDict()


async def read_as_of(
    database: Database, asked: str, function: Callable[[sqlite3.Connection, AsOf], Read], scope: Scope
) -> tuple[AsOf, Read]:
    """Return what a function reads of the record as it stood at a position or moment.

    Raises BadInput for a time that the log does not cover, and for more than a page replays;
    sqlite3.OperationalError where too many wait for replays.
    """
    if not asked.isascii():  # digits of other scripts are digits to Python, and none of the log's
        raise BadInput(f"“{asked}” is neither a position nor a moment.", hint="Write a position, or a day.")
    path = str(database.path)

    def scoped(_pooled: object) -> tuple[AsOf, Read | None, bool]:
        # A connection of its own, thrown away: what shadows the views would hide them from the next visitor.
        with contextlib.closing(past.connect(path)) as connection:
            told = _told(connection, asked)
            with _limited(connection, PAGE_MS, scope, told):
                if _shadowed(connection, scope, told.position):
                    connection.row_factory = sqlite3.Row
                    return told, function(connection, told), True
            return told, None, False

    told, found, done = await database.execute_fn(scoped)
    if done:
        return told, found
    if told.position > REPLAYED:
        raise _too_long(scope, told)
    if len(_waiting) >= WAITING:
        raise sqlite3.OperationalError("other pages as of earlier times are being made")

    def replayed() -> Read:
        connection = _replay(path, scope, told)
        with _limited(connection, PAGE_MS, scope, told):
            connection.execute("BEGIN")
            try:
                return function(connection, told)
            finally:
                connection.execute("COMMIT")

    place = object()
    _waiting.add(place)
    try:
        return told, await asyncio.get_running_loop().run_in_executor(_replayer, replayed)
    finally:
        _waiting.discard(place)


def _told(connection: sqlite3.Connection, asked: str) -> AsOf:
    upto = past.position_of(connection, asked)
    (recorded_at,) = connection.execute(
        "SELECT recorded_at FROM event WHERE position = :position", {"position": upto}
    ).fetchone()
    return AsOf(asked, upto, recorded_at, head(connection).position)


def _shadowed(connection: sqlite3.Connection, scope: Scope, upto: int) -> bool:
    """Shadow what the page is about; tell whether it is about one thing at all."""
    if scope.source is not None:
        past.shadow_source(connection, scope.source, upto, after=scope.after, most=scope.most, counted=COUNTED + 1)
        return True
    named = scope.entity(connection) if scope.entity else None
    if named is not None:
        past.shadow_entity(connection, named, upto, through="timeline")
    return named is not None


def _replay(path: str, scope: Scope, told: AsOf) -> sqlite3.Connection:
    """Return a connection that shows all of an earlier time, one that is kept or a new one."""
    connection = past.connect(path)
    try:
        (erased,) = connection.execute(
            "SELECT count(*) FROM event WHERE type = 'event.erased' AND type <> 'claim.made'"
        ).fetchone()
        key = (path, Path(path).stat().st_ino, erased, told.position)
        if key in _kept:
            connection.close()
            _kept.move_to_end(key)
            return _kept[key]
        while len(_kept) >= KEPT:
            _kept.popitem(last=False)[1].close()
        with _limited(connection, REPLAY_MS, scope, told):
            past.shadow(connection, told.position)
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    _kept[key] = connection
    return connection


@contextlib.contextmanager
def _limited(connection: sqlite3.Connection, milliseconds: int, scope: Scope, told: AsOf) -> Iterator[None]:
    """Stop what takes longer, and say so in a sentence."""
    try:
        with sqlite_timelimit(connection, milliseconds):
            yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise _too_long(scope, told) from error
        raise


def _too_long(scope: Scope, told: AsOf) -> BadInput:
    return BadInput(
        f"That takes longer than a page may: by then the log had {told.position:,} events, and a page replays up to"
        f" {REPLAYED:,}. Ask for one entity as of then, or run `whence {scope.command} --as-of"
        f" {shlex.quote(told.asked)}` where the store is."
    )
