"""May this ruling follow this state? A match, a distinction, a verdict or the undoing of one: pure, like `rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from whence import dates, values
from whence.errors import BadInput, Problem
from whence.suggestions import with_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from whence.vocabulary import Property, Vocabulary

__all__ = ["RULINGS", "RulingState", "ruling_problems"]

# What is ruled on is read from the views, so that the drafts before a ruling are projected before it is checked.
RULINGS = frozenset(
    {
        "entities.matched",
        "entities.distinguished",
        "values.matched",
        "match.undone",
        "distinction.undone",
        "verdict.reached",
        "verdict.revoked",
        "source.withdrawn",
        "source.reinstated",
    }
)
UNDOES = {
    "match.undone": ("match", ("entities.matched", "values.matched"), "match"),
    "distinction.undone": ("distinction", ("entities.distinguished",), "distinction"),
    "verdict.revoked": ("verdict", ("verdict.reached",), "verdict"),
}


class RulingState(Protocol):
    """What the rules of rulings ask of the log so far."""

    vocabulary: Vocabulary

    def entity(self, entity: str) -> tuple[str, str] | None:
        """Return the type and name of an entity."""

    def canonical(self, entity: str) -> str:
        """Return the entity that an entity is one with and goes under."""

    def distinction(self, one: str, other: str) -> tuple[str, str, str] | None:
        """Return id, actor and reason of a live distinction between all that one is and all that other is."""

    def ruling(self, event: str) -> tuple[str, bool] | None:
        """Return the type of a ruling and whether it is in force; None where there is no such event."""

    def withdrawn(self, source: str) -> bool:
        """Tell whether a source is withdrawn."""

    def stands(self, one: Property, subject: str, value: str) -> tuple[str, str]:
        """Return the entity and the value key under which a claim of this stands in the views."""

    def wording(self, property: str, subject: str, value_key: str) -> str:
        """Return the key under which a value's key counts."""

    def claimed(self, entity: str, property: str, value_key: str, stretch: tuple[str | None, str | None]) -> bool:
        """Tell whether live claims affirm or expect the value, and of a time that touches the stretch."""

    def claimed_values(self, entity: str, property: str) -> list[str]:
        """Return the values that live claims give, for a hint."""

    def verdict(
        self, entity: str, property: str, value_key: str | None
    ) -> list[tuple[str, str, str, str, str | None, str | None]]:
        """Return id, value, its key, stance, first and last day of the live verdicts on a value, or on any."""


def ruling_problems(type: str, source: str | None, data: Mapping[str, Any], state: RulingState) -> Iterator[Problem]:
    """Yield everything that keeps a ruling with this payload (checked by its model) from following this state."""
    match type:
        case "source.withdrawn" | "source.reinstated" if source is not None:
            if state.withdrawn(source) == (type == "source.withdrawn"):
                is_so = (
                    "withdrawn already" if type == "source.withdrawn" else "not withdrawn, so it cannot be reinstated"
                )
                yield Problem(f"The source `{source}` is {is_so}.")
        case "entities.matched" | "entities.distinguished":
            yield from _entities(type, data["entities"], state)
        case "values.matched":
            yield from _values(data, state)
        case "verdict.reached":
            yield from _verdict(data, state)
        case _ if type in UNDOES:
            yield from _undoing(type, data, state)


def _entities(type_: str, pair: list[str], state: RulingState) -> Iterator[Problem]:
    told = [state.entity(one) for one in pair]
    missing = [one for one, there in zip(pair, told, strict=True) if there is None]
    for one in missing:
        yield Problem(f"There is no entity `{one}`.", hint="`whence search` finds entities by name.")
    if missing:
        return
    one, other = pair
    if one == other:
        yield Problem(f"`{one}` is named twice: a ruling joins or parts two entities.")
        return
    same = state.canonical(one) == state.canonical(other)
    parted = state.distinction(one, other)
    if type_ == "entities.matched":
        types = [there[0] for there in told if there is not None]
        if types[0] != types[1]:
            yield Problem(
                f"`{one}` is {with_article(types[0])}, `{other}` {with_article(types[1])}: only one type can be one."
            )
        if same:
            yield Problem(f"`{one}` and `{other}` are matched already, as {state.canonical(one)}.")
        elif parted is not None:
            yield Problem(
                f"`{one}` and `{other}` are distinguished: {parted[2]} (decision {parted[0][:8]}, {parted[1]}).",
                hint=f"To match them undo that first: `whence distinguish --undo {parted[0][:8]}`.",
            )
    elif same:
        yield Problem(
            f"`{one}` and `{other}` are matched, as {state.canonical(one)}, so they cannot be distinguished.",
            hint="Undo the match first with `whence unmatch`.",
        )
    elif parted is not None:
        yield Problem(f"`{one}` and `{other}` are distinguished already (decision {parted[0][:8]}).")


