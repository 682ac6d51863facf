"""The entities that the rows of a table name: found on record or declared, the same whenever the table is loaded again.

What a row declares counts for the rows after it once the row is kept; of a row that is dropped nothing is left.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final
from unicodedata import combining, is_normalized, normalize

from whence import names, values
from whence.drafts import Draft
from whence.errors import BadInput
from whence.remembered import Remembered
from whence.suggestions import with_article

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from whence.vocabulary import Vocabulary

__all__ = ["Roster", "id_of"]

REMEMBERED: Final = 50_000  # names that are kept before they are looked up again
NUMBERED: Final = 20  # ids that are tried for a name, `acme`, `acme-2` …, before a hash of it tells it apart
SEARCHED: Final = 50  # unknown names for which near ones are searched; a table with more has one cause
LONGEST_ID: Final = 200

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_NOT_ID: Final = re.compile(r"[^a-z0-9]+")

_Told = tuple[str, str]  # type and name


class Roster:
    """Finds the id of whatever a row names, and drafts the declarations that it needs."""

    def __init__(self, connection: sqlite3.Connection, vocabulary: Vocabulary) -> None:
        """Take up the store as its views stand; `begin` must be called before the first row."""
        self.connection = connection
        self.vocabulary = vocabulary
        self.drafts: list[Draft] = []
        self.renamed = 0  # times that a row gives an entity another name than it is declared by
        self.first_renamed = ""
        self._lookup: Callable[[str], _Told | None] = lambda _entity: None
        self._open: dict[str, _Told] = {}
        self._names: Remembered[tuple[str, tuple[str, ...], str], str] = Remembered(REMEMBERED)
        self._open_names: dict[tuple[str, tuple[str, ...], str], str] = {}
        self._types: dict[str, str] = {}
        self._misses = 0
        self._any = False

    # --- Rows ------------------------------------------------------------------------------------------------

    def begin(self, lookup: Callable[[str], _Told | None]) -> None:
        """Begin a transaction: `lookup` gives the type and name of an entity, those that it declares included."""
        self._lookup = lookup
        self._any = self.connection.execute("SELECT 1 FROM entity LIMIT 1").fetchone() is not None

    def keep(self) -> None:
        """Count the open row: what it declared is there from now on."""
        self._open.clear()
        if self._open_names:
            for asked, found in self._open_names.items():
                self._names.keep(asked, found)
            self._open_names.clear()
        self.drafts = []

    def drop(self) -> None:
        """Forget what the open row declared."""
        self._open.clear()
        self._open_names.clear()
        self.drafts = []

    # --- Entities --------------------------------------------------------------------------------------------

    def entity(self, entity: str) -> _Told | None:
        """Return the type and name of an entity, on record or declared by a row."""
        return self._open.get(entity) or self._lookup(entity)

    def type(self, text: str) -> str:
        """Return the name of the type that a text names. Raises BadInput where there is none."""
        found = self._types.get(text)
        if found is None:
            found = self._types[text] = names.type(self.vocabulary, text).name
        return found

    def known(self, text: str) -> str | None:
        """Return the id that is made of the text, where there is such an entity."""
        entity = _entity_id(text)
        return None if self.entity(entity) is None else entity

    def by_id(self, text: str, type_: str, name: str, *, source: str | None, where: str) -> str:
        """Return the entity of an id, which is made of the text; it is declared where there is none.

        One that has no name yet goes by the text until a row names it. Raises BadInput where it is on record as
        something else.
        """
        entity = _entity_id(text)
        there = self.entity(entity)
        name = _named(name) if name else ""
        if there is None:
            self._declare(entity, type_, name or _named(text), source=source, where=where)
            return entity
        if there[0] != type_ and not self.vocabulary.is_a(there[0], (type_,)):
            raise BadInput(
                f"`{entity}` is {with_article(there[0])} on record ({there[1]}), and {with_article(type_)} here.",
                hint="Give one of them another id, with a text before it: id: company-{Number}",
            )
        if name and there[1] != name:
            if there[1] == _named(text):
                reason = f"known by its id alone before; named by {where}"
                self._declare(entity, there[0], name, source=source, where=where, reason=reason)
            else:
                self.renamed += 1
                self.first_renamed = (
                    self.first_renamed or f"{where}: `{entity}` is “{there[1]}” on record, “{name}” here"
                )
        return entity

    def by_name(self, text: str, types: tuple[str, ...], create: str, *, source: str | None, where: str) -> str:
        """Return the entity that a text names by id, name or alias; where there is none, one of the type `create`.

        Of several that are called so, one of the `types` counts. The id of a new one is made of its name, and
        that one is found first when the table is loaded again. Raises BadInput where none or several are named.
        """
        asked = (text, types, create)
        found = self._names.get(asked) or self._open_names.get(asked)
        if found is None:
            found = self._found(text, (create,) if create else types, create, source, where)
            self._open_names[asked] = found
        return found

    def _found(self, text: str, types: tuple[str, ...], create: str, source: str | None, where: str) -> str:
        if _ID.fullmatch(text) and (there := self.entity(text)) is not None and self._fits(there[0], types):
            return text
        name = _named(text)
        made, free = self._made_of(name, types)
        if made:
            return made
        found = names.candidates(self.connection, name) if self._any else []
        if types:
            fitting = [one for one in found if self._fits(one.type, types)]
            found = fitting or ([] if create else found)
        if len(found) == 1:
            return found[0].id
        if found:
            raise names.ambiguous(text, found)
        if not create:
            raise self._unknown(text, types)
        self._declare(free, create, name, source=source, where=where)
        return free

    def _made_of(self, name: str, types: tuple[str, ...]) -> tuple[str, str]:
        """Return the entity of that name whose id is made of it, and the first such id that is free."""
        key = values.key("text", name)
        for entity in _ids(name, key):
            there = self.entity(entity)
            if there is None:
                return "", entity
            if self._fits(there[0], types) and (values.key("text", there[1]) == key or self._was_called(entity, key)):
                return entity, ""
        raise BadInput(f"No id is free for `{name}`.", hint="Give the entities of the table an `id`.")

    def _was_called(self, entity: str, key: str) -> bool:
        """Tell whether an entity was declared by this name and renamed since: loading again makes no second one."""
        rows = self.connection.execute(
            "SELECT data ->> 'name' FROM event WHERE type = 'entity.declared' AND data ->> 'entity' = :entity",
            {"entity": entity},
        )
        return any(values.key("text", row[0]) == key for row in rows)

    def _unknown(self, text: str, types: tuple[str, ...]) -> BadInput:
        self._misses += 1
        try:
            names.entity(self.connection, text, types=types, near=self._misses < SEARCHED)
        except BadInput as error:
            hint = error.hint
            if hint.startswith("Declare it"):
                hint = "Declare it with `whence entity add`, or say in the mapping of which type to `create` it."
            return BadInput(error.message, hint=hint)
        return BadInput(f"There is no entity `{text}`.")

    def _fits(self, type_: str, types: tuple[str, ...]) -> bool:
        return not types or type_ in types or self.vocabulary.is_a(type_, types)

    def _declare(self, entity: str, type_: str, name: str, *, source: str | None, where: str, reason: str = "") -> None:
        data: dict[str, Any] = {"entity": entity, "type": type_, "name": name}
        if reason:
            data["reason"] = reason
        self._open[entity] = (type_, name)
        self.drafts.append(Draft("entity.declared", data, source=source, where=where))


def id_of(text: str) -> str:
    """Return the id made of a register's own: `HRB 12345 B` gives `hrb-12345-b`.

    Small letters, digits and hyphens stay as they are, so that one text always gives one id. A text with letters
    that have no Latin form, or of more than 200 characters, gives `x-` and sixteen digits of its SHA-256.
    """
    whole = normalize("NFC", text)
    plain, lost = whole, False
    if not whole.isascii():
        plain = "".join(letter for letter in normalize("NFKD", whole) if not combining(letter))
        lost = any(letter.isalnum() and not letter.isascii() for letter in plain)
    found = _NOT_ID.sub("-", plain.lower()).strip("-")
    if not found or lost or len(found) > LONGEST_ID:
        return f"x-{hashlib.sha256(whole.encode('utf-8', 'replace')).hexdigest()[:16]}"
    return found


def _entity_id(text: str) -> str:
    return text if len(text) <= LONGEST_ID and _ID.fullmatch(text) else id_of(text)


def _named(text: str) -> str:
    """Return a name as it is recorded: on one line, in normalization form C."""
    name = text if text.isprintable() and "  " not in text else " ".join(text.split())
    return name if name.isascii() or is_normalized("NFC", name) else normalize("NFC", name)


def _ids(name: str, key: str) -> Iterator[str]:
    """Yield the ids that an entity of this name may have, in the order in which they are tried."""
    slug = values.slug(name)
    yield slug
    yield from (f"{slug}-{number}" for number in range(2, NUMBERED))
    yield f"{slug}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
