"""A passage is found again in a later text of its source, or said to be gone; it is never guessed.

The two texts are aligned word by word, in order, once for all passages. What stood around a passage bounds
where it may stand now, and tells a sentence that recurs from its likes. A passage whose place was deleted is
gone even where similar words stand elsewhere: places of the same words are then offered, not taken.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate
from math import log
from typing import TYPE_CHECKING, Literal, NamedTuple

from whence.passages import Near, Place, find, fold

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

__all__ = ["Drift", "Outcome", "Refound", "refind"]

Outcome = Literal["kept", "moved", "altered", "gone"]

# The scores of edited and of deleted sentences lie on either side of these floors with room between;
# scripts/drift_score.py measures what they find.
ALTERED_FLOOR = 0.6
ALTERED_FLOOR_ALONE = 0.72  # Where the surroundings did not survive, the words must speak for themselves.
SUPPORT_FLOOR = 0.4
SUPPORT_WORDS = 40  # Two sentences or so on each side.
TRAVELLED_WORDS = 16  # A sentence on each side must have gone along with words that changed places.
TELLING_WORDS = 8  # Without the old text: a quote this long that stands once needs no context.
CONTEXT_FLOOR = 0.55
CONTEXT_MARGIN = 0.1
ELSEWHERE_LIMIT = 5

_GRAMS = (16, 8, 4, 2, 1)
_RUNS_LIMIT = 200  # Beyond it, a passage is judged by all of its aligned words at once.

# Scripts without spaces: a character is a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PUNCTUATION = (
    "!-/:-@\\[-`{-~\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u2000-\u200b\u200e-\u206f\u3000-\u3003"
    "\u3008-\u301f\u060c\u061b\u061f\u06d4\u0964\u0965\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_PUNCTUATION}{_UNSPACED}]+")


class Refound(NamedTuple):
    """What became of a passage.

    `kept`: the same words at the same offsets; `moved`: the same words elsewhere; `altered`: edited words;
    `gone`: not found with confidence, and `start` and `end` are None. `score` goes from 0 to 1. `elsewhere`
    tells, for a passage that is gone, where the same words stand; a person may take one of these places.
    """

    outcome: Outcome
    start: int | None
    end: int | None
    score: float
    elsewhere: tuple[Place, ...] = ()


_Gap = tuple[int, int, int, int, int]  # Bounds in the old words, in the new, and the first of _GRAMS to try.


class _Run(NamedTuple):
    """Words that stand in both texts in the same order: `length` of them from `old` and from `new`."""

    old: int
    new: int
    length: int


class _Words:
    """The words of a text, caseless, with their places."""

    def __init__(self, text: str) -> None:
        found = [(match.group().casefold(), *match.span()) for match in _WORD.finditer(text)]
        self.words = [word for word, _, _ in found]
        self.starts = [start for _, start, _ in found]
        self.ends = [end for _, _, end in found]

    def within(self, start: int, end: int) -> range:
        """Give the numbers of the words that a stretch touches."""
        first = bisect_right(self.ends, start)
        return range(first, max(first, bisect_left(self.starts, end)))

    def places_of(self, wanted: Sequence[str], limit: int) -> list[int]:
        """Give the numbers of the first words of up to `limit` stretches that say `wanted`."""
        found: list[int] = []
        at = -1
        for _ in range(self.words.count(wanted[0])):
            at = self.words.index(wanted[0], at + 1)
            if len(found) < limit and self.words[at : at + len(wanted)] == wanted:
                found.append(at)
        return found


class _Alignment:
    """Which word of the new text each word of the old one became; rare words weigh more than common ones.

    Words that stand together once in each text anchor it: the longest such stretches first, of those that
    cross the heaviest chain that does not, then the gaps between them in the same way. The time grows with
    the length of the texts, not with its square.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        counts = Counter([*old, *new])
        weight = {word: 1 + log((len(old) + len(new)) / count) for word, count in counts.items()}
        self._old_weight = list(accumulate((weight[word] for word in old), initial=0.0))
        self._new_weight = list(accumulate((weight[word] for word in new), initial=0.0))
        number = {word: number for number, word in enumerate(weight)}
        self._old = [number[word] for word in old]
        self._new = [number[word] for word in new]
        self.new_of, self.old_of = [-1] * len(old), [-1] * len(new)  # -1: a word without a counterpart.
        self._fill()

    def old_weight(self, start: int, end: int) -> float:
        return self._old_weight[end] - self._old_weight[start]

    def new_weight(self, start: int, end: int) -> float:
        return self._new_weight[end] - self._new_weight[start]

    def runs(self, words: range) -> list[_Run]:
        """Give the aligned words among some of the old text, as runs without a gap in either text."""
        return _joined(_Run(old, self.new_of[old], 1) for old in words if self.new_of[old] >= 0)

    def _fill(self) -> None:
        edges = [_Run(0, 0, 0), _Run(len(self._old), len(self._new), 0)]
        gaps = self._set(edges, (0, len(self._old), 0, len(self._new), 0))
        while gaps:
            low, high, new_low, new_high, first = gaps.pop()
            for level in range(first, len(_GRAMS) if low < high and new_low < new_high else 0):
                size = _GRAMS[level]
                in_old, in_new = _once(self._old, low, high, size), _once(self._new, new_low, new_high, size)
                shared = (_Run(at, in_new[gram], size) for gram, at in in_old.items() if gram in in_new)
                if chain := self._heaviest_chain(_joined(shared)):
                    gaps += self._set(chain, (low, high, new_low, new_high, level))
                    break

    def _set(self, chain: list[_Run], gap: _Gap) -> list[_Gap]:
        """Align the runs of a chain, each drawn out over equal words, and give the gaps that are left."""
        low, high, new_low, new_high, level = gap
        gaps: list[_Gap] = []
        old, new = self._old, self._new
        for run in chain:
            taken = max(0, low - run.old, new_low - run.new)
            if 0 < run.length <= taken:
                continue
            start, new_start = run.old + taken, run.new + taken
            end, new_end = run.old + run.length, run.new + run.length
            while start > low and new_start > new_low and old[start - 1] == new[new_start - 1]:
                start, new_start = start - 1, new_start - 1
            while end < high and new_end < new_high and old[end] == new[new_end]:
                end, new_end = end + 1, new_end + 1
            self.new_of[start:end] = range(new_start, new_end)
            self.old_of[new_start:new_end] = range(start, end)
            gaps.append((low, start, new_low, new_start, level))
            low, new_low = end, new_end
        return [*gaps, (low, high, new_low, new_high, level)]

    def _heaviest_chain(self, runs: list[_Run]) -> list[_Run]:
        """Give the heaviest set of runs that stand in the same order in both texts, none overlapping.

        A Fenwick tree over the ends in the new text keeps the best chain up to each, so that the time is
        n log n; a run enters it once the runs behind its end in the old text are reached.
        """
        ends = sorted({run.new + run.length for run in runs})
        tree: list[tuple[float, int]] = [(0.0, -1)] * (len(ends) + 1)
        best: list[tuple[float, int]] = []
        waiting: list[tuple[int, int]] = []
        for number, run in enumerate(runs):
            while waiting and waiting[0][0] <= run.old:
                _, done = heapq.heappop(waiting)
                at = bisect_left(ends, runs[done].new + runs[done].length) + 1
                while at <= len(ends):
                    tree[at] = max(tree[at], (best[done][0], done))
                    at += at & -at
            before = (0.0, -1)
            at = bisect_right(ends, run.new)
            while at:
                before = max(before, tree[at])
                at -= at & -at
            best.append((before[0] + self.old_weight(run.old, run.old + run.length), before[1]))
            heapq.heappush(waiting, (run.old + run.length, number))
        chain: list[_Run] = []
        number = max(range(len(runs)), key=lambda at: best[at][0], default=-1)
        while number >= 0:
            chain.append(runs[number])
            number = best[number][1]
        return chain[::-1]


