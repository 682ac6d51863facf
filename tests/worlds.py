"""Random histories that the rules allow: of claims and all that bears on them, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hypothesis import strategies as st

from histories import (
    ENTITIES,
    PROPERTIES,
    SOURCES,
    TYPES,
    captured,
    checked,
    claimed,
    decided,
    declared,
    distinguished,
    graded,
    matched,
    property_defined,
    registered,
    retracted,
    type_defined,
    undone,
    withdrawn,
    worded,
)
from whence.drafts import Draft, Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from whence.recording import Recorded

T = TypeVar("T")


class Draw(Protocol):
    """What draws from a strategy: in a composite strategy, and within a test."""

    def __call__(self, strategy: st.SearchStrategy[T], /) -> T: ...


NAMES = ("Kim Su-kwang", "Kim, Su Kwang", "NATO", "The Alliance", "Élan")

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


def pick(draw: Draw, options: Sequence[T]) -> T:
    """Draw one of several by its place: what is drawn is then the same when ids are others."""
    return options[draw(st.integers(0, len(options) - 1))]


RULINGS = ("entities.matched", "entities.distinguished", "values.matched", "verdict.reached")


@dataclass
class World:
    """Turns drawn numbers into drafts that the rules allow, and remembers what can be spoken of."""

    types: dict[str, str] = field(default_factory=dict)
    properties: dict[str, dict[str, Any]] = field(default_factory=lambda: {n: dict(p) for n, p in PROPERTIES.items()})
    sources: set[str] = field(default_factory=set)
    live: list[str] = field(default_factory=list)
    made: list[Draft] = field(default_factory=list)
    rulings: list[tuple[Draft, str]] = field(default_factory=list)  # in force, with their ids
    withdrawn: set[str] = field(default_factory=set)
    paired: set[str] = field(default_factory=set)  # whom a match, or a distinction, was drawn for
    # Of the batch: the places of its new claims that are not retracted, the places or ids of those that are, and the
    # places of all its claims.
    places: list[int] = field(default_factory=list)
    gone: list[int | str] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    ruling: tuple[int, Draft] | None = None  # of the batch, at its place; a batch has one, which may be refused
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
        size = draw(st.integers(1, most))
        ruled = draw(st.integers(0, 2 * size)) if self.made else size
        for number in range(size):
            draft = self.rule(draw) if number == ruled else self.draft(draw, len(drafts))
            if draft is not None and number == ruled:
                self.ruling = len(drafts), draft
            if draft is not None:
                drafts.append(draft)
        return drafts

    def without_ruling(self, drafts: list[Draft]) -> list[Draft]:
        """Return the batch with something harmless in the place of its ruling, which was refused."""
        assert self.ruling is not None
        place, self.ruling = self.ruling[0], None
        return [*drafts[:place], graded("s1", "F"), *drafts[place + 1 :]]

    def rule(self, draw: Draw) -> Draft | None:
        """Return a ruling, which the rules may refuse."""
        match draw(st.sampled_from(("match",) * 3 + ("words",) * 4 + ("verdict",) * 3 + ("withdraw",) + ("undo",) * 3)):
            case "match":
                type_ = draw(st.sampled_from(("person", "organization", "organization")))
                pair = draw(st.permutations([e for e, t in self.types.items() if t == type_]))[:2]
                pair = pair if len(pair) == 2 else ["kim", "lee"]
                self.paired.update(pair)
                ruled: Draft = draw(st.sampled_from((matched, matched, distinguished)))(*pair)
                return ruled
            case "words":
                name = draw(st.sampled_from([t for t in self.topics if PROPERTIES[t]["value"] in VALUES] or ["rank"]))
                one, other = draw(st.permutations(VALUES[PROPERTIES[name]["value"]]))[:2]
                return worded(name, one, other, subject=draw(st.sampled_from([None, *sorted(self.types)[:3]])))
            case "verdict":
                claim = pick(draw, self.made).data
                stance = draw(st.sampled_from([None, None, "denies"]))
                return decided(claim["subject"], claim["property"], claim["value"], stance=stance, when=draw(whens()))
            case "undo" if self.rulings:
                ruling = pick(draw, self.rulings)
                self.rulings.remove(ruling)
                return undone(*ruling)
        source = draw(st.sampled_from(SOURCES))
        self.withdrawn ^= {source}
        return withdrawn(source, again=source not in self.withdrawn)

    def recorded(self, recorded: Recorded) -> None:
        """Note which claims of the batch are live: one may have been known, and one known may be retracted."""
        gone = {one.id for one in recorded.known if one.retracted}
        gone |= {recorded.ids[one] if isinstance(one, int) else one for one in self.gone}
        ids = [one for place in self.said if (one := recorded.ids[place]) not in gone]
        self.live = list(dict.fromkeys([*self.live, *ids]))
        if self.ruling is not None and self.ruling[1].type in RULINGS:
            self.rulings.append((self.ruling[1], recorded.ids[self.ruling[0]]))
        self.ruling = None
        self.places, self.gone, self.said = [], [], []

    def draft(self, draw: Draw, place: int) -> Draft | None:
        """Return the next draft of a batch, which will have that place in it."""
        known = len(self.made)
        draft = KINDS[draw(st.sampled_from(sorted(KINDS) + ["claim"] * 9 + ["check", "retraction"]))](self, draw)
        if draft is not None and draft.type == "claim.made":
            self.said.append(place)
            if len(self.made) > known:
                self.places.append(place)
        return draft

    def new_claim(self, draw: Draw) -> Draft | None:
        draft = self.claim(draw)
        if draft is not None and draft not in self.made:
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
        return checked(pick(draw, self.live), outcome, text=draw(st.sampled_from("bc"))) if self.live else None

    def redeclared(self, draw: Draw) -> Draft:
        entity = draw(st.sampled_from(sorted(self.types)))
        # What is matched keeps its type; so does, here, what ever was to be.
        if entity not in self.paired:
            self.types[entity] = draw(st.sampled_from((self.types[entity], *TYPES)))
        return declared(entity, type_=self.types[entity], name=draw(st.sampled_from(NAMES)), reason="as they write")

    def subtype(self, draw: Draw) -> Draft:
        self.parents["officer"] = draw(st.sampled_from((None, "person")))
        label = draw(st.sampled_from(("officer", "commander")))
        return type_defined("officer", label=label, parent=self.parents["officer"], reason="clearer")

    def again(self, draw: Draw) -> Draft | None:
        if not self.made:
            return None
        draft = pick(draw, self.made)
        one = self.properties[draft.data["property"]]
        fits = draft.data["subject"] in self.any_of(one["of"]) and (
            one["value"] != "entity" or draft.data["value"] in self.any_of(one["value_of"])
        )
        return draft if fits else None

    def retraction(self, draw: Draw) -> Draft | None:
        recorded: list[str | Ref] = [*self.live, *map(Ref, self.places)]
        if not recorded:
            return None
        gone = pick(draw, recorded)
        others = [one for one in recorded if one != gone]
        if isinstance(gone, Ref):
            self.places.remove(gone.place)
            self.gone.append(gone.place)
        else:
            self.live.remove(gone)
            self.gone.append(gone)
        return retracted(gone, replaced_by=pick(draw, [None, *others]))


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


KINDS: dict[str, Callable[[World, Draw], Draft | None]] = {
    "again": World.again,
    "capture": World.capture,
    "check": World.check,
    "claim": World.new_claim,
    "declaration": World.redeclared,
    "grade": World.grade,
    "property": World.revision,
    "registration": World.mended,
    "retraction": World.retraction,
    "type": World.subtype,
}
