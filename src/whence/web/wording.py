"""How the pages say what the views hold: a time, a count, an address; pure, and never more exact than the record."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from whence import dates

if TYPE_CHECKING:
    from whence.reading import Fact

__all__ = [
    "CREDIBILITIES",
    "EVIDENCE",
    "FLAGS",
    "STATUSES",
    "address",
    "context",
    "counted",
    "days",
    "edtf",
    "held",
    "moment",
]

# What each status means, said where its chip stands.
STATUSES = {
    "accepted": "the record supports it and nothing on record rivals it",
    "contested": "the record disagrees with itself here, and nobody has decided",
    "expected": "it has been announced or predicted, and nothing says yet that it came about",
    "denied": "a source denies it and none affirms it",
    "superseded": "it held once, and has ended or been followed by another value",
    "rejected": "a person decided otherwise, with a reason",
    "refined": "a more exact value that agrees with it is on record",
}
# The Admiralty scale for one claim.
CREDIBILITIES = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtfully true",
    5: "improbable",
    6: "truth cannot be judged",
}
# What a reader should know of a fact whose words cannot simply be looked up.
EVIDENCE = {
    "altered": "its words have been altered in the source since",
    "locator": "no words quoted, only a place in the source",
    "none": "no words quoted",
    "gone": "its words are no longer in the source",
}
# The same in the two words of a chip.
FLAGS = {"altered": "words altered", "locator": "place only", "none": "no passage", "gone": "words gone"}
DECEMBER = 12
CUT = 30  # characters: context of this length was cut there, and not at the end of the text


def address(url: str | None) -> str | None:
    """Return the url where a page may link to it, else None: only http and https ever become a link."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def context(words: str | None, *, before: bool) -> str:
    """Return the words beside a passage; of those that were cut at a length, without the piece of a word."""
    if not words or len(words) < CUT:
        return words or ""
    if before:
        return words if words[0].isspace() else words.partition(" ")[2] or words
    return words if words[-1].isspace() else words.rpartition(" ")[0] or words


def counted(number: int, noun: str, *, most: int | None = None) -> str:
    """Return `1 claim`, `2 claims`; where counting stopped at `most`, `more than 2 claims`."""
    if most is not None and number > most:
        return f"more than {most:,} {_plural(noun)}"
    return f"{number:,} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun + "s"


def moment(recorded_at: str) -> str:
    """Return a moment as people read it, to the second, in UTC: `2026-11-21 10:22:33 UTC`."""
    return f"{recorded_at[:10]} {recorded_at[11:19]} UTC" if len(recorded_at) > 18 else recorded_at  # noqa: PLR2004


def days(first: str | None, last: str | None) -> str:
    """Return a stretch of days in the shortest words that say the same: `2023-02` for all of February 2023."""
    first, last = _day(first), _day(last)
    if first is None and last is None:
        return "an unknown time"
    if first is None:
        return f"{last} or earlier"
    if last is None:
        return f"{first} or later"
    if first == last:
        return first
    start, end = _whole(first, last)
    return start if start == end else f"{start} to {end}"


def _day(bound: str | None) -> str | None:
    return None if bound is None else dates.iso(bound)


def edtf(text: str) -> str:
    """Return an EDTF date in words where words say it as well: `[2023-02-14..]` is `2023-02-14 or later`."""
    if text.startswith("[") and text.endswith("]") and ".." in text and "," not in text:
        first, _, last = text[1:-1].partition("..")
        if first and last:
            return f"between {first} and {last}"
        return f"{first} or later" if first else f"{last} or earlier"
    first, slash, last = text.partition("/")
    if slash and first[:1].isdigit() and last[:1].isdigit():
        return f"{first} to {last}"
    return text


def _whole(first: str, last: str) -> tuple[str, str]:
    """Shorten both ends to years or months where the stretch is made of whole ones."""
    try:
        year, month, day = (int(part) for part in first.split("-"))
        last_year, last_month, last_day = (int(part) for part in last.split("-"))
        whole_months = day == 1 and last_day == calendar.monthrange(last_year, last_month)[1]
    except ValueError:  # a year beyond the calendar's
        return first, last
    if whole_months and (month, last_month) == (1, DECEMBER):
        return f"{year:04}", f"{last_year:04}"
    if whole_months:
        return first[:-3], last[:-3]
    return first, last


def held(fact: Fact) -> str:
    """Return in words when a fact held, no more exactly than its four bounds say; empty where nothing is known.

    A stated beginning says `from`, a stated end `until`. Without either the fact was only observed: on a day,
    between two days on which it was seen to hold, or at some time within a stretch.
    """
    begins = f"from {_between(fact.earliest_start, fact.latest_start)}" if fact.earliest_start else ""
    ends = f"until {_between(fact.earliest_end, fact.latest_end)}" if fact.latest_end else ""
    if begins and not ends and fact.earliest_end and fact.earliest_end > (fact.latest_start or ""):
        return f"{begins}, still so on {_day(fact.earliest_end)}"
    if begins or ends:
        return f"{begins} {ends}".strip()
    first, last = fact.latest_start, fact.earliest_end
    if first is None and last is None:
        return ""
    if first is not None and last is not None and first > last:
        return f"at some time in {days(last, first)}"
    return f"on {_day(first)}" if first == last else f"on record for {days(first, last)}"


def _between(first: str | None, last: str | None) -> str:
    """Return the stretch within which a beginning or an end lies."""
    said = days(first, last)
    return f"between {said.replace(' to ', ' and ')}" if " to " in said else said
