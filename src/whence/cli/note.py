"""`note`: one source's facts are written in an editor beside its text, and recorded whole or not at all.

What was typed is never lost: problems are shown in place and the editor opened again, and whoever stops before
they are mended finds the draft in a file.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
import orjson

from whence import archive, names, passages, reading, vocabulary
from whence.cli import printing
from whence.cli.program import Command
from whence.errors import BadData, BadInput, Problem
from whence.evidence import locator
from whence.state import LogState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from whence.cli.settings import Settings
    from whence.recording import Recorded
    from whence.vocabulary import Property, Vocabulary

__all__ = ["note"]

WIDTH = 100
MOST = 400_000  # characters of a source's text that stand in the file; an editor is slow with more
NAME = "note"  # what stands before the line in the place of a problem
MARK = "# !"
FIELDS = ("kind", "title", "publisher", "url", "author", "published", "updated", "language", "derived_from", "handling")
# What a dossier refuses even in a comment, and a text may hold.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
HEAD = """\
# Facts from {title}
# Write them below `facts:`, save and quit: they are checked and recorded whole. Lines that begin with # are not
# read. A file that is left as it is, or emptied, records nothing. The source's text and the vocabulary stand below.
"""
EXAMPLE = """
facts:
#  Francesco Diella:
#    type: person            # only where it is not declared yet
#    rank: {value: Lieutenant General, quote: Lieutenant General Francesco Diella}
#    post:
#      value: Director, Cooperative Security Division
#      quote: Director of the Cooperative Security Division
#      on: 2023-02-13
"""


@click.command(cls=Command)
@click.argument("source_name", metavar="SOURCE")
@click.option("--from", "draft", metavar="FILE", help="Go on with a draft that was kept.")
@click.pass_obj
def note(settings: Settings, source_name: str, draft: str | None) -> None:
    """Write a source's facts in your editor, beside its text.

    VISUAL or EDITOR (else vi) is opened on a dossier of the source, with its captured text and the vocabulary as
    comments. When it is saved and closed it is checked; what is wrong is shown in place, to be mended.
    """
    # Imported here: the other commands of a session need no YAML.
    from whence.exchange.yaml_lines import text_of  # noqa: PLC0415

    actor = settings.recorder()
    with settings.reading() as store:
        source = names.source(store.connection, source_name)
        begun = "".join(_template(store.connection, source))
    opened = text_of(draft) if draft else begun
    folder = Path(tempfile.mkdtemp(prefix="whence-note-"))
    path = folder / f"{source}.yaml"
    path.write_text(opened, encoding="utf-8")
    try:
        recorded = _written(settings, path, begun, actor)
    except BaseException:
        # Whatever stopped it: a draft that says something is kept, and one that does not is no draft.
        if not (path.exists() and _says_something(path, begun)):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    count, known = (recorded.count, recorded.known_count) if recorded else (0, 0)
    if settings.json:
        printing.document({"source": source, "recorded": count, "known": known})
    elif recorded is None:
        printing.text("The dossier says nothing new. Nothing was recorded.")
    else:
        printing.text(f"{printing.count(count, 'event')} recorded, {known:,} known already.")
        for one in recorded.known:
            if one.retracted:
                printing.note(f"{one.draft.where}: this claim was retracted ({(one.id or '')[:8]}) and stays so.")


def _written(settings: Settings, path: Path, begun: str, actor: str) -> Recorded | None:
    """Let the dossier be written until it can be recorded; None where it says nothing.

    Raises BadInput, with the place where the draft is kept, where whoever writes it stops before that.
    """
    while True:
        _edit(path, begun)
        if not _says_something(path, begun):
            return None
        try:
            return _recorded(settings, path, actor)
        except BadInput as error:
            problems = error.problems if isinstance(error, BadData) else [Problem(error.message, hint=error.hint)]
        _mark(path, problems)
        for one in problems:
            printing.note(_in_words(one))
        try:
            again = click.confirm("Open it again to mend that?", default=True, err=True)
        except (click.Abort, KeyboardInterrupt):
            again = False
        if not again:
            _keep(path, len(problems))


def _recorded(settings: Settings, path: Path, actor: str) -> Recorded:
    from whence.exchange import dossier  # noqa: PLC0415 - as in `note`
    from whence.exchange.yaml_lines import text_of  # noqa: PLC0415

    text = _unmarked(text_of(path))
    with settings.writing() as store:
        drafts = dossier.drafts(text, store.connection, vocabulary.read(store.connection), name=NAME)
        return store.record(drafts, actor=actor)


def _edit(path: Path, begun: str) -> None:
    """Open the editor on the file and wait for it. Raises BadInput where it cannot be run, or fails."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(editor), str(path)], check=False)  # noqa: S603 - the user's own editor
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"The editor `{editor}` cannot be run: {reason}.", hint="Name one in EDITOR.") from error
    if done.returncode:
        kept = f"The draft is in {path}." if _says_something(path, begun) else "EDITOR names the editor."
        raise BadInput(f"The editor `{editor}` ended with code {done.returncode}; nothing was recorded.", hint=kept)


def _says_something(path: Path, begun: str) -> bool:
    """Tell whether the file says more than it did when it was opened, comments aside."""
    if not path.exists():
        return False
    said = _content(path.read_bytes().decode("utf-8", "replace"))
    return bool(said) and said != _content(begun)


