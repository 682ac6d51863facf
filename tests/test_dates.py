"""Dates mean what ISO 8601-2 says they mean, and no bound claims more than its text."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from whence.dates import (
    Bounds,
    bounds,
    canonical,
    certain,
    iso,
    parse,
    possible,
    when_bounds,
)
from whence.errors import BadDate

if TYPE_CHECKING:
    from pathlib import Path


def vectors(shared: Path) -> list[dict[str, str]]:
    path = shared / "vectors" / "edtf.csv"
    if not path.is_file():
        pytest.skip("no vectors/edtf.csv in `shared`: the EDTF vectors are not tested")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def iso_bounds(text: str) -> tuple[str, str]:
    lower, upper = bounds(text)
    return iso(lower) if lower is not None else "-inf", iso(upper) if upper is not None else "inf"


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except BadDate:
        return False
    return True


# --- EDTF --------------------------------------------------------------------------------------------------


def test_every_vector_has_its_verdict(shared: Path) -> None:
    rows = vectors(shared)
    wrong = [row["string"] for row in rows if is_valid(row["string"]) != (row["verdict"] == "valid")]
    assert rows
    assert not wrong


def test_every_vector_has_its_bounds_save_those_that_no_date_can_have(shared: Path) -> None:
    # Two implementations share a fault: a negative year with X after it gets a lower bound above the upper.
    rows = [row for row in vectors(shared) if row["lower"]]
    wrong = {
        row["string"]: iso_bounds(row["string"])
        for row in rows
        if iso_bounds(row["string"]) != (row["lower"], row["upper"])
    }
    assert wrong == {
        "-1985-04-XX": ("-1985-04-01", "-1985-04-30"),
        "-2004-XX": ("-2004-01-01", "-2004-12-31"),
        "-2016-XX": ("-2016-01-01", "-2016-12-31"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2001-21", ("2001-03-01", "2001-11-30")),  # spring, in the north or in the south
        ("2001-28", ("2000-12-01", "2002-02-28")),  # the winter that ends in 2001, or the one that begins
        ("2001-38", ("2001-05-01", "2001-08-31")),
        ("../2023-02", ("-inf", "2023-02-28")),
        ("201X-02-29", ("2012-02-29", "2016-02-29")),
        ("-000X", ("-0009-01-01", "-0001-12-31")),
        ("-0004-02-29", ("-0004-02-29", "-0004-02-29")),
        ("[2023-05,..2023-02]", None),  # earlier than all may only stand first
        ("[]", None),
        ("[2023}", None),
        ("[2023..2022]", None),
        ("2023-05/2023-02", None),
        ("2023-02-13T10:00:00Z/2023-02-14", None),
        ("/", None),
        ("X001-02-29", None),  # no year that ends in 01 is a leap year
        ("-0000", None),
        ("２０２３", None),  # noqa: RUF001 - full-width digits
        ("Y170000002", ("9999-12-31", "9999-12-31")),  # the nearest day that a bound can name
        ("Y-17E999999999999", ("-9999-01-01", "-9999-01-01")),
    ],
)
def test_what_the_standard_says_where_the_vectors_are_silent(text: str, expected: tuple[str, str] | None) -> None:
    if expected is None:
        assert not is_valid(text)
    else:
        assert iso_bounds(text) == expected


def test_only_an_interval_is_an_extent() -> None:
    assert parse("2023-02-13/2023-02-14").extent
    assert parse("2023-02/..").extent
    assert not parse("2023-02").extent
    assert not parse("[2023-02-13..2023-02-14]").extent


@pytest.mark.parametrize(
    ("spellings", "expected"),
    [
        (["2004-06-11%", "%2004-%06-%11", " 2004-06%-11%\n"], "2004-06-11%"),
        (["2004-06~-11", "~2004-~06-11"], "~2004-~06-11"),
        (["?2004-06~", "?2004~-~06"], "%2004-~06"),
        (["[1668, 1667,1668]", "[ 1667,1668 ]"], "[1667,1668]"),
        (["{..1983,1985,1984..}"], "{..1983,1985,1984..}"),
        (["2023-02-13T10:00:00+00:00", "2023-02-13T10:00:00Z"], "2023-02-13T10:00:00Z"),
        (["2023-02-13T10:00:00-04", "2023-02-13T10:00:00-04:00"], "2023-02-13T10:00:00-04:00"),
        (["~2022/?2023-02"], "2022~/?2023-02"),
        (["1953S2"], "1953S2"),
    ],
)
def test_spellings_of_one_expression_have_one_canonical_text(spellings: list[str], expected: str) -> None:
    assert {canonical(spelling) for spelling in spellings} == {expected}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "The date is empty.", "2023-02-13"),
        ("13/02/23", "'13/02/23' is no date.", "Perhaps 2023-02-13 was meant."),
        ("03/04/2023", "'03/04/2023' is no date.", "Perhaps 2023-04-03 or 2023-03-04 was meant."),
        ("Feb 2023", "'Feb 2023' is no date.", "Perhaps 2023-02 was meant."),
        ("13 February 2023", "'13 February 2023' is no date.", "Perhaps 2023-02-13 was meant."),
        ("2023-2-3", "'2023-2-3' is no date.", "Perhaps 2023-02-03 was meant."),
        ("20230213", "'20230213' is no date.", "Perhaps 2023-02-13 was meant."),
        ("2023-13-02", "2023-13-02: there is no month 13.", "Perhaps 2023-02-13 was meant."),
        ("2023-02-30", "2023-02-30: February 2023 has 28 days.", "Write 2023-02 if the day is not known."),
        ("circa 1984", "'circa 1984' is no date.", "Perhaps 1984~ was meant."),
        ("1984?~", "'1984?~' is no date.", "Perhaps 1984% was meant."),
        ("196x", "'196x' is no date.", "Perhaps 196X was meant."),
        ("2023-2-3/2023-2-9", "'2023-2-3/2023-2-9' is no date.", "Perhaps 2023-02-03/2023-02-09 was meant."),
        ("2023-05/2023-02", "2023-05/2023-02: it ends before it begins.", "Write the earlier date first."),
        ("yesterday", "'yesterday' is no date.", "Write 2023, 2023-02 or 2023-02-13;"),
        ("jan feb mar", "'jan feb mar' is no date.", "Write 2023"),
    ],
)
def test_a_mistyped_date_is_told_what_to_write(text: str, message: str, hint: str) -> None:
    with pytest.raises(BadDate) as raised:
        parse(text)
    assert raised.value.message == message
    assert hint in raised.value.hint


@given(st.text("0123456789-X/.[]{},?~%YTZES: jant", max_size=12))
def test_any_text_is_a_date_or_a_bad_date(text: str) -> None:
    if is_valid(text):
        assert canonical(canonical(text)) == canonical(text)


# --- Any date ----------------------------------------------------------------------------------------------

qualifiers = st.sampled_from(["", "", "", "?", "~", "%"])
days = st.dates(date(1, 1, 1), date(9998, 12, 31))


@st.composite
def plain_dates(draw: st.DrawFn) -> str:
    """Make a date or season with any unspecified digits and qualifiers; not always a true one."""
    parts = [draw(st.sampled_from(["", "-"])) + draw(st.text("0123X", min_size=4, max_size=4))]
    if draw(st.booleans()):
        parts.append(draw(st.sampled_from(["01", "02", "12", "0X", "1X", "X2", "XX", "24", "30", "36", "41"])))
        if draw(st.booleans()):
            parts.append(draw(st.sampled_from(["01", "28", "29", "31", "0X", "3X", "X1", "XX"])))
    return "-".join(draw(qualifiers) + part + draw(qualifiers) for part in parts)


@st.composite
def any_dates(draw: st.DrawFn) -> str:
    one, other = draw(plain_dates()), draw(plain_dates())
    shape = draw(st.sampled_from(["{0}", "{0}/{1}", "../{0}", "{0}/", "[{0},{1}]", "{{{1},{0}..}}", "[{0}..{1}]"]))
    return shape.format(one, other)


@given(any_dates())
def test_the_canonical_text_is_stable_and_means_the_same(text: str) -> None:
    assume(is_valid(text))
    again = parse(canonical(text))
    assert again == parse(text)
    assert again.text == canonical(text)
    assert when_bounds({"on": again.text}) == when_bounds({"on": text})


@given(any_dates())
def test_no_date_ends_before_it_begins(text: str) -> None:
    assume(is_valid(text))
    lower, upper = bounds(text)
    assert lower is None or upper is None or lower <= upper


@given(days, st.data())
def test_a_vaguer_date_contains_the_exact_one_that_it_was_made_from(day: date, data: st.DataObject) -> None:
    exact = day.isoformat()
    masked = "".join(
        "X" if digit != "-" and data.draw(st.booleans(), label="unspecified") else digit for digit in exact
    )
    quarter = f"{exact[:4]}-{33 + (day.month - 1) // 3}"
    later = (day + timedelta(data.draw(st.integers(0, 100), label="days later"))).isoformat()
    vaguer = [exact[:4], exact[:7], masked, masked[:7], masked[:4], quarter, f"{exact}~", f"../{later}"]
    vaguer += [f"{exact[:7]}/{later}", f"[{later},{exact}]", f"{{{exact[:4]}..}}", f"[{exact[:7]}..{later}]"]
    for text in vaguer:
        lower, upper = bounds(text)
        assert lower is None or lower <= exact, text
        assert upper is None or exact <= upper, text


exact_days = st.tuples(st.integers(-9999, 9999), st.integers(1, 12), st.integers(1, 28))


@given(st.lists(exact_days, min_size=2, max_size=8))
def test_bounds_sort_as_text_as_the_days_do_on_both_sides_of_year_0(
    found: list[tuple[int, int, int]],
) -> None:
    def text(year: int, month: int, day: int) -> str:
        return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"

    by_text = sorted(found, key=lambda day: bounds(text(*day))[0] or "")
    assert by_text == sorted(found)
    assert all(iso_bounds(text(*day)) == (text(*day), text(*day)) for day in found)


# --- When --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"on": "2023-02-13"}, (None, "2023-02-13", "2023-02-13", None)),
        ({"on": "2023-02-13/2023-02-14"}, (None, "2023-02-13", "2023-02-14", None)),
        ({"on": "2023-02/2023-04-10"}, (None, "2023-02-28", "2023-04-10", None)),
        ({"on": "2023-02"}, (None, "2023-02-01", "2023-02-28", None)),
        ({"on": "2023-02-XX"}, (None, "2023-02-28", "2023-02-01", None)),
        ({"on": "[2023-02-13,2023-03]"}, (None, "2023-03-01", "2023-02-13", None)),
        ({"on": "2023-02-13/.."}, (None, "2023-02-13", "2023-02-13", None)),
        ({"on": "2023-21"}, (None, "2023-09-01", "2023-05-31", None)),
        ({"from": "2023-02"}, ("2023-02-01", "2023-02-28", "2023-02-01", None)),
        ({"until": "2023-02"}, (None, "2023-02-28", "2023-02-01", "2023-02-28")),
        ({"during": "2023-02"}, (None, "2023-02-28", "2023-02-01", None)),
        ({"from": "2022", "until": "2023-02-10"}, ("2022-01-01", "2022-12-31", "2023-02-10", "2023-02-10")),
        ({"from": "2022", "on": "2022-05-01"}, ("2022-01-01", "2022-05-01", "2022-05-01", None)),
        ({}, (None, None, None, None)),
    ],
)
def test_a_when_has_four_bounds(when: dict[str, str], expected: tuple[str | None, ...]) -> None:
    assert when_bounds(when) == expected


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ({"from": "2023-02", "until": "2022"}, "until 2022 is before from 2023-02."),
        ({"on": "2023-02-13", "from": "2023-03"}, "on 2023-02-13 reaches outside from 2023-03."),
        ({"on": "2023-02", "until": "2023-02-10"}, "on 2023-02 reaches outside until 2023-02-10."),
        ({"on": "2023-05/2023-02"}, "2023-05/2023-02: it ends before it begins."),
        ({"during": "2023-02", "from": "2023-02"}, "`during` stands alone."),
        ({"since": "2023-02"}, "There is no time 'since'."),
        ({"from": "2023-02-30"}, "2023-02-30: February 2023 has 28 days."),
    ],
)
def test_a_when_that_cannot_be_is_refused(when: dict[str, str], message: str) -> None:
    with pytest.raises(BadDate) as raised:
        when_bounds(when)
    assert raised.value.message == message
    assert raised.value.hint


def test_what_is_not_known_is_possible_and_never_certain() -> None:
    assert possible(Bounds(None, None, None, None), "2023-02-13")
    assert not certain(Bounds(None, None, None, None), "2023-02-13")
    assert not possible(Bounds("2023-02-14", None, None, None), "2023-02-13")
    assert not possible(Bounds(None, None, None, "2023-02-12"), "2023-02-13")


# The model: a date means one of several stretches of days, a spell is a first and a last day on which it
# held, and a `when` allows some of all the spells there are around January and February 2023.

DAYS = [(date(2022, 12, 29) + timedelta(n)).isoformat() for n in range(65)]
SPELLS = [(first, last) for first in DAYS for last in DAYS if first <= last]
Stretches = list[tuple[str, str]]
Dated = tuple[str, Stretches]

some_days = st.sampled_from([day for day in DAYS if day.startswith("2023-0") and day < "2023-03"])
exact_dates: st.SearchStrategy[Dated] = some_days.map(lambda day: (day, [(day, day)]))
months: st.SearchStrategy[Dated] = st.sampled_from(["2023-01", "2023-02"]).map(
    lambda month: (month, [(f"{month}-01", max(day for day in DAYS if day.startswith(month)))])
)
masked_days: st.SearchStrategy[Dated] = some_days.map(
    lambda day: (f"{day[:9]}X", [(other, other) for other in DAYS if other[:9] == day[:9]])
)


@st.composite
def intervals(draw: st.DrawFn) -> Dated:
    (start, starts), (end, ends) = draw(exact_dates | masked_days), draw(exact_dates | masked_days)
    stretches = [(first, last) for (first, _), (_, last) in product(starts, ends) if first <= last]
    assume(stretches)
    return f"{start}/{end}", stretches


@st.composite
def sets(draw: st.DrawFn) -> Dated:
    members = draw(st.lists(exact_dates | months | masked_days, min_size=1, max_size=3))
    text = ",".join(text for text, _ in members)
    return f"[{text}]", [stretch for _, stretches in members for stretch in stretches]


def whens(dates: st.SearchStrategy[Dated]) -> st.SearchStrategy[dict[str, Dated]]:
    keys = [["on"], ["from"], ["until"], ["during"], ["from", "until"], ["on", "from"], ["on", "until"]]
    keys += [["on", "from", "until"]]
    return st.sampled_from(keys).flatmap(lambda chosen: st.fixed_dictionaries(dict.fromkeys(chosen, dates)))


def allows(key: str, stretches: Stretches, first: str, last: str) -> bool:
    match key:
        case "on":
            return any(first <= start and end <= last for start, end in stretches)
        case "from":
            return any(start <= first <= end for start, end in stretches)
        case "until":
            return any(start <= last <= end for start, end in stretches)
        case _:
            return any(first <= end and start <= last for start, end in stretches)


def spells(when: dict[str, Dated]) -> list[tuple[str, str]]:
    return [spell for spell in SPELLS if all(allows(key, stretches, *spell) for key, (_, stretches) in when.items())]


def bounds_or_none(when: dict[str, Dated]) -> Bounds | None:
    try:
        return when_bounds({key: text for key, (text, _) in when.items()})
    except BadDate:
        return None


@given(whens(exact_dates | months | masked_days | intervals() | sets()))
def test_no_spell_that_a_when_allows_is_outside_its_bounds(when: dict[str, Dated]) -> None:
    allowed, found = spells(when), bounds_or_none(when)
    if found is None:
        assert not allowed
        return
    assume(allowed)
    for day in DAYS:
        held = [first <= day <= last for first, last in allowed]
        assert all(held) or not certain(found, day)
        assert not any(held) or possible(found, day)
        assert possible(found, day) or not certain(found, day)


@given(whens(exact_dates | months))
def test_bounds_are_as_tight_as_exact_dates_allow(when: dict[str, Dated]) -> None:
    allowed, found = spells(when), bounds_or_none(when)
    assert (found is None) == (not allowed)
    if found is not None:
        firsts, lasts = zip(*allowed, strict=True)
        assert (found.earliest_start or DAYS[0], found.latest_start) == (min(firsts), max(firsts))
        assert (found.earliest_end, found.latest_end or DAYS[-1]) == (min(lasts), max(lasts))
