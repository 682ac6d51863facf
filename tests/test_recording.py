"""A batch is recorded whole or not at all; what is wrong with it is told in sentences, all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from histories import (
    ACTOR,
    Clock,
    captured,
    claimed,
    decided,
    declared,
    graded,
    matched,
    new_store,
    property_defined,
    registered,
    retracted,
    type_defined,
    withdrawn,
)
from whence import checking, database, log, recording, state
from whence.drafts import Draft, Ref
from whence.errors import BadData, BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.store import Store

BASE = [declared("kim"), declared("nato"), declared("jcs"), registered("s1", publisher="nato")]
RANK = claimed("s1", "kim", "rank", "Major", when={"on": "2023-02-13"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with a vocabulary, three entities and a source."""
    with new_store(tmp_path / "a.db") as made:
        made.record(BASE, actor=ACTOR)
        yield made


def types_after(store: Store, position: int) -> list[str]:
    return [event.type for event in log.events(store.connection, after=position)]


def problems_of(store: Store, *drafts: Draft) -> list[str]:
    """Return the sentences with which a batch is refused; nothing of it may be recorded."""
    before = store.head()
    with pytest.raises(BadData) as caught:
        store.record(drafts, actor=ACTOR)
    assert store.head() == before
    assert not store.connection.in_transaction
    return [str(problem) for problem in caught.value.problems]


# --- Whole or not at all -----------------------------------------------------------------------------------


def test_a_batch_takes_positions_in_a_row_and_every_view_shows_it(store: Store) -> None:
    before = store.head().position
    recorded = store.record([RANK, claimed("s1", "kim", "alias", "Kim")], actor=ACTOR)
    assert (recorded.first, recorded.last, recorded.count) == (before + 1, before + 2, 2)
    assert [event.id for event in log.events(store.connection, after=before)] == recorded.ids
    shown = store.connection.execute('SELECT "rank", alias FROM person WHERE person = ?', ["kim"]).fetchone()
    assert shown == ("Major", '["Kim"]')


def test_one_wrong_draft_keeps_out_the_whole_batch(store: Store) -> None:
    assert (
        len(problems_of(store, RANK, claimed("s1", "kim", "ranks", "Major"), claimed("s1", "kim", "alias", "K"))) == 1
    )
    assert store.record([RANK], actor=ACTOR).count == 1


def test_every_problem_of_every_draft_is_told_with_its_place(store: Store) -> None:
    wrong = Draft(
        "claim.made", {"subject": "kimm", "property": "ranks", "value": "x"}, source="s9", where="nato.yaml:7"
    )
    assert problems_of(store, wrong, Draft("claim.made", {"subject": "kim"}, source="s1", where="nato.yaml:9")) == [
        "nato.yaml:7: There is no source `s9`. `whence source list` shows them all.",
        "nato.yaml:7: There is no entity `kimm`. Declare it with `whence entity add`, or add --create.",
        "nato.yaml:7: There is no property `ranks`. Did you mean `rank`?",
        "nato.yaml:9: `property` is missing.",
        "nato.yaml:9: `value` is missing.",
    ]


def test_an_empty_batch_records_nothing(store: Store) -> None:
    before = store.head()
    assert store.record([], actor=ACTOR).count == 0
    assert store.head() == before


def test_an_error_of_the_program_that_makes_the_drafts_leaves_nothing_behind(store: Store) -> None:
    before = store.head()

    def drafts() -> Iterator[Draft]:
        yield RANK
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.record(drafts(), actor=ACTOR)
    assert store.head() == before
    assert not store.connection.in_transaction
    assert store.record([RANK], actor=ACTOR).count == 1


def test_a_batch_of_thousands_is_recorded_like_a_small_one(store: Store) -> None:
    claims = [claimed("s1", "kim", "alias", f"Kim {number}") for number in range(4_500)]
    assert store.record(claims, actor=ACTOR).count == 4_500
    assert list(log.check(store.connection)) == []
    with database.connect(store.path) as reader:
        assert list(checking.differences(reader, store.head().position)) == []


def loaded(store: Store, drafts: list[Draft], monkeypatch: pytest.MonkeyPatch) -> tuple[recording.Recorded, list[str]]:
    """Record drafts as a load does that lets the index of ids go, and return the statements carried out as well."""
    monkeypatch.setattr(log, "WORTH_UNSETTLING", 10)
    monkeypatch.setattr(log, "CHUNK", 5)
    carried_out: list[str] = []
    with store.writing(ACTOR, much=True) as writer:
        store.connection.set_trace_callback(lambda statement: carried_out.append(statement.strip()))
        recorded = recording.append_all(store.connection, writer, drafts, anew=False)
        store.connection.set_trace_callback(None)
    return recorded, carried_out


