"""Pairs that may be one are proposed with what speaks for and against; nothing is matched here.

Evidence is added up in bits, as for two records drawn at random: how telling the name is in which two entities
agree, then each fact that they share or that keeps them apart. A frequent name alone never reaches the minimum.
Candidates come from an index of what alike names share, so the work grows with the entities and not their pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations, product
from math import log2
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from whence import likeness, vocabulary, wording

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator

    from whence.likeness import Likeness
    from whence.vocabulary import Property, Vocabulary

__all__ = ["MINIMUM", "Pair", "ValuePair", "entities", "values"]

MINIMUM: Final = 0.5  # as likely one as two

_SAME: Final = 12.0  # bits that must be found before two persons are as likely one as two
_SAME_OTHERS: Final = 10.0  # the same for what is no person: names of organizations are rarely used twice
_NAMES: Final = 6  # names of one entity that are compared
_BLOCK: Final = 40  # entities that one key may bring together; more are divided by the facts they share
_WORD_BLOCK: Final = 12  # the same for a single word
_ROWS: Final = 200  # facts of one entity that are weighed
_HOLDERS: Final = 1_000  # how far those that share a value are counted
_ALIKE: Final = 0.85  # the score from which two wordings of a value may say the same
_RANK: Final = 1.8  # bits that one rank in common gives at most: many have it
_FEW: Final = 4  # bearers of one name who may all be one
_WORTH: Final = 0.55  # likeness of names from which facts are read
_RENAMED: Final = -8.0
_SMOOTH: Final = 5_000  # names of the world at large that are counted with those of the store

# Free words, which two sources choose differently of one thing; and names, which are weighed as names.
_NOT_WEIGHED: Final = frozenset({"name", "alias", "described_as", "note", "topic", "outcome"})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities that may be one, the one declared first before the other; the score is from 0 to 1."""

    one: str
    other: str
    score: float
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValuePair:
    """Two wordings of a property's value that may say the same, of one entity or (None) of several."""

    property: str
    one: str
    other: str
    entity: str | None
    score: float
    reasons: tuple[str, ...]


class _Named(NamedTuple):
    entity: str
    names: tuple[str, ...]


class _Held(NamedTuple):
    """What an entity's facts say: values by property, and which facts of others name it."""

    values: dict[str, dict[str, tuple[Any, ...]]]  # property → value key → value, shown, low, high, start, end
    named_in: dict[str, set[str]]  # the other entity → properties
    sources: frozenset[str]


def entities(
    connection: sqlite3.Connection,
    *,
    type: str | None = None,
    limit: int | None = None,
    minimum: float = MINIMUM,
    decided: Collection[frozenset[str]] = frozenset(),
) -> list[Pair]:
    """Return the pairs of entities of one type that may be one, the likeliest first.

    Matched entities count as one, under the one declared first. Pairs that are distinguished are left out, and
    those in `decided`, which may name members of them.
    """
    words = vocabulary.read(connection)
    ruled = _distinguished(connection, decided)
    found: list[Pair] = []
    for name in [type] if type else words.types:
        found.extend(_of_type(connection, words, name, minimum, ruled))
    found.sort(key=lambda pair: (-pair.score, pair.one, pair.other))
    return found[:limit]


def _distinguished(connection: sqlite3.Connection, decided: Collection[frozenset[str]]) -> set[frozenset[str]]:
    """Return the pairs that are not proposed again, each entity as the one that it goes under."""
    canonical = dict(connection.execute("SELECT entity, canonical FROM entity WHERE canonical <> entity"))
    ruled = [*decided, *connection.execute("SELECT one, other FROM distinction WHERE live = 1")]
    return {frozenset(canonical.get(entity, entity) for entity in pair) for pair in ruled}


