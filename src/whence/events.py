"""A payload that passes here has the one form that is recorded: nothing unknown, and no field at its default.

What a payload may hold stands in `payloads`; fields at their default and nulls are never stored, so the same
content has one canonical form (design: "The log", "The event"). Importing this module imports pydantic's core,
15 ms, which reading commands do without.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from pydantic_core import SchemaValidator, ValidationError

from whence.drafts import Draft, Event, Ref
from whence.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "REFERENCES",
    "Draft",
    "Event",
    "Ref",
    "TypeNotKnown",
    "payload",
    "payload_problems",
]

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
def _schemas() -> dict[str, Any]:
    """Return what pydantic makes of each model, by the name of the type."""
    made: dict[str, Any] = orjson.loads(Path(__file__).with_name("payloads.json").read_bytes())
    return made


@functools.cache
def _validator(name: str) -> SchemaValidator:
    if name not in _schemas():
        raise TypeNotKnown(name)
    return SchemaValidator(_schemas()[name])


def payload(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of an event of that type: checked, without the fields that equal their default.

    Raises pydantic's ValidationError (told by `payload_problems`) and TypeNotKnown.
    """
    checked: dict[str, Any] = _validator(name).validate_python(data)
    for field, default in DEFAULTS.get(name, ()):
        if field in checked and checked[field] == default:
            del checked[field]
    return checked


def payload_problems(name: str, data: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a payload, in sentences; empty where it is right. Raises TypeNotKnown."""
    try:
        _validator(name).validate_python(data)
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
            case "literal_error" if detail["loc"][-1] == "[key]":
                yield Problem(f"`{place.removesuffix('.[key]')}` is no field of this event.")
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
