"""Times work without the making of its input: what is measured never pays for what generates."""

from __future__ import annotations

import itertools
import math
import resource
import sys
import time
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

__all__ = ["Clock", "peak_bytes", "quantile", "say"]

T = TypeVar("T")
CHUNK = 2_000


class Clock:
    """Times a `with` block by the wall; `seconds` leaves out what `feed` took to make its items.

    Items are made a chunk at a time, before the block asks for the first of them, and the time between is
    taken off. The block pays for handing an item on (50 ns), and memory holds one chunk.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._left_out = 0.0

    def feed(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items; making them is left out of the time."""
        waiting = iter(items)
        while True:
            began = time.perf_counter()
            chunk = list(itertools.islice(waiting, CHUNK))
            self._left_out += time.perf_counter() - began
            if not chunk:
                return
            yield from chunk

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        self._left_out = 0.0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._began - self._left_out


def quantile(seconds: Sequence[float], share: float) -> float:
    """Return the least of the values that this share of them does not exceed."""
    return sorted(seconds)[max(0, math.ceil(share * len(seconds)) - 1)]


def peak_bytes() -> int:
    """Return the most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def say(what: str) -> None:
    """Tell whoever waits what is being done; on stderr, because the table is the output."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
