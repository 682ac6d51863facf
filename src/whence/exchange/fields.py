"""One mapping of a file, read field by field: what is wrong with a field, or is none, is noted with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence import canonical
from whence.errors import BadInput
from whence.exchange.yaml_lines import Listed, Mapped, Scalar, edtf_set
from whence.suggestions import near
from whence.vocabulary import named

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from whence.exchange.yaml_lines import Node, Sheet

__all__ = ["Fields", "flag_of", "parts", "text_of_node"]

TRUTH = {"true": True, "false": False}


class Fields:
    """The entries of one mapping by key; `Led-by` and `led by` are `led_by`, as everywhere."""

    def __init__(self, node: Mapped, sheet: Sheet, allowed: Collection[str], *, what: str) -> None:
        """Take up the mapping, noting each key that is not `allowed`; `what` says what it is, e.g. `a claim`."""
        self.line = node.line
        self._sheet = sheet
        self._nodes: dict[str, Node] = {}
        for key, value in node.entries:
            name = named(key.text)
            if name not in allowed:
                self._stray(key, value, allowed, what, flow=node.flow)
            elif name in self._nodes:
                sheet.note(key.line, f"`{key.text}` stands twice in {what}.", "Keep one.")
            else:
                self._nodes[name] = value

    def _stray(self, key: Scalar, value: Node, allowed: Collection[str], what: str, *, flow: bool) -> None:
        empty = isinstance(value, Scalar) and value.plain and not value.text
        if flow and empty and key.plain:
            message = f"`{key.text}` stands between commas and is no field of {what}."
            self._sheet.note(key.line, message, "If it goes on the text before it, put that text in quotes.")
            return
        found = near(named(key.text), allowed, limit=1)
        hint = f"Did you mean `{found[0]}`?" if found else f"Fields are: {', '.join(allowed)}."
        self._sheet.note(key.line, f"`{key.text}` is no field of {what}.", hint)

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def node(self, key: str) -> Node | None:
        """Return what stands under the key."""
        return self._nodes.get(key)

    def line_of(self, key: str) -> int:
        """Return the line of a field, or of the mapping where it has none."""
        node = self._nodes.get(key)
        return self.line if node is None else node.line

    def text(self, key: str) -> str | None:
        """Return a text in NFC; notes a problem where it is empty, or no text."""
        node = self._nodes.get(key)
        return None if node is None else text_of_node(node, self._sheet, key)

    def date(self, key: str) -> str | None:
        """Return a text, or a set of dates that YAML took for a list or a mapping."""
        node = self._nodes.get(key)
        return None if node is None else edtf_set(node) or text_of_node(node, self._sheet, key)

    def flag(self, key: str) -> bool | None:
        """Return true or false, as it was typed."""
        text = self.text(key)
        return None if text is None else flag_of(text, self.line_of(key), self._sheet, key)

    def number(self, key: str) -> int | None:
        """Return a whole number from 0 on."""
        text = self.text(key)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 15):  # noqa: PLR2004 - within 2^53
            self._sheet.note(self.line_of(key), f"`{key}` is no whole number: {text}.")
            return None
        return int(text)

    def scalars(self, key: str) -> list[Scalar] | None:
        """Return the texts of a field that has one or a list of them; None where it does not stand."""
        node = self._nodes.get(key)
        if node is None:
            return None
        found = []
        for one in parts(node):
            text = text_of_node(one, self._sheet, key)
            if text is not None:
                found.append(Scalar(text, one.line))
        return found

    def mapped(self, key: str) -> Mapped | None:
        """Return the mapping under a key; notes a problem where it is none."""
        node = self._nodes.get(key)
        if node is None or isinstance(node, Mapped):
            return node
        if not (isinstance(node, Scalar) and not node.text):
            self._sheet.note(node.line, f"`{key}` is no mapping.", "Write its keys below it, indented.")
        return None


def parts(node: Node) -> Sequence[Node]:
    """Return the items of a list, or the node alone."""
    return node.items if isinstance(node, Listed) else (node,)


def text_of_node(node: Node, sheet: Sheet, what: str) -> str | None:
    """Return the text of a scalar in NFC; notes a problem where it is empty, not to be recorded, or no scalar."""
    if not isinstance(node, Scalar):
        kind = "a list" if isinstance(node, Listed) else "a mapping"
        hint = "Put it in quotes if it is a text." if node.flow else "Write one text."
        sheet.note(node.line, f"`{what}` is {kind} and should be one text.", hint)
        return None
    if not node.text.strip():
        sheet.note(node.line, f"`{what}` is empty.", "Leave it out, or say what the source says.")
        return None
    try:
        return canonical.normal(node.text)
    except BadInput as error:
        sheet.note(node.line, f"`{what}`: {error.message}", error.hint)
        return None


def flag_of(text: str, line: int, sheet: Sheet, what: str) -> bool | None:
    """Return what `true` or `false` says; notes a problem for any other text."""
    told = TRUTH.get(text.strip().lower())
    if told is None:
        sheet.note(line, f"`{what}` is neither true nor false: {text}.")
    return told
