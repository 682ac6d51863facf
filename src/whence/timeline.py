"""The timeline: what is dated, by its first day, a page at a time, each as cheap as the first.

A page reads the stretch of the index that it stands in. Reads bare view names, like `reading`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from whence.errors import BadInput
from whence.reading import FACT, JOINED, LIMIT, fact_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from whence.reading import Fact

__all__ = ["Dated", "dated"]


class Dated(NamedTuple):
    """A dated fact, from `earliest` to `latest` day (sortable; None is open). `kind` is date or spell."""

    earliest: str | None
    latest: str | None
    kind: str
    fact: Fact

    @property
    def cursor(self) -> str:
        """Its place on the timeline, after which the next page goes on."""
        return f"{self.earliest or ''},{self.latest or ''},{self.fact.fact}"


# What is open at an end stands first, as an empty text does.
PLACE = "coalesce(t.earliest, ''), coalesce(t.latest, ''), t.timeline"
REACHED = ("earliest", "latest", "last")
# What began before `since` and may last until then: each first day is looked up once, however many facts begin on it,
# and of these only those are read that last.
LASTING = """
  WITH RECURSIVE day (day) AS (
    SELECT min(earliest) FROM timeline WHERE earliest >= :earliest AND earliest < :since
    UNION ALL
    SELECT (SELECT min(earliest) FROM timeline WHERE earliest > d.day AND earliest < :since)
    FROM day d WHERE d.day IS NOT NULL
  ),
  lasting (earliest, latest, timeline) AS (
    SELECT t.earliest, t.latest, t.timeline
    FROM day d CROSS JOIN timeline t ON t.earliest = d.day AND t.latest >= :since
    UNION ALL
    SELECT t.earliest, t.latest, t.timeline
    FROM day d CROSS JOIN timeline t ON t.earliest = d.day AND t.latest IS NULL
  )
"""
# First which ones, then what they are: thousands may begin on one day, and only those shown are looked up.
PAGE = f"""
{FACT}, t.earliest, t.latest, t.kind
FROM timeline t CROSS JOIN fact f ON f.fact = t.timeline {JOINED}
WHERE t.timeline IN (
  {{stretch}} WHERE {{terms}} ORDER BY t.earliest, t.latest, t.timeline LIMIT :limit
)
ORDER BY t.earliest, t.latest, t.timeline
"""


def dated(
    connection: sqlite3.Connection,
    *,
    entity: str | None = None,
    since: str | None = None,
    until: str | None = None,
    after: str | None = None,
    limit: int = LIMIT,
) -> list[Dated]:
    """Return what is dated and may touch the days from `since` to `until`, the earliest first.

    `after` is the `cursor` of the last one on the page before. Raises BadInput where it is none.
    """
    reached = ["", "", ""] if after is None else after.split(",")
    if len(reached) != len(REACHED):
        raise BadInput(f"“{reached[0][:80]}” is no place on the timeline.", hint="Start again from its beginning.")
    values = {"entity": entity, "since": since, "until": until, **dict(zip(REACHED, reached, strict=True))}
    terms = ["(t.entity = :entity OR t.value_entity = :entity)"] if entity else []
    terms += ["(t.latest IS NULL OR t.latest >= :since)"] if since else []
    terms += ["(t.earliest IS NULL OR t.earliest <= :until)"] if until else []
    terms += [f"({PLACE}) > (:earliest, :latest, :last)"] if after is not None else []
    found: list[Dated] = []
    for stretch, bounds in _stretches(since, until, reached[0], entity):
        query = PAGE.format(stretch=stretch, terms=" AND ".join((bounds, *terms)))
        rows = connection.execute(query, {**values, "limit": limit - len(found)})
        found += (Dated(row[23], row[24], row[25], fact_of(row[:23])) for row in rows)
        if len(found) >= limit:
            break
    return found


def _stretches(since: str | None, until: str | None, reached: str, entity: str | None) -> Iterator[tuple[str, str]]:
    """Yield the parts of the timeline that a page may be in, in their order, from where the last page ended."""
    whole = "SELECT t.timeline FROM timeline t"
    if entity:
        # All of it is read: there is an index of what an entity has, and none of that by day.
        yield whole, "1"
        return
    end = " AND t.earliest <= :until" if until else ""
    if not reached:
        yield whole, "t.earliest IS NULL"
    if since and reached < since:
        yield f"{LASTING} SELECT t.timeline FROM lasting t", "1"
        yield whole, f"t.earliest >= :since{end}"
    else:
        yield whole, f"t.earliest >= :earliest{end}"