def test_a_claim_said_twice_in_a_load_does_not_bring_the_index_of_ids_back_before_its_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [claimed("s1", "kim", "alias", f"Kim {number}") for number in range(2 * store.head().position)]
    recorded, carried_out = loaded(store, [*claims, claims[1], RANK], monkeypatch)
    assert (recorded.count, recorded.known_count) == (len(claims) + 1, 1)
    changes = [" ".join(one.split()[:3]) for one in carried_out]
    dropped, made = changes.index("DROP index event_id"), changes.index("CREATE UNIQUE INDEX")
    assert dropped < changes.index("INSERT INTO event", dropped) < made
    assert changes[made:].count("INSERT INTO event") < 10
    assert list(log.check(store.connection)) == []


def test_the_last_events_of_a_load_come_after_the_index_of_ids_so_that_it_has_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ROOM", 4)
    claims = [claimed("s1", "kim", "alias", f"Kim {number}") for number in range(4 * store.head().position)]
    # What is said again is found where it waits, and leaves the others waiting.
    recorded, carried_out = loaded(store, [*claims, claims[-2], claims[0]], monkeypatch)
    assert recorded.known_count == 2
    made = next(place for place, one in enumerate(carried_out) if one.startswith("CREATE UNIQUE INDEX event_id"))
    # Each is told twice, for its trigger.
    late = len({one for one in carried_out[made:] if one.startswith("INSERT INTO event")})
    assert store.head().position // 4 - 5 <= late <= store.head().position // 4 + 5
    assert list(log.check(store.connection)) == []
    with database.connect(store.path) as reader:
        assert list(checking.differences(reader, store.head().position)) == []


def test_events_with_much_to_say_do_not_wait_so_that_memory_stays_bounded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ROOM", 2)
    monkeypatch.setattr(log, "MOST_WAITING", 50_000)
    claims = [claimed("s1", "kim", "alias", f"Kim {number}", note="x" * 10_000) for number in range(60)]
    _, carried_out = loaded(store, claims, monkeypatch)
    made = next(place for place, one in enumerate(carried_out) if one.startswith("CREATE UNIQUE INDEX event_id"))
    assert len({one for one in carried_out[made:] if one.startswith("INSERT INTO event")}) <= 5
    assert list(log.check(store.connection)) == []


@pytest.mark.parametrize("remembered", [1, 2, 5])
def test_entities_and_sources_are_found_in_a_batch_that_has_more_of_them_than_are_remembered(
    store: Store, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    monkeypatch.setattr(state, "REMEMBERED", remembered)
    drafts = [one for number in range(9) for one in (declared(f"e{number}", type_="person"), registered(f"r{number}"))]
    claims = [claimed(f"r{number * 5 % 9}", f"e{number * 7 % 9}", "alias", f"A {number}") for number in range(30)]
    assert store.record([*drafts, *claims, *drafts], actor=ACTOR).known_count == len(drafts)


# --- References within a batch -----------------------------------------------------------------------------


def test_a_draft_names_what_stands_before_it_in_the_batch(store: Store) -> None:
    before = store.head().position
    store.record(
        [declared("roe"), registered("s2", publisher="roe"), claimed("s2", "roe", "rank", "Major")], actor=ACTOR
    )
    assert types_after(store, before) == ["entity.declared", "source.registered", "claim.made"]


def test_a_property_can_be_defined_and_used_in_one_batch(store: Store) -> None:
    data = {"name": "callsign", "label": "call sign", "description": "On the radio.", "of": ["person"], "value": "text"}
    store.record([Draft("property.defined", data), claimed("s1", "kim", "callsign", "Fox")], actor=ACTOR)
    assert store.connection.execute("SELECT callsign FROM person WHERE person = ?", ["kim"]).fetchone() == ("Fox",)


def test_a_replacement_stands_before_the_retraction_that_names_both(store: Store) -> None:
    (old,) = store.record([RANK], actor=ACTOR).ids
    recorded = store.record([claimed("s1", "kim", "rank", "Colonel"), retracted(old, replaced_by=Ref(0))], actor=ACTOR)
    *_, last = log.events(store.connection)
    assert last.data == {"claim": old, "replaced_by": recorded.ids[0], "reason": "mistaken"}


def test_a_claim_can_be_made_and_retracted_in_one_batch(store: Store) -> None:
    store.record([RANK, retracted(Ref(0))], actor=ACTOR)
    assert store.connection.execute("SELECT live FROM claim").fetchall() == [(0,)]
    assert store.connection.execute("SELECT count(*) FROM fact").fetchone() == (0,)


def test_a_reference_to_what_comes_later_is_refused(store: Store) -> None:
    assert problems_of(store, retracted(Ref(1)), RANK) == [
        "`claim` names draft 1 of the batch, which does not come before it."
    ]


def test_a_reference_beyond_the_ids_that_are_kept_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "KEPT", 2)
    made = [claimed("s1", "kim", "rank", rank) for rank in ("Major", "Colonel", "General")]
    store.record([*made[:2], retracted(Ref(1))], actor=ACTOR)
    assert problems_of(store, *made, retracted(Ref(2))) == [
        "`claim` names draft 2 of a batch, whose first 2 can be named. Record it in a batch of its own."
    ]


