"""A vocabulary file becomes definitions, or an error that tells every problem with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whence.drafts import Draft

__all__ = ["builtin", "read"]


def builtin() -> Iterator[Draft]:
    raise NotImplementedError


def read(path: Path | str) -> list[Draft]:
    raise NotImplementedError
