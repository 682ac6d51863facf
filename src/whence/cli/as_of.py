"""`--as-of`: every reading command shows how the record stood, with its own queries.

What is shadowed as of a position is a connection of its own, closed when the command ends. One entity or source is
there in milliseconds; lists replay the log into a scratch file, with a bar on a terminal.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from whence import database, names, past, projector, reading
from whence.cli import printing
from whence.errors import BadInput

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from whence.cli.settings import Settings

__all__ = ["AS_OF", "EVER", "At", "at", "canonical", "replay"]

AS_OF = click.option(
    "--as-of", metavar="WHEN", help="As the record stood: a position, a day, or a moment such as 2026-11-21T15:00Z."
)
EVER = 2**62
SLOW = 10_000  # events; fewer take no time to speak of


class At(NamedTuple):
    """A connection that shows the record as of a position, and the entity or source that was asked for."""

    connection: sqlite3.Connection
    upto: int
    about: str


@contextlib.contextmanager
def at(
    settings: Settings,
    as_of: str | None,
    *,
    entity: str | Callable[[sqlite3.Connection], str | None] | None = None,
    source: str | None = None,
    through: str | None = None,
) -> Iterator[At]:
    """Open the store as it stands, or as of a position or moment: what bears on one entity or source, or all of it.

    `through` names the last view that is read, so that no more is replayed than that; without it, and without an
    entity or source, nothing is, and only the log is read. The entity is a name as people know it, or what finds its
    id in the record as it stands (None where that has none: then all is replayed). Raises BadInput for a time that
    the log does not cover, and for what was not there then.
    """
    if as_of is None:
        with settings.reading() as store:
            yield At(store.connection, EVER, _now(store.connection, entity, source))
        return
    connection = past.connect(settings.db)
    try:
        with database.told(settings.db):
            upto = past.position_of(connection, as_of)
            if callable(entity):
                found = entity(connection)
                about = None if found is None else _as_of_entity(connection, found, upto, through, as_of)
            elif entity is not None:
                named = past.entity_named(connection, entity, upto)
                about = _as_of_entity(connection, named, upto, through, as_of)
            elif source is not None:
                about = _as_of_source(connection, names.source(connection, source), upto, through, as_of)
            else:
                about = None
            if about is None and through is not None:
                replay(connection, upto, through)
            yield At(connection, upto, about or "")
    finally:
        connection.close()


def _now(
    connection: sqlite3.Connection,
    entity: str | Callable[[sqlite3.Connection], str | None] | None,
    source: str | None,
) -> str:
    if isinstance(entity, str):
        return canonical(connection, names.entity(connection, entity))
    return "" if source is None else names.source(connection, source)


def _as_of_entity(connection: sqlite3.Connection, entity: str, upto: int, through: str | None, as_of: str) -> str:
    past.shadow_entity(connection, entity, upto, through=through or past.FACTS)
    if reading.entity(connection, entity) is None:
        raise BadInput(f"As of {as_of} there was no entity `{entity}`.", hint=f"`whence history {entity}` shows when.")
    return canonical(connection, entity)


def _as_of_source(connection: sqlite3.Connection, source: str, upto: int, through: str | None, as_of: str) -> str:
    # Of one that is only shown, as many claims as are counted.
    facts = through is None
    most = {"most": past.ALL} if facts else {"most": 0, "counted": reading.COUNTED + 1}
    past.shadow_source(connection, source, upto, through=through or past.FACTS, **most)
    if connection.execute("SELECT 1 FROM source WHERE source = :source", {"source": source}).fetchone() is None:
        raise BadInput(
            f"As of {as_of} there was no source `{source}`.", hint=f"`whence source show {source}` shows it."
        )
    return source


def replay(connection: sqlite3.Connection, upto: int, through: str, *, what: str = "") -> None:
    """Shadow the views as far as one of them, with a bar on a terminal where it takes its time."""
    said = f"Replaying {printing.count(upto, 'event')}{what}"
    with _bar(said, worth=upto > SLOW) as progress:
        past.shadow(connection, upto, through=through, progress=progress)


@contextlib.contextmanager
def _bar(said: str, *, worth: bool) -> Iterator[projector.Progress]:
    if not worth or not sys.stderr.isatty():
        yield projector.untold
        return
    # Imported here: rich takes 60 ms, and only a bar on a terminal is worth them.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    # The longest step is one statement: the spinner and the time show that it goes on.
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(said, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def canonical(connection: sqlite3.Connection, entity: str) -> str:
    """Return the entity that an entity goes under."""
    row = connection.execute("SELECT canonical FROM entity WHERE entity = :entity", {"entity": entity}).fetchone()
    return str(row[0]) if row else entity
