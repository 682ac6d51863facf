"""Every date is a true EDTF date (ISO 8601-2:2019, levels 0 to 2) with sortable bounds, or a `BadDate`.

The bounds never claim more than the text says: each is a day, or None where the time is open or not known.
`lower <= upper` always holds, the calendar is the proleptic Gregorian one, and nothing here reads a clock.

Why our own parser: python-edtf takes milliseconds for a date, a thousand times as long, and bounds `-2004-XX`
by December and January, the lower bound above the upper.

Choices that the standard leaves open:
- A qualifier (`?`, `~`, `%`) and significant digits (`1953S2`) say how sure a date is; they move no bound.
- A time of day is on the day written, whatever its zone; `24:00:00` is the end of that day.
- Seasons 21 to 24 name no hemisphere, so they may be either's. A season over New Year may be named after
  the year it begins in or the year it ends in. Seasons are whole months: spring is March to May.
- Intervals and sets hold dates: no time of day, no `Y` year and no significant digits.
"""

from __future__ import annotations

import re
from calendar import isleap
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from whence.errors import BadDate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Bounds", "Date", "bounds", "canonical", "certain", "iso"]
__all__ += ["parse", "possible", "when_bounds"]


class Bounds(NamedTuple):
    """When something began and ended, each between two days (sortable text); None is not known."""

    earliest_start: str | None = None
    latest_start: str | None = None
    earliest_end: str | None = None
    latest_end: str | None = None


class Date(NamedTuple):
    """A date: canonical text, the first and the last day it may touch, and whether it is an extent a/b."""

    text: str
    lower: str | None
    upper: str | None
    extent: bool


class _Parsed(NamedTuple):
    """`span` bounds the stretch that the text means: all of `2023-02`, but one day of `2023-02-XX`."""

    text: str
    span: Bounds
    extent: bool = False


class _Refused(ValueError):  # noqa: N818 - never leaves this module: `_read` makes a `BadDate` of it
    """What is wrong and a hint, in case no other date seems meant; neither where the form is no date's."""


_LAST_YEAR = 9999
_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # month 0 stands for "no month said"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def _length(year: int, month: int) -> int:
    return _LENGTHS[month] + (month == 2 and isleap(year))  # noqa: PLR2004 - February


def _sortable(year: int, month: int, day: int) -> str:
    # Digits of a negative year are complemented, so that text order is day order: year -1 is "-9998".
    if abs(year) > _LAST_YEAR:
        return "9999-12-31" if year > 0 else "-0000-01-01"
    return f"{year:04}-{month:02}-{day:02}" if year >= 0 else f"-{_LAST_YEAR + year:04}-{month:02}-{day:02}"


def _start(year: int, month: int, day: int) -> str:
    return _sortable(year, month or 1, day or 1)


def _end(year: int, month: int, day: int) -> str:
    return _sortable(year, month or 12, day or _length(year, month or 12))


def iso(bound: str) -> str:
    """Give the ISO 8601 text of a bound: `-9998-03-15` sorts rightly and means `-0001-03-15`."""
    return f"-{_LAST_YEAR - int(bound[1:5]):04}{bound[5:]}" if bound.startswith("-") else bound


def _pick(choose: Callable[[list[str]], str], *days: str | None) -> str | None:
    """Choose among the days that are known."""
    known = [day for day in days if day is not None]
    return choose(known) if known else None