def _once(words: Sequence[int], low: int, high: int, size: int) -> dict[Hashable, int]:
    """Give the places of the stretches of `size` words that stand just once between two bounds."""
    seen: dict[Hashable, int] = {}
    for at in range(low, high - size + 1):
        gram = words[at] if size == 1 else tuple(words[at : at + size])
        seen[gram] = -1 if gram in seen else at
    return {gram: at for gram, at in seen.items() if at >= 0}


def _joined(runs: Iterable[_Run]) -> list[_Run]:
    """Join runs, given in the order of the old text, that touch or overlap in both texts alike."""
    joined: list[_Run] = []
    for run in runs:
        last = joined[-1] if joined else _Run(-1, 0, 0)
        if run.old - last.old == run.new - last.new and run.old <= last.old + last.length:
            joined[-1] = last._replace(length=run.old - last.old + run.length)
        else:
            joined.append(run)
    return joined


def refind(new_text: str, *, exact: str, prefix: str, suffix: str, start: int, old_text: str | None = None) -> Refound:
    """Find one passage again. For several passages of one pair of texts, make a `Drift` once and ask it."""
    if old_text is None:
        return _by_selectors(new_text, exact, prefix, suffix, start)
    return Drift(old_text, new_text).refind(exact=exact, prefix=prefix, suffix=suffix, start=start)


