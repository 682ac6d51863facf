"""Each arm of each `touched` is needed: without it a stated history leaves a view behind the log."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from histories import (
    ACTOR,
    captured,
    checked,
    claimed,
    decided,
    declared,
    distinguished,
    graded,
    matched,
    new_store,
    property_defined,
    registered,
    retracted,
    type_defined,
    undone,
    withdrawn,
    worded,
)
from whence import checking, database, log, projections
from whence.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.store import Store

PEOPLE = [declared(one) for one in ("kim", "lee", "nato", "jcs", "amr", "mod")]
SOURCES = [registered("s1", publisher="nato"), registered("s2", publisher="amr", derived_from=["s1"])]
SAID = claimed("s1", "kim", "alias", "Kim", speaker=["kim"])
RANK = claimed("s1", "kim", "rank", "Major")
QUOTED = claimed("s1", "kim", "rank", "Major", passages=[{"exact": "Major"}])
MEMBER = claimed("s1", "kim", "member_of", "amr")
PARTNER = claimed("s1", "nato", "partner_of", "jcs")
SPEAKS = claimed("s1", "kim", "speaks_for", "jcs")
# These stand for drafts that name an id.
RETRACT = "the first claim is retracted"
CHECK = "the first claim is looked up in a later capture"
UNDO = "the last ruling is undone"


@dataclass(frozen=True)
class Arm:
    """An arm of the `touched` of a view: the words that are struck, and a history that then goes wrong in `wrong`."""

    name: str
    view: str
    words: str
    wrong: str
    history: tuple[list[Draft] | str, ...]
    instead: str = ""

    def without(self, text: str) -> str:
        """Return the view's file without this arm."""
        before, begins, rest = text.partition("-- :touched ")
        touched, ends, after = rest.partition("\n-- :")
        assert touched.count(self.words) == 1, f"{self.view}.sql has other words now: {self.words}"
        struck = touched.replace(self.words, self.instead or f"{self.words} AND 0")
        return before + begins + struck + ends + after


def window(type_: str) -> str:
    """Return the words with which an arm reads the events of one type in its window."""
    return f"WHERE e.type = '{type_}' AND e.type <> 'claim.made'"


