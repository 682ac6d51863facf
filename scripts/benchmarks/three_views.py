"""Measures the load and the rebuild with the views `source`, `claim` and `fact` alone, and what these rest on.

Stores that keep claims with their sources and nothing else are compared with that; a whence store has every view.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks import clock

from whence import Store, projections, projector
from whence.recording import append_all
from whence.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from whence import Draft

__all__ = ["measure"]

LEFT_OUT = {"entity", "conflict", "timeline", "shown"}


def measure(
    path: Path,
    definitions: Iterable[Draft],
    drafts: Iterable[Draft],
    *,
    actor: str,
    between: Callable[[], object],
) -> tuple[float, float]:
    """Return the seconds of a bulk load into a new store at `path`, and of a rebuild; making the drafts left out.

    `between` is called between the two.
    """
    views = tuple(view for view in projections.fixed_views() if view.name not in LEFT_OUT)
    no_search = dict.fromkeys(projections.search(), "")
    with (
        patch.object(projector, "fixed_views", lambda: views),
        patch.object(projections, "search", lambda: no_search),
        patch.object(Vocabulary, "views", lambda _vocabulary, *_names: []),
        Store.create(path) as store,
    ):
        store.record(definitions, actor=actor)
        with clock.Clock() as loading, store.writing(actor, much=True) as writer:
            append_all(store.connection, writer, loading.feed(drafts), anew=False)
        between()
        began = time.perf_counter()
        store.rebuild()
        return loading.seconds, time.perf_counter() - began
