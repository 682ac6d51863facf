"""What the page of a source shows: its text with every passage marked, what it says, and what its captures changed.

The text is shown only where it is archived here and the source's handling allows it; a claim then has its mark
under the id that its fact's page links to, and else its place in the list has that id.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from whence import archive, audit, evidence, reading
from whence.web import marking, wording
from whence.web.pages import query
from whence.web.standing import by_claim, key_of, may_show, standings

if TYPE_CHECKING:
    import sqlite3

    from whence.evidence import Change
    from whence.reading import Source
    from whence.web.standing import Standing

__all__ = ["CLAIMS", "source"]

CLAIMS = 500  # claims of a source on one page, and as many marks in its text
HISTORY = 200
DERIVED = 50
TOLD = 50  # passages that one capture altered or dropped, shown with their words


class Capture(NamedTuple):
    """One capture of the source: its event, whether its text is here, and what it changed of the passages before it."""

    event: dict[str, Any]
    archived: bool
    current: bool
    outcomes: list[tuple[str, int]]
    changes: list[tuple[Change, tuple[tuple[str, str], ...]]]
    more: int


def source(
    connection: sqlite3.Connection, wanted: str, *, after: int = 0, upto: int = audit.EVER
) -> dict[str, Any] | None:
    """Return a source, what was recorded about it, and what it says in the order in which one reads it."""
    one = reading.source(connection, wanted)
    if one is None:
        return None
    rows = connection.execute(
        query("claims_of_source"), {"source": wanted, "after": after, "limit": CLAIMS + 1}
    ).fetchall()
    changes = evidence.of_claims(connection, [row["claim"] for row in rows[:CLAIMS]], upto=upto)
    claims = _in_reading_order(one, rows[:CLAIMS], by_claim(changes))
    history = [
        {**row, "data": json.loads(row["data"] or "{}")}
        for row in map(
            dict,
            connection.execute(query("history_of_source"), {"source": wanted, "upto": upto, "limit": HISTORY}),
        )
    ]
    derived = connection.execute(query("derived"), {"source": wanted, "limit": DERIVED}).fetchall()
    return {
        "source": one,
        "address": wording.address(one.url),
        "grading": next((row for row in reversed(history) if row["type"] == "source.graded"), None),
        "grade_meaning": audit.GRADES.get(one.grade or ""),
        "withdrawn": _withdrawn(history),
        "captures": _captures(connection, one, history, changes),
        "history": history,
        "derived_from": [row for row in derived if row["direction"] == "from"],
        "derived_by": [row for row in derived if row["direction"] == "by"],
        "claims": claims,
        "next": rows[CLAIMS - 1]["claim"] if len(rows) > CLAIMS else None,
        "after": after,
        **_text(connection, one, claims),
    }


def _in_reading_order(one: Source, rows: list[sqlite3.Row], changes: dict[int, list[Change]]) -> list[dict[str, Any]]:
    """Return the claims with where their words stand now, numbered; what has no place comes last, as recorded."""
    claims: list[dict[str, Any]] = []
    for row in rows:
        listed = json.loads(row["passages"] or "[]")
        stand = standings(listed, changes.get(row["claim"], []), one.text_sha256)
        # Of what is not archived or gone, the order in which it was quoted is the best there is.
        starts = [place.start for place in stand if place.start is not None]
        starts = starts or [passage["start"] for passage in listed if passage.get("start") is not None]
        claims.append({**dict(row), "standings": stand, "start": min(starts, default=None)})
    claims.sort(key=lambda claim: (claim["start"] is None, claim["start"] or 0, claim["claim"]))
    return [{**claim, "number": number} for number, claim in enumerate(claims, 1)]


def _text(connection: sqlite3.Connection, one: Source, claims: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the text's paragraphs with the passages of the live claims marked; what is not marked, and why not."""
    archived = archive.has_text(connection, one.text_sha256)
    text = archive.text(connection, one.text_sha256) if archived and may_show(one.handling) else None
    if text is None:
        return {"paragraphs": [], "archived": archived, "marked": set(), "marks_left_out": 0, "size": 0}
    marks = [
        _mark(claim, place)
        for claim in claims
        if claim["live"]
        for place in claim["standings"]
        if place.start is not None and place.end is not None
    ]
    kept = marks[:CLAIMS]
    return {
        "paragraphs": marking.shown(text, kept),
        "archived": True,
        "marked": {mark.key for mark in kept},
        "marks_left_out": len(marks) - len(kept),
        "size": len(text),
    }


def _mark(claim: dict[str, Any], place: Standing) -> marking.Mark:
    path = f"/fact/{claim['fact']}#claim-{claim['claim']}" if claim["fact"] else f"/event/{claim['event']}"
    said = f"{claim['entity_name']}, {claim['label']}: {claim['shown']}"
    kind = f"{claim['stance']} {place.outcome}"
    return marking.Mark(
        key_of(claim["claim"], place.place), place.start or 0, place.end or 0, claim["number"], path, said, kind
    )


def _withdrawn(history: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the withdrawal in force, where the source was not reinstated after it."""
    last = next((row for row in reversed(history) if row["type"] in ("source.withdrawn", "source.reinstated")), None)
    return last if last and last["type"] == "source.withdrawn" else None


def _captures(
    connection: sqlite3.Connection, one: Source, history: list[dict[str, Any]], changes: list[Change]
) -> list[Capture]:
    """Return the captures, the last first, each with what became of the passages that stood before it."""
    ordered = sorted(changes, key=lambda change: change.version)
    by_version = {version: list(group) for version, group in groupby(ordered, key=lambda change: change.version)}
    captured = [row for row in history if row["type"] == "source.captured"]
    listed = []
    for version, row in enumerate(captured, 1):
        found = by_version.get(version, [])
        counts = [
            (what, sum(change.outcome == what for change in found)) for what in ("kept", "moved", "altered", "gone")
        ]
        lost = [change for change in found if change.outcome in ("altered", "gone")]
        shown: list[tuple[Change, tuple[tuple[str, str], ...]]] = [
            (change, tuple(evidence.edits(change.old, change.new or change.old))) for change in lost[:TOLD]
        ]
        text_sha256 = row["data"].get("text_sha256")
        listed.append(
            Capture(
                event=row,
                archived=archive.has_text(connection, text_sha256),
                current=text_sha256 == one.text_sha256,
                outcomes=[(what, count) for what, count in counts if count],
                changes=shown,
                more=len(lost) - len(shown),
            )
        )
    return listed[::-1]