ARMS = (
    Arm("a type that is defined", "type", window("type.defined"), "type",
        ([type_defined("officer", label="commander", parent="person", reason="so called")],)),
    Arm("a property that is defined", "property", window("property.defined"), "property",
        ([property_defined("rank", label="grade", reason="so called")],)),
    Arm("a registration", "derivation", window("source.registered"), "derivation",
        ([registered("s2", publisher="amr", reason="its own")],)),
    Arm("entities that are matched", "match", window("entities.matched"), "match", ([matched("kim", "lee")],)),
    Arm("a match that is undone", "match", window("match.undone"), "match", ([matched("kim", "lee")], UNDO)),
    Arm("entities that are told apart", "distinction", window("entities.distinguished"), "distinction",
        ([distinguished("kim", "lee")],)),
    Arm("a distinction that is undone", "distinction", window("distinction.undone"), "distinction",
        ([distinguished("kim", "lee")], UNDO)),
    Arm("whom a match names", "identity", "json_each(e.data, '$.entities') j", "identity", ([matched("kim", "lee")],),
        "json_each(e.data, '$.entities') j ON 0"),
    Arm("whom they were matched with", "identity", "ON m.one = member.entity", "identity",
        ([matched("jcs", "amr")], [matched("nato", "jcs")])),
    Arm("who was matched with them", "identity", "ON m.other = member.entity", "identity",
        ([matched("amr", "jcs")], [matched("nato", "jcs")])),
    Arm("a source that is registered", "source", "'source.registered', ", "source",
        ([registered("s1", title="U", publisher="nato", reason="misread")],), " "),
    Arm("a source that is captured", "source", "'source.captured', ", "source", ([captured("s1", "2023-02-20")],), " "),
    Arm("a source that is graded", "source", "'source.graded', ", "source", ([graded("s1", "B")],), " "),
    Arm("a source that is withdrawn", "source", "'source.withdrawn', ", "source", ([withdrawn("s1")],), " "),
    Arm("a source that is reinstated", "source", ", 'source.reinstated'", "source",
        ([withdrawn("s1")], [withdrawn("s1", again=True)]), " "),
    Arm("a source whose publisher is one with another", "source", "ON s.publisher = t.identity", "source",
        ([matched("jcs", "amr")],)),
    Arm("a source that derives from one of these", "source", "ON d.derived_from = a.source", "source",
        ([registered("s1", publisher="mod", reason="misread")],)),
    Arm("an entity that is declared", "entity", window("entity.declared"), "entity",
        ([declared("kim", name="Kim", reason="shorter")],)),
    Arm("an entity that is one with another", "entity", "SELECT identity FROM touched_identity", "entity",
        ([matched("kim", "lee")],), "SELECT identity FROM touched_identity WHERE 0"),
    Arm("wordings that are matched", "value_match", window("values.matched"), "value_match",
        ([worded("rank", "Major", "Colonel")],)),
    Arm("a match of wordings that is undone", "value_match", window("match.undone"), "value_match",
        ([worded("rank", "Major", "Colonel")], UNDO)),
    Arm("a match of wordings for one who is one with another", "value_match", "e.data ->> 'subject' = t.identity",
        "value_match", ([worded("rank", "Major", "Colonel", subject="lee")], [matched("kim", "lee")])),
    Arm("the wordings of a property", "wording", "ON m.value_match = t.value_match", "wording",
        ([worded("rank", "Major", "Colonel")],)),
    Arm("`speaks for` that is claimed", "speaks_for", "WHERE e.type = 'claim.made'", "speaks_for", ([SPEAKS],),
        "WHERE 0 AND e.type = 'claim.made'"),
    Arm("`speaks for` that is retracted", "speaks_for", window("claim.retracted"), "speaks_for", ([SPEAKS], RETRACT)),
    Arm("`speaks for` of one who is one with another", "speaks_for", "ON s.entity = t.identity", "speaks_for",
        ([claimed("s1", "lee", "speaks_for", "mod")], [matched("kim", "lee")])),
    Arm("`speaks for` an organization that is one with another", "speaks_for", "ON s.organization = t.identity",
        "speaks_for", ([claimed("s1", "kim", "speaks_for", "amr")], [matched("jcs", "amr")])),
    Arm("`speaks for` in a source that is withdrawn", "speaks_for", "ON c.source = t.source", "speaks_for",
        ([SPEAKS], [withdrawn("s1")])),
    Arm("a verdict that is reached", "verdict", window("verdict.reached"), "verdict",
        ([RANK], [decided("kim", "rank", "Major")])),
    Arm("a verdict that is revoked", "verdict", window("verdict.revoked"), "verdict",
        ([RANK], [decided("kim", "rank", "Major")], UNDO)),
    Arm("a verdict on one who is one with another", "verdict", "ON v.entity = t.identity", "verdict",
        ([claimed("s1", "lee", "rank", "Major")], [decided("lee", "rank", "Major")], [matched("kim", "lee")])),
    Arm("a verdict for one who is one with another", "verdict", "ON v.value_key = t.identity", "verdict",
        ([MEMBER], [decided("kim", "member_of", "amr")], [matched("jcs", "amr")])),
    Arm("a verdict on a value with a wording that is matched", "verdict",
        "FROM touched_wording t CROSS JOIN verdict v ON v.property = t.property", "verdict",
        ([RANK], [decided("kim", "rank", "Major")], [worded("rank", "Colonel", "Major")])),
    Arm("a verdict on a property that is read otherwise", "verdict",
        "\nCROSS JOIN verdict v ON v.property = t.property", "verdict",
        ([PARTNER], [decided("nato", "partner_of", "jcs")],
         [property_defined("partner_of", inverse=None, reason="one way")])),
    Arm("whoever speaks for another now", "claim", "ON s.claim = t.claim", "claim", ([SAID], [SPEAKS])),
    Arm("who speaks for those", "claim", "ON s.organization = a.entity", "claim",
        ([SAID, SPEAKS], [claimed("s1", "jcs", "speaks_for", "mod")])),
    Arm("what was claimed", "claim", "WHERE e.type = 'claim.made'", "claim", ([SAID],),
        "WHERE 0 AND e.type = 'claim.made'"),
    Arm("what was retracted", "claim", window("claim.retracted"), "claim", ([SAID], RETRACT)),
    Arm("what was looked up again", "claim", window("passage.checked"), "claim",
        ([captured("s1", "2023-02-20"), QUOTED], CHECK)),
    Arm("what rests on a source that changed", "claim", "ON c.source = t.source", "claim",
        ([SAID], [graded("s1", "B")])),
    Arm("what was said by somebody who speaks for another now", "claim", "ON c.voice = a.entity", "claim",
        ([SAID], [SPEAKS])),
    Arm("what is about one who is one with another", "claim", "ON c.entity = t.identity", "claim",
        ([claimed("s1", "lee", "alias", "Lee")], [matched("kim", "lee")])),
    Arm("what names one who is one with another", "claim", "ON c.value_entity = t.identity", "claim",
        ([MEMBER], [matched("jcs", "amr")])),
    Arm("what was said by one who is one with another", "claim", "ON c.voice = t.identity", "claim",
        ([claimed("s1", "nato", "alias", "N", speaker=["lee"])], [matched("kim", "lee")])),
    Arm("what has a wording that is matched", "claim", "AND f.value_key IN (w.value_key, w.canonical)", "claim",
        ([RANK], [worded("rank", "Colonel", "Major")])),
    Arm("what has a wording that is matched, and does not count", "claim", "AND NOT c.live",
        "claim", ([RANK], RETRACT, [worded("rank", "Colonel", "Major")])),
    Arm("what was said with a property that is read otherwise",
        "claim", "CROSS JOIN claim c ON c.property = t.property;",
        "claim", ([RANK], [property_defined("rank", changes=False, reason="for life")]),
        "CROSS JOIN claim c ON c.property = t.property AND 0;"),
    Arm("the facts of a property that keeps many values now", "claim", "CROSS JOIN claim c ON c.property = t.property;",
        "fact",
        ([RANK, claimed("s2", "kim", "rank", "Colonel")],
         [property_defined("rank", many=True, reason="of two services")]),
        "CROSS JOIN claim c ON c.property = t.property AND 0;"),
    Arm("the facts of a claim", "spell", "ON c.claim = t.claim", "fact", ([SAID],)),
    Arm("the facts that a verdict decides on", "spell", "ON v.verdict = t.verdict", "fact",
        ([RANK], [decided("kim", "rank", "Major")])),
    Arm("one of many facts with a wording that is matched", "spell", "AND f.value_key = w.value_key", "fact",
        ([claimed("s1", "kim", "alias", "Kim")], [worded("alias", "Kim", "A Kim")])),
    Arm("whom a fact is about", "shown", "FROM touched_fact t CROSS JOIN entity e ON e.entity = t.entity", "person",
        ([SAID],)),
    Arm("who is declared", "shown", "FROM touched_entity t CROSS JOIN entity e ON e.entity = t.entity", "person",
        ([declared("kim", name="Kim", reason="shorter")],)),
    Arm("who bears another name in a cell", "shown", "ON f.value_entity = t.entity AND f.value_entity IS NOT NULL",
        "person", ([SPEAKS], [declared("jcs", name="Joint Chiefs", reason="shorter")])),
    Arm("who bears another name in the cell of the other side", "shown",
        "ON f.entity = t.entity AND f.value_entity IS NOT NULL", "organization",
        ([PARTNER], [declared("jcs", name="Joint Chiefs", reason="shorter")])),
    Arm("the other side of one of many symmetric facts", "shown", "AND p.symmetric AND p.many", "organization",
        ([PARTNER],)),
    Arm("the other side of a symmetric fact", "shown", "AND p.symmetric AND NOT p.many", "organization",
        ([claimed("s1", "nato", "twin_of", "jcs")],)),
    Arm("a row of a type's view", "of_type", "FROM touched_shown s WHERE s.type = '{type}'", "person",
        ([declared("kim", name="Kim", reason="shorter")],)),
)  # fmt: skip

