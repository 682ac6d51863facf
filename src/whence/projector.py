"""The views follow from the log and from nothing else: what becomes of them is decided here alone.

The same SELECT of each view serves three uses: `project` (what events after the one reached changed),
`rebuild` (from zero) and `as_of` (a scratch copy at an earlier position). See `projections/`.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Protocol

from whence import functions, projections, vocabulary
from whence.building import (
    BY_SLICES,
    build_views,
    by_slices,
    collect,
    empty_keys,
    make_keys,
    parts,
    slices,
    temporary_tables,
)
from whence.projections import View, fixed_views

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from whence.log import Writer
    from whence.vocabulary import Vocabulary

__all__ = [
    "Advance",
    "Progress",
    "as_of",
    "project",
    "reached",
    "rebuild",
    "stale",
    "untold",
]

SEARCH = "search"
DEFINITIONS = frozenset({"type.defined", "property.defined"})
MADE = frozenset({"claim.made"})
SHOWN = frozenset({"shown"})  # the key table from which each type's view takes its own keys
# What it costs to build a view beside one that is quickly built: the facts are built with their spells.
COSTS = {"claim": 20, "spell": 28, "types": 5}
WORTH_REBUILDING = 2_000  # events; below that a rebuild costs more than it saves


class Progress(Protocol):
    """Is told how much of a long work is done, and of how much."""

    def __call__(self, done: int, total: int, /) -> object:
        """Take both in the same units."""


def untold(_done: int, _total: int, /) -> None:
    """Tell nobody."""


def reached(connection: sqlite3.Connection) -> int:
    """Return the position up to which the views have been projected."""
    row = connection.execute("SELECT min(reached) FROM projection").fetchone()
    return int(row[0] or 0)


def stale(connection: sqlite3.Connection) -> bool:
    """Tell whether another version of whence made the views, so that they must be rebuilt before they are read."""
    made = dict(connection.execute("SELECT projection, sql_sha256 FROM projection"))
    if made.get(SEARCH) != _shared():
        return True
    return any(made.get(name) != sha256 for name, sha256 in projections.hashes().items())


@functools.cache
def _shared() -> str:
    """Return what stands for all that the views share: the template of the types' views, the search, the functions."""
    return hashlib.sha256(f"{projections.shared()}\n{functions.VERSION}".encode()).hexdigest()


def project(
    connection: sqlite3.Connection,
    *,
    after: int,
    upto: int,
    known: Vocabulary | None = None,
    progress: Progress = untold,
) -> None:
    """Advance every view from `after` to `upto`, within the write transaction that is open.

    `known` is the vocabulary in force, for a caller who has it. One who waits long is told how far it is.
    """
    if after == 0 or upto - after > max(after, WORTH_REBUILDING):
        # Most of the log is new: filling empty tables, indexes last, costs half of keeping full ones.
        rebuild(connection, upto=upto, progress=progress)
        return
    window = _Window(connection, after, upto)
    if known is None or window.types & DEFINITIONS:
        known = vocabulary.read(connection)
    window.make_keys(fixed_views())
    # First against the old rows and then against the new: a key that a claim leaves is built anew as well
    # as the one that it joins.
    # A claim that is new leaves no key, so a window of nothing else needs no look at the old rows.
    for view in window.views(known) if window.types != MADE else ():
        window.collect(view)
    defined = _with_new_types(window, known) if window.types & DEFINITIONS else None
    for view in window.views(known) if defined is None else defined:
        window.collect(view)
        if view.keys in window.filled and view.name == BY_SLICES[0]:
            for entities in slices(connection):
                build_views(connection, by_slices(), window.bounds | entities, anew=True)
        elif view.keys in window.filled and view.name not in BY_SLICES:
            build_views(connection, (view,), window.bounds, anew=view.keys in window.standing)
        if view.cells:
            window.renew_cells(view)
    empty_keys(connection, window.filled)
    if defined is not None:
        _leave_mark(connection, upto, defined)
    else:
        connection.execute("UPDATE projection SET reached = :upto", window.bounds)


