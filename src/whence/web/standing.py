"""Where each quoted passage stands now: in the source's last capture, altered there, gone from it, or never looked up.

Pure. A text is shown whole only where its source's handling says in so many words that anybody may have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from whence.evidence import edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence.evidence import Change

__all__ = ["SHOWABLE", "Standing", "by_claim", "key_of", "may_show", "standings"]

# No label says nothing of who may have the text: the source is somebody's work, and a quote is not the whole of it.
SHOWABLE = "TLP:CLEAR"


class Standing(NamedTuple):
    """What has become of one passage of a claim.

    `outcome` is `here` (it was quoted from the last capture), `kept`, `moved`, `altered`, `gone`, `unchecked`
    (quoted from an earlier capture and never looked up in the last), `uncaptured` (quoted without an archived
    text) or `place` (no words, only a locator). `start` and `end` are in the last capture; `capture` is the
    one that was quoted from.
    """

    place: int
    exact: str | None
    outcome: str
    start: int | None
    end: int | None
    locator: str | None
    quoted_at: str | None
    capture: str | None
    change: Change | None
    differs: tuple[tuple[str, str], ...]


def may_show(handling: str | None) -> bool:
    """Tell whether the whole text of a source may be shown."""
    return handling == SHOWABLE


def key_of(claim: int, place: int) -> str:
    """Return the id that a passage has on its source's page."""
    return f"c{claim}" if place == 0 else f"c{claim}-{place}"


def by_claim(changes: Iterable[Change]) -> dict[int, list[Change]]:
    """Return the changes of each claim, in their order."""
    grouped: dict[int, list[Change]] = {}
    for one in changes:
        grouped.setdefault(one.position, []).append(one)
    return grouped


def standings(
    listed: Sequence[Mapping[str, Any]], changes: Sequence[Change], current: str | None
) -> tuple[Standing, ...]:
    """Return how each passage of a claim stands in the last capture, whose text has the hash `current`."""
    last = {one.place: one for one in changes if one.capture == current}
    return tuple(_standing(place, one, last.get(place), current) for place, one in enumerate(listed))


def _standing(place: int, one: Mapping[str, Any], change: Change | None, current: str | None) -> Standing:
    exact, start, end, quoted_at = (one.get(name) for name in ("exact", "start", "end", "locator"))
    capture = one.get("capture")
    if exact is None:
        return Standing(place, None, "place", None, None, quoted_at, quoted_at, capture, None, ())
    if change is not None:
        altered = change.outcome == "altered" and change.new is not None
        differs = tuple(edits(change.old or exact, change.new or "")) if altered else ()
        locator = change.locator or (quoted_at if change.outcome == "kept" else None)
        return Standing(
            place, exact, change.outcome, change.start, change.end, locator, quoted_at, capture, change, differs
        )
    if capture is None:
        return Standing(place, exact, "uncaptured", None, None, quoted_at, quoted_at, None, None, ())
    if capture == current and start is not None:
        return Standing(place, exact, "here", start, end, quoted_at, quoted_at, capture, None, ())
    return Standing(place, exact, "unchecked", None, None, None, quoted_at, capture, None, ())
