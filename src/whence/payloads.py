"""What an event of each type holds: a pydantic model per type, which forbids every key that it does not name.

The program itself reads `payloads.json`, what pydantic makes of these models, and pydantic's core checks by it: to
import all of pydantic and build the model of a claim anew would make `whence add` take half as long again.
`scripts/payloads` writes that file; a test holds the two equal.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

__all__ = ["PAYLOADS", "schemas"]

FORBID = ConfigDict(extra="forbid", strict=True)

Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\n\t]+$")]
Name = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
Slug = Annotated[str, StringConstraints(max_length=200, pattern=r"^[a-z0-9][a-z0-9-]*$")]
EventId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ValueType = Literal["text", "entity", "date", "number", "url", "point"]
Handling = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]


@with_config(FORBID)
class TypeDefined(TypedDict):
    """`type.defined`: a type of entity. A second one for the same name is a revision and says why."""

    name: Name
    label: Line
    description: Text
    parent: NotRequired[Name]
    reason: NotRequired[Text]


@with_config(FORBID)
class PropertyDefined(TypedDict):
    """`property.defined`: what may be said of entities. `of` names types, `value` its value type."""

    name: Name
    label: Line
    description: Text
    of: Annotated[list[Name], Field(min_length=1)]
    value: ValueType
    value_of: NotRequired[Annotated[list[Name], Field(min_length=1)]]
    many: NotRequired[bool]
    changes: NotRequired[bool]
    inverse: NotRequired[Name]
    qualifies: NotRequired[bool]
    same_as: NotRequired[list[Line]]
    reason: NotRequired[Text]


@with_config(FORBID)
class SourceRegistered(TypedDict):
    """`source.registered`: a document that says things; its id stands in the event's `source`."""

    kind: Line
    title: Line
    publisher: NotRequired[Slug]
    url: NotRequired[Line]
    author: NotRequired[Line]
    published: NotRequired[Line]
    updated: NotRequired[Line]
    language: NotRequired[Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]]
    derived_from: NotRequired[Annotated[list[Slug], Field(min_length=1)]]
    handling: NotRequired[Handling]
    reason: NotRequired[Text]


@with_config(FORBID)
class SourceCaptured(TypedDict):
    """`source.captured`: the hashes of the bytes and of the text (NFC, line feeds) at one moment."""

    sha256: Sha256
    text_sha256: Sha256
    media_type: Line
    size: Count
    retrieved_at: Annotated[
        str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$")
    ]
    url: NotRequired[Line]


@with_config(FORBID)
class SourceGraded(TypedDict):
    """`source.graded`: the reliability of a source, A to F (Admiralty scale), and why."""

    grade: Literal["A", "B", "C", "D", "E", "F"]
    reason: Text


@with_config(FORBID)
class EntityDeclared(TypedDict):
    """`entity.declared`: a person, organization, place … that claims are about."""

    entity: Slug
    type: Name
    name: Line
    reason: NotRequired[Text]


@with_config(FORBID)
class Passage(TypedDict):
    """The stretch of a source that a claim rests on, as W3C Web Annotation text quote and position selectors.

    Offsets are Unicode code points of the capture's text; `end` is exclusive.
    """

    exact: NotRequired[Text]
    prefix: NotRequired[Text]
    suffix: NotRequired[Text]
    start: NotRequired[Count]
    end: NotRequired[Count]
    capture: NotRequired[Sha256]
    locator: NotRequired[Line]
    translation: NotRequired[Text]


# The time during which a claim holds, in EDTF dates or ranges. An empty one would be another claim that says the same.
When = Annotated[dict[Literal["on", "from", "until", "during"], Line], Field(min_length=1)]


@with_config(FORBID)
class ClaimMade(TypedDict):
    """`claim.made`: what one source says: subject, property, value, and on which words it rests."""

    subject: Slug
    property: Name
    value: Text
    passages: NotRequired[Annotated[list[Passage], Field(min_length=1)]]
    when: NotRequired[When]
    stance: NotRequired[Literal["affirms", "denies", "expects"]]
    speaker: NotRequired[Annotated[list[Slug], Field(min_length=1)]]
    said: NotRequired[Line]
    inferred: NotRequired[bool]
    credibility: NotRequired[Annotated[int, Field(ge=1, le=6)]]
    qualifiers: NotRequired[Annotated[dict[Name, Text], Field(min_length=1)]]
    handling: NotRequired[Handling]
    note: NotRequired[Text]


