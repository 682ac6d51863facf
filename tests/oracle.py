"""What the design says follows from claims (section 5, "From claims to facts"), by brute force and without SQL.

It shares with the program only what reads dates and values, which have tests of their own. It is slow and says
each rule once, in the design's order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from whence import dates, values
from whence.drafts import Draft, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GRADE_POINTS = {"A": 5, "B": 4, "C": 3, "D": 2, "E": 1, "F": 2, None: 2}
CREDIBILITY_POINTS = {1: 5, 2: 4, 3: 3, 4: 2, 5: 1, 6: 3, None: 3}
SIDES = ("affirms", "expects", "denies")
FOREVER = "~"  # sorts after every day, as "" sorts before


class Fact(NamedTuple):
    """A fact as the view `fact` shows it, its support aside from who recorded it."""

    status: str
    current: bool
    score: int
    origins: int
    supports: int
    denies: int
    expects: int
    bounds: dates.Bounds


Key = tuple[str, str, str, str]  # entity, property, value key, spell


@dataclass(frozen=True)
class Claim:
    entity: str
    about: str
    key: str
    stance: str
    origin: frozenset[str]
    weight: int
    graded: bool
    published: str
    bounds: dates.Bounds
    source: str
    derived_from: frozenset[str]  # of what it says in its own words: every source that it derives from

    @property
    def seen(self) -> tuple[str, str]:
        """The first and the last day of the stretch in which it was seen to hold."""
        _, start, end, _ = self.bounds
        return min(start or FOREVER, end or ""), max(start or FOREVER, end or "")

    @property
    def first_day(self) -> str:
        """The day that places it in a spell: its stated beginning, else the first on which it may have been seen."""
        return self.bounds.earliest_start or self.bounds.earliest_end or self.bounds.latest_start or ""


@dataclass
class Candidate:
    """One value in one spell, with the claims of its side: those that affirm it, else expect it, else deny it."""

    key: str
    spell: str
    claims: list[Claim]
    rules: Mapping[str, Any]
    side: int = 0
    for_it: list[Claim] = field(default_factory=list)
    score: int = 0
    origins: int = 0

    def __post_init__(self) -> None:
        self.side = min(SIDES.index(claim.stance) for claim in self.claims)
        self.for_it = [claim for claim in self.claims if SIDES.index(claim.stance) == self.side]
        self.score, self.origins = scored(self.for_it)

    def told(self, bound: int) -> list[str]:
        return sorted(day for claim in self.for_it if (day := claim.bounds[bound]) is not None)

    @property
    def began(self) -> str | None:
        """The latest day that is stated as a beginning."""
        return max(self.told(0), default=None)

    @property
    def ended(self) -> str | None:
        """The earliest day that is stated as an end."""
        return min(self.told(3), default=None)

    @property
    def seen(self) -> tuple[str, str]:
        return min(claim.seen[0] for claim in self.for_it), max(claim.seen[1] for claim in self.for_it)

    @property
    def starts_clash(self) -> bool:
        pairs = [(one, other) for one in self.told(0) for other in self.told(1)]
        return bool(self.rules.get("changes")) and any(earliest > latest for earliest, latest in pairs)

    @property
    def ends_clash(self) -> bool:
        pairs = [(one, other) for one in self.told(2) for other in self.told(3)]
        return bool(self.rules.get("changes")) and any(earliest > latest for earliest, latest in pairs)

    @property
    def over(self) -> bool:
        """Whether it has an end that is stated and that nothing excludes."""
        timed = self.rules.get("many") or self.rules.get("changes")
        return bool(timed and self.ended is not None and not self.ends_clash)

    @property
    def bounds(self) -> dates.Bounds:
        """What all claims agree on, or the whole stretch of what they say where they exclude each other."""
        starts, ends = self.told(0) + self.told(1), self.told(2) + self.told(3)
        first = min(starts) if self.starts_clash else self.began
        last = max(ends) if self.ends_clash else self.ended
        return dates.Bounds(
            first,
            (max if self.starts_clash else min)(self.told(1), default=None),
            (min if self.ends_clash else max)(self.told(2), default=None),
            last,
        )

    def denied(self) -> bool:
        """Tell whether a denial bears on it: not one of a time before its stated beginning or after its stated end."""
        for claim in self.claims:
            if claim.stance != "denies" or self.side == SIDES.index("denies"):
                continue
            elsewhere = self.rules.get("changes") and (
                (self.ended is not None and self.ended <= claim.seen[0])
                or (self.began is not None and claim.seen[1] <= self.began)
            )
            if not elsewhere:
                return True
        return False

    def rank(self) -> tuple[object, ...]:
        published = max(claim.published for claim in self.for_it)
        newest = tuple(-ord(character) for character in published.ljust(10, "\0"))
        return self.side, -self.score, -self.origins, newest, self.key, self.spell


def scored(claims: Sequence[Claim]) -> tuple[int, int]:
    """Return the score and the number of origins of the claims for one value."""
    voices: dict[frozenset[str], tuple[int, bool]] = {}
    for claim in claims:
        weight, graded = voices.get(claim.origin, (0, False))
        voices[claim.origin] = max(weight, claim.weight), graded or claim.graded
    alone = {one for origin in voices if len(origin) == 1 for one in origin}
    sources = {claim.source for claim in claims}
    own = {claim.origin for claim in claims if not claim.derived_from & sources}
    counted = {o: voice for o, voice in voices.items() if o in own and (len(o) == 1 or not o & alone)}
    best = max(counted, key=lambda o: counted[o], default=None)
    further = sum(graded for origin, (_, graded) in counted.items() if origin != best)
    return max(weight for weight, _ in voices.values()) + min(3, further), len(counted)


def follows(later: Candidate, earlier: Candidate) -> bool:
    """Tell whether a stated end or beginning, or more than 366 days between what was seen, puts one after the other."""
    if earlier.ended is not None and earlier.ended <= later.seen[0]:
        return True
    if later.began is not None and earlier.seen[1] <= later.began:
        return True
    last, first = earlier.seen[1], later.seen[0]
    if not last or not first or FOREVER in (last, first):
        return False
    return _days_between(last, first) > 366


def _days_between(last: str, first: str) -> int:
    """Count the days by counting the years in whole cycles of the calendar, 400 years each."""
    years = [int(dates.iso(day)[:-6]) for day in (last, first)]
    shift = 400 * (max(0, 400 - min(years)) // 400)
    one, other = (
        date.fromisoformat(f"{year + shift:04}{day[-6:]}") for year, day in zip(years, (last, first), strict=True)
    )
    return (other - one).days


def vaguer(one: Candidate, other: Candidate) -> bool:
    """Tell whether one value contains the other, which is the more exact."""
    type_ = one.rules["value"]
    if type_ not in ("date", "number") or values.extent(type_, one.key):
        return False
    low, high = values.low(type_, one.key), values.high(type_, one.key)
    least, most = values.low(type_, other.key), values.high(type_, other.key)
    if values.extent(type_, other.key):
        return not (_less(most, low) or _less(high, least))
    contains = (low is None or (least is not None and not _less(least, low))) and (
        high is None or (most is not None and not _less(high, most))
    )
    if (low, high) != (least, most):
        return contains
    exact = ("T" in other.key, one.key), ("T" in one.key, other.key)
    return contains and not ("T" in one.key and "T" in other.key) and exact[0] > exact[1]


def _less(one: Any, other: Any) -> bool:  # noqa: ANN401 - days or numbers, never both
    return one is not None and other is not None and bool(one < other)


def related(a: Candidate, b: Candidate) -> str:
    """Return how one affirmed value stands to another: followed by it, vaguer, a rival, or the opposite."""
    changes = a.rules.get("changes")
    after, before = (bool(changes and follows(b, a)), bool(changes and follows(a, b)))
    if after != before:
        return "followed" if after else "follows"
    if not after and (vaguer(a, b) or vaguer(b, a)):
        return "vaguer" if vaguer(a, b) else "more exact"
    return "rival"


def judged(candidates: Sequence[Candidate], *, many: bool) -> Iterable[tuple[Candidate, str, bool]]:
    """Yield the candidates of one entity and property with their status and whether each is current."""
    affirmed = [] if many else [c for c in candidates if c.side == 0]
    relations = {(id(a), id(b)): related(a, b) for a in affirmed for b in affirmed if a is not b}
    refined = {one for (one, _), relation in relations.items() if relation == "vaguer"}
    followed = {one for (one, _), relation in relations.items() if relation == "followed"}
    rivals = {o for (o, p), relation in relations.items() if relation == "rival" and not refined & {o, p}}
    in_order = sorted(candidates, key=Candidate.rank)
    standing = [c for c in in_order if c.side == 0 and id(c) not in refined | followed and not c.over]
    for c in in_order:
        status = "accepted"
        if SIDES[c.side] == "denies":
            status = "denied"
        elif c.denied() or id(c) in rivals or c.starts_clash or c.ends_clash:
            status = "contested"
        elif SIDES[c.side] == "expects":
            status = "expected"
        elif id(c) in refined:
            status = "refined"
        elif id(c) in followed or c.over:
            status = "superseded"
        yield c, status, c in standing and (many or c is standing[0])


def facts(drafts: Iterable[Draft], *, recorded_on: str) -> dict[Key, Fact]:
    """Return the facts that follow from a batch of drafts, all recorded on one day."""
    claims, properties = _claims(list(drafts), recorded_on)
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.entity, claim.about].append(claim)
    found: dict[Key, Fact] = {}
    for (entity, name), group in groups.items():
        spells: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in group:
            spells[claim.key, _spell(claim, group) if properties[name].get("changes") else ""].append(claim)
        candidates = [Candidate(key, spell, of_it, properties[name]) for (key, spell), of_it in spells.items()]
        for c, status, current in judged(candidates, many=bool(properties[name].get("many"))):
            counts = [sum(claim.stance == stance for claim in c.claims) for stance in ("affirms", "denies", "expects")]
            score = 0 if status == "denied" else c.score
            found[entity, name, c.key, c.spell] = Fact(
                status, current, score, c.origins, counts[0], counts[1], counts[2], c.bounds
            )
    return found


def _spell(claim: Claim, group: Iterable[Claim]) -> str:
    """Return the day on which the claim's spell begins: a stated beginning that follows a stated end."""
    same = [one for one in group if one.key == claim.key and one.stance == "affirms"]
    stated = sorted(
        {(day, 0) for one in same if (day := one.bounds.earliest_start)}
        | {(day, 1) for one in same if (day := one.bounds.latest_end)}
    )
    begun = [day for (_, before), (day, end) in pairwise(stated) if before == 1 and end == 0]
    return max((day for day in begun if day <= claim.first_day), default="")


