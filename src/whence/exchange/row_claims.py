"""The compiled parts of a plan: what each makes of a row, as quickly as Python does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from whence import names
from whence.drafts import Draft
from whence.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from whence.exchange.roster import Roster
    from whence.exchange.table_sources import Quotes
    from whence.exchange.tables import Row
    from whence.vocabulary import Property, Vocabulary

__all__ = ["ClaimOf", "EntityOf", "NamedOf", "SaidOf", "Which"]

PASSAGE: Final = ("quote", "locator", "translation")
DIGITS: Final = 15  # of a whole number


class NamedOf:
    """Finds the entities that a cell names."""

    __slots__ = ("_create", "_roster", "_types", "texts")

    def __init__(
        self,
        roster: Roster,
        texts: Callable[[Row], Sequence[str]],
        create: Callable[[Row], str] | None,
        types: tuple[str, ...],
    ) -> None:
        """Take what gives the texts and, where one is to be made, its type; `types` are those that may be named."""
        self.texts = texts
        self._roster = roster
        self._create = create
        self._types = types

    def ids(
        self, row: Row, texts: Sequence[str], source: str, where: str, types: tuple[str, ...] | None = None
    ) -> list[str]:
        """Return the ids of the entities that the texts name. Raises BadInput where one names none, or several."""
        told = "" if self._create is None else self._create(row)
        create = self._roster.type(told) if told else ""
        types = self._types if types is None else types
        return [self._roster.by_name(text, types, create, source=source, where=where) for text in texts]


class EntityOf:
    """Finds or declares an entity of a row."""

    __slots__ = ("_id", "_name", "_named", "_roster", "_type", "claims", "key")

    def __init__(
        self,
        key: str,
        roster: Roster,
        *,
        type_: Callable[[Row], str] | None,
        id_: Callable[[Row], str] | None,
        name: Callable[[Row], str] | None,
        named: NamedOf | None,
        claims: Sequence[ClaimOf],
    ) -> None:
        """Take what gives its type, id and name, or what finds it by a text."""
        self.key = key
        self.claims = claims
        self._roster = roster
        self._type = type_
        self._id = id_
        self._name = name
        self._named = named

    def identify(self, row: Row, source: str, where: str) -> str | None:
        """Return the entity's id; None where the row does not name it. Raises BadInput where it cannot be one."""
        if self._named is not None:
            texts = self._named.texts(row)
            if len(texts) > 1:
                raise BadInput(f"The row names several entities as its {self._shown()}.", hint="Name one.")
            return self._named.ids(row, texts, source, where)[0] if texts else None
        id_ = "" if self._id is None else self._id(row)
        name = "" if self._name is None else self._name(row)
        if not id_ and not name:
            return None
        if not id_ and self._id is not None:
            hint = "Fill it in; or leave `id` out of the mapping, and entities of one name are one."
            raise BadInput(f"The row gives its {self._shown()} a name and no id: {name}.", hint=hint)
        told = "" if self._type is None else self._type(row)
        if not told and id_ and (there := self._roster.known(id_)):
            return there
        if not told:
            raise BadInput(f"The row does not say of which type its {self._shown()} is.")
        type_ = self._roster.type(told)
        if id_:
            return self._roster.by_id(id_, type_, name, source=source, where=where)
        return self._roster.by_name(name, (type_,), type_, source=source, where=where)

    def _shown(self) -> str:
        return self.key.replace("_", " ")


class Which:
    """Finds the property that a row names."""

    __slots__ = ("_found", "_get", "_vocabulary")

    def __init__(self, vocabulary: Vocabulary, get: Callable[[Row], str]) -> None:
        """Take what gives its name."""
        self._vocabulary = vocabulary
        self._get = get
        self._found: dict[str, Property | BadInput] = {}

    def of(self, row: Row) -> Property:
        """Return the property. Raises BadInput where the row names none."""
        text = self._get(row)
        found = self._found.get(text)
        if found is None:
            try:
                found = names.property(self._vocabulary, text) if text else BadInput("The row names no property.")
            except BadInput as error:
                found = error
            if len(self._found) < 10_000:  # noqa: PLR2004 - a vocabulary has far fewer, and a wrong column many more
                self._found[text] = found
        if isinstance(found, BadInput):
            raise BadInput(found.message, hint=found.hint)
        return found


