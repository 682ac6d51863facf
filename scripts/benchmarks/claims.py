"""Claims to measure with, of the shape that real ones have: the same seed and size give the same drafts.

There is a twentieth as many entities as claims, of every type of the vocabulary, and 400 sources of 300
publishers (fewer below 10,000 claims). For each entity and property there is one truth; most claims say it,
some in other words or more vaguely, and some say something else. Drafts are made one at a time.
"""

# ruff: noqa: PLR2004 - how often a made-up source says what is the data of this module
from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Claims", "vocabulary_drafts"]

ENTITY_PER_CLAIMS = 20
SOURCES = 400
PUBLISHERS_IN_FOUR_SOURCES = 3
VALUES_OF_MANY = 6  # different values that sources give for one entity and a property that keeps many
OFFSETS = 60_000  # how long a captured text is
KEPT_FOR_SPEAKERS = 50  # entities to a spokesperson

# How often a claim has what it may have.
SAYS_THE_TRUTH, IN_OTHER_WORDS = 0.78, 0.12
DENIES, EXPECTS = 0.02, 0.01
QUOTE, LOCATOR_ONLY, TWO_PASSAGES, CONTEXT, LOCATOR_TOO = 0.85, 0.12, 0.05, 0.2, 0.3
WHEN_OF_WHAT_CHANGES, WHEN_OF_THE_REST = 0.6, 0.2
SPEAKER, SECOND_SPEAKER, SAID = 0.1, 0.1, 0.3
CREDIBILITY, INFERRED, HANDLING, NOTE, QUALIFIERS = 0.2, 0.01, 0.02, 0.03, 0.3

# Entities of each type in a hundred; a type that is not named here has its share of `others`.
SHARES = {"person": 30, "organization": 15, "place": 12, "post": 10, "engagement": 14, "unit": 8}
SHARE_OF_OTHERS = 4
# Properties that every type has are said less often than what is particular to it.
GENERAL = {"note", "kind", "described_as", "identifier", "website"}

FIRST = ("Kim", "Jo", "Amara", "Luis", "Ingrid", "Tariq", "Mei", "Pavel", "Zoé", "Hana", "Omar", "Ruth")
LAST = ("Park", "Okafor", "Núñez", "Berg", "Çelik", "Haddad", "Novak", "Tanaka", "Diella", "Moyo", "Rossi", "Ngata")
ADJECTIVE = ("northern", "joint", "combined", "allied", "regional", "interim", "national", "coastal", "second")
NOUN = ("command", "staff", "division", "council", "ministry", "agency", "corridor", "exercise", "talks", "accord")
RANK = ("Colonel", "Brigadier General", "Major General", "Lieutenant General", "General", "Captain", "Commander")
TOPIC = ("cyber defence", "force posture", "maritime security", "air policing", "logistics", "arms control")
REST = "of the delegation said on the margins of the meeting that it would go on as planned and in good time "


@dataclass(frozen=True, slots=True)
class Said:
    """A property as claims are made of it; `targets` are the entities that may be its value."""

    name: str
    place: int
    value: str
    many: bool
    changes: bool
    symmetric: bool
    targets: tuple[int, ...] | range


def vocabulary_drafts(vocabulary: Mapping[str, Any]) -> Iterator[Draft]:
    """Yield the definitions of a vocabulary file."""
    for name, definition in vocabulary["types"].items():
        yield Draft("type.defined", {"name": name, **definition})
    for name, definition in vocabulary["properties"].items():
        yield Draft("property.defined", {"name": name, **definition})


