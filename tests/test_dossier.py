"""A dossier becomes what its author typed, or every problem in it is told at once, each with its line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from whence import canonical, vocabulary
from whence.drafts import Draft
from whence.errors import BadData, BadInput
from whence.exchange import dossier, vocabulary_file, yaml_lines
from whence.exchange.yaml_lines import Mapped, Scalar, Sheet, parse
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ACTOR = "Jo Park <jo@example.org>"
DOSSIERS = sorted((Path(__file__).resolve().parents[1] / "events" / "dossiers").glob("*.yaml"))
SOURCE = """\
source:
  id: amr-2023
  title: South Korea steps up
"""  # lines 1 to 3


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Make a store with the built-in vocabulary and some entities; who uses it records nothing in it."""
    with Store.create(tmp_path_factory.mktemp("desk") / "whence.db") as store:
        fill(store)
        yield store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "whence.db") as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    store.record(vocabulary_file.builtin(), actor=ACTOR)
    store.record(
        [
            Draft("entity.declared", {"entity": "nato", "type": "organization", "name": "NATO"}),
            Draft("entity.declared", {"entity": "jcs", "type": "organization", "name": "Joint Chiefs of Staff"}),
            Draft("entity.declared", {"entity": "kim", "type": "person", "name": "Kim Su-kwang"}),
            Draft("entity.declared", {"entity": "lee", "type": "person", "name": "Lee"}),
            Draft("entity.declared", {"entity": "lee-2", "type": "organization", "name": "Lee"}),
            Draft("source.registered", {"kind": "article", "title": "Earlier report"}, source="earlier"),
            Draft("claim.made", {"subject": "jcs", "property": "alias", "value": "JCS"}, source="earlier"),
        ],
        actor=ACTOR,
    )


def read(store: Store, text: str, before: Sequence[Draft] = ()) -> list[Draft]:
    known = vocabulary.read(store.connection)
    return dossier.drafts(text, store.connection, known, name="a.yaml", before=before)


def claims(store: Store, text: str) -> list[dict[str, Any]]:
    """Return the payloads of the claims; the text follows the source."""
    return [dict(draft.data) for draft in read(store, SOURCE + text) if draft.type == "claim.made"]


def told(store: Store, text: str) -> list[str]:
    """Return every problem of a text that follows the source."""
    with pytest.raises(BadData) as caught:
        store.record(read(store, SOURCE + text), actor=ACTOR)
    return [str(problem) for problem in caught.value.problems]


# --- What it becomes -----------------------------------------------------------------------------------------


def test_a_dossier_becomes_its_source_its_entities_and_its_claims_in_the_order_they_are_recorded(desk: Store) -> None:
    drafts = read(
        desk,
        """\
source:
  title: Staff talks
  publisher: Asian Military Review
  published: 2023-02-17
  language: en
  derived_from: Earlier report
  handling: tlp:clear
  grade: b
entities:
  Asian Military Review: {type: organization}
  Seoul: place
facts:
  Talks in Seoul:
    type: engagement
    location: Seoul
  kim:
    rank: {value: Major General, quote: Major General Kim}
""",
    )
    assert [(draft.type, draft.source, draft.where) for draft in drafts] == [
        ("entity.declared", None, "a.yaml:10"),
        ("source.registered", "asian-military-review-2023-02-17", "a.yaml:2"),
        ("source.graded", "asian-military-review-2023-02-17", "a.yaml:8"),
        ("entity.declared", "asian-military-review-2023-02-17", "a.yaml:11"),
        ("entity.declared", "asian-military-review-2023-02-17", "a.yaml:13"),
        ("claim.made", "asian-military-review-2023-02-17", "a.yaml:15"),
        ("claim.made", "asian-military-review-2023-02-17", "a.yaml:17"),
    ]
    assert drafts[1].data == {
        "kind": "article", "title": "Staff talks", "publisher": "asian-military-review", "published": "2023-02-17",
        "language": "en", "derived_from": ["earlier"], "handling": "TLP:CLEAR",
    }  # fmt: skip
    assert drafts[2].data == {"grade": "B", "reason": "graded when registered"}
    assert drafts[3].data == {"entity": "seoul", "type": "place", "name": "Seoul"}
    assert drafts[5].data == {"subject": "talks-in-seoul", "property": "location", "value": "seoul"}
    assert drafts[6].data == {
        "subject": "kim", "property": "rank", "value": "Major General", "passages": [{"exact": "Major General Kim"}],
    }  # fmt: skip


