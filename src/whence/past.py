"""How the views stood at an earlier position: the same SELECTs, over the first events only, in temporary tables.

SQLite looks a bare name up in `temp` first, so what reads the views reads the past once they are shadowed. A
connection that is shadowed must be one of its own, and is thrown away afterwards.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from whence import log, projections, projector
from whence.errors import BadInput
from whence.projections import fixed_views

if TYPE_CHECKING:
    import sqlite3

__all__ = ["position_of", "shadow", "shadow_entity"]

LONGEST_POSITION = 17  # digits
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?)?")

# What bears on one entity, gathered from the views as they are: claims about it and naming it, whatever has become
# of them since, and what these need. Matches count whether or not they are undone: either may have held then.
GATHER = """
CREATE TEMP TABLE scope_entity (entity TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE scope_claim (claim INTEGER PRIMARY KEY);
CREATE TEMP TABLE scope_source (source TEXT PRIMARY KEY) WITHOUT ROWID;
"""
MATCHED = """
INSERT OR IGNORE INTO temp.scope_entity (entity)
WITH RECURSIVE member (entity) AS (
  SELECT entity FROM temp.scope_entity
  UNION
  SELECT m.other FROM member CROSS JOIN match m ON m.one = member.entity
  UNION
  SELECT m.one FROM member CROSS JOIN match m ON m.other = member.entity
)
SELECT entity FROM member
"""
CLAIMS = """
INSERT OR IGNORE INTO temp.scope_claim (claim)
SELECT c.claim FROM temp.scope_entity s CROSS JOIN claim c ON c.entity = s.entity
UNION
SELECT o.claim
FROM temp.scope_entity s
CROSS JOIN claim c ON c.value_entity = s.entity AND c.value_entity IS NOT NULL
CROSS JOIN property p ON p.property = c.property
CROSS JOIN claim o ON o.entity = c.entity AND o.property = c.property AND (NOT p.many OR o.value_key = c.value_key)
"""
# Also those of what was said of speakers; and what a source was derived from under any of its registrations.
SOURCES = """
INSERT OR IGNORE INTO temp.scope_source (source)
WITH RECURSIVE voice (entity) AS (
  SELECT c.voice FROM temp.scope_claim s CROSS JOIN claim c ON c.claim = s.claim WHERE c.voice IS NOT NULL
  UNION
  SELECT c.value_entity FROM voice v CROSS JOIN claim c ON c.entity = v.entity AND c.property = 'speaks_for'
),
used (source) AS (
  SELECT e.source FROM temp.scope_claim s CROSS JOIN event e ON e.position = s.claim
  UNION
  SELECT c.source FROM voice v CROSS JOIN claim c ON c.entity = v.entity AND c.property = 'speaks_for'
  UNION
  SELECT j.value FROM used u
  CROSS JOIN event e ON e.source = u.source AND e.type = 'source.registered' AND e.type <> 'claim.made'
  CROSS JOIN json_each(e.data, '$.derived_from') j
)
SELECT source FROM used
"""
# Whoever is named: as value, publisher or speaker, and for whom the speakers speak.
NAMED = """
INSERT OR IGNORE INTO temp.scope_entity (entity)
WITH RECURSIVE voice (entity) AS (
  SELECT c.voice FROM temp.scope_claim s CROSS JOIN claim c ON c.claim = s.claim WHERE c.voice IS NOT NULL
  UNION
  SELECT c.value_entity FROM voice v CROSS JOIN claim c ON c.entity = v.entity AND c.property = 'speaks_for'
)
SELECT entity FROM voice
UNION
SELECT j.value FROM temp.scope_claim s CROSS JOIN event e ON e.position = s.claim
CROSS JOIN json_each(e.data, '$.speaker') j
UNION
SELECT c.entity FROM temp.scope_claim s CROSS JOIN claim c ON c.claim = s.claim
UNION
SELECT c.value_entity FROM temp.scope_claim s CROSS JOIN claim c ON c.claim = s.claim WHERE c.value_entity IS NOT NULL
UNION
SELECT e.data ->> 'publisher' FROM temp.scope_source s
CROSS JOIN event e ON e.source = s.source AND e.type = 'source.registered' AND e.type <> 'claim.made'
WHERE e.data ->> 'publisher' IS NOT NULL
"""
KEYS = {
    "registration": "SELECT source FROM temp.scope_source",
    "source": "SELECT source FROM temp.scope_source",
    "match": ("SELECT m.match FROM temp.scope_entity s CROSS JOIN match m ON m.one = s.entity WHERE m.match <= :upto"),
    "distinction": (
        "SELECT d.distinction FROM temp.scope_entity s CROSS JOIN distinction d ON d.one = s.entity"
        " WHERE d.distinction <= :upto"
    ),
    "identity": "SELECT entity FROM temp.scope_entity",
    "entity": "SELECT entity FROM temp.scope_entity",
    "value_match": "SELECT value_match FROM value_match WHERE value_match <= :upto",
    "speech": (
        "SELECT c.claim FROM temp.scope_entity s CROSS JOIN claim c ON c.entity = s.entity"
        " AND c.property = 'speaks_for' WHERE c.claim <= :upto"
    ),
    "verdict": (
        "SELECT v.verdict FROM temp.scope_claim s CROSS JOIN claim c ON c.claim = s.claim"
        " CROSS JOIN verdict v ON v.entity = c.entity AND v.property = c.property WHERE v.verdict <= :upto"
    ),
    "claim": "SELECT claim FROM temp.scope_claim WHERE claim <= :upto",
}


def position_of(connection: sqlite3.Connection, text: str) -> int:
    """Return the position that `--as-of` names: a position, or the last event up to a moment (UTC) or a day's end.

    Raises BadInput for what is neither, for a position outside the log, and for a moment before the first
    event or in the future.
    """
    head = log.head(connection)
    wanted = text.strip()
    if wanted.isascii() and wanted.isdigit():
        if len(wanted) > LONGEST_POSITION or not 1 <= int(wanted) <= head.position:
            raise BadInput(f"There is no event {wanted}: the log has events 1 to {head.position:,}.")
        return int(wanted)
    if not MOMENT.fullmatch(wanted):
        raise BadInput(
            f"“{text}” is neither a position nor a moment.",
            hint="Write a position such as 120, a day such as 2026-11-21, or 2026-11-21T15:00Z (UTC).",
        )
    if wanted[:10] == wanted:
        _whole(f"{wanted}T00:00")  # a day that there is
        moment = f"{wanted}T23:59:59.999999Z"
        begins = f"{wanted}T00:00:00.000000Z"
    else:
        moment = begins = _whole(wanted)
    if begins > datetime.now(UTC).strftime(log.FORM):
        raise BadInput(f"{text} is in the future: the log ends at {head.recorded_at}.")
    row = connection.execute(
        "SELECT max(position) FROM event WHERE recorded_at <= :moment", {"moment": moment}
    ).fetchone()
    if row[0] is None:
        raise BadInput(f"{text} is before the first event of the log.", hint="`whence log` lists the events.")
    return int(row[0])


def _whole(moment: str) -> str:
    """Return a moment in the form that the log has, its last microsecond where it says no more than a second."""
    date, time = moment.rstrip("Z").replace(" ", "T").split("T")
    parts = time.split(":")
    seconds = parts[2] if len(parts) == 3 else "59"  # noqa: PLR2004 - hours, minutes, seconds
    whole, _, fraction = seconds.partition(".")
    whole_time = f"{date}T{parts[0]}:{parts[1]}:{whole}.{(fraction + '000000')[:6] if fraction else '999999'}Z"
    try:
        datetime.strptime(whole_time, log.FORM).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(f"There is no moment {moment}.", hint="Write one such as 2026-11-21T15:00Z.") from None
    return whole_time


def shadow(connection: sqlite3.Connection, upto: int) -> None:
    """Shadow every view, and what search reads, as it stood at `upto`; takes as long as a rebuild."""
    projector.as_of(connection, upto)
    search = projections.search()
    for block in ("table", "fill"):
        for statement in projections.statements(search[block]):
            connection.execute(statement.replace("CREATE VIRTUAL TABLE ", "CREATE VIRTUAL TABLE temp."))


def shadow_entity(connection: sqlite3.Connection, entity: str, upto: int) -> None:
    """Shadow what bears on one entity as it stood at `upto`: its facts, those that name it, and their audits.

    What bears on it is gathered from the views as they are; where a property was read in another way then, or
    a match has been undone since, that could miss something, and everything is shadowed.
    """
    since = connection.execute(
        "SELECT 1 FROM event WHERE type IN ('property.defined', 'match.undone') AND type <> 'claim.made'"
        " AND position > :upto LIMIT 1",
        {"upto": upto},
    ).fetchone()
    if since is not None:
        shadow(connection, upto)
        return
    for statement in GATHER.strip().split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.execute("INSERT INTO temp.scope_entity (entity) VALUES (:entity)", {"entity": entity})
    for statement in (MATCHED, CLAIMS, SOURCES, NAMED, MATCHED):
        connection.execute(statement)
    window = {"after": 0, "upto": upto}
    for view in fixed_views():
        if not view.key_columns:
            continue
        connection.execute(view.key_table())
        columns = ", ".join(view.key_columns)
        if view.keys in KEYS:
            connection.execute(
                f"INSERT OR IGNORE INTO temp.touched_{view.keys} ({columns}) {KEYS[view.keys]}", {"upto": upto}
            )
    for view in fixed_views():
        projector.shadow_view(connection, view, window, collect=bool(view.key_columns) and view.keys not in KEYS)