class Advance:
    """Brings the views up to what an open batch has appended so far, whenever it is called."""

    def __init__(self, connection: sqlite3.Connection, writer: Writer, known: Vocabulary) -> None:
        """Take a writer that has appended nothing yet, and the vocabulary in force."""
        self._connection = connection
        self._writer = writer
        self._reached = writer.position
        self._known: Vocabulary | None = known

    def __call__(self, progress: Progress = untold) -> None:
        """Advance the views to the writer's position."""
        self._writer.settle()
        if self._writer.position > self._reached:
            window = {"after": self._reached, "upto": self._writer.position}
            project(self._connection, **window, known=self._known, progress=progress)
            self._reached = self._writer.position
            self._known = None  # What was appended may have defined more.


class _Window:
    """The events between two positions, and the key tables that they have filled so far."""

    def __init__(self, connection: sqlite3.Connection, after: int, upto: int) -> None:
        self.connection = connection
        self.bounds: dict[str, object] = {"after": after, "upto": upto}
        self.filled: set[str] = set()
        self.standing: set[str] = set()  # those with keys of which rows may stand
        self._rows: set[str] = set()  # types of which whole rows are touched
        self._cells: dict[str, set[str]] = {}  # properties of which cells are, by the type
        self._there = temporary_tables(connection)
        query = "SELECT type FROM event WHERE position > :after AND position <= :upto"
        self.types = {row[0] for row in connection.execute(query, self.bounds)}

    def views(self, known: Vocabulary) -> Iterator[View]:
        """Yield the views in the order in which they are built; of the types, those that the others have touched."""
        yield from fixed_views()
        types = known.views(self._rows | self._cells.keys())
        self.make_keys(types)
        yield from types

    def make_keys(self, views: Iterable[View]) -> None:
        """Make the key tables of views that are not there yet."""
        make_keys(self.connection, views, self._there)

    def collect(self, view: View) -> None:
        """Add the keys that the arms of a view's `touched` give; those that nothing is there for are not asked."""
        for arm in view.arms:
            if arm.reads_types.isdisjoint(self.types) and arm.reads_keys.isdisjoint(self.filled):
                continue
            if arm.reads_keys == SHOWN and view.name not in self._rows:
                continue
            if self.connection.execute(arm.collect, self.bounds).rowcount > 0:
                self.filled.add(view.keys)
                # A new claim has no row yet; what follows from it may have.
                if arm.reads_keys or arm.reads_types != MADE:
                    self.standing.add(view.keys)
        if view.name in SHOWN <= self.filled:
            query = "SELECT DISTINCT type, property FROM temp.touched_shown"
            for type_, property_ in self.connection.execute(query).fetchall():
                if property_:
                    self._cells.setdefault(type_, set()).add(property_)
                else:
                    self._rows.add(type_)

    def renew_cells(self, view: View) -> None:
        """Make the cells of a type's view anew that are touched, and no others of their rows."""
        touched = self._cells.get(view.name, ())
        for property_, statement in view.cells:
            if property_ in touched:
                self.connection.execute(statement)


