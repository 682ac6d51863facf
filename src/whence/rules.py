"""May this draft follow this state? Pure: reads the state it is given, and says in sentences what is wrong."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Protocol

from whence import dates, values
from whence.claiming import (
    ClaimState,
    check_problems,
    claim_problems,
    no_entity,
    no_property,
    retraction_problems,
    told,
)
from whence.errors import Problem
from whence.projections import RESERVED, fixed_views
from whence.rulings import RULINGS, ruling_problems
from whence.suggestions import did_you_mean
from whence.vocabulary import Type
from whence.words import SQLITE_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


__all__ = ["State", "asks_views", "known", "problems", "source_id_problems"]

# Columns that every view shares: a property of that name would make its facts unreadable.
SHARED_COLUMNS = frozenset(
    {"claim", "entity", "entity_name", "event", "fact", "position", "property", "source", "value"}
)
# A type has a view of its name: what stands in the file beside the views (the archive, the tables of the search, what
# SQLite brings) or shadows them while they are built would be dropped for it or hide it.
INDEXES = {
    word
    for view in fixed_views()
    for index in (*view.indexes, *view.sparse)
    for word in re.findall(r"INDEX (\w+)", index)
}
TAKEN = RESERVED | INDEXES | {view.keys for view in fixed_views()} | {"dbstat", "bytecode", "tables_used", "completion"}
TAKEN_BEGINNINGS = (
    *("capture_", "claim_search", "entity_search", "event_", "recent_", "scope_", "stage_", "touched_"),
    *("words_", "fts", "json_", "pragma_", "rtree", "sqlite_"),
)
FRACTION = re.compile(r"\.[0-9]+")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
LONGEST_ID = 200  # characters
DEFINITIONS = frozenset({"type.defined", "property.defined"})
IN_FORCE = ("source.registered", "source.captured", "source.graded")


class State(ClaimState, Protocol):
    """What the log says so far, the earlier drafts of the batch included."""

    def source(self, source: str) -> Mapping[str, Any] | None:
        """Return the registration of a source in force."""

    def has_source(self, source: str) -> bool:
        """Tell whether a source is registered."""

    def latest(self, type: str, source: str) -> Mapping[str, Any] | None:
        """Return the payload of the last event of a type about a source."""

    def definition(self, type: str, name: str) -> Mapping[str, Any] | None:
        """Return the definition of a type or property in force."""

    def is_matched(self, entity: str) -> bool:
        """Tell whether an entity is one with another."""

    def ancestors(self, source: str) -> set[str]:
        """Return every source that a source derives from, at any remove."""


def known(type: str, source: str | None, data: Mapping[str, Any], state: State) -> bool:
    """Tell whether a definition, registration, capture, grade or declaration equals the one in force.

    A reason given again for what is already so does not make it new. Claims are compared among themselves.
    """
    if type in DEFINITIONS:
        before = state.definition(type, data["name"])
    elif type == "entity.declared":
        there = state.entity(data["entity"])
        return there == (data["type"], data["name"])
    elif type in IN_FORCE and source is not None:
        before = state.latest(type, source)
    else:
        return False
    if before is None:
        return False
    if type == "source.captured":
        # The same bytes and text at another time or address are the same capture.
        return all(before[key] == data[key] for key in ("sha256", "text_sha256"))
    return _without_reason(before) == _without_reason(data)


def _without_reason(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "reason"}


def asks_views(type: str, data: Mapping[str, Any], state: State) -> bool:
    """Tell whether a rule for this event reads the views, which must then show everything that comes before it."""
    if type in RULINGS:
        return True
    there = state.entity(data["entity"]) if type == "entity.declared" else None
    return there is not None and there[0] != data["type"]  # What is matched keeps its type.


def problems(type: str, source: str | None, data: Mapping[str, Any], state: State) -> list[Problem]:
    """Return everything that keeps an event with this payload (checked by its model) from following this state."""
    found = _source_problems(type, source, state)
    if type in RULINGS:
        found.extend(ruling_problems(type, source, data, state))
    else:
        found.extend(RULES[type](source, data, state))
    return found


def source_id_problems(source: str) -> list[Problem]:
    """Return what keeps a text from being the id of a source."""
    if len(source) <= LONGEST_ID and _is_slug(source):
        return []
    return [Problem(f"{source[:80]!r} is no id of a source.", hint="An id has small letters, digits and hyphens.")]


@functools.lru_cache(maxsize=1024)
def _is_slug(short: str) -> bool:
    """Tell of a text that is short enough whether it has the form of an id; every claim asks, of the same few."""
    return SLUG.fullmatch(short) is not None


def _source_problems(type_: str, source: str | None, state: State) -> list[Problem]:
    needs = type_ == "claim.made" or type_.startswith("source.")
    if source is None:
        none = Problem("No source is named, and every fact needs one.", hint="Name it with --source.")
        return [none] if needs else []
    if not needs and type_ != "entity.declared":
        return [Problem(f"A {type_} event has no source.")]
    if type_ != "source.registered" and not state.has_source(source):
        return [Problem(f"There is no source `{source}`.", hint="`whence source list` shows them all.")]
    return []


def _type_defined(_source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    name = data["name"]
    if name in TAKEN or name.startswith(TAKEN_BEGINNINGS):
        yield Problem(f"`{name}` is the name of a table of the store or of SQLite, so no type can be called that.")
    elif name in SQLITE_WORDS:
        yield Problem(f"`{name}` is a word of SQL, so no type can be called that.")
    parent = data.get("parent")
    if parent is not None and parent != name and parent not in state.vocabulary.types:
        yield _no_type(parent, state)
    elif parent is not None and (parent == name or state.vocabulary.is_a(parent, (name,))):
        yield Problem(f"`{name}` cannot be its own parent.")
    with_it = state.vocabulary.with_type(Type(name, data["label"], data["description"], parent))
    for one in with_it.properties.values():
        if one.name in with_it.types and with_it.is_a(one.name, one.of):
            yield Problem(f"`{one.name}` is a property of {', '.join(one.of)}, whose view would have it twice.")
    yield from with_it.width_problems()
    yield from _revision(f"the type `{name}`", state.definition("type.defined", name), data)


def _property_defined(_source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    name = data["name"]
    if name in SHARED_COLUMNS or state.vocabulary.is_a(name, tuple(data["of"])):
        yield Problem(f"`{name}` is a column of the views, so no property can be called that.")
    elif name in SQLITE_WORDS:
        yield Problem(f"`{name}` is a word of SQL, so no property can be called that.")
    for type_ in (*data["of"], *data.get("value_of", ())):
        if type_ not in state.vocabulary.types:
            yield _no_type(type_, state)
    if data["value"] != "entity" and ("value_of" in data or data.get("inverse") == name):
        yield Problem(
            f"Only a property with entities as values has `value_of` or is symmetric; `{name}` has {data['value']}."
        )
    if name == "speaks_for" and (data["value"] != "entity" or data.get("inverse") == name):
        yield Problem(
            "`speaks_for` tells whose voice a speaker is: it leads from one entity to another, and not both ways.",
            hint="For what joins two as equals define a property of another name.",
        )
    inverse = data.get("inverse")
    if inverse is not None and inverse != name and inverse not in state.vocabulary.properties:
        yield no_property(inverse, state)
    before = state.definition("property.defined", name)
    if before is not None and before["value"] != data["value"]:
        yield Problem(
            f"`{name}` has {before['value']} values, and claims rest on that: it cannot have {data['value']} values.",
            hint="Define another property.",
        )
    yield from state.vocabulary.width_problems(name, tuple(data["of"]))
    yield from _revision(f"the property `{name}`", before, data)


def _source_registered(source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    publisher = data.get("publisher")
    if publisher is not None and state.entity(publisher) is None:
        yield no_entity(publisher)
    for field in ("published", "updated"):
        if field in data:
            yield from told(dates.parse, data[field], before=f"`{field}`: ")
    if "url" in data:
        yield from told(values.read, "url", data["url"], before="`url`: ")
    for root in data.get("derived_from", ()):
        if state.source(root) is None and root != source:
            yield Problem(f"There is no source `{root}` to derive from.", hint="`whence source list` shows them all.")
        elif source is not None and (root == source or source in state.ancestors(root)):
            yield Problem(f"`{source}` cannot derive from `{root}`: that one derives from it.")
    if source is not None:
        yield from _revision(f"the source `{source}`", state.source(source), data)


def _source_captured(_source: str | None, data: Mapping[str, Any], _state: State) -> Iterator[Problem]:
    moment = FRACTION.sub("", data["retrieved_at"])
    yield from told(dates.parse, moment, before="`retrieved_at`: ")


def _source_graded(_source: str | None, _data: Mapping[str, Any], _state: State) -> Iterator[Problem]:
    yield from ()


def _entity_declared(_source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    if data["type"] not in state.vocabulary.types:
        yield _no_type(data["type"], state)
    there = state.entity(data["entity"])
    if there is not None and "reason" not in data:
        yield Problem(
            f"`{data['entity']}` is declared already: {there[1]}, {there[0]}.",
            hint="To change that give a reason; for another entity give another id.",
        )
    yield from told(values.read, "text", data["name"], before="The name: ")
    if there is not None and there[0] != data["type"] and state.is_matched(data["entity"]):
        yield Problem(
            f"`{data['entity']}` is matched with another {there[0]}, so it stays one.",
            hint="Undo the match first with `whence unmatch`.",
        )


def _revision(what: str, before: Mapping[str, Any] | None, data: Mapping[str, Any]) -> Iterator[Problem]:
    if before is not None and "reason" not in data:
        changed = sorted(key for key in (before.keys() | data.keys()) - {"reason"} if before.get(key) != data.get(key))
        if changed:
            yield Problem(
                f"There is already {what}, and this one differs in {', '.join(changed)}.",
                hint="To revise it give a reason; for another one give another id.",
            )


def _no_type(name: str, state: State) -> Problem:
    hint = did_you_mean(name, state.vocabulary.types) or "`whence vocabulary` lists the types."
    return Problem(f"There is no type `{name}`.", hint=hint)


RULES: dict[str, Callable[[str | None, Mapping[str, Any], State], Iterable[Problem]]] = {
    "type.defined": _type_defined,
    "property.defined": _property_defined,
    "source.registered": _source_registered,
    "source.captured": _source_captured,
    "source.graded": _source_graded,
    "entity.declared": _entity_declared,
    "claim.made": claim_problems,
    "claim.retracted": retraction_problems,
    "passage.checked": check_problems,
}
