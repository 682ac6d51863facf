"""What the views show, as values: entities, facts, sources, conflicts and search.

Every query goes through an index and costs what it shows. Reads bare view names, so that a connection whose
views are shadowed as of an earlier position reads the past with the same queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "FACT",
    "JOINED",
    "Conflict",
    "Entity",
    "Fact",
    "Hit",
    "Source",
    "conflicts",
    "entities",
    "entity",
    "fact",
    "fact_of",
    "facts",
    "facts_about",
    "facts_naming",
    "reviews",
    "rivals",
    "search",
    "source",
    "sources",
    "sources_like",
]

LIMIT = 100
COUNTED = 1_000  # claims of a source that are counted: a register has a million, and a list shows many sources


class Entity(NamedTuple):
    """An entity as it is declared."""

    entity: str
    name: str
    type: str
    position: int
    recorded_at: str


class Fact(NamedTuple):
    """A fact: `value` as recorded (an id where it is an entity), `shown` as people read it."""

    fact: str
    entity: str
    entity_name: str
    property: str
    label: str
    value: str
    value_entity: str | None
    shown: str
    status: str
    current: bool
    score: int
    origins: int
    supports: int
    denies: int
    expects: int
    evidence: str
    verdict: int | None
    review: bool
    earliest_start: str | None
    latest_start: str | None
    earliest_end: str | None
    latest_end: str | None
    position: int


class Source(NamedTuple):
    """A source with its grade and how many live claims it makes; `more_claims` where counting stopped at 1,000."""

    source: str
    title: str
    kind: str
    publisher: str | None
    publisher_name: str | None
    url: str | None
    author: str | None
    published: str | None
    updated: str | None
    language: str | None
    handling: str | None
    grade: str | None
    origin: str
    captured_at: str | None
    text_sha256: str | None
    position: int
    recorded_at: str
    claims: int
    more_claims: bool


class Conflict(NamedTuple):
    """A contested entity and property, its rivals best first; `second` is the score of the second best."""

    conflict: str
    entity: str
    entity_name: str
    property: str
    label: str
    best: int
    second: int
    rivals: tuple[Fact, ...]


class Hit(NamedTuple):
    """Something found: an entity by its name, or a fact by its value or the words it rests on."""

    entity: Entity
    fact: Fact | None
    quote: str | None


FACT = """
SELECT f.fact, f.entity, e.name, f.property, p.label, f.value, f.value_entity, coalesce(v.name, f.value),
  f.status, f.current, f.score, f.origins, f.supports, f.denies, f.expects, f.evidence, f.verdict, f.review,
  f.earliest_start, f.latest_start, f.earliest_end, f.latest_end, f.position
"""
OF_FACT = """
CROSS JOIN property p ON p.property = f.property
LEFT JOIN entity v ON v.entity = f.value_entity
"""
JOINED = f"CROSS JOIN entity e ON e.entity = f.entity {OF_FACT}"
SOURCE = f"""
SELECT s.source, s.title, s.kind, s.publisher, e.name, s.url, s.author, s.published, s.updated, s.language, s.handling,
  s.grade, s.origin, s.captured_at, s.text_sha256, s.position, s.recorded_at,
  (SELECT count(*) FROM (SELECT 1 FROM claim c WHERE c.source = s.source AND c.live LIMIT {COUNTED + 1}))