class Drift:
    """What became of an old text in a new one: aligned once, then asked for passage after passage."""

    def __init__(self, old_text: str, new_text: str) -> None:
        self.old_text, self.new_text = old_text, new_text
        self._old, self._new = _Words(old_text), _Words(new_text)
        self._aligned = _Alignment(self._old.words, self._new.words)

    def refind(self, *, exact: str, start: int, prefix: str = "", suffix: str = "") -> Refound:
        """Find a passage of the old text again in the new one.

        Where `exact` does not stand at `start` it is looked up in the old text; where it stands nowhere
        there, the new text is searched by the passage's own words and context alone.
        """
        place = Place(start, start + len(exact))
        if not (exact and self.old_text.startswith(exact, start)):
            places = find(self.old_text, exact, prefix=prefix, suffix=suffix).places
            place = min(places, key=lambda place: abs(place.start - start), default=Place(0, 0))
        words = self._old.within(*place)
        if not words:
            return _by_selectors(self.new_text, exact, prefix, suffix, start)
        runs, score = self._rightful(words, *self._densest(words))
        if runs and self._is_convincing(words, runs, score):
            return self._settled(place, words, runs, score)
        return self._transposed(place, words, score)

    def _densest(self, words: range) -> tuple[list[_Run], float]:
        """Give the runs that agree best with a passage, and how well, from 0 to 1.

        Agreement is twice the weight of the shared words over the weight of both stretches, so that neither
        words lost nor words put in between go unpunished.
        """
        runs = self._aligned.runs(words)
        wanted = self._aligned.old_weight(words.start, words.stop)
        best: tuple[float, int, int] = (0.0, 0, 0)
        for first in range(len(runs) if len(runs) <= _RUNS_LIMIT else 1):
            shared = 0.0
            for last, run in enumerate(runs[first:], first):
                shared += self._aligned.old_weight(run.old, run.old + run.length)
                stretch = self._aligned.new_weight(runs[first].new, run.new + run.length)
                best = max(best, (2 * shared / (wanted + stretch), -first, last))
        return runs[-best[1] : best[2] + 1], min(best[0], 1.0)

    def _rightful(self, words: range, runs: list[_Run], score: float) -> tuple[list[_Run], float]:
        """Give words that recur to what precedes them, as a line belongs to the heading above it.

        Where one of two like stretches was deleted, the order of words alone does not tell which.
        """
        size, wanted = len(words), self._old.words[words.start : words.stop]
        at = self._aligned.new_of[words.start - 1] + 1 if words.start else 0
        if at and self._new.words[at : at + size] == wanted:
            return [_Run(words.start, at, size)], 1.0
        other = self._aligned.old_of[runs[0].new - 1] + 1 if runs and runs[0].new else 0
        if other not in (0, words.start) and self._old.words[other : other + size] == wanted:
            return [], 0.0
        return runs, score

    def _is_convincing(self, words: range, runs: Sequence[_Run], score: float) -> bool:
        if self._support(words, runs) >= SUPPORT_FLOOR:
            return score >= ALTERED_FLOOR
        return score >= ALTERED_FLOOR_ALONE and not self._recurs(words)

    def _support(self, words: range, runs: Sequence[_Run]) -> float:
        """Give the share of the words beside a passage that stand beside its new place: the better side's."""
        count, (first, last) = len(self._old.words), (runs[0].new, runs[-1].new + runs[-1].length)
        low, high = max(0, words.start - SUPPORT_WORDS), min(count, words.stop + SUPPORT_WORDS)
        before = range(low, words.start), range(first - 2 * SUPPORT_WORDS, first)
        after = range(words.stop, high), range(last, last + 2 * SUPPORT_WORDS)
        shares = [1.0] if len(words) == count else []
        for side, there in (before, after):
            beside = (at for at in side if self._aligned.new_of[at] in there)
            if side:
                weight = sum(self._aligned.old_weight(at, at + 1) for at in beside)
                shares.append(weight / self._aligned.old_weight(side.start, side.stop))
        return max(shares)

    def _recurs(self, words: range) -> bool:
        """Tell whether the words of a passage stand more than once in either text."""
        wanted = self._old.words[words.start : words.stop]
        return any(len(text.places_of(wanted, 2)) > 1 for text in (self._old, self._new))

    def _settled(self, place: Place, words: range, runs: Sequence[_Run], score: float) -> Refound:
        """Give the outcome for a passage whose place in the new text is known."""
        exact = self.old_text[place.start : place.end]
        start = self._new.starts[runs[0].new] - self._old.starts[runs[0].old] + place.start
        found = Place(start, start + len(exact))
        if start < 0 or not self.new_text.startswith(exact, start):
            found = self._edges(place, words, runs)
            if fold(self.new_text[found.start : found.end]) != fold(exact):
                return Refound("altered", *found, round(score, 3))
        return Refound("kept" if found == place else "moved", *found, 1.0)

    def _edges(self, place: Place, words: range, runs: Sequence[_Run]) -> Place:
        """Give the bounds of a passage: its aligned words, what replaced those at its ends, punctuation."""
        new_of, text, starts, ends = self._aligned.new_of, self.new_text, self._new.starts, self._new.ends
        low, high = runs[0].new, runs[-1].new + runs[-1].length
        lost_first, lost_last = runs[0].old - words.start, words.stop - runs[-1].old - runs[-1].length
        before = new_of[words.start - 1] + 1 if words.start else 0
        after = new_of[words.stop] if words.stop < len(new_of) else len(starts)
        head = self.old_text[place.start : self._old.starts[words.start]].strip()
        tail = self.old_text[self._old.ends[words.stop - 1] : place.end].strip()
        if lost_first and (before or not words.start) and 0 < low - before <= 2 * lost_first + 4:
            low = bisect_left(starts, text.rfind("\n", starts[before], starts[low]), before, low)
        if lost_last and 0 < after - high <= 2 * lost_last + 4:
            cut = text.find("\n", ends[high - 1], ends[after - 1])
            high = after if cut < 0 else bisect_left(starts, cut, high, after)
        start, end = starts[low], ends[high - 1]
        if head and (lead := re.search(r"\S+$", text[ends[low - 1] if low else 0 : start])):
            start -= len(lead[0])
        # Words put in before the full stop are the sentence's own, up to as many as it had.
        beyond = min(max(high, after), high + len(words))
        margin = text[end : starts[beyond] if beyond < len(starts) else len(text)]
        if tail and (closing := re.match(rf"[^\n]*?[{re.escape(tail)}]+", margin)):
            end += len(closing[0])
        return Place(start, end)

    def _transposed(self, place: Place, words: range, score: float) -> Refound:
        """Give the outcome for a passage whose place was deleted: moved only along with its surroundings."""
        wanted, exact = self._old.words[words.start : words.stop], self.old_text[place.start : place.end]
        elsewhere: list[Place] = []
        for at in self._new.places_of(wanted, ELSEWHERE_LIMIT):
            found = self._edges(place, words, [_Run(words.start, at, len(words))])
            if fold(self.new_text[found.start : found.end]) != fold(exact):
                continue
            elsewhere.append(found)
            if self._travelled(words, at) and not self._recurs(words):
                return Refound("kept" if found == place else "moved", *found, 1.0)
        return Refound("gone", None, None, round(score, 3), tuple(elsewhere))

    def _travelled(self, words: range, at: int) -> bool:
        """Tell whether a sentence's words on each side of a passage stand on each side of a place as well."""
        size = TRAVELLED_WORDS
        if min(words.start, at, len(self._old.words) - words.stop) < size:
            return False
        low, high = at - size, at + len(words) + size
        return self._old.words[words.start - size : words.stop + size] == self._new.words[low:high]


