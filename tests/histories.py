"""Drafts of every kind in few words, and stores to record them in: what histories are made of."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence import vocabulary
from whence.drafts import Draft, Ref
from whence.projections import View, fixed_views
from whence.store import Store

if TYPE_CHECKING:
    import sqlite3

ACTOR = "Jo Park <jo@example.org>"

TYPES = {"person": None, "officer": "person", "organization": None}
# of, value, value_of, flags. One property for each way in which the rules of facts treat one.
PROPERTIES: dict[str, dict[str, Any]] = {
    "alias": {"of": ["person", "organization"], "value": "text", "many": True},
    "motto": {"of": ["organization"], "value": "text"},
    "rank": {"of": ["person"], "value": "text", "changes": True},
    "role": {"of": ["person"], "value": "text", "qualifies": True},
    "website": {"of": ["organization"], "value": "url", "many": True, "changes": True},
    "founded": {"of": ["organization"], "value": "date"},
    "renewed": {"of": ["organization"], "value": "date", "many": True},
    "ships": {"of": ["organization"], "value": "number"},
    "killed": {"of": ["person"], "value": "number", "changes": True},
    "member_of": {"of": ["person"], "value": "entity", "value_of": ["organization"], "many": True, "changes": True},
    "led_by": {"of": ["organization"], "value": "entity", "value_of": ["person"], "changes": True},
    "speaks_for": {"of": ["person", "organization"], "value": "entity", "value_of": ["organization"], "changes": True},
    "partner_of": {
        "of": ["organization"], "value": "entity", "value_of": ["organization"], "many": True, "inverse": "partner_of",
    },
    "twin_of": {"of": ["organization"], "value": "entity", "value_of": ["organization"], "inverse": "twin_of"},
}  # fmt: skip

ENTITIES = {
    "kim": ("person", "Kim Su-kwang"),
    "lee": ("person", "Lee Jun"),
    "roe": ("officer", "Ann Roe"),
    "nato": ("organization", "NATO"),
    "jcs": ("organization", "Joint Chiefs of Staff"),
    "amr": ("organization", "Asian Military Review"),
    "mod": ("organization", "Ministry of Defence"),
}
SOURCES = ("s1", "s2", "s3", "s4", "s5")
START = datetime(2024, 1, 10, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at


def vocabulary_drafts() -> list[Draft]:
    """Return the definitions that every history begins with."""
    types = [type_defined(name, parent=parent) for name, parent in TYPES.items()]
    return [*types, *(property_defined(name) for name in PROPERTIES)]


def type_defined(name: str, *, label: str = "", parent: str | None = None, reason: str = "") -> Draft:
    data = {"name": name, "label": label or name, "description": f"A {name}."}
    return Draft("type.defined", data | _given(parent=parent, reason=reason))


def property_defined(name: str, *, reason: str = "", **changed: object) -> Draft:
    data = {"name": name, "label": name.replace("_", " "), "description": f"Its {name}.", **PROPERTIES[name], **changed}
    return Draft("property.defined", {k: v for k, v in data.items() if v is not None} | _given(reason=reason))


def declared(entity: str, *, type_: str = "", name: str = "", reason: str = "") -> Draft:
    there = ENTITIES.get(entity, ("", entity))
    data = {"entity": entity, "type": type_ or there[0], "name": name or there[1]}
    return Draft("entity.declared", data | _given(reason=reason))


def registered(source: str, *, reason: str = "", **fields: object) -> Draft:
    return Draft(
        "source.registered", {"kind": "article", "title": "T"} | _given(reason=reason, **fields), source=source
    )


def graded(source: str, grade: str) -> Draft:
    return Draft("source.graded", {"grade": grade, "reason": "as known"}, source=source)


def captured(source: str, day: str, *, text: str = "b") -> Draft:
    """Return a capture of a text that is not archived, with a hash of one digit over and over."""
    hashes = {"sha256": "a" * 64, "text_sha256": text * 64}
    return Draft(
        "source.captured",
        {**hashes, "media_type": "text/html", "size": 1, "retrieved_at": f"{day}T00:00:00Z"},
        source=source,
    )


def claimed(source: str, subject: str, property_: str, value: str, **fields: object) -> Draft:
    return Draft(
        "claim.made", {"subject": subject, "property": property_, "value": value} | _given(**fields), source=source
    )


def checked(claim: str, outcome: str, *, text: str = "b") -> Draft:
    """Return what became of a claim's passage in such a capture."""
    passage = None if outcome == "gone" else {"exact": "major"}
    return Draft(
        "passage.checked", {"claim": claim, "capture": text * 64, "outcome": outcome} | _given(passage=passage)
    )


def retracted(claim: str | Ref, *, replaced_by: str | Ref | None = None) -> Draft:
    return Draft("claim.retracted", {"claim": claim, "reason": "mistaken"} | _given(replaced_by=replaced_by))


def withdrawn(source: str, *, again: bool = False) -> Draft:
    return Draft(f"source.{'reinstated' if again else 'withdrawn'}", {"reason": "as they say"}, source=source)


def matched(one: str, other: str) -> Draft:
    return Draft("entities.matched", {"entities": [one, other], "reason": "the same"})


def distinguished(one: str, other: str) -> Draft:
    return Draft("entities.distinguished", {"entities": [one, other], "reason": "namesakes"})


def worded(property_: str, one: str, other: str, *, subject: str | None = None) -> Draft:
    data = {"property": property_, "values": [one, other], "reason": "the same"}
    return Draft("values.matched", data | _given(subject=subject))


def decided(subject: str, property_: str, value: str, **fields: object) -> Draft:
    data = {"subject": subject, "property": property_, "value": value, "reason": "asked them"}
    return Draft("verdict.reached", data | _given(**fields))


def undone(ruling: Draft, event: str) -> Draft:
    """Return what takes a ruling back, whose event has that id."""
    type_, field = {
        "entities.matched": ("match.undone", "match"),
        "values.matched": ("match.undone", "match"),
        "entities.distinguished": ("distinction.undone", "distinction"),
        "verdict.reached": ("verdict.revoked", "verdict"),
    }[ruling.type]
    return Draft(type_, {field: event, "reason": "on reflection"})


def _given(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


# --- Stores ------------------------------------------------------------------------------------------------


@functools.cache
def _empty() -> bytes:
    """Return the bytes of an empty store; with its vocabulary it would not hold a history's first events."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        Store.create(path).close()
        return path.read_bytes()


@functools.cache
def _defined() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "defined.db"
        path.write_bytes(_empty())
        with Store.open(path, write=True, clock=Clock(START - timedelta(days=1))) as store:
            store.record(vocabulary_drafts(), actor=ACTOR)
        return path.read_bytes()


def new_store(path: Path, *, clock: Clock | None = None, empty: bool = False) -> Store:
    """Make a store at `path`, with the vocabulary of histories unless `empty`; not durable, for speed."""
    path.write_bytes(_empty() if empty else _defined())
    store = Store.open(path, write=True, clock=clock or Clock())
    store.connection.execute("PRAGMA synchronous = OFF")
    return store


def views_of(connection: sqlite3.Connection) -> list[View]:
    """Return every view that this connection sees, shadows before the store's own."""
    return [*(view for view in fixed_views() if view.rows), *vocabulary.read(connection).views()]


def dump(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every view, sorted."""
    rows = {}
    for view in views_of(connection):
        columns = ", ".join(f'"{name}"' for name in view.columns)
        rows[view.name] = sorted(connection.execute(f'SELECT {columns} FROM "{view.name}"'), key=repr)
    return rows
