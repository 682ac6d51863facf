"""Facts follow from claims as the design says ("From claims to facts"): by example, and against an oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oracle
from histories import (
    ACTOR,
    PROPERTIES,
    SOURCES,
    captured,
    claimed,
    declared,
    graded,
    new_store,
    registered,
    retracted,
    vocabulary_drafts,
)
from whence import dates
from whence.drafts import Ref
from worlds import World

if TYPE_CHECKING:
    from pathlib import Path

    from whence.drafts import Draft

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
RECORDED_ON = "2024-01-10"
PEOPLE = [declared(one) for one in ("kim", "lee", "nato", "jcs", "amr", "mod")]


class Facts(Protocol):
    """Records drafts after the entities of the examples, and tells the facts in the order of their values."""

    def __call__(self, *drafts: Draft) -> list[Seen]: ...


class Seen(NamedTuple):
    """What a fact shows in the examples below."""

    value: str
    status: str
    current: bool
    score: int
    origins: int
    supports: int
    denies: int
    bounds: dates.Bounds

    @property
    def shown(self) -> str:
        return f"{self.value}: {self.status}{', current' if self.current else ''}"


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    """Return what makes a store and records drafts in it."""

    def told(*drafts: Draft) -> list[Seen]:
        found = facts_of(tmp_path / "a.db", [*PEOPLE, *drafts])
        return [Seen(key[2], fact.status, fact.current, *fact[2:6], fact.bounds) for key, fact in sorted(found.items())]

    return told


def kim(source: str, value: str, property_: str = "rank", **fields: object) -> Draft:
    """Return a claim about Kim: by default that he has a rank."""
    return claimed(source, "kim", property_, value, **fields)


def nato(source: str, value: str, property_: str, **fields: object) -> Draft:
    """Return a claim about NATO."""
    return claimed(source, "nato", property_, value, **fields)


def facts_of(path: Path, drafts: list[Draft]) -> dict[oracle.Key, oracle.Fact]:
    """Record the drafts in a store of its own and return the facts that its view shows."""
    with new_store(path) as store:
        store.record(drafts, actor=ACTOR)
        rows = store.connection.execute(
            "SELECT entity, property, value_key, spell, status, current, score, origins, supports, denies, expects,"
            " earliest_start, latest_start, earliest_end, latest_end FROM fact"
        ).fetchall()
    found = {}
    for row in rows:
        score, origins, supports, denies, expects = row[6:11]
        bounds = dates.Bounds(*row[11:])
        found[row[:4]] = oracle.Fact(row[4], bool(row[5]), score, origins, supports, denies, expects, bounds)
    return found


# --- Origins and scores ------------------------------------------------------------------------------------


def test_ten_papers_quoting_one_ministry_and_its_own_release_are_one_origin(facts: Facts) -> None:
    papers = [registered(f"p{n}", publisher="amr", derived_from=["release"]) for n in range(10)]
    [fact] = facts(
        registered("release", publisher="mod"),
        *papers,
        kim("release", "Major"),
        *(kim(f"p{n}", "Major") for n in range(9)),
        kim("p9", "Major", speaker=["lee", "mod"]),
    )
    assert (fact.origins, fact.supports) == (1, 11)
    assert fact.shown == "major: accepted, current"


def test_two_papers_of_their_own_are_two_origins(facts: Facts) -> None:
    papers = registered("s1", publisher="amr"), registered("s2", publisher="nato"), registered("s3", publisher="nato")
    [fact] = facts(*papers, *(kim(source, "Major") for source in ("s1", "s2", "s3")))
    assert (fact.origins, fact.supports) == (2, 3)


def test_a_source_without_a_publisher_is_an_origin_of_its_own(facts: Facts) -> None:
    [fact] = facts(registered("s1"), registered("s2"), kim("s1", "Major"), kim("s2", "Major"))
    assert fact.origins == 2


def test_a_digest_of_two_sources_is_one_joint_origin(facts: Facts) -> None:
    roots = registered("s1", publisher="nato"), registered("s2", publisher="mod")
    [fact] = facts(*roots, registered("digest", publisher="amr", derived_from=["s1", "s2"]), kim("digest", "Major"))
    assert fact.origins == 1


def test_a_digest_is_no_further_origin_beside_the_claim_of_a_root(facts: Facts) -> None:
    roots = registered("s1", publisher="nato"), registered("s2", publisher="mod")
    digest = registered("digest", publisher="amr", derived_from=["s1", "s2"])
    [fact] = facts(*roots, digest, kim("digest", "Major"), kim("s1", "Major"))
    assert (fact.origins, fact.supports) == (1, 2)


def test_a_digest_is_an_origin_of_what_its_roots_do_not_say(facts: Facts) -> None:
    roots = registered("s1", publisher="nato"), registered("s2", publisher="mod")
    digest = registered("digest", publisher="amr", derived_from=["s1", "s2"])
    assert [fact.origins for fact in facts(*roots, digest, kim("digest", "Major"), kim("s1", "Colonel"))] == [1, 1]


def test_the_first_voice_counts_and_not_who_passes_it_on(facts: Facts) -> None:
    papers = registered("s1", publisher="amr"), registered("s2", publisher="nato")
    [fact] = facts(*papers, kim("s1", "Major", speaker=["nato", "mod"]), kim("s2", "Major", speaker=["mod"]))
    assert fact.origins == 1


def test_a_speaker_is_taken_as_the_organization_at_the_end_of_whom_he_speaks_for(facts: Facts) -> None:
    papers = registered("s1", publisher="amr"), registered("s2", publisher="mod")
    chain = claimed("s1", "lee", "speaks_for", "jcs"), claimed("s1", "jcs", "speaks_for", "mod")
    told = facts(*papers, *chain, kim("s1", "Kim", "alias", speaker=["lee"]), kim("s2", "Kim", "alias"))
    assert {fact.value: fact.origins for fact in told} == {"jcs": 1, "kim": 1, "mod": 1}


@pytest.mark.parametrize("stance", ["denies", "expects"])
def test_whom_a_speaker_does_not_speak_for_yet_or_at_all_is_not_his_voice(facts: Facts, stance: str) -> None:
    papers = registered("s1", publisher="amr"), registered("s2", publisher="jcs")
    told = facts(
        *papers,
        claimed("s1", "lee", "speaks_for", "jcs", stance=stance),
        kim("s1", "Kim", "alias", speaker=["lee"]),
        kim("s2", "Kim", "alias"),
    )
    assert told[0].origins == 2


@pytest.mark.parametrize(
    ("grade", "credibility", "score"),
    [("A", 1, 25), ("B", None, 12), ("C", 2, 12), ("D", 4, 4), ("E", 5, 1), ("F", 6, 6), (None, None, 6), (None, 3, 6)],
)
def test_a_claim_weighs_its_source_times_its_credibility(
    facts: Facts, grade: str | None, credibility: int | None, score: int
) -> None:
    grades = [graded("s1", grade)] if grade else []
    [fact] = facts(registered("s1"), *grades, kim("s1", "Major", credibility=credibility))
    assert fact.score == score


def test_each_further_origin_graded_a_to_c_adds_one_up_to_three(facts: Facts) -> None:
    sources = [registered(f"s{n}") for n in range(6)]
    scores = []
    for count in range(1, 7):
        said = [kim(f"s{n}", "Major") for n in range(count)]
        [fact] = facts(*sources, *(graded(f"s{n}", "B") for n in range(6)), *said)
        scores.append(fact.score)
    assert scores == [12, 13, 14, 15, 15, 15]


def test_an_origin_graded_d_or_not_at_all_adds_nothing_and_counts(facts: Facts) -> None:
    sources = [registered("s1"), registered("s2"), registered("s3"), graded("s1", "B"), graded("s3", "D")]
    [fact] = facts(*sources, *(kim(source, "Major") for source in ("s1", "s2", "s3")))
    assert (fact.score, fact.origins) == (12, 3)


# --- Values ------------------------------------------------------------------------------------------------


def test_claims_that_say_the_same_in_other_letters_are_one_fact(facts: Facts) -> None:
    [fact] = facts(registered("s1"), kim("s1", "Lieutenant General"), kim("s1", "LIEUTENANT  general"))
    assert fact.supports == 2


def test_a_symmetric_property_is_one_fact_from_both_sides(facts: Facts) -> None:
    [fact] = facts(registered("s1"), nato("s1", "jcs", "partner_of"), claimed("s1", "jcs", "partner_of", "nato"))
    assert fact.supports == 2


@pytest.mark.parametrize(
    ("property_", "vague", "exact"),
    [
        ("founded", "2023-02", "2023-02-13"),
        ("founded", "2023", "2023-02"),
        ("founded", "[2023-02-01,2023-02-20]", "2023-02-13"),
        ("founded", "2023-02-13~", "2023-02-13"),
        ("founded", "2023-02-13", "2023-02-13T10:00:00Z"),
        ("ships", "~75", "76"),
        ("ships", "70..80", "76"),
        ("ships", "70..", "76"),
        ("ships", "70..90", "75..80"),
        ("ships", "70..", "75..80"),
    ],
)
def test_a_vaguer_value_is_refined_by_one_it_contains_and_is_no_rival(
    facts: Facts, property_: str, vague: str, exact: str
) -> None:
    two = nato("s1", vague, property_), nato("s2", exact, property_)
    told = {fact.value: fact for fact in facts(registered("s1"), registered("s2"), graded("s1", "A"), *two)}
    assert told[dates.canonical(vague) if property_ == "founded" else vague].shown == f"{vague}: refined"
    assert [(fact.status, fact.current, fact.score) for fact in told.values() if fact.value != vague] == [
        ("accepted", True, 6)
    ]


@pytest.mark.parametrize(
    ("property_", "one", "other"),
    [
        ("founded", "2023-02", "2023-03-01"),
        ("founded", "2023-02-13T10:00:00Z", "2023-02-13T11:00:00Z"),
        ("founded", "2023-02-10/2023-02-14", "2023-02-13/2023-02-20"),
        ("ships", "75", "76"),
        ("ships", "70..80", "75..90"),
        ("ships", "..72", "80.."),
        ("ships", "..72", "70.."),
        ("ships", "~75", "83"),
    ],
)
def test_values_of_which_neither_contains_the_other_are_contested(
    facts: Facts, property_: str, one: str, other: str
) -> None:
    told = facts(registered("s1"), nato("s1", one, property_), nato("s1", other, property_))
    assert [fact.status for fact in told] == ["contested", "contested"]
    assert [fact.current for fact in told].count(True) == 1


def test_a_day_or_month_that_touches_a_range_is_consistent_with_it_and_never_the_more_exact(facts: Facts) -> None:
    said = ["2023-02-10/2023-02-15", "2023-02-13", "2023-02", "2023-03"]
    told = facts(registered("s1"), *(nato("s1", value, "founded") for value in said))
    assert [fact.shown for fact in told] == [
        "2023-02: refined", "2023-02-10/2023-02-15: contested, current", "2023-02-13: refined", "2023-03: contested",
    ]  # fmt: skip


def test_a_vague_value_stays_consistent_while_the_exact_ones_are_rivals(facts: Facts) -> None:
    told = facts(registered("s1"), *(nato("s1", value, "founded") for value in ("2023-02", "2023-02-13", "2023-02-14")))
    assert [fact.status for fact in told] == ["refined", "contested", "contested"]


# --- Stances -----------------------------------------------------------------------------------------------


def test_a_denial_contests_and_is_counted_beside_the_score(facts: Facts) -> None:
    [fact] = facts(registered("s1"), kim("s1", "Kim", "alias"), kim("s1", "Kim", "alias", stance="denies"))
    assert fact.shown == "kim: contested, current"
    assert (fact.score, fact.supports, fact.denies) == (6, 1, 1)


def test_what_is_only_denied_is_denied_and_scores_nothing(facts: Facts) -> None:
    [fact] = facts(registered("s1"), kim("s1", "Kim", "alias", stance="denies"))
    assert (fact.shown, fact.score) == ("kim: denied", 0)


def test_a_denied_value_is_no_rival(facts: Facts) -> None:
    told = facts(registered("s1"), kim("s1", "Major", stance="denies"), kim("s1", "Colonel"))
    assert [fact.shown for fact in told] == ["colonel: accepted, current", "major: denied"]


def test_what_is_expected_is_no_rival_and_corroborates_nothing(facts: Facts) -> None:
    sources = registered("s1"), registered("s2"), graded("s1", "B"), graded("s2", "B")
    expected = kim("s2", "Major", stance="expects"), kim("s2", "Colonel", stance="expects")
    told = facts(*sources, kim("s1", "Colonel"), *expected)
    assert [(fact.shown, fact.score, fact.origins) for fact in told] == [
        ("colonel: accepted, current", 12, 1), ("major: expected", 12, 1),
    ]  # fmt: skip


def test_what_is_expected_by_one_and_denied_by_another_is_contested(facts: Facts) -> None:
    [fact] = facts(registered("s1"), kim("s1", "Major", stance="expects"), kim("s1", "Major", stance="denies"))
    assert fact.shown == "major: contested"


def test_a_retracted_claim_supports_nothing(facts: Facts) -> None:
    said = kim("s1", "Major"), kim("s1", "Colonel")
    told = facts(registered("s1"), *said, retracted(Ref(len(PEOPLE) + 1)))
    assert [fact.shown for fact in told] == ["colonel: accepted, current"]


# --- Time --------------------------------------------------------------------------------------------------


def test_two_reports_of_one_week_with_two_ranks_are_contested_and_the_newest_does_not_win(facts: Facts) -> None:
    old, new = registered("s1", published="2023-02-13"), registered("s2", published="2023-02-17")
    told = facts(old, new, graded("s1", "B"), kim("s1", "Major"), kim("s2", "Colonel"))
    assert [fact.shown for fact in told] == ["colonel: contested", "major: contested, current"]


def test_observations_follow_each_other_only_more_than_366_days_apart(facts: Facts) -> None:
    statuses = []
    for day in ("2022-02-14", "2022-02-15"):
        said = kim("s1", "Major", when={"on": "2021-02-13"}), kim("s1", "Colonel", when={"on": day})
        statuses.append([fact.shown for fact in facts(registered("s1"), *said)])
    assert statuses == [
        ["colonel: contested, current", "major: contested"],
        ["colonel: accepted, current", "major: superseded"],
    ]


def test_days_before_the_common_era_follow_each_other_in_their_order(facts: Facts) -> None:
    said = kim("s1", "Colonel", when={"on": "-0044"}), kim("s1", "Major", when={"on": "-0048"})
    assert [f.shown for f in facts(registered("s1"), *said)] == ["colonel: accepted, current", "major: superseded"]


@pytest.mark.parametrize("stated", [{"from": "2023-02-14"}, {"from": "2023-02-14", "on": "2023-02-20"}])
def test_a_stated_beginning_separates_what_was_seen_before_it(facts: Facts, stated: dict[str, str]) -> None:
    said = kim("s1", "Major", when={"on": "2023-02-13"}), kim("s1", "Colonel", when=stated)
    assert [f.shown for f in facts(registered("s1"), *said)] == ["colonel: accepted, current", "major: superseded"]


def test_a_stated_end_separates_what_was_seen_after_it(facts: Facts) -> None:
    said = kim("s1", "Major", when={"until": "2023-02-13"}), kim("s1", "Colonel", when={"on": "2023-02-20"})
    assert [f.shown for f in facts(registered("s1"), *said)] == ["colonel: accepted, current", "major: superseded"]


def test_a_stated_end_then_a_stated_beginning_divide_the_spells_of_a_value(facts: Facts) -> None:
    said = [{"until": "2020"}, {"from": "2022"}, {"on": "2019-05-05"}, {"on": "2023-05-05"}]
    told = facts(registered("s1"), *(kim("s1", "nato", "member_of", when=when) for when in said))
    assert [(fact.shown, fact.supports) for fact in told] == [("nato: superseded", 2), ("nato: accepted, current", 2)]
    assert told[0].bounds == dates.Bounds(None, "2019-05-05", "2020-01-01", "2020-12-31")
    assert told[1].bounds == dates.Bounds("2022-01-01", "2022-12-31", "2023-05-05", None)


def test_a_value_that_ends_and_begins_on_one_day_goes_on(facts: Facts) -> None:
    said = {"until": "2020-06-15"}, {"from": "2020-06-15"}
    assert len(facts(registered("s1"), *(kim("s1", "nato", "member_of", when=when) for when in said))) == 1


def test_of_many_values_each_stands_until_its_stated_end(facts: Facts) -> None:
    said = kim("s1", "nato", "member_of"), kim("s1", "jcs", "member_of", when={"until": "2020"})
    assert [f.shown for f in facts(registered("s1"), *said)] == ["jcs: superseded", "nato: accepted, current"]


@pytest.mark.parametrize(
    ("one", "other", "bounds"),
    [
        ({"from": "2020-06-15"}, {"from": "2021-06-15"}, ("2020-06-15", "2021-06-15", "2021-06-15", None)),
        ({"on": "2020-06-15"}, {"from": "2021-06-15"}, ("2020-06-15", "2021-06-15", "2021-06-15", None)),
        ({"until": "2020-06-15"}, {"until": "2021-06-15"}, (None, "2020-06-15", "2020-06-15", "2021-06-15")),
        ({"until": "2020-06-15"}, {"on": "2021-06-15"}, (None, "2020-06-15", "2020-06-15", "2021-06-15")),
    ],
)
def test_starts_or_ends_that_exclude_each_other_are_contested_and_the_whole_stretch_is_shown(
    facts: Facts, one: dict[str, str], other: dict[str, str], bounds: tuple[str | None, ...]
) -> None:
    [fact] = facts(registered("s1"), kim("s1", "Major", when=one), kim("s1", "Major", when=other))
    assert fact.shown == "major: contested, current"
    assert fact.bounds == bounds


def test_a_denial_of_a_time_before_a_stated_beginning_contests_nothing(facts: Facts) -> None:
    said = kim("s1", "Major", when={"from": "2022"}), kim("s1", "Major", stance="denies", when={"on": "2021-06-15"})
    assert [(fact.shown, fact.denies) for fact in facts(registered("s1"), *said)] == [("major: accepted, current", 1)]


@pytest.mark.parametrize(
    ("fields", "published", "bounds"),
    [
        ({"said": "2023-02-12"}, "2023-02-13", ("2023-02-12", "2023-02-12")),
        ({}, "2023-02-13", ("2023-02-13", "2023-02-13")),
        ({}, "2023-02", ("2023-02-20", "2023-02-01")),
        ({}, "[2023-02-14..]", ("2023-02-20", "2023-02-14")),
        ({}, None, ("2023-02-20", None)),
    ],
)
def test_without_a_when_it_held_on_the_day_it_was_said_else_published_else_captured(
    facts: Facts, fields: dict[str, str], published: str | None, bounds: tuple[str, str | None]
) -> None:
    [fact] = facts(registered("s1", published=published), captured("s1", "2023-02-20"), kim("s1", "Major", **fields))
    assert fact.bounds == (None, *bounds, None)


# --- Rivals ------------------------------------------------------------------------------------------------


def test_among_rivals_the_score_decides_then_the_origins_then_the_day_then_the_value(facts: Facts) -> None:
    sources = [registered("s1", published="2023-02-13"), registered("s2", published="2023-02-14"), registered("s3")]

    def current(*drafts: Draft) -> str:
        [value] = [fact.value for fact in facts(*sources, *drafts) if fact.current]
        return value

    assert current(nato("s1", "b", "motto"), nato("s1", "a", "motto")) == "a"
    assert current(nato("s2", "b", "motto"), nato("s1", "a", "motto")) == "b"
    assert current(nato("s2", "b", "motto"), nato("s1", "a", "motto"), nato("s3", "a", "motto")) == "a"
    assert (
        current(nato("s1", "a", "motto"), nato("s3", "a", "motto"), graded("s2", "A"), nato("s2", "b", "motto")) == "b"
    )


def test_of_more_rivals_than_are_compared_each_is_contested(facts: Facts) -> None:
    told = facts(registered("s1"), *(kim("s1", f"rank {n:03}") for n in range(150)))
    assert {fact.status for fact in told} == {"contested"}
    assert [fact.value for fact in told if fact.current] == ["rank 000"]


# --- Any claims at all -------------------------------------------------------------------------------------


@SAME_FOLDER
@given(data=st.data())
def test_facts_are_those_that_follow_by_the_design(tmp_path: Path, data: st.DataObject) -> None:
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
    expected = oracle.facts([*vocabulary_drafts(), *drafts], recorded_on=RECORDED_ON)
    assert facts_of(tmp_path / "a.db", drafts) == expected
