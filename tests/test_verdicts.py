"""A verdict wins and its rivals stay visible; when evidence moves it stays in force, and wants another look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from disputes import DAY, claim_of, facts, on, record, refusal, statuses, with_two_ranks  # noqa: F401 - a fixture
from histories import claimed, decided, graded, matched, retracted, undone, withdrawn, worded
from whence import audit, reading

if TYPE_CHECKING:
    from whence.store import Store


def test_a_verdict_wins_and_its_rivals_stay_visible_as_rejected(store: Store) -> None:
    assert statuses(store) == {"Major": "contested", "Colonel": "contested"}
    record(store, decided("kim", "rank", "Colonel"))
    found = facts(store)
    assert (found["Colonel"].status, found["Colonel"].current) == ("accepted", True)
    assert (found["Major"].status, found["Major"].current) == ("rejected", False)
    assert not any(fact.review for fact in found.values())
    assert reading.conflicts(store.connection) == []
    why = audit.why(store.connection, found["Major"].fact)
    assert why is not None
    assert why.rule.startswith("Rejected by verdict: Jo Park <jo@example.org> decided for “Colonel”")
    assert [claim.source for claim in why.supporting] == ["s1"]


def test_a_verdict_for_a_stretch_of_time_leaves_other_times_as_they_are(store: Store) -> None:
    early = {"on": "2015-05-05"}
    record(
        store, claimed("s1", "kim", "rank", "Captain", when=early), claimed("s2", "kim", "rank", "Ensign", when=early)
    )
    record(store, decided("kim", "rank", "Colonel", when={"from": "2022", "until": "2024"}))
    expected = {"Colonel": "accepted", "Major": "rejected", "Captain": "contested", "Ensign": "contested"}
    assert statuses(store) == expected
    record(store, decided("kim", "rank", "Ensign", when={"on": "2015-05-05"}))
    assert statuses(store) == {**expected, "Captain": "rejected", "Ensign": "superseded"}


def test_a_verdict_against_a_value_leaves_the_rest_to_the_rules(store: Store) -> None:
    event = record(store, decided("kim", "rank", "Major", stance="denies"))
    assert statuses(store) == {"Major": "rejected", "Colonel": "accepted"}
    record(store, undone(decided("kim", "rank", "Major"), event))
    assert statuses(store) == {"Major": "contested", "Colonel": "contested"}


def test_a_verdict_settles_a_denied_value_of_a_property_with_many(store: Store) -> None:
    record(store, claimed("s1", "kim", "alias", "Kim"), claimed("s2", "kim", "alias", "Kim", stance="denies"))
    assert statuses(store, "alias") == {"Kim": "contested"}
    record(store, decided("kim", "alias", "Kim"))
    assert statuses(store, "alias") == {"Kim": "accepted"}


def test_a_revoked_verdict_gives_back_what_there_was(store: Store) -> None:
    before = facts(store)
    event = record(store, decided("kim", "rank", "Colonel"))
    record(store, undone(decided("kim", "rank", "Colonel"), event))
    assert facts(store) == before


MOVED: dict[str, Any] = {
    "a new rival": lambda _: claimed("s3", "kim", "rank", "General", when=DAY),
    "a new denial": lambda _: claimed("s3", "kim", "rank", "Colonel", when=DAY, stance="denies"),
    "support that is withdrawn": lambda _: withdrawn("s2"),
    "support that is regraded": lambda _: graded("s2", "E"),
    "support that is retracted": lambda store: retracted(claim_of(store, "Colonel")),
}


@pytest.mark.parametrize("moved", MOVED)
def test_when_evidence_moves_a_verdict_stays_in_force_and_wants_another_look(store: Store, moved: str) -> None:
    # A second source for the colonel, so that the fact outlives its first support.
    record(store, claimed("s1", "kim", "rank", "Colonel", when=DAY, said="2023-02-14"))
    record(store, decided("kim", "rank", "Colonel"))
    assert not facts(store)["Colonel"].review
    record(store, MOVED[moved](store))
    colonel = facts(store)["Colonel"]
    assert (colonel.status, colonel.review) == ("accepted", True)
    assert [fact.value for fact in reading.reviews(store.connection)] == ["Colonel"]
    why = audit.why(store.connection, colonel.fact)
    assert why is not None
    assert "it wants another look" in why.rule


def test_a_verdict_stays_in_force_when_nothing_affirms_its_value_any_more(store: Store) -> None:
    event = record(store, decided("kim", "rank", "Colonel"))
    assert audit.unaffirmed(store.connection) == []
    for fall, rise in ((withdrawn("s2"), withdrawn("s2", again=True)), (retracted(claim_of(store, "Colonel")), None)):
        record(store, fall)
        [major] = facts(store).values()
        assert (major.status, major.current, major.review) == ("rejected", False, True)
        why = audit.why(store.connection, major.fact)
        assert why is not None
        assert why.verdict is not None
        assert why.rule.startswith("Rejected by verdict: Jo Park <jo@example.org> decided for “Colonel”")
        assert why.rule.endswith("though nothing on record affirms that value any more: it wants another look.")
        [left] = audit.unaffirmed(store.connection, entity="kim", property="rank")
        assert (left.event, left.shown) == (event, "Colonel")
        assert "A verdict on that stands" in refusal(store, decided("kim", "rank", "Major"))
        if rise is not None:
            record(store, rise)
            assert statuses(store) == {"Colonel": "accepted", "Major": "rejected"}
            assert audit.unaffirmed(store.connection) == []
    record(store, undone(decided("kim", "rank", "Colonel"), event))
    assert [(one.status, one.current, one.review) for one in facts(store).values()] == [("accepted", True, False)]
    assert audit.unaffirmed(store.connection) == []


def test_a_verdict_is_in_force_though_nothing_is_on_record_any_more(store: Store) -> None:
    event = record(store, claimed("s1", "kim", "alias", "Kim"), decided("kim", "alias", "Kim"))
    record(store, withdrawn("s1"))
    assert facts(store, "alias") == {}
    assert [one.event for one in audit.unaffirmed(store.connection)] == [event]


def test_what_a_verdict_was_not_about_stands_where_it_stood_when_its_value_falls_away(store: Store) -> None:
    times = {"Ensign": {"on": "2015-05-05"}, "General": {"on": "2026-05-05"}, "Captain": {"on": "2023-02-14"}}
    record(store, *(claimed("s1", "kim", "rank", rank, when=when) for rank, when in times.items()))
    record(store, decided("kim", "rank", "Colonel"))
    before = {"Ensign": "superseded", "Major": "rejected", "Captain": "rejected", "General": "accepted"}
    assert statuses(store) == {**before, "Colonel": "superseded"}
    record(store, withdrawn("s2"))
    found = facts(store)
    assert {value: fact.status for value, fact in found.items()} == before
    assert {value for value, fact in found.items() if fact.review} == {"Ensign", "Major", "Captain"}
    assert [value for value, fact in found.items() if fact.current] == ["General"]


def test_a_value_of_another_time_is_no_help_to_a_verdict_and_no_rival_of_it(store: Store) -> None:
    record(store, claimed("s3", "kim", "rank", "Colonel", when=on(2015)), decided("kim", "rank", "Colonel", when=DAY))
    record(store, withdrawn("s2"))
    found = facts(store)
    assert {value: (fact.status, fact.review) for value, fact in found.items()} == {
        "Colonel": ("accepted", False), "Major": ("rejected", True),
    }  # fmt: skip


def test_what_follows_a_decided_value_by_its_stated_end_follows_it_still_when_it_falls_away(store: Store) -> None:
    record(store, claimed("s2", "kim", "rank", "Colonel", when={"until": "2023-02-20"}))
    record(store, claimed("s1", "kim", "rank", "General", when={"on": "2023-02-25"}), decided("kim", "rank", "Colonel"))
    record(store, withdrawn("s2"))
    assert statuses(store) == {"General": "accepted", "Major": "rejected"}
    assert not facts(store)["General"].review


def test_a_verdict_rested_on_what_counted_when_it_was_reached_and_on_nothing_else(store: Store) -> None:
    record(store, claimed("s3", "kim", "rank", "Colonel", when=on(2010)), withdrawn("s3"))
    retraction = retracted(record(store, claimed("s2", "kim", "rank", "Colonel", when=on(2009))))
    record(store, retraction, claimed("s1", "kim", "rank", "Captain", when=on(2016)))
    record(store, decided("kim", "rank", "Colonel"), claimed("s2", "kim", "rank", "Colonel", when=on(2011)))
    record(store, withdrawn("s2"))
    # On 13 February 2023 that is, so that a captain of 2016 is none of its rivals.
    assert statuses(store) == {"Captain": "superseded", "Major": "rejected"}


def test_a_verdict_holds_down_nothing_of_a_time_that_it_does_not_cover(store: Store) -> None:
    record(store, claimed("s2", "lee", "rank", "Colonel", when={"from": "2015", "on": "2023-02-13"}))
    record(
        store, claimed("s1", "lee", "rank", "Ensign", when=on(2016)), claimed("s1", "lee", "rank", "Major", when=DAY)
    )
    record(store, decided("lee", "rank", "Colonel", when=DAY))
    assert statuses(store, entity="lee") == {"Colonel": "accepted", "Ensign": "contested", "Major": "rejected"}
    record(store, withdrawn("s2"))
    assert statuses(store, entity="lee") == {"Ensign": "accepted", "Major": "rejected"}


def test_a_vaguer_value_stays_consistent_with_a_decided_one_that_falls_away(store: Store) -> None:
    said = {"s1": "2023-02", "s2": "2023-02-13", "s3": "2023-03-01"}
    record(store, *(claimed(source, "nato", "founded", day) for source, day in said.items()))
    record(store, decided("nato", "founded", "2023-02-13"), withdrawn("s2"))
    assert statuses(store, "founded", "nato") == {"2023-02": "refined", "2023-03-01": "rejected"}
    assert all(fact.review and not fact.current for fact in facts(store, "founded", "nato").values())


def test_what_was_only_expected_when_it_was_decided_holds_nothing_down(store: Store) -> None:
    record(store, claimed("s3", "lee", "rank", "Major", stance="expects", when=DAY))
    record(store, claimed("s2", "lee", "rank", "Major", stance="denies", when=DAY))
    assert statuses(store, entity="lee") == {"Major": "contested"}
    record(store, decided("lee", "rank", "Major"))
    assert statuses(store, entity="lee") == {"Major": "expected"}
    record(store, claimed("s1", "lee", "rank", "Captain", when=DAY))
    assert statuses(store, entity="lee") == {"Major": "expected", "Captain": "accepted"}
    record(store, withdrawn("s3"))
    assert statuses(store, entity="lee") == {"Major": "denied", "Captain": "accepted"}


def test_what_is_denied_and_no_longer_affirmed_is_denied_whatever_was_decided(store: Store) -> None:
    record(store, decided("kim", "rank", "Colonel"))
    record(store, claimed("s3", "kim", "rank", "Colonel", stance="denies", when=DAY), withdrawn("s2"))
    found = facts(store)
    assert {value: (fact.status, fact.review) for value, fact in found.items()} == {
        "Colonel": ("denied", True), "Major": ("rejected", True),
    }  # fmt: skip
    why = audit.why(store.connection, found["Colonel"].fact)
    assert why is not None
    assert why.rule.startswith("Denied: 1 claim against it, and none affirms it. Jo Park")


def test_a_new_rival_is_rejected_and_the_chosen_value_wants_another_look(store: Store) -> None:
    record(store, decided("kim", "rank", "Colonel"))
    record(store, claimed("s3", "kim", "rank", "General", when={"on": "2026-05-05"}))
    assert not facts(store)["Colonel"].review  # what follows it years later is no rival
    record(store, claimed("s3", "kim", "rank", "Captain", when=DAY))
    found = facts(store)
    assert (found["Captain"].status, found["Captain"].review, found["Colonel"].review) == ("rejected", False, True)


def test_a_rival_whose_source_was_withdrawn_when_it_was_decided_is_new_once_it_is_reinstated(store: Store) -> None:
    record(store, claimed("s3", "kim", "rank", "Captain", when=DAY), withdrawn("s3"))
    record(store, decided("kim", "rank", "Colonel"))
    record(store, withdrawn("s3", again=True))
    assert statuses(store) == {"Colonel": "accepted", "Major": "rejected", "Captain": "rejected"}
    assert facts(store)["Colonel"].review


def test_a_value_that_only_a_match_of_wordings_affirmed_is_denied_once_that_is_undone(store: Store) -> None:
    ruling = worded("rank", "Col.", "Colonel")
    event = record(store, claimed("s3", "kim", "rank", "Col.", when=DAY, stance="denies"), ruling)
    record(store, decided("kim", "rank", "Col."))
    assert statuses(store) == {"Colonel": "accepted", "Major": "rejected"}
    record(store, undone(ruling, event))
    assert {value: (fact.status, fact.review) for value, fact in facts(store).items()} == {
        "Col.": ("denied", True), "Colonel": ("rejected", True), "Major": ("rejected", True),
    }  # fmt: skip


def test_a_rival_that_a_match_brings_is_new_too(store: Store) -> None:
    record(store, claimed("s3", "lee", "rank", "Captain", when=DAY), decided("kim", "rank", "Colonel"))
    record(store, claimed("s3", "lee", "alias", "Lee"), claimed("s1", "kim", "alias", "Kim"))
    event = record(store, matched("kim", "lee"))
    assert statuses(store) == {"Colonel": "accepted", "Major": "rejected", "Captain": "rejected"}
    assert facts(store)["Colonel"].review
    record(store, undone(matched("kim", "lee"), event))
    assert facts(store)["Colonel"].review  # who he is was ruled on twice since


@pytest.mark.parametrize("pair", [("kim", "lee"), ("lee", "kim")])
def test_a_verdict_wants_another_look_when_whom_it_is_on_was_parted_from_another_since(
    store: Store, pair: tuple[str, str]
) -> None:
    event = record(store, matched(*pair))
    record(store, decided("kim", "rank", "Colonel"))
    assert not facts(store)["Colonel"].review
    record(store, undone(matched(*pair), event))
    assert facts(store)["Colonel"].review


def test_a_rival_that_a_match_of_wordings_made_by_being_undone_is_new_too(store: Store) -> None:
    ruling = worded("rank", "Col.", "Colonel")
    event = record(store, claimed("s3", "kim", "rank", "Col.", when=DAY), ruling)
    record(store, decided("kim", "rank", "Colonel"))
    assert not any(fact.review for fact in facts(store).values())
    record(store, undone(ruling, event))
    found = facts(store)
    assert {value: fact.status for value, fact in found.items()} == {
        "Col.": "rejected", "Colonel": "accepted", "Major": "rejected",
    }  # fmt: skip
    assert found["Colonel"].review


def test_a_verdict_decides_on_no_other_time(store: Store) -> None:
    said = {"Colonel": {"from": "2015", "on": "2023-02-13"}, "Ensign": on(2016), "General": {"on": "2023-12-05"}}
    record(store, *(claimed("s3", "kim", "rank", rank, when=when) for rank, when in said.items()))
    record(store, decided("kim", "rank", "Colonel", when=DAY))
    on_its_day = {"Colonel": "accepted", "Major": "rejected", "Ensign": "contested", "General": "contested"}
    assert statuses(store) == on_its_day
    record(store, decided("kim", "rank", "Colonel", when={"from": "2015", "until": "2017"}))
    assert statuses(store) == {**on_its_day, "Ensign": "rejected"}
    for rank, when in {"Major": "on 2023-02-13", "Ensign": "from 2015 until 2017"}.items():
        why = audit.why(store.connection, facts(store)[rank].fact)
        assert why is not None
        assert f"decided for “Colonel” {when}" in why.rule


def test_verdicts_for_two_values_at_two_times_put_one_after_the_other(store: Store) -> None:
    long = {"Captain": {"from": "2014", "on": "2022-05-05"}, "Ensign": {"from": "2015", "on": "2021-05-05"}}
    record(store, *(claimed("s3", "lee", "rank", rank, when=when) for rank, when in long.items()))
    record(store, decided("lee", "rank", "Ensign", when={"until": "2018"}))
    record(store, decided("lee", "rank", "Captain", when={"from": "2019"}))
    found = facts(store, entity="lee")
    assert {value: (fact.status, fact.current, fact.review) for value, fact in found.items()} == {
        "Captain": ("accepted", True, False), "Ensign": ("superseded", False, False),
    }  # fmt: skip


def test_a_vague_value_that_was_decided_for_is_shown_as_current(store: Store) -> None:
    said = {"2023-02": "s2", "2023-02-13": "s1", "2023-03-01": "s1"}  # what is more exact scores more
    record(store, *(claimed(source, "nato", "founded", day) for day, source in said.items()))
    record(store, decided("nato", "founded", "2023-02"))
    found = facts(store, "founded", "nato")
    assert {value: fact.status for value, fact in found.items()} == {
        "2023-02": "accepted", "2023-02-13": "accepted", "2023-03-01": "rejected",
    }  # fmt: skip
    assert [value for value, fact in found.items() if fact.current] == ["2023-02"]


def test_what_says_the_same_again_moves_no_verdict(store: Store) -> None:
    record(store, decided("kim", "rank", "Colonel"))
    record(store, claimed("s3", "kim", "rank", "Colonel", when=DAY), claimed("s3", "kim", "alias", "Kim"))
    assert not facts(store)["Colonel"].review
