"""A text with its passages marked, overlapping ones too: every mark opens and closes inside one paragraph, and nests.

Pure. What it gives are tokens that a template writes one after the other, so that no depth of nesting is a
recursion, and the text is escaped where it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from whence import passages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from whence.passages import Place

__all__ = ["Mark", "Shown", "Token", "around", "shown"]

WHOLE = 200_000  # characters of a text that are shown from end to end; of a longer one, what surrounds the marks
LONG = 1_500  # an unmarked stretch of a longer text is cut to its ends
ENDS = 500
DEEPEST = 12  # marks within one another; more stand beside the words, as links alone
BESIDE = 600  # characters of a paragraph on each side of the one passage that is shown


class Mark(NamedTuple):
    """A passage to mark: where, under which id, and what it leads to."""

    key: str
    start: int
    end: int
    number: int
    path: str
    said: str
    kind: str


class Token(NamedTuple):
    """A step of writing a paragraph: `text` (linked to `path` where it is marked), `open` or `close` of a mark, `gap`.

    `marks` are those of a group with the very same words. `first` says that the words begin here, and `last`
    that they end here: a mark that crosses another, or the end of a paragraph, stands in several pieces.
    """

    what: Literal["text", "open", "close", "gap"]
    text: str = ""
    path: str = ""
    marks: tuple[Mark, ...] = ()
    first: bool = True
    last: bool = True
    left_out: int = 0


class Shown(NamedTuple):
    """A paragraph: its number from 1 and its tokens; number 0 is a gap of `left_out` paragraphs."""

    number: int
    tokens: tuple[Token, ...]
    left_out: int = 0


@dataclass(slots=True)
class _Group:
    """The marks of one stretch; `crowded` where another stretch overlaps it or several marks share it."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    crowded: bool
    begun: bool = False


def shown(text: str, marks: Sequence[Mark]) -> list[Shown]:
    """Return the paragraphs of a text with its marks; of a long text, those that are marked."""
    groups = _groups(text, marks)
    long = len(text) > WHOLE
    listed: list[Shown] = []
    skipped = first = 0
    for number, place in enumerate(passages.paragraphs(text), 1):
        while first < len(groups) and groups[first].end <= place.start:
            first += 1
        # Groups are in the order of their starts; one that ended before may stand after one that has not.
        inside = [one for one in _until(groups, first, place.end) if one.end > place.start]
        if long and not inside:
            skipped += 1
            continue
        if skipped:
            listed.append(Shown(0, (), skipped))
            skipped = 0
        tokens = tuple(_tokens(text, place.start, place.end, inside))
        listed.append(Shown(number, _cut(tokens) if long else tokens))
    if skipped:
        listed.append(Shown(0, (), skipped))
    return listed


def around(text: str, mark: Mark, *, among: Sequence[Place] | None = None) -> list[Token]:
    """Return the paragraph, or paragraphs, that hold one passage, cut to what stands near it.

    Pass `among=passages.paragraphs(text)` to show many passages of one text without parting it anew.
    """
    place = passages.paragraph(text, mark.start, mark.end, among=among)
    start, end = max(place.start, mark.start - BESIDE), min(place.end, mark.end + BESIDE)
    tokens = list(_tokens(text, start, end, _groups(text, [mark])))
    before = [Token("gap", left_out=start - place.start)] if start > place.start else []
    after = [Token("gap", left_out=place.end - end)] if end < place.end else []
    return [*before, *tokens, *after]


def _until(groups: list[_Group], first: int, end: int) -> Iterator[_Group]:
    for one in groups[first:]:
        if one.start >= end:
            return
        yield one


def _groups(text: str, marks: Sequence[Mark]) -> list[_Group]:
    """Return the marks by stretch, in reading order, the longer first; and which of them touch another."""
    by_stretch: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        if 0 <= mark.start < mark.end <= len(text):
            by_stretch.setdefault((mark.start, mark.end), []).append(mark)
    ordered = sorted(by_stretch, key=lambda stretch: (stretch[0], -stretch[1]))
    groups = [
        _Group(start, end, tuple(by_stretch[start, end]), crowded=len(by_stretch[start, end]) > 1)
        for start, end in ordered
    ]
    furthest: _Group | None = None
    for one in groups:
        if furthest is not None and one.start < furthest.end:
            one.crowded = furthest.crowded = True
        if furthest is None or one.end > furthest.end:
            furthest = one
    return groups


def _tokens(text: str, start: int, end: int, groups: Sequence[_Group]) -> Iterator[Token]:
    """Yield what writes one stretch of the text; a mark that would cross another is closed and opened again."""
    waiting = list(groups)[::-1]
    bounds = sorted({start, end, *(edge for one in groups for edge in (one.start, one.end) if start < edge < end)})
    stack: list[_Group] = []
    for at, until in pairwise(bounds):
        while waiting and waiting[-1].start <= at:
            one = waiting.pop()
            # Within a shorter one it opens after, so the shorter is always the inner.
            reopened = _closed_down_to(stack, one)
            yield from (_close(other, last=False) for other in reversed(reopened))
            for other in (one, *reopened):
                if len(stack) < DEEPEST:
                    stack.append(other)
                    yield _open(other)
                else:
                    yield _open(other)
                    yield _close(other, last=True)
        inner = stack[-1].marks[0].path if stack else ""
        yield Token("text", text[at:until], inner)
        ended = [place for place, one in enumerate(stack) if one.end <= until]
        if ended:
            above = stack[ended[0] :]
            del stack[ended[0] :]
            yield from (_close(other, last=other.end <= until) for other in reversed(above))
            for other in above:
                if other.end > until:
                    stack.append(other)
                    yield _open(other)
    yield from (_close(other, last=other.end <= end) for other in reversed(stack))


def _closed_down_to(stack: list[_Group], one: _Group) -> list[_Group]:
    """Take from the stack those that end before `one` does, which goes beneath them; return them, outermost first."""
    keep = len(stack)
    while keep and stack[keep - 1].end < one.end:
        keep -= 1
    above = stack[keep:]
    del stack[keep:]
    return above


def _open(one: _Group) -> Token:
    first, one.begun = not one.begun, True
    return Token("open", marks=one.marks, first=first)


def _close(one: _Group, *, last: bool) -> Token:
    return Token("close", marks=one.marks if one.crowded and last else (), last=last)


def _cut(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Cut what is long and unmarked to its ends."""
    kept: list[Token] = []
    for one in tokens:
        if one.what != "text" or one.path or len(one.text) <= LONG:
            kept.append(one)
            continue
        left = len(one.text) - 2 * ENDS
        kept += [Token("text", one.text[:ENDS]), Token("gap", left_out=left), Token("text", one.text[-ENDS:])]
    return tuple(kept)
