"""A quote is found where it stands, or offered as near; it is never taken silently for something else.

Offsets are Unicode code points of NFC text (indices of a Python `str`), as in the W3C Web Annotation
model: TextQuoteSelector (`exact`, `prefix`, `suffix`) and TextPositionSelector (`start`, `end`).
Whatever folding it took to find a quote, the places told are places in the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from whence.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Found", "Near", "Paragraph", "Place", "context", "find", "fold", "paragraph", "paragraphs"]

CONTEXT_SIZE = 32
PLACES_LIMIT = 1000
NEAR_LIMIT = 3
NEAR_FLOOR = 60.0  # Below three characters in five a near match is no help to a person.

# Bounds on the search for near matches, so that five megabytes take a fraction of a second.
_PIECES = 48
_HITS = 400
_WINDOWS = 12
_NEAR_QUOTE = 1000
_FOLDED_PLACES = 20_000
_LONG_WORD = 24

# Quotation marks, single and double, and dashes of every kind; written by number, for they look alike.
_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\uff07`\u00b4"
_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_ONE_TO_ONE = dict.fromkeys(_SINGLE, "'") | dict.fromkeys(_DOUBLE, '"') | dict.fromkeys(_DASHES, "-")
# Soft hyphen, tatweel, zero-width characters, marks of direction, variation selectors, byte order mark.
_UNSEEN = "\u00ad\u0640\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
# Scripts that are written without spaces, where a line break inside a sentence means nothing.
_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LIGATURES = "\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe80-\ufefc"
# It opens with a set of characters, which the regex engine skips to; what stands before is looked back at. Compiled
# when the first text is folded: it takes 3 ms, and whoever reads an audit folds none.
_FOLDING = (
    rf"[-\s{_UNSEEN}{_LIGATURES}…](?:"
    rf"(?P<hyphen>(?<=[^\W\d_]-)-*(?:[^\S\n]*\n\s*)?(?=[^\W\d_]))"
    rf"|(?P<dashes>(?<=-)-+)"
    rf"|(?P<blank>(?<=[\s{_UNSEEN}])[\s{_UNSEEN}]+|(?<=[^\S ])|(?<=[{_UNSEEN}])"
    rf"|(?<=[{_UNSPACED}]\ )(?=[{_UNSPACED}]))"
    rf"|(?P<ligature>(?<=[{_LIGATURES}…])))"
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


class Place(NamedTuple):
    """A stretch of a text: `text[start:end]`, in code points."""

    start: int
    end: int


class Near(NamedTuple):
    """A stretch that resembles a quote; `score` goes from 0 to 100."""

    start: int
    end: int
    score: float
    text: str


class Found(NamedTuple):
    """Where a quote stands, in order, and how it was found; `near` is filled only where it stands nowhere."""

    places: tuple[Place, ...]
    how: Literal["exact", "folded", "nowhere"]
    near: tuple[Near, ...] = ()


class Paragraph(NamedTuple):
    """The paragraphs that hold a stretch: their numbers from 1, and the bounds of them all together."""

    first: int
    last: int
    start: int
    end: int

    @property
    def locator(self) -> str:
        """`¶ 4`, or the first and the last number for a stretch across several."""
        return f"¶ {self.first}" if self.first == self.last else f"¶ {self.first}\N{EN DASH}{self.last}"


class _Edit(NamedTuple):
    """One stretch that folding changed in length: where in the folded text, and what it was."""

    at: int
    length: int
    start: int
    end: int


class Folded:
    """A text without the accidents of typesetting, and the way back from its offsets to the original's.

    White space runs, quotation marks, dashes, ligatures, soft hyphens, unseen characters and the breaking of
    words at line ends are folded; the case of letters is not.
    """

    __slots__ = ("_starts", "edits", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self.edits: list[_Edit] = []
        self.text = "".join(self._pieces())
        self._starts = [edit.at for edit in self.edits]

    def _pieces(self) -> Iterator[str]:
        plain = self.original
        for mark, common in _ONE_TO_ONE.items():  # A third of the time that `translate` takes.
            plain = plain.replace(mark, common)
        at = done = 0
        for match in re.finditer(_FOLDING, plain):
            start, end = match.span()
            new = _replacement(match, plain)
            yield plain[done:start]
            yield new
            at += start - done
            if len(new) != end - start:
                self.edits.append(_Edit(at, len(new), start, end))
            at += len(new)
            done = end
        yield plain[done:]

    def place(self, start: int, end: int) -> Place:
        """Give the stretch of the original that was folded to `text[start:end]`, `start` before `end`."""
        return Place(self._origin(start).start, self._origin(end - 1).end)

    def _origin(self, at: int) -> Place:
        number = bisect_right(self._starts, at) - 1
        if number < 0:
            return Place(at, at + 1)
        edit = self.edits[number]
        past = at - edit.at - edit.length
        if past < 0:
            return Place(edit.start, edit.end)
        return Place(edit.end + past, edit.end + past + 1)

    def hyphens(self) -> tuple[set[int], set[int]]:
        """Give the folded offsets of hyphens between letters: those in a line, and those at a line's end."""
        taken = [edit for edit in self.edits if not edit.length and self.original[edit.start] in "-" + _DASHES]
        broken = {edit.at for edit in taken if "\n" in self.original[edit.start : edit.end]}
        return {edit.at for edit in taken} - broken, broken


