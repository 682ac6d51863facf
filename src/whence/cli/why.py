"""`why`: says who? The rule that made a fact what it is, and every claim for and against with its words and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from whence import audit, log, names, reading, values, vocabulary
from whence.audit import GRADES
from whence.cli import printing
from whence.cli.as_of import AS_OF, EVER, at
from whence.cli.documents import of_audit, of_claim
from whence.cli.program import Command
from whence.cli.wording import marked, spoken, standing
from whence.errors import BadInput
from whence.evidence import diff, latest
from whence.explaining import CREDIBILITIES
from whence.past import FACTS
from whence.times import held, moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from whence.audit import Audit, AuditedClaim, Passage, Ruling
    from whence.cli.settings import Settings
    from whence.evidence import Change
    from whence.reading import Fact
    from whence.vocabulary import Property

__all__ = ["why"]

UNKNOWN = "No fact's or claim's id begins with"

ALL = 2**31
# What is said of a claim's words where a later capture of its source no longer has them.
EVIDENCE = {
    "altered": "the words have changed in a later capture of the source",
    "gone": "the words are gone from a later capture of the source",
}


@click.command(cls=Command)
@click.argument("what", nargs=-1, required=True, metavar="ENTITY PROPERTY [VALUE] | CLAIM | FACT")
@AS_OF
@click.pass_obj
def why(settings: Settings, what: tuple[str, ...], as_of: str | None) -> None:
    """Say where a fact comes from: claims, words, sources.

    Without a VALUE every fact of that entity and property is shown, current ones first. A CLAIM or a FACT is
    named by its id, or the beginning of it.
    """
    if len(what) > len(("entity", "property", "value")):
        raise click.UsageError("That is too much: name an entity, a property and, if need be, a value in quotes.")
    by_id = len(what) == 1
    about = (lambda connection: _about(connection, what[0])) if by_id else what[0]
    with at(settings, as_of, entity=about, through=FACTS) as (connection, upto, entity):
        facts, named_claim = (
            _by_id(connection, what[0], upto) if by_id else (_facts(connection, entity, *what[1:]), None)
        )
        audits = [found for fact in facts if (found := audit.why(connection, fact, upto=upto)) is not None]
        claim = None if named_claim is None else audit.claim(connection, named_claim, upto=upto)
        if settings.json:
            printing.document({"audits": [of_audit(one) for one in audits], "claim": of_claim(claim)})
            return
        if not audits and claim is not None:
            printing.text("This claim was retracted and nobody else says it, so there is no such fact any more.")
            printing.text()
            _print_claim(connection, claim, upto)
        for place, one_audit in enumerate(audits):
            if place:
                printing.text("\n")
            _print_audit(connection, one_audit, named_claim, upto)


def _about(connection: sqlite3.Connection, text: str) -> str | None:
    """Return the entity that a fact or claim of that id is about; None where none has it now, though one may have."""
    try:
        facts, claim = _by_id(connection, text)
    except BadInput as error:
        if error.message.startswith(UNKNOWN):
            return None
        raise
    if claim is not None:
        [event] = log.events(connection, after=claim - 1, upto=claim)
        return str(event.data["subject"])
    found = reading.fact(connection, facts[0])
    return None if found is None else found.entity


def _by_id(connection: sqlite3.Connection, text: str, upto: int = EVER) -> tuple[list[str], int | None]:
    """Return the fact that an id names, or the fact of the claim that it names and the claim's position."""
    fact, event, wrong = None, None, None
    try:
        fact = names.fact(connection, text)
    except BadInput as error:
        wrong = error
    try:
        event = log.find(connection, text)
    except BadInput as error:
        if fact is None and text.strip("0123456789abcdefABCDEF"):
            raise BadInput(
                f"“{text}” is no id of a fact or a claim.",
                hint=f"For an entity name a property too: `whence why {text} PROPERTY`.",
            ) from error
    if fact is not None and event is not None:
        raise BadInput(
            f"{text} begins the id of a fact ({fact}) and of an event ({event.id[:16]}).", hint="Type more digits."
        )
    if fact is not None:
        return [fact], None
    if event is None:
        if wrong is not None and wrong.message.startswith("Several"):
            raise wrong
        raise BadInput(f"{UNKNOWN} {text}.", hint="`whence facts` and `whence log` list them.")
    if event.type != "claim.made":
        raise BadInput(
            f"The event {event.id[:8]} is a {event.type}, no claim.", hint="`whence log` shows what each event says."
        )
    if event.position > upto:
        raise BadInput(f"The claim {event.id[:8]} was made later: it is event {event.position:,}.")
    found = audit.fact_of(connection, event.position)
    return ([] if found is None else [found]), event.position


