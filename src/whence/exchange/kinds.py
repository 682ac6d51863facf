"""What a file that is to be loaded is, by its content; by its name only where the content does not say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final, Literal, TypeAlias

from whence.exchange.unpacked import Unpacked

__all__ = ["Kind", "kind_of"]

Kind: TypeAlias = Literal["segment", "dossier", "vocabulary", "table", "mapping", "unknown"]

# What a table hardly has together.
EVENTS: Final = (frozenset({"data", "recorded_at"}), frozenset({"erased", "recorded_at"}))
TABLES: Final = (".csv", ".tsv", ".tab", ".psv", ".ndjson", ".xlsx", ".xls", ".ods")
SECTIONS: Final[dict[Kind, frozenset[bytes]]] = {
    "dossier": frozenset({b"source", b"facts"}),
    "vocabulary": frozenset({b"types", b"properties"}),
}
ENDINGS: Final[dict[Kind, tuple[str, ...]]] = {"segment": (".jsonl",), "dossier": (".yaml", ".yml")}
PACKED: Final = re.compile(r"\.(gz|zst|xz|bz2)$")

_KEY: Final = re.compile(rb"^[\"']?(\w+)[\"']?[ \t]*:", re.MULTILINE)
_PROPERTIES: Final = re.compile(rb"^entities[ \t]*:(?s:.*?)^\s+properties[ \t]*:", re.MULTILINE)
# UTF-16, a page, an archive (a spreadsheet is one), a PDF: none can be loaded, or only as a table, whose reader tells.
_FOREIGN: Final = re.compile(rb"\xff\xfe|\xfe\xff|\s*<|PK\x03\x04|%PDF|\s*\[\s*\{")
_DELIMITED: Final = re.compile(rb"[^\x00-\x08\n]*[,;\t|]")


def kind_of(path: Path | str) -> Kind:
    """Tell what a file to be loaded is. A damaged one is what it would be, so that its loader tells.

    Raises BadInput where there is no such file, where it is a folder, and where it cannot be unpacked.
    """
    with Unpacked(path) as file:
        text = file.start.removeprefix(b"\xef\xbb\xbf")
    name = PACKED.sub("", Path(path).name.lower())
    if text.lstrip().startswith(b"{"):
        return _of_objects(text)
    if name.endswith(TABLES) or _FOREIGN.match(text):
        return "table"
    keys = {key.group(1) for key in _KEY.finditer(text)}
    if b"facts" not in keys and (keys & {b"claim", b"table"} or _PROPERTIES.search(text)):
        return "mapping"
    for kind, sections in SECTIONS.items():
        if not keys.isdisjoint(sections):
            return kind
    ending = next((kind for kind, endings in ENDINGS.items() if name.endswith(endings)), None)
    return ending or ("table" if _DELIMITED.match(text) else "unknown")


def _of_objects(text: bytes) -> Kind:
    """Tell a segment from a table of JSON Lines, by the keys of its first line."""
    try:
        keys = json.loads(text.lstrip().partition(b"\n")[0]).keys()
    except ValueError:
        # Cut off, or not JSON: a segment's first line is known by the keys that it begins or ends with.
        first = text.partition(b"\n")[0]
        damaged = first.startswith((b'{"actor":', b'{"checkpoint":')) or b'"recorded_at":' in first
        return "segment" if damaged else "table"
    return "segment" if keys <= {"checkpoint"} or any(keys >= event for event in EVENTS) else "table"
