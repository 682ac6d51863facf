"""`retract`, `correct`, and what every correction shares: what would change is shown first, and recorded then."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import click

from whence import audit, history, log, names, reading, vocabulary
from whence.cli import printing
from whence.cli.claims import rivals_of, say_fact
from whence.cli.documents import of_claim
from whence.cli.identity import short
from whence.cli.program import Command
from whence.cli.wording import HANDLINGS, status
from whence.drafts import Draft, Event, Ref
from whence.errors import BadInput

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from whence.cli.settings import Settings
    from whence.history import Change
    from whence.store import Store

__all__ = ["correct", "documented", "effects", "foretold", "previewed", "retract"]

LISTED = 10  # changes that are listed one by one


def previewed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --dry-run and --yes."""
    command = click.option("--yes", is_flag=True, help="Record it without asking.")(command)
    return click.option("--dry-run", is_flag=True, help="Show what would change, record nothing.")(command)


def foretold(
    settings: Settings,
    store: Store,
    drafts: Sequence[Draft],
    *,
    dry_run: bool,
    yes: bool,
    own: frozenset[str] | None = None,
) -> tuple[list[Change], bool]:
    """Say what the drafts would change; return that, and whether to record them.

    On a terminal it is asked for, unless `yes`. `own` names facts that are expected to change: where no other
    would, and where there is no terminal, nothing is asked. Without `own` and without a terminal `yes` is needed.
    """
    found = history.foreseen(store, drafts, actor=settings.recorder())
    expected = own is not None and all(change.fact.fact in own for change in found)
    asked = bool(found) and not (yes or expected or (own is not None and not sys.stdin.isatty()))
    if not settings.json and (dry_run or (found and not expected)):
        _say(found, would="would change" if dry_run or asked else "changes")
    if dry_run or not asked:
        return found, not dry_run
    if not sys.stdin.isatty():
        raise BadInput(
            f"This would change {printing.count(len(found), 'fact')} ({effects(found)}), and there is no terminal"
            " to ask on.",
            hint="Record it with --yes, or look at it with --dry-run.",
        )
    if click.confirm("Record it?", default=False, err=True):
        return found, True
    printing.note("Nothing was recorded.")
    return found, False


