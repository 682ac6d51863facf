"""The types and properties in force: what may be said of what, and how a value is read."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from whence import projections
from whence.errors import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping

__all__ = ["MOST_PROPERTIES", "Property", "Type", "Vocabulary", "named"]

MOST_PROPERTIES = 1_900  # of one type, whose view has a column for each


class Type(NamedTuple):
    """A type of entity."""

    name: str
    label: str
    description: str
    parent: str | None = None


class Property(NamedTuple):
    """What may be said of entities of the types `of`; `value_of` names the types an entity value may have."""

    name: str
    label: str
    description: str
    value: str
    of: tuple[str, ...]
    value_of: tuple[str, ...] = ()
    many: bool = False
    changes: bool = False
    qualifies: bool = False
    inverse: str | None = None
    same_as: tuple[str, ...] = ()

    @property
    def symmetric(self) -> bool:
        """Tell whether both directions of it are one fact."""
        return self.inverse == self.name


class Vocabulary:
    """The types and properties in force, by name. It never changes; whoever defines more has another one."""

    def __init__(self, types: Mapping[str, Type], properties: Mapping[str, Property]) -> None:
        self.types = types
        self.properties = properties
        self._views: dict[str, projections.View] = {}

    def with_type(self, one: Type) -> Vocabulary:
        """Return this vocabulary with a type more, or in the place of the one of its name."""
        return Vocabulary({**self.types, one.name: one}, self.properties)

    def with_property(self, one: Property) -> Vocabulary:
        """Return this vocabulary with a property more, or in the place of the one of its name."""
        return Vocabulary(self.types, {**self.properties, one.name: one})

    def is_a(self, type_: str, wanted: tuple[str, ...]) -> bool:
        """Tell whether a type or one of its parents is among those wanted."""
        seen: set[str] = set()
        at: str | None = type_
        while at is not None and at not in seen:
            if at in wanted:
                return True
            seen.add(at)
            at = self.types[at].parent if at in self.types else None
        return False

    def properties_of(self, type_: str) -> list[Property]:
        """Return the properties that entities of a type may have, in the order of their definition."""
        return [one for one in self.properties.values() if self.is_a(type_, one.of)]

    def width_problems(self, name: str = "", of: tuple[str, ...] = ()) -> list[Problem]:
        """Return what is wrong with types whose view has too many columns, or would, with a property of that name.

        SQLite makes no table of more than 2,000 columns (sqlite.org/limits.html).
        """
        if len(self.properties) < MOST_PROPERTIES:
            return []
        counted = {
            type_: sum(one.name != name for one in self.properties_of(type_)) + self.is_a(type_, of)
            for type_ in self.types
            if not name or self.is_a(type_, of)
        }
        return [
            Problem(f"`{type_}` would have {count:,} properties, and its view can hold {MOST_PROPERTIES:,}.")
            for type_, count in counted.items()
            if count > MOST_PROPERTIES
        ]

    def views(self, names: Collection[str] | None = None) -> list[projections.View]:
        """Return the view of each type, or of the types of these names."""
        return [self._view(one) for one in self.types.values() if names is None or one.name in names]

    def _view(self, one: Type) -> projections.View:
        if one.name not in self._views:
            columns = tuple((p.name, p.many, p.symmetric) for p in self.properties_of(one.name))
            self._views[one.name] = projections.type_view(one.name, one.label, one.description, columns)
        return self._views[one.name]


def named(text: str) -> str:
    """Return the form a property's or type's name is kept in: `led by`, `led-by` and `Led by` are `led_by`."""
    return "_".join(text.strip().casefold().replace("-", " ").replace("_", " ").split())


def read(connection: sqlite3.Connection) -> Vocabulary:
    """Return the vocabulary in force, from the views `type` and `property`."""
    types = connection.execute("SELECT type, label, description, parent FROM type ORDER BY position")
    properties = connection.execute(
        "SELECT property, label, description, value_type, types, value_types, many, changes, qualifies, inverse,"
        " same_as FROM property ORDER BY position"
    )
    return Vocabulary({row[0]: Type(*row) for row in types}, {row[0]: _property(row) for row in properties})


@functools.lru_cache(maxsize=1_000)
def _property(row: tuple[Any, ...]) -> Property:
    return Property(
        name=row[0],
        label=row[1],
        description=row[2],
        value=row[3],
        of=tuple(orjson.loads(row[4])),
        value_of=tuple(orjson.loads(row[5] or "[]")),
        many=bool(row[6]),
        changes=bool(row[7]),
        qualifies=bool(row[8]),
        inverse=row[9],
        same_as=tuple(orjson.loads(row[10] or "[]")),
    )