def test_a_claim_has_every_field_that_a_claim_can_have(desk: Store) -> None:
    [found] = claims(
        desk,
        """\
facts:
  Kim Su-kwang:
    rank:
      value: General
      quote: General Kim
      start: 12
      locator: ¶ 2
      prefix: met
      suffix: in
      translation: the general
      from: 2022
      until: 2023-02
      expects: true
      speaker: [kim, JCS]
      said: 2023-02-14
      inferred: true
      note: Worked out.
      credibility: 2
      handling: TLP:GREEN
      qualifiers: {side: Korea, role: host}
""",
    )
    assert found == {
        "subject": "kim", "property": "rank", "value": "General", "stance": "expects", "speaker": ["kim", "jcs"],
        "passages": [
            {
                "exact": "General Kim", "start": 12, "end": 23, "locator": "¶ 2", "prefix": "met", "suffix": "in",
                "translation": "the general",
            }
        ],
        "when": {"from": "2022", "until": "2023-02"}, "said": "2023-02-14", "inferred": True, "note": "Worked out.",
        "credibility": 2, "handling": "TLP:GREEN", "qualifiers": {"side": "Korea", "role": "host"},
    }  # fmt: skip


def test_offsets_name_the_capture_that_the_dossier_brings(desk: Store) -> None:
    sha = "ab" * 32
    text = f"""\
  capture: {{sha256: {sha}, text_sha256: {sha}, media_type: text/plain, size: 9, retrieved_at: 2023-02-18T00:00:00Z}}
facts:
  kim:
    rank:
      value: General
      passages:
        - {{exact: General Kim, start: 3}}
        - {{quote: Kim, locator: ¶ 3}}
"""
    drafts = read(desk, SOURCE + text)
    assert drafts[1].data["size"] == 9
    assert drafts[-1].data["passages"] == [
        {"exact": "General Kim", "start": 3, "end": 14, "capture": sha},
        {"exact": "Kim", "locator": "¶ 3"},
    ]


def test_offsets_count_the_quote_in_the_form_in_which_it_is_recorded(desk: Store) -> None:
    [found] = claims(desk, "facts:\n  kim: {rank: {value: x, quote: Cafe\u0301, start: 0}}\n")
    assert found["passages"] == [{"exact": "Caf\u00e9", "start": 0, "end": 4}]


def test_defaults_hold_unless_a_claim_says_otherwise(desk: Store) -> None:
    found = claims(
        desk,
        """\
defaults: {on: 2023-02-13, speaker: JCS, locator: p. 1, credibility: 3}
facts:
  kim:
    rank: General
    nationality: {value: nato, from: 2001, speaker: [], credibility: 1}
    alias: {value: The General, quote: the General, locator: p. 2}
""",
    )
    page = [{"locator": "p. 1"}]
    assert found == [
        {
            "subject": "kim", "property": "rank", "value": "General", "speaker": ["jcs"], "credibility": 3,
            "when": {"on": "2023-02-13"}, "passages": page,
        },
        {
            "subject": "kim", "property": "nationality", "value": "nato", "credibility": 1, "when": {"from": "2001"},
            "passages": page,
        },
        # A name does not change, so the time of the report says nothing of it.
        {
            "subject": "kim", "property": "alias", "value": "The General", "speaker": ["jcs"], "credibility": 3,
            "passages": [{"exact": "the General", "locator": "p. 2"}],
        },
    ]  # fmt: skip


