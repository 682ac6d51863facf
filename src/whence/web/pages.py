"""What the pages of the findings show, read from one state of the store: home, an entity, conflicts, the timeline.

Each function takes a connection and returns what its template names; None where the thing is not on record.
"""

from __future__ import annotations

import functools
import itertools
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from whence import audit, dates, log, reading, suggestions, times, vocabulary
from whence.timeline import dated
from whence.web import wording

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from whence.reading import Fact
    from whence.timeline import Dated
    from whence.vocabulary import Property, Vocabulary

__all__ = ["Row", "Voice", "conflicts", "entity", "found", "home", "near", "query", "rows", "timeline"]

MOST = 100_000  # how far the home page counts
FACTS = 500  # facts of an entity, and as many that name it, on one page
PER_PROPERTY = 50  # values of one property on one page; the table shows them all
VOICES = 3  # sources named beside a fact; the rest are counted
VOICES_READ = 5_000
DATED = 500
CONFLICTS = 100
CANDIDATES = 300
RULINGS = 50


class Voice(NamedTuple):
    """A source beside a fact: who published it, and whether it affirms, denies or expects."""

    source: str
    name: str
    title: str
    stance: str


class Row(NamedTuple):
    """A fact as a page lists it: its value (`entity` where it is one), when it held, and who says so."""

    fact: Fact
    entity: str | None
    shown: str
    held: str
    voices: tuple[Voice, ...]
    more: int
    sources: int
    denying: tuple[Voice, ...]


@functools.cache
def query(name: str) -> str:
    """Return one of our queries by its file's name."""
    return files("whence.web").joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")