FROM source s LEFT JOIN entity e ON e.entity = s.publisher
"""
WITHIN = "p.position, f.property, f.current DESC, f.status, f.earliest_end, f.score DESC, f.value_key, f.spell"


def fact_of(row: tuple[Any, ...]) -> Fact:
    """Return the fact of a row that begins with the columns of `FACT`, 23 of them."""
    return Fact(*(*row[:9], bool(row[9]), *row[10:17], bool(row[17]), *row[18:]))


def _facts(connection: sqlite3.Connection, query: str, values: Mapping[str, object]) -> list[Fact]:
    return [fact_of(row) for row in connection.execute(query, values)]


def entity(connection: sqlite3.Connection, entity: str) -> Entity | None:
    """Return an entity by its id."""
    row = connection.execute(
        "SELECT entity, name, type, position, recorded_at FROM entity WHERE entity = :entity", {"entity": entity}
    ).fetchone()
    return None if row is None else Entity(*row)


def entities(connection: sqlite3.Connection, *, type: str | None = None, limit: int = LIMIT) -> list[Entity]:
    """Return the entities, of one type or of all, by name."""
    where = "WHERE type = :type" if type else ""
    rows = connection.execute(
        f"SELECT entity, name, type, position, recorded_at FROM entity {where} "
        "ORDER BY type, name, entity LIMIT :limit",
        {"type": type, "limit": limit},
    )
    return [Entity(*row) for row in rows]


def fact(connection: sqlite3.Connection, fact: str) -> Fact | None:
    """Return a fact by its id."""
    found = _facts(connection, f"{FACT} FROM fact f {JOINED} WHERE f.fact = :fact", {"fact": fact})
    return found[0] if found else None


def facts_about(
    connection: sqlite3.Connection,
    entity: str,
    *,
    property: str | None = None,
    limit: int = 1_000,
) -> list[Fact]:
    """Return the facts of an entity in the vocabulary's order, current ones first within a property."""
    where = "f.entity = :entity" + (" AND f.property = :property" if property else "")
    return _facts(
        connection,
        f"{FACT} FROM fact f {JOINED} WHERE {where} ORDER BY {WITHIN} LIMIT :limit",
        {"entity": entity, "property": property, "limit": limit},
    )


def facts_naming(connection: sqlite3.Connection, entity: str, *, limit: int = 1_000) -> list[Fact]:
    """Return the facts of others that have this entity as their value."""
    return _facts(
        connection,
        f"{FACT} FROM fact f {JOINED} WHERE f.value_entity = :entity AND f.value_entity IS NOT NULL"
        f" ORDER BY p.position, f.property, f.entity, f.value_key, f.spell LIMIT :limit",
        {"entity": entity, "limit": limit},
    )


def facts(
    connection: sqlite3.Connection,
    *,
    property: str | None = None,
    status: str | None = None,
    types: Sequence[str] = (),
    newest_first: bool = False,
    limit: int = LIMIT,
) -> list[Fact]:
    """Return facts, of one property or status or of all; by entity, or the last supported first.

    With `types` only those about entities of these types: type after type, by the entity's name.
    """
    terms = ["1"]
    if property:
        terms.append("f.property = :property")
    if status:
        terms.append("f.status = :status" + ("" if status == "accepted" else " AND f.status <> 'accepted'"))
    values = {"property": property, "status": status}
    if types and not newest_first:
        # From the entities of a type in the order of their names, so that no more of them are read than are shown;
        # but of what is not settled there is little, and an index of it.
        start = f"FROM entity e CROSS JOIN fact f ON f.entity = e.entity {OF_FACT}"
        if status not in (None, "accepted"):
            start = f"FROM fact f {JOINED}"
        query = f"{FACT} {start} WHERE {' AND '.join(terms)} AND e.type = :type ORDER BY e.name, e.entity, {WITHIN}"
        found: list[Fact] = []
        for type_ in types:
            left = {"type": type_, "limit": limit - len(found)}
            found += _facts(connection, f"{query} LIMIT :limit", {**values, **left}) if left["limit"] else []
        return found
    if types:
        terms.append("e.type IN (SELECT value FROM json_each(:types))")
    order = "f.position DESC, f.fact" if newest_first else "f.entity, f.property, f.value_key, f.spell"
    return _facts(
        connection,
        f"{FACT} FROM fact f {JOINED} WHERE {' AND '.join(terms)} ORDER BY {order} LIMIT :limit",
        {**values, "types": orjson.dumps(list(types)).decode(), "limit": limit},
    )


def source(connection: sqlite3.Connection, source: str) -> Source | None:
    """Return a source by its id."""
    return next(_sources(connection, "WHERE s.source = :source", {"source": source}), None)


def sources(connection: sqlite3.Connection, *, limit: int = LIMIT) -> list[Source]:
    """Return the sources in the order in which they were registered."""
    return list(_sources(connection, "ORDER BY s.position LIMIT :limit", {"limit": limit}))


