"""The texts of a mapping, constant or of a row's cells, are read; what is wrong with one is noted with its line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar
from unicodedata import normalize

from whence import dates, names, values
from whence.errors import BadInput
from whence.exchange.cells import Cell, Column, date_form, template
from whence.exchange.fields import Fields, parts, text_of_node
from whence.exchange.plan import Named, Said
from whence.exchange.yaml_lines import Listed, Mapped, Scalar, edtf_set
from whence.suggestions import with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from re import Pattern

    from whence.exchange.yaml_lines import Node, Sheet
    from whence.vocabulary import Property, Vocabulary

Found = TypeVar("Found")

__all__ = ["CELL", "NAMED", "SAID", "TEXTS", "WHEN", "Cells", "either"]

CELL: Final = ("column", "text", "split", "values", "format", "decimal")
NAMED: Final = (*CELL, "create")
WHEN: Final = ("on", "from", "until", "during")
TEXTS: Final = ("quote", "locator", "translation", "stance", "said", "credibility", "handling", "inferred", "note")
SAID: Final = (*WHEN, *TEXTS, "denies", "expects", "speaker", "qualifiers")
GRADES: Final = tuple("ABCDEF")
STANCES: Final = ("affirms", "denies", "expects")
HANDLINGS: Final = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")


def either(types: Sequence[str]) -> str:
    """Return types as words: `an organization or a place`."""
    words = [with_article(name) for name in types]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class Cells:
    """Reads what a mapping says of texts."""

    def __init__(self, sheet: Sheet, vocabulary: Vocabulary) -> None:
        """Note problems on the sheet."""
        self._sheet = sheet
        self._vocabulary = vocabulary

    def cell(self, node: Node, what: str) -> Cell | None:
        """Return a cell: a text, or a mapping that says more of it; None, noted as a problem, where it is none."""
        if isinstance(node, Mapped) and edtf_set(node) is None:
            return self.of_fields(Fields(node, self._sheet, CELL, what=what), what)
        return self._of_text(node, what, exact=False)

    def named(self, node: Node, what: str) -> Named | None:
        """Return a cell that names an entity."""
        if isinstance(node, Mapped) and edtf_set(node) is None:
            return self.named_of(Fields(node, self._sheet, NAMED, what=what), what)
        cell = self._of_text(node, what, exact=False)
        return None if cell is None else Named(cell)

    def named_of(self, fields: Fields, what: str) -> Named | None:
        """Return a cell that names an entity, from fields that are read already."""
        cell = self.of_fields(fields, what)
        create = self.type_of(fields, "create")
        return None if cell is None else Named(cell, create)

    def type_of(self, fields: Fields, key: str) -> Cell | None:
        """Return the cell of a type; a constant one is the name of a type of the vocabulary."""
        node = fields.node(key)
        cell = None if node is None else self.cell(node, f"`{key}`")
        if cell is None or cell.constant is None:
            return cell
        found = self._resolved(lambda: names.type(self._vocabulary, cell.constant or "").name, cell.line)
        return None if found is None else Cell((found,), cell.line, exact=True)

    def of_fields(self, fields: Fields, what: str) -> Cell | None:
        """Return the cell that `column` or `text` and the fields beside it say."""
        given = [key for key in ("column", "text") if key in fields]
        if len(given) != 1:
            told = "has both a `column` and a `text`" if given else "has no `column` and no `text`"
            self._sheet.note(fields.line, f"{what} {told}.", "One of them says where its text stands.")
            return None
        node = fields.node(given[0])
        if node is None:
            return None
        if given[0] == "column":
            name = text_of_node(node, self._sheet, "column")
            cell = None if name is None else Cell((Column(" ".join(name.split())),), node.line)
        else:
            cell = self._of_text(node, "text", exact=True)
        if cell is None:
            return None
        return Cell(
            cell.parts,
            cell.line,
            split=self._verbatim(fields, "split"),
            values=self._values(fields),
            formats=self._forms(fields),
            decimal=self._decimal(fields),
            exact=cell.exact,
        )

    def said(self, fields: Fields) -> Said:
        """Return the fields of a claim beside its value; what is constant is checked here, and not in every row."""
        texts: dict[str, Cell] = {}
        for key in TEXTS:
            if (cell := self._optional(fields, key)) is not None:
                texts[key] = self.checked(key, cell)
        if "translation" in texts and "quote" not in texts:
            self._sheet.note(
                fields.line_of("translation"), "A `translation` belongs to a `quote`.", "Give the quote too."
            )
        if stance := self._stance(fields, texts):
            texts["stance"] = stance
        when: dict[str, Cell] = {}
        for key in WHEN:
            if (cell := self._optional(fields, key)) is not None:
                when[key] = self.checked("date", cell)
        speaker = None
        if (node := fields.node("speaker")) is not None:
            speaker = tuple(one for part in parts(node) if (one := self.named(part, "`speaker`")) is not None)
        return Said(texts, when, speaker=speaker, qualifiers=tuple(self._qualifiers(fields)))

    def _optional(self, fields: Fields, key: str) -> Cell | None:
        node = fields.node(key)
        return None if node is None else self.cell(node, f"`{key}`")

    def _of_text(self, node: Node, what: str, *, exact: bool) -> Cell | None:
        dated = edtf_set(node)
        text = text_of_node(node, self._sheet, what) if dated is None else dated
        parts_ = None if text is None else self._resolved(lambda: template(text), node.line)
        return None if parts_ is None else Cell(parts_, node.line, exact=exact)

    def checked(self, key: str, cell: Cell) -> Cell:
        """Note what is wrong with a field that is the same in every row."""
        if (text := cell.constant) is None:
            return cell
        wrong = ""
        if key in ("date", "said", "published", "updated"):
            self._resolved(lambda: dates.parse(text), cell.line)
        elif key == "url":
            self._resolved(lambda: values.read("url", text), cell.line)
        elif key == "grade" and text.upper() not in GRADES:
            wrong = f"`{text}` is no grade."
        elif key == "stance" and text.lower() not in STANCES:
            wrong = f"`{text}` is no stance."
        elif key == "handling" and text.upper() not in HANDLINGS:
            wrong = f"`{text}` is no label of TLP 2.0."
        elif key == "credibility" and text not in ("1", "2", "3", "4", "5", "6"):
            wrong = f"`{text}` is no credibility."
        elif key == "inferred" and text.lower() not in ("true", "false"):
            wrong = f"`inferred` is neither true nor false: {text}."
        if wrong:
            told = {"stance": STANCES, "handling": HANDLINGS, "credibility": ("1 to 6",), "grade": ("A to F",)}.get(
                key, ()
            )
            self._sheet.note(cell.line, wrong, f"It is one of {', '.join(told)}." if told else "")
        return cell

    def _stance(self, fields: Fields, texts: dict[str, Cell]) -> Cell | None:
        told = [key for key in ("denies", "expects") if fields.flag(key)]
        if told and (len(told) > 1 or "stance" in texts):
            self._sheet.note(fields.line_of(told[0]), "A claim has one stance, and this has several.", "Keep one.")
        return Cell((told[0],), fields.line_of(told[0])) if told else None

    def _qualifiers(self, fields: Fields) -> list[tuple[Property, Named]]:
        node = fields.mapped("qualifiers")
        found = []
        for key, value in node.entries if node else ():
            one = self._resolved(partial(names.property, self._vocabulary, key.text), key.line)
            named = self.named(value, f"`{key.text}`")
            if one is not None and named is not None:
                if not one.qualifies:
                    self._sheet.note(key.line, f"`{one.label}` is no qualifier.")
                found.append((one, named))
        return found

    def check_value(self, one: Property, named: Named) -> None:
        """Note what the vocabulary has against a value, as far as it is the same in every row."""
        cell, create = named.cell, named.create
        if create is not None and one.value != "entity":
            message = f"`{one.label}` has {one.value} values, so nothing can be made of one."
            self._sheet.note(create.line, message, "Leave `create` out.")
        elif create is not None and create.constant is not None and one.value_of:
            if not self._vocabulary.is_a(create.constant, one.value_of):
                message = f"`{one.label}` takes {either(one.value_of)} as value, and `create` says {create.constant}."
                self._sheet.note(create.line, message)
        elif one.value != "entity" and (text := cell.constant) is not None and not cell.split:
            self._resolved(lambda: values.read(one.value, text), cell.line)

    def _resolved(self, find: Callable[[], Found], line: int) -> Found | None:
        try:
            return find()
        except BadInput as error:
            self._sheet.note(line, error.message, error.hint)
            return None

    def _verbatim(self, fields: Fields, key: str) -> str:
        """Return a text as it stands, which may be a space or a line feed."""
        node = fields.node(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar) or not node.text:
            self._sheet.note(node.line, f"`{key}` is no text.", 'Write what divides the values, such as ";".')
            return ""
        return node.text

    def _values(self, fields: Fields) -> dict[str, str]:
        node = fields.mapped("values")
        found: dict[str, str] = {}
        for key, value in node.entries if node else ():
            text = text_of_node(value, self._sheet, key.text)
            if text is not None:
                found[normalize("NFC", key.text).strip()] = text
        return found

    def _forms(self, fields: Fields) -> tuple[Pattern[str], ...]:
        node = fields.node("format")
        if node is None:
            return ()
        texts = [
            text_of_node(part, self._sheet, "format") for part in (node.items if isinstance(node, Listed) else [node])
        ]
        found = [self._resolved(partial(date_form, text), node.line) for text in texts if text is not None]
        return tuple(one for one in found if one is not None)

    def _decimal(self, fields: Fields) -> str:
        text = self._verbatim(fields, "decimal")
        if text and text not in (",", "."):
            self._sheet.note(fields.line_of("decimal"), f"`decimal` is a comma or a point, not {text}.")
        return text