def _replacement(match: re.Match[str], plain: str) -> str:
    found = match.group()
    if match.lastgroup == "hyphen":
        return ""
    if match.lastgroup == "dashes":
        return "-"
    if match.lastgroup == "ligature":
        return _spelt_out(found)
    if not any(character.isspace() for character in found):
        return ""
    if found[0] == "\u00ad" and "\n" in found:
        return ""
    before, after = plain[match.start() - 1 : match.start()], plain[match.end() : match.end() + 1]
    return "" if _is_unspaced(before) and _is_unspaced(after) else " "


@cache
def _spelt_out(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


@cache
def _is_unspaced(character: str) -> bool:
    return re.fullmatch(f"[{_UNSPACED}]", character) is not None


def fold(text: str) -> str:
    """Give a text folded as `find` compares it, without white space at its ends."""
    return Folded(text).text.strip()


def find(text: str, quote: str, *, prefix: str = "", suffix: str = "", limit: int = PLACES_LIMIT) -> Found:
    """Find every place where a quote stands: as it is, else folded, else offer up to three near matches.

    `prefix` and `suffix` narrow several places to those that stand between them; where none does, all are
    told, for a person to choose. At most `limit` places are told. Raises `BadInput` for an empty quote.
    """
    quote = unicodedata.normalize("NFC", quote)
    if not quote.strip():
        raise BadInput("The quote is empty.", hint="Give the words as they stand in the source.")
    around = (fold(prefix), fold(suffix))
    exact = (Place(at, at + len(quote)) for at in _offsets(text, quote))
    places = _narrowed(text, exact, around, limit)
    if places:
        return Found(places, "exact")
    folded = Folded(text)
    places = _narrowed(text, islice(_folded_places(folded, quote), _FOLDED_PLACES), around, limit)
    if places:
        return Found(places, "folded")
    return Found((), "nowhere", _near(folded, quote, NEAR_LIMIT))


def _offsets(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _folded_places(folded: Folded, quote: str) -> Iterator[Place]:
    """Give the places whose folded form is the quote's, with hyphens alike save at the ends of lines."""
    whole = Folded(quote)
    needle = whole.text.strip()
    if not needle:
        return
    lead = len(whole.text) - len(whole.text.lstrip())
    start, end = whole.place(lead, lead + len(needle))
    wanted = Folded(quote[start:end])  # Cut to what is sought, so that its offsets begin where a stretch's do.
    for at in _offsets(folded.text, needle):
        place = folded.place(at, at + len(needle))
        stretch = Folded(folded.original[place.start : place.end])
        # A needle may begin inside a ligature; the stretch then says more than the quote.
        if stretch.text == needle and _hyphens_agree(stretch, wanted):
            yield place


def _hyphens_agree(one: Folded, other: Folded) -> bool:
    (one_plain, one_broken), (other_plain, other_broken) = one.hyphens(), other.hyphens()
    return one_plain <= other_plain | other_broken and other_plain <= one_plain | one_broken


def _narrowed(text: str, places: Iterator[Place], around: tuple[str, str], limit: int) -> tuple[Place, ...]:
    prefix, suffix = around
    fitting: list[Place] = []
    others: list[Place] = []
    for place in places:
        fits = _stands_between(text, place, prefix, suffix)
        kept = fitting if fits else others
        if len(kept) < limit:
            kept.append(place)
        if len(fitting) >= limit:
            break
    return tuple(fitting or others)


def _stands_between(text: str, place: Place, prefix: str, suffix: str) -> bool:
    if _differ(prefix[-1:], text[place.start - 1 : place.start] if place.start else ""):
        return False
    if _differ(suffix[:1], text[place.end : place.end + 1]):
        return False
    if prefix:
        before = fold(text[max(0, place.start - 3 * len(prefix) - CONTEXT_SIZE) : place.start])
        if not before.endswith(prefix):
            return False
    if suffix:
        after = fold(text[place.end : place.end + 3 * len(suffix) + CONTEXT_SIZE])
        return after.startswith(suffix)
    return True


def _differ(one: str, other: str) -> bool:
    """Tell cheaply that two characters are not alike, for letters that no folding touches."""
    return one != other and one.isascii() and other.isascii() and one.isalnum() and other.isalnum()


def _near(folded: Folded, quote: str, limit: int) -> tuple[Near, ...]:
    # Imported here: only a quote that stands nowhere needs it, and every command imports this module.
    from rapidfuzz import fuzz  # noqa: PLC0415

    haystack, needle = _lowered(folded.text), _lowered(fold(quote)[:_NEAR_QUOTE])
    if not needle or not haystack:
        return ()
    found: list[Near] = []
    for low, high in _windows(haystack, needle):
        window = haystack[low:high]
        aligned = fuzz.partial_ratio_alignment(needle, window, score_cutoff=NEAR_FLOOR)
        if aligned is None:
            continue
        start, end = _whole_words(haystack, low + aligned.dest_start, low + aligned.dest_end)
        score = fuzz.ratio(needle, haystack[start:end])
        if score >= NEAR_FLOOR and start < end:
            place = folded.place(start, end)
            found.append(Near(*place, round(score, 1), folded.original[place.start : place.end]))
    best: list[Near] = []
    for near in sorted(found, key=lambda near: (-near.score, near.start)):
        if all(near.end <= other.start or near.start >= other.end for other in best):
            best.append(near)
    return tuple(best[:limit])


def _lowered(text: str) -> str:
    lowered = text.lower()
    # A few capitals become two letters when lowered, and the offsets would no longer hold.
    return lowered if len(lowered) == len(text) else text


def _windows(haystack: str, needle: str) -> list[tuple[int, int]]:
    """Give the stretches worth comparing: those where rare pieces of the needle stand as they do in it."""
    length = len(needle)
    count = max(3, min(_WINDOWS, _NEAR_QUOTE * 3 // length))
    if len(haystack) <= 4 * length:
        return [(0, len(haystack))]
    size = min(6 if needle.isascii() else 3, max(1, length // 3))
    step = max(1, size // 2, -(-length // _PIECES))
    width = max(16, length // 2)
    votes: dict[int, float] = {}
    for offset in range(0, length - size + 1, step):
        hits: list[int] = []
        for at in _offsets(haystack, needle[offset : offset + size]):
            hits.append(at)
            if len(hits) >= _HITS:
                break
        # A piece that stands in hundreds of places says little about any of them.
        for bucket in {max(0, at - offset) // width for at in hits}:
            votes[bucket] = votes.get(bucket, 0.0) + 1 / len(hits)
    ranked = sorted(votes, key=lambda b: (-votes[b] - votes.get(b - 1, 0.0) - votes.get(b + 1, 0.0), b))
    return [
        (max(0, (bucket - 1) * width), min(len(haystack), (bucket + 2) * width + length + length // 4))
        for bucket in ranked[:count]
    ]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a stretch to whole words, within a long word's length, and trim white space."""
    low, high = max(0, start - _LONG_WORD), min(len(text), end + _LONG_WORD)
    while low < start < len(text) and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while 0 < end < high and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    stretch = text[start:end]
    return end - len(stretch.lstrip()), start + len(stretch.rstrip())


def context(text: str, start: int, end: int, size: int = CONTEXT_SIZE) -> tuple[str, str]:
    """Give the text before and after a stretch, `size` code points each, more where a character needs it.

    A letter is not parted from its combining marks, nor an emoji from what it is joined to.
    """
    _check_bounds(text, start, end)
    low, high = max(0, start - size), min(len(text), end + size)
    while 0 < low < start and _continues(text, low):
        low -= 1
    while end < high < len(text) and _continues(text, high):
        high += 1
    return text[low:start], text[end:high]


def _continues(text: str, at: int) -> bool:
    character = text[at]
    return (
        unicodedata.category(character).startswith("M")
        or "\u200d" in (character, text[at - 1])
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def paragraphs(text: str) -> tuple[Place, ...]:
    """Give the bounds of every paragraph: parted by blank lines or, where there is none, by line feeds."""
    parting = _BLANK_LINES if _BLANK_LINE.search(text.strip()) else re.compile(r"\n")
    bounds: list[Place] = []
    at = 0
    for match in parting.finditer(text):
        bounds.append(Place(at, match.start()))
        at = match.end()
    bounds.append(Place(at, len(text)))
    return tuple(place for place in bounds if text[place.start : place.end].strip())


def paragraph(text: str, start: int, end: int, *, among: Sequence[Place] | None = None) -> Paragraph:
    """Give the number and the bounds of the paragraph, or paragraphs, that hold a stretch.

    Pass `among=paragraphs(text)` to look up many stretches of one text without parting it anew.
    """
    _check_bounds(text, start, end)
    bounds = paragraphs(text) if among is None else among
    if not bounds:
        return Paragraph(1, 1, 0, len(text))
    first = min(bisect_right(bounds, start, key=lambda place: place.end), len(bounds) - 1)
    last = max(first, bisect_left(bounds, max(end, start + 1), key=lambda place: place.start) - 1)
    return Paragraph(first + 1, last + 1, bounds[first].start, bounds[last].end)


def _check_bounds(text: str, start: int, end: int) -> None:
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"{start} to {end} is no stretch of a text of {len(text)} code points")
