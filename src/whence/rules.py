"""May this draft follow this state? Pure: reads the state it is given, and says in sentences what is wrong."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Protocol

from whence import dates, values
from whence.errors import BadInput, Problem
from whence.projections import RESERVED, fixed_views
from whence.rulings import RULINGS, RulingState, ruling_problems
from whence.suggestions import did_you_mean, with_article
from whence.vocabulary import Type, Vocabulary
from whence.words import SQLITE_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from whence.vocabulary import Property

__all__ = ["State", "known", "problems", "source_id_problems"]

# Columns that every view shares: a property of that name would make its facts unreadable.
SHARED_COLUMNS = frozenset(
    {"claim", "entity", "entity_name", "event", "fact", "position", "property", "source", "value"}
)
# A type has a view of its name: what stands in the file beside the views (the archive, the tables of the search, what
# SQLite brings) or shadows them while they are built would be dropped for it or hide it.
INDEXES = {word for view in fixed_views() for index in view.indexes for word in re.findall(r"INDEX (\w+)", index)}
TAKEN = RESERVED | INDEXES | {view.keys for view in fixed_views()} | {"dbstat", "bytecode", "tables_used", "completion"}
TAKEN_BEGINNINGS = (
    *("capture_", "claim_search", "entity_search", "event_", "scope_", "stage_", "touched_", "waiting_", "words_"),
    *("fts", "json_", "pragma_", "rtree", "sqlite_"),
)
FRACTION = re.compile(r"\.[0-9]+")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,199}")
DEFINITIONS = frozenset({"type.defined", "property.defined"})
IN_FORCE = ("source.registered", "source.captured", "source.graded")


class State(RulingState, Protocol):
    """What the log says so far, the earlier drafts of the batch included."""

    def source(self, source: str) -> Mapping[str, Any] | None:
        """Return the registration of a source in force."""

    def latest(self, type: str, source: str) -> Mapping[str, Any] | None:
        """Return the payload of the last event of a type about a source."""

    def definition(self, type: str, name: str) -> Mapping[str, Any] | None:
        """Return the definition of a type or property in force."""

    def claim(self, event: str) -> tuple[bool, bool] | None:
        """Tell of an event whether it is a claim and whether it is live; None where there is no such event."""

    def is_matched(self, entity: str) -> bool:
        """Tell whether an entity is one with another."""

    def text(self, capture: str) -> str | None:
        """Return an archived text by its hash; None where it is not here."""

    def ancestors(self, source: str) -> set[str]:
        """Return every source that a source derives from, at any remove."""


def known(type: str, source: str | None, data: Mapping[str, Any], state: State) -> bool:
    """Tell whether a definition, registration, capture, grade or declaration equals the one in force.

    A reason given again for what is already so does not make it new. Claims have a digest of their own.
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


def problems(type: str, source: str | None, data: Mapping[str, Any], state: State) -> list[Problem]:
    """Return everything that keeps an event with this payload (checked by its model) from following this state."""
    found = list(_source_problems(type, source, state))
    if type in RULINGS:
        found.extend(ruling_problems(type, source, data, state))
    else:
        found.extend(RULES[type](source, data, state))
    return found


def source_id_problems(source: str) -> Iterator[Problem]:
    """Yield what keeps a text from being the id of a source."""
    if not SLUG.fullmatch(source):
        yield Problem(f"{source[:80]!r} is no id of a source.", hint="An id has small letters, digits and hyphens.")


def _source_problems(type_: str, source: str | None, state: State) -> Iterator[Problem]:
    needs = type_ == "claim.made" or type_.startswith("source.")
    if source is None:
        if needs:
            yield Problem("No source is named, and every fact needs one.", hint="Name it with --source.")
        return
    if not needs and type_ != "entity.declared":
        yield Problem(f"A {type_} event has no source.")
    elif type_ != "source.registered" and state.source(source) is None:
        yield Problem(f"There is no source `{source}`.", hint="`whence source list` shows them all.")


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
    types = {**state.vocabulary.types, name: Type(name, data["label"], data["description"], parent)}
    with_it = Vocabulary(types, state.vocabulary.properties)
    for one in with_it.properties.values():
        if one.name in types and with_it.is_a(one.name, one.of):
            yield Problem(f"`{one.name}` is a property of {', '.join(one.of)}, whose view would have it twice.")
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
    inverse = data.get("inverse")
    if inverse is not None and inverse != name and inverse not in state.vocabulary.properties:
        yield _no_property(inverse, state)
    before = state.definition("property.defined", name)
    if before is not None and before["value"] != data["value"]:
        yield Problem(
            f"`{name}` has {before['value']} values, and claims rest on that: it cannot have {data['value']} values.",
            hint="Define another property.",
        )
    yield from _revision(f"the property `{name}`", before, data)


