"""Every fact, and where it came from."""

from __future__ import annotations

from whence.drafts import Draft, Event, Ref
from whence.store import Store

__all__ = ["Draft", "Event", "Ref", "Store", "__version__"]

__version__ = "0.1.0"
