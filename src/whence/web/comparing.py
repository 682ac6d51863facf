"""What each source says of one entity, side by side: a row a property, a column a source.

The sources that say most come first. A row whose values contradict each other says so, by the facts' own status.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from whence import reading
from whence.web.pages import query

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

__all__ = ["Column", "Line", "chosen", "matrix"]

CLAIMS = 2_000  # claims on one entity that are laid side by side
COLUMNS = 8  # sources side by side
SUGGESTED = 12


class Column(NamedTuple):
    """A source, and how many claims on the entity rest on it."""

    source: str
    name: str
    title: str
    published: str | None
    grade: str | None
    claims: int


class Line(NamedTuple):
    """A property, and for each column what that source says of it; `differ` where facts of it are contested."""

    property: str
    label: str
    differ: bool
    review: bool
    cells: list[list[dict[str, Any]]]


def matrix(connection: sqlite3.Connection, wanted: str, *, skip: int = 0) -> dict[str, Any] | None:
    """Return the matrix of an entity from the `skip`-th source on; `canonical` alone of one that goes under another."""
    one = reading.entity(connection, wanted)
    if one is None:
        return None
    (canonical,) = connection.execute(query("canonical"), {"entity": wanted}).fetchone()
    if canonical != wanted:
        return {"canonical": canonical}
    claims = [
        dict(row) for row in connection.execute(query("claims_on"), {"entity": wanted, "limit": CLAIMS}).fetchall()
    ]
    columns = _columns(claims)
    side_by_side = columns[skip : skip + COLUMNS]
    return {
        "entity": one,
        "columns": side_by_side,
        "lines": _lines(claims, side_by_side),
        "skip": skip,
        "next": skip + COLUMNS if len(columns) > skip + COLUMNS else None,
        "sources": len(columns),
        "full": len(claims) == CLAIMS,
    }


def _columns(claims: Sequence[dict[str, Any]]) -> list[Column]:
    by_source: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        by_source.setdefault(claim["source"], []).append(claim)
    columns = [
        Column(
            source,
            said[0]["publisher_name"] or said[0]["publisher"] or said[0]["title"],
            said[0]["title"],
            said[0]["published"],
            said[0]["grade"],
            len(said),
        )
        for source, said in by_source.items()
    ]
    return sorted(columns, key=lambda column: (-column.claims, column.source))


def _lines(claims: Sequence[dict[str, Any]], columns: Sequence[Column]) -> list[Line]:
    order = {column.source: place for place, column in enumerate(columns)}
    lines = []
    for (name, label), said in groupby(claims, key=lambda claim: (claim["property"], claim["label"])):
        cells: list[list[dict[str, Any]]] = [[] for _ in columns]
        all_said = list(said)
        for claim in all_said:
            if claim["source"] in order:
                cells[order[claim["source"]]].append(claim)
        lines.append(
            Line(
                property=name,
                label=label,
                differ=any(claim["status"] == "contested" for claim in all_said),
                review=any(claim["review"] for claim in all_said),
                cells=cells,
            )
        )
    return lines


def chosen(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return (id, name) of entities that are worth comparing: those that the record disagrees on, the worst first."""
    found = reading.conflicts(connection, limit=SUGGESTED)
    return list({one.entity: (one.entity, one.entity_name) for one in found}.values())
