"""What a mapping says, checked against the vocabulary: what becomes of each row of a table. Nothing here changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from whence.exchange.cells import Cell
from whence.exchange.tables import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from whence.vocabulary import Property

__all__ = ["Claim", "Entity", "Named", "Plan", "Reference", "Said", "Source", "Value", "cells_of"]


@dataclass(frozen=True, slots=True)
class Named:
    """A cell that names an entity by id, name or alias; `create` says of which type to make one that is not there."""

    cell: Cell
    create: Cell | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Another entity of the same row, by its name in the mapping."""

    entity: str


Value: TypeAlias = Named | Reference


@dataclass(frozen=True, slots=True)
class Said:
    """How, when, where and by whom something is said: the fields of a claim beside its value.

    `when_changing` tells that the time holds only for a property that may differ over time.
    """

    texts: Mapping[str, Cell] = field(default_factory=dict)
    when: Mapping[str, Cell] = field(default_factory=dict)
    when_changing: bool = False
    speaker: tuple[Named, ...] | None = None
    qualifiers: tuple[tuple[Property, Named], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of each row: its property (or the cell that names it), where its value stands, and how it is said."""

    property: Property | Cell
    value: Value
    said: Said
    line: int

    def cells(self) -> Iterator[Cell]:
        """Yield its cells."""
        if isinstance(self.property, Cell):
            yield self.property
        if isinstance(self.value, Named):
            yield from _of_named(self.value)
        yield from self.said.texts.values()
        yield from self.said.when.values()
        for named in (*(self.said.speaker or ()), *(named for _, named in self.said.qualifiers)):
            yield from _of_named(named)


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of each row. `named` is one that is found as `Named` are; else `type`, `id` and `name` declare it."""

    key: str
    line: int
    claims: tuple[Claim, ...] = ()
    named: Named | None = None
    type: Cell | None = None
    id: Cell | None = None
    name: Cell | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The source of each row: one that is there (`named`), or one that `texts` register under their `id`."""

    line: int
    named: Cell | None = None
    texts: Mapping[str, Cell] = field(default_factory=dict)
    publisher: Named | None = None
    derived_from: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the rows of a table; `name` is the mapping's file. `own` tells that the columns' names say it."""

    name: str
    dialect: Dialect = field(default_factory=Dialect)
    empty: frozenset[str] = frozenset()
    source: Source | None = None
    entities: tuple[Entity, ...] = ()
    own: bool = False


def cells_of(plan: Plan) -> Iterator[Cell]:
    """Yield every cell of a plan."""
    if (source := plan.source) is not None:
        yield from (cell for cell in (source.named, *source.texts.values(), *source.derived_from) if cell)
        yield from _of_named(source.publisher)
    for entity in plan.entities:
        yield from (cell for cell in (entity.type, entity.id, entity.name) if cell)
        yield from _of_named(entity.named)
        for claim in entity.claims:
            yield from claim.cells()


def _of_named(named: Named | None) -> Iterator[Cell]:
    if named is not None:
        yield named.cell
        if named.create is not None:
            yield named.create