def test_what_follows_from_a_wrong_draft_is_not_blamed_for_it(store: Store) -> None:
    wrong = claimed("s1", "kim", "ranks", "Major")
    assert len(problems_of(store, wrong, retracted(Ref(0)))) == 1
    unnamed = declared("roe", type_="persson")
    assert len(problems_of(store, unnamed, claimed("s1", "roe", "alias", "Roe"))) <= 2  # its type is not known either
    undated = registered("s2", published="2023-02-30")
    assert len(problems_of(store, undated, claimed("s2", "kim", "rank", "Major"))) == 1


# --- Known already, and revisions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "draft",
    [
        type_defined("person"),
        property_defined("rank"),
        declared("kim"),
        registered("s1", publisher="nato"),
        graded("s1", "B"),
        captured("s1", "2023-02-20"),
        RANK,
        property_defined("rank", reason="said again"),
        registered("s1", publisher="nato", reason="said again"),
    ],
    ids=lambda draft: f"{draft.type}{' with a reason' if 'reason' in draft.data else ''}",
)
def test_what_is_in_force_is_known_and_not_recorded_again(store: Store, draft: Draft) -> None:
    store.record([draft], actor=ACTOR)
    before = store.head()
    recorded = store.record([draft, draft], actor="Somebody else")
    assert (recorded.count, recorded.known_count) == (0, 2)
    assert [one.draft for one in recorded.known] == [draft, draft]
    assert store.head() == before


def test_a_grade_given_again_for_another_reason_is_known(store: Store) -> None:
    store.record([graded("s1", "B")], actor=ACTOR)
    again = Draft("source.graded", {"grade": "B", "reason": "as ever"}, source="s1")
    assert store.record([again], actor=ACTOR).known_count == 1


def test_a_grade_that_was_in_force_before_another_is_recorded_again(store: Store) -> None:
    for grade in ("B", "C", "B"):
        assert store.record([graded("s1", grade)], actor=ACTOR).count == 1


def test_the_same_claim_twice_in_one_batch_is_recorded_once_and_has_one_id(store: Store) -> None:
    recorded = store.record([RANK, RANK], actor=ACTOR)
    assert (recorded.count, recorded.known_count) == (1, 1)
    assert recorded.ids[0] == recorded.ids[1] == recorded.known[0].id


@pytest.mark.parametrize(
    "changed",
    [{"value": "major"}, {"note": "n"}, {"when": {"on": "2023-02"}}, {"speaker": ["nato"]}, {"stance": "denies"}],
)
def test_a_claim_with_another_field_is_another_claim(store: Store, changed: dict[str, Any]) -> None:
    store.record([RANK], actor=ACTOR)
    assert store.record([Draft("claim.made", {**RANK.data, **changed}, source="s1")], actor=ACTOR).count == 1


@pytest.mark.parametrize("same", [{"stance": "affirms"}, {"inferred": False}, {"value": " Major\t"}])
def test_a_claim_that_says_its_defaults_is_the_same_claim(store: Store, same: dict[str, Any]) -> None:
    store.record([RANK], actor=ACTOR)
    assert store.record([Draft("claim.made", {**RANK.data, **same}, source="s1")], actor=ACTOR).known_count == 1


