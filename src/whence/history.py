"""What changed between two states of the record, and which events and sources caused it.

Both states are read with the same queries: two positions of the log, or the views now and as a draft would leave
them. Nothing here writes: what a draft would change is recorded, compared and undone in one transaction.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from whence import database, log, reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from whence.drafts import Draft, Event
    from whence.reading import Fact
    from whence.store import Store

__all__ = ["Cause", "Change", "bearing", "between", "causes", "foreseen"]

ALL = 2**31
MOST = 10  # causes of one change that are told


class Cause(NamedTuple):
    """An event that moved a fact, and the source that it is of or rests on, where there is one."""

    event: Event
    source: str | None


class Change(NamedTuple):
    """A fact before and after; None where it was not on record. `causes` are the events between, oldest first."""

    before: Fact | None
    after: Fact | None
    causes: tuple[Cause, ...] = ()

    @property
    def fact(self) -> Fact:
        """The fact as it is known last."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a change has at least one side
        return found

    @property
    def kind(self) -> str:
        """Say `appeared`, `fell` or `changed`."""
        return "appeared" if self.before is None else "fell" if self.after is None else "changed"


# Notes whose facts are written while drafts are tried; it goes with the transaction. What a trigger says with OR gives
# way to what the statement says that sets it off, so it says ON CONFLICT.
NOTING = (
    "CREATE TEMP TABLE noted (entity TEXT, property TEXT, PRIMARY KEY (entity, property)) WITHOUT ROWID",
    """CREATE TEMP TRIGGER noted_leaving AFTER DELETE ON main.fact
    BEGIN INSERT INTO noted (entity, property) VALUES (OLD.entity, OLD.property) ON CONFLICT DO NOTHING; END""",
    """CREATE TEMP TRIGGER noted_changing AFTER UPDATE ON main.fact
    BEGIN INSERT INTO noted (entity, property) VALUES (NEW.entity, NEW.property) ON CONFLICT DO NOTHING; END""",
    """CREATE TEMP TRIGGER noted_entering AFTER INSERT ON main.fact
    BEGIN INSERT INTO noted (entity, property) VALUES (NEW.entity, NEW.property) ON CONFLICT DO NOTHING; END""",
)


class _UndoneError(Exception):
    """Leaves the transaction in which drafts were only tried."""


def foreseen(store: Store, drafts: Iterable[Draft], *, actor: str, anew: bool = False) -> list[Change]:
    """Return what recording the drafts would change, and record nothing. Raises what recording raises."""
    # Imported here: reading must not pay for pydantic.
    from whence.recording import append_all  # noqa: PLC0415

    found: list[Change] = []
    before = database.connect(store.path)
    try:
        with store.writing(actor) as writer:
            for statement in NOTING:
                store.connection.execute(statement)
            append_all(store.connection, writer, drafts, anew=anew)
            rows = store.connection.execute("SELECT entity, property FROM temp.noted ORDER BY entity, property")
            found = list(_compared(before, store.connection, rows.fetchall()))
            raise _UndoneError  # noqa: TRY301 - leaving the transaction so is what undoes it
    except _UndoneError:
        return found
    finally:
        before.close()


def _compared(
    before: sqlite3.Connection, after: sqlite3.Connection, keys: Iterable[tuple[str, str]]
) -> Iterator[Change]:
    for entity, property_ in keys:
        old, new = (
            {fact.fact: fact for fact in reading.facts_about(one, entity, property=property_, limit=ALL)}
            for one in (before, after)
        )
        yield from _changes(old, new)


def _changes(old: dict[str, Fact], new: dict[str, Fact]) -> Iterator[Change]:
    for one in dict.fromkeys([*old, *new]):
        change = Change(old.get(one), new.get(one))
        if _told(change.before) != _told(change.after):
            yield change


def _told(fact: Fact | None) -> tuple[object, ...] | None:
    """Return what of a fact counts as a change: not that one more claim repeats it in the same words."""
    if fact is None:
        return None
    bounds = (fact.earliest_start, fact.latest_start, fact.earliest_end, fact.latest_end)
    return (fact.status, fact.value, fact.score, fact.current, fact.origins, fact.denies, fact.review, *bounds)


def between(
    earlier: sqlite3.Connection,
    later: sqlite3.Connection,
    *,
    after: int,
    upto: int,
    entity: str | None = None,
) -> Iterator[Change]:
    """Yield what changed between two connections that show the record as of `after` and as of `upto`.

    Of one entity (the one that it goes under in each), or of all, by entity, property and value. Each change comes
    with its causes, which are looked for when it is asked for.
    """
    if entity is None:
        compared = _differing(earlier, later)
    else:
        old, new = ({fact.fact: fact for fact in _about(one, entity)} for one in (earlier, later))
        compared = iter(sorted(_changes(old, new), key=_subject))
    for _, changes in groupby(compared, key=_subject):
        for change in sorted(changes, key=lambda one: one.fact.value):
            # What appeared or fell did so by its own claims, unless a ruling or a rival's end brought it about.
            own = change.kind != "changed" and causes(later, change.fact, after=after, upto=upto, own=True)
            yield change._replace(causes=own or causes(later, change.fact, after=after, upto=upto))