def test_several_values_are_a_list_and_each_has_its_own_line(desk: Store) -> None:
    text = "facts:\n  kim:\n    alias:\n      - Kim\n      - {value: K, denies: true}\n    Described As: [a, b]\n"
    found = [draft for draft in read(desk, SOURCE + text) if draft.type == "claim.made"]
    assert [(draft.where, draft.data["property"], draft.data["value"]) for draft in found] == [
        ("a.yaml:7", "alias", "Kim"),
        ("a.yaml:8", "alias", "K"),
        ("a.yaml:9", "described_as", "a"),
        ("a.yaml:9", "described_as", "b"),
    ]
    assert found[1].data["stance"] == "denies"


@pytest.mark.parametrize(
    "typed",
    ["on", "NO", "yes", "007", "2023-02-30", "1e3", "0x1F", "null", "~", "12:30:45", ".inf", "=", "<<", "1_000"],
)
def test_a_scalar_is_the_text_that_was_typed_as_a_value_and_as_a_key(desk: Store, typed: str) -> None:
    [found] = claims(desk, f"facts:\n  {typed}: {{type: person, id: x, alias: {typed}}}\n")
    assert found["value"] == typed
    tree = parse(f"{typed}: 1\n", Sheet("a.yaml"))
    assert isinstance(tree, Mapped)
    assert tree.entries[0][0] == Scalar(typed, 1)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\ufffe\uffff\ufeff")))
def test_any_text_that_yaml_can_hold_comes_back_as_it_was(text: str) -> None:
    sheet = Sheet("a.yaml")
    tree = parse(yaml.safe_dump({text: [text]}, allow_unicode=True, width=10_000), sheet)
    assert not sheet.problems
    assert isinstance(tree, Mapped)
    key, node = tree.entries[0]
    assert key.text == text
    assert isinstance(node, yaml_lines.Listed)
    assert [one.text for one in node.items if isinstance(one, Scalar)] == [text]


@given(st.one_of(st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.none()))
def test_any_scalar_that_yaml_would_convert_stays_a_text(value: object) -> None:
    written = yaml.safe_dump(value).splitlines()[0]
    tree = parse(f"a: {written}\n", Sheet("a.yaml"))
    assert isinstance(tree, Mapped)
    assert tree.entries[0][1] == Scalar(written.strip("'"), 1, plain=not written.startswith("'"))


@pytest.mark.parametrize(
    "typed", ["[2023-02-14..]", "[..2023-01]", "{1667,1668}", "{1667..1672}", "[1667, 1668, 1670]"]
)
def test_a_set_of_dates_needs_no_quotes(desk: Store, typed: str) -> None:
    plain = typed.replace(" ", "")
    drafts = read(
        desk, SOURCE + f"  published: {typed}\nfacts:\n  nato: {{founded: {{value: {typed}, said: {typed}}}}}\n"
    )
    assert drafts[0].data["published"] == plain
    assert (drafts[1].data["value"], drafts[1].data["said"]) == (plain, plain)
    [direct] = claims(desk, f"facts:\n  nato:\n    founded: {typed}\n")
    assert direct["value"] == plain


# --- Whom it names -------------------------------------------------------------------------------------------


def test_an_entity_that_the_store_has_by_that_name_and_type_is_that_one(store: Store) -> None:
    text = "facts:\n  NATO: {type: organization, alias: OTAN}\n  JCS: {type: organization, alias: Chiefs}\n"
    drafts = read(store, SOURCE + text)
    assert [draft.data["subject"] for draft in drafts if draft.type == "claim.made"] == ["nato", "jcs"]
    recorded = store.record(drafts, actor=ACTOR)
    assert (recorded.count, recorded.known_count) == (3, 1)


def test_a_name_of_another_type_is_another_entity_with_an_id_of_its_own(desk: Store) -> None:
    drafts = read(desk, SOURCE + "facts:\n  Nato: {type: place, alias: A town}\n")
    assert drafts[1].data == {"entity": "nato-2", "type": "place", "name": "Nato"}


def test_two_entities_of_one_name_get_two_ids(desk: Store) -> None:
    drafts = read(desk, SOURCE + "entities:\n  Jo Park: {type: person}\n  Jo  Park!: {type: person}\n")
    assert [draft.data["entity"] for draft in drafts[1:]] == ["jo-park", "jo-park-2"]


