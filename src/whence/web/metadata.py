"""What Datasette is told of a store: every table and column described, labels, facets, search, what is hidden.

It follows from the store's own views and vocabulary, so a type that somebody defines is described as well.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from whence import projections, vocabulary
from whence.web.descriptions import COLUMNS, EVENT, NAME_OF_ENTITY, TABLES, TYPE_KEY

if TYPE_CHECKING:
    import sqlite3

__all__ = ["HIDDEN", "describe", "vocabulary_reached"]

# What holds the machinery and no finding; the shadow tables of the full-text indexes hide with them.
HIDDEN = ("tree", "projection", "spell", "_sqlite_migrations", "entity_search", "claim_search")

LABELS = {
    "type": "label",
    "property": "label",
    "derivation": "derived_from",
    "source": "title",
    "entity": "name",
    "speaks_for": "organization",
    "claim": "value",
    "fact": "value",
    "conflict": "property",
    "timeline": "value",
    "event": "type",
}
FACETS = {
    "property": ["value_type"],
    "source": ["kind", "grade"],
    "entity": ["type"],
    "claim": ["stance", "property"],
    "fact": ["status", "property"],
    "conflict": ["property"],
    "timeline": ["kind", "property"],
    "event": ["type"],
}
# Each by a column that an index has in order, so that a large table's first page costs what a small one's does.
ORDERS = {
    "type": {"sort": "position"},
    "property": {"sort": "position"},
    "source": {"sort_desc": "position"},
    "entity": {"sort_desc": "position"},
    "claim": {"sort_desc": "claim"},
    "fact": {"sort_desc": "position"},
    "conflict": {"sort_desc": "second"},
    "timeline": {"sort": "earliest"},
    "event": {"sort_desc": "position"},
}
SEARCHES = {
    "entity": {"fts_table": "entity_search", "fts_pk": "position"},
    "claim": {"fts_table": "claim_search", "fts_pk": "claim"},
}


def vocabulary_reached(connection: sqlite3.Connection) -> int:
    """Return the position of the last definition: while it stays, so does what `describe` returns."""
    row = connection.execute(
        "SELECT max(position) FROM event WHERE type IN ('type.defined', 'property.defined') AND type <> 'claim.made'"
    ).fetchone()
    return int(row[0] or 0)


def describe(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the metadata of a store's database, for Datasette."""
    tables: dict[str, Any] = {name: {"hidden": True} for name in HIDDEN}
    tables["event"] = _table("event", EVENT, TABLES["event"], ())
    for view in projections.fixed_views():
        if view.name not in HIDDEN:
            tables[view.name] = _table(view.name, view.about, TABLES[view.name], view.columns)
    in_force = vocabulary.read(connection)
    for view in in_force.views():
        columns = {view.name: TYPE_KEY, "entity_name": NAME_OF_ENTITY}
        columns |= {one.name: _cell(one) for one in in_force.properties_of(view.name)}
        tables[view.name] = {
            "description": view.about,
            "columns": columns,
            "label_column": "entity_name",
            "sort": view.name,
        }
    return {
        "description": "Facts and the claims they rest on. Every value leads to its source and to who recorded it.",
        "tables": tables,
    }


def _table(name: str, about: str, described: dict[str, str], columns: tuple[str, ...]) -> dict[str, Any]:
    shared = {column: COLUMNS[column] for column in (*columns, *_event_columns(name)) if column in COLUMNS}
    return {
        "description": about,
        "columns": {**shared, **described},
        "label_column": LABELS[name],
        **({"facets": FACETS[name]} if name in FACETS else {}),
        **ORDERS.get(name, {}),
        **SEARCHES.get(name, {}),
    }


@functools.cache
def _event_columns(name: str) -> tuple[str, ...]:
    # The log's table is made by a migration and has no view's file to read the columns from.
    return ("actor", "recorded_at") if name == "event" else ()


def _cell(one: vocabulary.Property) -> str:
    description = one.description.replace("\n", " ")
    return f"{description} A JSON array." if one.many else description
