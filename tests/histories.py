"""Random histories that the rules allow, and stores to record them in.

What follows from a history stands in `oracle`: this module knows how events are made and nothing of facts.
"""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hypothesis import strategies as st

from whence import vocabulary
from whence.drafts import Draft, Ref
from whence.projections import View, fixed_views
from whence.store import Store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from whence.recording import Recorded

T = TypeVar("T")


class Draw(Protocol):
    """What draws from a strategy: in a composite strategy, and within a test."""

    def __call__(self, strategy: st.SearchStrategy[T], /) -> T: ...


ACTOR = "Jo Park <jo@example.org>"

TYPES = {"person": None, "officer": "person", "organization": None}
# of, value, value_of, flags. One property for each way in which the rules of facts treat one.
PROPERTIES: dict[str, dict[str, Any]] = {
    "alias": {"of": ["person", "organization"], "value": "text", "many": True},
    "motto": {"of": ["organization"], "value": "text"},
    "rank": {"of": ["person"], "value": "text", "changes": True},
    "role": {"of": ["person"], "value": "text", "qualifies": True},
    "website": {"of": ["organization"], "value": "url", "many": True, "changes": True},
    "founded": {"of": ["organization"], "value": "date"},
    "renewed": {"of": ["organization"], "value": "date", "many": True},
    "ships": {"of": ["organization"], "value": "number"},
    "killed": {"of": ["person"], "value": "number", "changes": True},
    "member_of": {"of": ["person"], "value": "entity", "value_of": ["organization"], "many": True, "changes": True},
    "led_by": {"of": ["organization"], "value": "entity", "value_of": ["person"], "changes": True},
    "speaks_for": {"of": ["person", "organization"], "value": "entity", "value_of": ["organization"], "changes": True},
    "partner_of": {
        "of": ["organization"], "value": "entity", "value_of": ["organization"], "many": True, "inverse": "partner_of",
    },
    "twin_of": {"of": ["organization"], "value": "entity", "value_of": ["organization"], "inverse": "twin_of"},
}  # fmt: skip

ENTITIES = {
    "kim": ("person", "Kim Su-kwang"),
    "lee": ("person", "Lee Jun"),
    "roe": ("officer", "Ann Roe"),
    "nato": ("organization", "NATO"),
    "jcs": ("organization", "Joint Chiefs of Staff"),
    "amr": ("organization", "Asian Military Review"),
    "mod": ("organization", "Ministry of Defence"),
}
NAMES = ("Kim Su-kwang", "Kim, Su Kwang", "NATO", "The Alliance", "Élan")
SOURCES = ("s1", "s2", "s3", "s4", "s5")

VALUES = {
    "text": ("Major", "major ", "Colonel", "Lieutenant General", "Lt. General"),
    "url": ("https://a.example/", "HTTPS://A.example", "https://b.example/x"),
    "date": (
        "2023",
        "2023-02",
        "2023-02-13",
        "2023-02-14",
        "2023-02-13~",
        "2023-02-10/2023-02-15",
        "2023-03",
        "2023-02-13T10:00:00Z",
        "2023-02-13T11:00:00Z",
        "[2023-02-13,2023-02-20]",
        "-0044-03-15",
    ),
    "number": ("75", "76", "~75", "70..80", "80..", "..72", "75.0", "100"),
}
DATES = (
    "2020", "2020-06", "2020-06-15", "2021", "2021-06-15", "2021-06-15~", "2022-03", "2023-02-13",
    "2019/2021", "2022/..", "../2020-03", "[2020,2022-05]", "2023-02", "-0044-03-15", "-0042-10",
)  # fmt: skip
DAYS = ("2023-02-13", "2023-02-14", "2021-01-01", "2022-06", "2020", "[2023-02-14..]")

