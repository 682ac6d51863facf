"""`entity`: people, organizations, places and so on are declared and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from whence import names, reading, vocabulary
from whence.cli import printing
from whence.cli.as_of import AS_OF, at
from whence.cli.program import Command, Group, WholeNumber
from whence.drafts import Draft

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from whence.cli.settings import Settings

__all__ = ["entity"]


@click.group(cls=Group)
def entity() -> None:
    """Declare and list people, organizations, places and so on."""


@entity.command("add", cls=Command)
@click.argument("type_name", metavar="TYPE")
@click.argument("name")
@click.option("--id", "id_", metavar="ID", help="A short id of your own.  [default: made from the name]")
@click.option("--source", "source_name", metavar="S", help="The source that it was met in first.")
@click.option("--reason", metavar="WORDS", help="Why the declaration of that --id is revised.")
@click.pass_obj
def add(
    settings: Settings,
    /,
    type_name: str,
    name: str,
    *,
    id_: str | None,
    source_name: str | None,
    reason: str | None,
) -> None:
    """Declare an entity.

    Where an entity of that type bears the name already, nothing is recorded: for a namesake give an --id.
    With the --id of an entity and a --reason its type and name are revised.
    """
    with settings.writing() as store:
        connection = store.connection
        type_ = names.type(vocabulary.read(connection), type_name).name
        bearers = names.candidates(connection, name)
        same = [one for one in bearers if one.type == type_]
        if id_ is None and same:
            _known(settings, connection, [one.id for one in same])
            return
        entity_id = id_ if id_ is not None else names.free_id(connection, name)
        before = reading.entity(connection, entity_id)
        data = {"entity": entity_id, "type": type_, "name": name.strip()}
        if reason is not None and before is not None:
            data["reason"] = reason
        source = None if source_name is None else names.source(connection, source_name)
        recorded = store.record([Draft("entity.declared", data, source=source)], actor=settings.recorder())
        if recorded.count == 0:
            _known(settings, connection, [entity_id])
            return
        if settings.json:
            printing.document({"recorded": recorded.count, "entity": reading.entity(connection, entity_id)})
            return
        verb = "Revised" if before else "Declared"
        printing.text(f"{verb} {printing.bold(entity_id)}: {name.strip()}, {type_}.")
        for one in bearers:
            if one.id != entity_id:
                printing.note(
                    f"Note: {one.id} ({one.type}, {one.name}) bears this name too; write the id to tell them apart."
                )


def _known(settings: Settings, connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    found = [one for each in ids if (one := reading.entity(connection, each)) is not None]
    if settings.json:
        printing.document({"recorded": 0, "entity": found[0]})
        return
    for one in found:
        printing.text(f"Known already: {one.entity}, {one.name}, {one.type}. Nothing was recorded.")
    printing.text("For another one of that name give an --id of its own.")


@entity.command("list", cls=Command)
@click.option("--type", "type_name", metavar="TYPE", help="Only entities of this type.")
@click.option("--limit", metavar="N", type=WholeNumber(min=1), default=100, show_default=True, help="How many at most.")
@AS_OF
@click.pass_obj
def list_(settings: Settings, type_name: str | None, limit: int, as_of: str | None) -> None:
    """List the entities, by type and name."""
    with at(settings, as_of, through="entity") as (connection, *_):
        type_ = None if type_name is None else names.type(vocabulary.read(connection), type_name).name
        found = reading.entities(connection, type=type_, limit=limit + 1)
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"entities": shown, "more": more})
            return
        printing.table(("id", "type", "name"), ((one.entity, one.type, one.name) for one in shown))
        printing.more(more, limit)
