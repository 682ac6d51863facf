"""What a source gave is kept; two values that say the same have one key; nothing hostile gets through."""

# ruff: noqa: RUF001 - letters that look alike are what some of these tests are about

from __future__ import annotations

import re
import sqlite3
import sys
import time
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence import values
from whence.errors import BadDate, BadInput, BadValue

SAMPLES = {
    "text": [
        "Lieutenant General",
        "two\nlines",
        "—",
        "İstanbul ẞtraße ﬁ ŉ",
        "\u200fعربي",
        "e\u0301",
        "№ ½ ™ …",
    ],
    "entity": ["francesco-diella", "x", "2023", "a" * 200],
    "date": [
        "2023",
        "2023-02-13",
        "2023-02",
        "2023~",
        "2023-02-13/2023-02-17",
        "2023/..",
        "../2023",
        "[2022,2023]",
    ],
    "number": ["75", "-0.50", "about 1,000", "70-80", "75..", "..80", "~0", "1 000", "007.10"],
    "url": [
        "https://example.org",
        "HTTP://EXAMPLE.org:80/%7ejo/../a%zz%%341?q=%c3%a9&é#top",
        "http://[::1]:8001/x",
    ],
    "point": ["37.5326,126.9786", "-0.0, +180", "\u221212.50,0"],
}
printable = st.text(
    st.one_of(
        st.sampled_from(
            " \t\n'\"`-\u2013\u2033\u00b4\u200b\u00ad\u200d\ufe0f\u0130\u00df\u1e9e\ufb01\u0149\u0345\u0301"
        ),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    min_size=1,
    max_size=20,
)
every_type = pytest.mark.parametrize("value_type", values.VALUE_TYPES)


def accepted(value_type: str, text: str) -> str | None:
    try:
        return values.read(value_type, text)
    except BadInput:
        return None


# --- All types -------------------------------------------------------------------------------------------


def test_the_value_types_are_those_of_the_design() -> None:
    assert values.VALUE_TYPES == ("text", "entity", "date", "number", "url", "point")


def test_an_unknown_value_type_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadValue, match="no value type 'colour'") as caught:
        values.read("colour", "red")
    assert "text, entity, date" in caught.value.hint


@every_type
def test_what_was_read_reads_the_same_again_and_its_key_is_its_own_key(value_type: str) -> None:
    for sample in SAMPLES[value_type]:
        value = values.read(value_type, sample)
        assert values.read(value_type, value) == value
        key = values.key(value_type, value)
        assert values.key(value_type, key) == key


@every_type
def test_outer_white_space_is_not_kept(value_type: str) -> None:
    sample = SAMPLES[value_type][0]
    assert values.read(value_type, f" \t\u00a0{sample}\n\u3000") == values.read(value_type, sample)


@every_type
@pytest.mark.parametrize(
    "hostile",
    [
        "",
        " ",
        "\n\t",
        "\x00",
        "75\x00",
        "a\x00b",
        "\ud800",
        "2023\udfff",
        "a\x1b[31m",
        "a\x7f",
        "a\x85b",
        "a\rb",
    ],
    ids=ascii,
)
def test_nothing_and_what_cannot_be_recorded_is_no_value(value_type: str, hostile: str) -> None:
    with pytest.raises((BadValue, BadDate)) as caught:
        values.read(value_type, hostile)
    assert caught.value.hint


@every_type
def test_a_megabyte_is_no_value_and_is_refused_at_once(value_type: str) -> None:
    started = time.perf_counter()
    for hostile in (
        "9" * 1_000_000,
        "1," * 500_000,
        " - " * 300_000 + "9",
        "e\u0301\u0316" * 200_000,
        "x" * 2_000_000,
    ):
        with pytest.raises((BadValue, BadDate)) as caught:
            values.read(value_type, hostile)
        assert len(str(caught.value)) < 400
    assert time.perf_counter() - started < 5


@every_type
@given(text=st.one_of(printable, st.text(max_size=20)))
def test_key_and_bounds_never_raise_even_for_a_value_of_another_type(value_type: str, text: str) -> None:
    assert isinstance(values.key(value_type, text), str)
    values.low(value_type, text)
    values.high(value_type, text)
    assert values.extent(value_type, text) in {True, False}


