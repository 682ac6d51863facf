"""Corroboration counts voices and not outlets: whose voice a claim is, and how much the claims for a value weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from histories import ACTOR, claimed, declared, graded, matched, new_store, registered, retracted
from telling import PEOPLE, kim, telling  # noqa: F401 - a fixture
from test_projector import assert_true_to_the_log

if TYPE_CHECKING:
    from pathlib import Path

    from telling import Facts
    from whence.drafts import Draft


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


# --- Circles -----------------------------------------------------------------------------------------------

CIRCLE = {"nato": "mod", "mod": "jcs", "jcs": "nato"}
SPEECH = [claimed("s1", one, "speaks_for", other) for one, other in CIRCLE.items()]


def origins_of(drafts: list[Draft], path: Path) -> dict[str, str]:
    """Return the origin of what each voice says, the same after the views are made anew."""
    found = []
    with new_store(path) as store:
        store.record([*PEOPLE, registered("s1"), *drafts], actor=ACTOR)
        for _ in range(2):
            rows = store.connection.execute("SELECT voice, origin FROM claim WHERE voice IS NOT NULL")
            found.append(dict(rows.fetchall()))
            store.rebuild()
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("turn", range(3))
def test_who_speaks_in_a_circle_has_the_first_of_it_for_origin_wherever_one_enters(tmp_path: Path, turn: int) -> None:
    said = [kim("s1", f"Kim {one}", "alias", speaker=[one]) for one in ("lee", "amr", "nato", "mod", "jcs")]
    circle = SPEECH[turn:] + SPEECH[:turn]
    into = claimed("s1", "lee", "speaks_for", "amr"), claimed("s1", "amr", "speaks_for", "mod")
    for order in ([*said, *into, *circle], [*circle, *said, *into], [*circle, *into, *said]):
        assert origins_of(order, tmp_path / "a.db") == dict.fromkeys(("lee", "amr", "nato", "mod", "jcs"), "jcs")


def test_a_circle_that_is_broken_ends_where_it_is_broken(tmp_path: Path) -> None:
    said = [kim("s1", "Kim", "alias", speaker=["lee"]), claimed("s1", "lee", "speaks_for", "nato"), *SPEECH]
    with new_store(tmp_path / "a.db") as store:
        ids = store.record([*PEOPLE, registered("s1"), *said], actor=ACTOR).ids
        for place, origin in ((-2, "mod"), (-3, "nato"), (-4, "lee")):
            store.record([retracted(ids[place])], actor=ACTOR)
            assert store.connection.execute("SELECT origin FROM claim WHERE voice = 'lee'").fetchone() == (origin,)
            assert_true_to_the_log(store)


def test_a_chain_is_followed_to_its_end_however_long_it_is(tmp_path: Path) -> None:
    offices = [declared(f"o{number:02}", type_="organization") for number in range(60)]
    chain = [claimed("s1", f"o{number:02}", "speaks_for", f"o{number + 1:02}") for number in range(59)]
    said = kim("s1", "Kim", "alias", speaker=["o00"])
    assert origins_of([*offices, said, *chain], tmp_path / "a.db") == {"o00": "o59"}
    back = claimed("s1", "o59", "speaks_for", "o30")
    assert origins_of([*offices, said, *chain, back], tmp_path / "a.db") == {"o00": "o30"}


def test_who_comes_to_speak_for_himself_by_a_match_says_nothing_by_that(tmp_path: Path) -> None:
    said = kim("s1", "Kim", "alias", speaker=["mod"])
    spoken = claimed("s1", "mod", "speaks_for", "jcs"), claimed("s1", "mod", "speaks_for", "nato")
    assert origins_of([said, *spoken], tmp_path / "a.db") == {"mod": "jcs"}
    assert origins_of([said, *spoken, matched("jcs", "mod")], tmp_path / "a.db") == {"jcs": "nato"}