def rebuild(connection: sqlite3.Connection, *, upto: int, progress: Progress = untold) -> None:
    """Make every view anew from the log up to `upto`, within the write transaction that is open."""
    for (name,) in connection.execute(
        "SELECT projection FROM projection WHERE projection <> :search", {"search": SEARCH}
    ).fetchall():
        connection.execute(f'DROP TABLE IF EXISTS "{name}"')
    for table in ("entity_search", "claim_search"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute("DELETE FROM projection")
    for view in fixed_views():
        for statement in (*view.tables, *view.sparse):
            connection.execute(statement)
    views = _fill(connection, upto, progress=progress)
    search = projections.search()
    for block in ("table", "fill", "follow"):
        for statement in projections.statements(search[block]):
            connection.execute(statement)
    _leave_mark(connection, upto, views)


def as_of(connection: sqlite3.Connection, upto: int, *, progress: Progress = untold) -> list[View]:
    """Shadow every view of this connection with how it stood at `upto`; return the views.

    SQLite looks a bare name up in `temp` first, so the very same statements fill and read the shadow. The
    connection must be one of its own: what reads it afterwards reads the past.
    """
    for view in fixed_views():
        for statement in (*view.tables, *view.sparse):
            connection.execute(_temporary(statement))
    return _fill(connection, upto, temporary=True, progress=progress)


def _fill(
    connection: sqlite3.Connection,
    upto: int,
    *,
    temporary: bool = False,
    progress: Progress = untold,
) -> list[View]:
    """Fill empty views from the whole log up to `upto`, indexes made as soon as most of their rows are there."""

    def index(statements: list[str]) -> None:
        while statements:
            connection.execute(_temporary(statements[0]) if temporary else statements[0])
            del statements[0]

    window: dict[str, object] = {"after": 0, "upto": upto}
    views = list(fixed_views())
    done, total = 0, sum(COSTS.get(view.name, 1) for view in views) + COSTS["types"]
    there = temporary_tables(connection)
    make_keys(connection, views, there)
    for view in views:
        cost = COSTS.get(view.name, 1)
        if view.name not in BY_SLICES[1:]:  # which are built with the first of them
            together = by_slices() if view.name == BY_SLICES[0] else [view]
            missing = [statement for one in together for statement in one.indexes]
            for bounds, built, indexed in parts(connection, view, window):
                progress(done + int(cost * built), total)
                if indexed:
                    index(missing)
                build_views(connection, together, bounds)
            index(missing)
        done += cost
        progress(done, total)
    types = vocabulary.read(connection).views()
    make_keys(connection, types, there)
    for view in types:
        for statement in view.tables:
            connection.execute(_temporary(statement) if temporary else statement)
        collect(connection, view, window)
        connection.execute(view.insert, window)
    empty_keys(connection, {view.keys for view in (*views, *types)})
    return [*(view for view in views if view.rows), *types]


def _temporary(statement: str) -> str:
    for kind in ("CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX "):
        if statement.startswith(kind):
            name = statement.removeprefix(kind)
            return f"{kind}temp.{name}"
    return statement


def _with_new_types(window: _Window, known: Vocabulary) -> list[View]:
    """Bring the vocabulary's own views up to date, and make anew those of types that `known` gave another form."""
    connection = window.connection
    fixed = list(fixed_views())
    for view in fixed[:2]:
        for statement in view.clear:
            connection.execute(statement)
        connection.execute(view.insert, window.bounds)
    made = {view.name: view.sha256 for view in known.views()}
    types = vocabulary.read(connection).views()
    window.make_keys(types)
    for view in types:
        if made.get(view.name) == view.sha256:
            continue
        # Only a view may go: a type that is called like another table fails here, whatever let it into the log.
        if view.name in made:
            connection.execute(f'DROP TABLE IF EXISTS "{view.name}"')
        for statement in view.tables:
            connection.execute(statement)
        connection.execute(
            f'INSERT OR IGNORE INTO temp."touched_{view.name}" SELECT entity FROM entity WHERE type = :type',
            {"type": view.name},
        )
        window.filled.add(view.keys)
    return [*fixed, *types]


def _leave_mark(connection: sqlite3.Connection, upto: int, views: list[View]) -> None:
    connection.executemany(
        "INSERT INTO projection (projection, reached, sql_sha256) VALUES (?, ?, ?)"
        " ON CONFLICT (projection) DO UPDATE SET reached = excluded.reached, sql_sha256 = excluded.sql_sha256",
        [(SEARCH, upto, _shared()), *((view.name, upto, view.sha256) for view in views if view.rows)],
    )
