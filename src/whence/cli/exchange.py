"""`load` and `export`: many facts come in at once or not at all, and the log goes out byte for byte."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whence import segments, vocabulary
from whence.cli import printing
from whence.cli.counting import counted
from whence.cli.program import Command, WholeNumber
from whence.errors import BadData, BadInput
from whence.exchange.kinds import kind_of
from whence.exchange.unpacked import STDIN
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from whence.cli.settings import Settings
    from whence.drafts import Draft
    from whence.exchange.kinds import Kind
    from whence.recording import Recorded

__all__ = ["export", "load"]

YAML = (".yaml", ".yml")
BIG = 5_000  # lines from which on a progress bar is worth its place


class _DryRunOver(Exception):  # noqa: N818 - no error: it undoes the transaction of a dry run
    pass


@click.command(cls=Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--mapping", metavar="FILE", help="What the columns of a table are (docs/loading.md).")
@click.option("--source", "-s", metavar="S", help="The source of a table whose mapping names none.")
@click.option("--dry-run", is_flag=True, help="Check everything, record nothing; of a table show the first claims.")
@click.option("--skip-bad", metavar="FILE", help="Record the good rows, and write the others to FILE with the reasons.")
@click.option("--batch", type=WholeNumber(min=1), metavar="N", help="Record N rows at a time, each time for good.")
@click.option("--sketch", is_flag=True, help="Print a mapping to begin with, and record nothing.")
@click.option("--encoding", metavar="NAME", help="That of a table which is not UTF-8, such as windows-1252.")
@click.option("--delimiter", metavar="SIGN", help="What divides the cells of a table, if it cannot be told: ; or tab.")
@click.pass_obj
def load(settings: Settings, /, files: tuple[str, ...], *, dry_run: bool, **options: Any) -> None:  # noqa: ANN401
    """Record many facts from tables, dossiers or segments.

    A table is CSV or JSON Lines, packed with gzip or Zstandard if need be; `-` is standard input. A dossier (YAML)
    holds what one source says, a vocabulary (YAML) types and properties; segments are what `whence export` writes,
    and load into a new file too. All files are recorded in one transaction, or nothing is: every problem is told
    with its file and line. What is on record already is counted as known.
    """
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value]
    kinds: dict[str, Kind] = {file: "table" if _is_stream(file) else kind_of(file) for file in files}
    if options["mapping"]:
        kinds = {file: kind if file.lower().endswith(YAML) else "table" for file, kind in kinds.items()}
    if strange := [file for file, kind in kinds.items() if kind == "unknown"]:
        raise BadInput(
            f"{strange[0]} is no dossier, no vocabulary and no segment, and no table either.",
            hint="A dossier has `source:` and `facts:`, a vocabulary `types:` or `properties:`, a table a header.",
        )
    if mapped := [file for file, kind in kinds.items() if kind == "mapping"]:
        raise BadInput(
            f"{mapped[0]} is a mapping: it says what the columns of a table are.",
            hint=f"Name the table, and the mapping as such: whence load TABLE --mapping {mapped[0]}",
        )
    if len(set(kinds.values())) > 1:
        several = " and a ".join(sorted(set(kinds.values())))
        raise BadInput(f"A {several} cannot be loaded together.", hint="Load one kind after the other.")
    kind = kinds[files[0]]
    if kind == "table":
        # Imported here: what reads tables is not needed for anything else.
        from whence.cli.loading import load_tables  # noqa: PLC0415

        load_tables(settings, files, dry_run=dry_run, **options)
    elif given:
        raise BadInput(f"{given[0]} is for a table, and {files[0]} is a {kind}.", hint="Leave it out.")
    elif kind == "segment":
        _load_segments(settings, files, dry_run=dry_run)
    else:
        _load_drafts(settings, files, kind, dry_run=dry_run)


def _is_stream(file: str) -> bool:
    """Tell whether a file can be read only once, so that it is not looked into beforehand."""
    return file == STDIN or (Path(file).exists() and not Path(file).is_file() and not Path(file).is_dir())


def _load_drafts(settings: Settings, files: Sequence[str], kind: str, *, dry_run: bool) -> None:
    # Imported here: it needs pydantic, which segments that are exported do not.
    from whence.recording import append_all  # noqa: PLC0415

    with settings.writing() as store:
        drafts = _drafts(store, files, kind)
        recorded: Recorded | None = None
        with contextlib.suppress(_DryRunOver), store.writing(settings.recorder()) as writer:
            recorded = append_all(store.connection, writer, drafts, anew=False)
            if dry_run:
                raise _DryRunOver
    if recorded is not None:
        retracted = [one for one in recorded.known if one.retracted]
        _report(settings, files, recorded.count, recorded.known_count, len(retracted), dry_run=dry_run)
        if not settings.json:
            for one in retracted:
                printing.note(f"{one.draft.where}: this claim was retracted ({(one.id or '')[:8]}) and stays so.")


def _drafts(store: Store, files: Sequence[str], kind: str) -> list[Draft]:
    """Return what dossiers or vocabularies hold. Raises BadData with every problem of all of them."""
    # Imported here: segments need no YAML.
    from whence.exchange import dossier, vocabulary_file  # noqa: PLC0415

    known = vocabulary.read(store.connection)
    drafts: list[Draft] = []
    problems = []
    for file in files:
        try:
            if kind == "vocabulary":
                drafts += vocabulary_file.read(Path(file))
            else:
                drafts += dossier.drafts(Path(file), store.connection, known, before=drafts)
        except BadData as error:
            problems += error.problems
    if problems:
        raise BadData(problems)
    return drafts


def _load_segments(settings: Settings, files: Sequence[str], *, dry_run: bool) -> None:
    actor = settings.recorder()
    with _target(settings, files, dry_run=dry_run) as (store, made), _progress() as progress:
        loaded = segments.load(store, [Path(file) for file in files], actor=actor, progress=progress)
    settings.recorded |= loaded.recorded > 0 and not dry_run
    if made and not settings.json:
        printing.note(f"Made {settings.db}, which was not there yet." if not dry_run else "The store is not there yet.")
    _report(settings, files, loaded.recorded, loaded.known, 0, dry_run=dry_run)


@contextlib.contextmanager
def _target(settings: Settings, files: Sequence[str], *, dry_run: bool) -> Iterator[tuple[Store, bool]]:
    """Open the store that segments go into, or make it; a dry run goes into a copy that is thrown away."""
    path = Path(settings.db)
    there = path.exists() and path.stat().st_size > 0
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="whence-") as folder:
            copy = Path(folder) / "copy.db"
            if there:
                with settings.reading() as store:
                    store.connection.execute("VACUUM INTO :copy", {"copy": str(copy)})
            with Store.open(copy, write=True) if there else Store.create(copy) as store:
                yield store, not there
        return
    if there:
        with settings.reading() if _is_kept(settings, path, files) else settings.writing() as store:
            yield store, False
        return
    with Store.create(path) as store:
        try:
            yield store, True
        except BaseException:
            # Nothing was recorded, so nothing is left behind.
            store.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
            raise


def _is_kept(settings: Settings, path: Path, files: Sequence[str]) -> bool:
    """Tell whether the store may only be read and the segments hold nothing new, so that there is nothing to write."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return False
    with settings.reading() as store:
        return segments.is_known(store, files)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal while many lines are recorded."""
    if not sys.stderr.isatty():
        yield None
        return
    # Imported here: rich takes 60 ms, and only a bar on a terminal is worth them.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Recording", total=None, visible=False)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total >= BIG)

        yield told


def _report(settings: Settings, files: Sequence[str], count: int, known: int, retracted: int, *, dry_run: bool) -> None:
    if settings.json:
        counts = {"recorded": count, "known": known, "retracted": retracted}
        # What only a table has.
        rest: dict[str, Any] = {"rows": None, "refused": 0, "refused_file": None, "preview": []}
        printing.document({"files": [printing.place(file) for file in files], **counts, "dry_run": dry_run, **rest})
        return
    printing.text(f"{counted(count, known, retracted, dry_run=dry_run)}.")


@click.command(cls=Command)
@click.argument("folder", default="events", metavar="[FOLDER]")
@click.pass_obj
def export(settings: Settings, folder: str) -> None:
    """Write the log as segments, to keep and to review.

    What the segments in FOLDER (events) do not hold yet becomes its next one, byte for byte as it was
    recorded. `-` writes the whole log to stdout.
    """
    if not folder.strip():
        raise BadInput("The folder's name is empty.", hint="Leave it out for `events`, or name a folder.")
    with settings.reading() as store:
        if folder == "-":
            if settings.json:
                raise click.UsageError("`export -` writes the segment itself; leave --json out.")
            with click.open_file("-", "wb") as stdout:
                shutil.copyfileobj(_Lines(segments.export(store.connection)), stdout)
            return
        path = segments.write(store.connection, folder)
        position = store.head().position
        if settings.json:
            printing.document({"segment": None if path is None else printing.place(path), "events": position})
        elif path is None:
            printing.text(f"{folder} is up to date: it holds all {printing.count(position, 'event')}.")
        else:
            printing.text(f"Wrote {path}.")


class _Lines:
    """The lines of a segment as a file that can be read."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def read(self, _size: int = -1) -> bytes:
        """Return the next line; nothing at the end."""
        return next(self._lines, b"")
