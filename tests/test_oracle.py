"""Whatever a log says, its facts are those that follow by the design: held against an oracle, not against examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oracle
from histories import (
    ACTOR,
    PROPERTIES,
    SOURCES,
    captured,
    decided,
    graded,
    matched,
    new_store,
    retracted,
    undone,
    withdrawn,
    worded,
)
from telling import facts_shown
from whence import log
from whence.errors import BadData
from worlds import VALUES, Draw, World, pick, whens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from whence.drafts import Draft, Event
    from whence.store import Store

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
# Most of one value at a time, on which people decide.
TOPICS = ("rank", "rank", "killed", "led_by", "founded", "ships", "motto", "twin_of", "member_of", "alias", "website")
RULINGS = ("entities.matched", "values.matched", "verdict.reached")
OTHERS = {"kim": "lee", "nato": "jcs"}  # whom the subject of a history may be one with


def expected(events: Sequence[Event], shown: dict[oracle.Key, oracle.Fact]) -> dict[oracle.Key, oracle.Fact]:
    """Return what follows from a log.

    Where somebody was matched or parted after a verdict, the view may ask for another look though nothing moved.
    """
    ruled = max(
        (e.position for e in events if e.type in ("entities.matched", "values.matched", "match.undone")), default=0
    )
    found = oracle.facts(events)
    return {
        key: one._replace(review=True)
        if one.verdict is not None and one.verdict < ruled and key in shown and shown[key].review
        else one
        for key, one in found.items()
    }


def assert_facts_follow(store: Store) -> None:
    shown = facts_shown(store.connection)
    assert shown == expected(list(log.events(store.connection)), shown)


@SAME_FOLDER
@given(data=st.data())
def test_facts_are_those_that_follow_from_claims(tmp_path: Path, data: st.DataObject) -> None:
    world = World()
    drafts = world.founding(data.draw)
    world.topics = [data.draw(st.sampled_from(sorted(PROPERTIES)))]
    drafts += [graded(one, data.draw(st.sampled_from("ABCDEF"))) for one in SOURCES if data.draw(st.booleans())]
    drafts += [captured(one, "2021-05-05") for one in SOURCES if data.draw(st.booleans())]
    subject = data.draw(st.sampled_from(world.any_of(PROPERTIES[world.topics[0]]["of"])))
    for _ in range(data.draw(st.integers(1, 14))):
        claim = world.claim(data.draw, subject=subject)
        assert claim is not None
        if claim not in drafts:
            drafts.append(claim)
    with new_store(tmp_path / "a.db") as store:
        store.record(drafts, actor=ACTOR)
        assert_facts_follow(store)


@SAME_FOLDER
@given(data=st.data())
def test_facts_are_those_that_follow_from_claims_and_rulings(tmp_path: Path, data: st.DataObject) -> None:
    with new_store(tmp_path / "a.db") as store:
        dispute = Dispute(store, data.draw, data.draw(st.sampled_from(TOPICS)))
        for _ in range(data.draw(st.integers(2, 12))):
            dispute.goes_on()
        assert_facts_follow(store)


class Dispute:
    """A history about one property of a subject, and of another that it may be one with: claims, and what is ruled."""

    def __init__(self, store: Store, draw: Draw, topic: str) -> None:
        self.store, self.draw, self.topic, self.world = store, draw, topic, World()
        self.subject = "kim" if "person" in PROPERTIES[topic]["of"] else "nato"
        self.live: dict[str, Draft] = {}
        self.rulings: list[tuple[Draft, str]] = []
        store.record(self.world.founding(draw), actor=ACTOR)
        self.world.topics = [topic]
        self.record(*(claim for _ in range(draw(st.integers(2, 8))) if (claim := self.said()) is not None))
        self.world.topics = [topic, topic, topic, "speaks_for"]

    def record(self, *drafts: Draft) -> None:
        """Record drafts, unless the rules refuse them."""
        try:
            ids = self.store.record(drafts, actor=ACTOR).ids
        except BadData:
            return
        for one, draft in zip(ids, drafts, strict=True):
            if draft.type == "claim.made":
                self.live[one] = draft
            elif draft.type in RULINGS:
                self.rulings.append((draft, one))

    def said(self) -> Draft | None:
        """Return a claim; None where it is there already."""
        who = self.draw(st.sampled_from([self.subject, self.subject, OTHERS[self.subject]]))
        claim = self.world.claim(self.draw, subject=who)
        if claim is None or claim in self.world.made:
            return None
        self.world.made.append(claim)
        return claim

    def goes_on(self) -> None:
        """Record what happens next."""
        kinds = (
            ["claim"] * 4 + ["verdict"] * 5 + ["fall"] * 3 + ["match", "words", "undo", "grade", "withdraw", "retract"]
        )
        match self.draw(st.sampled_from(kinds)):
            case "claim":
                self.record(*filter(None, [self.said()]))
            case "verdict":
                self.decide()
            case "fall":
                self.fall()
            case "match":
                pairs = [(self.subject, OTHERS[self.subject])] * 2 + [("kim", "roe"), ("amr", "jcs")]
                self.record(matched(*self.draw(st.sampled_from(pairs))))
            case "words" if values := VALUES.get(PROPERTIES[self.topic]["value"]):
                pair = self.draw(st.permutations(values))[:2]
                self.record(worded(self.topic, *pair, subject=self.draw(st.sampled_from([None, self.subject]))))
            case "undo" if self.rulings:
                ruling = pick(self.draw, self.rulings)
                self.rulings.remove(ruling)
                self.record(undone(*ruling))
            case "withdraw":
                source = self.draw(st.sampled_from(SOURCES))
                self.world.withdrawn ^= {source}
                self.record(withdrawn(source, again=source not in self.world.withdrawn))
            case "retract" if self.live:
                self.retract(pick(self.draw, list(self.live)))
            case _:
                self.record(graded(self.draw(st.sampled_from(SOURCES)), self.draw(st.sampled_from("ABCDEF"))))

    def decide(self) -> None:
        """Record a verdict on a value that was claimed, for all time or for a stretch."""
        about = [draft.data for draft in self.live.values() if draft.data["property"] == self.topic]
        if about:
            claim = pick(self.draw, about)
            stance = self.draw(st.sampled_from([None, None, None, "denies"]))
            when = self.draw(st.one_of(st.none(), st.none(), whens()))
            self.record(decided(claim["subject"], self.topic, claim["value"], stance=stance, when=when))

    def fall(self) -> None:
        """Retract what was claimed of a value that a verdict is on."""
        verdicts = [draft.data for draft, _ in self.rulings if draft.type == "verdict.reached"]
        if verdicts:
            value = pick(self.draw, verdicts)["value"]
            stances = self.draw(
                st.sampled_from([("affirms",), ("affirms", "expects"), ("affirms", "expects", "denies")])
            )
            self.retract(
                *(
                    one
                    for one, draft in self.live.items()
                    if draft.data["value"].strip().casefold() == value.strip().casefold()
                    and draft.data["property"] == self.topic
                    and draft.data.get("stance", "affirms") in stances
                )
            )

    def retract(self, *claims: str) -> None:
        for one in claims:
            del self.live[one]
        self.record(*map(retracted, claims))
