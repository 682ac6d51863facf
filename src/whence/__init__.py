"""Every fact, and where it came from."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whence.drafts import Capture, Draft, Event, Ref
    from whence.store import Store

__all__ = ["Capture", "Draft", "Event", "Ref", "Store", "__version__"]

__version__ = "0.1.0"

_HOMES = {
    "Capture": "whence.drafts",
    "Draft": "whence.drafts",
    "Event": "whence.drafts",
    "Ref": "whence.drafts",
    "Store": "whence.store",
}


def __getattr__(name: str) -> object:
    # Imported when asked for: the package is imported by `whence --help` too, which would pay 20 ms for the store.
    if name not in _HOMES:
        raise AttributeError(f"module 'whence' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