@with_config(FORBID)
class ClaimRetracted(TypedDict):
    """`claim.retracted`: a claim taken back, why, and the claim that stands in its place."""

    claim: EventId
    reason: Text
    replaced_by: NotRequired[EventId]


@with_config(FORBID)
class PassageChecked(TypedDict):
    """`passage.checked`: what became of a claim's passage in a later capture, and where it stands there.

    `place` says which of the claim's passages, from 0.
    """

    claim: EventId
    capture: Sha256
    outcome: Literal["kept", "moved", "altered", "gone"]
    place: NotRequired[Count]
    passage: NotRequired[Passage]


Pair = Annotated[list[Slug], Field(min_length=2, max_length=2)]


@with_config(FORBID)
class Reasoned(TypedDict):
    """`source.withdrawn` and `source.reinstated`: a source that no longer counts, or counts again, and why."""

    reason: Text


@with_config(FORBID)
class EntitiesRuled(TypedDict):
    """`entities.matched` and `entities.distinguished`: two entities that are one, or are not, and why."""

    entities: Pair
    reason: Text


@with_config(FORBID)
class ValuesMatched(TypedDict):
    """`values.matched`: two wordings that say the same, for every subject of the property or for one."""

    property: Name
    values: Annotated[list[Text], Field(min_length=2, max_length=2)]
    subject: NotRequired[Slug]
    reason: Text


@with_config(FORBID)
class MatchUndone(TypedDict):
    """`match.undone`: a match, of entities or of values, taken back."""

    match: EventId
    reason: Text


@with_config(FORBID)
class DistinctionUndone(TypedDict):
    """`distinction.undone`: a distinction taken back."""

    distinction: EventId
    reason: Text


@with_config(FORBID)
class VerdictReached(TypedDict):
    """`verdict.reached`: a person's decision for a value, or against it, for all time or for a stretch of it."""

    subject: Slug
    property: Name
    value: Text
    stance: NotRequired[Literal["affirms", "denies"]]
    when: NotRequired[When]
    reason: Text


@with_config(FORBID)
class VerdictRevoked(TypedDict):
    """`verdict.revoked`: a verdict taken back."""

    verdict: EventId
    reason: Text


PAYLOADS: dict[str, type] = {
    "type.defined": TypeDefined,
    "property.defined": PropertyDefined,
    "source.registered": SourceRegistered,
    "source.captured": SourceCaptured,
    "source.graded": SourceGraded,
    "entity.declared": EntityDeclared,
    "claim.made": ClaimMade,
    "claim.retracted": ClaimRetracted,
    "passage.checked": PassageChecked,
    "source.withdrawn": Reasoned,
    "source.reinstated": Reasoned,
    "entities.matched": EntitiesRuled,
    "entities.distinguished": EntitiesRuled,
    "values.matched": ValuesMatched,
    "match.undone": MatchUndone,
    "distinction.undone": DistinctionUndone,
    "verdict.reached": VerdictReached,
    "verdict.revoked": VerdictRevoked,
}

# What pydantic notes beside a schema and its core does not check by: the class, its address, hints for documentation.
ASIDES = frozenset({"cls", "cls_name", "computed_fields", "metadata", "ref"})


def schemas() -> dict[str, Any]:
    """Return the core schema of each type's payload, by the name of the type, as JSON can hold it."""
    return {name: _plain(TypeAdapter(model).core_schema) for name, model in PAYLOADS.items()}


def _plain(schema: Any) -> Any:  # noqa: ANN401 - whatever stands in a schema
    if isinstance(schema, dict):
        # Fields may be called like an aside: they stand one level down.
        return {
            key: {name: _plain(one) for name, one in value.items()} if key == "fields" else _plain(value)
            for key, value in schema.items()
            if key not in ASIDES
        }
    return [_plain(one) for one in schema] if isinstance(schema, list | tuple) else schema
