from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from whence import passages
from whence.web import marking
from whence.web.marking import Mark, Token


def mark(key: str, start: int, end: int) -> Mark:
    return Mark(key, start, end, 1, f"/fact/{key}", key, "affirms")


def written(tokens: list[Token] | tuple[Token, ...]) -> str:
    """Return tokens as a reader of the source of a page would: `[` and `]` for a mark."""
    signs = {"open": "[", "close": "]"}
    return "".join(signs.get(one.what, one.text) for one in tokens)


def test_crossing_passages_are_nested_pieces() -> None:
    (shown,) = marking.shown("military staff talks in Seoul", [mark("kind", 0, 20), mark("place", 9, 29)])
    assert written(shown.tokens) == "[military ][[staff talks] in Seoul]"
    assert [one.path for one in shown.tokens if one.what == "text"] == ["/fact/kind", "/fact/kind", "/fact/place"]
    assert [one.first for one in shown.tokens if one.what == "open"] == [True, True, False]


def test_a_passage_within_another_is_nested_whole() -> None:
    (shown,) = marking.shown("James McConville and Park", [mark("first", 0, 16), mark("both", 0, 25)])
    assert written(shown.tokens) == "[[James McConville] and Park]"


def test_a_passage_across_paragraphs_begins_in_one_and_goes_on_in_the_next() -> None:
    first, second = marking.shown("One ends\n\nand two begins", [mark("both", 4, 13)])
    assert (written(first.tokens), written(second.tokens)) == ("One [ends]", "[and] two begins")
    assert [one.first for shown in (first, second) for one in shown.tokens if one.what == "open"] == [True, False]


def test_of_a_long_text_only_what_surrounds_the_marks_is_shown() -> None:
    text = "\n\n".join(f"Paragraph {number} " + "of many words " * 20 for number in range(1000))
    at = text.index("Paragraph 500 ")
    shown = marking.shown(text, [mark("one", at, at + 13)])
    assert [(one.number, one.left_out) for one in shown] == [(0, 500), (501, 0), (0, 499)]
    one_line = "word " * 100_000
    (line,) = marking.shown(one_line, [mark("one", 250_000, 250_004)])
    assert len(written(line.tokens)) < 4_000
    assert sum(one.left_out for one in line.tokens) + len("".join(one.text for one in line.tokens)) == len(one_line)


def test_a_passage_in_a_long_paragraph_is_shown_with_what_stands_near_it() -> None:
    tokens = marking.around("word " * 10_000, mark("one", 25_000, 25_004))
    assert [one.left_out for one in tokens if one.what == "gap"] == [24_400, 24_396]
    assert len(written(tokens)) < 1_300


TEXTS = st.text(alphabet="ab \n", min_size=1, max_size=60)
PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=30)


@settings(max_examples=100)
@given(TEXTS, PLACES)
def test_marks_leave_the_text_as_it_is_nest_and_cover_what_they_mark(text: str, places: list[tuple[int, int]]) -> None:
    marks = [mark(f"m{n}", start, start + size) for n, (start, size) in enumerate(places) if start + size <= len(text)]
    for shown, place in zip(marking.shown(text, marks), passages.paragraphs(text), strict=True):
        depth = 0
        at = place.start
        for one in shown.tokens:
            depth += {"open": 1, "close": -1}.get(one.what, 0)
            assert 0 <= depth <= marking.DEEPEST + 1
            if one.what == "text":
                covering = [m for m in marks if m.start <= at and m.end >= at + len(one.text)]
                assert bool(one.path) == bool(covering)
                assert not one.path or one.path in {m.path for m in covering}
                at += len(one.text)
        assert depth == 0
        assert at == place.end
        assert "".join(one.text for one in shown.tokens) == text[place.start : place.end]
    begun = [
        m.key
        for shown in marking.shown(text, marks)
        for one in shown.tokens
        if one.first
        for m in one.marks
        if one.what == "open"
    ]
    inside = [m.key for m in marks if text[m.start : m.end].strip()]
    assert sorted(begun) == sorted(set(begun))
    assert set(inside) <= set(begun)
