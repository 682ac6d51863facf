"""`log`: the events as they were recorded, the newest first."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from whence import log as events
from whence.cli import printing
from whence.cli.as_of import AS_OF, at
from whence.cli.identity import short
from whence.cli.program import Command, WholeNumber
from whence.errors import BadInput
from whence.suggestions import did_you_mean
from whence.times import moment

if TYPE_CHECKING:
    from whence.cli.settings import Settings
    from whence.drafts import Event

__all__ = ["log"]

# What the events of each type say, beside claims; the types that this version records.
SAID = {
    "type.defined": "{name}: {description}",
    "property.defined": "{name}: {description}",
    "source.registered": "{source}: {title}",
    "source.captured": "{source}: {media_type}, {size:,} bytes",
    "source.graded": "{source}: {grade}, {reason}",
    "entity.declared": "{entity}: {name}, {type}",
    "claim.retracted": "{claim:.8}: {reason}",
    "passage.checked": "{claim:.8}: {outcome}",
    "source.withdrawn": "{source}: {reason}",
    "source.reinstated": "{source}: {reason}",
    "entities.matched": "{entities[0]} and {entities[1]} are one: {reason}",
    "entities.distinguished": "{entities[0]} and {entities[1]} are not one: {reason}",
    "values.matched": "{property}: {values[0]} and {values[1]} say the same: {reason}",
    "match.undone": "{match:.8}: {reason}",
    "distinction.undone": "{distinction:.8}: {reason}",
    "verdict.reached": "{subject}, {property}: {value}: {reason}",
    "verdict.revoked": "{verdict:.8}: {reason}",
}
TYPES = ("claim.made", *SAID)
STANCES = {"denies": "not ", "expects": "expected: "}
LONGEST = 200  # characters of what an event says that a line shows


@click.command(cls=Command)
@click.option("--limit", metavar="N", type=WholeNumber(min=1), default=50, show_default=True, help="How many at most.")
@click.option("--after", type=WholeNumber(min=0), default=0, metavar="POSITION", help="Only later events.")
@click.option("--type", "type_", metavar="TYPE", help="Only events of this type: claim.made, or claim for all of them.")
@AS_OF
@click.pass_obj
def log(settings: Settings, limit: int, after: int, type_: str | None, as_of: str | None) -> None:
    """List the events of the log, the newest first.

    With --json each event stands whole, with its salt and data.
    """
    if type_ is not None and not any(one == type_ or one.startswith(f"{type_}.") for one in TYPES):
        raise BadInput(
            f"There is no event type `{type_}`.", hint=did_you_mean(type_, TYPES) or f"There is {', '.join(TYPES)}."
        )
    with at(settings, as_of) as (connection, upto, _):
        if after > upto:
            raise BadInput(f"As of {as_of} the log ended at event {upto:,}, before --after {after:,}.")
        newest = events.events(connection, after=after, upto=upto, newest_first=True)
        wanted = (one for one in newest if type_ is None or one.type == type_ or one.type.startswith(f"{type_}."))
        found = list(islice(wanted, limit + 1))
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"events": shown, "more": more})
            return
        if not shown:
            printing.text("There are no such events.")
            return
        printing.table(
            ("event", "position", "recorded", "type", "what", "actor"),
            (
                (
                    short(connection, one.id),
                    f"{one.position:,}",
                    moment(one.recorded_at),
                    one.type,
                    said(one),
                    one.actor,
                )
                for one in shown
            ),
        )
        if more:
            printing.note(f"Only the newest {limit:,} are shown; --limit N shows more.")


def said(event: Event) -> str:
    """Return in a line what an event says."""
    data = event.data
    if event.type == "claim.made":
        stance = STANCES.get(data.get("stance", ""), "")
        words = f"{data['subject']}, {data['property'].replace('_', ' ')}: {stance}{data['value']} ({event.source})"
    else:
        form = SAID.get(event.type)
        words = (
            form.format(**{"source": event.source, **data})
            if form
            else ", ".join(f"{key} {value}" for key, value in data.items())
        )
    line = printing.one_line(words)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
