"""What the pages of the evidence show, read from one state of the store: a fact's audit, and an event.

Each function takes a connection and returns what its template names; None where the thing is not on record.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from whence import archive, audit, canonical, log, reading, times, vocabulary
from whence.errors import BadInput
from whence.evidence import of_claims
from whence.passages import paragraphs
from whence.web.marking import Mark, around
from whence.web.pages import query, rows
from whence.web.sources import CLAIMS
from whence.web.standing import by_claim, key_of, may_show, standings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from whence.audit import AuditedClaim
    from whence.passages import Place
    from whence.web.marking import Token
    from whence.web.standing import Standing

__all__ = ["claim_path", "entity_of", "event", "event_at", "fact", "subject_of"]

TEXTS = 20  # texts that one page reads, each of which may have megabytes; other passages stand alone
HISTORY = 1_000  # captures of an audit's sources that are looked at
PREFIX = 8  # digits of an id that people see
# The fields of a payload that name an earlier event, and what to call it.
NAMED_EVENTS = {
    "claim": "claim",
    "replaced_by": "claim in its place",
    "match": "match",
    "distinction": "distinction",
    "verdict": "verdict",
}


class Quoted(NamedTuple):
    """A passage of a claim as its fact's page shows it.

    `paragraph` has the tokens of the paragraph around it, where its text may be shown; `captured_at` says when
    the text was captured that it was quoted from, and `path` leads to it on the source's page.
    """

    passage: audit.Passage
    standing: Standing
    paragraph: list[Token]
    captured_at: str | None
    checked_at: str | None
    path: str


class Section(NamedTuple):
    """The claims of one kind, each with its passages."""

    kind: str
    title: str
    claims: list[tuple[AuditedClaim, list[Quoted]]]


def fact(connection: sqlite3.Connection, wanted: str, *, upto: int = audit.EVER) -> dict[str, Any] | None:
    """Return the audit of a fact: the rule, the claims for and against, the rivals, and what was retracted."""
    why = audit.why(connection, wanted, upto=upto)
    if why is None:
        return None
    listed = rows(connection, list(why.others))
    words = vocabulary.read(connection)
    quotes = _Quotes(connection, (*why.supporting, *why.expecting, *why.denying, *why.retracted), upto)
    sections = (
        ("for", "For", why.supporting),
        ("expects", "Expected by", why.expecting),
        ("against", "Against", why.denying),
        ("retracted", "No longer counted", why.retracted),
    )
    return {
        "why": why,
        "quoted_sources": quotes.sources,
        "fact": why.fact,
        "held": times.held(why.fact),
        "property": words.properties.get(why.fact.property),
        "rivals": [row for row in listed if row.fact.status == "contested"],
        "refined": [row for row in listed if row.fact.status == "refined"],
        "others": [row for row in listed if row.fact.status not in ("contested", "refined")],
        "sections": [
            Section(kind, title, [(claim, quotes.of(claim)) for claim in claims]) for kind, title, claims in sections
        ],
    }


class _Quotes:
    """The passages of an audit's claims: how each stands now, and in which words around it."""

    def __init__(self, connection: sqlite3.Connection, claims: Sequence[AuditedClaim], upto: int) -> None:
        named = json.dumps(sorted({claim.source for claim in claims}))
        values = {"sources": named, "upto": upto}
        found = connection.execute(query("sources_quoted"), {**values, "most": CLAIMS}).fetchall()
        self.sources: dict[str, Any] = {row["source"]: dict(row) for row in found}
        self._captured = {
            (row["source"], row["text_sha256"]): row["retrieved_at"]
            for row in connection.execute(query("captures_of"), {**values, "limit": HISTORY})
        }
        self._changes = by_claim(of_claims(connection, [claim.position for claim in claims], upto=upto))
        self._connection = connection
        self._texts: dict[str, tuple[str, tuple[Place, ...]] | None] = {}

    def of(self, claim: AuditedClaim) -> list[Quoted]:
        """Return the passages of a claim."""
        source = self.sources[claim.source]
        stand = standings(
            [one._asdict() for one in claim.passages], self._changes.get(claim.position, []), source["text_sha256"]
        )
        return [self._quoted(claim, source, *one) for one in zip(claim.passages, stand, strict=True)]

    def _quoted(
        self, claim: AuditedClaim, source: dict[str, Any], passage: audit.Passage, standing: Standing
    ) -> Quoted:
        key = key_of(claim.position, standing.place)
        after = f"?after={claim.position - 1}" if source["paged"] else ""
        change = standing.change
        return Quoted(
            passage=passage,
            standing=standing,
            paragraph=self._paragraph(source, passage, f"/source/{claim.source}{after}#{key}", key),
            captured_at=self._captured.get((claim.source, passage.capture)),
            checked_at=self._captured.get((claim.source, change.capture)) if change else None,
            path=f"/source/{claim.source}{after}#{key}",
        )

    def _paragraph(self, source: dict[str, Any], one: audit.Passage, path: str, key: str) -> list[Token]:
        """Return the paragraph of the text that was quoted from; nothing where it is not here or may not be shown."""
        if one.capture is None or one.start is None or one.end is None or not may_show(source["handling"]):
            return []
        if one.capture not in self._texts:
            if len(self._texts) >= TEXTS:
                return []
            text = archive.text(self._connection, one.capture)
            self._texts[one.capture] = None if text is None else (text, paragraphs(text))
        found = self._texts[one.capture]
        if found is None or found[0][one.start : one.end] != one.exact:
            return []
        return around(found[0], Mark(key, one.start, one.end, 0, path, "", ""), among=found[1])