def test_what_the_dossier_declares_goes_before_what_the_store_has(desk: Store) -> None:
    text = "entities:\n  JCS: {type: organization, id: jcs-japan}\nfacts:\n  kim: {member_of: JCS}\n"
    assert [found["value"] for found in claims(desk, text)] == ["jcs-japan"]


def test_a_shared_name_is_told_apart_by_what_the_property_takes(desk: Store) -> None:
    assert [found["value"] for found in claims(desk, "facts:\n  kim: {member_of: Lee}\n")] == ["lee-2"]


def test_drafts_before_it_in_the_batch_count_as_there(desk: Store) -> None:
    first = read(desk, SOURCE + "entities:\n  Seoul: {type: place, id: seoul-city}\n")
    second = "source: {id: b, title: B, derived_from: amr-2023}\n"
    second += "facts:\n  Seoul: {alias: Soul}\n  Gyeongbok: {type: place}\n"
    drafts = read(desk, second, before=first)
    assert [draft.data.get("subject") or draft.data.get("entity") for draft in drafts] == [
        None,
        "gyeongbok",
        "seoul-city",
    ]


def test_loading_a_dossier_again_adds_nothing_and_undoes_nothing(store: Store) -> None:
    text = """\
source:
  title: Staff talks
  publisher: nato
  published: 2023-02-17
  grade: B
facts:
  Jo Park: {type: person, id: jo, rank: Major}
"""
    assert store.record(read(store, text), actor=ACTOR).count == 4
    assert store.record(read(store, text), actor=ACTOR).count == 0
    store.record(
        [
            Draft("source.graded", {"grade": "D", "reason": "It was wrong."}, source="nato-2023-02-17"),
            Draft("entity.declared", {"entity": "jo", "type": "person", "name": "Joanna Park", "reason": "Her name."}),
            Draft(
                "source.registered",
                {"kind": "article", "title": "Talks", "publisher": "nato", "reason": "Its title."},
                source="nato-2023-02-17",
            ),
        ],
        actor=ACTOR,
    )
    assert store.record(read(store, text), actor=ACTOR).count == 0


def test_another_source_of_that_publisher_and_day_gets_a_number(store: Store) -> None:
    text = "source: {title: Staff talks, publisher: nato, published: 2023-02-17}\n"
    store.record(read(store, text), actor=ACTOR)
    other = read(store, text.replace("Staff", "Other"))
    assert [draft.source for draft in other] == ["nato-2023-02-17-2"]


@pytest.mark.skipif(not DOSSIERS, reason="the worked example has no dossiers here")
def test_the_worked_example_is_recorded_whole_and_a_second_time_adds_nothing(tmp_path: Path) -> None:
    with Store.create(tmp_path / "whence.db") as store:
        store.record(vocabulary_file.builtin(), actor=ACTOR)
        for expected in (True, False):
            for path in DOSSIERS:
                drafts = dossier.drafts(path, store.connection, vocabulary.read(store.connection))
                assert (store.record(drafts, actor=ACTOR).count > 0) == expected
        assert store.connection.execute("SELECT count(*) FROM claim").fetchone()[0] > 90


