"""Matches and distinctions: what is one, what is not, and that undoing gives back exactly what there was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import ACTOR, claimed, declared, distinguished, matched, new_store, registered, undone, views_of, worded
from test_projector import SAME_FOLDER, assert_true_to_the_log
from whence import names, reading, segments
from whence.drafts import Draft
from whence.errors import BadData
from whence.store import Store

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

PEOPLE = {
    "kim": "Kim Su-kwang",
    "kim-2": "Su-Kwang Kim",
    "kim-3": "KIM, Su-gwang",
    "lee": "Lee Jun",
}
UNITS = {"nato": "NATO", "jcs": "Joint Chiefs of Staff", "mod": "Ministry of Defence"}
FOUNDING = [
    *(declared(one, type_="person", name=name) for one, name in PEOPLE.items()),
    *(declared(one, type_="organization", name=name) for one, name in UNITS.items()),
    registered("s1", publisher="nato", published="2023-02-17"),
    registered("s2", publisher="jcs", published="2023-02-20", derived_from=["s1"]),
    registered("s3", publisher="mod"),
]
RANKS = ("Major", "Maj.", "Colonel", "Lt. Gen.", "Lieutenant General")

# What stands for a place in the log, which another log has elsewhere.
PLACES = {"position", "claim", "match", "distinction", "value_match", "verdict", "retracted_by", "first_position"}
# The rulings themselves differ: what was undone stays on record.
RULED = {"match", "distinction", "value_match", "verdict"}


def rows_shown(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every view that shows what follows from the rulings, places in the log left out."""
    rows = {}
    for view in views_of(connection):
        if view.name in RULED or not view.columns:
            continue
        columns = ", ".join(f'"{name}"' for name in view.columns if name not in PLACES)
        rows[view.name] = sorted(connection.execute(f'SELECT {columns} FROM "{view.name}"'), key=repr)
    return rows


@dataclass
class Rulings:
    """What of the rulings is in force, told by brute force: who is one with whom, and who is not."""

    live: list[tuple[Draft, str]] = field(default_factory=list)

    def group(self, one: str) -> set[str]:
        found, before = {one}, set[str]()
        while found != before:
            before = set(found)
            for draft, _ in self.live:
                if draft.type == "entities.matched" and found & set(draft.data["entities"]):
                    found |= set(draft.data["entities"])
        return found

    def parted(self, one: str, other: str) -> str | None:
        """Return the first live distinction between all that one is and all that the other is."""
        for draft, event in self.live:
            a, b = draft.data["entities"] if draft.type == "entities.distinguished" else ("", "")
            if (a in self.group(one) and b in self.group(other)) or (b in self.group(one) and a in self.group(other)):
                return event
        return None

    def refuses(self, draft: Draft) -> bool:
        one, other = draft.data["entities"]
        return other in self.group(one) or self.parted(one, other) is not None


def drawn_ruling(data: st.DataObject) -> Draft:
    match data.draw(st.sampled_from(("people", "people", "units", "words"))):
        case "words":
            one, other = data.draw(st.permutations(RANKS))[:2]
            return worded("rank", one, other, subject=data.draw(st.sampled_from([None, None, *PEOPLE])))
        case kind:
            one, other = data.draw(st.permutations(list(PEOPLE if kind == "people" else UNITS)))[:2]
            ruled: Draft = data.draw(st.sampled_from((matched, matched, distinguished)))(one, other)
            return ruled


def drawn_claim(data: st.DataObject) -> Draft:
    person = data.draw(st.sampled_from(list(PEOPLE)))
    source = data.draw(st.sampled_from(("s1", "s2", "s3")))
    unit = data.draw(st.sampled_from(list(UNITS)))
    stance = data.draw(st.sampled_from([None, None, "denies", "expects"]))
    match data.draw(st.sampled_from(("rank", "rank", "alias", "member_of", "led_by", "partner_of", "speaks_for"))):
        case "rank":
            day = data.draw(st.sampled_from([None, {"on": "2023-02-13"}, {"from": "2020", "until": "2021"}]))
            rank = data.draw(st.sampled_from(RANKS))
            speaker = data.draw(st.sampled_from([[], [person], [unit]]))
            return claimed(source, person, "rank", rank, when=day, stance=stance, speaker=speaker)
        case "alias":
            return claimed(source, person, "alias", data.draw(st.sampled_from(("Kim", "The General"))))
        case "led_by":
            return claimed(source, unit, "led_by", person, stance=stance)
        case "partner_of":
            other = data.draw(st.sampled_from([one for one in UNITS if one != unit]))
            return claimed(source, unit, "partner_of", other, stance=stance)
        case name:
            return claimed(source, person, name, unit)