def sources_like(connection: sqlite3.Connection, *, title: str, url: str | None) -> list[Source]:
    """Return the sources that have this title or this address. Looks at every source; there are few."""
    where = "WHERE s.title = :title OR s.url = :url ORDER BY s.position"
    return list(_sources(connection, where, {"title": title, "url": url}))


def _sources(connection: sqlite3.Connection, which: str, values: Mapping[str, object]) -> Iterator[Source]:
    for row in connection.execute(f"{SOURCE} {which}", values):
        yield Source(*(*row[:-1], min(row[-1], COUNTED), row[-1] > COUNTED))


def conflicts(connection: sqlite3.Connection, *, limit: int = LIMIT) -> list[Conflict]:
    """Return what is contested, the worst first: that whose second best value has the highest score."""
    rows = connection.execute(
        "SELECT c.conflict, c.entity, e.name, c.property, p.label, c.best, c.second FROM conflict c"
        " CROSS JOIN entity e ON e.entity = c.entity CROSS JOIN property p ON p.property = c.property"
        " ORDER BY c.second DESC, c.best DESC, c.entity, c.property LIMIT :limit",
        {"limit": limit},
    ).fetchall()
    return [Conflict(*(*row, rivals(connection, row[1], row[3]))) for row in rows]


def rivals(connection: sqlite3.Connection, entity: str, property: str) -> tuple[Fact, ...]:
    """Return the contested facts of an entity and property, the one that is shown as current first."""
    return tuple(
        _facts(
            connection,
            f"{FACT} FROM fact f {JOINED} WHERE f.entity = :entity AND f.property = :property"
            " AND f.status = 'contested' AND f.status <> 'accepted'"
            " ORDER BY f.current DESC, f.score DESC, f.origins DESC, f.value_key, f.spell LIMIT 20",
            {"entity": entity, "property": property},
        )
    )


def reviews(connection: sqlite3.Connection, *, limit: int = LIMIT) -> list[Fact]:
    """Return the facts whose verdict wants another look: what it rested on has changed since."""
    return _facts(
        connection,
        f"{FACT} FROM fact f {JOINED} WHERE f.review ORDER BY f.entity, f.property, f.value_key, f.spell LIMIT :limit",
        {"limit": limit},
    )


def search(connection: sqlite3.Connection, words: str, *, limit: int = 20) -> list[Hit]:
    """Return entities whose name, and facts whose value or quoted words, hold all the words (or begin so)."""
    wanted = _match(words)
    if not wanted:
        return []
    found: list[Hit] = []
    rows = connection.execute(
        "SELECT e.entity, e.name, e.type, e.position, e.recorded_at FROM entity_search s"
        " CROSS JOIN entity e ON e.position = s.rowid WHERE entity_search MATCH :words ORDER BY s.rank LIMIT :limit",
        {"words": wanted, "limit": limit},
    )
    found.extend(Hit(Entity(*row), None, None) for row in rows)
    seen: set[str] = set()
    rows = connection.execute(
        f"{FACT}, c.quote, e.type, e.position, e.recorded_at"
        " FROM ("
        "  SELECT rowid AS claim, rank FROM claim_search WHERE claim_search MATCH :words ORDER BY rank LIMIT :most"
        " ) s"
        " CROSS JOIN claim c ON c.claim = s.claim AND c.live"
        " CROSS JOIN fact f ON f.entity = c.entity AND f.property = c.property AND f.value_key = c.value_key"
        f" {JOINED} ORDER BY s.rank, f.spell",
        {"words": wanted, "most": limit * 5},
    )
    for row in rows:
        if row[0] not in seen and len(seen) < limit:
            seen.add(row[0])
            one = fact_of(row[:23])
            found.append(Hit(Entity(one.entity, one.entity_name, row[24], row[25], row[26]), one, row[23]))
    return found


def _match(words: str) -> str:
    """Return the FTS5 query for what a person typed: every word, the last one as a beginning; quotes are no syntax."""
    listed = ['"' + word.replace('"', '""') + '"' for word in _words(words)]
    return " ".join(listed) + "*" if listed else ""


def _words(text: str) -> Iterable[str]:
    return [word for word in text.split() if any(character.isalnum() for character in word)]
