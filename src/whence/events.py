"""The events of the log: one payload model per type, what is a draft, and what is a recorded event.

Nothing unknown gets in: every payload forbids keys it does not know. Fields at their default and nulls
are never stored, so the same content has one canonical form (design: "The log", "The event").
Importing this module imports pydantic; reading commands do not.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from whence.drafts import Draft, Event, Ref
from whence.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "PAYLOADS",
    "REFERENCES",
    "Draft",
    "Event",
    "Ref",
    "TypeNotKnown",
    "payload",
    "payload_problems",
]

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


# The time during which a claim holds, each an EDTF date or range. `from` is a Python keyword: no class body.
When = TypedDict(
    "When",
    {
        "on": NotRequired[Line],
        "from": NotRequired[Line],
        "until": NotRequired[Line],
        "during": NotRequired[Line],
    },
)
with_config(FORBID)(When)
SomeTime = Annotated[When, Field(min_length=1)]  # an empty one would be another claim that says the same


@with_config(FORBID)
class ClaimMade(TypedDict):
    """`claim.made`: what one source says: subject, property, value, and on which words it rests."""

    subject: Slug
    property: Name
    value: Text
    passages: NotRequired[Annotated[list[Passage], Field(min_length=1)]]
    when: NotRequired[SomeTime]
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
    when: NotRequired[SomeTime]
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

# The fields of a payload that hold the id of an earlier event.
REFERENCES: dict[str, tuple[str, ...]] = {
    "claim.retracted": ("claim", "replaced_by"),
    "passage.checked": ("claim",),
    "match.undone": ("match",),
    "distinction.undone": ("distinction",),
    "verdict.revoked": ("verdict",),
}

# A field equal to its default is left out, so that one content has one canonical form.
DEFAULTS: dict[str, tuple[tuple[str, object], ...]] = {
    "claim.made": (("stance", "affirms"), ("inferred", False)),
    "passage.checked": (("place", 0),),
    "verdict.reached": (("stance", "affirms"),),
    "property.defined": (("many", False), ("changes", False), ("qualifies", False)),
}


class TypeNotKnown(BadInput):
    """An event of a type that this version does not know: a newer one wrote it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The event type `{name}` is not known to this version of whence.",
            hint="A newer version wrote it: update whence and try again.",
        )


@functools.cache
def _adapter(name: str) -> TypeAdapter[dict[str, Any]]:
    if name not in PAYLOADS:
        raise TypeNotKnown(name)
    return TypeAdapter(PAYLOADS[name])


def payload(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of an event of that type: checked, without the fields that equal their default.

    Raises pydantic's ValidationError (told by `payload_problems`) and TypeNotKnown.
    """
    checked = _adapter(name).validate_python(data)
    for field, default in DEFAULTS.get(name, ()):
        if field in checked and checked[field] == default:
            del checked[field]
    return checked


def payload_problems(name: str, data: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a payload, in sentences; empty where it is right. Raises TypeNotKnown."""
    try:
        _adapter(name).validate_python(data)
    except ValidationError as error:
        return list(_sentences(error))
    return []


def _sentences(error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        place = ".".join(str(part) for part in detail["loc"])
        match detail["type"]:
            case "missing":
                yield Problem(f"`{place}` is missing.")
            case "extra_forbidden":
                yield Problem(f"`{place}` is no field of this event.")
            case "string_too_short":
                yield Problem(f"`{place}` is empty.")
            case "string_too_long":
                limit = detail.get("ctx", {}).get("max_length")
                yield Problem(f"`{place}` is longer than {limit:,} characters.")
            case "string_pattern_mismatch":
                yield Problem(f"`{place}` is not of the right form: {_shown(detail['input'])}.")
            case _:
                told = detail["msg"][0].lower() + detail["msg"][1:]
                yield Problem(f"`{place}`: {told} (was {_shown(detail['input'])}).")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 - what fits on a line