class Claims:
    """A world of entities and sources, and what the sources say of the entities."""

    def __init__(self, vocabulary: Mapping[str, Any], *, size: int, seed: int) -> None:
        self.size = size
        self.seed = seed
        self._random = random.Random(seed)  # noqa: S311 - reproducible, and nothing secret
        self.sources = [f"source-{number}" for number in range(min(SOURCES, max(8, size // 25)))]
        publishers = len(self.sources) * PUBLISHERS_IN_FOUR_SOURCES // 4
        shares = {name: SHARES.get(name, SHARE_OF_OTHERS) for name in vocabulary["types"]}
        count = max(size // ENTITY_PER_CLAIMS, 3 * len(shares))
        types = self._random.choices(list(shares), weights=list(shares.values()), k=count)
        # Every type has an entity, whatever the size, and every publisher is an organization.
        self.types = [*shares, *types, *["organization"] * publishers]
        self.publishers = range(len(self.types) - publishers, len(self.types))
        self.entities = [_id(type_, number) for number, type_ in enumerate(self.types)]
        of_type: dict[str, list[int]] = {}
        for number, type_ in enumerate(self.types):
            of_type.setdefault(type_, []).append(number)
        self.speakers = of_type["person"][: max(3, count // KEPT_FOR_SPEAKERS)]
        self._slots = _slots(vocabulary, of_type, entities=len(self.types))
        captured = [self._random.random() < 0.6 for _ in self.sources]
        self.captures = [f"{self._random.getrandbits(256):064x}" if one else None for one in captured]

    def drafts(self) -> Iterator[Draft]:
        """Yield entities, sources and then as many claims as the size says."""
        yield from self._beginnings()
        speakers = min(len(self.speakers), self.size)
        for number, speaker in enumerate(self.speakers[:speakers]):
            told = {"subject": self.entities[speaker], "property": "speaks_for"}
            organization = self.entities[self.publishers[number % len(self.publishers)]]
            source = self.sources[number % len(self.sources)]
            yield Draft("claim.made", {**told, "value": organization}, source=source)
        yield from self.claims(self.size - speakers, stream=0)

    def claims(self, count: int, *, stream: int) -> Iterator[Draft]:
        """Yield claims about the entities; each stream has others."""
        draw = random.Random(self.seed * 1_000 + stream)  # noqa: S311 - reproducible, and nothing secret
        for number in range(count):
            yield self._claim(draw.random, number)

    def _beginnings(self) -> Iterator[Draft]:
        for number, type_ in enumerate(self.types):
            data = {"entity": self.entities[number], "type": type_, "name": _name(type_, number)}
            yield Draft("entity.declared", data)
        draw = self._random.random
        for number, source in enumerate(self.sources):
            registration: dict[str, Any] = {
                "kind": ("article", "release", "register", "book")[number % 4],
                "title": f"{ADJECTIVE[number % 9].capitalize()} {NOUN[number % 10]} report {number}",
                "publisher": self.entities[self.publishers[number % len(self.publishers)]],
                "published": _day(int(draw() * 3_000))[: (10, 10, 10, 7)[number % 4]],
                "url": f"https://example.org/reports/{number}",
                "language": "en",
            }
            if number > 3 and draw() < 0.15:
                roots = {self.sources[int(draw() * number)] for _ in range(1 if draw() < 0.8 else 2)}
                registration["derived_from"] = sorted(roots)
            yield Draft("source.registered", registration, source=source)
            capture = self.captures[number]
            if capture is not None:
                taken = {"sha256": capture[::-1], "text_sha256": capture, "media_type": "text/html", "size": OFFSETS}
                yield Draft("source.captured", {**taken, "retrieved_at": "2024-06-01T08:00:00Z"}, source=source)
            if draw() < 0.9:
                grade = "AABBBBBCCCDEF"[int(draw() * 13)]
                yield Draft("source.graded", {"grade": grade, "reason": "past reports"}, source=source)

    def _claim(self, draw: Callable[[], float], number: int) -> Draft:
        # A fifth of the claims are about a hundredth of the entities, as in any newspaper.
        count = len(self.types)
        entity = int(draw() * (max(1, count // 100) if draw() < 0.2 else count))
        slots = self._slots[self.types[entity]]
        said = slots[int(draw() * len(slots))]
        value, words = self._value(draw, said, entity)
        at = int(draw() * len(self.sources))
        data: dict[str, Any] = {"subject": self.entities[entity], "property": said.name, "value": value}
        if (passages := self._passages(draw, words, at, number)) is not None:
            data["passages"] = passages
        if draw() < (WHEN_OF_WHAT_CHANGES if said.changes else WHEN_OF_THE_REST):
            data["when"] = _when(draw)
        stance = draw()
        if stance < DENIES:
            data["stance"] = "denies"
        elif stance < DENIES + EXPECTS:
            data["stance"] = "expects"
        if draw() < SPEAKER:
            chain = [self.speakers[int(draw() * len(self.speakers))]]
            if draw() < SECOND_SPEAKER:
                chain.append(self.publishers[int(draw() * len(self.publishers))])
            data["speaker"] = [self.entities[one] for one in chain]
            if draw() < SAID:
                data["said"] = _day(int(draw() * 3_000))
        if draw() < CREDIBILITY:
            data["credibility"] = 1 + int(draw() * 6)
        _seldom(draw, said, data)
        return Draft("claim.made", data, source=self.sources[at])

    def _value(self, draw: Callable[[], float], said: Said, entity: int) -> tuple[str, str]:
        """Return a value and the words in which a text gives it."""
        truth = (entity * 2_654_435_761 + said.place * 97_531 + self.seed * 1_000_003) & 0x7FFFFFFF
        manner = draw()
        if said.many:
            # One of a few; the first ones are said most often.
            truth += 7_919 * int(draw() * draw() * VALUES_OF_MANY)
        elif manner > SAYS_THE_TRUTH + IN_OTHER_WORDS:
            truth += 1 + int(draw() * 3)
        otherwise = SAYS_THE_TRUTH < manner < SAYS_THE_TRUTH + IN_OTHER_WORDS
        if said.value == "entity":
            at = truth % len(said.targets)
            if said.symmetric and said.targets[at] == entity:
                at = (at + 1) % len(said.targets)
            target = said.targets[at]
            return self.entities[target], _name(self.types[target], target)
        value = VALUES[said.value](truth, otherwise, said.name)
        return value, value

    def _passages(self, draw: Callable[[], float], words: str, source: int, number: int) -> list[dict[str, Any]] | None:
        manner = draw()
        if manner >= QUOTE:
            return [{"locator": f"p. {number % 997}"}] if manner < QUOTE + LOCATOR_ONLY else None
        passages = []
        for _ in range(2 if draw() < TWO_PASSAGES else 1):
            start = int(draw() * OFFSETS)
            passage: dict[str, Any] = {"exact": words, "start": start, "end": start + len(words)}
            if draw() < CONTEXT:
                at = start % 60
                passage["prefix"], passage["suffix"] = REST[at : at + 32], REST[60 - at : 92 - at]
            if (capture := self.captures[source]) is not None:
                passage["capture"] = capture
            if draw() < LOCATOR_TOO:
                passage["locator"] = f"¶ {start // 400}"
            passages.append(passage)
        return passages


def _slots(vocabulary: Mapping[str, Any], of_type: Mapping[str, list[int]], *, entities: int) -> dict[str, list[Said]]:
    """Return for each type its properties, each as many times as its weight."""
    slots: dict[str, list[Said]] = {type_: [] for type_ in of_type}
    for place, (name, definition) in enumerate(vocabulary["properties"].items()):
        # Who speaks for whom is said once of each speaker, and qualifiers stand in other claims.
        if name == "speaks_for" or definition.get("qualifies"):
            continue
        of = definition.get("value_of", ())
        targets = tuple(itertools.chain.from_iterable(of_type[one] for one in of)) if of else range(entities)
        said = Said(
            name=name,
            place=place,
            value=definition["value"],
            many=definition.get("many", False),
            changes=definition.get("changes", False),
            symmetric=definition.get("inverse") == name,
            targets=targets,
        )
        for type_ in definition["of"]:
            slots[type_].extend([said] * (1 if name in GENERAL else 3))
    return slots


def _seldom(draw: Callable[[], float], said: Said, data: dict[str, Any]) -> None:
    if said.name in {"participant", "led_by"} and draw() < QUALIFIERS:
        data["qualifiers"] = {"role": "head of delegation", "side": ADJECTIVE[int(draw() * 9)]}
    if draw() < INFERRED:
        data["inferred"] = True
        data["note"] = "It follows from the date of the report."
    elif draw() < NOTE:
        data["note"] = "The caption of the photograph has it, too."
    if draw() < HANDLING:
        data["handling"] = "TLP:AMBER"


def _name(type_: str, number: int) -> str:
    if type_ == "person":
        return f"{FIRST[number % 12]} {LAST[number // 12 % 12]}"
    words = f"{ADJECTIVE[number % 9]} {NOUN[number // 9 % 10]} {number}"
    return words.capitalize()


def _id(type_: str, number: int) -> str:
    name = _name(type_, number) + (f" {number}" if type_ == "person" else "")
    return "".join(one if one.isascii() and one.isalnum() else "-" for one in name.lower())


def _day(number: int) -> str:
    """Return one of about 3,000 days from 2016 on; every month has 28."""
    return f"{2016 + number // 336 % 9}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"


def _when(draw: Callable[[], float]) -> dict[str, str]:
    number, manner = int(draw() * 3_000), draw()
    if manner < 0.4:
        return {"on": _day(number)}
    if manner < 0.55:
        return {"on": _day(number)[:7]}
    if manner < 0.75:
        return {"from": _day(number)[: 10 if manner < 0.65 else 7]}
    if manner < 0.85:
        return {"from": _day(number), "until": _day(min(number + 300, 2_999))}
    return {"until": _day(number)} if manner < 0.93 else {"during": _day(number)[:7]}


def _text(truth: int, otherwise: bool, name: str) -> str:  # noqa: FBT001
    if name == "rank":
        words = RANK[truth % 7]
    elif name in {"topic", "outcome"}:
        words = f"{TOPIC[truth % 6]} in the {ADJECTIVE[truth // 6 % 9]} {NOUN[truth // 54 % 10]}"
    else:
        words = f"{ADJECTIVE[truth % 9]} {NOUN[truth // 9 % 10]} {truth // 90 % 900}"
    return words.upper() if otherwise else words


def _date(truth: int, otherwise: bool, _name: str) -> str:  # noqa: FBT001
    day = _day(truth % 3_000)
    if otherwise:
        return (day[:7], day[:4], f"{day}/{_day(min(truth % 3_000 + 3, 2_999))}")[truth % 3]
    return day


def _number(truth: int, otherwise: bool, _name: str) -> str:  # noqa: FBT001
    count = truth % 400 + 5
    return (f"~{count}", f"{count - 4}..{count + 4}", f"{count - 2}..")[truth % 3] if otherwise else str(count)


def _url(truth: int, otherwise: bool, _name: str) -> str:  # noqa: FBT001
    return f"https://{'www.' if otherwise else ''}example.org/{truth % 100_000}"


def _point(truth: int, otherwise: bool, _name: str) -> str:  # noqa: FBT001
    figures = 2 if otherwise else 4
    return f"{truth % 9_000 / 100:.{figures}f},{truth % 17_000 / 100:.{figures}f}"


VALUES: dict[str, Callable[[int, bool, str], str]] = {
    "text": _text,
    "date": _date,
    "number": _number,
    "url": _url,
    "point": _point,
}
