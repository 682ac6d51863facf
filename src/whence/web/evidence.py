"""What the pages of the evidence show, read from one state of the store: a fact's audit, a source, an event.

Each function takes a connection and returns what its template names; None where the thing is not on record.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from whence import audit, canonical, log, reading, vocabulary
from whence.errors import BadInput
from whence.web import wording
from whence.web.pages import query, rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

__all__ = ["claim_path", "event", "event_at", "fact", "source"]

CLAIMS = 500  # claims of a source on one page
HISTORY = 200
DERIVED = 50
PREFIX = 8  # digits of an id that people see
# The fields of a payload that name an earlier event, and what to call it.
NAMED_EVENTS = {
    "claim": "claim",
    "replaced_by": "claim in its place",
    "match": "match",
    "distinction": "distinction",
    "verdict": "verdict",
}


def fact(connection: sqlite3.Connection, wanted: str) -> dict[str, Any] | None:
    """Return the audit of a fact: the rule, the claims for and against, the rivals, and what was retracted."""
    why = audit.why(connection, wanted)
    if why is None:
        return None
    listed = rows(connection, list(why.others))
    words = vocabulary.read(connection)
    claims = (*why.supporting, *why.expecting, *why.denying, *why.retracted)
    sources = json.dumps(sorted({claim.source for claim in claims}))
    return {
        "why": why,
        "handlings": dict(connection.execute(query("handlings"), {"sources": sources}).fetchall()),
        "fact": why.fact,
        "held": wording.held(why.fact),
        "property": words.properties.get(why.fact.property),
        "rivals": [row for row in listed if row.fact.status == "contested"],
        "refined": [row for row in listed if row.fact.status == "refined"],
        "others": [row for row in listed if row.fact.status not in ("contested", "refined")],
        "sections": [
            ("for", "For", why.supporting),
            ("expects", "Expected by", why.expecting),
            ("against", "Against", why.denying),
            ("retracted", "No longer counted", why.retracted),
        ],
    }


def claim_path(connection: sqlite3.Connection, position: int) -> str | None:
    """Return where a claim is shown: at its place on the page of its fact, else its event."""
    on = audit.fact_of(connection, position)
    if on is not None:
        return f"/fact/{on}#claim-{position}"
    row = connection.execute(query("event_at"), {"position": position}).fetchone()
    return None if row is None else f"/event/{row['id']}"


def event_at(connection: sqlite3.Connection, position: int) -> str | None:
    """Return where the event at a position is shown."""
    row = connection.execute(query("event_at"), {"position": position}).fetchone()
    return None if row is None else f"/event/{row['id']}"


def source(connection: sqlite3.Connection, wanted: str, *, after: int = 0) -> dict[str, Any] | None:
    """Return a source, what was recorded about it, and what it says in the order in which one reads it."""
    one = reading.source(connection, wanted)
    if one is None:
        return None
    claims = connection.execute(
        query("claims_of_source"), {"source": wanted, "after": after, "limit": CLAIMS + 1}
    ).fetchall()
    inside = claims[:CLAIMS]
    history = [
        {**row, "data": json.loads(row["data"] or "{}")}
        for row in map(dict, connection.execute(query("history_of_source"), {"source": wanted, "limit": HISTORY}))
    ]
    derived = connection.execute(query("derived"), {"source": wanted, "limit": DERIVED}).fetchall()
    return {
        "source": one,
        "address": wording.address(one.url),
        "grading": next((row for row in reversed(history) if row["type"] == "source.graded"), None),
        "grade_meaning": audit.GRADES.get(one.grade or ""),
        "withdrawn": _withdrawn(history),
        "captures": [row for row in history if row["type"] == "source.captured"],
        "history": history,
        "derived_from": [row for row in derived if row["direction"] == "from"],
        "derived_by": [row for row in derived if row["direction"] == "by"],
        # What has no place in the text comes last, in the order in which it was recorded.
        "claims": sorted(inside, key=lambda row: (row["start"] is None, row["start"] or 0, row["claim"])),
        "next": inside[-1]["claim"] if len(claims) > CLAIMS else None,
        "after": after,
    }


def _withdrawn(history: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the withdrawal in force, where the source was not reinstated after it."""
    last = next((row for row in reversed(history) if row["type"] in ("source.withdrawn", "source.reinstated")), None)
    return last if last and last["type"] == "source.withdrawn" else None


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