def _subject(change: Change) -> tuple[str, str]:
    return change.fact.entity, change.fact.property


# The fields that `_told` tells, after what a fact is about, in the order of the index.
TOLD = """
SELECT entity, property, value_key, spell, fact, status, value, score, current, origins, denies, review,
  earliest_start, latest_start, earliest_end, latest_end
FROM fact ORDER BY entity, property, value_key, spell
"""
KEY, FACT = slice(4), 4  # of a row of TOLD


def _differing(earlier: sqlite3.Connection, later: sqlite3.Connection) -> Iterator[Change]:
    """Yield what changed of all facts, read side by side: in memory is what changed, and not what there is."""
    sides = earlier.execute(TOLD), later.execute(TOLD)
    old, new = (side.fetchone() for side in sides)
    while old is not None or new is not None:
        first = new is None or (old is not None and old[KEY] <= new[KEY])
        last = old is None or (new is not None and new[KEY] <= old[KEY])
        if not (first and last) or old != new:
            yield Change(
                reading.fact(earlier, old[FACT]) if first and old else None,
                reading.fact(later, new[FACT]) if last and new else None,
            )
        old = sides[0].fetchone() if first else old
        new = sides[1].fetchone() if last else new


def _about(connection: sqlite3.Connection, entity: str) -> list[Fact]:
    row = connection.execute("SELECT canonical FROM entity WHERE entity = :entity", {"entity": entity}).fetchone()
    return [] if row is None else reading.facts_about(connection, row[0], limit=ALL)


# What bears on the claims of one entity and property: made, retracted and looked up; their sources and those that
# they derive from; who speaks for whom; verdicts; matches of the entity, of a value and of wordings; the property.
CAUSES = """
WITH RECURSIVE
member (entity) AS (
  SELECT :entity UNION SELECT :value
  UNION
  SELECT m.other FROM member CROSS JOIN match m ON m.one = member.entity
  UNION
  SELECT m.one FROM member CROSS JOIN match m ON m.other = member.entity
),
said (claim, source, voice) AS (
  SELECT c.claim, c.source, c.voice FROM member CROSS JOIN claim c ON c.entity = member.entity
  CROSS JOIN property p ON p.property = c.property
  WHERE c.property = :property AND (NOT (p.many OR :own) OR c.value_key = :value_key)
),
-- What happens to a source moves only what was claimed from it before.
used (source, since) AS (
  SELECT source, min(claim) FROM said GROUP BY source
  UNION
  SELECT d.derived_from, used.since FROM used CROSS JOIN derivation d ON d.source = used.source
),
spoken (claim, voice) AS (
  SELECT c.claim, c.value_entity FROM said CROSS JOIN claim c ON c.entity = said.voice AND c.property = 'speaks_for'
  UNION
  SELECT c.claim, c.value_entity FROM spoken CROSS JOIN claim c ON c.entity = spoken.voice AND c.property = 'speaks_for'
),
cause (position) AS (
  SELECT claim FROM said
  UNION
  SELECT c.retracted_by FROM said CROSS JOIN claim c ON c.claim = said.claim
  UNION
  SELECT k.position FROM said CROSS JOIN event made ON made.position = said.claim
  CROSS JOIN event k ON k.type = 'passage.checked' AND k.data ->> 'claim' = +made.id
  UNION
  SELECT e.position FROM used CROSS JOIN event e ON e.source = used.source AND e.type IN (
    'source.registered', 'source.captured', 'source.graded', 'source.withdrawn', 'source.reinstated'
  ) AND e.type <> 'claim.made' AND +e.position > used.since
  UNION
  SELECT claim FROM spoken
  UNION
  SELECT c.retracted_by FROM spoken CROSS JOIN claim c ON c.claim = spoken.claim
  UNION
  SELECT v.verdict FROM member CROSS JOIN verdict v ON v.entity = member.entity AND v.property = :property
  UNION
  SELECT v.revoked_by FROM member CROSS JOIN verdict v ON v.entity = member.entity AND v.property = :property
  UNION
  SELECT m.match FROM member CROSS JOIN match m ON m.one = member.entity
  UNION
  SELECT m.undone_by FROM member CROSS JOIN match m ON m.one = member.entity
  UNION
  SELECT w.value_match FROM value_match w WHERE w.property = :property AND w.subject IN ('', :entity)
  UNION
  SELECT w.undone_by FROM value_match w WHERE w.property = :property AND w.subject IN ('', :entity)
  UNION
  SELECT e.position FROM event e
  WHERE e.type = 'property.defined' AND e.type IN ('type.defined', 'property.defined') AND e.data ->> 'name' = :property
)
SELECT DISTINCT position FROM cause WHERE position > :after AND position <= :upto ORDER BY position
"""


