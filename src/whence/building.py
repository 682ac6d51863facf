"""How the rows of views are built: those of the keys that were touched, or all. The projector says when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence import database
from whence.projections import fixed_views

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from whence.projections import Renewal, View

__all__ = [
    "BY_SLICES",
    "EVERYBODY",
    "SLICE",
    "build",
    "build_views",
    "by_slices",
    "collect",
    "empty_keys",
    "make_keys",
    "parts",
    "slices",
    "temporary_tables",
]

BY_SLICES = ("spell", "weighing", "fact")  # share their keys, and are built one after the other, some keys at a time
SLICE = 4_000  # keys
EVERYBODY = {"first": "", "last": "~"}  # all entities: an id is small letters, digits and hyphens


def build(
    connection: sqlite3.Connection, view: View, bounds: Mapping[str, object], filled: set[str], *, anew: bool = False
) -> None:
    """Add the rows of a view's keys; `anew` where some may stand there. `filled` are the steps that have rows."""
    for stage in view.stages:
        if (not stage.of or stage.of in filled) and connection.execute(stage.fill, bounds).rowcount > 0:
            filled.add(stage.name)
    there_are = bool(view.rows) and (not view.rows_of or view.rows_of in filled)
    if anew and view.renewal:
        _renew(connection, view.renewal, bounds, filled, there_are=there_are)
        return
    if anew:
        for statement in view.clear:
            connection.execute(statement)
    if there_are:
        connection.execute(view.insert, bounds)


def _renew(
    connection: sqlite3.Connection,
    renewal: Renewal,
    bounds: Mapping[str, object],
    filled: set[str],
    *,
    there_are: bool,
) -> None:
    """Write of the rows of a view's keys what is not there already, and take out what is gone."""
    if there_are and connection.execute(renewal.next.fill, bounds).rowcount > 0:
        filled.add(renewal.next.name)
        connection.execute(renewal.change)
    connection.execute(renewal.leave)
    if renewal.next.name in filled:
        connection.execute(renewal.join)


def build_views(
    connection: sqlite3.Connection, views: Iterable[View], bounds: Mapping[str, object], *, anew: bool = False
) -> None:
    """Build views one after the other, and leave no step behind."""
    filled: set[str] = set()
    for view in views:
        build(connection, view, bounds, filled, anew=anew)
    for name in filled:
        connection.execute(f"DELETE FROM temp.{name}")


def by_slices() -> list[View]:
    """Return the views that are built some keys at a time."""
    return [view for view in fixed_views() if view.name in BY_SLICES]


def parts(
    connection: sqlite3.Connection, view: View, window: Mapping[str, object]
) -> Iterator[tuple[Mapping[str, object], float, bool]]:
    """Collect the keys of a view that is empty, and yield what to build of it at a time.

    Those are bounds, how much of the view stands before (a share of 1), and whether its indexes stand, too, so that
    this part of the rows leaves room in them. What shares its keys is built with it.
    """
    if view.name == "claim":
        upto = window["upto"]
        assert isinstance(upto, int)  # noqa: S101 - a position
        first = upto - upto // database.ROOM
        collect(connection, view, {"after": 0, "upto": first})
        yield window, 0, False
        if first < upto:
            empty_keys(connection, {view.keys})
            connection.execute(view.whole[0], {"after": first, "upto": upto})
            yield window, first / upto, True
    elif view.name == BY_SLICES[0]:
        collect(connection, view, window)
        (count,) = connection.execute("SELECT count(*) FROM temp.touched_fact").fetchone()
        for number, entities in enumerate(slices(connection)):
            late = number > 0 and (number + 1) * SLICE >= count - count // database.ROOM
            yield {**window, **entities}, min(number * SLICE / (count or 1), 1), late
    else:
        collect(connection, view, window)
        yield window, 0, False


def slices(connection: sqlite3.Connection) -> Iterator[dict[str, str]]:
    """Yield stretches of entities, `first` (left out) to `last`, that have some SLICE of the touched keys each.

    Sorting a few thousand rows is quicker than sorting a million, and the memory does not grow with the log.
    An entity is never divided: its facts bear on one another.
    """
    first = ""
    while True:
        query = "SELECT entity FROM temp.touched_fact WHERE entity > :first ORDER BY entity LIMIT 1 OFFSET :slice"
        row = connection.execute(query, {"first": first, "slice": SLICE}).fetchone()
        yield {"first": first, "last": row[0] if row else EVERYBODY["last"]}
        if not row:
            return
        first = row[0]


def temporary_tables(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the temporary tables that there are, kept with the connection until others are."""
    kept = connection.temporary if isinstance(connection, database.Connection) else set()
    (count,) = connection.execute("SELECT count(*) FROM temp.sqlite_master").fetchone()
    if count != len(kept):
        kept.clear()
        kept.update(row[0] for row in connection.execute("SELECT name FROM temp.sqlite_master"))
    return kept


def make_keys(connection: sqlite3.Connection, views: Iterable[View], there: set[str]) -> None:
    """Make the temporary tables that are not there yet, and note that they are; whoever fills one empties it."""
    for view in views:
        if view.key_columns and f"touched_{view.keys}" not in there:
            connection.execute(view.key_table)
            there.add(f"touched_{view.keys}")
        for stage in (*view.stages, *((view.renewal.next,) if view.renewal else ())):
            if stage.name not in there:
                connection.execute(stage.table)
                there.add(stage.name)


def empty_keys(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Empty the key tables of these names."""
    for name in keys:
        connection.execute(f'DELETE FROM temp."touched_{name}"')


def collect(connection: sqlite3.Connection, view: View, window: Mapping[str, object]) -> None:
    """Add the keys that all arms of a view's `touched` give, where the window begins with the log."""
    for statement in view.whole:
        connection.execute(statement, window)