def entity_of(connection: sqlite3.Connection, wanted: str) -> str | None:
    """Return the entity that a fact is about; None for one that is not on record now, though it may have been."""
    one = reading.fact(connection, wanted)
    return None if one is None else one.entity


def subject_of(connection: sqlite3.Connection, position: int) -> str:
    """Return the entity that the claim at a position is about; empty where there is no claim."""
    row = connection.execute("SELECT data ->> 'subject' FROM event WHERE position = :position", {"position": position})
    return next((one for (one,) in row if one is not None), "")


def claim_path(connection: sqlite3.Connection, position: int, *, upto: int = audit.EVER) -> str | None:
    """Return where a claim is shown: at its place on the page of its fact, else its event."""
    if position > upto:
        return None
    on = audit.fact_of(connection, position)
    if on is not None:
        return f"/fact/{on}#claim-{position}"
    row = connection.execute(query("event_at"), {"position": position}).fetchone()
    return None if row is None else f"/event/{row['id']}"


def event_at(connection: sqlite3.Connection, position: int) -> str | None:
    """Return where the event at a position is shown."""
    row = connection.execute(query("event_at"), {"position": position}).fetchone()
    return None if row is None else f"/event/{row['id']}"


def event(connection: sqlite3.Connection, prefix: str) -> dict[str, Any]:
    """Return an event: its envelope, its canonical bytes with the id that they give, and what it concerns.

    Raises BadInput where no event's id begins so, or several do.
    """
    position = log.find(connection, prefix).position
    at = {place: _event_at(connection, place) for place in (position - 1, position, position + 1)}
    one = at[position]
    if one is None:
        raise BadInput(f"No event's id begins with {prefix}.")
    data = json.loads(one["data"])
    line = log.line(tuple(one[name] for name in ("type", "actor", "recorded_at", "source", "salt", "data")))
    return {
        "event": one,
        "data": data,
        "pretty": json.dumps(data, indent=2, ensure_ascii=False),
        "bytes": line.decode(),
        "computed": canonical.leaf_hash(line),
        "previous": at[position - 1],
        "next": at[position + 1],
        "concerns": list(_concerns(connection, one, data)),
        "retraction": connection.execute(query("retraction"), {"id": one["id"]}).fetchone(),
    }


def _event_at(connection: sqlite3.Connection, position: int) -> Mapping[str, Any] | None:
    row = connection.execute(query("event_at"), {"position": position}).fetchone()
    return None if row is None else dict(row)


def _concerns(
    connection: sqlite3.Connection, one: Mapping[str, Any], data: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return what an event is about: (what, path, name)."""
    listed = []
    if one["type"] == "claim.made":
        on = audit.fact_of(connection, one["position"])
        if on is not None:
            shown = reading.fact(connection, on)
            said = f"{shown.entity_name}: {shown.label} {shown.shown}" if shown else on
            listed.append(("fact", f"/fact/{on}#claim-{one['position']}", said))
    named = [(what, data[what]) for what in ("subject", "entity") if what in data]
    named += [("speaker", entity) for entity in data.get("speaker", ())]
    named += [("entity", entity) for entity in data.get("entities", ())]
    listed += [_entity(connection, what, entity) for what, entity in named]
    listed += [_named(connection, what, data[field]) for field, what in NAMED_EVENTS.items() if field in data]
    if one["source"] is not None:
        found = reading.source(connection, one["source"])
        listed.append(("source", f"/source/{one['source']}", found.title if found else one["source"]))
    return listed


def _entity(connection: sqlite3.Connection, what: str, wanted: str) -> tuple[str, str, str]:
    found = reading.entity(connection, wanted)
    return (what, f"/entity/{wanted}", found.name if found else wanted)


def _named(connection: sqlite3.Connection, what: str, event_id: str) -> tuple[str, str, str]:
    """Return an event that another names; a claim by what it says."""
    row = connection.execute(query("event_by_id"), {"id": event_id}).fetchone()
    if row is None or row["type"] != "claim.made":
        return (what, f"/event/{event_id}", f"{row['type']} {event_id[:PREFIX]}" if row else event_id[:PREFIX])
    data = json.loads(row["data"])
    one = audit.claim(connection, row["position"])
    said = f"{data['property'].replace('_', ' ')}: {one.shown if one else data['value']}"
    return (what, f"/claim/{row['position']}", said)
