"""May this claim be made, retracted or looked up again? Pure, as `rules`, which calls it; a problem is a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from whence import dates, values
from whence.errors import BadInput, Problem
from whence.rulings import RulingState
from whence.suggestions import did_you_mean, with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from whence.vocabulary import Property

__all__ = [
    "ClaimState",
    "check_problems",
    "claim_problems",
    "no_entity",
    "no_property",
    "retraction_problems",
    "told",
    "value_problems",
]


class ClaimState(RulingState, Protocol):
    """What claims are held against."""

    def claim(self, event: str) -> tuple[bool, bool] | None:
        """Tell of an event whether it is a claim and whether it is live; None where there is no such event."""

    def text(self, capture: str) -> str | None:
        """Return an archived text by its hash; None where it is not here."""


def claim_problems(_source: str | None, data: Mapping[str, Any], state: ClaimState) -> list[Problem]:
    """Return what keeps a claim from being made."""
    # Registers have a million of these: a field that is not there costs nothing.
    found: list[Problem] = []
    there = state.entity(data["subject"])
    if there is None:
        found.append(no_entity(data["subject"]))
    one = state.vocabulary.properties.get(data["property"])
    if one is None:
        found.append(no_property(data["property"], state))
    else:
        if there is not None and there[0] not in one.of and not state.vocabulary.is_a(there[0], one.of):
            message = f"`{one.label}` is said of {_or(one.of)}; {there[1]} is {with_article(there[0])}."
            found.append(Problem(message, hint=_properties_hint(there[0], state)))
        found.extend(value_problems(one, data["value"], state))
        if data["value"] == data["subject"] and one.symmetric:
            found.append(Problem(f"`{one.label}` joins two entities, and this names one twice."))
    for field, of_field in FIELDS_OF_CLAIMS:
        if field in data:
            found.extend(of_field(data, state))
    return found


def _when_problems(data: Mapping[str, Any], _state: ClaimState) -> list[Problem]:
    return told(dates.when_bounds, data["when"])


def _said_problems(data: Mapping[str, Any], _state: ClaimState) -> list[Problem]:
    return told(dates.parse, data["said"], before="`said`: ")


def _speaker_problems(data: Mapping[str, Any], state: ClaimState) -> list[Problem]:
    return [no_entity(speaker) for speaker in data["speaker"] if state.entity(speaker) is None]


def _inferred_problems(data: Mapping[str, Any], _state: ClaimState) -> list[Problem]:
    if "note" in data or not data["inferred"]:
        return []
    return [Problem("An inferred value needs a note that says from what it follows.", hint="Add --note.")]


def _qualifiers_problems(data: Mapping[str, Any], state: ClaimState) -> Iterator[Problem]:
    for name, value in data["qualifiers"].items():
        qualifier = state.vocabulary.properties.get(name)
        if qualifier is None:
            yield no_property(name, state)
        elif not qualifier.qualifies:
            yield Problem(f"`{qualifier.label}` is no qualifier.", hint=_qualifiers_hint(state))
        else:
            yield from value_problems(qualifier, value, state)


def _passages_problems(data: Mapping[str, Any], state: ClaimState) -> Iterator[Problem]:
    for passage in data["passages"]:
        yield from _passage_problems(passage, state)


def value_problems(one: Property, value: str, state: ClaimState) -> list[Problem]:
    """Return what is wrong with a value (in the form it would be recorded in) of a property."""
    if one.value != "entity":
        return told(values.read, one.value, value, before=f"`{one.label}`: ")
    there = state.entity(value)
    if there is None:
        return [no_entity(value)]
    if one.value_of and there[0] not in one.value_of and not state.vocabulary.is_a(there[0], one.value_of):
        message = f"`{one.label}` takes {_or(one.value_of)} as value; {there[1]} is {with_article(there[0])}."
        return [Problem(message)]
    return []


def _passage_problems(passage: Mapping[str, Any], state: ClaimState) -> list[Problem]:
    found: list[Problem] = []
    exact = passage.get("exact")
    if exact is None and "locator" not in passage:
        found.append(Problem("A passage needs its words or a locator.", hint="Give --quote or --locator."))
    if ("start" in passage) != ("end" in passage):
        found.append(Problem("A passage has both `start` and `end`, or neither."))
    elif exact is not None and "start" in passage:
        start, end = passage["start"], passage["end"]
        if end - start != len(exact):
            found.append(Problem(f"The passage is {len(exact)} characters long, its offsets say {end - start}."))
        elif "capture" in passage:
            text = state.text(passage["capture"])
            if text is not None and text[start:end] != exact:
                found.append(Problem(f"The captured text does not have “{exact}” at {start}."))
    return found


def retraction_problems(_source: str | None, data: Mapping[str, Any], state: ClaimState) -> Iterator[Problem]:
    """Yield what keeps a claim from being retracted."""
    for field, purpose in (("claim", "be retracted"), ("replaced_by", "stand in the place of one")):
        if field not in data:
            continue
        found = state.claim(data[field])
        if found is None:
            yield Problem(f"There is no event {data[field][:8]}.", hint="`whence log` lists the events.")
        elif not found[0]:
            yield Problem(f"The event {data[field][:8]} is no claim, so it cannot {purpose}.")
        elif not found[1]:
            yield Problem(f"The claim {data[field][:8]} is retracted already.")
    if data["claim"] == data.get("replaced_by"):
        yield Problem("A claim cannot stand in its own place.")


def check_problems(_source: str | None, data: Mapping[str, Any], state: ClaimState) -> Iterator[Problem]:
    """Yield what keeps a passage's new place from being told."""
    found = state.claim(data["claim"])
    if found is None or not found[0]:
        yield Problem(f"There is no claim {data['claim'][:8]}.", hint="`whence log` lists the events.")
    if (data["outcome"] == "gone") == ("passage" in data):
        yield Problem("A passage that was found has a place in the capture, and one that is gone has none.")
    if "passage" in data:
        yield from _passage_problems(data["passage"], state)