@every_type
@pytest.mark.parametrize(
    "text", ["..", "~", "9" * 400, "9" * 5_000, "1e999", "%", "http://", "http://[", "," * 600], ids=ascii
)
def test_key_and_bounds_never_raise_for_what_was_recorded_as_text(value_type: str, text: str) -> None:
    key = values.key(value_type, text)
    assert values.key(value_type, key) == key
    assert values.low(value_type, text) is values.high(value_type, text) is None
    assert not values.extent(value_type, text)


@every_type
@given(text=st.one_of(printable, st.from_regex(r"[~+-]?[0-9., ]{1,8}((\.\.|-| to )[0-9.,]{0,6})?", fullmatch=True)))
def test_whatever_is_accepted_reads_the_same_again_and_keeps_its_key(value_type: str, text: str) -> None:
    value = accepted(value_type, text)
    if value is None:
        return
    assert values.read(value_type, value) == value
    key = values.key(value_type, value)
    assert key
    assert values.key(value_type, key) == key


# --- Text ------------------------------------------------------------------------------------------------


def test_text_is_kept_as_the_source_gave_it() -> None:
    given_text = "Lieutenant  General “Francesco”\u200f – Director\n\tSecurity 👩‍👩‍👧"
    assert values.read("text", given_text) == given_text
    assert values.read("text", "Cafe\u0301") == "Café"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lieutenant General", "lieutenant\n  GENERAL"),
        ("Lieutenant General", "Lieutenant\u00a0General"),
        ("Su-Kwang Kim", "Su\u2010Kwang\u2003Kim"),
        ("2020-2021", "2020\u20132021"),
        ("a - b", "a \u2014 b"),
        ("-5", "\u22125"),
        ("'quoted'", "\u2018quoted\u2019"),
        ("O'Brien", "O\u02bcBrien"),
        ("O'Brien", "O`Brien"),
        ("5'", "5\u2032"),
        ('"quoted"', "\u201equoted\u201c"),
        ('"quoted"', "\u00abquoted\u00bb"),
        ('5"', "5\u2033"),
        ("Strasse", "Straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("№ 5", "No 5"),
        ("ﬁle", "FILE"),
        ("ＮＡＴＯ", "nato"),
        ("abc", "a\u200bb\u00adc\ufeff"),
        ("نص", "\u200fنص\u200e"),
        ("✈", "✈\ufe0f"),
        ("e\u0301", "É"),
    ],
    ids=ascii,
)
def test_two_texts_that_say_the_same_have_one_key(one: str, other: str) -> None:
    assert values.key("text", one) == values.key("text", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kim", "Kím"), ("a b", "ab"), ("NATO", "NATO."), ("5'", '5"'), ("1-2", "12"), ("и", "u")],
)
def test_two_texts_that_differ_have_two_keys(one: str, other: str) -> None:
    assert values.key("text", one) != values.key("text", other)


def test_every_dash_of_unicode_is_a_hyphen_in_a_key() -> None:
    for code in range(sys.maxunicode):
        if unicodedata.category(chr(code)) == "Pd":
            assert values.key("text", f"a{chr(code)}b") == "a-b", hex(code)


def test_the_key_of_every_single_character_is_its_own_key() -> None:
    for code in range(0x20, 0x30000):
        if not 0xD800 <= code < 0xE000:
            key = values.key("text", f"a{chr(code)}b")
            assert values.key("text", key) == key, hex(code)


@given(st.text(st.characters(max_codepoint=127), max_size=20))
def test_the_short_way_for_ascii_gives_the_key_of_the_long_way(text: str) -> None:
    # A letter beyond ASCII sends the same text the long way.
    assert values.key("text", f"{text}|é") == values.key("text", f"{text}|") + "é"


def test_a_text_of_invisible_characters_is_refused() -> None:
    with pytest.raises(BadValue, match="nothing that can be seen"):
        values.read("text", "\u200b\u00ad\ufeff")


def test_a_text_has_at_most_a_hundred_thousand_characters() -> None:
    assert values.read("text", "é" * 100_000) == "é" * 100_000
    with pytest.raises(BadValue, match="100,001 characters"):
        values.read("text", "é" * 100_001)