def test_a_retracted_claim_is_known_when_loaded_and_recorded_when_added_anew(store: Store) -> None:
    (first,) = store.record([RANK], actor=ACTOR).ids
    store.record([retracted(first)], actor=ACTOR)
    loaded = store.record([RANK], actor=ACTOR)
    assert [(one.id, one.retracted) for one in loaded.known] == [(first, True)]
    added = store.record([RANK], actor=ACTOR, anew=True)
    assert added.count == 1
    assert added.ids != [first]
    assert [(one.id, one.retracted) for one in store.record([RANK], actor=ACTOR, anew=True).known] == [
        (added.ids[0], False)
    ]


def test_values_are_recorded_in_the_form_that_their_type_has(store: Store) -> None:
    store.record(
        [claimed("s1", "kim", "killed", "about 1,000"), claimed("s1", "kim", "rank", " Ma\u0301jor ")], actor=ACTOR
    )
    values = [event.data["value"] for event in log.events(store.connection) if event.type == "claim.made"]
    assert values == ["~1000", "M\u00e1jor"]


@pytest.mark.parametrize(
    ("revision", "what"),
    [
        (type_defined("officer", label="commander"), "There is already the type `officer`, and this one differs in"),
        (property_defined("rank", many=True), "There is already the property `rank`, and this one differs in many."),
        (
            registered("s1", title="U", publisher="nato"),
            "There is already the source `s1`, and this one differs in title.",
        ),
        (declared("kim", name="Kim"), "`kim` is declared already: Kim Su-kwang, person."),
    ],
    ids=lambda one: one.type if isinstance(one, Draft) else "",
)
def test_a_revision_needs_a_reason(store: Store, revision: Draft, what: str) -> None:
    [problem] = problems_of(store, revision)
    assert problem.startswith(what)
    assert (
        store.record([Draft(revision.type, {**revision.data, "reason": "r"}, revision.source)], actor=ACTOR).count == 1
    )


def test_a_definition_can_come_back_to_an_earlier_form_with_a_reason(store: Store) -> None:
    for many in (True, None, True):
        assert store.record([property_defined("rank", many=many, reason=f"{many}")], actor=ACTOR).count == 1


# --- Bad input ---------------------------------------------------------------------------------------------

LONG = "a" * 1_000_001
DEEP: Any = "x"
for _ in range(5_000):
    DEEP = [DEEP]


def raw(**changed: object) -> Draft:
    """Return a claim with fields that no one should give."""
    return Draft("claim.made", {"subject": "kim", "property": "rank", "value": "Major", **changed}, source="s1")