def _claims(drafts: Sequence[Draft], recorded_on: str) -> tuple[list[Claim], dict[str, Mapping[str, Any]]]:
    """Return the live claims of a batch and the properties in force, by name."""
    gone = {
        draft.data["claim"].place
        for draft in drafts
        if draft.type == "claim.retracted" and isinstance(draft.data["claim"], Ref)
    }
    live = [d for place, d in enumerate(drafts) if d.type == "claim.made" and place not in gone]
    read = Reading(drafts, live, recorded_on)
    return [read.claim(draft) for draft in live], read.properties


class Reading:
    """The registrations, grades, captures and definitions of a batch, in whose light its claims are read."""

    def __init__(self, drafts: Iterable[Draft], live: Iterable[Draft], recorded_on: str) -> None:
        self.recorded_on = recorded_on
        self.last: dict[tuple[str, str | None], Mapping[str, Any]] = {(d.type, d.source): d.data for d in drafts}
        self.captures: dict[str | None, list[str]] = defaultdict(list)
        self.properties: dict[str, Mapping[str, Any]] = {}
        self.speaks_for: dict[str, set[str]] = defaultdict(set)
        for draft in drafts:
            if draft.type == "property.defined":
                self.properties[draft.data["name"]] = draft.data
            elif draft.type == "source.captured":
                self.captures[draft.source].append(draft.data["retrieved_at"][:10])
        for draft in live:
            if draft.data["property"] == "speaks_for" and "stance" not in draft.data:
                self.speaks_for[draft.data["subject"]].add(draft.data["value"])

    def claim(self, draft: Draft) -> Claim:
        data, rules = draft.data, self.properties[draft.data["property"]]
        published = self.last["source.registered", draft.source].get("published")
        grade = self.last.get(("source.graded", draft.source), {}).get("grade")
        bounds = dates.Bounds()
        if "when" in data:
            bounds = dates.when_bounds(data["when"])
        elif rules.get("changes"):
            at_latest = min([*self.captures[draft.source], self.recorded_on])
            bounds = dates.observation_bounds(data.get("said", published), at_latest)
        ends = data["subject"], data["value"]
        entity, value = (min(ends), max(ends)) if rules.get("inverse") == rules["name"] else ends
        return Claim(
            entity=entity,
            about=data["property"],
            key=values.key(rules["value"], value),
            stance=data.get("stance", "affirms"),
            origin=self.origin(draft),
            weight=GRADE_POINTS[grade] * CREDIBILITY_POINTS[data.get("credibility")],
            graded=grade in ("A", "B", "C"),
            published=(published and dates.bounds(published)[0]) or "",
            bounds=bounds,
            source=draft.source or "",
            derived_from=frozenset() if "speaker" in data else frozenset(self.ancestors(draft.source or "")),
        )

    def origin(self, draft: Draft) -> frozenset[str]:
        """Return whose voice it is: an entity, or several for a joint one."""
        if "speaker" not in draft.data:
            return frozenset(self.roots(draft.source or ""))
        voice = draft.data["speaker"][-1]
        while self.speaks_for[voice]:
            voice = min(self.speaks_for[voice])
        return frozenset([voice])

    def ancestors(self, source: str) -> set[str]:
        derived = self.last["source.registered", source].get("derived_from", ())
        return {one for root in derived for one in (root, *self.ancestors(root))}

    def roots(self, source: str) -> set[str]:
        registration = self.last["source.registered", source]
        if "derived_from" not in registration:
            return {registration.get("publisher", f"source:{source}")}
        return {root for one in registration["derived_from"] for root in self.roots(one)}