def test_text_has_no_bounds() -> None:
    assert (values.low("text", "75"), values.high("text", "75"), values.extent("text", "2022/2023")) == (
        None,
        None,
        False,
    )


# --- Entity and slug -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["Francesco Diella", "-a", "a_b", "é", "a" * 201, "a/b", "A", "a\nb"])
def test_an_entity_is_named_by_an_id(wrong: str) -> None:
    with pytest.raises(BadValue, match="no id of an entity") as caught:
        values.read("entity", wrong)
    proposed = re.search(r"such as (\S+)\.$", caught.value.hint)
    assert proposed
    assert values.read("entity", proposed[1]) == proposed[1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Francesco Diella", "francesco-diella"),
        ("Su-Kwang Kim", "su-kwang-kim"),
        ("Đồng Văn Bình", "dong-van-binh"),
        ("NATO HQ (Brussels)", "nato-hq-brussels"),
        ("Côte d’Ivoire", "cote-divoire"),
        ("Łukasz Żółć", "lukasz-zolc"),
        ("Søren Ærø Þór Weißß", "soren-aero-thor-weissss"),
        ("Kılıçdaroğlu", "kilicdaroglu"),
        ("İstanbul", "istanbul"),
        ("Heydər Əliyev", "heyder-eliyev"),
        ("НАТО / North Atlantic Treaty Organization", "north-atlantic-treaty-organization"),
        ("Joint Chiefs of Staff — Directorate for Strategic Plans and Policy",
         "joint-chiefs-of-staff-directorate-for-strategic-plans-and"),
        ("x" * 100, "x" * 60),
        ("  a\u200b b\u00ad ", "a-b"),
    ],
    ids=ascii,
)  # fmt: skip
def test_a_slug_is_a_readable_id(name: str, expected: str) -> None:
    assert values.slug(name) == expected


@pytest.mark.parametrize("name", ["김수광", "Владимир 2", "王", "عربي", "!!!", "🙂", ""], ids=ascii)
def test_a_name_in_another_script_gives_a_stable_id_from_its_hash(name: str) -> None:
    assert re.fullmatch(r"x-[0-9a-f]{8}", values.slug(name))
    assert values.slug(name) == values.slug(unicodedata.normalize("NFD", name))


@given(st.one_of(printable, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)))
def test_every_slug_is_the_id_of_an_entity(name: str) -> None:
    slug = values.slug(name)
    assert values.read("entity", slug) == slug == values.key("entity", slug)
    assert len(slug) <= 60


def test_no_slug_is_made_from_what_cannot_be_recorded() -> None:
    with pytest.raises(BadInput, match="U\\+0000"):
        values.slug("a\x00")


# --- Number ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("75", "75"), ("75.0", "75.0"), ("007", "007"), ("-7.5", "-7.5"), ("+7", "7"), ("\u22127", "-7"),
        ("1,000", "1000"), ("1 000", "1000"), ("1\u202f234\u202f567.5", "1234567.5"), ("12,345,678",
        "12345678"),
        ("~75", "~75"), ("~ 75", "~75"), ("\u224875", "~75"), ("about 75", "~75"), ("About 1,000", "~1000"),
        ("around 75", "~75"), ("approximately 75", "~75"), ("approx. 75", "~75"), ("approx 75", "~75"),
        ("circa 75", "~75"), ("c. 75", "~75"), ("c.75", "~75"), ("ca. 75", "~75"),
        ("70..80", "70..80"), ("70 .. 80", "70..80"), ("70-80", "70..80"), ("70 \u2013 80", "70..80"),
        ("70 to 80", "70..80"), ("from 70 to 80", "70..80"), ("between 1,000 and 2,000", "1000..2000"),
        ("1,000-2,000", "1000..2000"), ("-5..-3", "-5..-3"), ("-5 to 3", "-5..3"), ("75..", "75.."),
        ("..80", "..80"), ("70..70", "70..70"), ("9" * 40, "9" * 40),
    ],
)  # fmt: skip
def test_a_number_is_read_from_the_ways_people_write_it(typed: str, expected: str) -> None:
    assert values.read("number", typed) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "seventy", "75%", "75 km", "$75", "1e6", "1.", ".5", "--5", "..", "...", "70...80", "70..80..90",
        "~", "about",
        "~70..80", "70..~80", "about 70 to 80", "over 75", "more than 75", "nearly 75", "1,00",
        "10,00,000", "0,500",
        "1,000 000", "1.000.000", "10 00", "75-", "70--80", "٧٥", "７５", "½", "NaN", "inf", "0x10",
        "1_000", "2023-02-13",
        "9" * 41, "0." + "1" * 40, "1, 2",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_a_way_to_write_it(wrong: str) -> None:
    with pytest.raises(BadValue) as caught:
        values.read("number", wrong)
    assert caught.value.hint