def _source_registered(source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    publisher = data.get("publisher")
    if publisher is not None and state.entity(publisher) is None:
        yield _no_entity(publisher)
    for field in ("published", "updated"):
        if field in data:
            yield from _told(functools.partial(dates.parse, data[field]), f"`{field}`: ")
    if "url" in data:
        yield from _told(lambda: values.read("url", data["url"]), "`url`: ")
    for root in data.get("derived_from", ()):
        if state.source(root) is None and root != source:
            yield Problem(f"There is no source `{root}` to derive from.", hint="`whence source list` shows them all.")
        elif source is not None and (root == source or source in state.ancestors(root)):
            yield Problem(f"`{source}` cannot derive from `{root}`: that one derives from it.")
    if source is not None:
        yield from _revision(f"the source `{source}`", state.source(source), data)


def _source_captured(_source: str | None, data: Mapping[str, Any], _state: State) -> Iterator[Problem]:
    moment = FRACTION.sub("", data["retrieved_at"])
    yield from _told(functools.partial(dates.parse, moment), "`retrieved_at`: ")


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
    yield from _told(lambda: values.read("text", data["name"]), "The name: ")
    if there is not None and there[0] != data["type"] and state.is_matched(data["entity"]):
        yield Problem(
            f"`{data['entity']}` is matched with another {there[0]}, so it stays one.",
            hint="Undo the match first with `whence unmatch`.",
        )


def _claim_made(_source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    there = state.entity(data["subject"])
    if there is None:
        yield _no_entity(data["subject"])
    one = state.vocabulary.properties.get(data["property"])
    if one is None:
        yield _no_property(data["property"], state)
    else:
        if there is not None and not state.vocabulary.is_a(there[0], one.of):
            yield Problem(
                f"`{one.label}` is said of {_or(one.of)}; {there[1]} is {with_article(there[0])}.",
                hint=_properties_hint(there[0], state),
            )
        yield from value_problems(one, data["value"], state)
        if one.symmetric and data["value"] == data["subject"]:
            yield Problem(f"`{one.label}` joins two entities, and this names one twice.")
    if "when" in data:
        yield from _told(lambda: dates.when_bounds(data["when"]))
    yield from _voice_problems(data, state)
    for name, value in data.get("qualifiers", {}).items():
        yield from _qualifier_problems(name, value, state)
    for passage in data.get("passages", ()):
        yield from _passage_problems(passage, state)


def _voice_problems(data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    if "said" in data:
        yield from _told(lambda: dates.parse(data["said"]), "`said`: ")
    for speaker in data.get("speaker", ()):
        if state.entity(speaker) is None:
            yield _no_entity(speaker)
    if data.get("inferred") and "note" not in data:
        yield Problem("An inferred value needs a note that says from what it follows.", hint="Add --note.")


def _qualifier_problems(name: str, value: str, state: State) -> Iterator[Problem]:
    qualifier = state.vocabulary.properties.get(name)
    if qualifier is None:
        yield _no_property(name, state)
    elif not qualifier.qualifies:
        yield Problem(f"`{qualifier.label}` is no qualifier.", hint=_qualifiers_hint(state))
    else:
        yield from value_problems(qualifier, value, state)


def value_problems(one: Property, value: str, state: State) -> Iterator[Problem]:
    """Yield what is wrong with a value (in the form it would be recorded in) of a property."""
    if one.value != "entity":
        yield from _told(lambda: values.read(one.value, value), f"`{one.label}`: ")
        return
    there = state.entity(value)
    if there is None:
        yield _no_entity(value)
    elif one.value_of and not state.vocabulary.is_a(there[0], one.value_of):
        yield Problem(f"`{one.label}` takes {_or(one.value_of)} as value; {there[1]} is {with_article(there[0])}.")


def _passage_problems(passage: Mapping[str, Any], state: State) -> Iterator[Problem]:
    if not passage.keys() & {"exact", "locator"}:
        yield Problem("A passage needs its words or a locator.", hint="Give --quote or --locator.")
    if ("start" in passage) != ("end" in passage):
        yield Problem("A passage has both `start` and `end`, or neither.")
    elif "start" in passage and "exact" in passage:
        length = passage["end"] - passage["start"]
        if length != len(passage["exact"]):
            yield Problem(f"The passage is {len(passage['exact'])} characters long, its offsets say {length}.")
        elif "capture" in passage:
            text = state.text(passage["capture"])
            if text is not None and text[passage["start"] : passage["end"]] != passage["exact"]:
                yield Problem(f"The captured text does not have “{passage['exact']}” at {passage['start']}.")


def _claim_retracted(_source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    for field, purpose in (("claim", "be retracted"), ("replaced_by", "stand in the place of one")):
        if field not in data:
            continue
        told = state.claim(data[field])
        if told is None:
            yield Problem(f"There is no event {data[field][:8]}.", hint="`whence log` lists the events.")
        elif not told[0]:
            yield Problem(f"The event {data[field][:8]} is no claim, so it cannot {purpose}.")
        elif not told[1]:
            yield Problem(f"The claim {data[field][:8]} is retracted already.")
    if data["claim"] == data.get("replaced_by"):
        yield Problem("A claim cannot stand in its own place.")


def _passage_checked(_source: str | None, data: Mapping[str, Any], state: State) -> Iterator[Problem]:
    told = state.claim(data["claim"])
    if told is None or not told[0]:
        yield Problem(f"There is no claim {data['claim'][:8]}.", hint="`whence log` lists the events.")
    if (data["outcome"] == "gone") == ("passage" in data):
        yield Problem("A passage that was found has a place in the capture, and one that is gone has none.")
    if "passage" in data:
        yield from _passage_problems(data["passage"], state)


def _revision(what: str, before: Mapping[str, Any] | None, data: Mapping[str, Any]) -> Iterator[Problem]:
    if before is not None and "reason" not in data:
        changed = sorted(key for key in (before.keys() | data.keys()) - {"reason"} if before.get(key) != data.get(key))
        if changed:
            yield Problem(
                f"There is already {what}, and this one differs in {', '.join(changed)}.",
                hint="To revise it give a reason; for another one give another id.",
            )


def _told(read: Callable[[], object], before: str = "") -> Iterator[Problem]:
    try:
        read()
    except BadInput as error:
        yield Problem(before + error.message, hint=error.hint)


def _no_type(name: str, state: State) -> Problem:
    hint = did_you_mean(name, state.vocabulary.types) or "`whence vocabulary` lists the types."
    return Problem(f"There is no type `{name}`.", hint=hint)


def _no_property(name: str, state: State) -> Problem:
    hint = did_you_mean(name, state.vocabulary.properties) or "`whence vocabulary` lists the properties."
    return Problem(f"There is no property `{name}`.", hint=hint)


def _no_entity(entity: str) -> Problem:
    return Problem(f"There is no entity `{entity}`.", hint="Declare it with `whence entity add`, or add --create.")


def _properties_hint(type_: str, state: State) -> str:
    names = [one.label for one in state.vocabulary.properties_of(type_)]
    return f"{with_article(type_).capitalize()} has: {', '.join(names)}." if names else ""


def _qualifiers_hint(state: State) -> str:
    names = [one.label for one in state.vocabulary.properties.values() if one.qualifies]
    return f"Qualifiers are: {', '.join(names)}." if names else ""


def _or(names: tuple[str, ...]) -> str:
    words = [with_article(name) for name in names]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


RULES: dict[str, Callable[[str | None, Mapping[str, Any], State], Iterator[Problem]]] = {
    "type.defined": _type_defined,
    "property.defined": _property_defined,
    "source.registered": _source_registered,
    "source.captured": _source_captured,
    "source.graded": _source_graded,
    "entity.declared": _entity_declared,
    "claim.made": _claim_made,
    "claim.retracted": _claim_retracted,
    "passage.checked": _passage_checked,
}
