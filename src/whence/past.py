"""How the views stood at an earlier position: the same SELECTs, over the first events only, in temporary tables.

SQLite looks a bare name up in `temp` first, so what reads the views reads the past once they are shadowed: all of
them, or what bears on one entity or source. A connection that is shadowed must be one of its own, and is thrown away
afterwards; what it shadows grows in a file that has no name, so nothing is left of it however the program ends.
"""

from __future__ import annotations

import contextlib
import functools
import re
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from whence import building, database, log, names, projections, projector, reading, scope, values
from whence.errors import BadInput, DatabaseError
from whence.projections import View, fixed_views

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.projector import Progress

__all__ = [
    "ALL",
    "FACTS",
    "SEARCH",
    "connect",
    "entity_named",
    "position_of",
    "shadow",
    "shadow_entity",
    "shadow_source",
]

LONGEST_POSITION = 17  # digits
POSITION = re.compile(r"\d+|\d{1,3}(?:,\d{3})+", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?)?", re.ASCII)
CACHE_KIB = 16_384  # of a replay, for each of its files; what is more goes to the disk
ALL = 2**62
SEARCH = "search"  # what comes after all views
VOCABULARY, CLAIMS, FACTS = "property", "claim", "fact"  # the last views of what they are about
# What SQLite says where its temporary file cannot be made or grow: nothing else is written here.
NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_CANTOPEN})
# The vocabulary as of a position is that of now unless something was defined since.
DEFINED_SINCE = """
SELECT EXISTS (
  SELECT 1 FROM event
  WHERE type IN ('type.defined', 'property.defined') AND type <> 'claim.made' AND position > :upto
)
"""
# Whoever was called so once, by declaration or by a claim that nobody had retracted; what is live is found without it.
ONCE_NAMED = """
SELECT e.data ->> 'entity' FROM event e
WHERE e.type = 'entity.declared' AND e.type <> 'claim.made' AND e.position <= :upto
  AND value_key('text', e.data ->> 'name') = :key
UNION
SELECT c.entity FROM claim c
WHERE NOT c.live AND c.property IN ('alias', 'name') AND c.value_key = :key AND c.stance = 'affirms'
  AND c.claim <= :upto AND (c.retracted_by IS NULL OR c.retracted_by > :upto)
"""