def causes(
    connection: sqlite3.Connection, fact: Fact, *, after: int, upto: int, own: bool = False
) -> tuple[Cause, ...]:
    """Return the events after one position up to another that bear on a fact, oldest first, at most ten.

    The claims of its rivals count too, unless only its `own`. The connection must show the record as of `upto`.
    """
    row = connection.execute("SELECT value_key FROM fact WHERE fact = :fact", {"fact": fact.fact}).fetchone()
    values: dict[str, Any] = {
        "entity": fact.entity,
        "value": fact.value_entity or fact.entity,
        "property": fact.property,
        "value_key": row[0] if row else _fallen_key(connection, fact),
        "own": own,
        "after": after,
        "upto": upto,
    }
    positions = [one[0] for one in connection.execute(CAUSES, values)]
    return tuple(_cause(event) for event in _events(connection, positions[:MOST]))


def _fallen_key(connection: sqlite3.Connection, fact: Fact) -> str:
    """Return the value key of a fact that is no longer on record, from a claim that gave its value."""
    row = connection.execute(
        "SELECT value_key FROM claim WHERE entity = :entity AND property = :property AND value = :value LIMIT 1",
        {"entity": fact.entity, "property": fact.property, "value": fact.value},
    ).fetchone()
    return str(row[0]) if row else fact.value


def _events(connection: sqlite3.Connection, positions: Sequence[int]) -> Iterator[Event]:
    for position in positions:
        yield from log.events(connection, after=position - 1, upto=position)


def _cause(event: Event) -> Cause:
    return Cause(event, event.source)


# Every event that bears on an entity, and on all that it was ever matched with.
BEARING = """
WITH RECURSIVE
member (entity) AS (
  SELECT :entity
  UNION
  SELECT m.other FROM member CROSS JOIN match m ON m.one = member.entity AND m.live
  UNION
  SELECT m.one FROM member CROSS JOIN match m ON m.other = member.entity AND m.live
),
said (claim, source) AS (
  SELECT c.claim, c.source FROM member CROSS JOIN claim c ON c.entity = member.entity
  UNION
  SELECT c.claim, c.source FROM member
  CROSS JOIN claim c ON c.value_entity = member.entity AND c.value_entity IS NOT NULL
),
bearing (position) AS (
  SELECT e.position FROM member
  CROSS JOIN event e ON e.type = 'entity.declared' AND e.data ->> 'entity' = member.entity
  UNION
  SELECT claim FROM said
  UNION
  SELECT c.retracted_by FROM said CROSS JOIN claim c ON c.claim = said.claim
  UNION
  SELECT k.position FROM said CROSS JOIN event made ON made.position = said.claim
  CROSS JOIN event k ON k.type = 'passage.checked' AND k.data ->> 'claim' = +made.id
  UNION
  SELECT e.position FROM (SELECT DISTINCT source FROM said) s CROSS JOIN event e ON e.source = s.source
    AND e.type IN ('source.graded', 'source.withdrawn', 'source.reinstated') AND e.type <> 'claim.made'
  UNION
  SELECT v.verdict FROM member CROSS JOIN verdict v ON v.entity = member.entity
  UNION
  SELECT v.revoked_by FROM member CROSS JOIN verdict v ON v.entity = member.entity
  UNION
  SELECT m.match FROM match m WHERE m.one IN (SELECT entity FROM member) OR m.other IN (SELECT entity FROM member)
  UNION
  SELECT m.undone_by FROM match m WHERE m.one IN (SELECT entity FROM member) OR m.other IN (SELECT entity FROM member)
  UNION
  SELECT d.distinction FROM distinction d
  WHERE d.one IN (SELECT entity FROM member) OR d.other IN (SELECT entity FROM member)
  UNION
  SELECT d.undone_by FROM distinction d
  WHERE d.one IN (SELECT entity FROM member) OR d.other IN (SELECT entity FROM member)
  UNION
  SELECT w.value_match FROM value_match w WHERE w.subject IN (SELECT entity FROM member)
  UNION
  SELECT w.undone_by FROM value_match w WHERE w.subject IN (SELECT entity FROM member)
)
SELECT DISTINCT position FROM bearing WHERE position > :after AND position <= :upto ORDER BY position
"""


def bearing(connection: sqlite3.Connection, entity: str, *, after: int = 0, upto: int = ALL) -> Iterator[Event]:
    """Yield every event that bears on an entity, in the order of the log."""
    values = {"entity": entity, "after": after, "upto": upto}
    yield from _events(connection, [row[0] for row in connection.execute(BEARING, values)])
