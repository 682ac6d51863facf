"""A file's bytes, unpacked as they are read, never the whole at once; a file that is cut off or damaged is told.

gzip and Zstandard are known by their first bytes, not by the file's name. `-` is standard input.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self, cast

from whence.errors import BadInput
from whence.segments import told

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import WriteableBuffer

__all__ = ["STDIN", "Unpacked"]

STDIN: Final = "-"
START: Final = 1 << 16  # bytes that tell what a file is
BUFFER: Final = 1 << 18

_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"
_GZIP: Final = b"\x1f\x8b"
_OTHERS: Final = {b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR"}


class Unpacked:
    """An open file of which the unpacked bytes are read; a context manager.

    `start` holds its first bytes, which `file` gives again. `size` is that of the file as it stands on the disk;
    None where it cannot be known, as of a pipe.
    """

    def __init__(self, path: Path | str) -> None:
        """Open a file, or standard input. Raises BadInput where it cannot be read, or is packed in another way."""
        self.name = "stdin" if str(path) == STDIN else str(path)
        with told(Path(self.name)):
            self._disk = _opened(path)
        status = os.fstat(self._disk.fileno()) if _has_number(self._disk) else None
        self.size = status.st_size if status is not None and stat.S_ISREG(status.st_mode) else None
        try:
            first = self._disk.read(START)
            plain = io.BufferedReader(_Again(first, self._disk), BUFFER)
            self.packed, whole = self._unpacked(first, plain)
            self.start = whole.read(START) if self.packed else first
            self.file: BinaryIO = io.BufferedReader(_Again(self.start, whole), BUFFER) if self.packed else plain
        except Exception as error:
            self.close()
            if (sentence := self.sentence(error)) is not None:
                raise sentence from error
            raise

    def _unpacked(self, first: bytes, plain: BinaryIO) -> tuple[str, BinaryIO]:
        if first.startswith(_GZIP):
            return "gzip", cast("BinaryIO", gzip.GzipFile(fileobj=plain, mode="rb"))
        if first.startswith(_ZSTANDARD):
            return "Zstandard", _zstandard(self.name, plain)
        for mark, form in _OTHERS.items():
            if first.startswith(mark):
                raise BadInput(f"{self.name} is packed ({form}).", hint="Unpack it first; gzip and Zstandard are read.")
        return "", plain

    def done(self) -> int | None:
        """Return how many bytes of the file on the disk have been read; None where that cannot be known."""
        return self._disk.tell() if self.size is not None else None

    def sentence(self, error: Exception, line: int = 0) -> BadInput | None:
        """Return what an error of reading means, `line` lines having been read; None where it is no such error."""
        after = f" after line {line:,}" if line else ""
        if isinstance(error, EOFError):
            message = f"{self.name} is cut off: the packed file ends too early{after}."
            return BadInput(message, hint="Get it once more, whole.")
        # Zstandard's own error goes by its name: its module is there only where one is read.
        if isinstance(error, (zlib.error, gzip.BadGzipFile)) or type(error).__name__ == "ZstdError":
            message = f"{self.name} is damaged: it cannot be unpacked any further{after}."
            return BadInput(message, hint="Get an unaltered copy of it.")
        if isinstance(error, OSError):
            return BadInput(f"{self.name}: {error.strerror or error}{after}.", hint="Check the file and try again.")
        return None

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._disk is not sys.stdin.buffer:
            self._disk.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Again(io.RawIOBase):
    """Bytes that were read already, and then the rest of the file they were read from."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = memoryview(start)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        room = memoryview(buffer).cast("B")
        if self._start:
            count = min(len(self._start), len(room))
            room[:count] = self._start[:count]
            self._start = self._start[count:]
            return count
        found = self._rest.read(len(room))
        room[: len(found)] = found
        return len(found)


def _opened(path: Path | str) -> BinaryIO:
    if str(path) == STDIN:
        if sys.stdin.isatty():
            raise BadInput("`-` reads standard input, and nothing is piped into it.", hint="whence load - < FILE")
        return sys.stdin.buffer
    path = Path(path)
    if path.is_dir():
        raise BadInput(f"{path} is a folder.", hint=f"Name the files in it, such as {path / '*.csv'}")
    if not path.exists():
        raise BadInput(f"There is no file {path}.", hint="Check its name.")
    return path.open("rb", buffering=0 if path.is_file() else -1)


def _has_number(file: BinaryIO) -> bool:
    try:
        file.fileno()
    except (OSError, AttributeError):
        return False  # A test's standard input is no file of the system.
    return True


def _zstandard(name: str, plain: BinaryIO) -> BinaryIO:
    # Imported here: only a file that is packed so needs it, and it is an extra.
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd  # noqa: PLC0415
        else:
            from backports import zstd  # noqa: PLC0415
    except ImportError:
        raise BadInput(
            f"{name} is packed (Zstandard), and what unpacks that is not installed.",
            hint="Install it with `pip install 'whence[zstd]'`, or unpack the file first: zstd -d",
        ) from None
    return cast("BinaryIO", zstd.ZstdFile(plain, "rb"))
