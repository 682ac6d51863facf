"""The command line: `main` runs it and ends the process."""

from __future__ import annotations

from whence.cli.start import main

__all__ = ["main"]
