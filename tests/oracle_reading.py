"""What a log says, read by brute force and without SQL: its claims and verdicts, after matches (design, 3 to 5).

It shares with the program only what reads dates and values, which have tests of their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence import dates, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence.drafts import Event

GRADE_POINTS = {"A": 5, "B": 4, "C": 3, "D": 2, "E": 1, "F": 2, None: 2}
CREDIBILITY_POINTS = {1: 5, 2: 4, 3: 3, 4: 2, 5: 1, 6: 3, None: 3}
FOREVER = "~"  # sorts after every day, as "" sorts before

Place = tuple[str, str, str]  # entity, property, value key


@dataclass(frozen=True)
class Claim:
    """A claim under the entity and the value that it counts for."""

    position: int
    entity: str
    about: str
    key: str
    value: str
    stance: str
    origin: frozenset[str]
    weight: int
    graded: bool
    published: str
    bounds: dates.Bounds
    source: str
    derived_from: frozenset[str]  # of what it says in its own words: every source that it derives from
    live: bool

    @property
    def seen(self) -> tuple[str, str]:
        """The first and the last day of the stretch in which it was seen to hold."""
        _, start, end, _ = self.bounds
        return min(start or FOREVER, end or ""), max(start or FOREVER, end or "")

    @property
    def first_day(self) -> str:
        """The day that places it in a spell: its stated beginning, else the first on which it may have been seen."""
        return self.bounds.earliest_start or self.bounds.earliest_end or self.bounds.latest_start or ""


@dataclass(frozen=True)
class Verdict:
    """A verdict in force, and the days that it covers: None where it states no bound."""

    position: int
    entity: str
    about: str
    key: str
    value: str
    affirms: bool
    first: str | None
    last: str | None

    def covers(self, seen: tuple[str, str] | None) -> bool:
        """Tell whether it decides on what was seen from one day to another; on what does not change, always."""
        if seen is None:
            return True
        return (self.first is None or seen[1] >= self.first) and (self.last is None or seen[0] <= self.last)


class Reading:
    """A log up to some event: what is in force, and in its light the claims and the verdicts."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.properties = {e.data["name"]: e.data for e in events if e.type == "property.defined"}
        self.last: dict[tuple[str, str | None], Mapping[str, Any]] = {(e.type, e.source): e.data for e in events}
        self.declared: dict[str, int] = {}
        self.captures: dict[str | None, list[str]] = defaultdict(list)
        self.judged: dict[str | None, int] = {}
        self.withdrawals: dict[str | None, list[tuple[int, bool]]] = defaultdict(list)
        self.undone: dict[str, int] = {}  # a claim, a match or a verdict, and where it was taken back
        for e in events:
            match e.type:
                case "entity.declared":
                    self.declared.setdefault(e.data["entity"], e.position)
                case "source.captured":
                    self.captures[e.source].append(e.data["retrieved_at"][:10])
                case "source.graded":
                    self.judged[e.source] = e.position
                case "source.withdrawn" | "source.reinstated":
                    self.judged[e.source] = e.position
                    self.withdrawals[e.source].append((e.position, e.type == "source.withdrawn"))
                case "claim.retracted" | "match.undone" | "verdict.revoked":
                    self.undone[e.data[e.type.partition(".")[0]]] = e.position
        matches = [e.data for e in events if e.type == "entities.matched" and e.id not in self.undone]
        self.groups = groups([m["entities"] for m in matches])
        self.worded = [e.data for e in events if e.type == "values.matched" and e.id not in self.undone]
        self.made = [e for e in events if e.type == "claim.made"]
        self.speaks_for: dict[str, set[str]] = defaultdict(set)
        for e in self.made:
            if e.data["property"] == "speaks_for" and "stance" not in e.data and self.was_live(e):
                self.speaks_for[self.one(e.data["subject"])].add(self.one(e.data["value"]))
        self.claims = [self.claim(e) for e in self.made]
        self.verdicts = [self.verdict(e) for e in events if e.type == "verdict.reached" and e.id not in self.undone]

    def one(self, entity: str) -> str:
        """Return the entity under which an entity goes: of all that it is one with, the one declared first."""
        return min(self.groups.get(entity, {entity}), key=self.declared.__getitem__)

    def was_live(self, claim: Event, position: int = 2**62) -> bool:
        """Tell whether a claim counted just before a position: not retracted, and its source not withdrawn."""
        judged = [withdrawn for at, withdrawn in self.withdrawals[claim.source] if at < position]
        return self.undone.get(claim.id, 2**62) >= position and not (judged and judged[-1])

    def place(self, data: Mapping[str, Any]) -> tuple[Place, str]:
        """Return what a claim or verdict is about, and its value as it is shown."""
        rules = self.properties[data["property"]]
        subject, value = self.one(data["subject"]), data["value"]
        if rules["value"] == "entity":
            value = self.one(value)
            if rules.get("inverse") == rules["name"]:
                subject, value = min(subject, value), max(subject, value)
            return (subject, rules["name"], value), value
        return (subject, rules["name"], self.wording(rules, subject, values.key(rules["value"], value))), value

    def wording(self, rules: Mapping[str, Any], subject: str, key: str) -> str:
        """Return the key under which a wording counts: of all that say the same of this subject, the first."""
        pairs = [
            [values.key(rules["value"], one) for one in match["values"]]
            for match in self.worded
            if match["property"] == rules["name"] and ("subject" not in match or self.one(match["subject"]) == subject)
        ]
        return min(groups(pairs).get(key, {key}))

    def claim(self, event: Event) -> Claim:
        """Return a claim with its weight, its origin and its bounds in time."""
        data, rules = event.data, self.properties[event.data["property"]]
        source = event.source or ""
        published = self.last["source.registered", source].get("published")
        grade = self.last.get(("source.graded", source), {}).get("grade")
        bounds = dates.Bounds()
        if "when" in data:
            bounds = dates.when_bounds(data["when"])
        elif rules.get("changes"):
            at_latest = min([*self.captures[source], event.recorded_at[:10]])
            bounds = observed(data.get("said", published), at_latest)
        (entity, about, key), value = self.place(data)
        return Claim(
            position=event.position,
            entity=entity,
            about=about,
            key=key,
            value=value,
            stance=data.get("stance", "affirms"),
            origin=self.origin(data, source),
            weight=GRADE_POINTS[grade] * CREDIBILITY_POINTS[data.get("credibility")],
            graded=grade in ("A", "B", "C"),
            published=(published and dates.bounds(published)[0]) or "",
            bounds=bounds,
            source=source,
            derived_from=frozenset() if "speaker" in data else frozenset(self.ancestors(source)),
            live=self.was_live(event),
        )

    def verdict(self, event: Event) -> Verdict:
        """Return a verdict with the days that it covers: what held on a date held from its first day to its last."""
        (entity, about, key), value = self.place(event.data)
        when = event.data.get("when", {})
        first, last = None, None
        if when.keys() & {"on", "during"}:
            _, start, end, _ = dates.when_bounds(when)
            if start is not None and end is not None:
                first, last = min(start, end), max(start, end)
        elif when:
            first, _, _, last = dates.when_bounds(when)
        affirms = event.data.get("stance", "affirms") == "affirms"
        return Verdict(event.position, entity, about, key, value, affirms, first, last)

    def origin(self, data: Mapping[str, Any], source: str) -> frozenset[str]:
        """Return whose voice it is: an entity, or several for a joint one."""
        if "speaker" not in data:
            return frozenset(self.roots(source))
        heard = [self.one(data["speaker"][-1])]
        while further := self.speaks_for[heard[-1]] - {heard[-1]}:
            if (voice := min(further)) in heard:
                return frozenset([min(heard[heard.index(voice) :])])
            heard.append(voice)
        return frozenset([heard[-1]])

    def ancestors(self, source: str) -> set[str]:
        """Return every source that a source derives from, at any remove."""
        derived = self.last["source.registered", source].get("derived_from", ())
        return {one for root in derived for one in (root, *self.ancestors(root))}

    def roots(self, source: str) -> set[str]:
        """Return the voices of the sources at the beginning of what a source derives from."""
        registration = self.last["source.registered", source]
        if "derived_from" in registration:
            return {root for one in registration["derived_from"] for root in self.roots(one)}
        publisher = registration.get("publisher")
        return {f"source:{source}" if publisher is None else self.one(publisher)}


def groups(pairs: Iterable[Sequence[str]]) -> dict[str, set[str]]:
    """Return for each that is paired all that it is joined with, by whatever chain of pairs, itself included."""
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = found.get(one, {one}) | found.get(other, {other})
        found |= dict.fromkeys(joined, joined)
    return found


def observed(seen: str | None, at_latest: str) -> dates.Bounds:
    """Return the bounds of what held on some day of `seen`, by `at_latest` unless all of `seen` is later."""
    first, last = dates.bounds(seen) if seen else (None, None)
    if first is None or first <= at_latest:
        last = min(last or at_latest, at_latest)
    return dates.Bounds(None, last, first, None)
