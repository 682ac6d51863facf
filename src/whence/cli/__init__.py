"""The command line: `main` runs it and ends the process."""

from __future__ import annotations

from whence.cli.ending import main

__all__ = ["main"]