def _of_type(
    connection: sqlite3.Connection, words: Vocabulary, type: str, minimum: float, decided: set[frozenset[str]]
) -> Iterator[Pair]:
    person = words.is_a(type, ("person",))
    named = _named(connection, type)
    facts = _Facts(connection, words, len(named))
    counts = Counter(
        word for one in named for word in set().union(*(likeness.words(n, person=person) for n in one.names))
    )
    threshold = max(_SAME if person else _SAME_OTHERS, log2(len(named) + 1))
    for (place, other_place), bearers in sorted(_candidates(named, facts, person=person).items()):
        one, other = named[place], named[other_place]
        if frozenset((one.entity, other.entity)) in decided:
            continue
        alike, known_as = _most_alike(one, other, person=person)
        bits = _telling(alike, counts, len(named), bearers) - threshold
        # What hardly has a name in common is not worth reading the facts of, but for identifiers.
        if alike.score < _WORTH and not facts.identified(one.entity) & facts.identified(other.entity):
            continue
        weighed = [(bits, ""), *facts.weigh(one.entity, other.entity, aliased=known_as)]
        score = 1 / (1 + 2.0 ** min(60.0, -sum(bit for bit, _ in weighed)))
        if score >= minimum:
            pro, contra = (tuple(why for bit, why in weighed if why and bit * sign > 0) for sign in (1, -1))
            yield Pair(one.entity, other.entity, round(score, 4), alike.reasons + pro, alike.against + contra)


def _named(connection: sqlite3.Connection, type: str) -> list[_Named]:
    """Return the entities of a type in the order of their declaration, with their names, the declared one first."""
    names: dict[str, dict[str, None]] = {}
    for entity, name in connection.execute(
        "SELECT canonical, name FROM entity WHERE type = :type ORDER BY position", {"type": type}
    ):
        names.setdefault(entity, {})[name] = None
    for entity, value in connection.execute(
        "SELECT entity, value FROM fact WHERE property IN ('name', 'alias')"
        " AND status IN ('accepted', 'contested') ORDER BY property DESC, entity, value_key"
    ):
        if entity in names and len(names[entity]) < _NAMES:
            names[entity][value] = None
    return [_Named(entity, tuple(of)[:_NAMES]) for entity, of in names.items()]


def _candidates(named: list[_Named], facts: _Facts, *, person: bool) -> dict[tuple[int, int], int]:
    """Return the pairs that share a key, from blocks that are never large, with the number of the name's bearers."""
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(named):
        for key in set().union(*(likeness.keys(name, person=person) for name in one.names)):
            blocks[key].append(place)
        for identifier in facts.identified(one.entity):
            blocks[f"#{identifier}"].append(place)
    found: dict[tuple[int, int], int] = {}
    for key, places in blocks.items():
        whole = key[0] == "="
        if len(places) <= (_BLOCK if key[0] in "=#/" or "+" in key else _WORD_BLOCK):
            pairs: Iterable[tuple[int, int]] = combinations(places, 2)
        else:
            pairs = _sharing(places, named, facts) if whole else ()
        for pair in pairs:
            found[pair] = max(found.get(pair, 2), len(places) if whole else 2)
    return found