START = datetime(2024, 1, 10, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at


def vocabulary_drafts() -> list[Draft]:
    """Return the definitions that every history begins with."""
    types = [type_defined(name, parent=parent) for name, parent in TYPES.items()]
    return [*types, *(property_defined(name) for name in PROPERTIES)]


def type_defined(name: str, *, label: str = "", parent: str | None = None, reason: str = "") -> Draft:
    data = {"name": name, "label": label or name, "description": f"A {name}."}
    return Draft("type.defined", data | _given(parent=parent, reason=reason))


def property_defined(name: str, *, reason: str = "", **changed: object) -> Draft:
    data = {"name": name, "label": name.replace("_", " "), "description": f"Its {name}.", **PROPERTIES[name], **changed}
    return Draft("property.defined", {k: v for k, v in data.items() if v is not None} | _given(reason=reason))


def declared(entity: str, *, type_: str = "", name: str = "", reason: str = "") -> Draft:
    there = ENTITIES.get(entity, ("", entity))
    data = {"entity": entity, "type": type_ or there[0], "name": name or there[1]}
    return Draft("entity.declared", data | _given(reason=reason))


def registered(source: str, *, reason: str = "", **fields: object) -> Draft:
    return Draft(
        "source.registered", {"kind": "article", "title": "T"} | _given(reason=reason, **fields), source=source
    )


def graded(source: str, grade: str) -> Draft:
    return Draft("source.graded", {"grade": grade, "reason": "as known"}, source=source)


def captured(source: str, day: str, *, text: str = "b") -> Draft:
    """Return a capture of a text that is not archived, with a hash of one digit over and over."""
    hashes = {"sha256": "a" * 64, "text_sha256": text * 64}
    return Draft(
        "source.captured",
        {**hashes, "media_type": "text/html", "size": 1, "retrieved_at": f"{day}T00:00:00Z"},
        source=source,
    )


def claimed(source: str, subject: str, property_: str, value: str, **fields: object) -> Draft:
    return Draft(
        "claim.made", {"subject": subject, "property": property_, "value": value} | _given(**fields), source=source
    )


def checked(claim: str, outcome: str, *, text: str = "b") -> Draft:
    """Return what became of a claim's passage in such a capture."""
    passage = None if outcome == "gone" else {"exact": "major"}
    return Draft(
        "passage.checked", {"claim": claim, "capture": text * 64, "outcome": outcome} | _given(passage=passage)
    )


def retracted(claim: str | Ref, *, replaced_by: str | Ref | None = None) -> Draft:
    return Draft("claim.retracted", {"claim": claim, "reason": "mistaken"} | _given(replaced_by=replaced_by))


def _given(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


# --- Stores ------------------------------------------------------------------------------------------------


@functools.cache
def _empty() -> bytes:
    """Return the bytes of an empty store; with its vocabulary it would not hold a history's first events."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        Store.create(path).close()
        return path.read_bytes()


@functools.cache
def _defined() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "defined.db"
        path.write_bytes(_empty())
        with Store.open(path, write=True, clock=Clock(START - timedelta(days=1))) as store:
            store.record(vocabulary_drafts(), actor=ACTOR)
        return path.read_bytes()


def new_store(path: Path, *, clock: Clock | None = None, empty: bool = False) -> Store:
    """Make a store at `path`, with the vocabulary of histories unless `empty`; not durable, for speed."""
    path.write_bytes(_empty() if empty else _defined())
    store = Store.open(path, write=True, clock=clock or Clock())
    store.connection.execute("PRAGMA synchronous = OFF")
    return store


def views_of(connection: sqlite3.Connection) -> list[View]:
    """Return every view that this connection sees, shadows before the store's own."""
    return [*fixed_views(), *vocabulary.read(connection).views()]


def dump(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every view, sorted."""
    rows = {}
    for view in views_of(connection):
        columns = ", ".join(f'"{name}"' for name in view.columns)
        rows[view.name] = sorted(connection.execute(f'SELECT {columns} FROM "{view.name}"'), key=repr)
    return rows


# --- Histories ---------------------------------------------------------------------------------------------


@dataclass
class World:
    """Turns drawn numbers into drafts that the rules allow, and remembers what can be spoken of."""

    types: dict[str, str] = field(default_factory=dict)
    properties: dict[str, dict[str, Any]] = field(default_factory=lambda: {n: dict(p) for n, p in PROPERTIES.items()})
    sources: set[str] = field(default_factory=set)
    live: list[str] = field(default_factory=list)
    made: list[Draft] = field(default_factory=list)
    # Of the batch: the places of its new claims that are not retracted, of those that are, and of all claims.
    places: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)  # the properties that this history is about, so that claims meet

    parents: dict[str, str | None] = field(default_factory=lambda: dict(TYPES))

    def founding(self, draw: Draw) -> list[Draft]:
        """Return a batch that declares every entity and registers every source."""
        batch = [declared(entity) for entity in ENTITIES]
        self.types = {entity: type_ for entity, (type_, _) in ENTITIES.items()}
        batch.extend(self.registration(draw, source) for source in SOURCES)
        self.topics = draw(st.lists(st.sampled_from(sorted(PROPERTIES)), min_size=2, max_size=4, unique=True))
        return batch

    def registration(self, draw: Draw, source: str) -> Draft:
        """Return a registration or a revision; a source derives from earlier ones, so never from itself."""
        earlier = SOURCES[: SOURCES.index(source)]
        draft = registered(
            source,
            reason="mended" if source in self.sources else "",
            publisher=draw(st.sampled_from([None, *(e for e in ENTITIES if e in self.types)])),
            published=draw(st.sampled_from([None, *DAYS])),
            derived_from=draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else [],
        )
        self.sources.add(source)
        return draft

    def any_of(self, wanted: Sequence[str]) -> list[str]:
        return [e for e, type_ in self.types.items() if type_ in wanted or self.parents[type_] in wanted]

    def claim(self, draw: Draw, *, subject: str = "") -> Draft | None:
        name = draw(st.sampled_from(self.topics))
        one = self.properties[name]
        subjects = self.any_of(one["of"])
        if not subjects:
            return None
        subject = subject or draw(st.sampled_from(subjects[:2]))
        pool: Sequence[str] = VALUES.get(one["value"], ())
        if one["value"] == "entity":
            pool = [entity for entity in self.any_of(one["value_of"]) if entity != subject]
        if not pool:
            return None
        inferred = draw(st.integers(0, 9)) == 0
        return claimed(
            draw(st.sampled_from(SOURCES)),
            subject,
            name,
            draw(st.sampled_from(pool)),
            stance=draw(st.sampled_from([None, None, None, "denies", "expects"])),
            when=draw(whens()),
            said=draw(st.sampled_from([None, None, None, *DAYS])),
            speaker=draw(st.lists(st.sampled_from(sorted(self.types)), max_size=2)),
            credibility=draw(st.sampled_from([None, None, 1, 2, 5, 6])),
            inferred=inferred or None,
            note="worked out" if inferred else draw(st.sampled_from([None, "a note"])),
            qualifiers=draw(st.sampled_from([None, None, {"role": "host"}])),
            handling=draw(st.sampled_from([None, "TLP:GREEN"])),
            passages=draw(
                st.sampled_from([None, [{"exact": "major"}], [{"exact": "a"}, {"exact": "b", "locator": "¶ 2"}]])
            ),
        )

    def revision(self, draw: Draw) -> Draft:
        name = draw(st.sampled_from(self.topics))
        one = self.properties[name]
        one["many"] = draw(st.booleans())
        one["changes"] = draw(st.booleans())
        if one["value"] == "entity" and one["of"] == ["organization"] and "person" not in one["value_of"]:
            one["inverse"] = draw(st.sampled_from([None, name]))
        return property_defined(name, reason="as it is used", **one)

    def batch(self, draw: Draw, *, most: int) -> list[Draft]:
        """Return the drafts of one batch; `recorded` must be told what came of it."""
        drafts: list[Draft] = []
        for _ in range(draw(st.integers(1, most))):
            draft = self.draft(draw, len(drafts))
            if draft is not None:
                drafts.append(draft)
        return drafts

    def recorded(self, recorded: Recorded) -> None:
        """Note which claims of the batch are live: one may have been known, and one known may be retracted."""
        gone = {one.id for one in recorded.known if one.retracted} | {recorded.ids[place] for place in self.gone}
        ids = [one for place in self.said if (one := recorded.ids[place]) not in gone]
        self.live = list(dict.fromkeys([*self.live, *ids]))
        for places in (self.places, self.gone, self.said):
            places.clear()

    def draft(self, draw: Draw, place: int) -> Draft | None:
        """Return the next draft of a batch, which will have that place in it."""
        kinds = [self.new_claim] * 10 + [self.retraction] * 2
        kinds += [self.again, self.grade, self.mended, self.capture, self.check, self.check]
        kinds += [self.redeclared, self.revision, self.subtype]
        draft = draw(st.sampled_from(kinds))(draw)
        if draft is not None and draft.type == "claim.made":
            self.said.append(place)
            if self.made.count(draft) == 1 and draft is self.made[-1]:
                self.places.append(place)
        return draft

    def new_claim(self, draw: Draw) -> Draft | None:
        draft = self.claim(draw)
        if draft is not None:
            self.made.append(draft)
        return draft

    def grade(self, draw: Draw) -> Draft:
        return graded(draw(st.sampled_from(SOURCES)), draw(st.sampled_from("ABCDEF")))

    def mended(self, draw: Draw) -> Draft:
        return self.registration(draw, draw(st.sampled_from(SOURCES)))

    def capture(self, draw: Draw) -> Draft:
        day = draw(st.sampled_from(("2021-05-05", "2023-02-20")))
        return captured(draw(st.sampled_from(SOURCES)), day, text=draw(st.sampled_from("bc")))

    def check(self, draw: Draw) -> Draft | None:
        outcome = draw(st.sampled_from(("kept", "moved", "altered", "gone")))
        return (
            checked(draw(st.sampled_from(self.live)), outcome, text=draw(st.sampled_from("bc"))) if self.live else None
        )

    def redeclared(self, draw: Draw) -> Draft:
        entity = draw(st.sampled_from(sorted(self.types)))
        self.types[entity] = draw(st.sampled_from((self.types[entity], *TYPES)))
        return declared(entity, type_=self.types[entity], name=draw(st.sampled_from(NAMES)), reason="as they write")

    def subtype(self, draw: Draw) -> Draft:
        self.parents["officer"] = draw(st.sampled_from((None, "person")))
        label = draw(st.sampled_from(("officer", "commander")))
        return type_defined("officer", label=label, parent=self.parents["officer"], reason="clearer")

    def again(self, draw: Draw) -> Draft | None:
        if not self.made:
            return None
        draft = draw(st.sampled_from(self.made))
        one = self.properties[draft.data["property"]]
        fits = draft.data["subject"] in self.any_of(one["of"]) and (
            one["value"] != "entity" or draft.data["value"] in self.any_of(one["value_of"])
        )
        return draft if fits else None

    def retraction(self, draw: Draw) -> Draft | None:
        recorded: list[str | Ref] = [*self.live, *map(Ref, self.places)]
        if not recorded:
            return None
        gone = draw(st.sampled_from(recorded))
        others = [one for one in recorded if one != gone]
        if isinstance(gone, Ref):
            self.places.remove(gone.place)
            self.gone.append(gone.place)
        else:
            self.live.remove(gone)
        return retracted(gone, replaced_by=draw(st.sampled_from([None, *others])))


def whens() -> st.SearchStrategy[dict[str, str] | None]:
    """Return times of all four kinds, vague ones too; some cannot be true and are refused."""
    dates = st.sampled_from(DATES)
    return st.one_of(
        st.none(),
        st.fixed_dictionaries({"on": dates}),
        st.fixed_dictionaries({"during": dates}),
        st.fixed_dictionaries({"from": dates}),
        st.fixed_dictionaries({"until": dates}),
        st.sampled_from([
            {"from": "2020", "until": "2021-06-15"}, {"from": "2021-06-15", "until": "2022-03"},
            {"from": "2020", "on": "2022-03"}, {"on": "2021", "until": "2023-02"},
            {"from": "2023-02", "until": "2023-02"},
        ]),
    )  # fmt: skip
