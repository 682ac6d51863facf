"""Opens a store's file, the right one at the right version, or says in a sentence what is wrong with it.

A reader's connection cannot write (`mode=ro`, `query_only`). Importing this module imports neither
sqlite-utils nor pydantic: a reading command pays for neither.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from whence import functions
from whence.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence.vocabulary import Vocabulary

__all__ = [
    "APPLICATION_ID",
    "VERSION",
    "Connection",
    "check_free",
    "connect",
    "create",
    "in_place",
    "on_disk",
    "place",
    "temporary_in",
    "told",
    "write_ahead",
    "writing",
]

APPLICATION_ID = 0x77686E63  # "whnc", the mark in the file's header that it is a store
VERSION = 1  # of the log's tables; the views carry the hash of the SQL that made them
PAGE_BYTES = 4096  # an add writes a page of forty tables and indexes: larger ones cost it more than they save a load
BUSY_MS = 10_000
# Of a table that is filled at once, one row of so many comes after its indexes: an index made from rows is full, and
# each row that it then takes divides a page, among four. So most pages are divided before that is waited for.
ROOM = 16
LOGGED = "PRAGMA journal_mode = WAL"  # readers need not wait for a writer
# Pages that are written ahead before they are copied into the file, at least, and for each event of a batch: not every
# batch copies what it wrote, and a page that several change is copied once.
LEAST_AHEAD, AHEAD_AN_EVENT = 1_000, 30
CACHE_KIB = 40_960  # of the main file; sorting takes as much again, and a larger one is no quicker


class Connection(sqlite3.Connection):
    """A connection to a store.

    It keeps the vocabulary that was read on it, with the position of its last definition, the names of its temporary
    tables, and how many pages may be written ahead.
    """

    vocabulary: tuple[int, Vocabulary] | None = None
    ahead = LEAST_AHEAD

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - those of SQLite's module
        """Open it as `sqlite3.connect` says."""
        super().__init__(*arguments, **named)
        self.temporary: set[str] = set()


def connect(path: Path | str, *, write: bool = False) -> Connection:
    """Open the store at `path`, for reading unless `write`.

    Raises DatabaseError where the file is missing, empty, no SQLite, no store, from a newer version, locked
    or not allowed.
    """
    path = Path(path)
    mode = _mode(path)
    if mode is None:
        raise DatabaseError(
            f"There is no store at {path}.",
            hint="Make one with `whence init`, or name another with --db FILE or WHENCE_DB.",
        )
    if stat.S_ISDIR(mode):
        raise DatabaseError(f"{path} is a folder, not a store.", hint="Name the file with --db FILE.")
    if not stat.S_ISREG(mode):
        raise DatabaseError(f"{path} is no file, so no store.", hint="Name a file with --db FILE.")
    with told(path):
        try:
            return _checked(path, write=write)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
        # A load in place was killed; who opens the file for writing undoes it.
        try:
            _checked(path, write=True).close()
        except (DatabaseError, sqlite3.OperationalError):
            message = f"A load into {path} was broken off, and has to be undone before anybody can read it."
            raise DatabaseError(message, hint="Run a command there with an account that may write it.") from None
        return _checked(path, write=write)


def _checked(path: Path, *, write: bool) -> Connection:
    connection = _open(path, "rw" if write else _reading_mode(path))
    try:
        _check_file(connection, path)
        if write:
            _check_writable(path)
            with contextlib.suppress(sqlite3.OperationalError):  # Somebody reads it; the next writer will.
                connection.execute(LOGGED)
    except BaseException:
        connection.close()
        raise
    return connection


def _mode(path: Path) -> int | None:
    """Return what kind of thing stands at the path; None for nothing. Raises DatabaseError where nobody can tell."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last for a name that no file can have
        return None
    except PermissionError:
        raise DatabaseError(f"This account may not look into the folder of {path}.", hint=OWN) from None
    except OSError as error:
        raise DatabaseError(f"{path}: {error.strerror}.", hint="Name another file with --db FILE.") from None


