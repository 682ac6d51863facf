"""`suggest`: pairs that may be one are listed with reasons, or ruled on with one key each; none is ruled by itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from whence import names, reading, vocabulary
from whence import suggest as suggestions
from whence.cli import printing
from whence.cli.identity import short
from whence.cli.program import Command, WholeNumber
from whence.cli.rulings import entity_ruling
from whence.cli.wording import status
from whence.drafts import Draft
from whence.errors import BadInput
from whence.state import LogState
from whence.times import held

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from whence.cli.settings import Settings
    from whence.store import Store
    from whence.suggest import Pair, ValuePair

__all__ = ["suggest"]

SHOWN = 12  # facts of each side that are shown for a ruling
KEYS = "y they are one, n they are not, s skip, q quit"


@click.command(cls=Command)
@click.option("--values", is_flag=True, help="Wordings among rivals that may say the same, in place of entities.")
@click.option("--type", "type_name", metavar="TYPE", help="Only entities of this type.")
@click.option("--review", is_flag=True, help="Rule on the pairs one by one, with both sides' facts shown.")
@click.option("--limit", type=WholeNumber(min=1), default=50, show_default=True, metavar="N", help="At most.")
@click.pass_obj
def suggest(settings: Settings, *, values: bool, type_name: str | None, review: bool, limit: int) -> None:
    """Propose pairs that may be one, with reasons.

    Names are compared whatever their order, case, hyphens, accents and romanisation, and weighed with what else
    agrees or speaks against. Nothing is matched by itself: `--review` asks for each pair.
    """
    if values and type_name is not None:
        raise click.UsageError("--type goes with entities, not with --values.")
    if review and settings.json:
        raise click.UsageError("--review asks a person: it goes with no --json.")
    if review and not sys.stdin.isatty():
        raise BadInput(
            "--review needs a terminal to ask on.",
            hint="List the pairs without it, and rule with `whence match` and `whence distinguish`.",
        )
    if review:
        with settings.writing() as store:
            _review(settings, store, type_name, limit, values=values)
        return
    with settings.reading() as store:
        _list(settings, store.connection, type_name, limit, values=values)


def _pairs(connection: sqlite3.Connection, type_name: str | None, limit: int) -> list[Pair]:
    type_ = None if type_name is None else names.type(vocabulary.read(connection), type_name).name
    return suggestions.entities(connection, type=type_, limit=limit, decided=_decided(connection))


def _decided(connection: sqlite3.Connection) -> frozenset[frozenset[str]]:
    """Return the pairs that need no ruling: those that are one, and those that are distinguished."""
    groups: dict[str, list[str]] = {}
    for one, under in connection.execute("SELECT identity, canonical FROM identity"):
        groups.setdefault(under, [under]).append(one)
    joined = {frozenset((a, b)) for group in groups.values() for a in group for b in group if a != b}
    parted = set()
    state = LogState(connection)
    for one, other in connection.execute("SELECT one, other FROM distinction WHERE live").fetchall():
        left, right = state.canonical(one), state.canonical(other)
        parted |= {frozenset((a, b)) for a in groups.get(left, [left]) for b in groups.get(right, [right])}
    return frozenset(joined | parted)


def _list(
    settings: Settings, connection: sqlite3.Connection, type_name: str | None, limit: int, *, values: bool
) -> None:
    if values:
        wordings = suggestions.values(connection)[:limit]
        if settings.json:
            printing.document({"pairs": [], "wordings": wordings})
            return
        if not wordings:
            printing.text("No rivals look like two wordings of one value.")
            return
        printing.table(
            ("property", "one", "other", "entity", "score", "reasons"),
            (
                (w.property, w.one, w.other, w.entity or "several", f"{w.score:.2f}", "; ".join(w.reasons))
                for w in wordings
            ),
        )
        return
    pairs = _pairs(connection, type_name, limit)
    if settings.json:
        printing.document({"pairs": pairs, "wordings": []})
        return
    if not pairs:
        printing.text("No two entities look like one.")
        return
    printing.table(
        ("one", "other", "score", "for", "against"),
        (
            (
                _called(connection, pair.one),
                _called(connection, pair.other),
                f"{pair.score:.2f}",
                "; ".join(pair.reasons_for),
                "; ".join(pair.reasons_against) or "-",
            )
            for pair in pairs
        ),
    )


def _called(connection: sqlite3.Connection, entity: str) -> str:
    found = reading.entity(connection, entity)
    return f"{found.name} ({entity})" if found else entity


def _review(settings: Settings, store: Store, type_name: str | None, limit: int, *, values: bool) -> None:
    connection = store.connection
    waiting: list[Pair | ValuePair] = [
        *(suggestions.values(connection)[:limit] if values else _pairs(connection, type_name, limit))
    ]
    if not waiting:
        printing.text("There is no pair to rule on.")
    for place, pair in enumerate(waiting, 1):
        printing.text(printing.bold(f"{place} of {len(waiting)}"))
        if isinstance(pair, suggestions.Pair):
            # What was ruled on before may have settled this pair too.
            if frozenset((pair.one, pair.other)) in _decided(connection):
                printing.text("settled by what was ruled before\n")
                continue
            done = _rule_on_entities(settings, store, pair)
        else:
            done = _rule_on_wordings(settings, store, pair)
        printing.text()
        if not done:
            return


def _rule_on_entities(settings: Settings, store: Store, pair: Pair) -> bool:
    """Show both sides, ask, and record what is ruled; return whether to go on."""
    for entity in (pair.one, pair.other):
        _side(store.connection, entity)
    for label, reasons in (("for", pair.reasons_for), ("against", pair.reasons_against)):
        if reasons:
            printing.paragraph("; ".join(reasons), label=label)
    sides = [pair.one, pair.other]
    return _ruled(
        settings,
        store,
        yes=lambda reason: entity_ruling("entities.matched", sides, reason),
        no=lambda reason: entity_ruling("entities.distinguished", sides, reason),
        same="; ".join(pair.reasons_for),
        other="; ".join(pair.reasons_against),
    )


def _rule_on_wordings(settings: Settings, store: Store, pair: ValuePair) -> bool:
    printing.text(f"{pair.property}: “{pair.one}” and “{pair.other}”")
    printing.paragraph("; ".join(pair.reasons), label="for")
    data = {"property": pair.property, "values": [pair.one, pair.other]}
    # That two wordings differ needs no ruling: they stay rivals, so `n` leaves them as they are.
    return _ruled(
        settings,
        store,
        yes=lambda reason: Draft("values.matched", {**data, "reason": reason}),
        no=None,
        same="; ".join(pair.reasons),
        other="",
    )


def _ruled(
    settings: Settings,
    store: Store,
    *,
    yes: Callable[[str], Draft],
    no: Callable[[str], Draft] | None,
    same: str,
    other: str,
) -> bool:
    printing.note(f"One? {KEYS}")
    key = click.getchar().lower()
    while key not in "ynsq":
        printing.note(KEYS)
        key = click.getchar().lower()
    if key == "q":
        return False
    if key == "y":
        default, make = f"same: {same}", yes
    elif key == "n" and no is not None:
        default, make = (f"not the same: {other}" if other else "not the same"), no
    else:
        return True
    reason = click.prompt("Why", default=default, err=True)
    try:
        event = store.record([make(reason)], actor=settings.recorder()).ids[-1]
    except BadInput as error:
        # One refused ruling does not end the review: it is told, and the next pair follows.
        printing.note(str(error))
        return True
    printing.text(f"Recorded {printing.bold(short(store.connection, event))}.")
    return True


def _side(connection: sqlite3.Connection, entity: str) -> None:
    """Show one side of a pair with its facts."""
    printing.text(_called(connection, LogState(connection).canonical(entity)))
    found = reading.facts_about(connection, LogState(connection).canonical(entity), limit=SHOWN + 1)
    if found:
        printing.table(
            ("property", "value", "status", "when"),
            ((f.label, f.shown, status(f), held(f)) for f in found[:SHOWN]),
        )
    if len(found) > SHOWN:
        printing.text(f"… `whence show {entity}` shows all.")
    if not found:
        printing.text("Nothing is on record about it.")