def test_a_lone_comma_is_ambiguous() -> None:
    with pytest.raises(BadValue, match="'1,5' is ambiguous") as caught:
        values.read("number", "1,5")
    assert "1.5" in caught.value.hint


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadValue, match="ends before it begins") as caught:
        values.read("number", "80 to 70")
    assert "70..80" in caught.value.hint


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("075.0", "75"), ("75", "75"), ("0.50", "0.5"), ("-0", "0"), ("-0.00", "0"), ("000", "0"),
        ("~075.10", "~75.1"),
        ("~0", "0"), ("070..80.0", "70..80"), ("75.0..", "75.."), ("..-080", "..-80"), ("70..70.0", "70"),
        ("100", "100"),
    ],
)  # fmt: skip
def test_the_key_of_a_number_is_its_plain_decimal(value: str, expected: str) -> None:
    assert values.key("number", value) == expected


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("75", 75, 75), ("75.0", 75, 75), ("7.5", 7.5, 7.5), ("-3", -3, -3), ("~75", 67.5, 82.5),
        ("~100", 90, 110),
        ("~-100", -110, -90), ("~0", 0, 0), ("70..80", 70, 80), ("75..", 75, None), ("..80", None, 80),
        (str(2**63 - 1), 2**63 - 1, 2**63 - 1), (str(-(2**63)), -(2**63), -(2**63)),
        (str(2**63), 2.0**63, 2.0**63),
        ("9" * 40, 1e40, 1e40),
    ],
)  # fmt: skip
def test_a_number_has_a_low_and_a_high(value: str, low: float | None, high: float | None) -> None:
    found = values.low("number", value), values.high("number", value)
    assert found == (low, high)
    assert [type(bound) for bound in found] == [type(low), type(high)]
    assert not values.extent("number", value)


@given(st.decimals(-(10**15), 10**15, places=3), st.sampled_from(["{}", "~{}", "{}..", "..{}"]))
def test_the_bounds_of_a_number_hold_it_and_fit_sqlite(decimal: object, form: str) -> None:
    value = values.read("number", form.format(decimal))
    low, high = values.low("number", value), values.high("number", value)
    number = Fraction(str(decimal))
    assert low is None or float(low) <= float(number)
    assert high is None or float(number) <= float(high)
    with sqlite3.connect(":memory:") as connection:
        assert connection.execute("SELECT ?, ?", (low, high)).fetchone() == (low, high)
    connection.close()


# --- Date ------------------------------------------------------------------------------------------------


def test_a_date_is_kept_as_typed_and_its_key_is_canonical() -> None:
    assert values.read("date", "2023-02-13/2023-02-17") == "2023-02-13/2023-02-17"
    assert values.key("date", "2023-02-13") == "2023-02-13"


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadDate):
        values.read("date", "2023-02-30")


@pytest.mark.parametrize(
    ("value", "low", "high", "extent"),
    [
        ("2023", "2023-01-01", "2023-12-31", False),
        ("2024-02", "2024-02-01", "2024-02-29", False),
        ("2023-02-13", "2023-02-13", "2023-02-13", False),
        ("2023-02-13/2023-02-17", "2023-02-13", "2023-02-17", True),
        ("2023-02-13/..", "2023-02-13", None, True),
        ("../2023", None, "2023-12-31", True),
        ("[2022,2023]", "2022-01-01", "2023-12-31", False),
        ("no date", None, None, False),
    ],
)
def test_a_date_has_a_first_and_a_last_day(value: str, low: str | None, high: str | None, *, extent: bool) -> None:
    found = values.low("date", value), values.high("date", value), values.extent("date", value)
    assert found == (low, high, extent)