@SAME_FOLDER
@given(data=st.data())
def test_undoing_rulings_gives_back_exactly_what_there_was(tmp_path: Path, data: st.DataObject) -> None:
    rulings, history = Rulings(), list[tuple[Draft, str]]()
    with new_store(tmp_path / "a.db") as store:
        store.record(FOUNDING, actor=ACTOR)
        for _ in range(data.draw(st.integers(3, 14))):
            kind = data.draw(st.sampled_from(("claim", "ruling", "ruling", "undo")))
            if kind == "undo" and rulings.live:
                ruling = data.draw(st.sampled_from(rulings.live))
                rulings.live.remove(ruling)
                store.record([undone(*ruling)], actor=ACTOR)
            elif kind == "ruling":
                draft = drawn_ruling(data)
                if event := ruled(store, draft, rulings):
                    rulings.live.append((draft, event))
                    history.append((draft, event))
            else:
                draft = drawn_claim(data)
                store.record([draft], actor=ACTOR)
                history.append((draft, ""))
            assert_true_to_the_log(store)
        with new_store(tmp_path / "b.db") as never:
            never.record(FOUNDING, actor=ACTOR)
            kept = {event for _, event in rulings.live} | {""}
            never.record([draft for draft, event in history if event in kept], actor=ACTOR)
            assert rows_shown(store.connection) == rows_shown(never.connection)


def ruled(store: Store, draft: Draft, rulings: Rulings) -> str:
    """Record a ruling and return its id, or hold that it was rightly refused and return nothing."""
    told = ""
    try:
        event = store.record([draft], actor=ACTOR).ids[-1]
    except BadData as error:
        event, told = "", str(error)
    if draft.type != "values.matched":
        named = rulings.parted(*draft.data["entities"])
        assert rulings.refuses(draft) == (not event), told
        assert event or named is None or named[:8] in told
    return event


@pytest.fixture(name="store")
def founded(tmp_path: Path) -> Store:
    store = new_store(tmp_path / "store.db")
    store.record(FOUNDING, actor=ACTOR)
    return store


def refusal(store: Store, draft: Draft) -> str:
    before = store.head()
    with pytest.raises(BadData) as refused:
        store.record([draft], actor=ACTOR)
    assert store.head() == before
    return str(refused.value)


def test_matched_entities_are_one_under_the_one_declared_first_and_corroborate(store: Store) -> None:
    store.record([claimed("s1", "kim", "rank", "Major"), claimed("s3", "kim-2", "rank", "Major")], actor=ACTOR)
    store.record([claimed("s1", "nato", "led_by", "kim-3"), matched("kim-3", "kim-2")], actor=ACTOR)
    store.record([matched("kim-2", "kim")], actor=ACTOR)
    [rank] = reading.facts_about(store.connection, "kim", property="rank")
    assert (rank.supports, rank.origins, rank.status) == (2, 2, "accepted")
    assert [one.entity for one in reading.facts_naming(store.connection, "kim")] == ["nato"]
    assert reading.facts_about(store.connection, "kim-2") == []
    assert names.entity(store.connection, "Su-Kwang Kim") == "kim-2"


def test_matched_namesakes_are_no_longer_ambiguous(store: Store) -> None:
    store.record([declared("kim-4", type_="person", name="Kim Su-kwang"), matched("kim", "kim-4")], actor=ACTOR)
    assert names.entity(store.connection, "Kim Su-kwang") == "kim"


