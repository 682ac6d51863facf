"""A segment holds consecutive events of a log byte for byte as they were hashed; nothing altered is taken from one.

It is a JSON Lines file: the canonical bytes of one event a line, and on the last line the checkpoint, the
size and root (RFC 9162, section 2.1) of the log up to there: `{"checkpoint":{"root":"…","size":157}}`. The
checkpoint makes a segment complete in itself: without it a line that was changed or cut off at the end could
not be told from what was recorded. A segment loads into an empty store or continues the log that it is of.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from whence import canonical, log
from whence.errors import BadData, BadInput, DatabaseError, Problem
from whence.merkle import Frontier

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from whence.log import Writer
    from whence.segment_lines import Lines
    from whence.store import Store

__all__ = ["Loaded", "Segment", "export", "inspect", "is_known", "load", "write"]

BLOCK: Final = 1 << 20  # bytes to a read
CHUNK: Final = 2_000  # ids hashed into the tree at a time
TAIL: Final = 200  # bytes that hold a checkpoint
LINE: Final = 64 << 20  # bytes; an event is far shorter, and a file without line feeds must not fill the memory

_CHECKPOINT: Final = re.compile(rb'\{"checkpoint":\{"root":"([0-9a-f]{64})","size":([1-9][0-9]{0,15})\}\}\n')
_NAME: Final = re.compile(r"([0-9]{6,16})-([0-9]{6,16})\.jsonl")
_COPY: Final = "Get an unaltered copy of the file; nothing was recorded."
_CHANGED: Final = "The file was altered, or its lines stand in another order: get an unaltered copy."
_OTHER: Final = (
    "The file was altered, or it is of another log: get an unaltered copy, or load it into a new, empty store."
)
_PACKED: Final = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"PK\x03\x04": "zip",
}
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading segments: how many events were recorded and known, and the positions recorded (0: none)."""

    recorded: int
    known: int
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's file: the positions of its first and last event, and the root of the log up to the last."""

    path: Path
    first: int
    last: int
    root: str

    @property
    def count(self) -> int:
        """How many events it holds."""
        return self.last - self.first + 1


def export(connection: sqlite3.Connection, *, after: int = 0, upto: int | None = None) -> Iterator[bytes]:
    """Yield the lines of the segment that holds the events after `after` up to `upto` (the head), line feeds included.

    Nothing is yielded where there are no such events. Raises BadInput for positions beyond the log, and
    DatabaseError where an event is not what was recorded, so that no segment passes on what was tampered with.
    """
    head = log.head(connection)
    upto = head.position if upto is None else upto
    if not 0 <= after <= upto <= head.position:
        message = f"There are no events after {after:,} up to {upto:,}: the log ends at {head.position:,}."
        raise BadInput(message, hint="Name positions that it has.")
    frontier = _extended(Frontier(), connection, after)
    leaves: list[bytes] = []
    rows = connection.execute(
        "SELECT position, id, type, actor, recorded_at, source, salt, data FROM event"
        " WHERE position > :after AND position <= :upto ORDER BY position",
        {"after": after, "upto": upto},
    )
    for position, event_id, *columns in rows:
        line = log.line((columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]))
        if canonical.leaf_hash(line) != event_id:
            raise _tampered(f"event {position:,} is not what was recorded")
        leaves.append(bytes.fromhex(event_id))
        if len(leaves) >= CHUNK:
            frontier = frontier.extended(leaves)
            leaves.clear()
        yield line + b"\n"
    frontier = frontier.extended(leaves)
    if upto == head.position and frontier.root().hex() != head.root:
        raise _tampered("the events do not give the root that the log's last writer left")
    if upto > after:
        checkpoint = {"checkpoint": {"root": frontier.root().hex(), "size": upto}}
        yield canonical.encode(checkpoint) + b"\n"


def _tampered(what: str) -> DatabaseError:
    return DatabaseError(f"The export stopped: {what}.", hint="`whence verify` says what of the log is whole.")


def _extended(frontier: Frontier, connection: sqlite3.Connection, upto: int) -> Frontier:
    """Return the frontier of the log up to `upto`, from one that is of an earlier position."""
    ids = connection.execute(
        "SELECT id FROM event WHERE position > :after AND position <= :upto ORDER BY position",
        {"after": frontier.size, "upto": upto},
    )
    return frontier.extended(bytes.fromhex(row[0]) for row in ids)


def write(connection: sqlite3.Connection, folder: Path | str) -> Path | None:
    """Write the events that the folder's segments do not hold yet as its next segment, `000001-000157.jsonl`.

    Returns its path, or None where there is nothing new. The file appears whole or not at all, and is on the
    disk when this returns. Raises BadInput where the folder's segments are of another log, ahead of this one
    or incomplete, and where it cannot be written.
    """
    folder = Path(folder)
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        head = log.head(connection).position
        done = _written(connection, folder, head)
        if done == head:
            return None
        path = folder / f"{done + 1:06}-{head:06}.jsonl"
        partial = folder / f".{path.name}.{os.getpid()}"
        try:
            with partial.open("wb") as file:
                file.writelines(export(connection, after=done, upto=head))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        _sync(folder)
    return path