def _facts(connection: sqlite3.Connection, entity_id: str, property_name: str, value: str | None = None) -> list[str]:
    """Return the ids of the facts that are asked for. Raises BadInput where there are none, with what there is."""
    one = names.property(vocabulary.read(connection), property_name)
    found = reading.facts_about(connection, entity_id, property=one.name, limit=ALL)
    if one.symmetric:
        naming = reading.facts_naming(connection, entity_id, limit=ALL)
        found += [fact for fact in naming if fact.property == one.name]
    if not found:
        standing_still = audit.unaffirmed(connection, entity=entity_id, property=one.name)
        hint = standing_still[0].said if standing_still else f"`whence show {entity_id}` shows what is."
        raise BadInput(f"Nothing is on record about {one.label} of {entity_id}.", hint=hint)
    if value is None:
        return [fact.fact for fact in found]
    wanted = set(_keys(connection, one, value))
    chosen = [fact for fact in found if wanted.intersection(_own_keys(one, fact))]
    if not chosen:
        listed = ", ".join(f"“{fact.shown}”" for fact in found[:10])
        raise BadInput(f"No {one.label} “{value}” of {entity_id} is on record.", hint=f"On record: {listed}.")
    return [fact.fact for fact in chosen]


def _keys(connection: sqlite3.Connection, one: Property, value: str) -> Iterator[str]:
    """Yield the keys that a typed value may have."""
    yield values.key("text", value)
    if one.value == "entity":
        yield from (candidate.id for candidate in names.candidates(connection, value))
        return
    try:
        yield values.key(one.value, values.read(one.value, value))
    except BadInput:
        return  # No value of this type, so only its words can match.


def _own_keys(one: Property, fact: Fact) -> tuple[str, ...]:
    if one.value == "entity":
        return (fact.value, fact.entity, values.key("text", fact.shown))
    return (values.key(one.value, fact.value), values.key("text", fact.value))


def _print_audit(connection: sqlite3.Connection, one: Audit, named_claim: int | None, upto: int) -> None:
    fact = one.fact
    printing.text(printing.bold(f"{fact.entity_name}, {fact.label}: {printing.one_line(fact.shown)}"))
    when = f", {held(fact)}" if held(fact) else ""
    printing.text(f"{printing.bold(standing(fact))}{when}; fact {fact.fact}")
    printing.paragraph(one.rule)
    printing.paragraph(one.arithmetic)
    for voice in one.voices:
        printing.paragraph(f"{voice}.", indent="  ")
    for ruling in (*((one.verdict,) if one.verdict else ()), *one.matches):
        printing.paragraph(_ruled(ruling))
    for title, claims in (
        ("For it", one.supporting),
        ("Against it", one.denying),
        ("Expecting it", one.expecting),
        ("Retracted or withdrawn, so it no longer counts", one.retracted),
    ):
        if claims:
            printing.text()
            printing.text(printing.bold(title))
            for place, claim in enumerate(claims):
                if place:
                    printing.text()
                _print_claim(connection, claim, upto, named=claim.position == named_claim)
    _print_others(one.others)


def _ruled(ruling: Ruling) -> str:
    said = f"{ruling.kind.capitalize()}: {ruling.said}, because {ruling.reason}"
    return f"{said} ({moment(ruling.recorded_at)} by {ruling.actor}, event {ruling.event[:8]})"


