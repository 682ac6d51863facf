"""What Datasette is told of a store: every table and column described, labels, facets, search, what is hidden.

It follows from the store's own views and vocabulary, so a type that somebody defines is described as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence import projections, vocabulary
from whence.web.descriptions import COLUMNS, EVENT, NAME_OF_ENTITY, TABLES, TYPE_KEY

if TYPE_CHECKING:
    import sqlite3

__all__ = ["describe", "vocabulary_reached"]

# Tables of machinery that hold no finding. (Whatever else nobody describes hides as well.)
HIDDEN = ("tree", "projection", "spell", "wording", "_sqlite_migrations", "entity_search", "claim_search")
# Whole texts of sources: pages show passages, and a text only where its handling and licence allow.
CLOSED = ("capture_bytes", "capture_text")
GROUPS = {
    **dict.fromkeys(("match", "distinction", "value_match", "verdict"), "Rulings of people"),
    **dict.fromkeys(("type", "property", "derivation", "speaks_for", "identity"), "Vocabulary and relations"),
}

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
    "match": "other",
    "distinction": "other",
    "value_match": "other",
    "identity": "canonical",
    "verdict": "value",
    "event": "type",
}
FACETS = {
    "property": ["value_type"],
    "source": ["kind", "grade"],
    "entity": ["type"],
    "claim": ["stance", "property"],
    "fact": ["status", "property"],
    "conflict": ["property"],
    "timeline": ["property"],  # not its kind: a filter by that reads all of a long timeline, and is stopped
    "verdict": ["property"],
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
    "match": {"sort_desc": "match"},
    "distinction": {"sort_desc": "distinction"},
    "value_match": {"sort_desc": "value_match"},
    "verdict": {"sort_desc": "verdict"},
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
    tables: dict[str, Any] = {name: {"hidden": True} for name in (*_names(connection), *HIDDEN)}
    tables |= {name: {"hidden": True, "allow": False} for name in CLOSED}
    tables["event"] = _table("event", EVENT, ("actor", "recorded_at"))
    for view in projections.fixed_views():
        # A view without rows only tells others what to build, and has no table.
        if view.rows and view.name not in HIDDEN:
            tables[view.name] = _table(view.name, view.about, view.columns)
    in_force = vocabulary.read(connection)
    for view in in_force.views():
        columns = {view.name: TYPE_KEY, "entity_name": NAME_OF_ENTITY}
        columns |= {one.name: _cell(one) for one in in_force.properties_of(view.name)}
        tables[view.name] = {
            "description": view.about,
            "about": in_force.types[view.name].description,
            "group": "By type",
            "columns": columns,
            "label_column": "entity_name",
            "sort": view.name,
        }
    return {
        "description": "Facts and the claims they rest on. Every value leads to its source and to who recorded it.",
        "tables": tables,
    }


def _names(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def _table(name: str, about: str, columns: tuple[str, ...]) -> dict[str, Any]:
    shared = {column: COLUMNS[column] for column in columns if column in COLUMNS}
    return {
        "description": about,
        "about": about,
        "group": GROUPS.get(name, "On record"),
        "columns": {**shared, **TABLES.get(name, {})},
        "label_column": LABELS.get(name, name),
        **({"facets": FACETS[name]} if name in FACETS else {}),
        **ORDERS.get(name, {}),
        **SEARCHES.get(name, {}),
    }


def _cell(one: vocabulary.Property) -> str:
    description = one.description.replace("\n", " ")
    return f"{description} A JSON array." if one.many else description
