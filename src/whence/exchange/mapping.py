"""A mapping, YAML that says what the columns of a table are, becomes a plan, or an error with every problem's line.

`entities` are made of the columns of a row; or a row is one `claim`. A text holds `{Column}` for what stands in
that cell. The mapping is checked against the vocabulary before a row is read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from whence import names
from whence.errors import BadInput
from whence.exchange.cells import Cell
from whence.exchange.fields import Fields, parts
from whence.exchange.mapping_cells import NAMED, SAID, Cells, either
from whence.exchange.plan import Claim, Entity, Named, Plan, Reference, Said, Source
from whence.exchange.tables import Dialect
from whence.exchange.yaml_lines import Mapped, Sheet, edtf_set, parse, text_of
from whence.suggestions import with_article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence.exchange.plan import Value
    from whence.exchange.yaml_lines import Node, Scalar
    from whence.vocabulary import Property, Vocabulary

__all__ = ["read"]

SECTIONS: Final = ("table", "source", "defaults", "entities", "claim")
TABLE: Final = ("encoding", "delimiter", "quote", "escape", "skip", "columns", "empty")
SOURCE_TEXTS: Final = (
    "id", "kind", "title", "url", "author", "published", "updated", "language", "handling", "grade", "grade_reason",
    "reason",
)  # fmt: skip
SOURCE: Final = (*SOURCE_TEXTS[:3], "publisher", *SOURCE_TEXTS[3:], "derived_from")
ENTITY: Final = ("type", "id", "name", "properties")
SUBJECT: Final = ("type", "id", "name")
PROPERTY: Final = ("entity", *NAMED, *SAID)
CLAIM: Final = ("subject", "property", "value", *SAID)
_BRACES: Final = re.compile(r"[:-]\s+\{[^}]*\}[ \t]*[^\s,}\]#]")
DELIMITERS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|", "\\t": "\t"}


def read(path_or_text: Path | str, vocabulary: Vocabulary, *, name: str = "") -> Plan:
    """Return the plan of a mapping: a `Path` is a file to read, a `str` the text itself, called `name`.

    Raises BadInput where the file cannot be read, and BadData with every problem of it.
    """
    text = text_of(path_or_text) if isinstance(path_or_text, Path) else path_or_text
    sheet = Sheet(name or (str(path_or_text) if isinstance(path_or_text, Path) else "mapping"))
    root = parse(text, sheet)
    plan = Plan(sheet.name)
    if isinstance(root, Mapped):
        plan = _Mapping(sheet, vocabulary).read(root)
    elif root is None:
        _explain_braces(text, sheet)
    else:
        sheet.note(root.line, "A mapping file is a mapping.", "Write `source:` and `entities:`, or `claim:`.")
    sheet.refuse()
    return plan


def _explain_braces(text: str, sheet: Sheet) -> None:
    """Say of a line that YAML cannot read that it takes a text which begins with { for a mapping."""
    lines = text.splitlines()
    for problem in sheet.problems:
        line = int(problem.where.rpartition(":")[2])
        if any(_BRACES.search(one) for one in lines[max(0, line - 2) : line]):
            problem.hint = 'A text that begins with { needs quotes: "{First name} {Last name}".'


class _Mapping:
    def __init__(self, sheet: Sheet, vocabulary: Vocabulary) -> None:
        self.sheet = sheet
        self.vocabulary = vocabulary
        self.cells = Cells(sheet, vocabulary)
        self.keys: set[str] = set()
        self.types: dict[str, str | None] = {}

    def read(self, root: Mapped) -> Plan:
        sections = Fields(root, self.sheet, SECTIONS, what="a mapping")
        dialect, empty = self._table(sections.mapped("table"))
        defaults = sections.mapped("defaults")
        said = Said()
        if defaults is not None:
            said = self.cells.said(Fields(defaults, self.sheet, SAID, what="the defaults"))
        entities = tuple(self._entities(sections, said))
        if not entities and not self.sheet.problems:
            hint = "Write `entities:` and their properties, or `claim:` where a row is one."
            self.sheet.note(root.line, "The mapping says of nothing what it is.", hint)
        source = None if (node := sections.node("source")) is None else self._source(node)
        return Plan(self.sheet.name, dialect, empty, source, entities)

    # --- How the table is written --------------------------------------------------------------------------------

    def _table(self, node: Mapped | None) -> tuple[Dialect, frozenset[str]]:
        if node is None:
            return Dialect(), frozenset()
        fields = Fields(node, self.sheet, TABLE, what="a table")
        columns = [" ".join(one.text.split()) for one in fields.scalars("columns") or ()]
        dialect = Dialect(
            encoding=fields.text("encoding") or "",
            delimiter=self._sign(fields, "delimiter"),
            quote='"' if "quote" not in fields else self._sign(fields, "quote"),
            escape=self._sign(fields, "escape"),
            skip=fields.number("skip") or 0,
            columns=tuple(columns),
        )
        return dialect, frozenset(one.text.strip() for one in fields.scalars("empty") or ())

    def _sign(self, fields: Fields, key: str) -> str:
        """Return the one character of a setting; nothing where it is `none`."""
        node = fields.node(key)
        if node is None:
            return ""
        text = getattr(node, "text", "")
        text = DELIMITERS.get(text.strip().lower(), text) if key == "delimiter" else text
        if key != "delimiter" and text.strip().lower() == "none":
            return ""
        if len(text) != 1:
            hint = 'Write it in quotes: ";"; or tab.' if key == "delimiter" else "Write it in quotes, or none."
            self.sheet.note(fields.line_of(key), f"`{key}` is one character.", hint)
            return ""
        return str(text)

    # --- The source ----------------------------------------------------------------------------------------------

    def _source(self, node: Node) -> Source | None:
        if not isinstance(node, Mapped) or edtf_set(node) is not None:
            cell = self.cells.cell(node, "`source`")
            return None if cell is None else Source(node.line, named=cell)
        if any(key.text in ("column", "text") for key, _ in node.entries):
            cell = self.cells.cell(node, "`source`")
            return None if cell is None else Source(node.line, named=cell)
        fields = Fields(node, self.sheet, SOURCE, what="a source")
        texts: dict[str, Cell] = {}
        for key in SOURCE_TEXTS:
            one = fields.node(key)
            if one is not None and (cell := self.cells.cell(one, f"`{key}`")) is not None:
                texts[key] = self.cells.checked(key, cell)
        if "id" not in fields:
            hint = "Write a short one, such as `id: register-2026`, or the column of it."
            self.sheet.note(node.line, "The source has no `id`.", hint)
        elif "title" not in fields and len(node.entries) > 1:
            self.sheet.note(
                node.line, "The source has no `title`.", "Without one it must be there: write its `id` alone."
            )
        if "grade_reason" in fields and "grade" not in fields:
            self.sheet.note(fields.line_of("grade_reason"), "There is a `grade_reason` and no `grade`.", "Add it.")
        publisher = fields.node("publisher")
        derived = fields.node("derived_from")
        roots = (self.cells.cell(one, "`derived_from`") for one in (parts(derived) if derived is not None else ()))
        if "title" not in fields:
            return Source(node.line, named=texts.get("id"))
        return Source(
            node.line,
            texts=texts,
            publisher=None if publisher is None else self.cells.named(publisher, "`publisher`"),
            derived_from=tuple(one for one in roots if one is not None),
        )

    # --- Entities and claims -------------------------------------------------------------------------------------

    def _entities(self, sections: Fields, defaults: Said) -> Iterator[Entity]:
        listed, claim = sections.mapped("entities"), sections.mapped("claim")
        if listed is not None and claim is not None:
            self.sheet.note(claim.line, "A mapping has `entities` or one `claim`, not both.", "Keep one.")
        if claim is not None:
            yield from self._long(claim, defaults)
        blocks: list[tuple[Scalar, Fields]] = []
        for key, node in listed.entries if listed else ():
            if not isinstance(node, Mapped):
                self.sheet.note(key.line, f"`{key.text}` says nothing.", "Write its `type`, `id` and `properties`.")
                continue
            fields = Fields(node, self.sheet, ENTITY, what="an entity")
            type_ = self.cells.type_of(fields, "type")
            # Known before any property is read: a value may be an entity that stands further down.
            self.types[key.text] = None if type_ is None else type_.constant
            blocks.append((key, fields))
        for key, fields in blocks:
            entity = self._declared(key.text, key.line, fields)
            if entity is not None:
                claims = tuple(self._wide(fields, entity, defaults))
                yield Entity(key.text, key.line, claims, type=entity.type, id=entity.id, name=entity.name)

    def _declared(self, key: str, line: int, fields: Fields) -> Entity | None:
        """Return an entity by its type and its id, name or both."""
        type_ = self.cells.type_of(fields, "type")
        id_, name = (
            None if (node := fields.node(one)) is None else self.cells.cell(node, f"`{one}`") for one in ("id", "name")
        )
        if "type" not in fields:
            hint = f"It is one of {', '.join(self.vocabulary.types)}, or a cell that says so."
            self.sheet.note(line, f"`{key}` has no `type`.", hint)
        if "id" not in fields and "name" not in fields:
            self.sheet.note(line, f"`{key}` has no `id` and no `name`.", "One of them tells one row's from another's.")
        for one, cell in (("id", id_), ("name", name)):
            if cell is not None and cell.split:
                self.sheet.note(cell.line, f"An entity has one `{one}`, so it cannot be split.", "Leave `split` out.")
        return (
            None
            if type_ is None or (id_ is None and name is None)
            else Entity(key, line, type=type_, id=id_, name=name)
        )

    def _wide(self, fields: Fields, entity: Entity, defaults: Said) -> Iterator[Claim]:
        properties = fields.mapped("properties")
        type_ = entity.type.constant if entity.type is not None else None
        for key, node in properties.entries if properties else ():
            one = self._property(key)
            if one is None:
                continue
            if type_ is not None and not self.vocabulary.is_a(type_, one.of):
                hint = f"What is said of one: {', '.join(each.label for each in self.vocabulary.properties_of(type_))}."
                message = f"`{one.label}` is said of {either(one.of)}, and `{entity.key}` is {with_article(type_)}."
                self.sheet.note(key.line, message, hint)
            for part in (node,) if one.value == "date" and edtf_set(node) else parts(node):
                claim = self._claim(one, part, defaults)
                if claim is not None:
                    yield claim

    def _property(self, key: Scalar) -> Property | None:
        try:
            return names.property(self.vocabulary, key.text)
        except BadInput as error:
            self.sheet.note(key.line, error.message, error.hint)
            return None

    def _claim(self, one: Property, node: Node, defaults: Said) -> Claim | None:
        value: Value | None
        if not isinstance(node, Mapped) or edtf_set(node) is not None:
            value, said = self.cells.named(node, f"`{one.label}`"), Said()
        else:
            fields = Fields(node, self.sheet, PROPERTY, what=f"`{one.label}`")
            said = self.cells.said(fields)
            value = (
                self._reference(fields, one) if "entity" in fields else self.cells.named_of(fields, f"`{one.label}`")
            )
        if value is None:
            return None
        if isinstance(value, Named):
            self.cells.check_value(one, value)
        return Claim(one, value, _laid_over(defaults, said, one), node.line)

    def _reference(self, fields: Fields, one: Property) -> Reference | None:
        key = fields.text("entity") or ""
        line = fields.line_of("entity")
        if key not in self.types:
            hint = f"The mapping has: {', '.join(self.types)}."
            self.sheet.note(line, f"The mapping has no entity `{key}`.", hint)
            return None
        if any(other in fields for other in NAMED):
            self.sheet.note(line, "A value is an `entity` of the row or stands in a cell, not both.", "Keep one.")
        type_ = self.types[key]
        if one.value != "entity":
            self.sheet.note(line, f"`{one.label}` has {one.value} values, no entity.", "Say the `column` of its value.")
        elif type_ is not None and one.value_of and not self.vocabulary.is_a(type_, one.value_of):
            message = f"`{one.label}` takes {either(one.value_of)} as value, and `{key}` is {with_article(type_)}."
            self.sheet.note(line, message)
        return Reference(key)

    def _long(self, node: Mapped, defaults: Said) -> Iterator[Entity]:
        """Yield the subject of each row, with the one claim of it."""
        fields = Fields(node, self.sheet, CLAIM, what="a claim")
        for key in ("subject", "property", "value"):
            if key not in fields:
                self.sheet.note(node.line, f"The claim has no `{key}`.", "Say the column of it.")
        subject, property_, value = (fields.node(key) for key in ("subject", "property", "value"))
        if subject is None or property_ is None or value is None:
            return
        entity = self._subject(subject)
        which = self._which(property_)
        named = self.cells.named(value, "`value`")
        said = self.cells.said(fields)
        if entity is None or which is None or named is None:
            return
        one = None if isinstance(which, Cell) else which
        if one is not None:
            self.cells.check_value(one, named)
        claim = Claim(which, named, _laid_over(defaults, said, one), node.line)
        yield Entity("subject", entity.line, (claim,), entity.named, entity.type, entity.id, entity.name)

    def _subject(self, node: Node) -> Entity | None:
        keys = {key.text for key, _ in node.entries} if isinstance(node, Mapped) else set()
        if isinstance(node, Mapped) and edtf_set(node) is None and not keys & {"column", "text"}:
            return self._declared("subject", node.line, Fields(node, self.sheet, SUBJECT, what="a subject"))
        named = self.cells.named(node, "`subject`")
        return None if named is None else Entity("subject", node.line, named=named)

    def _which(self, node: Node) -> Property | Cell | None:
        """Return the property of each row: one of the vocabulary, or the cell that names it."""
        cell = self.cells.cell(node, "`property`")
        if cell is None or cell.constant is None:
            return cell
        try:
            return names.property(self.vocabulary, cell.constant)
        except BadInput as error:
            self.sheet.note(cell.line, error.message, error.hint)
            return None


def _laid_over(defaults: Said, own: Said, one: Property | None) -> Said:
    """Return what is said of a claim where its own fields go before the defaults.

    A default time holds only for properties that may differ over time, as in a dossier.
    """
    if own == Said() and (one is None or one.changes or not defaults.when):
        return replace(defaults, when_changing=True) if one is None else defaults
    return Said(
        {**defaults.texts, **own.texts},
        own.when or (defaults.when if one is None or one.changes else {}),
        one is None and not own.when,
        defaults.speaker if own.speaker is None else own.speaker,
        (*defaults.qualifiers, *own.qualifiers),
    )