def _sharing(places: list[int], named: list[_Named], facts: _Facts) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a large block that share a fact: so frequent a name is else not worth a look."""
    shared: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place in places:
        for fact in facts.keys(named[place].entity):
            shared[fact].append(place)
    for some in shared.values():
        if len(some) <= _BLOCK:
            yield from combinations(some, 2)


def _most_alike(one: _Named, other: _Named, *, person: bool) -> tuple[Likeness, bool]:
    """Return how alike the most alike of their names are, and whether the one is an alias of the other."""
    compared = [
        (likeness.names(a, b, person=person), place) for place, (a, b) in enumerate(product(one.names, other.names))
    ]
    best, place = max(compared, key=lambda found: (found[0].score, -found[1]))
    # Numbers, states and generations that keep the declared names apart are not undone by an alias.
    declared = compared[0][0]
    if place and not declared.score and declared.against and best.score < 1:
        best = declared
    aliased = place > 0 and best.score == 1 and declared.score < likeness.ALIKE
    return best, aliased


def _telling(alike: Likeness, counts: Counter[str], total: int, bearers: int) -> float:
    """Return in bits how much the names say for one bearer: rare ones much, and little where many bear the name."""
    found = 0.0
    for word, bits in alike.shared:
        others = max(0, counts[word] - 2) + _SMOOTH * 2.0**-bits
        found += min(bits + 3, log2((total + _SMOOTH) / others))
    # Another name takes only so much: an identifier in common outweighs it, since ships and firms are renamed.
    return max(_RENAMED, found * alike.score - 25 * (1 - alike.score) - max(0.0, 2 * log2(bearers / _FEW)))


class _Facts:
    """What the facts of two entities say for and against their being one."""

    def __init__(self, connection: sqlite3.Connection, words: Vocabulary, total: int) -> None:
        self._connection = connection
        self._words = words
        self._total = total
        self._held: dict[str, _Held] = {}
        self._holders: dict[tuple[str, str], int] = {}
        self._identified: defaultdict[str, set[str]] = defaultdict(set)
        for name in (name for name, one in words.properties.items() if _identifies(one)):
            for entity, key in connection.execute(
                "SELECT entity, value_key FROM fact WHERE property = :property AND current = 1", {"property": name}
            ):
                self._identified[entity].add(key)

    def identified(self, entity: str) -> set[str]:
        """Return the identifiers of an entity."""
        return self._identified.get(entity, set())

    def keys(self, entity: str) -> Iterator[tuple[str, str]]:
        """Yield what an entity can share with others."""
        held = self._of(entity)
        for name, of in held.values.items():
            yield from ((name, key) for key in of)
        yield from (("", other) for other in held.named_in)

    def weigh(self, one: str, other: str, *, aliased: bool) -> Iterator[tuple[float, str]]:
        """Yield the bits that each shared or differing fact gives or takes, with the reason."""
        first, second = self._of(one), self._of(other)
        for name in sorted(first.values.keys() & second.values.keys()):
            said = self._words.properties[name]
            shared = first.values[name].keys() & second.values[name].keys()
            if _identifies(said):
                yield from _identifiers(said, first.values[name], second.values[name])
            elif shared:
                key = min(shared, key=lambda key: (self._count(name, key), key))
                shown, low, high = first.values[name][key][1:4]
                bits = self._rare(name, key, _most(said, exact=low == high))
                yield bits, f"both have the {said.label} {shown}"
            else:
                yield from _differing(said, first.values[name], second.values[name])
        yield from self._together(one, other, first, second)
        if (common := first.sources & second.sources) and not aliased:
            yield -3.0, f"one source tells of both as two: {min(common)}"

    def _together(self, one: str, other: str, first: _Held, second: _Held) -> Iterator[tuple[float, str]]:
        """Weigh where others name both: by two sources that speaks for one bearer, by one source against."""
        given = 0.0
        for host in sorted(first.named_in.keys() & second.named_in.keys()):
            by_source: defaultdict[str, set[str]] = defaultdict(set)
            for source, value in self._connection.execute(
                "SELECT source, value_entity FROM claim WHERE value_entity IN (:one, :other)"
                " AND value_entity IS NOT NULL AND +entity = :host AND live = 1",
                {"one": one, "other": other, "host": host},
            ):
                by_source[source].add(value)
            row = self._connection.execute("SELECT name FROM entity WHERE entity = :host", {"host": host}).fetchone()
            if both := [source for source, named in by_source.items() if len(named) > 1]:
                yield -7.0, f"{min(both)} names both side by side in {row[0]}"
            elif given < 9:  # noqa: PLR2004 - the same company keeps recurring
                bits = min(6.0, 9 - given)
                given += bits
                roles = sorted(
                    {self._words.properties[role].label for role in first.named_in[host] | second.named_in[host]}
                )
                yield bits, f"two sources name them in {row[0]} ({', '.join(roles)})"

    def _rare(self, property: str, key: str, most: float) -> float:
        return max(0.5, min(most, log2((self._total + 250) / (self._count(property, key) + 1))))

    def _count(self, property: str, key: str) -> int:
        if (property, key) not in self._holders:
            self._holders[property, key] = self._connection.execute(
                "SELECT count(*) FROM (SELECT 1 FROM fact WHERE property = :property AND value_key = :key LIMIT :most)",
                {"property": property, "key": key, "most": _HOLDERS},
            ).fetchone()[0]
        return self._holders[property, key]

    def _of(self, entity: str) -> _Held:
        if entity in self._held:
            return self._held[entity]
        values: defaultdict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
        for row in self._connection.execute(
            "SELECT f.property, f.value_key, f.value, coalesce(e.name, f.value), f.low, f.high, f.earliest_start,"
            " f.latest_end FROM fact f LEFT JOIN entity e ON e.entity = f.value_entity"
            " WHERE f.entity = :entity AND f.status IN ('accepted', 'contested', 'superseded') LIMIT :rows",
            {"entity": entity, "rows": _ROWS},
        ):
            if row[0] not in _NOT_WEIGHED:
                values[row[0]][row[1]] = tuple(row[2:])
        named_in: defaultdict[str, set[str]] = defaultdict(set)
        for other, role in self._connection.execute(
            "SELECT entity, property FROM fact WHERE value_entity = :entity AND value_entity IS NOT NULL"
            " AND status IN ('accepted', 'contested') LIMIT :rows",
            {"entity": entity, "rows": _ROWS},
        ):
            named_in[other].add(role)
        sources = self._connection.execute(
            "SELECT DISTINCT source FROM claim WHERE entity = :entity AND live = 1 LIMIT :rows",
            {"entity": entity, "rows": _ROWS},
        )
        held = _Held(dict(values), dict(named_in), frozenset(row[0] for row in sources))
        self._held[entity] = held
        return held


def _most(property: Property, *, exact: bool) -> float:
    """Return the most bits that a value in common can give."""
    if property.name == "nationality":
        return 1.0  # the name has told it already
    if property.value == "date" and not property.many:
        return 8.0 if exact else 4.0
    return 6.0 if property.value == "entity" else _RANK if property.changes else 2.5


def _identifies(property: Property) -> bool:
    return property.name == "identifier" or "schema:identifier" in property.same_as


def _identifiers(
    property: Property, one: dict[str, tuple[Any, ...]], other: dict[str, tuple[Any, ...]]
) -> Iterator[tuple[float, str]]:
    if shared := one.keys() & other.keys():
        yield 24.0, f"the same {property.label}: {one[min(shared)][0]}"
        return
    # The register's name stands in front; numbers of two registers say nothing of each other.
    registers = [
        {key.replace(":", " ").split(" ")[0] for key in keys if " " in key or ":" in key} for keys in (one, other)
    ]
    for register in sorted(set.intersection(*registers)):
        yield -14.0, f"different {property.label}s of one register, {register}"


def _differing(
    property: Property, one: dict[str, tuple[Any, ...]], other: dict[str, tuple[Any, ...]]
) -> Iterator[tuple[float, str]]:
    """Weigh values of which none is shared."""
    first, second = next(iter(one.values())), next(iter(other.values()))
    said = f"{property.label}: {first[1]} and {second[1]}"
    if property.value == "date" and not property.many:
        if _touch(first[2], first[3], second[2], second[3]):
            yield 3.0, f"{said}, which agree"
        else:
            yield -14.0, said
    elif property.value == "text" and not property.many:
        if any(wording.wordings(a[0], b[0]).score >= _ALIKE for a, b in product(one.values(), other.values())):
            yield 2.0, f"{said}, which may say the same"
        elif not property.changes:
            yield -2.0, said
        elif any(_touch(a[4], a[5], b[4], b[5]) for a, b in product(one.values(), other.values())):
            yield -3.0, f"{said}, perhaps at one time"
        else:
            yield -0.5, f"{said}, at different times"
    elif property.name == "nationality" or (property.value == "entity" and not property.many and not property.changes):
        yield -6.0, said
    elif not property.many:
        yield -2.0, said


def _touch(start: Any, end: Any, other_start: Any, other_end: Any) -> bool:  # noqa: ANN401 - days or numbers
    """Tell whether two stretches may share a day; None is open."""
    return (end is None or other_start is None or other_start <= end) and (
        other_end is None or start is None or start <= other_end
    )


def values(connection: sqlite3.Connection, *, property: str | None = None) -> list[ValuePair]:
    """Return the pairs of contested wordings of text properties that may say the same, the likeliest first.

    Where several entities have the same two rivals, they are one pair, whose entity is None.
    """
    rivals: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for name, entity, key, value in connection.execute(
        "SELECT f.property, f.entity, f.value_key, f.value FROM fact f"
        " CROSS JOIN property p ON p.property = f.property AND p.value_type = 'text'"
        " WHERE f.status = 'contested' AND f.status <> 'accepted'"
        " AND (:property IS NULL OR f.property = :property) ORDER BY f.property, f.entity, f.value_key",
        {"property": property},
    ):
        rivals[name, entity].setdefault(key, value)
    found: dict[tuple[str, str, str], ValuePair] = {}
    for (name, entity), of in rivals.items():
        for (key, one), (other_key, other) in combinations(list(of.items())[:_BLOCK], 2):
            known = found.get((name, key, other_key))
            alike = wording.wordings(one, other)
            if known and known.entity != entity:
                found[name, key, other_key] = ValuePair(name, known.one, known.other, None, known.score, known.reasons)
            elif alike.score >= _ALIKE:
                pair = ValuePair(name, one, other, entity, round(alike.score, 4), alike.reasons)
                found[name, key, other_key] = pair
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.property, pair.one, pair.other))