def check_free(path: Path) -> None:
    """Raise DatabaseError where a store cannot be made: something is there, or the folder is none or is closed."""
    mode = _mode(path)
    if mode is not None and not (stat.S_ISREG(mode) and path.stat().st_size == 0):
        raise DatabaseError(f"{path} exists already.", hint="Name another file with --db FILE, or use it as it is.")
    folder = _mode(path.parent)
    if folder is None or not stat.S_ISDIR(folder):
        raise DatabaseError(f"There is no folder {path.parent}.", hint="Make it first, or name another file.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise DatabaseError(
            f"The folder {path.parent} may not be written by this account, so no store can be made there.",
            hint="Change its permissions, or name a file in a folder of your own.",
        )


def place(new: Path, path: Path) -> None:
    """Put a finished store where it belongs. Raises DatabaseError where another was put there meanwhile."""
    try:
        if path.exists() and path.stat().st_size == 0:
            new.replace(path)
        else:
            os.link(new, path)  # Unlike a renaming, it never takes the place of another file.
    except FileExistsError:
        raise DatabaseError(
            f"{path} exists already.", hint="Another program made it just now: use it as it is."
        ) from None
    except OSError as error:
        raise DatabaseError(f"{path} could not be made: {error.strerror}.", hint="Name another place.") from error


def create(path: Path | str) -> Connection:
    """Make an empty SQLite file with our page size and mark, and open it for writing.

    Raises DatabaseError where the place is not writable.
    """
    path = Path(path)
    with told(path):
        connection = _open(path, "rwc")
        try:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute(LOGGED)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        except BaseException:
            connection.close()
            raise
    return connection


def _reading_mode(path: Path) -> str:
    """Return how to open a store for reading.

    A WAL file in a folder that may not be written opens only as immutable, which is safe where no writer has
    left anything beside it: whoever writes needs the folder.
    """
    alone = not any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal"))
    return "ro&immutable=1" if alone and not os.access(path.parent, os.W_OK) else "ro"


def _open(path: Path, mode: str) -> Connection:
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?mode={mode}",  # as bytes: a name need be no UTF-8
        uri=True,
        isolation_level=None,
        timeout=BUSY_MS / 1000,
        cached_statements=512,
        factory=Connection,
    )
    connection.execute("PRAGMA synchronous = FULL")
    # Some systems build SQLite to write zeros over all that is removed. The log keeps everything, and what a view no
    # longer shows is no secret.
    connection.execute("PRAGMA secure_delete = OFF")
    temporary_in(connection, "MEMORY")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    functions.register(connection)
    return connection


def _check_file(connection: sqlite3.Connection, path: Path) -> None:
    if path.stat().st_size == 0:
        raise DatabaseError(f"{path} is empty.", hint="Make a store of it with `whence init`.")
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if mark != APPLICATION_ID:
        raise DatabaseError(
            f"{path} is an SQLite database, but no store of whence.",
            hint="Name another file with --db FILE, or make a store with `whence init`.",
        )
    if version > VERSION:
        raise DatabaseError(
            f"{path} was written by a newer version of whence (its format is {version}, this one knows {VERSION}).",
            hint="Update whence and try again.",
        )
    if version < VERSION:
        raise DatabaseError(
            f"{path} was never finished: its log is missing.",
            hint="Remove the file and run `whence init` again.",
        )


def _check_writable(path: Path) -> None:
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            raise DatabaseError(
                f"{place} may not be written by this account, so nothing can be recorded.",
                hint="Change its permissions, or copy the store to a place of your own.",
            )