def documented(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Return changes for JSON."""
    return [{"before": change.before, "after": change.after} for change in changes]


def _say(found: Sequence[Change], *, would: str) -> None:
    if not found:
        printing.text("No fact would change.")
        return
    printing.text(f"This {would} {printing.count(len(found), 'fact')}: {effects(found)}.")
    printing.table(
        ("entity", "property", "value", "now", "then", "score"),
        (
            (
                one.fact.entity_name,
                one.fact.label,
                one.fact.shown,
                status(one.before) if one.before else "-",
                status(one.after) if one.after else "no longer on record",
                f"{one.before.score if one.before else 0} → {one.after.score if one.after else 0}",
            )
            for one in found[:LISTED]
        ),
    )
    if len(found) > LISTED:
        printing.text(f"and {len(found) - LISTED:,} more.")


def effects(found: Sequence[Change]) -> str:
    """Return in a few words what the changes are: `12 lose their only source, 3 change value`."""
    lost = [one for one in found if one.after is None]
    new = [one for one in found if one.before is None]
    shown: dict[tuple[str, str], list[str | None]] = {}
    for one in found:
        values = shown.setdefault((one.fact.entity, one.fact.property), [None, None])
        for place, fact in enumerate((one.before, one.after)):
            if fact is not None and fact.current:
                values[place] = fact.value
    moved = {key for key, (old, now) in shown.items() if old is not None and now is not None and old != now}
    rest = [one for one in found if one.before is not None and one.after is not None]
    other_status = [one for one in rest if one.before and one.after and one.before.status != one.after.status]
    others = len(rest) - len(other_status)
    told = (
        (len(lost), "loses its only source", "lose their only source"),
        (len(moved), "changes value", "change value"),
        (len(new), "comes on record", "come on record"),
        (len(other_status), "changes status", "change status"),
        (others, "changes in score or time", "change in score or time"),
    )
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in told if number)


@click.command(cls=Command)
@click.argument("claim")
@click.option("--reason", required=True, metavar="WORDS", help="Why it is taken back.")
@click.option("--replaced-by", metavar="CLAIM", help="The claim that stands in its place.")
@previewed
@click.pass_obj
def retract(settings: Settings, claim: str, reason: str, replaced_by: str | None, *, dry_run: bool, yes: bool) -> None:
    """Take a claim back, with a reason.

    CLAIM is the event id that `whence why` and `whence log` show, or the beginning of it. The claim stays in
    the log and in the audit; it no longer counts. What else would change is shown first.
    """
    with settings.writing() as store:
        connection = store.connection
        event = log.find(connection, claim)
        data = {"claim": event.id, "reason": reason}
        if replaced_by is not None:
            data["replaced_by"] = log.find(connection, replaced_by).id
        drafts = [Draft("claim.retracted", data)]
        own = frozenset({audit.fact_of(connection, event.position) or ""})
        changes, go = foretold(settings, store, drafts, dry_run=dry_run, yes=yes, own=own)
        recorded = store.record(drafts, actor=settings.recorder()) if go else None
        audited = audit.claim(connection, event.position)
        fact_id = audit.fact_of(connection, event.position)
        fact = None if fact_id is None else reading.fact(connection, fact_id)
        if settings.json:
            done = None if recorded is None else recorded.ids[-1]
            document = {"event": done, "claim": of_claim(audited), "fact": fact, "changes": documented(changes)}
            printing.document(document)
            return
        if recorded is None:
            return
        done, taken = short(connection, recorded.ids[-1]), short(connection, event.id)
        printing.text(f"Recorded {printing.bold(done)}: the claim {taken} is retracted.")
        if fact is not None:
            say_fact(fact, rivals_of(connection, fact))
        else:
            printing.text("Nobody else says it, so there is no such fact any more.")


@click.command(cls=Command)
@click.argument("claim")
@click.option("--reason", required=True, metavar="WORDS", help="What was wrong.")
@click.option("--value", metavar="VALUE", help="The right value.")
@click.option("--property", "property_name", metavar="PROPERTY", help="The right property.")
@click.option("--subject", metavar="ENTITY", help="The right subject.")
@click.option("--quote", "-q", metavar="WORDS", help="The right words.")
@click.option("--locator", metavar="PLACE", help="Where they stand.")
@click.option("--on", metavar="DATE", help="It held throughout this time.")
@click.option("--from", "from_", metavar="DATE", help="It began then.")
@click.option("--until", metavar="DATE", help="It ended then.")
@click.option("--during", metavar="DATE", help="It held on some day of this time.")
@click.option("--stance", type=click.Choice(("affirms", "denies", "expects")), help="What the source does.")
@click.option("--speaker", multiple=True, metavar="WHO", help="Who says it; repeat, the nearest first.")
@click.option("--said", metavar="DATE", help="When the speaker said it.")
@click.option("--note", metavar="WORDS", help="A remark of yours.")
@click.option("--credibility", type=click.IntRange(1, 6), metavar="1-6", help="1 confirmed to 5 improbable, 6 unknown.")
@click.option("--handling", type=click.Choice(HANDLINGS, case_sensitive=False), metavar="LABEL", help="TLP 2.0.")
@previewed
@click.pass_obj
def correct(settings: Settings, /, claim: str, **options: Any) -> None:  # noqa: ANN401 - click's options by name
    """Correct a claim: retract it and record its replacement.

    CLAIM is the event id that `whence why` and `whence log` show. What is not given stays as it was; an empty
    text removes it. A time replaces the whole time. Both claims stay in the log, linked.
    """
    with settings.writing() as store:
        connection = store.connection
        event = log.find(connection, claim)
        if event.type != "claim.made":
            raise BadInput(f"The event {event.id[:8]} is a {event.type}, no claim.", hint="`whence log` shows claims.")
        data = _corrected(connection, event, options)
        drafts = [
            Draft("claim.made", data, source=event.source),
            Draft("claim.retracted", {"claim": event.id, "reason": options["reason"], "replaced_by": Ref(0)}),
        ]
        changes, go = foretold(settings, store, drafts, dry_run=options["dry_run"], yes=options["yes"])
        recorded = store.record(drafts, actor=settings.recorder(), anew=True) if go else None
        made = None if recorded is None else log.find(connection, recorded.ids[0])
        corrected = None if made is None else audit.claim(connection, made.position)
        if settings.json:
            document = {"claim": of_claim(corrected), "retracted": event.id, "dry_run": options["dry_run"]}
            printing.document({**document, "changes": documented(changes)})
        elif made is not None:
            printing.text(
                f"Recorded {printing.bold(short(connection, made.id))}: it stands in the place of"
                f" {short(connection, event.id)}, which is retracted."
            )
            if fact_id := audit.fact_of(connection, made.position):
                fact = reading.fact(connection, fact_id)
                if fact is not None:
                    printing.text(f"{fact.entity_name}, {fact.label}: {fact.shown} is {status(fact)}.")


def _corrected(connection: sqlite3.Connection, event: Event, options: dict[str, Any]) -> dict[str, Any]:
    """Return the claim's payload with what was given in its place. Raises BadInput where nothing differs."""
    data = dict(event.data)
    known = vocabulary.read(connection)
    if options["property_name"] is not None:
        data["property"] = names.property(known, options["property_name"]).name
    one = known.properties[data["property"]]
    if options["subject"] is not None:
        data["subject"] = names.entity(connection, options["subject"], types=one.of)
    if options["value"] is not None:
        entity = one.value == "entity"
        data["value"] = names.entity(connection, options["value"], types=one.value_of) if entity else options["value"]
    if options["speaker"]:
        data["speaker"] = [names.entity(connection, each) for each in options["speaker"] if each]
    times = {"on": options["on"], "from": options["from_"], "until": options["until"], "during": options["during"]}
    if any(date is not None for date in times.values()):
        data["when"] = {key: date for key, date in times.items() if date}
    data |= {key: options[key] for key in ("said", "note", "credibility", "handling") if options[key] is not None}
    if options["stance"] is not None:
        data["stance"] = options["stance"]
    if options["quote"] is not None or options["locator"] is not None:
        data["passages"] = _passages(data.get("passages", []), options["quote"], options["locator"])
    data = {key: value for key, value in data.items() if value not in ("", [], {}, None)}
    if data.get("stance") == "affirms":
        del data["stance"]
    if data == dict(event.data):
        raise BadInput("That is what the claim says already.", hint="Give what is right: --value, --quote, --on …")
    return data


def _passages(before: Sequence[dict[str, Any]], quote: str | None, locator: str | None) -> list[dict[str, Any]]:
    """Return the passages with other words or another place; other words stand elsewhere, so offsets go."""
    first = dict(before[0]) if before else {}
    if quote is not None:
        first = {key: value for key, value in first.items() if key == "locator"}
        first["exact"] = normalize("NFC", quote)
    if locator is not None:
        first["locator"] = locator
    first = {key: value for key, value in first.items() if value != ""}
    return [one for one in (first, *before[1:]) if one]
