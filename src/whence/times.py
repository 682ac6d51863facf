"""Times in words, the same on a terminal and on a page, and never more exact than what is on record; pure."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from whence.dates import iso

if TYPE_CHECKING:
    from whence.reading import Fact

__all__ = ["days", "held", "moment"]

DECEMBER = 12


def moment(recorded_at: str) -> str:
    """Return a moment as people read it, to the second, in UTC: `2026-11-21 10:22:33 UTC`."""
    return f"{recorded_at[:10]} {recorded_at[11:19]} UTC" if len(recorded_at) > 18 else recorded_at  # noqa: PLR2004


def held(fact: Fact) -> str:
    """Return in words when a fact held, as its four bounds say; empty where nothing is known.

    A stated beginning says `from`, a stated end `until`. Without either the fact was only observed: on a day,
    between two days on which it was seen to hold, or at some time within a stretch.
    """
    begins = f"from {_between(fact.earliest_start, fact.latest_start)}" if fact.earliest_start else ""
    ends = f"until {_between(fact.earliest_end, fact.latest_end)}" if fact.latest_end else ""
    if begins and not ends and fact.earliest_end and fact.earliest_end > (fact.latest_start or ""):
        return f"{begins}, still so on {iso(fact.earliest_end)}"
    if begins or ends:
        return f"{begins} {ends}".strip()
    first, last = fact.latest_start, fact.earliest_end
    if first is None and last is None:
        return ""
    if first is not None and last is not None and first > last:
        return f"at some time in {days(last, first)}"
    return f"on {iso(first)}" if first and first == last else f"on record for {days(first, last)}"


def days(first: str | None, last: str | None) -> str:
    """Return a stretch of days in the shortest words that say the same: `2023-02` for all of February 2023."""
    if first is None or last is None:
        return f"{iso(first)} or later" if first else f"{iso(last)} or earlier" if last else "an unknown time"
    if first == last:
        return iso(first)
    start, end = _whole(iso(first), iso(last))
    return start if start == end else f"{start} to {end}"


def _between(first: str | None, last: str | None) -> str:
    """Return the stretch within which a beginning or an end lies."""
    said = days(first, last)
    return f"between {said.replace(' to ', ' and ')}" if " to " in said else said


def _whole(first: str, last: str) -> tuple[str, str]:
    """Shorten both ends to years or months where the stretch is made of whole ones."""
    try:
        year, month, day = (int(part) for part in first.split("-"))
        last_year, last_month, last_day = (int(part) for part in last.split("-"))
        whole_months = day == 1 and last_day == calendar.monthrange(last_year, last_month)[1]
    except ValueError:  # a year before the common era, or beyond the calendar's
        return first, last
    if whole_months and (month, last_month) == (1, DECEMBER):
        return f"{year:04}", f"{last_year:04}"
    return (first[:-3], last[:-3]) if whole_months else (first, last)
