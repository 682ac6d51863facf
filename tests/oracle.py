"""What the design says follows from a log (section 5, "From claims to facts"), by brute force and without SQL.

It is slow and says each rule once, in the design's order. `oracle_reading` reads the log, `oracle_candidates` weighs
and compares values.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from oracle_candidates import SIDES, Candidate, related
from oracle_reading import Claim, Reading, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from whence import dates
    from whence.drafts import Event


class Fact(NamedTuple):
    """A fact as the view `fact` shows it, its support aside from who recorded it."""

    value: str
    status: str
    current: bool
    score: int
    origins: int
    supports: int
    denies: int
    expects: int
    bounds: dates.Bounds
    verdict: int | None
    review: bool


Key = tuple[str, str, str, str]  # entity, property, value key, spell


class Property:
    """The candidates of one entity and property, and what people decided on them."""

    def __init__(self, reading: Reading, group: Sequence[Claim], rules: Mapping[str, Any]) -> None:
        self.reading, self.rules, self.many = reading, rules, bool(rules.get("many"))
        self.entity, self.name = group[0].entity, group[0].about
        self.verdicts = [v for v in reading.verdicts if (v.entity, v.about) == (self.entity, self.name)]
        self.group = group
        spells: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in (live := [claim for claim in group if claim.live]):
            spells[claim.key, _spell(claim, live) if rules.get("changes") else ""].append(claim)
        self.candidates = [Candidate(key, spell, of_it, rules) for (key, spell), of_it in spells.items()]
        for c in self.candidates:
            c.verdict = max((v for v in self.verdicts if v.key == c.key and v.covers(c.time)), default=None, key=_at)
        upheld = [] if self.many else [one for v in self.verdicts if (one := self.upheld(v)) is not None]
        self.peers = [c for c in self.candidates if c.side == 0 and not c.struck and not self.many] + upheld
        self.relations = {
            (a, b): related(a, b)
            for a in self.peers
            for b in self.peers
            if not (a.key == b.key and (a.upheld or b.upheld)) and a is not b
        }
        self.refined = {a for (a, _), relation in self.relations.items() if relation == "vaguer"}
        self.beaten = {a for a, b in self.rivals() if self.decision(a, b) and not a.chosen}

    def upheld(self, v: Verdict) -> Candidate | None:
        """Return the value of a verdict in force that nothing affirms any more; None where something does."""
        of_it = [c for c in self.candidates if c.key == v.key]
        affirmed = any(c.side == 0 and v.covers(c.time) for c in of_it)
        expecting = [[claim for claim in c.claims if claim.stance == "expects"] for c in of_it]
        expected = any(v.covers(self.time(claims)) for claims in expecting if claims)
        events = {e.position: e for e in self.reading.made}
        rested_on = [
            claim
            for claim in self.group
            if claim.key == v.key
            and not claim.live
            and claim.stance != "denies"
            and claim.position < v.position
            and self.reading.was_live(events[claim.position], v.position)
        ]
        fallen = [claim for claim in rested_on if claim.stance == "affirms"]
        only_expected = not fallen and (bool(rested_on) or expected)
        if not v.affirms or affirmed or only_expected:
            return None
        return Candidate(v.key, "", fallen, self.rules, upheld=v, verdict=v)

    def time(self, claims: Sequence[Claim]) -> tuple[str, str] | None:
        """Return when claims were seen to hold; None for what does not change."""
        seen = [claim.seen for claim in claims]
        return (min(first for first, _ in seen), max(last for _, last in seen)) if self.rules.get("changes") else None

    def rivals(self) -> list[tuple[Candidate, Candidate]]:
        return [pair for pair, relation in self.relations.items() if relation == "rival"]

    def decision(self, one: Candidate, other: Candidate) -> Verdict | None:
        """Return the verdict for the other value that covers the time of this one."""
        if not other.chosen:
            return None
        covering = [v for v in self.verdicts if v.affirms and v.key == other.key and v.covers(one.time)]
        return max(covering, default=None, key=_at)

    def judged(self) -> Iterator[tuple[Candidate, str, bool, int | None, bool]]:
        """Yield the candidates with their status, whether each is current, its verdict, and if that wants a look."""
        contested = {
            a for a, b in self.rivals() if not a.chosen and not self.refined & {a, b} and b not in self.beaten
            and b.upheld is None
        }  # fmt: skip
        followed = {a for (a, b), relation in self.relations.items() if relation == "followed" and b not in self.beaten}
        in_order = sorted(self.candidates, key=Candidate.rank)
        statuses = {c: self.status(c, contested, followed) for c in in_order}
        standing = [
            c for c in in_order if c.side == 0 and not c.over and c not in followed and statuses[c] != "rejected"
            and (c.chosen or c not in self.refined)
        ]  # fmt: skip
        for c in in_order:
            held = self.held(c)
            decisions = [v.position for a, b in self.rivals() if a is c and (v := self.decision(a, b)) is not None]
            beaten_by = max(decisions, default=None) if c in self.beaten else None
            verdict = c.verdict.position if c.verdict is not None else beaten_by if beaten_by is not None else held
            current = c in standing and (self.many or c is standing[0])
            yield c, statuses[c], current, verdict, held is not None or self.opposed(c) or self.moved(c)

    def status(self, c: Candidate, contested: set[Candidate], followed: set[Candidate]) -> str:
        if c.struck or (c in self.beaten and c not in self.refined):
            return "rejected"
        if SIDES[c.side] == "denies":
            return "denied"
        if self.opposed(c) or (not c.chosen and (c.denied() or c in contested or c.starts_clash or c.ends_clash)):
            return "contested"
        if SIDES[c.side] == "expects":
            return "expected"
        if c in self.refined and not c.chosen:
            return "refined"
        return "superseded" if c in followed or c.over else "accepted"

    def opposed(self, c: Candidate) -> bool:
        """Tell whether a verdict for it and one for a rival of it are in force for one time."""
        return any(a is c and a.chosen and b.chosen for a, b in self.rivals())

    def held(self, c: Candidate) -> int | None:
        """Return the last verdict that holds it where it is, though nothing affirms its value any more."""
        return max(
            (
                b.upheld.position
                for (a, b), relation in self.relations.items()
                if a is c and b.upheld is not None
                and (relation in ("followed", "vaguer") or (relation == "rival" and self.decision(a, b)))
            ),
            default=None,
        )  # fmt: skip

    def moved(self, c: Candidate) -> bool:
        """Tell whether what the verdict on it rested on has changed: its claims, their sources, its rivals."""
        if c.verdict is None:
            return False
        then = c.verdict.position
        against = "denies" if c.verdict.affirms else "affirms"
        for claim in (one for one in self.group if one.key == c.key):
            event = next(e for e in self.reading.made if e.position == claim.position)
            judged = self.reading.judged.get(claim.source, 0) > then
            retracted = self.reading.undone.get(event.id)
            if claim.position > then and claim.live and claim.stance == against:
                return True
            if claim.position < then and (judged if retracted is None else retracted > then):
                return True
        if c.chosen and c.side == SIDES.index("denies"):
            return True
        return any(
            b is c and (v := self.decision(a, b)) is not None
            and any(
                max(k.position, self.reading.judged.get(k.source, 0)) > v.position or self.brought(k, v)
                for k in a.for_it
            )
            for a, b in self.rivals()
        )  # fmt: skip

    def brought(self, claim: Claim, v: Verdict) -> bool:
        """Tell whether a rival's claim was none to this verdict's value when it was reached, before later matches."""
        then = Reading([e for e in self.reading.events if e.position <= v.position])
        value = next(one for one in then.verdicts if one.position == v.position)
        same = next(one for one in then.claims if one.position == claim.position)
        return (same.entity, same.about) != (value.entity, value.about) or same.key == value.key


def _at(verdict: Verdict) -> int:
    return verdict.position


def facts(events: Sequence[Event]) -> dict[Key, Fact]:
    """Return the facts that follow from the first events of a log."""
    reading = Reading(events)
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        groups[claim.entity, claim.about].append(claim)
    found: dict[Key, Fact] = {}
    for (entity, name), group in groups.items():
        for c, status, current, verdict, review in Property(reading, group, reading.properties[name]).judged():
            counts = [sum(claim.stance == stance for claim in c.claims) for stance in ("affirms", "denies", "expects")]
            score = 0 if SIDES[c.side] == "denies" else c.score
            shown = min(claim.value for claim in c.for_it)
            supports, denies, expects = counts
            found[entity, name, c.key, c.spell] = Fact(
                shown, status, current, score, c.origins, supports, denies, expects, c.bounds, verdict, review
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
