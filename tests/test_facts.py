"""Facts follow from claims as the design says ("From claims to facts"), by example: values, stances, time, rivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from histories import captured, claimed, graded, registered, retracted
from telling import PEOPLE, kim, nato, telling  # noqa: F401 - a fixture
from whence import dates
from whence.drafts import Ref

if TYPE_CHECKING:
    from telling import Facts
    from whence.drafts import Draft


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