BAD: list[tuple[str, Draft, str]] = [
    ("an unknown source", claimed("s9", "kim", "rank", "x"), "There is no source `s9`."),
    ("no source", Draft("claim.made", RANK.data), "No source is named, and every fact needs one."),
    ("a source that is no id", Draft("claim.made", RANK.data, source="NATO 1"), "'NATO 1' is no id of a source"),
    ("a source with half a character", Draft("claim.made", RANK.data, source="s\ud800"), "is no id of a source"),
    ("an empty source", Draft("source.registered", {"kind": "k", "title": "t"}, source=""), "is no id of a source"),
    ("a source for what has none", Draft("claim.retracted", {"claim": "0" * 64, "reason": "r"}, source="s1"),
     "has no source"),
    ("an unknown entity", claimed("s1", "lee", "rank", "x"), "There is no entity `lee`."),
    ("an unknown entity as value", claimed("s1", "kim", "member_of", "un"), "There is no entity `un`."),
    ("an unknown entity as speaker", claimed("s1", "kim", "rank", "x", speaker=["un"]), "There is no entity `un`."),
    ("an unknown publisher", registered("s2", publisher="un"), "There is no entity `un`."),
    ("an unknown property", claimed("s1", "kim", "ranks", "x"), "no property `ranks`. Did you mean `rank`?"),
    ("a property of another type", claimed("s1", "kim", "motto", "x"), "`motto` is said of an organization; Kim"),
    ("an unknown type", declared("roe", type_="persn"), "There is no type `persn`. Did you mean `person`?"),
    ("an unknown event", Draft("claim.mad", {}), "The event type `claim.mad` is not known to this version"),
    ("an unknown field", raw(valu="x"), "`valu` is no field of this event."),
    ("an unknown field with half a character", raw(**{"\ud800": "x"}), "half of a surrogate pair"),
    ("a day that does not exist", claimed("s1", "nato", "founded", "2023-02-30"), "February 2023 has 28 days"),
    ("a day in another order", claimed("s1", "nato", "founded", "13/02/23"), "is no date. Perhaps 2023-02-13"),
    ("a time that is none", raw(when={"on": "yesterday"}), "'yesterday' is no date"),
    ("two times that cannot both be true", raw(when={"from": "2022", "until": "2020"}), "until 2020 is before"),
    ("a kind of time that is none", raw(when={"since": "2020"}), "`when.since` is no field"),
    ("an empty time", raw(when={}), "`when`"),
    ("no qualifiers", raw(qualifiers={}), "`qualifiers`"),
    ("a verdict of no time", Draft("verdict.reached", {**decided("kim", "rank", "Major").data, "when": {}}),
     "`when`"),
    ("a day on which it was said that is none", raw(said="2023-13"), "`said`: "),
    ("a day of publication that is none", registered("s2", published="2023-02-30"), "`published`: "),
    ("a day of capture that is none", captured("s1", "2023-02-30"), "`retrieved_at`: "),
    ("a number that is none", claimed("s1", "kim", "killed", "some"), "'some' is not a number"),
    ("a number with an ambiguous comma", claimed("s1", "kim", "killed", "1,5"), "is ambiguous"),
    ("an address that is none", claimed("s1", "nato", "website", "nato"), "'nato' is no address"),
    ("a value of another type of entity", claimed("s1", "kim", "member_of", "kim"), "takes an organization as value"),
    ("a partner of itself", claimed("s1", "nato", "partner_of", "nato"), "names one twice"),
    ("a value that is no text", raw(value=75), "`value`: input should be a valid string (was 75)"),
    ("a value that is null", raw(value=None), "`value`: input should be a valid string (was None)"),
    ("an empty value", raw(value=""), "`value` is empty."),
    ("a value of white space", raw(value=" \t\n"), "The value is empty."),
    ("a value that cannot be seen", raw(value="\u200b\u2060"), "The value holds nothing that can be seen."),
    ("a null character", raw(value="a\x00b"), "Character 2 is U+0000, a null character, which cannot be recorded."),
    ("an escape character", raw(note="\x1b[31m"), "an escape character, which cannot be recorded"),
    ("half a character", raw(value="a\udc80"), "half of a surrogate pair, which is no character"),
    ("half a character deep inside", raw(passages=[{"exact": "\ud800"}]), "half of a surrogate pair"),
    ("a megabyte", raw(value=LONG), "The text is 1,000,001 bytes long"),
    ("a megabyte in a note", raw(note=LONG), "The text is 1,000,001 bytes long"),
    ("a long value", raw(value="a" * 100_001), "longer than 100,000 characters"),
    ("nesting without end", raw(passages=DEEP), "within one another"),
    ("nesting in a field that is none", raw(x=DEEP), "within one another"),
    ("a list for a text", raw(value=["x"]), "`value`: input should be a valid string"),
    ("a number too large", raw(credibility=2**70), "`credibility`"),
    ("a number that is not whole", raw(credibility=1.5), "`credibility`"),
    ("a credibility of seven", raw(credibility=7), "`credibility`"),
    ("true for a number", raw(credibility=True), "`credibility`"),
    ("a stance that is none", raw(stance="doubts"), "`stance`"),
    ("a key that is no text", raw(qualifiers={1: "x"}), "`qualifiers"),
    ("an inferred value without a note", raw(inferred=True), "An inferred value needs a note"),
    ("a qualifier that is none", raw(qualifiers={"rank": "x"}), "`rank` is no qualifier. Qualifiers are: role."),
    ("a qualifier nobody knows", raw(qualifiers={"rolle": "x"}), "There is no property `rolle`."),
    ("a passage without words", raw(passages=[{"start": 1, "end": 2}]), "A passage needs its words or a locator."),
    ("a passage with half its offsets", raw(passages=[{"exact": "x", "start": 1}]), "both `start` and `end`"),
    ("a passage of another length", raw(passages=[{"exact": "xy", "start": 1, "end": 2}]), "2 characters long"),
    ("no passages", raw(passages=[]), "`passages`"),
    ("an empty speaker", raw(speaker=[]), "`speaker`"),
    ("a grade that is none", graded("s1", "G"), "`grade`"),
    ("a grade without a reason", Draft("source.graded", {"grade": "B"}, source="s1"), "`reason` is missing."),
    ("a retraction of nothing", retracted("0" * 64), "There is no event 00000000."),
    ("a retraction of what is no id", retracted("abc"), "`claim` is not of the right form: 'abc'."),
    ("a source that derives from itself", registered("s2", derived_from=["s2"]), "cannot derive from `s2`"),
    ("a source that derives from nothing known", registered("s2", derived_from=["s9"]), "There is no source `s9`"),
    ("a name that is a word of SQL", type_defined("select"), "`select` is a word of SQL"),
    ("a type of the name of a view", type_defined("fact"), "`fact` is the name of a table"),
    ("a property with the name of a type", type_defined("rank", parent="person"), "`rank` is a property"),
    ("a type that is its own parent", type_defined("crew", parent="crew"), "cannot be its own parent"),
    ("a property of another value type", property_defined("rank", value="date", reason="r"), "cannot have date values"),
    ("a match of two types", matched("kim", "nato"), "only one type can be one"),
    ("a match with oneself", matched("kim", "kim"), "is named twice"),
    ("a verdict on what nobody claims", decided("kim", "rank", "x"), "Nobody claims `rank`"),
    ("a source that is not withdrawn", withdrawn("s1", again=True), "is not withdrawn, so it cannot be reinstated"),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "sentence"), [(d, s) for _, d, s in BAD], ids=[name for name, _, _ in BAD])