# What is selected from the arms of a view is no arm; and one of `source` stands for five types of event.
SELECTS_TO_ARMS = {"identity": -1, "claim": -1, "source": 4 - 1}


def record(store: Store, batches: tuple[list[Draft] | str, ...]) -> None:
    for batch in batches:
        if not isinstance(batch, str):
            store.record(batch, actor=ACTOR)
        elif batch == UNDO:
            *_, ruling = log.events(store.connection)
            store.record([undone(Draft(ruling.type, ruling.data), ruling.id)], actor=ACTOR)
        else:
            claim = next(event for event in log.events(store.connection) if event.type == "claim.made")
            store.record([retracted(claim.id) if batch == RETRACT else checked(claim.id, "gone")], actor=ACTOR)


def wrong_views(store: Store) -> str:
    with closing(database.connect(store.path)) as reader:
        return "\n".join(checking.differences(reader, store.head().position))


def clear_caches() -> None:
    projections.fixed_views.cache_clear()
    projections.type_view.cache_clear()


@pytest.fixture
def _views_are_read_anew() -> Iterator[None]:
    clear_caches()
    yield
    clear_caches()


@pytest.mark.usefixtures("_views_are_read_anew")
@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm.name)
def test_without_an_arm_a_view_falls_behind_the_log(arm: Arm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_store(tmp_path / "whole.db") as store:
        record(store, ([*PEOPLE, *SOURCES], *arm.history))
        assert wrong_views(store) == ""
    read = projections._text  # noqa: SLF001 - the one place where a view's file is read
    with new_store(tmp_path / "broken.db") as store, monkeypatch.context() as patch:
        record(store, ([*PEOPLE, *SOURCES],))
        setattr(store.connection, "vocabulary", None)  # noqa: B010 - it keeps the views of the types
        patch.setattr(projections, "_text", lambda name: arm.without(read(name)) if name == arm.view else read(name))
        clear_caches()
        record(store, arm.history)
        patch.undo()
        clear_caches()
        assert f"the view {arm.wrong} is not what the log gives" in wrong_views(store)


def test_every_arm_has_a_history_that_needs_it() -> None:
    struck = {view: {arm.words for arm in ARMS if arm.view == view} for view in (*projections.ORDER, "of_type")}
    for view in (*projections.fixed_views(), projections.type_view("of_type", "person", "", ())):
        arms = sum(arm.collect.count("SELECT") for arm in view.arms) + SELECTS_TO_ARMS.get(view.name, 0)
        assert arms == len(struck[view.name]), view.name
