"""One value among those that are said of an entity and property: its score, its time, and how it stands to another.

The rules of the design's section 5, "From claims to facts", that need one value or two. See `oracle`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from oracle_reading import FOREVER, Claim, Verdict
from whence import dates, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIDES = ("affirms", "expects", "denies")


@dataclass(eq=False)
class Candidate:
    """One value in one spell, with the claims of its side: those that affirm it, else expect it, else deny it.

    One that is `upheld` has no live claims, and is no fact: a verdict in force is for it, and keeps it among its
    rivals, at the time of the claims on which the verdict rested, or where there are none to see the verdict's own.
    """

    key: str
    spell: str
    claims: list[Claim]
    rules: Mapping[str, Any]
    upheld: Verdict | None = None
    verdict: Verdict | None = None  # the last one on it that covers its time
    side: int = 0
    for_it: list[Claim] = field(default_factory=list)
    score: int = 0
    origins: int = 0

    def __post_init__(self) -> None:
        self.side = min((SIDES.index(claim.stance) for claim in self.claims), default=0)
        self.for_it = [claim for claim in self.claims if SIDES.index(claim.stance) == self.side]
        self.score, self.origins = scored(self.for_it) if self.upheld is None else (0, 0)

    def told(self, bound: int) -> list[str]:
        return sorted(day for claim in self.for_it if (day := claim.bounds[bound]) is not None)

    @property
    def chosen(self) -> bool:
        return self.verdict is not None and self.verdict.affirms

    @property
    def struck(self) -> bool:
        return self.verdict is not None and not self.verdict.affirms

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
        if self.upheld is not None and not self.for_it:
            return self.upheld.first or "", self.upheld.last or FOREVER
        return min(claim.seen[0] for claim in self.for_it), max(claim.seen[1] for claim in self.for_it)

    @property
    def time(self) -> tuple[str, str] | None:
        """When it was seen to hold; None for what does not change."""
        return self.seen if self.rules.get("changes") else None

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

    @property
    def size(self) -> tuple[Any, Any, bool]:
        """The lowest and the highest day or number that it may be, over all its wordings, and whether it is a range."""
        worded = [claim.value for claim in self.for_it] or [self.upheld.value if self.upheld else self.key]
        lows = [low for one in worded if (low := values.low(self.rules["value"], one)) is not None]
        highs = [high for one in worded if (high := values.high(self.rules["value"], one)) is not None]
        extent = any(values.extent(self.rules["value"], one) for one in worded)
        return min(lows, default=None), max(highs, default=None), extent

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
        return not self.chosen, self.side, -self.score, -self.origins, newest, self.key, self.spell


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
    if one.rules["value"] not in ("date", "number"):
        return False
    (low, high, extent), (least, most, other_extent) = one.size, other.size
    if extent:
        return False
    if other_extent:
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
    if a.chosen and b.chosen and a.verdict and b.verdict:
        # Verdicts on times apart put one value after the other.
        if _less(a.verdict.last, b.verdict.first):
            return "followed"
        if _less(b.verdict.last, a.verdict.first):
            return "follows"
    changes = a.rules.get("changes")
    after, before = (bool(changes and follows(b, a)), bool(changes and follows(a, b)))
    if after != before:
        return "followed" if after else "follows"
    if not after and (vaguer(a, b) or vaguer(b, a)):
        return "vaguer" if vaguer(a, b) else "more exact"
    return "rival"
