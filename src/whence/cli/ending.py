"""However a run ends, it ends in words: a plain sentence on stderr and an exit code, never a traceback.

This is the one place that turns an error into a text and a code: 0 done, 1 a check found something, 2 usage
or bad input (and a fault of our own), 3 recorded but not printed, 130 stopped by Ctrl-C, 141 the reader of a
pipe went away.
Under `--json` the error is a JSON document on stderr (docs/json.md); the codes are the same.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from whence.errors import WhenceError

__all__ = ["INTERRUPTED", "end", "was_stopped", "watch"]

FAILED = 2
UNPRINTED = 3
INTERRUPTED = 130  # 128 and the number of SIGINT, as a shell reports it
PIPE_CLOSED = 141  # 128 and the number of SIGPIPE, as a shell reports it
DEBUG = "WHENCE_DEBUG"

NO_TEXT = (
    "What was typed is not valid UTF-8 text, so nothing can be named or recorded by it.",
    "Type it in UTF-8; a file or a terminal in another encoding may have written it.",
)

_stopped: list[int] = []  # the signals that were seen


def watch() -> None:
    """Remember a Ctrl-C: inside a function that SQL calls, SQLite makes an error of its own of it."""
    # Whoever started this in the background has Ctrl-C ignored, and so it stays.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    _stopped.append(number)
    signal.default_int_handler(number, frame)


def end(run: Callable[[], object], arguments: Sequence[str], *, recorded: Callable[[], bool] = lambda: False) -> int:
    """Run it and return the exit code; what went wrong has been said on stderr.

    `recorded` tells whether something is on record by then, which an output that fails does not undo.
    """
    try:
        code = run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        # Who stops it does not want to wait for a reader who is not reading either.
        _abandon_output()
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_output()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - this is the one place where every error arrives
        if was_stopped(error):
            _abandon_output()
            return INTERRUPTED
        return _told_if_possible(error, arguments, unprinted=isinstance(error, OSError) and recorded())
    return code if isinstance(code, int) else 0


def was_stopped(error: BaseException) -> bool:
    """Tell whether Ctrl-C is behind the error, also one that SQLite made of it."""
    if isinstance(error, KeyboardInterrupt):
        return True
    # Not imported: where no store was opened, no error is SQLite's, and `--help` ends here too.
    sqlite = sys.modules.get("sqlite3")
    if not _stopped or sqlite is None:
        return False
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or one.__context__
    # Not every error after a Ctrl-C: one that was answered, as in `note`, says where the draft is kept.
    return any(isinstance(each, sqlite.Error) for each in chain)


def _told_if_possible(error: Exception, arguments: Sequence[str], *, unprinted: bool) -> int:
    """Say what went wrong, if anybody listens; return the exit code."""
    try:
        return _told(error, as_json="--json" in arguments, unprinted=unprinted)
    except BrokenPipeError:
        _abandon_output()
        return PIPE_CLOSED
    except OSError:
        # Not even stderr takes it: the exit code is all that can still be said.
        _abandon_output()
        return UNPRINTED if unprinted else FAILED


def _told(error: Exception, *, as_json: bool, unprinted: bool) -> int:
    """Say what went wrong; return the exit code."""
    import click  # noqa: PLC0415 - `start` reads this module before anything slow

    from whence.errors import WhenceError  # noqa: PLC0415 - not needed where nothing goes wrong

    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        return INTERRUPTED
    if os.environ.get(DEBUG):
        import traceback  # noqa: PLC0415 - only for whoever asked for it

        traceback.print_exception(error)
    if isinstance(error, WhenceError):
        _say(error.message, error.hint, error, as_json=as_json)
        return error.exit_code
    if isinstance(error, click.ClickException):
        if as_json:
            context = getattr(error, "ctx", None)
            hint = f"Try `{context.command_path} --help`." if context else ""
            _say(error.format_message(), hint, as_json=True)
        else:
            error.show()
        return error.exit_code
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        begin = "Recorded, but it could not be printed: " if unprinted else ""
        hint = "Change its permissions, or name another place." if isinstance(error, PermissionError) else ""
        _say(f"{begin}{place}{error.strerror or error}.", hint, as_json=as_json)
        return UNPRINTED if unprinted else FAILED
    if isinstance(error, UnicodeEncodeError):
        _say(*NO_TEXT, as_json=as_json)
    else:
        fault = " ".join(f"{type(error).__name__}: {error}".split())
        hint = f"Please report this sentence and the command that led to it; {DEBUG}=1 shows where it happened."
        _say(f"A fault of whence itself stopped this: {fault[:500]}.", hint, as_json=as_json)
    return FAILED


def _say(message: str, hint: str, error: WhenceError | None = None, *, as_json: bool) -> None:
    from whence.cli.printing import visible  # noqa: PLC0415 - `start` reads this module before anything slow
    from whence.cli.wording import fields_named  # noqa: PLC0415

    message = fields_named(message)
    if not as_json:
        print(visible(message), *([visible(hint)] if hint else []), sep="\n", file=sys.stderr)  # noqa: T201 - stderr is for this
        return
    import json  # noqa: PLC0415 - only where JSON is asked for

    problems = [
        {"where": one.where, "message": fields_named(one.message), "hint": one.hint}
        for one in getattr(error, "problems", [])
    ]
    document = {"error": {"message": message, "hint": hint, "problems": problems}}
    print(json.dumps(document, indent=2, ensure_ascii=True), file=sys.stderr)  # noqa: T201


def _abandon_output() -> None:
    """Let the interpreter end without trying to write what nobody reads any more."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):
        pass  # The stream has no file behind it, so there is nothing left to flush either.