# --- What is wrong with it -----------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_with_its_line(desk: Store) -> None:
    found = told(
        desk,
        """\
  grads: B
facts:
  Kim Su-kwan:
    rank: General
  kim:
    ranks: General
    rank: {value: Major, qoute: x, on: 2023-02-30}
    killed: 3
    nationality: [nato, Italy]
    topic: {value: a, b, c}
  Talks:
    type: engagment
    date: 2023-02-13
  Show:
    type: engagement
    began: {value: 13/02/23, inferred: yes}
    aircraft: about lots
    led_by: {value: kim, credibility: 9, stance: denies, expects: true}
""",
    )
    lines = [int(one.split(":")[1]) for one in found]
    assert lines == sorted(lines)
    wanted = {
        4: "`grads` is no field of a source. Did you mean `grade`?",
        6: "There is no entity `Kim Su-kwan`. Did you mean `Kim Su-kwang`?",
        9: "There is no property `ranks`. Did you mean `rank`?",
        10: "`qoute` is no field of a claim. Did you mean `quote`?",
        11: "`killed` is said of",
        12: "There is no entity `Italy`. Declare it: give it a `type`, here or under `entities`.",
        13: "`b` stands between commas and is no field of a claim. If it goes on the text before it, put that text in",
        15: "There is no type `engagment`. Did you mean `engagement`?",
        19: "`inferred` is neither true nor false: yes.",
        20: "`aircraft`: 'about lots' is not a number.",
        21: "A claim has one stance, and this has denies and expects. Keep one.",
    }
    for line, sentence in wanted.items():
        assert any(one.startswith(f"a.yaml:{line}: {sentence}") for one in found), (line, found)
    assert any(one.startswith("a.yaml:10: 2023-02-30: February 2023 has 28 days.") for one in found)
    assert any(one.startswith("a.yaml:19: ") and "13/02/23" in one for one in found)
    assert any(one.startswith("a.yaml:21: `credibility`") for one in found)
    assert not any("unresolved" in one for one in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("facts:\n  kim:\n    rank: a: b\n", "a.yaml:6: There is a `: ` too many here"),
        ("facts:\n  kim: {rank: General\n", "a.yaml:5: A brace is not closed"),
        ("facts:\n  kim: {alias: [a, b\n", "a.yaml:5: A bracket is not closed"),
        ('facts:\n  kim:\n    rank: "General\n    alias: x\n', "a.yaml:6: A quotation mark is not closed."),
        ("facts:\n\tkim:\n", "a.yaml:5: A text cannot begin like this without quotes."),
        ("facts:\n  kim:\n    rank: @home\n", "a.yaml:6: A text cannot begin like this without quotes."),
        ("facts:\n  kim:\n    rank: 'a' b\n", "a.yaml:6: This does not go on what stands before."),
        ('facts:\n  kim:\n    rank: "\\q"\n', "a.yaml:6: A backslash has a meaning of its own in double quotes."),
        ("facts:\n  kim:\n    rank: &x General\n    alias: *x\n", "a.yaml:6: `&x` is an anchor of YAML"),
        ("facts:\n  kim:\n    rank: *x\n", "a.yaml:6: `*x` is an alias of YAML"),
        ("facts:\n  kim:\n    rank: !!int 3\n", "a.yaml:6: `tag:yaml.org,2002:int` is a tag of YAML"),
        ("facts:\n  kim:\n    rank: !important\n", "a.yaml:6: `!important` is a tag of YAML"),
        ("---\nfacts: {}\n", "a.yaml:4: A second document begins here."),
        ("facts:\n  kim: " + "[" * 40 + "]" * 40 + "\n", "a.yaml:5: More than 20 lists and mappings"),
        ("facts:\n  kim: " + "[" * 100_000, "a.yaml:5: More than 20 lists and mappings"),
        ("facts:\n  kim:\n    rank: a\x00b\n", "a.yaml:6: The file holds U+0000, a control character."),
        ('facts:\n  kim:\n    rank: "a\\0b"\n', "a.yaml:6: `rank`: Character 2 is U+0000, a null character"),
        ("facts:\n  kim:\n    rank: a\u2028b\n", "a.yaml:6: The file holds U+2028"),
        ("facts:\n  kim:\n    rank: Corps #5\n", "a.yaml:6: YAML takes `#5` for a comment and cuts it off."),
        (
            "facts:\n  kim:\n    rank: a\n    rank: b\n",
            "a.yaml:7: `rank` stands twice in one mapping, first on line 6.",
        ),
        ("facts:\n  kim:\n    rank: {value: a, On: 2022, on: 2023}\n", "a.yaml:6: `on` stands twice in a claim."),
        ("facts:\n  kim:\n    ? [a]\n    : b\n", "a.yaml:6: A key is a text, not a list or a mapping."),
        ("facts:\n  kim: General\n", "a.yaml:5: Nothing is said of `kim`."),
        ("facts: x\n", "a.yaml:4: `facts` is no mapping."),
        ("facts:\n  kim:\n    rank:\n", "a.yaml:6: `rank` is empty."),
        ("facts:\n  kim:\n    rank: ' '\n", "a.yaml:6: `rank` is empty."),
        ("facts:\n  kim:\n    rank: []\n", "a.yaml:6: `rank` is an empty list."),
        ("facts:\n  kim:\n    rank: {quote: General}\n", "a.yaml:6: A claim of `rank` has no `value`."),
        ("facts:\n  kim:\n    rank: {value: [a, b]}\n", "a.yaml:6: `rank` is a list and should be one text."),
        ("facts:\n  kim:\n    rank:\n      value:\n        - a\n", "a.yaml:8: One claim of `rank` has one value"),
        ("facts:\n  kim:\n    rank: {value: a, start: -1, quote: a}\n", "a.yaml:6: `start` is no whole number: -1."),
        ("facts:\n  kim:\n    rank: {value: a, start: 3}\n", "a.yaml:6: A passage needs its words or a locator."),
        (
            "facts:\n  kim:\n    rank: {value: a, quote: a, passages: [{exact: a}]}\n",
            "a.yaml:6: A claim has `passages`",
        ),
        ("facts:\n  kim:\n    rank: {value: a, passages: [a]}\n", "a.yaml:6: A passage is a mapping."),
        ("facts:\n  kim:\n    rank: {value: a, inferred: true}\n", "a.yaml:6: An inferred value needs a note"),
        ("facts:\n  kim:\n    rank: {value: a, speaker: Nobody}\n", "a.yaml:6: There is no entity `Nobody`."),
        ("facts:\n  kim:\n    rank: {value: a, qualifiers: {rank: a}}\n", "a.yaml:6: `rank` is no qualifier."),
        ("facts:\n  kim:\n    rank: {value: a, qualifiers: {sides: a}}\n", "a.yaml:6: There is no property `sides`."),
        ("facts:\n  Lee:\n    alias: x\n", "a.yaml:5: `Lee` names several entities: `lee` (person, Lee), `lee-2`"),
        ("facts:\n  Jo: {id: jo, rank: x}\n", "a.yaml:5: `Jo` has an `id` and no `type`."),
        ("facts:\n  Jo: {type: person, id: Jo Park}\n", "a.yaml:5: 'Jo Park' is no id of an entity."),
        ("facts:\n  Jo: {type: person, id: kim}\n", "a.yaml:5: `kim` is declared already: Kim Su-kwang, person."),
        ("entities:\n  Jo: {id: jo}\n", "a.yaml:5: `Jo` has no `type`. It is one of person, organization"),
        ("entities:\n  Jo: person\nfacts:\n  Jo: {type: place}\n", "a.yaml:7: `Jo` is declared on line 5 already"),
        ("entities:\n  A: {type: place, id: x}\n  B: {type: place, id: x}\n", "a.yaml:6: `x` is the id of A already"),
        ("defaults: {value: x}\n", "a.yaml:4: `value` is no field of the defaults."),
        ("  publisher: Nobody\n", "a.yaml:4: There is no entity `Nobody`."),
        ("  derived_from: [nothing]\n", "a.yaml:4: There is no source `nothing`."),
        ("  published: 2023-02-30\n", "a.yaml:2: `published`: 2023-02-30: February 2023 has 28 days."),
        ("  grade: G\n", "a.yaml:4: `grade`"),
        ("  grade_reason: x\n", "a.yaml:4: There is a `grade_reason` and no `grade`."),
        ("  capture: {sha256: x}\n", "a.yaml:4: `text_sha256` is missing."),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence_with_its_line(desk: Store, text: str, expected: str) -> None:
    found = told(desk, text)
    assert any(one.startswith(expected) for one in found), found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a.yaml:1: The file holds nothing."),
        ("# nothing\n", "a.yaml:1: The file holds nothing."),
        ("just a text\n", "a.yaml:1: A dossier is a mapping."),
        ("facts: {}\n", "a.yaml:1: The dossier has no `source`."),
        ("source: {id: a}\n", "a.yaml:1: The source has no `title`."),
        ("source: {id: A B, title: x}\n", "a.yaml:1: `A B` is no id of a source."),
        ("sauce: {title: x}\n", "a.yaml:1: `sauce` is no field of a dossier. Did you mean `source`?"),
    ],
)
def test_what_is_no_dossier_is_told_so(desk: Store, text: str, expected: str) -> None:
    with pytest.raises(BadData) as caught:
        read(desk, text)
    assert str(caught.value.problems[0]).startswith(expected)


