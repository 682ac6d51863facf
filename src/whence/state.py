"""What the log says so far, the drafts of the open batch included: what the rules ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from whence import archive, values, vocabulary
from whence.database import Connection
from whence.recent import RecentClaims
from whence.remembered import Remembered
from whence.vocabulary import Property, Type, Vocabulary

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from whence.log import Writer

__all__ = ["LogState"]

REMEMBERED = 200_000  # entities, sources and registrations kept in memory, of each; the log has them all


class LogState:
    """The state at the head, read from the views as they stand, with what this batch added laid over it."""

    def __init__(self, connection: sqlite3.Connection, writer: Writer | None = None) -> None:
        """Read the vocabulary; everything else is read when asked for.

        `writer` is that of the open batch, which may hold what is not in the database yet.
        """
        self._connection = connection
        self._flush = writer.flush if writer else lambda: None
        self._settle = writer.settle if writer else lambda: None
        self._waiting = writer.waiting if writer else lambda _position: None
        self.vocabulary = _vocabulary(connection)
        # What is forgotten is read from the log, which must have it by then.
        self._entities: Remembered[str, tuple[str, str] | None] = Remembered(REMEMBERED, before=self._flush)
        self._definitions: dict[tuple[str, str], Mapping[str, Any] | None] = {}
        self._sources: Remembered[str, bool] = Remembered(REMEMBERED, before=self._flush)
        self._latest: Remembered[tuple[str, str], Mapping[str, Any] | None] = Remembered(REMEMBERED, before=self._flush)
        self._recent = RecentClaims(connection)
        self._retracted: set[str] = set()
        self._text: tuple[str, str | None] = ("", None)
        self._no_text: set[str] = set()
        self.look_again()
        self._any_claims = connection.execute("SELECT 1 FROM claim LIMIT 1").fetchone() is not None

    def look_again(self) -> None:
        """Take note that the views show all that was appended so far: also the properties that were revised."""
        self.redefined = False
        query = "SELECT EXISTS (SELECT 1 FROM identity), EXISTS (SELECT 1 FROM wording)"
        self._any_identity, self._any_wording = self._connection.execute(query).fetchone()

    def entity(self, entity: str) -> tuple[str, str] | None:
        """Return the type and name of an entity."""
        if entity not in self._entities:
            row = self._connection.execute(
                "SELECT data ->> 'type', data ->> 'name' FROM event WHERE type = 'entity.declared'"
                " AND data ->> 'entity' = :entity ORDER BY position DESC LIMIT 1",
                {"entity": entity},
            ).fetchone()
            self._entities.keep(entity, None if row is None else (row[0], row[1]))
        return self._entities[entity]

    def source(self, source: str) -> Mapping[str, Any] | None:
        """Return the registration of a source in force."""
        return self.latest("source.registered", source)

    def has_source(self, source: str) -> bool:
        """Tell whether a source is registered."""
        if source not in self._sources:
            row = self._connection.execute(
                "SELECT 1 FROM event WHERE source = :source AND type = 'source.registered' AND type <> 'claim.made'"
                " LIMIT 1",
                {"source": source},
            ).fetchone()
            self._sources.keep(source, row is not None)
        return self._sources[source]

    def latest(self, type: str, source: str) -> Mapping[str, Any] | None:
        """Return the payload of the last event of a type about a source."""
        key = (type, source)
        if key not in self._latest:
            row = self._connection.execute(
                "SELECT data FROM event WHERE source = :source AND type = :type AND type <> 'claim.made'"
                " ORDER BY position DESC LIMIT 1",
                {"source": source, "type": type},
            ).fetchone()
            self._latest.keep(key, None if row is None else orjson.loads(row[0]))
        return self._latest[key]

    def definition(self, type: str, name: str) -> Mapping[str, Any] | None:
        """Return the definition in force of a type (`type.defined`) or property (`property.defined`)."""
        key = (type, name)
        if key not in self._definitions:
            row = self._connection.execute(
                "SELECT data FROM event WHERE type = :type AND data ->> 'name' = :name"
                " AND type IN ('type.defined', 'property.defined') ORDER BY position DESC LIMIT 1",
                {"type": type, "name": name},
            ).fetchone()
            self._definitions[key] = None if row is None else orjson.loads(row[0])
        return self._definitions[key]

    def claim(self, event: str) -> tuple[bool, bool] | None:
        """Tell of an event whether it is a claim and whether it is live; None where there is no such event."""
        self._settle()
        row = self._connection.execute("SELECT type FROM event WHERE id = :id", {"id": event}).fetchone()
        if row is None:
            return None
        return row[0] == "claim.made", not self._is_retracted(event)

    def _is_retracted(self, claim: str) -> bool:
        query = "SELECT 1 FROM event WHERE type = 'claim.retracted' AND data ->> 'claim' = :id LIMIT 1"
        return claim in self._retracted or self._one(query, {"id": claim}) is not None

    def text(self, capture: str) -> str | None:
        """Return an archived text by its hash; None where it is not here. The last one read is kept."""
        if capture in self._no_text:
            return None
        if self._text[0] != capture:
            self._text = (capture, archive.text(self._connection, capture))
            if self._text[1] is None:
                self._no_text.add(capture)
        return self._text[1]

    def ancestors(self, source: str) -> set[str]:
        """Return every source that a source derives from, at any remove."""
        found: set[str] = set()
        waiting = [source]
        while waiting:
            registration = self.source(waiting.pop()) or {}
            new = set(registration.get("derived_from", ())) - found
            found |= new
            waiting.extend(new)
        return found

    def canonical(self, entity: str) -> str:
        """Return the entity that an entity is one with and goes under."""
        if not self._any_identity:
            return entity
        return self._one("SELECT canonical FROM identity WHERE identity = :entity", {"entity": entity}) or entity

    def is_matched(self, entity: str) -> bool:
        """Tell whether an entity is one with another."""
        query = "SELECT 1 FROM identity WHERE identity = :entity OR canonical = :entity LIMIT 1"
        return bool(self._one(query, {"entity": entity}))

    def distinction(self, one: str, other: str) -> tuple[str, str, str] | None:
        """Return id, actor and reason of a live distinction between all that one is and all that other is."""
        row = self._connection.execute(
            "SELECT e.id, d.actor, d.reason FROM distinction d CROSS JOIN event e ON e.position = d.distinction"
            " LEFT JOIN identity i ON i.identity = d.one LEFT JOIN identity j ON j.identity = d.other"
            " WHERE d.live AND (coalesce(i.canonical, d.one), coalesce(j.canonical, d.other))"
            " IN (VALUES (:one, :other), (:other, :one)) ORDER BY d.distinction LIMIT 1",
            {"one": self.canonical(one), "other": self.canonical(other)},
        ).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def ruling(self, event: str) -> tuple[str, bool] | None:
        """Return the type of a ruling and whether it is in force; None where there is no such event."""
        row = self._connection.execute(
            "SELECT e.type, coalesce(m.live, v.live, d.live, t.live, 0) FROM event e"
            " LEFT JOIN match m ON m.match = e.position LEFT JOIN value_match v ON v.value_match = e.position"
            " LEFT JOIN distinction d ON d.distinction = e.position LEFT JOIN verdict t ON t.verdict = e.position"
            " WHERE e.id = :event",
            {"event": event},
        ).fetchone()
        return None if row is None else (row[0], bool(row[1]))

    def withdrawn(self, source: str) -> bool:
        """Tell whether a source is withdrawn."""
        return bool(self._one("SELECT withdrawn FROM source WHERE source = :source", {"source": source}))

    def wording(self, property: str, subject: str, value_key: str) -> str:
        """Return the key under which a value's key counts, for one subject or (empty) for all."""
        if not self._any_wording:
            return value_key
        query = "SELECT canonical FROM wording WHERE property = :property AND subject = :subject AND value_key = :key"
        values = {"property": property, "subject": subject, "key": value_key}
        return self._one(query, values) or self._one(query, {**values, "subject": ""}) or value_key

    def stands(self, one: Property, subject: str, value: str) -> tuple[str, str]:
        """Return the entity and the value key under which a claim of this stands in the views."""
        entity, key = self.canonical(subject), values.key(one.value, value)
        key = self.canonical(key) if one.value == "entity" else self.wording(one.name, entity, key)
        return (min(entity, key), max(entity, key)) if one.symmetric else (entity, key)

    def claimed(self, entity: str, property: str, value_key: str, stretch: tuple[str | None, str | None]) -> bool:
        """Tell whether live claims affirm or expect the value, and of a time that touches the stretch."""
        # A claim was seen to hold between these two bounds, in either order; the other two say when it began and ended.
        query = (
            "SELECT 1 FROM ("
            " SELECT count(*) AS claims, min(min(coalesce(latest_start, '~'), coalesce(earliest_end, ''))) AS first,"
            "  max(max(coalesce(latest_start, '~'), coalesce(earliest_end, ''))) AS last"
            " FROM claim WHERE entity = :entity AND property = :property AND value_key = :key"
            " AND live AND stance <> 'denies')"
            " WHERE claims AND (:earliest IS NULL OR last >= :earliest) AND (:latest IS NULL OR first <= :latest)"
        )
        values = {"entity": entity, "property": property, "key": value_key}
        return bool(self._one(query, {**values, "earliest": stretch[0], "latest": stretch[1]}))

    def claimed_values(self, entity: str, property: str) -> list[str]:
        """Return the values that live claims give, for a hint."""
        rows = self._connection.execute(
            "SELECT DISTINCT value FROM fact WHERE entity = :entity AND property = :property ORDER BY value LIMIT 10",
            {"entity": entity, "property": property},
        )
        return [row[0] for row in rows]

    def verdict(
        self, entity: str, property: str, value_key: str | None
    ) -> list[tuple[str, str, str, str, str | None, str | None]]:
        """Return id, value, its key, stance, first and last day of the live verdicts on a value, or on any."""
        return self._connection.execute(
            "SELECT e.id, v.value, v.value_key, v.stance, v.earliest, v.latest FROM verdict v"
            " CROSS JOIN event e ON e.position = v.verdict WHERE v.entity = :entity AND v.property = :property"
            " AND v.live AND (:key IS NULL OR v.value_key = :key) ORDER BY v.verdict",
            {"entity": entity, "property": property, "key": value_key},
        ).fetchall()

    def _one(self, query: str, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - a column's value
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else row[0]

    def same_claim(self, source: str, data: Mapping[str, Any], data_text: str) -> tuple[str, bool] | None:
        """Return the id of a claim with all fields equal, and whether it is live; a live one before others."""
        same: list[str] = []
        # A claim of this very batch, or another with the same digest: what waits for the log tells, or the log itself.
        for position in self._recent.positions(_digest(source, data_text)):
            query = "SELECT id, source, data FROM event WHERE position = :position"
            row = self._waiting(position) or self._connection.execute(query, {"position": position}).fetchone()
            if row[1] == source and row[2] == data_text:
                same.append(row[0])
        one = self.vocabulary.properties.get(data["property"])
        if self._any_claims and one is not None:
            entity, key = self.stands(one, data["subject"], data["value"])
            rows = self._connection.execute(
                "SELECT e.id, e.data FROM claim c CROSS JOIN event e ON e.position = c.claim"
                " WHERE c.entity = :entity AND c.property = :property AND c.value_key = :key AND +c.source = :source",
                {"entity": entity, "property": one.name, "key": key, "source": source},
            )
            same += [row[0] for row in rows if row[1] == data_text]
        if not same:
            return None
        # Not by way of `claim`: to find an event by its id, a load would have to make the index of ids before its end.
        return max(((one, not self._is_retracted(one)) for one in same), key=lambda one: one[1])

    def forget(self, type: str, source: str | None, data: Mapping[str, Any]) -> None:
        """Take back what was laid over the state and not appended: a declaration or a registration."""
        match type:
            case "entity.declared":
                self._entities.pop(data["entity"], None)
            case "source.registered" if source is not None:
                self._sources.pop(source, None)
                self._latest.pop((type, source), None)

    def add(self, type: str, position: int, source: str | None, data: Mapping[str, Any], data_text: str) -> None:
        """Lay an appended event over what the log said before."""
        match type:
            case "claim.made":
                if source is not None:
                    self._recent.add(_digest(source, data_text), position)
            case "claim.retracted":
                self._retracted.add(data["claim"])
            case "entity.declared":
                self._entities.keep(data["entity"], (data["type"], data["name"]))
            case "type.defined":
                self._definitions[type, data["name"]] = data
                one = Type(data["name"], data["label"], data["description"], data.get("parent"))
                self.vocabulary = self.vocabulary.with_type(one)
            case "property.defined":
                self.redefined |= self._any_claims and data["name"] in self.vocabulary.properties
                self._definitions[type, data["name"]] = data
                self.vocabulary = self.vocabulary.with_property(
                    Property(
                        name=data["name"],
                        label=data["label"],
                        description=data["description"],
                        value=data["value"],
                        of=tuple(data["of"]),
                        value_of=tuple(data.get("value_of", ())),
                        many=data.get("many", False),
                        changes=data.get("changes", False),
                        qualifies=data.get("qualifies", False),
                        inverse=data.get("inverse"),
                        same_as=tuple(data.get("same_as", ())),
                    )
                )
            case "source.registered" | "source.captured" | "source.graded" if source is not None:
                self._latest.keep((type, source), data)
                if type == "source.registered":
                    self._sources.keep(source, True)


def _digest(source: str, data_text: str) -> int:
    """Return 32 bits that claims of this batch share when all their fields are equal, and seldom others."""
    return hash((source, data_text)) & 0xFFFFFFFF  # A text keeps its hash, and this is asked for twice.


def _vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """Return the vocabulary at the head; the one last read on this connection, where nothing was defined since."""
    (last,) = connection.execute(
        "SELECT max("
        " coalesce((SELECT max(position) FROM event WHERE type = 'type.defined' AND type <> 'claim.made'), 0),"
        " coalesce((SELECT max(position) FROM event WHERE type = 'property.defined' AND type <> 'claim.made'), 0))"
    ).fetchone()
    kept = connection.vocabulary if isinstance(connection, Connection) else None
    if kept is not None and kept[0] == last:
        return kept[1]
    found = vocabulary.read(connection)
    if isinstance(connection, Connection):
        connection.vocabulary = (last, found)
    return found
