"""What was looked up and may be asked for again, up to a bound: memory does not grow with what is loaded."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Remembered"]

K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """A dictionary of at most so many: where another would not fit, the half that was kept first is forgotten."""

    def __init__(self, most: int, *, before: Callable[[], object] | None = None) -> None:
        """Take how many are kept; `before` is called before any are forgotten, so that they are found elsewhere."""
        super().__init__()
        self._most = most
        self._before = before

    def keep(self, key: K, value: V) -> None:
        """Keep what was found."""
        if len(self) >= self._most and key not in self:
            if self._before is not None:
                self._before()
            for old in list(islice(self, self._most - self._most // 2)):
                del self[old]
        self[key] = value