def _values(data: Mapping[str, Any], state: RulingState) -> Iterator[Problem]:
    one = state.vocabulary.properties.get(data["property"])
    if one is None:
        yield Problem(f"There is no property `{data['property']}`.")
        return
    if one.value == "entity":
        yield Problem(f"The values of `{one.label}` are entities: match those.", hint="`whence match A B`.")
        return
    subject = data.get("subject", "")
    if subject and state.entity(subject) is None:
        yield Problem(f"There is no entity `{subject}`.")
    try:
        keys = [values.key(one.value, values.read(one.value, value)) for value in data["values"]]
    except BadInput as error:
        yield Problem(error.message, hint=error.hint)
        return
    if keys[0] == keys[1]:
        yield Problem(f"“{data['values'][0]}” and “{data['values'][1]}” are the same value already.")
        return
    under = state.canonical(subject) if subject else ""
    if state.wording(one.name, under, keys[0]) == state.wording(one.name, under, keys[1]):
        yield Problem(f"“{data['values'][0]}” and “{data['values'][1]}” are matched already.")


def _undoing(type_: str, data: Mapping[str, Any], state: RulingState) -> Iterator[Problem]:
    field, wanted, noun = UNDOES[type_]
    told = state.ruling(data[field])
    if told is None:
        yield Problem(f"There is no event {data[field][:8]}.", hint="`whence log` lists the events.")
    elif told[0] not in wanted:
        yield Problem(f"The event {data[field][:8]} is no {noun}.")
    elif not told[1]:
        yield Problem(f"The {noun} {data[field][:8]} is undone already.")


def _verdict(data: Mapping[str, Any], state: RulingState) -> Iterator[Problem]:
    one = state.vocabulary.properties.get(data["property"])
    if state.entity(data["subject"]) is None:
        yield Problem(f"There is no entity `{data['subject']}`.")
        return
    if one is None:
        yield Problem(f"There is no property `{data['property']}`.")
        return
    stretch: tuple[str | None, str | None] = (None, None)
    try:
        value = values.read(one.value, data["value"])
        if "when" in data:
            bounds = dates.when_bounds(data["when"])
            stretch = _stretch(data["when"], bounds)
    except BadInput as error:
        yield Problem(error.message, hint=error.hint)
        return
    entity, key = state.stands(one, data["subject"], value)
    if not state.claimed(entity, one.name, key, (None, None)):
        said = state.claimed_values(entity, one.name)
        hint = f"On record are: {', '.join(said)}." if said else "Nothing is claimed of it yet."
        yield Problem(f"Nobody claims `{one.label}` “{data['value']}” of {data['subject']}.", hint=hint)
        return
    if one.changes and not state.claimed(entity, one.name, key, stretch):
        yield Problem(
            f"Nobody claims `{one.label}` “{data['value']}” of {data['subject']} for that time.",
            hint="`whence why` shows the times that its claims state.",
        )
        return
    stance = data.get("stance", "affirms")
    for event, words, other, decided, earliest, latest in state.verdict(entity, one.name, key if one.many else None):
        apart = _before(stretch[1], earliest) or _before(latest, stretch[0])
        both = decided == "affirms" and stance == "affirms"
        if not apart and (other == key or both):
            yield Problem(
                f"A verdict on that stands: {event[:8]} {decided} “{words}”.",
                hint=f"Revoke it first: `whence decide --revoke {event[:8]}`.",
            )


def _stretch(when: Mapping[str, str], bounds: dates.Bounds) -> tuple[str | None, str | None]:
    """Return the first and the last day that a verdict's `when` covers, as the view `verdict` has them."""
    if "on" in when or "during" in when:
        days = [day for day in (bounds.latest_start, bounds.earliest_end) if day is not None]
        return (min(days), max(days)) if len(days) == 2 else (None, None)  # noqa: PLR2004 - both are known
    return bounds.earliest_start, bounds.latest_end


def _before(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one < other