def _print_others(others: Sequence[Fact]) -> None:
    if not others:
        return
    printing.text()
    printing.text(printing.bold("Other values on record"))
    printing.table(
        ("value", "status", "score", "origins", "when", "fact"),
        ((f.shown, standing(f), str(f.score), str(f.origins), held(f), f.fact[:8]) for f in others),
    )


def _print_claim(connection: sqlite3.Connection, claim: AuditedClaim, upto: int, *, named: bool = False) -> None:
    said = {"affirms": "says", "denies": "denies", "expects": "expects"}[claim.stance]
    here = "  ← the claim you named" if named else ""
    publisher = claim.publisher_name or claim.source
    printing.paragraph(f"{publisher} {said}: {claim.shown}{here}", indent="  ")
    now = {one.place: one for one in latest(connection, claim.position, upto=upto)} if claim.passages else {}
    for place, passage in enumerate(claim.passages):
        _print_passage(passage)
        if place in now:
            printing.paragraph(_now(now[place]), label="now", indent="    ")
    if not claim.passages:
        printing.paragraph("no passage is named", label="passage", indent="    ")
    for label, words in _told(claim):
        if words:
            printing.paragraph(words, label=label, indent="    ")


def _now(one: Change) -> str:
    """Say what the source's last capture says in place of a passage."""
    where = f"version {one.version}, captured {moment(one.recorded_at)}"
    if one.outcome == "gone":
        return f"gone from {where}"
    place = f"{one.locator}, characters {one.start:,} to {one.end:,}"
    told = {"kept": "as it was", "moved": f"the same words at {place}", "altered": f"altered at {place}"}[one.outcome]
    words = f": {diff(one.old, one.new or '')}" if one.outcome == "altered" else ""
    return f"{told}, in {where}{words}"


def _print_passage(passage: Passage) -> None:
    if passage.exact:
        printing.paragraph(marked(passage), label="passage", indent="    ")
    offsets = (
        f"characters {passage.start:,} to {passage.end:,}"
        if passage.start is not None and passage.end is not None
        else ""
    )
    where = ", ".join(part for part in (passage.locator, offsets) if part)
    if where:
        printing.paragraph(where, label="where", indent="    ")
    if passage.translation:
        printing.paragraph(f"“{passage.translation}”", label="translation", indent="    ")


def _told(claim: AuditedClaim) -> Iterator[tuple[str, str]]:
    """Yield everything that answers "says who?", each with its label."""
    published = f", published {claim.published}" if claim.published else ""
    yield "source", f"{claim.source_title} ({claim.source}{published})"
    yield "address", claim.source_url or ""
    yield "publisher", f"{claim.publisher_name} ({claim.publisher})" if claim.publisher else "none on record"
    yield "grade", _grade(claim)
    yield "speaker", spoken(claim.speakers)
    yield "origin", f"{claim.origin_name} ({claim.origin})"
    yield "held", claim.when_held or ""
    yield "said", claim.said or ""
    if claim.credibility is not None:
        yield "credibility", f"{claim.credibility}, {CREDIBILITIES[claim.credibility]}"
    yield "weight", str(claim.weight)
    yield "qualifiers", ", ".join(f"{name} {value}" for name, value in claim.qualifiers.items())
    yield "evidence", EVIDENCE.get(claim.evidence, "")
    yield "inferred", "yes, the desk worked the value out" if claim.inferred else ""
    yield "note", claim.note or ""
    yield "handling", claim.handling or ""
    yield "recorded", f"{moment(claim.recorded_at)} by {claim.actor}"
    yield "event", claim.event
    yield "withdrawn", "yes, its source no longer counts" if claim.withdrawn else ""
    if claim.retracted_by:
        when = moment(claim.retracted_at or "")
        yield (
            "retracted",
            f"{when} by {claim.retraction_actor}: {claim.retraction_reason} (event {claim.retracted_by[:8]})",
        )


def _grade(claim: AuditedClaim) -> str:
    if claim.grade is None:
        return "none yet"
    reason = f": {claim.grade_reason}" if claim.grade_reason else ""
    grader = f" (graded by {claim.grader})" if claim.grader else ""
    return f"{claim.grade}, {GRADES[claim.grade]}{reason}{grader}"
