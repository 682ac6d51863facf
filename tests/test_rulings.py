"""Which verdicts, withdrawals and undoings are refused, and what matches and withdrawals do to what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from disputes import DAY, claim_of, facts, record, refusal, statuses, with_two_ranks  # noqa: F401 - a fixture
from histories import claimed, decided, distinguished, matched, undone, withdrawn, worded

if TYPE_CHECKING:
    from whence.store import Store


def test_two_verdicts_on_one_time_are_refused(store: Store) -> None:
    event = record(store, decided("kim", "rank", "Colonel", when={"from": "2023"}))
    for again in (
        decided("kim", "rank", "Major"),
        decided("kim", "rank", "Colonel"),
        decided("kim", "rank", "Colonel", stance="denies", when={"from": "2022-06"}),
    ):
        said = refusal(store, again)
        assert "A verdict on that stands" in said
        assert f"`whence decide --revoke {event[:8]}" in said
    assert "Nobody claims `rank` “Major” of kim for that time" in refusal(
        store, decided("kim", "rank", "Major", when={"until": "2021"})
    )
    record(store, claimed("s1", "kim", "rank", "Major", when={"on": "2020-05-05"}))
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
