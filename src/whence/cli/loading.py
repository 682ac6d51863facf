"""`load` of tables: what is recorded, what is refused and how far it came is said, however the load ends."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whence import names, vocabulary
from whence.cli import printing
from whence.cli.counting import counted
from whence.cli.ending import was_stopped
from whence.errors import BadInput
from whence.exchange import mapping, own_names
from whence.exchange.cells import Cell
from whence.exchange.loading import BadRows, Loading
from whence.exchange.plan import Plan, Source
from whence.exchange.refused import Refused
from whence.exchange.tables import Dialect, table
from whence.exchange.unpacked import Unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from whence.cli.settings import Settings
    from whence.drafts import Draft
    from whence.exchange.tables import Table
    from whence.store import Store

__all__ = ["load_tables"]

DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
WORDS = {"source.registered": "source", "entity.declared": "entity", "claim.made": "claim"}


def load_tables(settings: Settings, files: Sequence[str], *, dry_run: bool, **options: Any) -> None:  # noqa: ANN401
    """Record tables. Raises BadInput with everything that is wrong, and says how far it came."""
    if options["sketch"]:
        _sketch(settings, files, options)
        return
    with settings.writing() as store, contextlib.ExitStack() as opened:
        known = vocabulary.read(store.connection)
        plan = None if options["mapping"] is None else mapping.read(Path(options["mapping"]), known)
        dialect = _dialect(plan.dialect if plan else Dialect(), options)
        tables = [table(opened.enter_context(Unpacked(file)), dialect) for file in files]
        if plan is None:
            plan = own_names.plan_of(tables[0], known)
        plan = _with_source(plan, store, options["source"])
        refused = None if options["skip_bad"] is None else Refused(Path(options["skip_bad"]), tables)
        loading = Loading(
            store, tables, plan, settings.recorder(), batch=options["batch"] or 0, dry_run=dry_run, refused=refused
        )
        try:
            with _progress(loading) as progress:
                loading.progress = progress
                loading.run()
        except BaseException as error:
            _abandon(loading, refused)
            if dry_run and isinstance(error, BadRows) and not settings.json:
                _report(settings, files, loading)
            if was_stopped(error):
                printing.note(f"Stopped: {loading.standing()}")
            raise
        if refused is not None:
            refused.close(keep=True)
        _report(settings, files, loading)


def _abandon(loading: Loading, refused: Refused | None) -> None:
    """Leave of the refused rows those whose batch is on record."""
    if refused is not None:
        refused.close(keep=loading.committed_rows > 0)
        if loading.committed_rows and refused.count:
            printing.note(f"The rows refused so far stand in {refused.path}.")


def _dialect(said: Dialect, options: dict[str, Any]) -> Dialect:
    """Return how the table is written, what was typed before what the mapping says."""
    if (delimiter := options["delimiter"]) is not None:
        delimiter = DELIMITERS.get(delimiter.lower(), delimiter)
        if len(delimiter) != 1:
            raise click.UsageError("--delimiter is one character, or tab.")
        said = replace(said, delimiter=delimiter)
    return replace(said, encoding=options["encoding"]) if options["encoding"] is not None else said


def _with_source(plan: Plan, store: Store, named: str | None) -> Plan:
    """Return the plan with the source that was named on the command line."""
    if named is None:
        return plan
    if plan.source is not None:
        raise BadInput(f"{plan.name} says what the source is, and --source does too.", hint="Leave one of them out.")
    source = names.source(store.connection, named)
    return replace(plan, source=Source(0, named=Cell((source,), 0, exact=True)))


def _sketch(settings: Settings, files: Sequence[str], options: dict[str, Any]) -> None:
    """Print a mapping to begin with."""
    # Imported here: only this option needs it.
    from whence.exchange.sketch import sketch  # noqa: PLC0415

    if len(files) > 1 or options["mapping"] is not None:
        raise click.UsageError("--sketch is for one table without a mapping.")
    with settings.reading() as store, Unpacked(files[0]) as file:
        known = vocabulary.read(store.connection)
        printing.text(sketch(table(file, _dialect(Dialect(), options)), known).rstrip("\n"))


# --- What came of it -----------------------------------------------------------------------------------------


def _report(settings: Settings, files: Sequence[str], loading: Loading) -> None:
    refused = loading.refused
    written = printing.place(str(refused.path)) if refused is not None and refused.count else None
    preview = [_previewed(loading, draft) for draft in loading.preview] if loading.dry_run else []
    for note in loading.notes():
        printing.note(note)
    if settings.json:
        counts = {"recorded": loading.recorded, "known": loading.known, "retracted": loading.retracted}
        rows = {"rows": loading.rows, "refused": loading.bad_rows, "refused_file": written, "preview": preview}
        place = [printing.place(file) for file in files]
        printing.document({"files": place, **counts, "dry_run": loading.dry_run, **rows})
        return
    types = [printing.count(loading.types[type_], word) for type_, word in WORDS.items() if loading.types.get(type_)]
    what = f": {', '.join(types)}" if types else ""
    but = f", without the {printing.count(loading.bad_rows, 'bad row')}" if loading.bad_rows and refused is None else ""
    head = counted(loading.recorded, loading.known, loading.retracted, dry_run=loading.dry_run)
    printing.text(f"{head}, from {printing.count(loading.rows, 'row')}{but}{what}.")
    if written is not None:
        rows_ = "1 row was" if loading.bad_rows == 1 else f"{loading.bad_rows:,} rows were"
        printing.text(f"{rows_} refused, and written to {written} with the reasons.")
    elif refused is not None:
        printing.text("No row was refused.")
    if preview:
        printing.text()
        columns = ("subject", "property", "value", "when", "words", "source")
        rows_of = ({**one, "subject": _both(one["subject_name"], one["subject"])} for one in preview)
        printing.table(columns, [[one[column] for column in columns] for one in rows_of])


def _previewed(loading: Loading, draft: Draft) -> dict[str, str]:
    """Return a claim as it would be read."""
    data = draft.data
    stance = {"denies": "denied: ", "expects": "expected: "}.get(data.get("stance", ""), "")
    one = loading.roster.vocabulary.properties.get(data["property"])
    name = loading.preview_names.get(data["value"])
    passages = data.get("passages") or [{}]
    words = [f"“{passages[0]['exact']}”"] if "exact" in passages[0] else []
    words += [passages[0]["locator"]] if "locator" in passages[0] else []
    return {
        "subject": data["subject"],
        "subject_name": loading.preview_names.get(data["subject"], data["subject"]),
        "property": data["property"] if one is None else one.label,
        "value": stance + (_both(name, data["value"]) if name and one and one.value == "entity" else data["value"]),
        "when": " ".join(f"{key} {date}" for key, date in data.get("when", {}).items()),
        "words": " ".join(words),
        "source": draft.source or "",
    }


def _both(name: str, entity: str) -> str:
    return entity if name == entity else f"{name} ({entity})"


@contextlib.contextmanager
def _progress(loading: Loading) -> Iterator[Callable[[Loading], object] | None]:
    """Show on a terminal how far the rows are read, how fast, and how long it still takes."""
    if not sys.stderr.isatty():
        yield None
        return
    # Imported here: rich takes 60 ms, and only a bar on a terminal is worth them.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    sizes = [one.source.size for one in loading.tables]
    total = None if None in sizes else sum(size for size in sizes if size is not None)
    columns = [
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f} a second"), TimeRemainingColumn(),
    ]  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Recording", total=total, rows=0, rate=0.0)

        def told(at: Loading) -> None:
            rate = at.rows / (bar.tasks[0].elapsed or 1)
            bar.update(task, completed=sum(_done(one) for one in at.tables), rows=at.rows, rate=rate)

        def building(done: int, total: int) -> None:
            bar.update(task, description="Bringing the views up to date", completed=done, total=total)

        loading.building = building
        yield told


def _done(one: Table) -> int:
    return one.source.done() or 0
