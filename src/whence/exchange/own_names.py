"""A table whose columns are called as whence calls things needs no mapping: its header says what each is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from whence.errors import BadInput
from whence.exchange import mapping
from whence.exchange.mapping_cells import TEXTS, WHEN
from whence.exchange.tables import REFUSED
from whence.suggestions import did_you_mean
from whence.vocabulary import named

if TYPE_CHECKING:
    from whence.exchange.plan import Plan
    from whence.exchange.tables import Table
    from whence.vocabulary import Vocabulary

__all__ = ["COLUMNS", "plan_of"]

NEEDED: Final = ("subject", "property", "value")
COLUMNS: Final = (*NEEDED, "type", "name", "value_type", "source", *WHEN, *TEXTS, "speaker")


def plan_of(table: Table, vocabulary: Vocabulary) -> Plan:
    """Return the plan that the names of a table's columns say.

    Raises BadInput where they are not ours: then only a mapping can say what they are.
    """
    columns = {named(column): column for column in table.columns if column and column not in REFUSED}
    if missing := [name for name in NEEDED if name not in columns]:
        listed = ", ".join(f"`{name}`" for name in missing)
        raise BadInput(
            f"{table.name} has no column {listed}, and no mapping says what its columns are.",
            hint=f"`whence load {table.name} --sketch > mapping.yaml` begins one; then name it with --mapping.",
        )
    qualifiers = [name for name, one in vocabulary.properties.items() if one.qualifies and name not in COLUMNS]
    known = (*COLUMNS, *qualifiers)
    for name, column in columns.items():
        if name not in known:
            hint = did_you_mean(name, known) or f"Columns are: {', '.join(known)}. A mapping may name others."
            raise BadInput(f"`{column}` is no column of a table of claims ({table.name}).", hint=hint)
    if table.form == "jsonl":
        # An object may leave out what it does not have.
        columns = {name: columns.get(name, name) for name in known}
    return replace(mapping.read(_text(columns, qualifiers), vocabulary, name=table.name), own=True)


def _text(columns: dict[str, str], qualifiers: list[str]) -> str:
    """Return the mapping that says the same."""

    def cell(name: str, more: str = "") -> str:
        return f"{{column: '{columns[name].replace(chr(39), 2 * chr(39))}'{more}}}"

    subject = cell("subject", f", create: {cell('type')}" if "type" in columns else "")
    if "type" in columns and "name" in columns:
        subject = f"{{id: {cell('subject')}, type: {cell('type')}, name: {cell('name')}}}"
    value = cell("value", f", create: {cell('value_type')}" if "value_type" in columns else "")
    lines = ["claim:", f"  subject: {subject}", f"  property: {cell('property')}", f"  value: {value}"]
    lines += [f"  {name}: {cell(name)}" for name in (*WHEN, *TEXTS, "speaker") if name in columns]
    if told := [name for name in qualifiers if name in columns]:
        lines += ["  qualifiers:", *(f"    {name}: {cell(name)}" for name in told)]
    if "source" in columns:
        lines.append(f"source: {cell('source')}")
    return "\n".join(lines) + "\n"
