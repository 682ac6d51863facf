"""`history` and `diff`, and what of the record held on a day (`--on`)."""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from whence import database, dates, past, reading, vocabulary
from whence import history as changes
from whence.cli import printing
from whence.cli.as_of import AS_OF, at, replay
from whence.cli.log import said
from whence.cli.program import Command, WholeNumber
from whence.cli.wording import status
from whence.errors import BadInput
from whence.times import held, moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from whence.cli.settings import Settings
    from whence.history import Cause, Change
    from whence.reading import Fact
    from whence.vocabulary import Property

__all__ = ["ON", "day", "diff", "history", "in_order", "on_days"]

ON = click.option("--on", metavar="DATE", help="For that day: whether each held for certain, possibly or not.")


def day(text: str) -> str:
    """Return the day that `--on` names. Raises BadDate for what is none, and for a longer time."""
    first, last = dates.bounds(text)
    if first is None or first != last:
        raise BadInput(f"{text} is no single day.", hint="Write a day such as 2023-02-13.")
    return first


def on_days(connection: sqlite3.Connection, found: Sequence[Fact], on: str) -> dict[str, str]:
    """Say of each fact whether it held on a day: `certain`, `possible` or `no`, by the fact's id.

    What is contested or only expected is never certain. Of a property with one value at a time none but the one
    that is certain held. What does not change and has no stated time holds on every day.
    """
    known = vocabulary.read(connection).properties
    words = {one.fact: _on_day(one, on, known[one.property]) for one in found}
    certain = {(one.entity, one.property): one.fact for one in found if words[one.fact] == "certain"}
    for one in found:
        sure = certain.get((one.entity, one.property))
        if sure not in (None, one.fact) and not known[one.property].many and one.status != "refined":
            words[one.fact] = "no"
    return words


def _on_day(fact: Fact, on: str, property_: Property) -> str:
    bounds = dates.Bounds(fact.earliest_start, fact.latest_start, fact.earliest_end, fact.latest_end)
    if fact.status in ("denied", "rejected"):
        return "no"
    lasting = not property_.changes and not any(bounds)
    if not lasting and not dates.possible(bounds, on):
        return "no"
    unsettled = fact.status in ("contested", "expected")
    return "certain" if not unsettled and (lasting or dates.certain(bounds, on)) else "possible"


def in_order(connection: sqlite3.Connection, found: Sequence[Fact]) -> list[Fact]:
    """Return facts with the values of a property that changes in the order of their times: a career."""
    known = vocabulary.read(connection).properties
    places = {name: place for place, name in enumerate(dict.fromkeys(one.property for one in found))}

    def key(one: Fact) -> tuple[int, str]:
        begun = one.earliest_start or one.latest_start or one.earliest_end or ""
        return places[one.property], begun if known[one.property].changes else ""

    return sorted(found, key=key)


@click.command(cls=Command)
@click.argument("entity")
@click.option("--limit", type=WholeNumber(min=1), default=200, show_default=True, metavar="N", help="At most.")
@AS_OF
@click.pass_obj
def history(settings: Settings, entity: str, limit: int, as_of: str | None) -> None:
    """List every event that bears on an entity, in order.

    Who recorded what, when and why: claims about it and naming it and their retractions, grades and withdrawals
    of their sources, matches, distinctions and verdicts.
    """
    with at(settings, as_of, entity=entity) as (connection, upto, about):
        found = list(changes.bearing(connection, about, upto=upto))
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"entity": about, "events": shown, "more": more})
            return
        printing.table(
            ("position", "recorded", "type", "what", "actor"),
            ((f"{one.position:,}", moment(one.recorded_at), one.type, said(one), one.actor) for one in shown),
        )
        printing.more(more, limit)


@click.command(cls=Command)
@click.argument("earlier", metavar="A")
@click.argument("later", metavar="B")
@click.argument("entity", required=False)
@click.option("--limit", type=WholeNumber(min=1), default=200, show_default=True, metavar="N", help="At most.")
@click.pass_obj
def diff(settings: Settings, earlier: str, later: str, entity: str | None, limit: int) -> None:
    """Say which facts appeared, changed or fell, and what caused it.

    A and B are positions, days or moments. With an ENTITY only its facts are compared, which is much quicker.
    """
    with contextlib.ExitStack() as stack:
        first, last = (stack.enter_context(contextlib.closing(past.connect(settings.db))) for _ in range(2))
        stack.enter_context(database.told(settings.db))
        after, upto = past.position_of(first, earlier), past.position_of(first, later)
        if after > upto:
            raise BadInput(
                f"{later} (event {upto:,}) is before {earlier} (event {after:,}).", hint="Name the earlier first."
            )
        named = None if entity is None else past.entity_named(first, entity, upto)
        for place, (connection, position) in enumerate(((first, after), (last, upto)), 1):
            if named is None:
                replay(connection, position, past.FACTS, what=f", {place} of 2")
            else:
                past.shadow_entity(connection, named, position)
        if named is not None and reading.entity(last, named) is None:
            raise BadInput(
                f"As of {later} there was no entity `{named}`.", hint=f"`whence history {named}` shows when."
            )
        found = list(islice(changes.between(first, last, after=after, upto=upto, entity=named), limit + 1))
    shown, more = found[:limit], len(found) > limit
    if settings.json:
        printing.document({"after": after, "upto": upto, "changes": [_of_change(one) for one in shown], "more": more})
        return
    if not found:
        printing.text(f"No fact changed between event {after:,} and event {upto:,}.")
    for place, one in enumerate(shown):
        if place:
            printing.text()
        _print_change(one)
    printing.more(more, limit)


def _of_change(one: Change) -> dict[str, Any]:
    causes = [{"event": cause.event, "source": cause.source} for cause in one.causes]
    return {"kind": one.kind, "before": one.before, "after": one.after, "causes": causes}


def _print_change(one: Change) -> None:
    fact = one.fact
    printing.text(printing.bold(f"{fact.entity_name}, {fact.label}: {printing.one_line(fact.shown)}"))
    printing.text(f"  {one.kind}: {_how(one)}")
    for cause in one.causes:
        printing.text(f"  {_cause(cause)}")


def _how(one: Change) -> str:
    if one.before is None or one.after is None:
        side = one.fact
        return f"{status(side)}, score {side.score}" + (f", {held(side)}" if held(side) else "")
    before, after = one.before, one.after
    pairs: Sequence[tuple[str, str, str]] = (
        ("", status(before), status(after)),
        ("score ", str(before.score), str(after.score)),
        ("origins ", str(before.origins), str(after.origins)),
        ("denials ", str(before.denies), str(after.denies)),
        ("", held(before) or "no time", held(after) or "no time"),
        ("value ", before.shown, after.shown),
        ("", "current" if before.current else "not current", "current" if after.current else "not current"),
        ("", "as decided", "wants another look") if after.review > before.review else ("", "", ""),
    )
    return ", ".join(f"{label}{old} → {new}" for label, old, new in pairs if old != new)


def _cause(cause: Cause) -> str:
    event = cause.event
    return f"event {event.position:,} ({event.id[:8]}), {event.type}, {moment(event.recorded_at)}: {said(event)}"