def _content(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


# --- Problems ------------------------------------------------------------------------------------------------------


def _unmarked(text: str) -> str:
    """Return the dossier without the marks of an earlier check."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith(MARK))


def _mark(path: Path, problems: Sequence[Problem]) -> None:
    """Write each problem into the file, above the line that it is about."""
    try:
        lines = _unmarked(path.read_bytes().decode()).splitlines(keepends=True)
    except UnicodeDecodeError:
        return  # Nothing can be written into what is no text; the problem says so on the terminal.
    told: dict[int, list[str]] = {}
    for one in problems:
        place = _line(one)
        told.setdefault(min(place, len(lines)), []).append(f"{one.message} {one.hint}".rstrip())
    count = printing.count(len(problems), "problem")
    marked = [f"{MARK} {count}; nothing was recorded yet. Mend, save and quit; these marks go by themselves.\n"]
    marked += [f"{MARK} {part}\n" for words in told.get(0, ()) for part in words.splitlines()]
    for number, line in enumerate(lines, 1):
        parts = [part for words in told.get(number, ()) for part in words.splitlines()]
        indent = line[: len(line) - len(line.lstrip())] if line.strip() else ""
        at = len(marked) + len(parts) + 1
        marked += [f"{indent}{MARK} line {at}: {part}\n" for part in parts]
        marked.append(line)
    path.write_text("".join(marked), encoding="utf-8")


def _line(one: Problem) -> int:
    name, _, number = one.where.rpartition(":")
    return int(number) if name == NAME and number.isdigit() else 0


def _in_words(one: Problem) -> str:
    place = f"line {line}: " if (line := _line(one)) else ""
    return f"{place}{one.message}" + (f" {one.hint}" if one.hint else "")


def _keep(path: Path, count: int) -> NoReturn:
    """Put the draft where it is found again. Raises BadInput, which says where."""
    kept, number = Path(path.name), 1
    while kept.exists():
        number += 1
        kept = Path(f"{path.stem}-{number}.yaml")
    try:
        shutil.copyfile(path, kept)
    except OSError:
        kept = path  # This folder may not be written, so it stays where it is.
    else:
        path.unlink()
    raise BadInput(
        f"{printing.count(count, 'problem')}; nothing was recorded. The draft is kept in {kept}.",
        hint=f"Go on with `whence note {path.stem} --from {kept}`, or mend it and `whence load {kept}`.",
    )


# --- The dossier as it is opened -----------------------------------------------------------------------------------


def _template(connection: sqlite3.Connection, source: str) -> Iterator[str]:
    registered = LogState(connection).source(source) or {}
    yield HEAD.format(title=_one_line(f"{source}: {registered.get('title', '')}"))
    yield f"source:\n  id: {source}\n"
    # As it is registered: what is left as it is, is known already, and what is changed needs a `reason`.
    yield from (f"  {field}: {_scalar(registered[field])}\n" for field in FIELDS if field in registered)
    yield EXAMPLE
    yield "\n# --- The text "
    yield from _text(connection, source)
    yield "\n# --- The vocabulary\n"
    yield from _words(vocabulary.read(connection))


def _scalar(value: Any) -> str:  # noqa: ANN401 - a text or a list of texts
    # JSON is YAML, and a text in double quotes is never taken for anything else.
    return orjson.dumps(value).decode()


def _one_line(text: str) -> str:
    return " ".join(UNWRITABLE.sub("\ufffd", text).split())


def _text(connection: sqlite3.Connection, source: str) -> Iterator[str]:
    one = reading.source(connection, source)
    text = None if one is None else archive.text(connection, one.text_sha256)
    if one is None or text is None:
        yield f"is not archived here; with `whence source capture {source} FILE|URL` it is, and quotes are checked.\n"
        return
    yield "(a quote is looked up in it)\n"
    pages = archive.pages(connection, one.text_sha256)
    places = passages.paragraphs(text)
    for number, place in enumerate(places, 1):
        if place.start > MOST:
            rest = printing.count(len(places) - number + 1, "paragraph")
            yield f"#\n# … and {rest} more, of which nothing is shown here.\n"
            return
        page = f", {locator(text, place.start, place.end, pages)}" if pages else ""
        yield f"#\n# ¶ {number}{page}\n"
        for line in text[place.start : place.end].splitlines():
            yield from _comment(line)


def _comment(words: str, indent: str = "") -> Iterator[str]:
    begin = f"# {indent}"
    wrapped = textwrap.wrap(
        _one_line(words), WIDTH, initial_indent=begin, subsequent_indent=begin, break_on_hyphens=False
    )
    yield from (f"{line}\n" for line in wrapped)


def _words(known: Vocabulary) -> Iterator[str]:
    yield "# Types:\n"
    for type_ in known.types.values():
        parent = f", a {type_.parent}" if type_.parent else ""
        yield from _comment(f"{type_.name}{parent}: {type_.description}", "  ")
    yield "# Properties:\n"
    for one in known.properties.values():
        yield from _comment(f"{one.name.replace('_', '-')} ({_kind(one)}): {one.description}", "  ")


def _kind(one: Property) -> str:
    value = " or ".join(one.value_of) or one.value
    of = ", ".join(one.of) or "anything"
    return f"{value}, of {of}" + (", several" if one.many else "") + (", changes" if one.changes else "")
