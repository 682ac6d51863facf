"""A quote is found where it stands, whatever typesetting did to it, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from whence.errors import BadInput
from whence.passages import Place, context, find, fold, paragraph, paragraphs

# Letters of several scripts, combining marks, marks of direction, emoji with joiners, and what is folded.
PIECES = st.one_of(
    st.sampled_from("abcdeAB 019\n\t.,'\"-é한국من北京…ﬁﬄ"),
    st.sampled_from(["\n\n", "x\u0304", "\u064e", "\u0640", "\u200f", "👩\u200d🚀", "👍🏽", "\u00ad", "\u200b"]),
    st.sampled_from(["\u00a0", "\u201c", "\u2019", "\u2013", "\u2014", "co-\noperate ", "well-known "]),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map(lambda p: unicodedata.normalize("NFC", "".join(p)))


@given(TEXTS, st.data())
def test_a_quote_cut_from_a_text_is_found_exactly_where_it_was(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    assume(quote.strip() and unicodedata.is_normalized("NFC", quote))
    found = find(text, quote)
    assert found.how == "exact"
    assert (start, end) in found.places
    assert all(text[place.start : place.end] == quote for place in found.places)


@given(TEXTS, TEXTS, TEXTS)
def test_a_folded_quote_leads_back_to_a_stretch_that_folds_alike(before: str, quote: str, after: str) -> None:
    assume(fold(quote))
    typeset = quote.replace(" ", "\u00a0\n").replace("'", "\u2018").replace('"', "\u201d").replace("fi", "ﬁ")
    text = f"{before} | {typeset} | {after}"
    found = find(text, quote)
    assert found.places
    assert all(fold(text[place.start : place.end]) == fold(quote) for place in found.places)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("He said “it\u2019s over” \u2013 and left.", 'said "it\'s over" - and'),
        ("The of\u00adﬁ\u00adcial e\u200bﬀort", "official effort"),
        ("talks on infor-\n  mation sharing", "information sharing"),
        ("a well-\nknown fact", "well-known fact"),
        ("a well-\nknown fact", "wellknown fact"),
        ("seventy\u00a0\u2009 five\r\nofficers", "seventy five officers"),
        ("국방부는   2월 13일\n발표했다", "국방부는 2월 13일 발표했다"),
        ("قال الوزيـــر إنّ", "الوزير إنّ"),
        ("\u200fتمت \u202bرحلة\u202c قطر", "تمت رحلة قطر"),
        ("会谈在北\n京举行", "在北京举行"),
        ("and so on…", "so on..."),
        ("years 2010\u20132012", "2010-2012"),
    ],
)
def test_what_typesetting_changed_is_folded(text: str, quote: str) -> None:
    found = find(text, quote)
    assert found.how == "folded"
    assert len(found.places) == 1
    place = found.places[0]
    assert fold(text[place.start : place.end]) == fold(quote)
    assert not text[place.start].isspace()
    assert not text[place.end - 1].isspace()


def test_offsets_count_code_points_of_the_text_as_it_stands() -> None:
    text = "👩\u200d🚀 said:\n\n“The  ﬁnal\u00ad ﬂight”"
    found = find(text, "The final flight")
    assert found.places == (Place(12, 28),)
    assert text[12:28] == "The  ﬁnal\u00ad ﬂight"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("the united nations", "The United Nations"),
        ("a wellknown fact", "well-known fact"),
        ("we resign today", "we re-sign today"),
        ("the ﬁle is here", "ile is here"),
        ("talks 2010\u20132012", "talks 20102012"),
    ],
)
def test_what_the_quote_says_otherwise_is_not_folded_away(text: str, quote: str) -> None:
    assert find(text, quote).how == "nowhere"


def test_a_quote_in_decomposed_letters_is_found_in_composed_text() -> None:
    assert find("le résumé", unicodedata.normalize("NFD", "résumé")).places == (Place(3, 9),)


def test_every_place_is_told_in_order_and_no_more_than_asked() -> None:
    assert find("aXa aXa", "aXa").places == (Place(0, 3), Place(4, 7))
    assert find("aaaa", "aa").places == (Place(0, 2), Place(1, 3), Place(2, 4))
    assert find("aaaa", "aa", limit=2).places == (Place(0, 2), Place(1, 3))


def test_what_stands_around_narrows_several_places() -> None:
    text = "Status: this is optional. Key: this is optional. End."
    assert find(text, "this is optional", prefix="Key: ").places == (Place(31, 47),)
    assert find(text, "this is optional", suffix=".  Key").places == (Place(8, 24),)
    assert find(text, "this is optional", prefix="Nowhere: ").places == (Place(8, 24), Place(31, 47))


def test_near_matches_are_offered_best_first_and_never_taken() -> None:
    text = "Talks were held on 13 February in Brussels.\nTalks were held on 14 March in Seoul. Nothing else."
    found = find(text, "Talks were held on 13 Febuary at Brussels.")
    assert found.places == ()
    assert found.how == "nowhere"
    assert found.near[0].text.startswith("Talks were held on 13 February in Brussels")
    assert [near.score for near in found.near] == sorted((near.score for near in found.near), reverse=True)
    assert len(found.near) <= 3
    assert all(text[near.start : near.end] == near.text for near in found.near)


def test_nothing_is_offered_where_nothing_resembles() -> None:
    assert find("한국 국방부 발표", "an entirely different sentence") == ((), "nowhere", ())


@pytest.mark.parametrize("quote", ["", "  \n"])
def test_an_empty_quote_is_refused(quote: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        find("text", quote)


def test_a_quote_of_unseen_characters_alone_is_found_nowhere() -> None:
    assert find("text", "\u00ad\u200b") == ((), "nowhere", ())


def test_five_megabytes_do_not_hang() -> None:
    line = "On {0} the commander of unit {1} “reported” to headquarters\nand returned.\n\n"
    text = "".join(line.format(number, number * 7919 % 100_003) for number in range(72_000))
    assert len(text) > 5_000_000
    clock = time.perf_counter()
    assert find(text, "the commander of unit 100000 ").how in {"exact", "nowhere"}
    unit = 71_999 * 7919 % 100_003
    assert find(text, f'On 71999 the commander of unit {unit} "reported" to').how == "folded"
    assert find(text, f"On 71999 teh commandr of unit {unit} reported").near
    # Each takes about half a second on a desk; the bound only tells a hang from a slow machine.
    assert time.perf_counter() - clock < 30


def test_importing_the_module_does_not_import_rapidfuzz() -> None:
    code = "import sys, whence.passages, whence.drift; sys.exit('rapidfuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_context_is_what_stands_on_either_side() -> None:
    assert context("one two three", 4, 7, size=3) == ("ne ", " th")
    assert context("two", 0, 3) == ("", "")


def test_context_does_not_part_a_letter_from_its_marks() -> None:
    text = "ax\u0304\u0301 quote x\u0304\u0301b"
    assert context(text, 5, 10, size=2) == ("x\u0304\u0301 ", " x\u0304\u0301")
    assert context("👩\u200d🚀 q 👍🏽.", 4, 5, size=2) == ("👩\u200d🚀 ", " 👍🏽")


@given(TEXTS, st.data())
def test_context_joined_to_its_stretch_stands_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    prefix, suffix = context(text, start, end, size=4)
    assert text[:start].endswith(prefix)
    assert text[end:].startswith(suffix)
    assert len(prefix) >= min(4, start)
    assert len(suffix) >= min(4, len(text) - end)


def test_a_stretch_outside_the_text_is_a_broken_invariant() -> None:
    with pytest.raises(ValueError, match="no stretch"):
        context("text", 2, 9)
    with pytest.raises(ValueError, match="no stretch"):
        paragraph("text", 3, 2)


def test_paragraphs_are_parted_by_blank_lines() -> None:
    text = "Title\nby Jo\n\nFirst line\nsecond line\n \n\nLast.\n"
    assert [text[start:end] for start, end in paragraphs(text)] == [
        "Title\nby Jo",
        "First line\nsecond line",
        "Last.\n",
    ]
    second = paragraph(text, text.index("second"), text.index("second") + 6)
    assert second.locator == "¶ 2"
    assert text[second.start : second.end] == "First line\nsecond line"


def test_a_text_without_blank_lines_is_parted_by_line_feeds() -> None:
    text = "one\ntwo\nthree\n"
    assert paragraph(text, 4, 7).locator == "¶ 2"
    assert paragraph(text, 8, 13) == (3, 3, 8, 13)


def test_a_passage_across_paragraphs_names_the_first_and_the_last() -> None:
    text = "a\n\nb\n\nc\n\nd and more\n\ne"
    assert paragraph(text, text.index("d"), len(text)).locator == "¶ 4\N{EN DASH}5"
    assert paragraph(text, 0, 1).locator == "¶ 1"


@pytest.mark.parametrize("text", ["", "\n", " \n\n "])
def test_a_text_without_words_is_one_paragraph(text: str) -> None:
    assert paragraph(text, 0, len(text)) == (1, 1, 0, len(text))


@given(TEXTS, st.data())
def test_a_paragraph_holds_its_stretch_unless_it_is_blank(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assume(not text[start].isspace() and not text[end - 1].isspace())
    found = paragraph(text, start, end)
    assert found == paragraph(text, start, end, among=paragraphs(text))
    assert found.start <= start
    assert end <= found.end
    assert 1 <= found.first <= found.last <= len(paragraphs(text))