def connect(path: Path | str) -> database.Connection:
    """Return a connection to read the past of a store on.

    Raises DatabaseError where there is no store that can be read, or its views are those of another version.
    """
    connection = database.connect(path)
    try:
        with database.told(path):
            _check_fresh(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_fresh(connection: sqlite3.Connection, path: Path | str) -> None:
    if projector.stale(connection):
        raise DatabaseError(
            f"The views of {path} were made by another version of whence.",
            hint="Bring them up to date with `whence rebuild`.",
        )


def position_of(connection: sqlite3.Connection, text: str) -> int:
    """Return the position that `--as-of` names: a position, or the last event up to a moment (UTC) or a day's end.

    Raises BadInput for what is neither, for a position outside the log, and for a moment before the first
    event or in the future.
    """
    head = log.head(connection)
    if head.position == 0:
        raise BadInput(
            "The log is empty, so there is no earlier time to show.", hint="`whence load` takes in segments."
        )
    wanted = text.strip()
    # Positions are printed with commas.
    number = wanted.replace(",", "") if POSITION.fullmatch(wanted) else ""
    if number:
        if len(number) > LONGEST_POSITION or not 1 <= int(number) <= head.position:
            raise BadInput(f"There is no event {wanted}: the log has events 1 to {head.position:,}.")
        return int(number)
    if not MOMENT.fullmatch(wanted):
        raise BadInput(
            f"“{text}” is neither a position nor a moment.",
            hint="Write a position such as 120, a day such as 2026-11-21, or 2026-11-21T15:00Z (UTC).",
        )
    begins, ends = _stretch(wanted)
    if begins > max(log.stamp(log.now()), head.recorded_at):
        raise BadInput(f"{text} is in the future: the log ends at {head.recorded_at}.")
    position = _last_by(connection, ends, head.position)
    if position == 0:
        raise BadInput(f"{text} is before the first event of the log.", hint="`whence log` lists the events.")
    return position


def _stretch(moment: str) -> tuple[str, str]:
    """Return the first and the last microsecond of a day, a minute, a second or less, in the form that the log has."""
    date, _, time = moment.rstrip("Z").replace(" ", "T").partition("T")
    stated, _, fraction = time.partition(".")
    first = f"{date}T{stated}{'00:00:00'[len(stated) :]}.{fraction:0<6}Z"
    last = f"{date}T{stated}{'23:59:59'[len(stated) :]}.{fraction:{'0' if fraction else '9'}<6}Z"
    try:
        datetime.strptime(first, log.FORM).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(f"There is no moment {moment}.", hint="Write one such as 2026-11-21T15:00Z.") from None
    return first, last


def _last_by(connection: sqlite3.Connection, moment: str, head: int) -> int:
    """Return the last position recorded by a moment, 0 for none; by halves, as no event is earlier than one before."""
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        (recorded_at,) = connection.execute(
            "SELECT recorded_at FROM event WHERE position = :position", {"position": middle}
        ).fetchone()
        low, high = (middle, high) if recorded_at <= moment else (low, middle - 1)
    return low


def entity_named(connection: sqlite3.Connection, text: str, upto: int) -> str:
    """Return the id of the entity that a text names, of those declared by `upto`; or that it named then, if none now.

    The connection must show the record as it stands. Raises BadInput as `names.entity`.
    """
    found = names.candidates(connection, text)
    if not found and text.strip() and len(text) <= names.LONGEST:
        rows = connection.execute(ONCE_NAMED, {"upto": upto, "key": values.key("text", text.strip())}).fetchall()
        found = [one for row in rows for one in names.candidates(connection, row[0])]
    if not found:
        return names.entity(connection, text)  # and it says what may have been meant
    declared = {one.id: there.position for one in found if (there := reading.entity(connection, one.id)) is not None}
    found = [one for one in found if declared[one.id] <= upto] or found
    if len(found) > 1:
        raise names.ambiguous(text, found)
    return found[0].id


def shadow(
    connection: sqlite3.Connection,
    upto: int,
    *,
    through: str = SEARCH,
    progress: Progress = projector.untold,
) -> None:
    """Shadow every view as it stood at `upto`, or those as far as the one named by `through`.

    It takes as long as to build them. `progress` is told how much is done, and of how much. What comes after
    `through` still shows the present. Raises DatabaseError where there is no room for it.
    """
    with _room(upto):
        # On disk, so that memory does not grow with the log; one entity's few rows are quicker in memory.
        database.temporary_in(connection, "FILE")
        for schema in ("main", "temp"):  # as much is kept for sorting as for the main file
            connection.execute(f"PRAGMA {schema}.cache_size = -{CACHE_KIB}")
        connection.execute("BEGIN")
        if through != SEARCH and _views(through)[-1] in _views(CLAIMS):
            _build_all(connection, upto, through, progress)
            return
        projector.as_of(connection, upto, progress=progress)
        if through == SEARCH:
            search = projections.search()
            for block in ("table", "fill"):
                for statement in projections.statements(search[block]):
                    connection.execute(statement.replace("CREATE VIRTUAL TABLE ", "CREATE VIRTUAL TABLE temp."))


def shadow_entity(connection: sqlite3.Connection, entity: str, upto: int, *, through: str = FACTS) -> None:
    """Shadow what bears on one entity as it stood at `upto`: its facts, those that name it, and their audits.

    Views that come after `through` still show the present.
    """
    ruled = _ready(connection, upto, through)
    _build_keys(connection, upto, through, scope.of_entity(connection, entity, upto, ruled=ruled))


def shadow_source(
    connection: sqlite3.Connection,
    source: str,
    upto: int,
    *,
    through: str = FACTS,
    after: int = 0,
    most: int = ALL,
    counted: int = 0,
) -> None:
    """Shadow what bears on one source as it stood at `upto`: itself, its claims after the one at `after`, their facts.

    At most so many of these, and as many of its first as somebody counts. Otherwise as `shadow_entity`.
    """
    ruled = _ready(connection, upto, through)
    filled = scope.of_source(connection, source, upto, ruled=ruled, after=after, most=most, counted=counted)
    _build_keys(connection, upto, through, filled)


@contextlib.contextmanager
def _room(upto: int) -> Iterator[None]:
    """Say in a sentence that the temporary file could not grow."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) not in NO_ROOM:
            raise
        raise DatabaseError(
            f"There is no room for temporary files: {upto:,} events could not be replayed ({error}).",
            hint="Free some space there, or name another folder for them with SQLITE_TMPDIR.",
        ) from error


@functools.cache
def _views(through: str) -> tuple[View, ...]:
    """Return the views as far as one of them."""
    place = [view.name for view in fixed_views()].index(through)
    return fixed_views()[: place + 1]


def _ready(connection: sqlite3.Connection, upto: int, through: str) -> frozenset[str]:
    """Make the empty tables, shadow the vocabulary where it is another one now, and return which rulings there are."""
    connection.executescript(_script(through))
    # All that is read from now on is of one state of the store.
    connection.execute("BEGIN")
    window = {"after": 0, "upto": upto}
    (defined,) = connection.execute(DEFINED_SINCE, window).fetchone()
    if defined:
        for view in _views(VOCABULARY):
            for statement in _tables((view,)):
                connection.execute(statement)
            building.collect(connection, view, window)
            connection.execute(view.insert, window)
    return scope.rulings(connection)


@functools.cache
def _script(through: str) -> str:
    """Return what makes the empty tables for one entity or source, but not for the vocabulary, seldom another one."""
    views = _views(through)[len(_views(VOCABULARY)) :]
    return ";\n".join(("BEGIN", *_tables(views), *scope.tables(), "COMMIT"))


def _tables(views: tuple[View, ...]) -> tuple[str, ...]:
    """Return what makes empty tables for views, their keys and the steps between.

    Without indexes, which a few rows do not need.
    """
    made = [one.replace("CREATE TABLE ", "CREATE TABLE temp.", 1) for view in views for one in view.tables]
    keys = {view.keys: view.key_table for view in views if view.key_columns}
    return (*made, *keys.values(), *(stage.table for view in views for stage in view.stages))


def _build_keys(connection: sqlite3.Connection, upto: int, through: str, filled: set[str]) -> None:
    """Build the rows of the keys that were gathered, and of those that follow from them; what has no keys is empty."""
    window = {"after": 0, "upto": upto, **building.EVERYBODY}
    stages: set[str] = set()  # those with rows
    for view in _views(through):
        for arm in view.arms if view.keys not in scope.KEYS else ():
            if arm.reads_keys & filled and connection.execute(arm.collect, window).rowcount > 0:
                filled.add(view.keys)
        if view.keys in filled:
            building.build(connection, view, window, stages)


def _build_all(connection: sqlite3.Connection, upto: int, through: str, progress: Progress) -> None:
    """Build the views as far as one of them, which comes before the facts, whole."""
    window = {"after": 0, "upto": upto}
    # All of them stand empty at first: one that comes later would show the present to those that ask what it holds.
    for statement in _tables(fixed_views()):
        connection.execute(statement)
    views = _views(through)
    for done, view in enumerate(views):
        progress(done, len(views))
        building.collect(connection, view, window)
        connection.execute(view.insert, window)
        for statement in (*view.indexes, *view.sparse):
            connection.execute(re.sub("^CREATE (UNIQUE )?INDEX ", r"CREATE \1INDEX temp.", statement))