def test_a_distinction_holds_for_all_that_each_side_is(store: Store) -> None:
    parting = store.record([distinguished("kim", "kim-3")], actor=ACTOR).ids[-1]
    store.record([matched("kim", "kim-2"), matched("kim-3", "lee")], actor=ACTOR)
    said = refusal(store, matched("kim-2", "lee"))
    assert f"are distinguished: namesakes (decision {parting[:8]}, Jo Park" in said
    assert f"`whence distinguish --undo {parting[:8]}`" in said
    assert "distinguished already" in refusal(store, distinguished("kim-2", "lee"))
    store.record([Draft("distinction.undone", {"distinction": parting, "reason": "one after all"})], actor=ACTOR)
    store.record([matched("kim-2", "lee")], actor=ACTOR)


def test_entities_that_are_one_cannot_be_distinguished_or_matched_again(store: Store) -> None:
    store.record([matched("kim", "kim-2"), matched("kim-2", "kim-3")], actor=ACTOR)
    assert "are matched, as kim, so they cannot be distinguished" in refusal(store, distinguished("kim", "kim-3"))
    assert "are matched already, as kim" in refusal(store, matched("kim-3", "kim"))


def test_what_is_no_pair_of_one_type_is_refused(store: Store) -> None:
    assert "only one type can be one" in refusal(store, matched("kim", "nato"))
    assert "is named twice" in refusal(store, matched("kim", "kim"))
    assert "There is no entity `nobody`" in refusal(store, matched("kim", "nobody"))


def test_undoing_what_is_undone_or_no_match_is_refused(store: Store) -> None:
    event = store.record([matched("kim", "kim-2")], actor=ACTOR).ids[-1]
    store.record([undone(matched("kim", "kim-2"), event)], actor=ACTOR)
    assert "is undone already" in refusal(store, undone(matched("kim", "kim-2"), event))
    assert "is no distinction" in refusal(store, undone(distinguished("kim", "kim-2"), event))
    assert "There is no event 00000000" in refusal(store, undone(matched("kim", "kim-2"), "0" * 64))


def test_a_type_is_held_against_the_matches_of_the_very_batch(store: Store, tmp_path: Path) -> None:
    revised = declared("kim-2", type_="organization", name="Su-Kwang Kim", reason="a firm of that name")
    with pytest.raises(BadData, match="is matched with another person, so it stays one"):
        store.record([matched("kim", "kim-2"), revised], actor=ACTOR)
    event = store.record([matched("kim", "kim-2")], actor=ACTOR).ids[-1]
    store.record([undone(matched("kim", "kim-2"), event), revised], actor=ACTOR)
    assert_true_to_the_log(store)
    segment = tmp_path / "all.jsonl"
    segment.write_bytes(b"".join(segments.export(store.connection)))
    with Store.create(tmp_path / "copy.db") as copy:
        segments.load(copy, [segment], actor=ACTOR)
        assert rows_shown(copy.connection) == rows_shown(store.connection)


def test_matched_wordings_corroborate_instead_of_clashing(store: Store) -> None:
    day = {"on": "2023-02-13"}
    claims = [claimed("s1", "kim", "rank", "Lt. Gen.", when=day)]
    claims += [claimed("s3", "kim", "rank", "Lieutenant General", when=day)]
    store.record(claims, actor=ACTOR)
    ruling = worded("rank", "Lt. Gen.", "Lieutenant General")
    assert [one.status for one in reading.facts_about(store.connection, "kim")] == ["contested", "contested"]
    event = store.record([ruling], actor=ACTOR).ids[-1]
    [rank] = reading.facts_about(store.connection, "kim")
    assert (rank.status, rank.origins) == ("accepted", 2)
    assert "are matched already" in refusal(store, ruling)
    store.record([undone(ruling, event)], actor=ACTOR)
    assert [one.status for one in reading.facts_about(store.connection, "kim")] == ["contested", "contested"]


def test_wordings_of_entities_or_the_same_words_are_not_matched(store: Store) -> None:
    assert "are entities: match those" in refusal(store, worded("led_by", "kim", "lee"))
    assert "are the same value already" in refusal(store, worded("rank", "Major", "major "))
    assert "There is no property `rang`" in refusal(store, worded("rang", "a", "b"))
