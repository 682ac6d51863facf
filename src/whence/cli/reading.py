"""`show`, `facts`, `conflicts`, `search` and `timeline`: what the views hold, every rival and status said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from whence import audit, dates, names, reading, vocabulary
from whence.cli import printing
from whence.cli.as_of import AS_OF, at
from whence.cli.past import ON, day, in_order, on_days
from whence.cli.program import Command, WholeNumber
from whence.cli.wording import STATUSES, standing
from whence.errors import BadInput
from whence.past import SEARCH
from whence.timeline import dated
from whence.times import days, held

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from whence.cli.settings import Settings
    from whence.reading import Entity, Fact

__all__ = ["conflicts", "facts", "search", "show", "timeline"]

LIMIT = click.option(
    "--limit", metavar="N", type=WholeNumber(min=1), default=100, show_default=True, help="How many at most."
)


@click.command(cls=Command)
@click.argument("entity")
@click.option(
    "--limit", metavar="N", type=WholeNumber(min=1), default=1_000, show_default=True, help="How many facts at most."
)
@ON
@AS_OF
@click.pass_obj
def show(settings: Settings, entity: str, limit: int, on: str | None, as_of: str | None) -> None:
    """Show an entity: every fact about it, and who names it.

    ENTITY is an id, a name or an alias. The values of a property that changes come in the order of their
    times. `whence why` says where a fact comes from.
    """
    on = None if on is None else day(on)
    with at(settings, as_of, entity=entity) as (connection, _, asked):
        one = reading.entity(connection, asked)
        if one is None:
            return
        about = reading.facts_about(connection, one.entity, limit=limit + 1)
        naming = reading.facts_naming(connection, one.entity, limit=limit + 1)
        more = len(about) > limit or len(naming) > limit
        about, naming = about[:limit], naming[:limit]
        unaffirmed = audit.unaffirmed(connection, entity=one.entity)
        if settings.json:
            held_on = None if on is None else on_days(connection, [*about, *naming], on)
            found = {"entity": one, "facts": about, "named_by": naming, "on": held_on}
            printing.document({**found, "unaffirmed": [each._asdict() for each in unaffirmed], "more": more})
            return
        _print_entity(connection, one, about, naming, on)
        for each in unaffirmed:
            printing.text()
            printing.paragraph(f"{each.label}: {each.said}")
        printing.more(more, limit)


def _print_entity(
    connection: sqlite3.Connection, one: Entity, about: Sequence[Fact], naming: Sequence[Fact], on: str | None
) -> None:
    words = {} if on is None else on_days(connection, [*about, *naming], on)
    asked = () if on is None else (f"on {on}",)
    aliases = [fact.shown for fact in about if fact.property == "alias" and fact.current]
    printing.text(printing.bold(one.name))
    printing.text(f"{one.type}, {one.entity}" + (f"; also {', '.join(aliases)}" if aliases else ""))
    printing.text()
    if not about and not naming:
        printing.text("Nothing is on record about it yet: `whence add` records a claim.")
    if about:
        rows, before = [], ""
        for fact in in_order(connection, about):
            label = "" if fact.property == before else fact.label
            told = (words[fact.fact],) if on else ()
            rows.append((label, fact.shown, *told, standing(fact), held(fact), str(fact.origins), fact.fact[:8]))
            before = fact.property
        printing.table(("property", "value", *asked, "status", "when", "origins", "fact"), rows)
    if naming:
        if about:
            printing.text()
        printing.text(f"Named by {printing.count(len(naming), 'fact')} of others:")
        printing.table(
            ("entity", "property", *asked, "status", "when", "origins", "fact"),
            (
                (
                    f.entity_name,
                    f.label,
                    *((words[f.fact],) if on else ()),
                    standing(f),
                    held(f),
                    str(f.origins),
                    f.fact[:8],
                )
                for f in naming
            ),
        )


@click.command(cls=Command)
@click.option("--property", "property_name", metavar="PROPERTY", help="Only facts of this property.")
@click.option("--status", "status_", type=click.Choice(STATUSES), help="Only facts of this status.")
@click.option("--type", "type_name", metavar="TYPE", help="Only facts about entities of this type.")
@LIMIT
@ON
@AS_OF
@click.pass_obj
def facts(
    settings: Settings,
    property_name: str | None,
    status_: str | None,
    type_name: str | None,
    limit: int,
    *,
    on: str | None,
    as_of: str | None,
) -> None:
    """List facts.

    They come by entity and property.
    """
    on = None if on is None else day(on)
    with at(settings, as_of, through="fact") as (connection, *_):
        known = vocabulary.read(connection)
        wanted = None if property_name is None else names.property(known, property_name).name
        if type_name is None:
            found = reading.facts(connection, property=wanted, status=status_, limit=limit + 1)
        else:
            type_ = names.type(known, type_name).name
            types = [one for one in known.types if known.is_a(one, (type_,))]
            found = reading.facts(connection, property=wanted, status=status_, types=types, limit=limit + 1)
        shown, more = found[:limit], len(found) > limit
        words = None if on is None else on_days(connection, shown, on)
        if settings.json:
            printing.document({"facts": shown, "on": words, "more": more})
            return
        print_facts(shown, on, words)
        printing.more(more, limit)


def print_facts(found: Sequence[Fact], on: str | None = None, words: Mapping[str, str] | None = None) -> None:
    """Print facts as a table, or that there are none; with a day, what of them held on it."""
    if not found:
        printing.text("There are no such facts on record.")
        return
    told = words or {}
    printing.table(
        ("entity", "property", "value", *((f"on {on}",) if told else ()), "status", "when", "origins", "fact"),
        (
            (
                f.entity_name,
                f.label,
                f.shown,
                *((told[f.fact],) if told else ()),
                standing(f),
                held(f),
                str(f.origins),
                f.fact[:8],
            )
            for f in found
        ),
    )


@click.command(cls=Command)
@click.option("--review", is_flag=True, help="List the verdicts instead that evidence has moved under since.")
@LIMIT
@AS_OF
@click.pass_obj
def conflicts(settings: Settings, limit: int, *, review: bool, as_of: str | None) -> None:
    """List what is contested, the rivals side by side.

    The worst comes first: that whose second best value is supported best.
    """
    with at(settings, as_of, through="conflict") as (connection, upto, _):
        if review:
            _reviews(settings, connection, limit, upto)
            return
        found = reading.conflicts(connection, limit=limit + 1)
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"conflicts": shown, "reviews": [], "unaffirmed": [], "more": more})
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


def _reviews(settings: Settings, connection: sqlite3.Connection, limit: int, upto: int) -> None:
    """List the facts whose verdict wants another look, each with the verdict; first the verdicts without a fact."""
    unaffirmed = audit.unaffirmed(connection, limit=limit + 1)
    found = reading.reviews(connection, limit=limit + 1)
    shown, more = found[:limit], len(found) > limit or len(unaffirmed) > limit
    if settings.json:
        listed = [one._asdict() for one in unaffirmed[:limit]]
        printing.document({"conflicts": [], "reviews": shown, "unaffirmed": listed, "more": more})
        return
    if not shown and not unaffirmed:
        printing.text("No verdict wants another look.")
    paragraphs = [(f"{one.entity_name}, {one.label}", one.said, one.event) for one in unaffirmed[:limit]]
    for one in shown:
        audited = audit.why(connection, one.fact, upto=upto)
        if audited is not None:
            event = audited.verdict.event if audited.verdict is not None else ""
            paragraphs.append((f"{one.entity_name}, {one.label}: {one.shown}", audited.rule, event))
    for place, (title, said, event) in enumerate(paragraphs):
        if place:
            printing.text()
        printing.text(printing.bold(title))
        printing.paragraph(said, indent="  ")
        if event:
            printing.paragraph(f"whence decide --revoke {event[:8]} --reason …", indent="  ")
    printing.more(more, limit)


@click.command(cls=Command)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", metavar="N", type=WholeNumber(min=1), default=20, show_default=True, help="How many of each at most."
)
@AS_OF
@click.pass_obj
def search(settings: Settings, words: tuple[str, ...], limit: int, as_of: str | None) -> None:
    """Find entities and facts by words.

    All words must stand in a name, a value or a quote; the last may be the beginning of one.
    """
    wanted = " ".join(words)
    if not any(character.isalnum() for character in wanted):
        raise BadInput(f"“{wanted}” holds no word to search for.", hint="Type a word, or the beginning of one.")
    with at(settings, as_of, through=SEARCH) as (connection, *_):
        found = reading.search(connection, wanted, limit=limit)
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
@AS_OF
@click.pass_obj
def timeline(
    settings: Settings, entity: str | None, since: str | None, until: str | None, limit: int, *, as_of: str | None
) -> None:
    """List what is dated, the earliest first.

    Of ENTITY, if it is named, or of all. A vague date may touch many days.
    """
    first = None if since is None else dates.bounds(since)[0]
    last = None if until is None else dates.bounds(until)[1]
    if first is not None and last is not None and first > last:
        raise BadInput(f"Nothing is since {since} and until {until}: that ends before it begins.")
    with at(settings, as_of, entity=entity, through="timeline") as (connection, _, asked):
        found = dated(connection, entity=asked or None, since=first, until=last, limit=limit + 1)
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
