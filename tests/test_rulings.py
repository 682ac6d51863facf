"""Verdicts, withdrawals and corrections: what they change, what stays visible, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from histories import (
    ACTOR,
    claimed,
    decided,
    declared,
    distinguished,
    graded,
    matched,
    new_store,
    registered,
    retracted,
    undone,
    withdrawn,
    worded,
)
from test_projector import assert_true_to_the_log
from whence import audit, reading
from whence.errors import BadData

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft
    from whence.reading import Fact
    from whence.store import Store

DAY = {"on": "2023-02-13"}
FOUNDING = [
    *(declared(one) for one in ("kim", "lee", "nato", "jcs", "mod")),
    *(registered(f"s{number}", publisher=who) for number, who in enumerate(("nato", "jcs", "mod"), 1)),
    graded("s1", "B"),
    claimed("s1", "kim", "rank", "Major", when=DAY),
    claimed("s2", "kim", "rank", "Colonel", when=DAY),
]


@pytest.fixture(name="store")
def with_two_ranks(tmp_path: Path) -> Iterator[Store]:
    """Return a store in which s1 (grade B) calls Kim a major and s2 a colonel, on one day."""
    with new_store(tmp_path / "store.db") as store:
        store.record(FOUNDING, actor=ACTOR)
        yield store
        assert_true_to_the_log(store)


def record(store: Store, *drafts: Draft) -> str:
    """Record the drafts; return the id of the last event."""
    return store.record(drafts, actor=ACTOR).ids[-1]


def refusal(store: Store, draft: Draft) -> str:
    before = store.head()
    with pytest.raises(BadData) as refused:
        store.record([draft], actor=ACTOR)
    assert store.head() == before
    return str(refused.value)


def facts(store: Store, property_: str = "rank", entity: str = "kim") -> dict[str, Fact]:
    return {fact.value: fact for fact in reading.facts_about(store.connection, entity, property=property_)}


def statuses(store: Store, property_: str = "rank", entity: str = "kim") -> dict[str, str]:
    return {value: fact.status for value, fact in facts(store, property_, entity).items()}


def claim_of(store: Store, value: str) -> str:
    query = "SELECT e.id FROM claim c CROSS JOIN event e ON e.position = c.claim WHERE c.value = :value"
    return str(store.connection.execute(query, {"value": value}).fetchone()[0])


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


def test_what_is_left_when_nothing_affirms_a_decided_value_any_more_wants_another_look(store: Store) -> None:
    event = record(store, decided("kim", "rank", "Colonel"))
    record(store, withdrawn("s2"))
    major = facts(store)["Major"]
    assert major.review
    why = audit.why(store.connection, major.fact)
    assert why is not None
    assert "A verdict for a value that nothing affirms any more still stands" in why.rule
    record(store, undone(decided("kim", "rank", "Colonel"), event))
    assert not facts(store)["Major"].review


def test_what_says_the_same_again_moves_no_verdict(store: Store) -> None:
    record(store, decided("kim", "rank", "Colonel"))
    record(store, claimed("s3", "kim", "rank", "Colonel", when=DAY), claimed("s3", "kim", "alias", "Kim"))
    assert not facts(store)["Colonel"].review


def test_two_verdicts_on_one_time_are_refused(store: Store) -> None:
    event = record(store, decided("kim", "rank", "Colonel", when={"from": "2023"}))
    for again in (
        decided("kim", "rank", "Major"),
        decided("kim", "rank", "Colonel"),
        decided("kim", "rank", "Colonel", stance="denies", when={"from": "2023-06"}),
    ):
        said = refusal(store, again)
        assert "A verdict on that stands" in said
        assert f"`whence decide --revoke {event[:8]}" in said
    record(store, decided("kim", "rank", "Major", when={"until": "2021"}))


def test_a_verdict_needs_a_value_that_somebody_claims(store: Store) -> None:
    said = refusal(store, decided("kim", "rank", "Admiral"))
    assert said.startswith("Nobody claims `rank` “Admiral” of kim. On record are: Colonel, Major.")
    assert "Nothing is claimed of it yet" in refusal(store, decided("lee", "rank", "Major"))
    assert "There is no entity `nobody`" in refusal(store, decided("nobody", "rank", "Major"))
    assert "There is no property `rang`" in refusal(store, decided("kim", "rang", "Major"))


def test_a_verdict_on_no_stretch_of_time_is_refused(store: Store) -> None:
    assert "is before from 2024" in refusal(
        store, decided("kim", "rank", "Major", when={"from": "2024", "until": "2020"})
    )
    assert "2024/2020" in refusal(store, decided("kim", "rank", "Major", when={"on": "2024/2020"}))


def test_a_verdict_follows_matches_of_entities_and_of_wordings(store: Store) -> None:
    record(store, claimed("s3", "lee", "rank", "Col.", when=DAY), matched("kim", "lee"))
    record(store, decided("lee", "rank", "Col."), worded("rank", "Col.", "Colonel"))
    assert statuses(store) == {"Col.": "accepted", "Major": "rejected"}


def test_undoing_what_is_undone_or_something_else_is_refused(store: Store) -> None:
    ruling = decided("kim", "rank", "Colonel")
    event = record(store, ruling)
    record(store, undone(ruling, event))
    assert "The verdict" in (said := refusal(store, undone(ruling, event)))
    assert "is undone already" in said
    assert "is no verdict" in refusal(store, undone(ruling, claim_of(store, "Major")))
    assert "There is no event" in refusal(store, undone(ruling, "0" * 64))
    assert "is no match" in refusal(store, undone(matched("kim", "lee"), event))
    assert "is no distinction" in refusal(store, undone(distinguished("kim", "lee"), event))


def test_a_withdrawn_source_no_longer_counts_until_it_is_reinstated(store: Store) -> None:
    before = facts(store)
    record(store, withdrawn("s2"))
    assert statuses(store) == {"Major": "accepted"}
    assert "is withdrawn already" in refusal(store, withdrawn("s2"))
    record(store, withdrawn("s2", again=True))
    assert facts(store) == before
    assert "not withdrawn, so it cannot be reinstated" in refusal(store, withdrawn("s2", again=True))
    assert "There is no source `s9`" in refusal(store, withdrawn("s9"))
