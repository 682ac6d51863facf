"""Links from the cells of Datasette's tables to our pages: an id becomes the name that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from whence.projections import RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["page_of", "shown"]

# The page that shows what a column's value names.
ENTITY, SOURCE, FACT, EVENT_AT, CLAIM, EVENT = "/entity/", "/source/", "/fact/", "/event/at/", "/claim/", "/event/"
LINKED = {
    "entity": ENTITY,
    "value_entity": ENTITY,
    "publisher": ENTITY,
    "organization": ENTITY,
    "voice": ENTITY,
    "source": SOURCE,
    "derived_from": SOURCE,
    "fact": FACT,
    "timeline": FACT,
    "claim": CLAIM,
    "identity": ENTITY,
    "canonical": ENTITY,
    "retracted_by": EVENT_AT,
    "undone_by": EVENT_AT,
    "revoked_by": EVENT_AT,
    "judged_at": EVENT_AT,
    "verdict": EVENT_AT,
    "position": EVENT_AT,
}
# Columns that name an entity in these tables alone.
PAIRS = frozenset({("match", "one"), ("match", "other"), ("distinction", "one"), ("distinction", "other")})
# The pages that stand for a whole row, by table; the row's key is the page's id.
ROWS = {
    "entity": ENTITY,
    "identity": ENTITY,
    "source": SOURCE,
    "fact": FACT,
    "timeline": FACT,
    "claim": CLAIM,
    **dict.fromkeys(("event", "match", "distinction", "value_match", "verdict"), EVENT_AT),
}
SHORT = 12  # digits of an event's id in a cell


def page_of(table: str, key: object) -> str | None:
    """Return the address of our page for a row, by its table and key; None where there is none."""
    base = ROWS.get(table)
    if _of_type(table):
        base = ENTITY  # its key is the entity's id
    return None if base is None else f"{base}{quote(str(key), safe='')}"


def _of_type(table: str) -> bool:
    """Tell whether a table is a type's: no type may have the name of another table."""
    return table not in RESERVED and not table.startswith(("_", "sqlite_", "capture_")) and "_search_" not in table


def shown(value: Any, column: str, table: str, path: Callable[[str], str]) -> Markup | None:  # noqa: ANN401
    """Return a cell as a link to our page; None where Datasette shows it best.

    `value` is a dict of value and label where Datasette has looked a foreign key up.
    """
    label: object = None
    if isinstance(value, dict):
        value, label = value["value"], value["label"]
    if value is None or value == "":
        return None
    base = ENTITY if (table, column) in PAIRS else LINKED.get(column)
    if table == "event" and column == "id":
        base, label = EVENT, str(value)[:SHORT]
    elif _of_type(table):
        # Its other columns hold what people read, and no ids, whatever they are called.
        base = ENTITY if table == column else None
    elif base is EVENT_AT:
        label = None  # the type of the event it names says less than its position
    if base is None:
        return None
    address = path(f"{base}{quote(str(value), safe='')}")
    return Markup('<a href="{}">{}</a>').format(address, value if label is None else label)
