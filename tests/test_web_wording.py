from __future__ import annotations

import pytest

from whence.web import wording
from whence.web.cells import page_of, shown


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