def test_bad_input_is_told_in_a_sentence_and_records_nothing(store: Store, draft: Draft, sentence: str) -> None:
    told = problems_of(store, RANK, draft)
    assert sentence in " ".join(told)
    for problem in told:
        assert problem.encode()  # it can be printed
        assert len(problem) < 1_000
    with database.connect(store.path) as reader:
        assert list(log.check(reader)) == []


@pytest.mark.parametrize("actor", ["", "  ", "a\x00b", "\ud800"])
def test_an_actor_that_cannot_be_recorded_is_refused_in_a_sentence(store: Store, actor: str) -> None:
    before = store.head()
    with pytest.raises(BadInput, match=r"who|Character|character"):
        store.record([RANK], actor=actor)
    assert store.head() == before


def test_a_claim_cannot_be_retracted_twice_nor_stand_in_its_own_place(store: Store) -> None:
    (claim,) = store.record([RANK], actor=ACTOR).ids
    assert problems_of(store, retracted(claim), retracted(claim)) == [f"The claim {claim[:8]} is retracted already."]
    assert problems_of(store, retracted(claim, replaced_by=claim)) == ["A claim cannot stand in its own place."]
    declaration = next(event for event in log.events(store.connection) if event.type == "entity.declared")
    assert "is no claim" in " ".join(problems_of(store, retracted(declaration.id)))


def test_sources_cannot_derive_from_each_other_in_a_circle(store: Store) -> None:
    store.record([registered("s2", derived_from=["s1"]), registered("s3", derived_from=["s2"])], actor=ACTOR)
    [problem] = problems_of(store, registered("s1", publisher="nato", derived_from=["s3"], reason="r"))
    assert problem == "`s1` cannot derive from `s3`: that one derives from it."


NAMES_OF_TABLES = [
    "event", "tree", "projection", "search", "claim_search", "claim_search_data", "entity_search_idx", "touched_claim",
    "registration", "speech", "capture_text", "capture_bytes", "json_each", "json_tree", "pragma_table_info", "dbstat",
    "sqlite_master", "sqlite_stat1", "fts5", "fts5vocab", "bytecode",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES_OF_TABLES)
def test_no_type_takes_the_name_of_anything_in_the_file(store: Store, name: str) -> None:
    [problem] = problems_of(store, type_defined(name))
    assert "so no type can be called that" in problem


def test_a_type_is_refused_that_would_bring_its_own_name_to_its_view(store: Store) -> None:
    store.record([type_defined("crew"), type_defined("rank", parent="crew")], actor=ACTOR)
    [problem] = problems_of(store, type_defined("crew", parent="person", reason="people"))
    assert problem.startswith("`rank` is a property of person, whose view would have it twice")
    data = {"name": "crew", "label": "crew", "description": "Its crew.", "of": ["person"], "value": "text"}
    store.record([Draft("property.defined", data)], actor=ACTOR)


def test_a_clock_that_moves_on_gives_each_batch_its_time(tmp_path: Path) -> None:
    clock = Clock()
    with new_store(tmp_path / "b.db", clock=clock) as store:
        for entity in ("kim", "lee"):
            store.record([declared(entity), declared(f"{entity}-2", type_="person")], actor=ACTOR)
            clock.at += timedelta(hours=1)
        times = [event.recorded_at[11:16] for event in log.events(store.connection)][-4:]
    assert times == ["12:00", "12:00", "13:00", "13:00"]
