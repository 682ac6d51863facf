"""Equal values have equal bytes, and no other bytes pass for them."""

from __future__ import annotations

import hashlib
import json
import time
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence import canonical
from whence.errors import BadInput

MAX = 2**53 - 1

texts = st.text(
    st.one_of(
        st.sampled_from('\t\n"\\/“”\u200e\u200f\u202e\u2028\ufeff\U0001f600e\u0301'),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=30,
)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
values = st.recursive(
    st.one_of(texts, st.integers(-MAX, MAX), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)


def reference(value: object) -> bytes:
    """Serialise as RFC 8785 by another program: for ASCII keys and no floats, these options are JCS."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical.encode(value) == reference(value)
    assert canonical.text(value).encode() == reference(value)


@given(values)
def test_what_is_encoded_is_canonical_and_reads_back_the_same(value: object) -> None:
    line = canonical.encode(value)
    assert canonical.is_canonical(line)
    assert json.loads(line) == value


@given(texts)
def test_a_quoted_string_is_its_canonical_json(string: str) -> None:
    assert canonical.quote(string).encode() == canonical.encode(string) == reference(string)


def test_the_example_of_rfc_8785_that_fits_the_form() -> None:
    # Section 3.2.2 without its floats, its null and its control character.
    value = {"string": '\u20ac$\nA\'B"\\\\"/', "literals": [True, False], "numbers": [333333333]}
    assert canonical.encode(value) == (
        b'{"literals":[true,false],"numbers":[333333333],"string":"\xe2\x82\xac$\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_and_order_does_not_matter() -> None:
    assert canonical.text({"b": 1, "a_b": 2, "ab": 3, "a1": 4}) == '{"a1":4,"a_b":2,"ab":3,"b":1}'
    assert canonical.encode({"a": 1, "b": 2}) == canonical.encode({"b": 2, "a": 1})


def test_true_is_not_one() -> None:
    assert canonical.text([True, 1, False, 0]) == "[true,1,false,0]"


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        1.0, 0.1, float("nan"), float("inf"), 2**53, -(2**53), 10**400, None, {"a": None}, [None], b"bytes",
        {1, 2}, Decimal(1), Colour.RED, UUID(int=0), datetime(2023, 2, 17, tzinfo=UTC),
        pytest.param(object(), id="object"),
        {1: "a"}, {True: "a"}, {None: "a"}, {Colour.RED: "a"},
        {"": 1}, {"A": 1}, {"a-b": 1}, {"1a": 1}, {"_a": 1}, {"a ": 1}, {"a\n": 1}, {"é": 1}, {"a٣": 1},
        {"\ud800": 1},
    ],
    ids=ascii,
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        canonical.encode(value)
    with pytest.raises(BadInput):
        canonical.encode({"within": [value]})


@pytest.mark.parametrize("code", [*range(9), 11, 12, 13, *range(14, 32), *range(0x7F, 0xA0), 0xD800, 0xDFFF])
def test_control_characters_and_lone_surrogates_are_refused(code: int) -> None:
    for write in (canonical.encode, canonical.quote, canonical.normal):
        with pytest.raises(BadInput, match=rf"Character 3 is U\+{code:04X}"):
            write(f"é\n{chr(code)}b")


def test_a_refused_character_is_named_with_its_place() -> None:
    with pytest.raises(BadInput) as caught:
        canonical.normal("Director\x00, Security Division")
    assert caught.value.message == "Character 9 is U+0000, a null character, which cannot be recorded."
    assert "Remove it" in caught.value.hint


def test_nesting_ends_somewhere_and_a_list_within_itself_is_refused() -> None:
    deep: object = "x"
    for _ in range(canonical.MAX_DEPTH):
        deep = [deep]
    assert canonical.is_canonical(canonical.encode(deep))
    endless: list[object] = []
    endless.append(endless)
    for value in ([deep], endless):
        with pytest.raises(BadInput, match="nests more than 100"):
            canonical.encode(value)


def test_null_stands_only_as_the_source_of_an_event() -> None:
    event: dict[str, object] = {
        "actor": "Jo",
        "data": {},
        "recorded_at": "2023",
        "salt": "00",
        "source": None,
        "type": "type.defined",
    }
    line = b'{"actor":"Jo","data":{},"recorded_at":"2023","salt":"00","source":null,"type":"type.defined"}'
    assert canonical.encode(event) == line
    assert canonical.is_canonical(line)
    for value in (
        {**event, "actor": None},
        {**event, "more": 1},
        {**event, "data": {"source": None}},
        {"source": None},
    ):
        with pytest.raises(BadInput, match="Null"):
            canonical.encode(value)


@given(
    st.tuples(texts, texts, texts, texts),
    st.none() | texts,
    st.dictionaries(keys, values, max_size=4),
)
def test_an_event_put_together_from_its_columns_is_the_event_encoded_whole(
    columns: tuple[str, str, str, str], source: str | None, data: dict[str, object]
) -> None:
    kind, actor, recorded_at, salt = columns
    line = canonical.envelope(
        type=kind,
        actor=actor,
        recorded_at=recorded_at,
        source=source,
        salt=salt,
        data_text=canonical.text(data),
    )
    assert line == canonical.encode(json.loads(line))
    assert list(json.loads(line).values()) == [actor, data, recorded_at, salt, source, kind]


@pytest.mark.parametrize("actor", ["Jo\x00", "Jo\x7f", "Jo\ud800", "Jo\r\n"])
def test_an_event_with_a_forbidden_character_in_a_column_is_refused(actor: str) -> None:
    with pytest.raises(BadInput):
        canonical.envelope(type="claim.made", actor=actor, recorded_at="2023", source=None, salt="00", data_text="{}")


def test_the_leaf_hash_is_tagged_with_a_zero_byte() -> None:
    assert canonical.leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert canonical.leaf_hash(b"{}") == hashlib.sha256(b"\x00{}").hexdigest()


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"nonsense", b"{} ", b" {}", b"{}\n", b"{}{}", b'{"a": 1}', b'{"b":1,"a":2}',
        b'{"a":1,"a":1}', b'{"a":1,"a":2}', b'{"a":1.0}', b'{"a":1e2}', b'{"a":-0}', b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":1' + b"0" * 400 + b"}", b'{"a":NaN}', b'{"a":null}', b"null", b'{"A":1}', b'{"\xc3\xa9":1}',
        b'{"a":"\\u0041"}', b'{"a":"\\/"}', b'{"a":"\\u000a"}', b'{"a":"\\u0000"}', b'{"a":"\\r"}',
        b'{"a":"\x00"}',
        b'{"a":"\t"}', b'{"a":"\x7f"}', b'{"a":"\xc2\x85"}', b'{"a":"\\ud800"}', b'{"a":"\\ud83d\\ude00"}',
        b'{"a":"\xed\xa0\x80"}', b'{"a":"\xff"}', b'{"a":"\xc0\xaf"}', b"\xef\xbb\xbf{}",
        b"[" * 100_000, b"[" * 500 + b"]" * 500, b"[" * 101 + b"]" * 101, b'{"a":' * 100_000,
    ],
    ids=lambda line: ascii(line[:30]),
)  # fmt: skip
def test_any_other_bytes_are_not_canonical_and_raise_nothing(line: bytes) -> None:
    assert canonical.is_canonical(line) is False


@given(st.binary(max_size=60))
def test_random_bytes_raise_nothing(line: bytes) -> None:
    assert canonical.is_canonical(line) in {True, False}


@given(values, st.integers(0), st.sampled_from(b' \n\t"\\0aA,:{}[]\x00\xff'))
def test_a_canonical_line_changed_in_one_byte_is_another_value_or_none(value: object, place: int, byte: int) -> None:
    line = bytearray(canonical.encode(value))
    before = bytes(line)
    line[place % len(line)] = byte
    after = bytes(line)
    if after != before and canonical.is_canonical(after):
        assert json.loads(after) != value or type(json.loads(after)) is not type(value)


def test_text_is_recorded_in_normal_form_c() -> None:
    assert canonical.normal("e\u0301") == "\u00e9"
    assert canonical.normal("\u212b") == "\u00c5"


@given(texts)
def test_normal_text_stays_as_it_is_and_can_be_encoded(string: str) -> None:
    once = canonical.normal(string)
    assert canonical.normal(once) == once == unicodedata.normalize("NFC", string)
    assert canonical.is_canonical(canonical.encode(once))


@pytest.mark.parametrize(
    "string",
    [
        "",
        "plain",
        "two\tfields\nand lines",
        "\u200fعربي\u200e",
        "\u202eabc\u202c",
        "👩‍👩‍👧",
        "a\u00adb",
        "\ufeffa",
        "\u2028",
    ],
    ids=ascii,
)
def test_marks_of_direction_emoji_and_invisible_characters_are_kept(string: str) -> None:
    assert canonical.normal(string) == string
    assert json.loads(canonical.encode(string)) == string


@pytest.mark.parametrize("letter", ["a", "é", "語", "😀"])
def test_a_text_over_a_million_bytes_is_refused(letter: str) -> None:
    fits = 1_000_000 // len(letter.encode())
    assert canonical.normal(letter * fits) == letter * fits
    with pytest.raises(BadInput, match="at most 1,000,000"):
        canonical.normal(letter * (fits + 1))


def test_a_text_that_would_take_minutes_to_normalise_is_refused_at_once() -> None:
    started = time.perf_counter()
    with pytest.raises(BadInput, match="200 combining marks stand in a row"):
        canonical.normal("a" + "\u0301\u0316" * 200_000)
    assert canonical.normal("é" + "-" * 500_000)
    assert canonical.normal(("a" + "\u0316\u0301" * 99) * 2_000)
    assert time.perf_counter() - started < 5


@settings(max_examples=30)
@given(st.text(st.characters(categories=["Mn", "Mc", "Pd"]), min_size=1, max_size=60))
def test_letters_with_the_marks_of_any_script_are_accepted(marks: str) -> None:
    assert canonical.normal(f"a{marks}") == unicodedata.normalize("NFC", f"a{marks}")
