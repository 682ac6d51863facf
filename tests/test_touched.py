"""Each arm of each `touched` is needed: without it a stated history leaves a view behind the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from histories import (
    ACTOR,
    captured,
    checked,
    claimed,
    declared,
    graded,
    new_store,
    property_defined,
    registered,
    retracted,
    type_defined,
)
from whence import database, projections, projector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft
    from whence.store import Store

PEOPLE = [declared(one) for one in ("kim", "nato", "jcs", "amr", "mod")]
SOURCES = [registered("s1", publisher="nato"), registered("s2", publisher="amr", derived_from=["s1"])]
SAID = claimed("s1", "kim", "alias", "Kim", speaker=["kim"])
QUOTED = claimed("s1", "kim", "rank", "Major", passages=[{"exact": "Major"}])
SPEAKS = claimed("s1", "kim", "speaks_for", "jcs")
RETRACT = "the first claim is retracted"  # these two stand for drafts that name an id
CHECK = "the first claim is looked up in a later capture"


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
        assert text.count(self.words) == 1, f"{self.view}.sql has other words now: {self.words}"
        return text.replace(self.words, self.instead or f"{self.words} AND 0")


ARMS = (
    Arm("a type that is defined",
        "type", "WHERE e.type = 'type.defined' AND e.type <> 'claim.made'", "type",
        ([type_defined("officer", label="commander", parent="person", reason="so called")],)),
    Arm("a property that is defined",
        "property", "WHERE e.type = 'property.defined' AND e.type <> 'claim.made'", "property",
        ([property_defined("rank", label="grade", reason="so called")],)),
    Arm("a registration",
        "derivation", "WHERE e.type = 'source.registered' AND e.type <> 'claim.made'", "derivation",
        ([registered("s2", publisher="amr", reason="its own")],)),
    Arm("a source that is registered",
        "source", "'source.registered', 'source.captured'", "source",
        ([registered("s1", title="U", publisher="nato", reason="misread")],), "'source.captured'"),
    Arm("a source that is captured",
        "source", "'source.captured', ", "source", ([captured("s1", "2023-02-20")],), " "),
    Arm("a source that is graded",
        "source", ", 'source.graded'", "source", ([graded("s1", "B")],), " "),
    Arm("a source that derives from one of these",
        "source", "ON d.derived_from = a.source", "source",
        ([registered("s1", publisher="mod", reason="misread")],)),
    Arm("an entity that is declared",
        "entity", "WHERE e.type = 'entity.declared' AND e.type <> 'claim.made'", "entity",
        ([declared("kim", name="Kim", reason="shorter")],)),
    Arm("`speaks for` that is claimed",
        "speaks_for", "WHERE e.type = 'claim.made' AND e.position > :after", "speaks_for",
        ([SPEAKS],)),
    Arm("`speaks for` that is retracted",
        "speaks_for", "WHERE e.type = 'claim.retracted' AND e.type <> 'claim.made'",
        "speaks_for", ([SPEAKS], RETRACT)),
    Arm("whoever speaks for another now",
        "claim", "CROSS JOIN event e ON e.position = t.claim\n  UNION", "claim",
        ([SAID], [SPEAKS]), "CROSS JOIN event e ON e.position = t.claim AND 0\n  UNION"),
    Arm("who speaks for those",
        "claim", "CROSS JOIN speaks_for s ON s.organization = a.entity", "claim",
        ([SAID, SPEAKS], [claimed("s1", "jcs", "speaks_for", "mod")])),
    Arm("what was claimed",
        "claim", "WHERE e.type = 'claim.made' AND e.position > :after", "claim", ([SAID],)),
    Arm("what was retracted",
        "claim", "WHERE e.type = 'claim.retracted' AND e.type <> 'claim.made'", "claim",
        ([SAID], RETRACT)),
    Arm("what was looked up again", "claim", "WHERE e.type = 'passage.checked' AND e.type <> 'claim.made'", "claim",
        ([captured("s1", "2023-02-20"), QUOTED], CHECK)),
    Arm("what rests on a source that changed",
        "claim", "CROSS JOIN claim c ON c.source = t.source", "claim",
        ([SAID], [graded("s1", "B")])),
    Arm("what was said by somebody who speaks for another now",
        "claim", "CROSS JOIN claim c ON c.voice = a.entity", "claim",
        ([SAID], [SPEAKS])),
    Arm("what was said with a property that is read otherwise",
        "claim", "CROSS JOIN claim c ON c.property = t.property",
        "claim",
        ([claimed("s1", "kim", "rank", "Major")], [property_defined("rank", changes=False, reason="for life")])),
    Arm("the facts of a claim",
        "spell", "CROSS JOIN claim c ON c.claim = t.claim", "fact", ([SAID],)),
    Arm("the facts of a property that keeps many values now",
        "claim", "CROSS JOIN claim c ON c.property = t.property",
        "fact",
        ([claimed("s1", "kim", "rank", "Major"), claimed("s2", "kim", "rank", "Colonel")],
         [property_defined("rank", many=True, reason="of two services")])),
    Arm("whom a fact is about",
        "of_type", "FROM touched_fact t CROSS JOIN entity e ON e.entity = t.entity", "person",
        ([SAID],)),
    Arm("who is declared",
        "of_type", "FROM touched_entity t CROSS JOIN entity e ON e.entity = t.entity", "person",
        ([declared("kim", name="Kim", reason="shorter")],)),
    Arm("who bears another name in a cell",
        "of_type", "ON f.value_entity = t.entity AND f.value_entity IS NOT NULL",
        "person", ([SPEAKS], [declared("jcs", name="Joint Chiefs", reason="shorter")])),
    Arm("who bears another name in the cell of the other side",
        "of_type",
        "ON f.entity = t.entity AND f.value_entity IS NOT NULL", "organization",
        ([claimed("s1", "nato", "partner_of", "jcs")], [declared("jcs", name="Joint Chiefs", reason="shorter")])),
    Arm("the other side of one of many symmetric facts",
        "of_type", "AND p.symmetric AND p.many", "organization",
        ([claimed("s1", "nato", "partner_of", "jcs")],)),
    Arm("the other side of a symmetric fact",
        "of_type", "AND p.symmetric AND NOT p.many", "organization",
        ([claimed("s1", "nato", "twin_of", "jcs")],)),
)  # fmt: skip


def record(store: Store, batches: tuple[list[Draft] | str, ...]) -> None:
    ids = "SELECT id FROM event WHERE type = 'claim.made' ORDER BY position LIMIT 1"
    for batch in batches:
        if isinstance(batch, str):
            (first,) = store.connection.execute(ids).fetchone()
            store.record([retracted(first) if batch == RETRACT else checked(first, "gone")], actor=ACTOR)
        else:
            store.record(batch, actor=ACTOR)


def wrong_views(store: Store) -> str:
    reader = database.connect(store.path)
    told = "\n".join(projector.differences(reader, store.head().position))
    reader.close()
    return told


@pytest.fixture
def _views_are_read_anew() -> Iterator[None]:
    projections.fixed_views.cache_clear()
    yield
    projections.fixed_views.cache_clear()


@pytest.mark.usefixtures("_views_are_read_anew")
@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm.name)
def test_without_an_arm_a_view_falls_behind_the_log(arm: Arm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_store(tmp_path / "whole.db") as store:
        record(store, ([*PEOPLE, *SOURCES], *arm.history))
        assert wrong_views(store) == ""
    read = projections._text  # noqa: SLF001 - the one place where a view's file is read
    with new_store(tmp_path / "broken.db") as store, monkeypatch.context() as patch:
        record(store, ([*PEOPLE, *SOURCES],))
        patch.setattr(projections, "_text", lambda name: arm.without(read(name)) if name == arm.view else read(name))
        projections.fixed_views.cache_clear()
        record(store, arm.history)
        patch.undo()
        projections.fixed_views.cache_clear()
        assert f"the view {arm.wrong} is not what the log gives" in wrong_views(store)


def test_every_arm_has_a_history_that_needs_it() -> None:
    struck = {view: {arm.words for arm in ARMS if arm.view == view} for view in (*projections.ORDER, "of_type")}
    for view in (*projections.fixed_views(), projections.type_view("of_type", "person", "", ())):
        # One arm of `source` stands for three types of event, and what is selected from its arms is none.
        more = {"source": 1}.get(view.name, 0)
        assert view.touched.count("SELECT") + more == len(struck[view.name]), view.name