def told(read: Callable[..., object], *given: object, before: str = "") -> list[Problem]:
    """Return what a reader says is wrong with what it is given, after the words `before`."""
    try:
        read(*given)
    except BadInput as error:
        return [Problem(before + error.message, hint=error.hint)]
    return []


def no_property(name: str, state: ClaimState) -> Problem:
    """Return that there is no such property, and one that may be meant."""
    hint = did_you_mean(name, state.vocabulary.properties) or "`whence vocabulary` lists the properties."
    return Problem(f"There is no property `{name}`.", hint=hint)


def no_entity(entity: str) -> Problem:
    """Return that there is no such entity."""
    return Problem(f"There is no entity `{entity}`.", hint="Declare it with `whence entity add`, or add --create.")


def _properties_hint(type_: str, state: ClaimState) -> str:
    names = [one.label for one in state.vocabulary.properties_of(type_)]
    return f"{with_article(type_).capitalize()} has: {', '.join(names)}." if names else ""


def _qualifiers_hint(state: ClaimState) -> str:
    names = [one.label for one in state.vocabulary.properties.values() if one.qualifies]
    return f"Qualifiers are: {', '.join(names)}." if names else ""


def _or(names: tuple[str, ...]) -> str:
    words = [with_article(name) for name in names]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


# What a claim may leave out is looked at only where it stands.
FIELDS_OF_CLAIMS: tuple[tuple[str, Callable[[Mapping[str, Any], ClaimState], Iterable[Problem]]], ...] = (
    ("when", _when_problems),
    ("said", _said_problems),
    ("speaker", _speaker_problems),
    ("inferred", _inferred_problems),
    ("qualifiers", _qualifiers_problems),
    ("passages", _passages_problems),
)
