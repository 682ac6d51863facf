"""The facts that follow from claims and matches do not depend on the order in which they were recorded."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import oracle
from histories import ACTOR, captured, claimed, declared, graded, matched, new_store, registered, worded
from telling import facts_shown
from test_identity import rows_shown
from whence import log, projector
from whence.projections import fixed_views

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


SHUFFLES = 1_000

# Fixed: what there is, who says it, and one grade a source. That `nato` and `kim` are declared first makes them those
# under which their matches go.
BEFORE = [
    *(declared(one) for one in ("kim", "nato", "jcs", "mod", "amr", "lee")),
    *(declared(one, type_="person", name="Kim") for one in ("kim-2", "a-kim")),
    *(declared(one, type_="organization", name="NATO") for one in ("a-nato", "nato-2")),
    registered("s1", publisher="nato", published="2023-02-13"),
    registered("s2", publisher="a-nato", published="2023-02-14", derived_from=["s1"]),
    registered("s3", publisher="mod", published="2023-02"),
    registered("s4", publisher="amr", published="[2023-02-14..]", derived_from=["s1", "s3"]),
    registered("s5"),
    *(graded(f"s{number}", grade) for number, grade in enumerate("BCAEF", 1)),
    captured("s5", "2023-02-20"),
]
DAY = {"on": "2023-02-13"}
SHUFFLED = [
    # A conflict of ranks, in several wordings, on one day and on others; some only expected, some denied.
    claimed("s1", "kim", "rank", "Lieutenant General", when=DAY, speaker=["lee", "jcs"]),
    claimed("s2", "kim-2", "rank", "LIEUTENANT  GENERAL", when=DAY),
    claimed("s5", "a-kim", "rank", "Lt. Gen.", when=DAY, speaker=["lee"]),
    claimed("s3", "kim", "rank", "Lt Gen", when={"from": "2021-06-15", "on": "2023-02-13"}),
    claimed("s3", "kim-2", "rank", "Major General", when=DAY, credibility=2),
    claimed("s4", "kim", "rank", "major general"),
    claimed("s5", "a-kim", "rank", "Colonel", when={"until": "2021"}),
    claimed("s4", "kim", "rank", "Colonel", when={"on": "2015-05-05"}),
    claimed("s1", "kim", "rank", "General", stance="expects", when={"from": "2024"}),
    claimed("s2", "kim", "rank", "Lieutenant General", stance="denies", when=DAY),
    # The same matched for all, and one wording for him alone.
    worded("rank", "Lt. Gen.", "Lieutenant General"),
    worded("rank", "Lt Gen", "Lt. Gen."),
    worded("rank", "General", "Gen.", subject="kim"),
    claimed("s5", "kim-2", "rank", "gen.", stance="expects", when={"from": "2024-03"}),
    # One man under three ids, one alliance under three.
    matched("kim-2", "a-kim"),
    matched("kim", "kim-2"),
    matched("nato-2", "a-nato"),
    matched("nato-2", "nato"),
    # Vague days, and an extent.
    claimed("s1", "nato", "founded", "1949-04-04"),
    claimed("s2", "a-nato", "founded", "1949-04"),
    claimed("s3", "nato", "founded", "1949-04-05"),
    claimed("s4", "nato-2", "founded", "1949-04-01/1949-04-10"),
    claimed("s5", "nato", "founded", "1949~"),
    worded("founded", "1949-04-04", "1949-04-04T10:00:00Z"),
    # Vague numbers, one of them denied.
    claimed("s1", "nato", "ships", "~75"),
    claimed("s3", "nato-2", "ships", "76"),
    claimed("s4", "a-nato", "ships", "76.0", speaker=["mod"]),
    claimed("s5", "nato", "ships", "80.."),
    claimed("s2", "nato", "ships", "80..", stance="denies"),
    # Of many values, and of some that change: spells, and entities that are one.
    claimed("s1", "kim", "member_of", "nato", when={"until": "2019"}),
    claimed("s3", "kim-2", "member_of", "a-nato", when={"from": "2021"}),
    claimed("s5", "a-kim", "member_of", "nato-2", when={"on": "2022-03"}),
    claimed("s4", "kim", "member_of", "jcs", stance="denies"),
    claimed("s1", "jcs", "led_by", "a-kim", when=DAY),
    claimed("s3", "jcs", "led_by", "lee", when=DAY),
    claimed("s2", "jcs", "led_by", "kim", when={"on": "2023-02-14"}),
    claimed("s1", "nato", "partner_of", "jcs"),
    claimed("s3", "jcs", "partner_of", "nato-2"),
    claimed("s5", "mod", "twin_of", "a-nato"),
    claimed("s4", "jcs", "twin_of", "nato"),
    claimed("s1", "kim", "alias", "The  General"),
    claimed("s2", "kim-2", "alias", "the general"),
    claimed("s1", "nato", "motto", "Animus in consulendo liber"),
    claimed("s3", "nato-2", "motto", "Vigilia pretium libertatis"),
    # Who speaks for whom: a chain into a circle.
    claimed("s1", "lee", "speaks_for", "jcs"),
    claimed("s3", "jcs", "speaks_for", "mod"),
    claimed("s5", "mod", "speaks_for", "jcs"),
    claimed("s4", "lee", "speaks_for", "amr", stance="expects"),
]
FACT = ", ".join(one for view in fixed_views() if view.name == "fact" for one in view.columns if one != "position")


def hash_of_facts(connection: sqlite3.Connection) -> str:
    """Return the hash of every column of the view `fact` but the place in the log."""
    return hashlib.sha256(
        repr(connection.execute(f"SELECT {FACT} FROM fact ORDER BY fact").fetchall()).encode()
    ).hexdigest()


def test_a_thousand_shuffles_of_claims_and_matches_give_one_hash_of_the_facts(tmp_path: Path) -> None:
    with new_store(tmp_path / "a.db") as store:
        store.record(BEFORE, actor=ACTOR)
        base = store.head().position
        with new_store(tmp_path / "b.db") as other:
            other.record([*BEFORE, *SHUFFLED], actor=ACTOR)
            events = list(log.events(other.connection, after=base))
            assert facts_shown(other.connection) == oracle.facts(list(log.events(other.connection)))
            hashes = {hash_of_facts(other.connection)}
            statuses = {row[0] for row in other.connection.execute("SELECT status FROM fact")}
        assert statuses == {"accepted", "contested", "denied", "expected", "refined", "superseded"}
        lines = [event._asdict() for event in events]
        for number in range(SHUFFLES):
            order = random.Random(number)  # noqa: S311 - an order, and no secret
            order.shuffle(lines)
            store.connection.execute("BEGIN")
            writer = log.Writer(store.connection, actor=ACTOR)
            reached = base
            for cut in sorted({order.randrange(len(lines)), len(lines)} - {0}):
                for line in lines[reached - base : cut]:
                    writer.append_line(line)
                writer.flush()
                projector.project(store.connection, after=reached, upto=base + cut)
                reached = base + cut
            hashes.add(hash_of_facts(store.connection))
            store.connection.execute("ROLLBACK")
            assert len(hashes) == 1, f"the shuffle {number} gives other facts"


def test_what_is_made_of_the_facts_does_not_depend_on_the_order_either(tmp_path: Path) -> None:
    found = []
    for number in range(8):
        shuffled = list(SHUFFLED)
        random.Random(number).shuffle(shuffled)  # noqa: S311 - an order, and no secret
        with new_store(tmp_path / "a.db") as store:
            store.record(BEFORE, actor=ACTOR)
            store.record(shuffled, actor=ACTOR)
            recorded = rows_shown(store.connection)
            store.rebuild()
            assert rows_shown(store.connection) == recorded
            found.append(recorded)
    assert all(one == found[0] for one in found)