class SaidOf:
    """Gives the fields of a claim beside its subject, property and value."""

    __slots__ = (
        *("_always", "_changing", "_last", "_plain", "_qualifiers", "_quotes", "_speaker", "_when", "_when_changing"),
    )

    def __init__(
        self,
        *,
        texts: Mapping[str, Callable[[Row], str]],
        fixed: frozenset[str],
        when: Mapping[str, Callable[[Row], str]],
        when_changing: bool,
        speaker: Sequence[NamedOf] | None,
        qualifiers: Sequence[tuple[Property, NamedOf]],
        quotes: Quotes,
    ) -> None:
        """Take what gives each text; those named in `fixed` are the same in every row."""
        passage = [key for key in PASSAGE if key in texts]
        fixed -= frozenset(passage) if "quote" in passage or not fixed.issuperset(passage) else frozenset()
        row: Any = None  # A constant text looks at none.
        self._always = _fields({key: texts[key](row) for key in fixed})
        if "locator" in fixed:
            self._always["passages"] = [{"locator": texts["locator"](row)}]
        self._changing = {key: get for key, get in texts.items() if key not in fixed}
        self._when = when
        self._when_changing = when_changing
        self._speaker = speaker or ()
        self._qualifiers = qualifiers
        self._quotes = quotes
        self._plain = not (self._changing or when or speaker or qualifiers)
        self._last: tuple[Row | None, bool, dict[str, Any]] = (None, False, {})

    def of(self, row: Row, source: str, where: str, *, changes: bool) -> dict[str, Any]:
        """Return the fields for a row; `changes` tells whether the property may differ over time."""
        if self._plain:
            return self._always
        # The claims of a row that say nothing of their own share what the defaults say.
        if self._last[0] is row and self._last[1] == changes:
            return self._last[2]
        found = self._of(row, source, where, changes=changes)
        self._last = (row, changes, found)
        return found

    def _of(self, row: Row, source: str, where: str, *, changes: bool) -> dict[str, Any]:
        found = dict(self._always)
        texts = {key: text for key, get in self._changing.items() if (text := get(row))}
        if texts:
            found.update(_fields(texts))
            if passage := self._passage(texts, source):
                found["passages"] = [passage]
        if changes or not self._when_changing:
            when = {key: text for key, get in self._when.items() if (text := get(row))}
            if when:
                found["when"] = when
        speaker = [one for each in self._speaker for one in each.ids(row, each.texts(row), source, where)]
        if speaker:
            found["speaker"] = speaker
        if qualifiers := self._qualified(row, source, where):
            found["qualifiers"] = qualifiers
        return found

    def _passage(self, texts: Mapping[str, str], source: str) -> dict[str, Any]:
        if "quote" in texts:
            own = {key: texts[key] for key in ("locator", "translation") if key in texts}
            return {**self._quotes.passage(source, texts["quote"]), **own}
        return {"locator": texts["locator"]} if "locator" in texts else {}

    def _qualified(self, row: Row, source: str, where: str) -> dict[str, str]:
        found = {}
        for one, named in self._qualifiers:
            texts = named.texts(row)
            if len(texts) > 1:
                raise BadInput(f"The qualifier `{one.label}` has several values.", hint="A qualifier has one.")
            if texts and one.value == "entity":
                texts = named.ids(row, texts, source, where)
            if texts:
                found[one.name] = texts[0]
        return found


def _fields(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the plain fields of a claim from their texts. Raises BadInput for what is no number or flag."""
    found: dict[str, Any] = {}
    for key, text in texts.items():
        if key in PASSAGE:
            continue
        if key == "credibility":
            if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
                raise BadInput(f"`credibility` is no whole number: {text}.", hint="It is 1 to 6.")
            found[key] = int(text)
        elif key == "inferred":
            if text.lower() not in ("true", "false"):
                raise BadInput(f"`inferred` is neither true nor false: {text}.")
            found[key] = text.lower() == "true"
        elif key == "stance":
            found[key] = text.lower()
        else:
            found[key] = text.upper() if key == "handling" else text
    return found


class ClaimOf:
    """Makes the claims of one property, or of the property that a row names."""

    __slots__ = ("_named", "_property", "_reference", "_said", "_which", "suffix")

    def __init__(
        self, property_: Property | Which, reference: str, named: NamedOf | None, said: SaidOf, suffix: str
    ) -> None:
        """Take the property, where its value stands, and how it is said; `suffix` names the columns in a place."""
        self._property = None if isinstance(property_, Which) else property_
        self._which = property_ if isinstance(property_, Which) else None
        self._reference = reference
        self._named = named
        self._said = said
        self.suffix = suffix

    def has_value(self, row: Row) -> bool:
        """Tell whether a cell of the row holds a value for it."""
        return self._named is not None and bool(self.suffix) and bool(self._named.texts(row))

    def add(
        self,
        claims: list[Draft],
        row: Row,
        subject: str,
        *,
        source: str,
        ids: Mapping[str, str | None],
        where: str,
    ) -> None:
        """Add the claims of a row. Raises BadInput for what cannot be one."""
        one = self._property
        found: Sequence[str]
        if self._named is None:
            value = ids.get(self._reference)
            found = () if value is None else (value,)
        else:
            found = self._named.texts(row)
        if not found:
            return
        if one is None:
            assert self._which is not None  # noqa: S101 - one of the two is there
            one = self._which.of(row)
        if one.value == "entity" and self._named is not None:
            found = self._named.ids(row, found, source, where, one.value_of)
        said = self._said.of(row, source, where, changes=one.changes)
        place, name = where + self.suffix, one.name
        for value in found:
            data = {"subject": subject, "property": name, "value": value, **said}
            claims.append(Draft("claim.made", data, source, place))
