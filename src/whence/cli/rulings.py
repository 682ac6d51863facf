"""`decide`, `match`, `unmatch` and `distinguish`: what a person rules, with a reason, and how the facts stand then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from whence import log, names, reading, values, vocabulary
from whence.cli import printing
from whence.cli.identity import short
from whence.cli.program import Command
from whence.cli.wording import status
from whence.drafts import Draft
from whence.errors import BadInput
from whence.state import LogState
from whence.times import held

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from whence.cli.settings import Settings
    from whence.reading import Fact
    from whence.store import Store

__all__ = ["decide", "distinguish", "entity_ruling", "match", "unmatch"]

REASON = click.option("--reason", required=True, metavar="WORDS", help="Why.")
MANY = 20  # facts that are shown after a ruling


@click.command(cls=Command)
@click.argument("what", nargs=-1, metavar="SUBJECT PROPERTY VALUE")
@click.option("--against", is_flag=True, help="Decide against the value: it is rejected.")
@click.option("--on", metavar="DATE", help="Decide for this time only.")
@click.option("--from", "from_", metavar="DATE", help="Decide from then on only.")
@click.option("--until", metavar="DATE", help="Decide up to then only.")
@click.option("--revoke", metavar="VERDICT", help="Take the verdict with this id back; the rules decide again.")
@REASON
@click.pass_obj
def decide(settings: Settings, /, what: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - click's options
    """Decide between rival values: a verdict, with a reason.

    The value that is decided for is accepted. Its rivals stay visible as rejected, and when evidence moves
    later the verdict stays in force and is flagged: `whence conflicts --review` lists what needs another look.
    """
    revoked = options["revoke"]
    if (len(what) != 3) if revoked is None else bool(what):  # noqa: PLR2004 - a subject, a property, a value
        raise click.UsageError("Name a SUBJECT, a PROPERTY and a VALUE, or give --revoke VERDICT alone.")
    times = {"on": options["on"], "from": options["from_"], "until": options["until"]}
    when = {key: date for key, date in times.items() if date is not None}
    if revoked is not None and (when or options["against"]):
        raise click.UsageError("--revoke takes a whole verdict back: no other option goes with it but --reason.")
    with settings.writing() as store:
        if revoked is not None:
            event = log.find(store.connection, revoked)
            subject, property_ = event.data.get("subject", ""), event.data.get("property", "")
            draft = Draft("verdict.revoked", {"verdict": event.id, "reason": options["reason"]})
        else:
            data = _verdict(store.connection, *what, reason=options["reason"], when=when, against=options["against"])
            subject, property_ = data["subject"], data["property"]
            draft = Draft("verdict.reached", data)
        done = _record(settings, store, draft)
        found = reading.facts_about(store.connection, _canonical(store.connection, subject), property=property_)
        said = "decided" if revoked is None else f"the verdict {short(store.connection, event.id)} is revoked"
        _report(settings, store, done, said, found)


def _verdict(
    connection: sqlite3.Connection,
    subject: str,
    property_name: str,
    value: str,
    *,
    reason: str,
    when: dict[str, str],
    against: bool,
) -> dict[str, Any]:
    one = names.property(vocabulary.read(connection), property_name)
    settled = (
        names.entity(connection, value, types=one.value_of) if one.value == "entity" else values.read(one.value, value)
    )
    data: dict[str, Any] = {
        "subject": names.entity(connection, subject, types=one.of),
        "property": one.name,
        "value": settled,
        "reason": reason,
    }
    return data | ({"when": when} if when else {}) | ({"stance": "denies"} if against else {})


@click.command(cls=Command)
@click.argument("one")
@click.argument("other")
@click.option("--value", "property_name", metavar="PROPERTY", help="ONE and OTHER are wordings of this property.")
@click.option("--subject", metavar="ENTITY", help="With --value: of this entity only.")
@REASON
@click.pass_obj
def match(
    settings: Settings, one: str, other: str, *, property_name: str | None, subject: str | None, reason: str
) -> None:
    """Rule that two entities, or two wordings of a value, are one.

    Matched entities are shown as one, under the one declared first; their claims stay as they are, and
    `whence unmatch` gives back exactly what there was.
    """
    if subject is not None and property_name is None:
        raise click.UsageError("--subject goes with --value PROPERTY.")
    with settings.writing() as store:
        connection = store.connection
        if property_name is None:
            pair = [names.entity(connection, each) for each in (one, other)]
            done = _record(settings, store, entity_ruling("entities.matched", pair, reason))
            found = reading.facts_about(connection, _canonical(connection, pair[0]))
            _report(settings, store, done, f"{pair[0]} and {pair[1]} are one, {_canonical(connection, pair[0])}", found)
            return
        data = {"property": names.property(vocabulary.read(connection), property_name).name, "values": [one, other]}
        if subject is not None:
            data["subject"] = names.entity(connection, subject)
        done = _record(settings, store, Draft("values.matched", {**data, "reason": reason}))
        _report(settings, store, done, f"“{one}” and “{other}” say the same", _worded(connection, data))


def _worded(connection: sqlite3.Connection, data: dict[str, Any]) -> list[Fact]:
    """Return the facts that have one of the wordings for their value."""
    one = vocabulary.read(connection).properties[data["property"]]
    keys = {values.key(one.value, values.read(one.value, value)) for value in data["values"]}
    if "subject" in data:
        found = reading.facts_about(connection, _canonical(connection, data["subject"]), property=one.name)
    else:
        found = reading.facts(connection, property=one.name, limit=10_000)
    return [fact for fact in found if values.key(one.value, fact.value) in keys]


def entity_ruling(type_: str, pair: Sequence[str], reason: str) -> Draft:
    """Return the draft of a match or a distinction of two entities."""
    return Draft(type_, {"entities": list(pair), "reason": reason})


@click.command(cls=Command)
@click.argument("what", nargs=-1, required=True, metavar="MATCH | A B")
@REASON
@click.pass_obj
def unmatch(settings: Settings, what: tuple[str, ...], reason: str) -> None:
    """Undo a match, of entities or of wordings.

    MATCH is the id that `whence log` and `whence why` show; or name the two entities.
    """
    if len(what) > 2:  # noqa: PLR2004 - a pair
        raise click.UsageError("Name a MATCH by its id, or two entities.")
    with settings.writing() as store:
        connection = store.connection
        event = log.find(connection, what[0] if len(what) == 1 else _match_of(connection, *what))
        done = _record(settings, store, Draft("match.undone", {"match": event.id, "reason": reason}))
        if event.type == "entities.matched":
            one, other = (_canonical(connection, each) for each in event.data["entities"])
            found = [fact for each in dict.fromkeys((one, other)) for fact in reading.facts_about(connection, each)]
            said = f"{one} and {other} are two again" if one != other else f"still one as {one}, by other matches"
        else:
            found = _worded(connection, dict(event.data))
            said = f"“{event.data['values'][0]}” and “{event.data['values'][1]}” are two values again"
        _report(settings, store, done, f"the match {short(connection, event.id)} is undone; {said}", found)


def _match_of(connection: sqlite3.Connection, one: str, other: str) -> str:
    """Return the id of the match in force between two entities. Raises BadInput where there is none."""
    pair = [names.entity(connection, each) for each in (one, other)]
    row = connection.execute(
        "SELECT e.id FROM match m CROSS JOIN event e ON e.position = m.match"
        " WHERE m.live AND (m.one, m.other) IN (VALUES (:one, :other), (:other, :one))",
        {"one": pair[0], "other": pair[1]},
    ).fetchone()
    if row is not None:
        return str(row[0])
    if pair[0] != pair[1] and _canonical(connection, pair[0]) == _canonical(connection, pair[1]):
        raise BadInput(f"{pair[0]} and {pair[1]} are one by way of other entities.", hint=_matches(connection, pair))
    raise BadInput(f"{pair[0]} and {pair[1]} are not matched.", hint=_matches(connection, pair))


def _matches(connection: sqlite3.Connection, pair: Sequence[str]) -> str:
    rows = connection.execute(
        "SELECT e.id, m.one, m.other FROM identity i CROSS JOIN identity j ON j.canonical = i.canonical"
        " CROSS JOIN match m ON m.live AND m.one IN (j.identity, j.canonical)"
        " CROSS JOIN event e ON e.position = m.match"
        " WHERE :one IN (i.identity, i.canonical) OR :other IN (i.identity, i.canonical)"
        " GROUP BY m.match ORDER BY m.match LIMIT 10",
        {"one": pair[0], "other": pair[1]},
    )
    listed = "; ".join(f"{one} and {other} ({event[:8]})" for event, one, other in rows)
    return f"The matches in force: {listed}." if listed else "`whence log --type entities` lists the matches."


@click.command(cls=Command)
@click.argument("what", nargs=-1, metavar="A B")
@click.option("--undo", metavar="ID", help="Take the distinction with this id back.")
@REASON
@click.pass_obj
def distinguish(settings: Settings, what: tuple[str, ...], undo: str | None, reason: str) -> None:
    """Rule that two entities are not one.

    They are no longer suggested as a pair, and a match that would make them one is refused.
    """
    if (len(what) != 2) if undo is None else bool(what):  # noqa: PLR2004 - a pair
        raise click.UsageError("Name two entities, or give --undo ID alone.")
    with settings.writing() as store:
        connection = store.connection
        if undo is not None:
            event = log.find(connection, undo)
            draft = Draft("distinction.undone", {"distinction": event.id, "reason": reason})
            said = f"the distinction {short(connection, event.id)} is undone"
        else:
            pair = [names.entity(connection, each) for each in what]
            draft = entity_ruling("entities.distinguished", pair, reason)
            said = f"{pair[0]} and {pair[1]} are not one"
        _report(settings, store, _record(settings, store, draft), said, [])


def _record(settings: Settings, store: Store, draft: Draft) -> str:
    return store.record([draft], actor=settings.recorder()).ids[-1]


def _canonical(connection: sqlite3.Connection, entity: str) -> str:
    return LogState(connection).canonical(entity)


def _report(settings: Settings, store: Store, event: str, said: str, found: Sequence[Fact]) -> None:
    """Say what was ruled, and how the facts that it bears on stand now."""
    if settings.json:
        printing.document({"event": event, "facts": list(found)})
        return
    printing.text(f"Recorded {printing.bold(short(store.connection, event))}: {said}.")
    if found:
        printing.table(
            ("property", "value", "status", "score", "origins", "when", "fact"),
            ((f.label, f.shown, status(f), str(f.score), str(f.origins), held(f), f.fact[:8]) for f in found[:MANY]),
        )
    if len(found) > MANY:
        printing.note(f"Only the first {MANY} are shown: `whence show {found[0].entity}` shows all.")