def test_a_file_that_cannot_be_read_is_told_so(desk: Store, tmp_path: Path) -> None:
    known = vocabulary.read(desk.connection)
    path = tmp_path / "a.yaml"
    with pytest.raises(BadInput, match=r"There is no file .*a\.yaml"):
        dossier.drafts(path, desk.connection, known)
    with pytest.raises(BadInput, match="is a folder"):
        dossier.drafts(tmp_path, desk.connection, known)
    path.write_bytes(b"source:\n  title: Caf\xe9\n")
    with pytest.raises(BadInput, match=r"a\.yaml:2: The byte 0xE9 is not UTF-8"):
        dossier.drafts(path, desk.connection, known)
    path.write_bytes("source: x".encode("utf-16"))
    with pytest.raises(BadInput, match="is UTF-16"):
        dossier.drafts(path, desk.connection, known)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(desk: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (SOURCE + "facts:\n  kim:\n    rank: General\n").replace("\n", "\r\n").encode())
    drafts = dossier.drafts(path, desk.connection, vocabulary.read(desk.connection))
    assert drafts[-1].where == f"{path}:6"
    assert drafts[-1].data["value"] == "General"


def test_a_text_of_a_megabyte_is_refused(desk: Store) -> None:
    found = told(desk, f"facts:\n  kim:\n    rank: {'x' * (canonical.MAX_BYTES + 1)}\n")
    assert found[0].startswith("a.yaml:6: `rank`: The text is 1,000,001 bytes long")


