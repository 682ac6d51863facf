"""A dossier, one source's facts in YAML, becomes drafts, or an error that tells every problem with its line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from whence.drafts import Draft
    from whence.vocabulary import Vocabulary

__all__ = ["drafts"]


def drafts(
    path_or_text: Path | str,
    connection: sqlite3.Connection,
    vocabulary: Vocabulary,
    *,
    name: str = "",
    before: Iterable[Draft] = (),
) -> list[Draft]:
    """A `Path` is read, a `str` is the text itself (`name` then stands for the file in `where`)."""
    raise NotImplementedError