def home(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return what the home page shows: how much there is, what is contested, what is new."""
    sources, entities, facts, claims, contested = connection.execute(query("counts"), {"most": MOST}).fetchone()
    newest = reading.facts(connection, newest_first=True, limit=12)
    recorded = _recorded_at(connection, (fact.position for fact in newest))
    return {
        "counts": [
            (count, wording.counted(count, noun, most=MOST), noun)
            for count, noun in ((sources, "source"), (entities, "entity"), (facts, "fact"), (claims, "claim"))
        ],
        "head": log.head(connection),
        "contested_count": wording.counted(contested, "conflict", most=MOST),
        "conflicts": reading.conflicts(connection, limit=6),
        "newest": [(row, recorded.get(row.fact.position, "")) for row in rows(connection, newest)],
        "sources": connection.execute(query("newest_sources"), {"limit": 8}).fetchall(),
        "types": connection.execute(query("types"), {"most": 10_000}).fetchall(),
    }


def _recorded_at(connection: sqlite3.Connection, positions: Iterable[int]) -> dict[int, str]:
    wanted = orjson.dumps(list(positions)).decode()
    return dict(connection.execute(query("recorded_at"), {"positions": wanted}).fetchall())


def found(connection: sqlite3.Connection, words: str) -> dict[str, Any]:
    """Return what a search finds: entities by name, and facts by value or quoted words."""
    hits = reading.search(connection, words, limit=25)
    quotes = {hit.fact.fact: hit.quote for hit in hits if hit.fact}
    return {
        "entities": [hit.entity for hit in hits if hit.fact is None],
        "facts": [
            (row, quotes[row.fact.fact]) for row in rows(connection, [hit.fact for hit in hits if hit.fact is not None])
        ],
    }


def entity(connection: sqlite3.Connection, wanted: str) -> dict[str, Any] | None:
    """Return an entity's facts by property, its names, and the facts of others that name it.

    Of one that goes under another, `canonical` alone: its facts stand on that one's page.
    """
    one = reading.entity(connection, wanted)
    if one is None:
        return None
    (canonical,) = connection.execute(query("canonical"), {"entity": wanted}).fetchone()
    if canonical != wanted:
        return {"canonical": canonical}
    words = vocabulary.read(connection)
    about = reading.facts_about(connection, wanted, limit=FACTS)
    naming = reading.facts_naming(connection, wanted, limit=FACTS)
    # A symmetric fact is kept in one direction, and belongs on the pages of both.
    mirrored = [fact for fact in naming if _symmetric(words, fact)]
    named_by = [fact for fact in naming if not _symmetric(words, fact)]
    listed = rows(connection, [*about, *mirrored], seen_from=wanted)
    return {
        "entity": one,
        "type": words.types.get(one.type),
        "names": _names(one.name, listed),
        "groups": _groups(words, listed),
        "named_by": _groups(words, rows(connection, named_by)),
        "one_with": connection.execute(query("one_with"), {"entity": wanted, "limit": RULINGS}).fetchall(),
        "unaffirmed": audit.unaffirmed(connection, entity=wanted),
        "rulings": connection.execute(query("rulings_on"), {"entity": wanted, "limit": RULINGS}).fetchall(),
        "full": len(about) == FACTS or len(naming) == FACTS,
        "declared": connection.execute(query("event_at"), {"position": one.position}).fetchone(),
    }


def _symmetric(words: Vocabulary, fact: Fact) -> bool:
    one = words.properties.get(fact.property)
    return one is not None and one.symmetric


def _names(name: str, listed: list[Row]) -> list[Row]:
    """Return the facts that give another name than the one shown."""
    return [
        row
        for row in listed
        if row.fact.property in ("name", "alias") and row.fact.current and row.shown.casefold() != name.casefold()
    ]


def _groups(words: Vocabulary, listed: list[Row]) -> list[dict[str, Any]]:
    """Return the rows by property in the vocabulary's order, current ones first."""
    order = {name: place for place, name in enumerate(words.properties)}
    ordered = sorted(listed, key=lambda row: order.get(row.fact.property, len(order)))
    groups = []
    for name, members in itertools.groupby(ordered, key=lambda row: row.fact.property):
        one = words.properties.get(name)
        inside = _in_order(one, list(members))
        groups.append(
            {
                "property": name,
                "label": one.label if one else name,
                "description": one.description if one else "",
                "rows": inside[:PER_PROPERTY],
                "more": len(inside) - PER_PROPERTY,
            }
        )
    return groups


def _in_order(one: Property | None, members: list[Row]) -> list[Row]:
    """Put what changes in the order of a career, the latest first; the rest stays current first."""
    if one is not None and one.changes:
        members.sort(key=lambda row: _latest(row.fact), reverse=True)
    return sorted(members, key=lambda row: not row.fact.current)


def _latest(fact: Fact) -> str:
    return max(fact.earliest_start or "", fact.latest_start or "", fact.earliest_end or "")


def rows(connection: sqlite3.Connection, facts: list[Fact], *, seen_from: str = "") -> list[Row]:
    """Return facts as pages list them; of a symmetric one that names `seen_from`, the other side is its value."""
    wanted = orjson.dumps([fact.fact for fact in facts]).decode()
    voices: dict[str, dict[tuple[str, str], Voice]] = {}
    for one in connection.execute(query("sources_of_facts"), {"facts": wanted, "limit": VOICES_READ}):
        name = one["publisher_name"] or one["publisher"] or one["title"]
        voices.setdefault(one["fact"], {})[one["source"], one["stance"]] = Voice(
            one["source"], name, one["title"], one["stance"]
        )
    return [_row(fact, list(voices.get(fact.fact, {}).values()), seen_from) for fact in facts]


def _row(fact: Fact, voices: list[Voice], seen_from: str) -> Row:
    flipped = bool(seen_from) and fact.entity != seen_from
    order = {"affirms": 0, "expects": 1, "denies": 2}
    voices.sort(key=lambda voice: (order[voice.stance], voice.source))
    # Who only denies a value is no source of it; where nobody affirms it, the nearest to that count.
    side = voices[0].stance if voices else ""
    return Row(
        fact=fact,
        entity=fact.entity if flipped else fact.value_entity,
        shown=fact.entity_name if flipped else fact.shown,
        held=times.held(fact),
        voices=tuple(voices[:VOICES]),
        more=max(0, len(voices) - VOICES),
        sources=len({voice.source for voice in voices if voice.stance == side}),
        denying=tuple(voice for voice in voices if voice.stance == "denies"),
    )


def conflicts(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return what is contested, each with its rivals side by side, the worst first."""
    listed = reading.conflicts(connection, limit=CONFLICTS)
    by_fact = {row.fact.fact: row for row in rows(connection, [fact for one in listed for fact in one.rivals])}
    return {
        "conflicts": [(one, [by_fact[fact.fact] for fact in one.rivals]) for one in listed],
        "full": len(listed) == CONFLICTS,
    }


def timeline(connection: sqlite3.Connection, *, entity: str, since: str, until: str, after: str) -> dict[str, Any]:
    """Return what is dated, by year of its first day; what has no first day stands before all.

    `after` is where the page before ended, empty on the first. Raises BadInput where it is no such place.
    """
    listed = dated(
        connection,
        entity=entity or None,
        since=since or None,
        until=until or None,
        after=after or None,
        limit=DATED + 1,
    )
    inside = listed[:DATED]
    years = [
        {"year": year, "dated": list(members)}
        for year, members in itertools.groupby(
            zip(inside, rows(connection, [one.fact for one in inside]), strict=True), key=lambda pair: _year(pair[0])
        )
    ]
    return {
        "years": years,
        "full": len(listed) > DATED,
        "last": inside[-1] if inside else None,
        "entity_shown": reading.entity(connection, entity) if entity else None,
    }


def _year(one: Dated) -> str:
    if one.earliest is None:
        return "No known beginning"
    return dates.iso(one.earliest)[:-6]


def near(connection: sqlite3.Connection, table: str, wanted: str) -> list[tuple[str, str]]:
    """Return (id, name) of the entities or sources that somebody may have meant, of a bounded number of candidates."""
    start = wanted.lower()[:3]
    values = {"table": table, "low": start, "high": start + "\U0010ffff", "limit": CANDIDATES}
    ids = {row[0] for row in connection.execute(query("ids_beginning"), values)}
    if table == "entity":
        for word in wanted.replace("-", " ").split()[:5]:
            ids.update(hit.entity.entity for hit in reading.search(connection, word, limit=10))
    named = []
    for one in suggestions.near(wanted[:100], sorted(ids), limit=5) or sorted(ids)[:3]:
        shown = reading.entity(connection, one) if table == "entity" else reading.source(connection, one)
        if shown is not None:
            named.append((one, shown.name if isinstance(shown, reading.Entity) else shown.title))
    return named