def test_a_value_that_cannot_be_read_hides_no_other_problem_of_its_fact(desk: Store) -> None:
    entry = "during: 2023-13, said: 2023-02-30, qualifiers: {rank: x}, nope: 1"
    for value, message in (
        ("''", "`rank` is empty."),
        ("[a, b]", "`rank` is a list"),
        (None, "A claim of `rank` has no"),
    ):
        written = entry if value is None else f"value: {value}, {entry}"
        found = told(desk, f"facts:\n  kim:\n    rank: {{{written}}}\n")
        expected = (
            "`nope` is no field",
            message,
            "2023-13: there is no",
            "`said`: 2023-02-30",
            "`rank` is no qualifier",
        )
        assert [any(one.startswith(f"a.yaml:6: {start}") for one in found) for start in expected] == [True] * 5, found
        assert len(found) == len(expected), found


@pytest.mark.parametrize("name", ["outcome", "website", "troops", "began", "led by", "point"])
def test_a_value_of_any_type_that_cannot_be_read_is_one_problem(desk: Store, name: str) -> None:
    type_ = "place" if name == "point" else "engagement"
    found = told(desk, f"facts:\n  Talks:\n    type: {type_}\n    {name}: ''\n")
    assert [one.startswith(f"a.yaml:7: `{name}` is empty.") for one in found] == [True], found


def test_the_fields_of_a_claim_are_listed_once_each(desk: Store) -> None:
    [found] = told(desk, "facts:\n  kim:\n    rank: {value: x, zzzzzz: 1}\n")
    listed = found.partition("Fields are: ")[2].rstrip(".").split(", ")
    assert "locator" in listed
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("quote: General, nth: 2", "No text of amr-2023 is archived here, so `nth` has nothing to count in."),
        ("quote: General, start: 4, nth: 2", "`start` and `nth` both say where the quote stands."),
        ("locator: p. 4, nth: 2", "`nth` belongs to a quote."),
        ("passages: [{exact: General, nth: 2}]", "No text of amr-2023 is archived here"),
        ("quote: General, nth: two", "`nth` is no whole number: two."),
    ],
)
def test_a_count_of_places_that_counts_nothing_is_refused(desk: Store, entry: str, message: str) -> None:
    [found] = told(desk, f"facts:\n  kim:\n    rank: {{value: General, {entry}}}\n")
    assert found.startswith(f"a.yaml:6: {message}")