@contextlib.contextmanager
def told(path: Path | str) -> Iterator[None]:
    """Turn what SQLite says about the file into a DatabaseError with a plain sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise _sentence(error, path) from error


WAIT = "Wait for it to finish and try again; nothing was recorded."
OWN = "Change its permissions, or copy the store to a place of your own."
# What SQLite's result codes mean to a person, and what to do (sqlite.org/rescode.html).
SENTENCES = {
    sqlite3.SQLITE_BUSY: ("{path} is locked: another program is writing to it.", WAIT),
    sqlite3.SQLITE_LOCKED: ("{path} is locked: another program is writing to it.", WAIT),
    sqlite3.SQLITE_READONLY: ("{path} may only be read, so nothing was recorded.", OWN),
    sqlite3.SQLITE_PERM: ("{path} may not be written, so nothing was recorded.", OWN),
    sqlite3.SQLITE_FULL: (
        "The disk that holds {path} is full; nothing was recorded.",
        "Free some space and try again.",
    ),
    sqlite3.SQLITE_IOERR: (
        "{path} could not be read or written: {error}.",
        "The disk may be full or failing; nothing was recorded.",
    ),
    sqlite3.SQLITE_NOTADB: ("{path} is not an SQLite database.", "Name another file with --db FILE."),
    sqlite3.SQLITE_CORRUPT: (
        "{path} is damaged: {error}.",
        "Restore it from a backup, or load its segments into a new store.",
    ),
}


def _sentence(error: sqlite3.Error, path: Path | str) -> DatabaseError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the lowest byte is the primary result code
    if code == sqlite3.SQLITE_CANTOPEN:
        return _unopened(Path(path))
    message, hint = SENTENCES.get(code, ("{path}: {error}.", "`whence verify` says what of the store is whole."))
    return DatabaseError(message.format(path=path, error=error), hint=hint)


def _unopened(path: Path) -> DatabaseError:
    """Say why a file could not be opened, which SQLite does not tell."""
    if not path.parent.is_dir():
        return DatabaseError(f"There is no folder {path.parent}.", hint="Make it first, or name another file.")
    if path.exists() and not os.access(path, os.R_OK):
        return DatabaseError(f"{path} could not be opened: this account may not read it.", hint=OWN)
    if not os.access(path.parent, os.W_OK):
        return DatabaseError(
            f"{path} could not be opened: something was writing it, and its folder may not be written by this account.",
            hint=f"Copy it, with {path.name}-wal beside it, to a place of your own.",
        )
    return DatabaseError(f"{path} could not be opened.", hint="Check its permissions and those of its folder.")


def temporary_in(connection: sqlite3.Connection, place: str) -> None:
    """Let the temporary tables be in `MEMORY` or in a `FILE`; those that are there go."""
    connection.execute(f"PRAGMA temp_store = {place}")
    connection.execute("PRAGMA temp.secure_delete = OFF")


@contextlib.contextmanager
def on_disk(connection: sqlite3.Connection) -> Iterator[None]:
    """Let temporary tables go to the disk, outside a transaction, so that memory does not grow with the log.

    A few rows are quicker in memory, where SQLite keeps them otherwise.
    """
    temporary_in(connection, "FILE")
    connection.execute(f"PRAGMA temp.cache_size = -{CACHE_KIB // 4}")
    try:
        yield
    finally:
        # A query that was broken off by an error may still hold a temporary table: then they stay on the disk.
        with contextlib.suppress(sqlite3.OperationalError):
            temporary_in(connection, "MEMORY")


@contextlib.contextmanager
def in_place(connection: sqlite3.Connection) -> Iterator[None]:
    """Write straight into the file, outside a transaction, unless somebody else has it open.

    For a load into a store that holds little: a write-ahead log would be as long as the file, and then be copied
    into it. It is durable as ever, and undone where it is broken off, by whoever opens the file next if it was killed.
    """
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = DELETE")
    try:
        yield
    finally:
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute(LOGGED)


def write_ahead(connection: Connection, events: int) -> None:
    """Say how much may be written ahead of the file when a transaction of so many events commits.

    At most a tenth of the file, which whoever opens it after the machine failed has to read through.
    """
    ahead = AHEAD_AN_EVENT * events
    if ahead > LEAST_AHEAD:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        ahead = min(ahead, pages // 10)
    ahead = max(ahead, LEAST_AHEAD)
    if ahead != connection.ahead:
        connection.execute(f"PRAGMA wal_autocheckpoint = {ahead}")
        connection.ahead = ahead


@contextlib.contextmanager
def writing(connection: sqlite3.Connection, path: Path | str) -> Iterator[None]:
    """One write transaction: begun at once (`BEGIN IMMEDIATE`), committed at the end, undone on any error."""
    with told(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if isinstance(connection, Connection):
                connection.vocabulary = None  # It may be one that is undone.
            # A full disk rolls back by itself, and then there is nothing to roll back.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