def _after(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one > other


# --- EDTF --------------------------------------------------------------------------------------------------

_PLAIN_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# Rarer forms are compiled when they are first met: every process would wait for all of them.
_DATE = r"([?~%]?)(-?[0-9X]{4})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?"
_TIME = (
    r"(-?[0-9]{4}-[0-9]{2}-[0-9]{2})(T(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|24:00:00))"
    r"(|Z|[+-][0-9]{2}(?::[0-5][0-9])?)"
)
_LONG_YEAR = r"Y(-?)([1-9][0-9]*)(?:E([1-9][0-9]*))?(?:S[1-9][0-9]*)?"
_SIGNIFICANT_YEAR = r"(-?[0-9]{4})S[1-9][0-9]*"
_SET = r"\[(.+)\]|\{(.+)\}"

# From 21 on: the months in which a season may begin, 0 being the December before, and its length in months.
_SEASONS = dict(enumerate((
    ((3, 9), 3), ((0, 6, 12), 3), ((3, 9), 3), ((0, 6, 12), 3),  # spring, summer, autumn, winter of either
    ((3,), 3), ((6,), 3), ((9,), 3), ((0, 12), 3),  # of the northern hemisphere
    ((9,), 3), ((0, 12), 3), ((3,), 3), ((6,), 3),  # of the southern hemisphere
    ((1,), 3), ((4,), 3), ((7,), 3), ((10,), 3),  # quarters
    ((1,), 4), ((5,), 4), ((9,), 4), ((1,), 6), ((7,), 6),  # quadrimesters and halves
), start=21))  # fmt: skip


@lru_cache(maxsize=256)
def _fitting(mask: str, last: int) -> tuple[int, ...]:
    """Give the numbers from 1 to `last` that a mask such as `1X` allows; 0 alone for no mask."""
    pattern = re.compile(mask.replace("X", "[0-9]"))
    return tuple(n for n in range(1, last + 1) if pattern.fullmatch(f"{n:02}")) if mask else (0,)


def _units(year: str, month: str, day: str, *, falling: bool) -> Iterator[tuple[int, int, int]]:
    """Yield the years, months or days that the masks allow, in order; a part that is not said is 0."""
    sign, step = -1 if year.startswith("-") else 1, -1 if falling else 1
    digits = "0123456789"[:: sign * step]
    months, days = _fitting(month, 12)[::step], _fitting(day, 31)[::step]
    for chosen in product(*(digits if digit == "X" else digit for digit in year.removeprefix("-"))):
        y = int("".join(chosen)) * sign
        if y or sign > 0:  # The standard knows no year -0000.
            yield from ((y, m, d) for m in months for d in days if d <= _length(y, m))


def _season(year: int, month: int, months: int) -> tuple[str, str]:
    first, last = (divmod(year * 12 + place, 12) for place in (month - 1, month + months - 2))
    return _start(first[0], first[1] + 1, 0), _end(last[0], last[1] + 1, 0)


def _span(text: str, year: str, month: str, day: str) -> Bounds:
    """Bound the year, season, month or day by the first and the last that the masks allow."""
    if month.isdigit() and int(month) in _SEASONS and not day and year != "-0000":
        starts, months = _SEASONS[int(month)]
        start, end = _season(next(_units(year, "", "", falling=False))[0], starts[0], months)
        last_start, last_end = _season(next(_units(year, "", "", falling=True))[0], starts[-1], months)
        return Bounds(start, last_start, end, last_end)
    first = next(_units(year, month, day, falling=False), None)
    if first is None:
        raise _no_such(text, year, month, day)
    last = next(_units(year, month, day, falling=True))
    return Bounds(_start(*first), _start(*last), _end(*first), _end(*last))


def _no_such(text: str, year: str, month: str, day: str) -> _Refused:
    if not _fitting(month, 12):
        return _Refused(f"{text}: there is no month {month}.", "Months are 01 to 12, seasons 21 to 41.")
    if "X" in year + month or day < "28":
        return _Refused(f"{text}: there is no such {'day' if day else 'year'}.")
    wrong = f"{text}: {_MONTHS[int(month) - 1]} {year} has {_length(int(year), int(month))} days."
    return _Refused(wrong, f"Write {year}-{month} if the day is not known.")


def _joined(one: str, other: str) -> str:
    """Join two qualifiers of one part: uncertain and approximate together are `%`."""
    return one or other if one == other or not (one and other) else "%"


def _date(text: str) -> _Parsed:
    """Parse one date or season; its parts may have qualifiers and unspecified digits."""
    match = re.fullmatch(_DATE, text)
    if match is None:
        raise _Refused
    groups = [group or "" for group in match.groups()]
    span = _span(text, groups[1], groups[4], groups[7])
    parts = [part for part in groups[1::3] if part]
    marks: list[str] = []
    behind = ""
    for place in reversed(range(len(parts))):  # A qualifier behind a part holds for all parts before it too.
        behind = _joined(behind, groups[3 * place + 2])
        marks.insert(0, _joined(behind, groups[3 * place]))
    if len(set(marks)) == 1:
        return _Parsed("-".join(parts) + marks[0], span)
    return _Parsed("-".join(mark + part for mark, part in zip(marks, parts, strict=True)), span)


def _time(match: re.Match[str]) -> _Parsed:
    day, time, zone = match.groups()
    if zone not in ("", "Z"):
        offset = int(zone[1:3]) * 60 + int(zone[4:] or 0)
        if offset > (14 * 60 if zone[0] == "+" else 12 * 60) or (zone[0] == "-" and not offset):
            raise _Refused(f"{match[0]}: there is no such time zone.", "Zones run from -12:00 to +14:00.")
        zone = f"{zone[:3]}:{zone[4:] or '00'}" if offset else "Z"
    return _Parsed(day + time + zone, _date(day).span)


def _check_order(text: str, span: Bounds) -> None:
    if _after(span.earliest_start, span.latest_end):
        raise _Refused(f"{text}: it ends before it begins.", "Write the earlier date first.")


def _interval(text: str) -> _Parsed:
    begun, _, ended = text.partition("/")
    if text == "/":
        raise _Refused
    start, end = (_Parsed(side, Bounds()) if side in ("", "..") else _date(side) for side in (begun, ended))
    lower, upper = start.span.earliest_start, end.span.latest_end
    # It begins somewhere in the start date and ends somewhere in the end date, and not before it began.
    held = _pick(min, start.span.latest_end, upper), _pick(max, end.span.earliest_start, lower)
    span = Bounds(lower, *held, upper)
    _check_order(text, span)
    return _Parsed(f"{start.text}/{end.text}", span, extent=True)


def _member(text: str, *, first: bool, last: bool) -> _Parsed:
    """Parse a member of a set: a date, or all from `a..b`; `..b` may only stand first and `a..` last."""
    begun, dots, ended = text.partition("..")
    if not dots:
        return _date(text)
    if not (begun or ended) or not (begun or first) or not (ended or last):
        raise _Refused(f"{text!r} cannot stand there in a set.", "Write [..2020,2022,2024..].")
    one, two = (_date(side) if side else _Parsed("", Bounds()) for side in (begun, ended))
    start, end = one.span, two.span
    span = Bounds(start.earliest_start, end.latest_start, start.earliest_end, end.latest_end)
    _check_order(text, span)
    return _Parsed(f"{one.text}..{two.text}", span)


def _set(match: re.Match[str]) -> _Parsed:
    """Parse `[one of these]` or `{all of these}`; of either, no more is certain than of one member."""
    texts = [part.strip() for part in (match[1] or match[2]).split(",")]
    members = [_member(part, first=i == 0, last=i == len(texts) - 1) for i, part in enumerate(texts)]
    # Order means nothing in a set, save that `..b` stands first and `a..` last.
    members.sort(key=lambda m: (m.text.endswith(".."), m.span.earliest_start or "", m.text))
    unique = ",".join(dict.fromkeys(member.text for member in members))
    ends = zip((min, max, min, max), zip(*(member.span for member in members), strict=True), strict=True)
    span = Bounds(*(None if None in days else choose(days) for choose, days in ends))
    return _Parsed(f"{match[0][0]}{unique}{match[0][-1]}", span)


def _long_year(match: re.Match[str]) -> _Parsed:
    sign, digits, exponent = match.groups()
    if len(digits) + int((exponent or "0")[:4]) <= len(str(_LAST_YEAR)):
        raise _Refused(f"{match[0]}: Y is for years of five digits and more.", "Leave out the Y.")
    day = _start(-_LAST_YEAR - 1 if sign else _LAST_YEAR + 1, 0, 0)
    return _Parsed(match[0], Bounds(day, day, day, day))


def _parsed(text: str) -> _Parsed:
    """Parse EDTF without surrounding white space; raises `_Refused`."""
    for form, parser in ((_TIME, _time), (_LONG_YEAR, _long_year), (_SET, _set)):
        if match := re.fullmatch(form, text):
            return parser(match)
    if match := re.fullmatch(_SIGNIFICANT_YEAR, text):
        return _Parsed(text, _date(match[1]).span)
    return _interval(text) if "/" in text else _date(text)


@lru_cache(maxsize=16384)
def _read(text: str) -> _Parsed:
    if match := _PLAIN_DAY.fullmatch(text):  # Most dates by far, and several times as fast.
        year, month, day = map(int, match.groups())
        if 1 <= month <= 12 and 1 <= day <= _length(year, month):  # noqa: PLR2004 - months
            return _Parsed(text, Bounds(text, text, text, text))
    text = text.strip()
    try:
        return _parsed(text)
    except _Refused as refused:
        wrong, advice = (*refused.args, "", "")[:2]
        likely = " or ".join(_perhaps_meant(text))
        message = wrong or (f"{text!r} is no date." if text else "The date is empty.")
        hint = f"Perhaps {likely} was meant." if likely else advice or _HOW
    raise BadDate(message, hint=hint)


def parse(text: str) -> Date:
    """Parse an EDTF date (ISO 8601-2:2019, levels 0 to 2); raises `BadDate` with what to write instead."""
    parsed = _read(text)
    return Date(parsed.text, parsed.span.earliest_start, parsed.span.latest_end, parsed.extent)


def bounds(text: str) -> tuple[str | None, str | None]:
    """Give the first and the last day a date may touch, as sortable text; None is open or not known."""
    return _read(text).span[::3]


def canonical(text: str) -> str:
    """Give the one spelling of an EDTF date that all spellings of the same expression share."""
    return _read(text).text


_HOW = "Write 2023, 2023-02 or 2023-02-13; 2023~ for about, 2022/2023 for a range, [2022,2023] for one of."
_ABOUT = frozenset({"about", "around", "c", "ca", "circa"})
_FILLERS = _ABOUT | {"of", "the", "st", "nd", "rd", "th"}


def _perhaps_meant(text: str) -> list[str]:
    """Give the valid dates that a person may have meant."""
    plain = re.sub(r"\?~|~\?", "%", "".join(text.split()).translate({0x2013: "-", 0x2212: "-"}).upper())
    dashed = re.sub("^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3", plain)
    likely = [plain, dashed, plain.replace("U", "X"), f"{plain}:00", *_reordered(text)]
    sides = re.split(r"/| to | ?\u2013 ?", text)
    likely.append("/".join(next(iter(_reordered(side)), side) for side in sides))
    return [date for date in dict.fromkeys(likely) if date != text and _is_date(date)]


def _reordered(text: str) -> list[str]:
    """Read `13/02/23`, `2023-2-3`, `Feb 2023` and the like, the day before the month if the year is last."""
    words = re.findall("[0-9]+|[a-z]+", text.lower())
    numbers = [word for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit() and word not in _FILLERS]
    named = [f"{i}" for name in names for i, month in enumerate(_MONTHS, 1) if month.lower()[:3] == name[:3]]
    years = [number for number in numbers if len(number) == len("2023")]
    if numbers and not years and len(numbers) + len(named) == len(("day", "month", "year")):
        years = numbers[-1:] = [f"20{numbers[-1]:>02}"]
    # A sign or a qualifier means something, so no suggestion leaves it out.
    if len(years) != 1 or len(named) != len(names) or re.search("^[-+]|[?~%]", text):
        return []
    year = years[0]
    rest = [number.zfill(2) for number in named + numbers if number != year]
    orders = [rest] if named else [rest, rest[::-1]] if numbers[0] == year else [rest[::-1], rest]
    dates = dict.fromkeys("-".join([year, *order]) for order in orders)
    about = "~" if _ABOUT.intersection(words) else ""
    valid = [date + about for date in dates if date[5:7] <= "12" and _is_date(date)]
    return valid[:1] if numbers[0] == year else valid


def _is_date(text: str) -> bool:
    try:
        _parsed(text)
    except _Refused:
        return False
    return True


# --- When --------------------------------------------------------------------------------------------------


def _told(key: str, span: Bounds) -> Bounds:
    if key == "on":  # It held throughout: it began by the stretch's start and ended no earlier than its end.
        return Bounds(latest_start=span.latest_start, earliest_end=span.earliest_end)
    lower, upper = span.earliest_start, span.latest_end
    # It held on some day from lower to upper, be it the day it began, the day it ended or any other.
    return Bounds(lower if key == "from" else None, upper, lower, upper if key == "until" else None)


def when_bounds(when: Mapping[str, str]) -> Bounds:
    """Give the four bounds; raises `BadDate` for any key but these and for times that cannot all be true."""
    return _when_bounds(tuple(when.items()))


@lru_cache(maxsize=50_000)  # The claims of one report share their times.
def _when_bounds(stated: tuple[tuple[str, str], ...]) -> Bounds:
    when = dict(stated)
    if stray := sorted(set(when) - {"on", "from", "until", "during"}):
        raise BadDate(f"There is no time {stray[0]!r}.", hint="Write on, from, until or during.")
    if "during" in when and len(when) > 1:
        raise BadDate("`during` stands alone.", hint="Write `on` for a time throughout which it held.")
    each = [_told(key, _read(text).span) for key, text in when.items()]
    choices = enumerate((max, min, max, min))
    told = Bounds(*(_pick(choose, *(one[place] for one in each)) for place, choose in choices))
    if _after(told.earliest_start, told.latest_end):
        raise BadDate(f"until {when['until']} is before from {when['from']}.", hint="Swap the two or mend one.")
    if _after(told.earliest_start, told.latest_start) or _after(told.earliest_end, told.latest_end):
        limits = " and ".join(f"{key} {when[key]}" for key in ("from", "until") if key in when)
        hint = "`on` means that it held throughout; give a time that lies inside."
        raise BadDate(f"on {when['on']} reaches outside {limits}.", hint=hint)
    return told


def certain(bounds: Bounds, day: str) -> bool:
    """Tell whether it held on that day whatever the vague dates turn out to be (a day as sortable text)."""
    start, end = bounds.latest_start, bounds.earliest_end
    return start is not None and end is not None and start <= day <= end


def possible(bounds: Bounds, day: str) -> bool:
    """Tell whether it may have held on that day (sortable text)."""
    return not _after(bounds.earliest_start, day) and not _after(day, bounds.latest_end)
