"""The entities that a dossier names: those that it declares itself, then those of the store.

What cannot be resolved gets a stand-in, so that the rest of its claim can be checked in the same run. A
stand-in is never recorded: it exists only where there is a problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from whence import names, values
from whence.drafts import Draft
from whence.errors import BadInput
from whence.exchange.fields import text_of_node
from whence.names import Candidate

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from whence.exchange.yaml_lines import Scalar, Sheet
    from whence.vocabulary import Vocabulary

__all__ = ["Cast"]

SEARCHED: Final = 50  # unknown names for which near ones are searched; a file with more has one cause


class _Declared(NamedTuple):
    type: str
    name: str
    line: int


class Cast:
    """Finds the id of whatever a dossier names, and keeps what it declares."""

    def __init__(
        self, sheet: Sheet, connection: sqlite3.Connection, vocabulary: Vocabulary, before: Iterable[Draft]
    ) -> None:
        """Begin with what is declared in `before`, drafts of the same batch that are recorded first."""
        self.stand_ins: dict[str, str] = {}
        self._sheet = sheet
        self._connection = connection
        self._vocabulary = vocabulary
        self._here: dict[str, _Declared] = {}
        self._earlier: dict[str, _Declared] = {}
        self._keys: dict[str, list[str]] = {}
        self._earlier_keys: dict[str, list[str]] = {}
        self._drafts: dict[str, Draft] = {}
        self._spoilt: set[str] = set()
        self._resolved: dict[tuple[str, tuple[str, ...]], str | BadInput] = {}
        for draft in before:
            if draft.type == "entity.declared":
                one = _Declared(draft.data["type"], draft.data["name"], 0)
                self._earlier[draft.data["entity"]] = one
                self._earlier_keys.setdefault(values.key("text", one.name), []).append(draft.data["entity"])

    def drafts(self, source: str | None, publisher: str | None) -> tuple[list[Draft], list[Draft]]:
        """Return the declarations: that of the publisher, which goes before the source, and the rest, which name it."""
        first = [draft for entity, draft in self._drafts.items() if entity == publisher]
        rest = [
            Draft(draft.type, draft.data, source=source, where=draft.where)
            for entity, draft in self._drafts.items()
            if entity != publisher
        ]
        return first, rest

    # --- Declaring ---------------------------------------------------------------------------------------------

    def declare(self, name: Scalar, type_: Scalar, given: Scalar | None, reason: str | None) -> str | None:
        """Take up an entity by its name and type, and its id where one is given; return its id.

        One of that name and type that is there already is that one. Notes a problem and returns None where
        it cannot be declared.
        """
        text = text_of_node(name, self._sheet, "name")
        if text is None:
            return None
        text = text.strip()
        key = values.key("text", text)
        try:
            type_name = names.type(self._vocabulary, type_.text).name
            entity = self._id_of(text, type_name, given)
        except BadInput as error:
            line = type_.line if given is None or error.message.startswith("There is no type") else given.line
            self._sheet.note(line, error.message, error.hint)
            self._spoilt |= {key, values.key("text", given.text)} if given else {key}
            return None
        if entity not in self._here:
            self._here[entity] = _Declared(type_name, text, name.line)
            self._keys.setdefault(key, []).append(entity)
            data: dict[str, Any] = {"entity": entity, "type": type_name, "name": text}
            if reason is not None:
                data["reason"] = reason
            if not self._is_on_record(entity, type_name, text):
                self._drafts[entity] = Draft("entity.declared", data, where=self._sheet.where(name.line))
        return entity

    def _id_of(self, name: str, type_: str, given: Scalar | None) -> str:
        same = [one for one in self._keys.get(values.key("text", name), ()) if given is None or given.text == one]
        for one in same:
            there = self._here[one]
            if there.type != type_:
                message = f"`{name}` is declared on line {there.line} already, as {there.type}."
                raise BadInput(message, hint="For another entity of that name give an `id`.")
            return one
        if given is not None:
            entity = values.read("entity", given.text)
            if entity in self._here:
                there = self._here[entity]
                raise BadInput(f"`{entity}` is the id of {there.name} already, on line {there.line}.")
            return entity
        return self._id_of_unnumbered(name, type_)

    def _id_of_unnumbered(self, name: str, type_: str) -> str:
        """Return the id of the one entity of that name and type that there is, or a new one."""
        found = [one for one in self._candidates(name, any_case=False) if one.type == type_]
        if len(found) > 1:
            # One that is declared by that name goes before those that are also called so.
            key = values.key("text", name)
            found = [one for one in found if values.key("text", one.name) == key] or found
        if len(found) > 1:
            error = names.ambiguous(name, found)
            raise BadInput(error.message, hint="Give the `id` of the one that is meant, or a new one.")
        if found:
            return found[0].id
        query = "SELECT 1 FROM entity WHERE entity = :id"
        return names.free_id(
            lambda one: (
                one in self._here
                or one in self._earlier
                or self._connection.execute(query, {"id": one}).fetchone() is not None
            ),
            name,
        )

    def _is_on_record(self, entity: str, type_: str, name: str) -> bool:
        """Tell whether an entity is known by that name and type, now or by an earlier declaration."""
        there = names.candidates(self._connection, name, any_case=False)
        if any(one.id == entity and one.type == type_ for one in there):
            row = self._connection.execute(
                "SELECT name FROM entity WHERE entity = :entity", {"entity": entity}
            ).fetchone()
            # Where the name is the same, the draft is kept, and recording tells that it was known.
            return row is not None and row[0] != name
        rows = self._connection.execute(
            "SELECT data FROM event WHERE type = 'entity.declared' AND data ->> 'entity' = :entity", {"entity": entity}
        )
        earlier = [(data["type"], data["name"]) for data in (orjson.loads(row[0]) for row in rows)]
        return (type_, name) in earlier[:-1] and earlier[-1] != (type_, name)

    # --- Finding -----------------------------------------------------------------------------------------------

    def find(self, name: Scalar, types: tuple[str, ...] = ()) -> str | None:
        """Return the id of the entity that a text names; notes a problem and returns None where there is none."""
        asked = (name.text, types)
        if asked not in self._resolved:
            try:
                self._resolved[asked] = self._found(name.text, types)
            except BadInput as error:
                self._resolved[asked] = error
        found = self._resolved[asked]
        if isinstance(found, str):
            return found
        if values.key("text", name.text) not in self._spoilt:
            self._sheet.note(name.line, found.message, found.hint)
        return None

    def stand_in(self, types: tuple[str, ...]) -> str:
        """Return the id of an entity of the first of the types that stands for one that was not found."""
        type_ = types[0] if types else next(iter(self._vocabulary.types), "person")
        entity = f"unresolved-{type_.replace('_', '-')}"
        self.stand_ins[entity] = type_
        return entity

    def _found(self, text: str, types: tuple[str, ...]) -> str:
        wanted = text.strip()
        found = self._candidates(wanted)
        if len(found) > 1 and types:
            found = [one for one in found if self._vocabulary.is_a(one.type, types)] or found
        if len(found) == 1:
            return found[0].id
        if found:
            raise names.ambiguous(text, found)
        declared = [*self._here, *(one.name for one in self._here.values()), *self._earlier]
        if hint := names.meant(wanted, declared):
            raise BadInput(f"There is no entity `{text}`.", hint=hint)
        misses = sum(isinstance(one, BadInput) for one in self._resolved.values())
        try:
            return names.entity(self._connection, text, types=types, near=misses < SEARCHED)
        except BadInput as error:
            if error.hint.startswith("Declare it"):
                raise BadInput(error.message, hint="Declare it: give it a `type`, here or under `entities`.") from None
            raise

    def _candidates(self, text: str, *, any_case: bool = True) -> list[Candidate]:
        key = values.key("text", text)
        for declared, keys in ((self._here, self._keys), (self._earlier, self._earlier_keys)):
            ids = [text] if text in declared else keys.get(key, [])
            if ids:
                return [Candidate(one, declared[one].type, declared[one].name) for one in ids]
        return names.candidates(self._connection, text, any_case=any_case)
