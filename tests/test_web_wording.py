from __future__ import annotations

from dataclasses import fields

import pytest

from whence.reading import Fact
from whence.web import wording
from whence.web.cells import page_of, shown

# Of a fact only its four bounds matter here.
NOTHING = dict.fromkeys(field.name for field in fields(Fact))


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((None, None, None, None), ""),
        ((None, "2023-02-13", "2023-02-13", None), "on 2023-02-13"),
        ((None, "2023-02-13", "2023-02-17", None), "on record for 2023-02-13 to 2023-02-17"),
        ((None, "2023-01-31", "2023-01-01", None), "at some time in 2023-01"),
        ((None, "2026-11-21", "2023-02-14", None), "at some time in 2023-02-14 to 2026-11-21"),
        (("2005-01-01", "2005-12-31", "2023-02-14", None), "from 2005, still so on 2023-02-14"),
        (("2005-01-01", "2006-12-31", None, None), "from between 2005 and 2006"),
        (("1968-03-01", "1968-03-31", "2001-01-01", "2001-12-31"), "from 1968-03 until 2001"),
        ((None, None, "2001-05-01", "2001-05-01"), "until 2001-05-01"),
    ],
)  # fmt: skip
def test_a_time_is_told_no_more_exactly_than_its_bounds(bounds: tuple[str | None, ...], said: str) -> None:
    names = ("earliest_start", "latest_start", "earliest_end", "latest_end")
    assert wording.held(Fact(**{**NOTHING, **dict(zip(names, bounds, strict=True))})) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2023-02-01", "2023-02-28", "2023-02"),
        ("2024-02-01", "2024-02-29", "2024-02"),
        ("2023-02-01", "2024-02-28", "2023-02-01 to 2024-02-28"),
        ("2020-01-01", "2023-12-31", "2020 to 2023"),
        ("2023-01-01", "2023-11-30", "2023-01 to 2023-11"),
        (None, "2023-01-31", "2023-01-31 or earlier"),
        ("2023-02-14", None, "2023-02-14 or later"),
        ("-9998-03-15", "-9998-03-15", "-0001-03-15"),
    ],
)
def test_a_stretch_of_days_is_told_in_the_shortest_words(first: str | None, last: str | None, said: str) -> None:
    assert wording.days(first, last) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-02-13", "2023-02-13"),
        ("[2023-02-14..]", "2023-02-14 or later"),
        ("[..2023-01]", "2023-01 or earlier"),
        ("[2023-02-14..2023-02-17]", "between 2023-02-14 and 2023-02-17"),
        ("2023-02-13/2023-02-14", "2023-02-13 to 2023-02-14"),
        ("2023-01-XX", "2023-01-XX"),
        ("../2023", "../2023"),
        ("[2022,2023]", "[2022,2023]"),
    ],
)
def test_edtf_is_told_in_words_where_words_say_it_as_well(text: str, said: str) -> None:
    assert wording.edtf(text) == said


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https:///x", False),
        ("http://[bad", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str | None, linked: bool) -> None:  # noqa: FBT001
    assert (wording.address(url) is not None) == linked


def test_counts_agree_with_their_nouns_and_say_where_counting_stopped() -> None:
    assert wording.counted(1, "entity") == "1 entity"
    assert wording.counted(2_000, "entity") == "2,000 entities"
    assert wording.counted(101, "claim", most=100) == "more than 100 claims"


def test_a_cell_links_ids_and_escapes_names() -> None:
    linked = shown({"value": "kim", "label": "<b>Kim"}, "entity", "fact", str)
    assert linked == '<a href="/entity/kim">&lt;b&gt;Kim</a>'
    assert shown("some text", "value", "fact", str) is None
    assert shown(None, "entity", "fact", str) is None
    assert page_of("person", "kim") == "/entity/kim"
    assert page_of("property", "rank") is None


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("ace, on the two days and on the ", "on the two days and on the ", "ace, on the two days and on the "),
        (", Lieutenant General Francesco D", "Lieutenant General Francesco D", ", Lieutenant General Francesco"),
        ("short ", "short ", "short "),
        ("x" * 32, "x" * 32, "x" * 32),
        (None, "", ""),
    ],
)
def test_words_beside_a_passage_do_not_begin_or_end_within_a_word(words: str | None, before: str, after: str) -> None:
    assert wording.context(words, before=True) == before
    assert wording.context(words, before=False) == after
