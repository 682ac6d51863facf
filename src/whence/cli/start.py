"""The process begins here, and is quiet about Ctrl-C from its first moment on."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from typing import NoReturn

from whence.cli.ending import INTERRUPTED, watch

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line on the arguments of this process, and end it."""
    # Python would look for garbage forty times while modules are read, and at the end among all that they hold: a fifth
    # of a short command's time, and nothing is found. A long one still collects, at every 50,000 objects more.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    try:
        watch()
        _open_what_is_missing()
        for stream in (sys.stdout, sys.stderr):
            # Where the terminal's encoding lacks a character, it is better shown escaped than not at all.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        # Imported here: Ctrl-C while the program is still being read must be quiet too.
        from whence.cli.program import program  # noqa: PLC0415

        if asked := os.environ.get("_WHENCE_COMPLETE"):
            # A shell asks what may come next; imported here, for nobody else does.
            from whence.cli.completion import complete  # noqa: PLC0415

            sys.exit(complete(program, asked))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    program.main()


def _open_what_is_missing() -> None:
    """Let a stream that was closed before we began (`>&-`) lead nowhere; Python leaves None in its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest number that is free is the stream's own, so no store is ever opened under it.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end
