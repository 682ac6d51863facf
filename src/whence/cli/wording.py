"""How the terminal says what the views hold: a time, a status, a claim's words; pure, no more exact than the record."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from whence.dates import iso

if TYPE_CHECKING:
    from whence.audit import Passage
    from whence.reading import Fact

__all__ = [
    "CREDIBILITIES",
    "EVIDENCE",
    "HANDLINGS",
    "STATUSES",
    "days",
    "fields_named",
    "held",
    "marked",
    "moment",
    "spoken",
    "standing",
    "status",
]

# How a payload's check names a field that stands within another: `passages.0.exact`, `when.on`, `speaker.1`.
INNER = re.compile(r"`(?:[a-z_]+\.\d+|when|qualifiers)\.([a-z_]+)`")
MEMBER = re.compile(r"`([a-z_]+)\.\d+`")
# Exactly the words of the views, in the order of their weight.
STATUSES = ("accepted", "contested", "expected", "denied", "superseded", "refined", "rejected")
# The labels of TLP 2.0 (first.org/tlp).
HANDLINGS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
# The Admiralty scale for one claim.
CREDIBILITIES = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtfully true",
    5: "improbable",
    6: "truth cannot be judged",
}
# What is said of a fact whose best evidence is not a passage that its source still has.
EVIDENCE = {"none": "no passage", "gone": "words gone", "altered": "words altered"}
DECEMBER = 12


def status(one: Fact) -> str:
    """Return a fact's status in words; of rivals, the one that is shown as current says so."""
    return "contested (current)" if one.status == "contested" and one.current else one.status


def standing(one: Fact) -> str:
    """Return a fact's status with its marks: current among rivals, up for review, without words to show."""
    marks = ["current"] if one.status == "contested" and one.current else []
    marks += ["review"] if one.review else []
    marks += [EVIDENCE[one.evidence]] if one.evidence in EVIDENCE else []
    return f"{one.status} ({', '.join(marks)})" if marks else one.status


def moment(recorded_at: str) -> str:
    """Return a moment as people read it, to the second: `2026-11-21 10:22:33 UTC`."""
    return f"{recorded_at[:10]} {recorded_at[11:19]} UTC"


def marked(passage: Passage) -> str:
    """Return the words of a passage between quotation marks, with what stands around them."""
    before = f"…{passage.prefix}" if passage.prefix else ""
    after = f"{passage.suffix}…" if passage.suffix else ""
    return f"{before}“{passage.exact}”{after}" if passage.exact else ""


def spoken(speakers: tuple[tuple[str, str], ...]) -> str:
    """Return the chain of speakers, the nearest first."""
    return ", who reports ".join(f"{name} ({entity})" for entity, name in speakers)


def held(one: Fact) -> str:
    """Return in words when a fact held, as its four bounds say; empty where nothing is known.

    A stated beginning says `from`, a stated end `until`. Without either the fact was only observed: on a day,
    between two days on which it was seen to hold, or at some time within a stretch.
    """
    begins = f"from {_between(one.earliest_start, one.latest_start)}" if one.earliest_start else ""
    ends = f"until {_between(one.earliest_end, one.latest_end)}" if one.latest_end else ""
    if begins and not ends and one.earliest_end and one.earliest_end > (one.latest_start or ""):
        return f"{begins}, still so on {iso(one.earliest_end)}"
    if begins or ends:
        return f"{begins} {ends}".strip()
    first, last = one.latest_start, one.earliest_end
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


def fields_named(message: str) -> str:
    """Return a problem's message with fields as they are typed: `quote`, where the payload has `passages.0.exact`."""
    return MEMBER.sub(r"`\1`", INNER.sub(r"`\1`", message)).replace("`exact`", "`quote`")
