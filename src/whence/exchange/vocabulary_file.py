"""A vocabulary file becomes the definitions it holds, or an error that tells every problem with its line.

`types` and `properties` map a name to what is said of it, as in the built-in vocabulary.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from whence.drafts import Draft
from whence.exchange.fields import Fields
from whence.exchange.yaml_lines import Mapped, Sheet, parse, text_of
from whence.vocabulary import named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.exchange.yaml_lines import Scalar

__all__ = ["builtin", "read"]

TYPE: Final = ("label", "description", "parent", "reason")
PROPERTY: Final = (
    "label", "description", "of", "value", "value_of", "many", "changes", "inverse", "qualifies", "same_as", "reason",
)  # fmt: skip
NAMES: Final = frozenset({"parent", "inverse", "value"})  # texts that are names, so `led by` is `led_by`


def builtin() -> Iterator[Draft]:
    """Yield the definitions of the vocabulary that comes with the program."""
    text = files("whence").joinpath("builtin.yaml").read_text(encoding="utf-8")
    yield from _read(text, "builtin.yaml")


def read(path: Path | str) -> list[Draft]:
    """Return the definitions of a file, the types before the properties.

    Raises BadInput where the file cannot be read, and BadData with every problem of its form. What the
    vocabulary in force has against them is found when they are recorded.
    """
    return _read(text_of(path), str(path))


def _read(text: str, name: str) -> list[Draft]:
    sheet = Sheet(name)
    root = parse(text, sheet)
    drafts: list[Draft] = []
    if isinstance(root, Mapped):
        sections = Fields(root, sheet, ("types", "properties"), what="a vocabulary")
        for key, fields, type_ in (("types", TYPE, "type.defined"), ("properties", PROPERTY, "property.defined")):
            section = sections.mapped(key)
            for one, node in section.entries if section else ():
                if isinstance(node, Mapped):
                    found = Fields(node, sheet, fields, what=f"a {type_.partition('.')[0]}")
                    drafts.append(Draft(type_, _definition(one, found, fields), where=sheet.where(one.line)))
                else:
                    sheet.note(one.line, f"`{one.text}` is not defined.", "Write label and description below it.")
        if not drafts and not sheet.problems:
            sheet.note(1, "The file defines nothing.", "Write `types:` or `properties:`.")
    elif root is not None:
        sheet.note(root.line, "A vocabulary is a mapping.", "Write `types:` and `properties:`.")
    _check(drafts, sheet)
    sheet.refuse()
    return drafts


def _definition(name: Scalar, fields: Fields, keys: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": named(name.text)}
    for key in keys:
        if key not in fields:
            continue
        value: str | bool | list[str] | None
        if key in {"many", "changes", "qualifies"}:
            value = fields.flag(key)
        elif key in {"of", "value_of", "same_as"}:
            texts = [one.text for one in fields.scalars(key) or ()]
            value = texts if key == "same_as" else [named(text) for text in texts]
        else:
            value = fields.text(key)
            value = named(value) if value is not None and key in NAMES else value
        if value is not None:
            found[key] = value
    found.setdefault("label", found["name"].replace("_", " "))
    return found


def _check(drafts: list[Draft], sheet: Sheet) -> None:
    """Note what the models have against the definitions, so that it is told together with what was noted before."""
    # Imported here: it imports pydantic's core.
    from whence.events import payload_problems  # noqa: PLC0415

    for draft in drafts:
        line = int(draft.where.rpartition(":")[2])
        name = draft.data["name"]
        for problem in payload_problems(draft.type, draft.data):
            sheet.note(line, f"`{name}`: {problem.message}", problem.hint)
