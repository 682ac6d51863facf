"""What a file that is to be loaded is, by its content and not by its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from whence.segments import BLOCK, opened, told

__all__ = ["kind_of"]


def kind_of(path: Path | str) -> Literal["segment", "dossier", "vocabulary", "unknown"]:
    """Tell by its content what a file to be loaded is. A damaged one is what it would be, so that its loader tells.

    Raises BadInput where there is no such file, or where it is a folder.
    """
    path = Path(path)
    with told(path), opened(path) as file:
        start = file.read(BLOCK)
    text = start.removeprefix(b"\xef\xbb\xbf")
    if text.startswith(b'{"actor":') or b'"recorded_at":' in text or b'{"checkpoint":' in text:
        return "segment"
    keys = re.findall(rb"^[\"']?(\w+)[\"']?[ \t]*:", text, re.MULTILINE)
    if {b"source", b"facts"}.intersection(keys):
        return "dossier"
    if {b"types", b"properties"}.intersection(keys):
        return "vocabulary"
    ending = path.name.lower().removesuffix(".gz").removesuffix(".zst").removesuffix(".xz")
    if ending.endswith(".jsonl"):
        return "segment"
    return "dossier" if ending.endswith((".yaml", ".yml")) else "unknown"
