"""`show`, `facts`, `conflicts`, `search` and `timeline`: what the views hold, every rival and status said in words."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from whence import dates, names, reading, vocabulary
from whence.cli import printing
from whence.cli.program import Command
from whence.cli.wording import STATUSES, days, held, standing
from whence.errors import BadInput

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from whence.cli.settings import Settings
    from whence.reading import Entity, Fact

__all__ = ["conflicts", "facts", "search", "show", "timeline"]

ALL = 2**31
LIMIT = click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=100, show_default=True, help="How many at most."
)


@click.command(cls=Command)
@click.argument("entity")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=1_000, show_default=True, help="How many facts at most."
)
@click.pass_obj
def show(settings: Settings, entity: str, limit: int) -> None:
    """Show an entity: every fact about it, and who names it.

    ENTITY is an id, a name or an alias. `whence why` says where a fact comes from.
    """
    with settings.reading() as store:
        connection = store.connection
        one = reading.entity(connection, names.entity(connection, entity))
        if one is None:
            return
        about = reading.facts_about(connection, one.entity, limit=limit + 1)
        naming = reading.facts_naming(connection, one.entity, limit=limit + 1)
        more = len(about) > limit or len(naming) > limit
        about, naming = about[:limit], naming[:limit]
        if settings.json:
            printing.document({"entity": one, "facts": about, "named_by": naming, "more": more})
            return
        _print_entity(one, about, naming)
        printing.more(more, limit)


def _print_entity(one: Entity, about: Sequence[Fact], naming: Sequence[Fact]) -> None:
    aliases = [fact.shown for fact in about if fact.property == "alias" and fact.current]
    printing.text(printing.bold(one.name))
    printing.text(f"{one.type}, {one.entity}" + (f"; also {', '.join(aliases)}" if aliases else ""))
    printing.text()
    if not about and not naming:
        printing.text("Nothing is on record about it yet: `whence add` records a claim.")
    if about:
        rows, before = [], ""
        for fact in about:
            label = "" if fact.property == before else fact.label
            rows.append((label, fact.shown, standing(fact), held(fact), str(fact.origins), fact.fact[:8]))
            before = fact.property
        printing.table(("property", "value", "status", "when", "origins", "fact"), rows)
    if naming:
        if about:
            printing.text()
        printing.text(f"Named by {printing.count(len(naming), 'fact')} of others:")
        printing.table(
            ("entity", "property", "status", "when", "origins", "fact"),
            ((f.entity_name, f.label, standing(f), held(f), str(f.origins), f.fact[:8]) for f in naming),
        )


@click.command(cls=Command)
@click.option("--property", "property_name", metavar="PROPERTY", help="Only facts of this property.")
@click.option("--status", "status_", type=click.Choice(STATUSES), help="Only facts of this status.")
@click.option("--type", "type_name", metavar="TYPE", help="Only facts about entities of this type.")
@LIMIT
@click.pass_obj
def facts(
    settings: Settings, property_name: str | None, status_: str | None, type_name: str | None, limit: int
) -> None:
    """List facts.

    They come by entity and property.
    """
    with settings.reading() as store:
        connection = store.connection
        known = vocabulary.read(connection)
        wanted = None if property_name is None else names.property(known, property_name).name
        if type_name is None:
            found = reading.facts(connection, property=wanted, status=status_, limit=limit + 1)
        else:
            type_ = names.type(known, type_name).name
            types = [one for one in known.types if known.is_a(one, (type_,))]
            found = list(islice(_of_types(connection, types, wanted, status_), limit + 1))
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"facts": shown, "more": more})
            return
        print_facts(shown)
        printing.more(more, limit)


def _of_types(
    connection: sqlite3.Connection, types: Sequence[str], wanted: str | None, status_: str | None
) -> Iterator[Fact]:
    for type_ in types:
        for one in reading.entities(connection, type=type_, limit=ALL):
            for fact in reading.facts_about(connection, one.entity, property=wanted, limit=ALL):
                if status_ in (None, fact.status):
                    yield fact


def print_facts(found: Sequence[Fact]) -> None:
    """Print facts as a table, or that there are none."""
    if not found:
        printing.text("There are no such facts on record.")
        return
    printing.table(
        ("entity", "property", "value", "status", "when", "origins", "fact"),
        ((f.entity_name, f.label, f.shown, standing(f), held(f), str(f.origins), f.fact[:8]) for f in found),
    )


@click.command(cls=Command)
@LIMIT
@click.pass_obj
def conflicts(settings: Settings, limit: int) -> None:
    """List what is contested, the rivals side by side.

    The worst comes first: that whose second best value is supported best.
    """
    with settings.reading() as store:
        found = reading.conflicts(store.connection, limit=limit + 1)
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"conflicts": shown, "more": more})
            return
        if not shown:
            printing.text("Nothing is contested.")
        for place, one in enumerate(shown):
            if place:
                printing.text()
            printing.text(printing.bold(f"{one.entity_name}, {one.label}"))
            printing.table(
                ("value", "status", "score", "origins", "denials", "when", "fact"),
                (
                    (f.shown, standing(f), str(f.score), str(f.origins), str(f.denies), held(f), f.fact[:8])
                    for f in one.rivals
                ),
            )
        printing.more(more, limit)


@click.command(cls=Command)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help="How many of each at most."
)
@click.pass_obj
def search(settings: Settings, words: tuple[str, ...], limit: int) -> None:
    """Find entities and facts by words.

    All words must stand in a name, a value or a quote; the last may be the beginning of one.
    """
    with settings.reading() as store:
        wanted = " ".join(words)
        if not any(character.isalnum() for character in wanted):
            raise BadInput(f"“{wanted}” holds no word to search for.", hint="Type a word, or the beginning of one.")
        found = reading.search(store.connection, wanted, limit=limit)
        if settings.json:
            hits = [{"entity": hit.entity, "fact": hit.fact, "quote": hit.quote} for hit in found]
            printing.document({"hits": hits})
            return
        entities = [hit.entity for hit in found if hit.fact is None]
        hits_of_facts = [(hit.fact, hit.quote) for hit in found if hit.fact is not None]
        if not found:
            printing.text(f"Nothing on record holds “{wanted}”.")
        if entities:
            printing.table(("entity", "type", "name"), ((one.entity, one.type, one.name) for one in entities))
        if entities and hits_of_facts:
            printing.text()
        if hits_of_facts:
            printing.table(
                ("entity", "property", "value", "status", "quote", "fact"),
                (
                    (f.entity_name, f.label, f.shown, standing(f), quote or "-", f.fact[:8])
                    for f, quote in hits_of_facts
                ),
            )


@click.command(cls=Command)
@click.argument("entity", required=False)
@click.option("--since", metavar="DATE", help="Only what may touch this day or later.")
@click.option("--until", metavar="DATE", help="Only what may touch this day or earlier.")
@LIMIT
@click.pass_obj
def timeline(settings: Settings, entity: str | None, since: str | None, until: str | None, limit: int) -> None:
    """List what is dated, the earliest first.

    Of ENTITY, if it is named, or of all. A vague date may touch many days.
    """
    with settings.reading() as store:
        connection = store.connection
        found = reading.timeline(
            connection,
            entity=None if entity is None else names.entity(connection, entity),
            since=None if since is None else dates.bounds(since)[0],
            until=None if until is None else dates.bounds(until)[1],
            limit=limit + 1,
        )
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"timeline": shown, "more": more})
            return
        if not shown:
            printing.text("Nothing that is dated is on record there.")
            return
        printing.table(
            ("when", "entity", "property", "value", "status", "fact"),
            (
                (
                    days(one.earliest, one.latest) if one.kind == "date" else held(one.fact),
                    one.fact.entity_name,
                    one.fact.label,
                    one.fact.shown,
                    standing(one.fact),
                    one.fact.fact[:8],
                )
                for one in shown
            ),
        )
        printing.more(more, limit)
