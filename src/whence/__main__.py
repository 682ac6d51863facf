"""`python -m whence` is the command `whence`."""

from __future__ import annotations

from whence.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