def _sync(folder: Path) -> None:
    # A rename survives a power cut only once its folder is on the disk; Windows cannot open one.
    with contextlib.suppress(PermissionError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _written(connection: sqlite3.Connection, folder: Path, head: int) -> int:
    """Return the last position that the folder's segments hold."""
    named = [(int(match[1]), int(match[2]), path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    done = 0
    for first, last, path in sorted(named):
        if first != done + 1:
            message = f"{folder}: {path.name} does not follow the segment before it, which ends at event {done:,}."
            raise BadInput(message, hint="Put the missing segment back, or take the one out that is too many.")
        done = last
    if not named:
        return 0
    held = inspect(max(named)[2])
    if done > head:
        message = f"{folder} holds events up to {done:,}, and this store's log ends at {head:,}."
        raise BadInput(message, hint="Load the folder's segments into this store first.")
    if _extended(Frontier(), connection, done).root().hex() != held.root:
        message = f"{held.path} is of another log than this store's."
        raise BadInput(message, hint="Write to another folder.")
    return done


def is_known(store: Store, paths: Sequence[Path | str]) -> bool:
    """Tell whether the log has as many events as the segments end at, so that loading them only compares."""
    head = store.head().position
    return all(inspect(path).last <= head for path in paths)


def load(
    store: Store,
    paths: Sequence[Path | str],
    *,
    actor: str,
    progress: Callable[[int, int], object] | None = None,
) -> Loaded:
    """Record the events of segments as they were recorded first, with their own actors, times, salts and ids.

    The store must be empty (without the built-in vocabulary) or hold the log that the segments continue; what
    it has is known and skipped. The files may come in any order. All is recorded in one transaction, or
    nothing is: BadData names the file and line of what is wrong. `progress` is told lines done and in all.
    """
    segments = sorted((inspect(path) for path in paths), key=lambda one: (one.first, one.last))
    if all(one.last <= store.head().position for one in segments):
        # Nothing new, so nothing to wait for: another writer may be at work, and the file may be read-only.
        return _Loading(store.connection, None, segments, progress).run()
    with store.writing(actor, much=True) as writer:
        loading = _Loading(store.connection, writer, segments, progress)
        loaded = loading.run()
        writer.close()
        loading.close()
    return loaded


class _Loading:
    """Takes segments into the write transaction that is open; without a writer, only checks what is known."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        writer: Writer | None,
        segments: list[Segment],
        progress: Callable[[int, int], object] | None,
    ) -> None:
        self.connection = connection
        self.writer = writer
        self.segments = segments
        self.progress = progress
        self.total = sum(one.count for one in segments)
        self.done = 0
        kept = connection.execute("SELECT frontier FROM tree").fetchone()
        self.tree = Frontier.from_bytes(kept[0]) if kept else Frontier()
        self.past = Frontier()
        self.leaves: list[bytes] = []
        self.lines = self._lines()

    def close(self) -> None:
        """Bring the views up to the last line."""
        if self.lines is not None:
            self.lines.close()

    def run(self) -> Loaded:
        start = head = self.tree.size
        for segment in self.segments:
            if segment.first > head + 1:
                message = f"{segment.path} begins with event {segment.first:,}, and the log ends at {head:,}."
                hint = f"Load the segment with event {head + 1:,} as well; if there is none, lines are missing."
                raise BadData([Problem(message, hint=hint)])
            head = max(head, segment.last)
        for segment in self.segments:
            self._take(segment, self.lines)
        recorded = self.tree.size - start
        return Loaded(recorded, self.total - recorded, start + 1 if recorded else 0, self.tree.size if recorded else 0)

    def _lines(self) -> Lines | None:
        if self.writer is None:
            return None
        # Imported here: it imports pydantic's core, which `export` does without.
        from whence.segment_lines import Lines  # noqa: PLC0415

        return Lines(self.connection, self.writer)

    def _take(self, segment: Segment, lines: Lines | None) -> None:
        head = self.tree.size
        if self.writer is not None:
            self.writer.flush()
        known = self.connection.execute(
            "SELECT id FROM event WHERE position >= :first AND position <= :head ORDER BY position",
            {"first": segment.first, "head": head},
        )
        with segment.path.open("rb") as file:
            for number in range(1, segment.count + 1):
                line = file.readline(LINE)[:-1]
                position = segment.first + number - 1
                if position <= head:
                    if canonical.leaf_hash(line) != known.fetchone()[0]:
                        message = f"This line is not event {position:,} of this store's log."
                        raise _wrong(segment.path, number, message, _OTHER)
                elif lines is not None:
                    try:
                        self.leaves.append(bytes.fromhex(lines.append(line)))
                    except BadData as error:
                        # Their hints are for whoever drafts an event, and this one is taken as it is or not at all.
                        where = f"{segment.path}:{number}"
                        found = [Problem(one.message, where=where) for one in error.problems]
                        found[-1].hint = _CHANGED
                        raise BadData(found) from None
                    except BadInput as error:
                        raise _wrong(segment.path, number, error.message, error.hint or _CHANGED) from None
                if not number % CHUNK or number == segment.count:
                    self._tell(number % CHUNK or CHUNK)
        self._check_root(segment)

    def _tell(self, lines: int) -> None:
        self.tree = self.tree.extended(self.leaves)
        self.leaves.clear()
        self.done += lines
        if self.progress:
            self.progress(self.done, self.total)

    def _check_root(self, segment: Segment) -> None:
        """Compare the log up to the segment's end with its checkpoint."""
        if segment.last == self.tree.size:
            root = self.tree.root().hex()
        else:
            if self.past.size > segment.last:
                self.past = Frontier()
            self.past = _extended(self.past, self.connection, segment.last)
            root = self.past.root().hex()
        if root != segment.root:
            message = f"The log up to event {segment.last:,} has another root than this checkpoint says."
            raise _wrong(segment.path, segment.count + 1, message, _OTHER)


def inspect(path: Path | str) -> Segment:
    """Return what a segment's file holds, as its checkpoint and the number of its lines say.

    Raises BadData where the file is no whole segment: empty, packed, with other line ends, or cut off.
    """
    path = Path(path)
    with told(path), opened(path) as file:
        lines, tail = _counted(file, path)
    found = _CHECKPOINT.fullmatch(tail[tail.rfind(b"\n", 0, -1) + 1 :])
    if found is None:
        message = "The last line is no checkpoint, so the file was cut off or something was added to it."
        raise _wrong(path, max(lines, 1), message, _COPY)
    root, last = found[1].decode(), int(found[2])
    count = lines - 1
    named = _NAME.fullmatch(path.name)
    if named and (int(named[1]), int(named[2])) == (last - count + 1, last):
        named = None
    if named or not 1 <= count <= last:
        said = f"its name says {int(named[1]):,} to {int(named[2]):,}" if named else f"its checkpoint says {last:,}"
        message = f"The file holds {count:,} events up to event {last:,}, and {said}: lines are missing, or too many."
        raise _wrong(path, lines, message, _COPY)
    return Segment(path, last - count + 1, last, root)


def opened(path: Path) -> BinaryIO:
    if path.is_dir():
        raise BadInput(f"{path} is a folder.", hint=f"Name the files in it, such as {path / '*.jsonl'}")
    if not path.is_file():
        message = f"{path} is no ordinary file." if path.exists() else f"There is no file {path}."
        raise BadInput(message, hint="Name a dossier, or a segment such as events/000001-000157.jsonl.")
    return path.open("rb")


def _counted(file: BinaryIO, path: Path) -> tuple[int, bytes]:
    """Return how many lines the file has, and its last bytes."""
    lines, tail, start = 0, b"", True
    while block := file.read(BLOCK):
        if start:
            _check_start(block, path)
            start = False
        if (found := block.find(b"\r")) >= 0:
            where = lines + block.count(b"\n", 0, found) + 1
            message = "The line holds a carriage return; a segment's lines end with a line feed alone."
            raise _wrong(path, where, message, "Something rewrote its line ends: get the file as it was written.")
        lines += block.count(b"\n")
        tail = (tail + block)[-TAIL:]
    if start:
        raise _wrong(path, 1, "The file is empty.", _COPY)
    return lines, tail


def _check_start(block: bytes, path: Path) -> None:
    for mark, form in _PACKED.items():
        if block.startswith(mark):
            raise BadData([Problem(f"{path} is packed ({form}).", hint="Unpack it first.")])
    if block.startswith((*_WIDE, b"\xef\xbb\xbf")):
        message = "The file begins with a byte order mark, which a segment never does."
        raise _wrong(path, 1, message, "A program rewrote it: get the file as it was written.")


def _wrong(path: Path, line: int, message: str, hint: str) -> BadData:
    return BadData([Problem(message, where=f"{path}:{line}", hint=hint)])


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into a BadInput with a plain sentence."""
    try:
        yield
    except PermissionError as error:
        raise BadInput(f"{path} may not be used by this account.", hint="Change its permissions.") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise BadInput(f"{path} is no folder.", hint="Name a folder.") from error
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}.", hint="Nothing was left behind.") from error