# --- URL and point ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://www.nato.int/cps/en/natohq/news_212019.htm?selectedLocale=en#top",
        "http://localhost:8001",
        "https://müller.example/straße",
        "https://en.wikipedia.org/wiki/O'Brien_(surname)",
        "https://social.example/@jo",
        "http://[2001:db8::1]/x",
    ],
)
def test_an_address_of_the_web_is_kept_as_it_is(url: str) -> None:
    assert values.read("url", url) == url


@pytest.mark.parametrize(
    "wrong",
    [
        "example.org", "//example.org", "javascript:alert(1)", "JavaScript://example.org/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd", "ftp://example.org", "mailto:jo@example.org", "http:", "http://",
        "https:///path",
        "https://?q", "http://.", "https://:80/", "https://jo:secret@example.org/",
        "https://example.org\\@evil.example",
        "https://exa mple.org", "https://example.org/a b", "https://example.org/\u202egpj",
        "https://exam\u00adple.org",
        "https://example.org/<script>", 'https://example.org/"onclick=', "https://example.org:99999/",
        "https://example.org:x/", "http://[::1", "https://example.org/" + "a" * 8_000,
    ],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(wrong: str) -> None:
    with pytest.raises(BadValue) as caught:
        values.read("url", wrong)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a#part", "https://example.org/a"),
        ("http://example.org:/", "http://example.org/"),
        ("http://example.org:8080/A", "http://example.org:8080/A"),
        ("http://example.org/%7ejo/%c3%a9", "http://example.org/~jo/%C3%A9"),
        ("http://example.org/~jo/é", "http://example.org/~jo/%C3%A9"),
        ("http://example.org/a/./b/../../c/", "http://example.org/c/"),
        ("http://example.org/a/%2e%2E/b", "http://example.org/b"),
        ("http://example.org/../..", "http://example.org/"),
        ("http://example.org/a/.hidden", "http://example.org/a/.hidden"),
        ("http://example.org/a%2Fb?x=%2f&y=a+b", "http://example.org/a%2Fb?x=%2F&y=a+b"),
        ("http://example.org/100%/%%341", "http://example.org/100%25/%2541"),
        ("https://müller.example", "https://müller.example/"),
    ],
)
def test_the_key_of_an_address_is_normalised(url: str, expected: str) -> None:
    assert values.key("url", values.read("url", url)) == expected
    assert values.key("url", expected) == expected


@given(
    st.from_regex(
        r"https?://[a-zA-Z0-9.é]{1,8}(:[0-9]{0,4})?(/[a.%2eE/~é]{0,12})?(\?[a%7e&=]{0,6})?(#x)?",
        fullmatch=True,
    )
)
def test_the_key_of_any_address_is_its_own_key(url: str) -> None:
    value = accepted("url", url)
    if value is not None:
        key = values.key("url", value)
        assert values.key("url", key) == key == values.key("url", values.read("url", key))


@pytest.mark.parametrize(
    ("typed", "stored", "key"),
    [
        ("37.5326,126.9786", "37.5326,126.9786", "37.5326,126.9786"),
        ("37.50, -126.0", "37.50,-126.0", "37.5,-126"),
        ("-0,-0.000", "-0,-0.000", "0,0"),
        ("+90,\u2212180", "+90,-180", "90,-180"),
    ],
)
def test_a_point_is_a_latitude_and_a_longitude(typed: str, stored: str, key: str) -> None:
    assert values.read("point", typed) == stored
    assert values.key("point", stored) == key


@pytest.mark.parametrize(
    "wrong",
    [
        "90.1,0",
        "0,180.5",
        "126.9,37.5",
        "1",
        "1,2,3",
        "N 37,E 126",
        "37°31′,126°",
        "1e1,2",
        "1;2",
        "a,b",
        ",",
        "1,",
    ],
)
def test_what_is_no_point_is_refused(wrong: str) -> None:
    with pytest.raises(BadValue) as caught:
        values.read("point", wrong)
    assert "latitude" in caught.value.hint


@settings(max_examples=50)
@given(st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6))
def test_every_point_on_earth_is_read_and_keyed(latitude: object, longitude: object) -> None:
    value = values.read("point", f"{latitude:f},{longitude:f}")
    key = values.key("point", value)
    assert [Fraction(part) for part in key.split(",")] == [Fraction(str(latitude)), Fraction(str(longitude))]