def _by_selectors(new_text: str, exact: str, prefix: str, suffix: str, start: int) -> Refound:
    """Find a passage by its words and the few that stood around it, the old text being unknown."""
    found = find(new_text, exact, limit=100 * ELSEWHERE_LIMIT)
    if not found.places:
        return _altered(new_text, exact, prefix, suffix, found.near)
    agreed = {place: _agreement(new_text, place, prefix, suffix) for place in found.places}
    first, *others = sorted(found.places, key=lambda place: (-agreed[place], place.start != start, place))
    telling = not others and len(_Words(exact).words) >= TELLING_WORDS
    rival = agreed[others[0]] + CONTEXT_MARGIN if others and first.start != start else 0.0
    if telling or agreed[first] >= max(CONTEXT_FLOOR, rival):
        return Refound("kept" if first.start == start else "moved", *first, 1.0)
    return Refound("gone", None, None, 0.0, found.places[:ELSEWHERE_LIMIT])


def _agreement(text: str, place: Place, prefix: str, suffix: str) -> float:
    """Give how alike the surroundings of a place are to those of a passage, from 0 to 1."""
    # Imported here: it is needed only where the old text is unknown, and costs start-up time.
    from rapidfuzz import fuzz  # noqa: PLC0415

    before = text[max(0, place.start - len(prefix)) : place.start]
    after = text[place.end : place.end + len(suffix)]
    pairs = [(one, other) for one, other in ((prefix, before), (suffix, after)) if one]
    return sum(fuzz.ratio(one, other) for one, other in pairs) / 100 / len(pairs) if pairs else 1.0


def _altered(text: str, exact: str, prefix: str, suffix: str, near: Sequence[Near]) -> Refound:
    """Give the one near match that stands between the same words as a passage, if it is the only one."""
    scored: list[tuple[float, int, int]] = []
    for candidate in near if _Words(exact).words else ():
        low = max(0, candidate.start - 2 * len(prefix) - 16)
        around = text[low : candidate.end + 2 * len(suffix) + 16]
        found = Drift(prefix + exact + suffix, around).refind(exact=exact, start=len(prefix))
        if found.start is not None and found.end is not None and found.score >= ALTERED_FLOOR_ALONE:
            scored.append((found.score, low + found.start, low + found.end))
    scored.sort(reverse=True)
    if not scored or (len(scored) > 1 and scored[0][0] - scored[1][0] < CONTEXT_MARGIN):
        return Refound("gone", None, None, 0.0)
    return Refound("altered", scored[0][1], scored[0][2], scored[0][0])
