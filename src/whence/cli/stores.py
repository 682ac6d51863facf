"""`init`, `verify`, `rebuild` and `serve`: a store is made, checked, mended and shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from whence import archive, checking, database
from whence import log as events
from whence.cli import printing
from whence.cli.program import Command
from whence.store import Store

if TYPE_CHECKING:
    from whence.cli.settings import Settings

__all__ = ["init", "rebuild", "serve", "verify"]


@click.command(cls=Command)
@click.option("--vocabulary", metavar="FILE", help="Your own vocabulary (YAML) in place of the built-in one.")
@click.option("--empty", is_flag=True, help="Without a vocabulary: for segments, which bring theirs.")
@click.pass_obj
def init(settings: Settings, vocabulary: str | None, *, empty: bool) -> None:
    """Make a store with the built-in vocabulary."""
    if empty and vocabulary:
        raise click.UsageError("A store is made --empty or with a --vocabulary, not both.")
    drafts = []
    if not empty:
        # Imported here: the other commands of this module need no YAML.
        from whence.exchange import vocabulary_file  # noqa: PLC0415

        drafts = vocabulary_file.read(Path(vocabulary)) if vocabulary else list(vocabulary_file.builtin())
    actor = settings.recorder() if drafts else ""
    with Store.create(settings.db) as store:
        try:
            if drafts:
                store.record(drafts, actor=actor)
        except BaseException:
            # A store without the vocabulary that was asked for would be taken for a whole one.
            store.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{settings.db}{ending}").unlink(missing_ok=True)
            raise
        position = store.head().position
    settings.recorded = True
    if settings.json:
        printing.document({"store": settings.db, "events": position})
        return
    printing.text(f"Made {settings.db}.")
    if drafts:
        types = sum(draft.type == "type.defined" for draft in drafts)
        printing.text(
            f"It knows {printing.count(types, 'type')} and {printing.count(len(drafts) - types, 'property')}."
        )
    else:
        printing.text("It is empty: `whence load` takes in segments.")


@click.command(cls=Command)
@click.pass_obj
@click.pass_context
def verify(context: click.Context, settings: Settings) -> None:
    """Check that the log and the views are whole.

    Every event's id and the tree over them are computed again from the stored bytes, every view is made anew
    beside the one that is there, and every archived capture is hashed again: of one that was changed, the facts
    that rest on it are named. Exit code 1 where anything differs.
    """
    # A connection of its own: what the views are compared with shadows them in it.
    connection = database.connect(settings.db)
    try:
        with database.told(settings.db):
            # The views are made beside those that are there: on the disk, whatever their size.
            database.temporary_in(connection, "FILE")
            # One transaction, so that what is recorded meanwhile is not taken for a difference.
            connection.execute("BEGIN")
            head = events.head(connection)
            problems = list(events.check(connection))
            problems += archive.check(connection)
            problems += checking.differences(connection, head.position)
            connection.execute("ROLLBACK")
    finally:
        connection.close()
    if settings.json:
        printing.document({"whole": not problems, "events": head.position, "root": head.root, "problems": problems})
    elif problems:
        for problem in problems:
            printing.text(problem[0].upper() + problem[1:])
        printing.text(f"{printing.count(len(problems), 'problem')} found.")
    else:
        printing.text(f"The log is whole: {printing.count(head.position, 'event')}, root {head.root}.")
        printing.text("The views are what the log gives.")
    if problems:
        context.exit(1)


@click.command(cls=Command)
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make every view anew from the log."""
    with settings.writing() as store:
        upto = store.rebuild()
    if settings.json:
        printing.document({"events": upto})
        return
    printing.text(f"Every view was made anew from {printing.count(upto, 'event')}.")


@click.command(cls=Command)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.pass_obj
def serve(settings: Settings, port: int) -> None:
    """Serve the store's pages on this machine.

    They are read-only, and only this machine sees them. Ctrl-C ends it.
    """
    # Opened and closed before: what is wrong with the file is told at once and in our words.
    with settings.reading():
        pass
    # Imported here: Datasette takes a second to load.
    from whence import web  # noqa: PLC0415

    web.serve(Path(settings.db), port=port, host="127.0.0.1", announce=printing.text)
