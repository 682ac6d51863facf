"""`source`: documents that say things are registered, graded and read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import click

from whence import names, reading
from whence.audit import GRADES
from whence.cli import printing
from whence.cli.as_of import AS_OF, at
from whence.cli.captures import attach, capture, changes, document_options, read_document, say_capture
from whence.cli.corrections import documented, foretold, previewed
from whence.cli.program import Command, Group, WholeNumber
from whence.cli.wording import HANDLINGS
from whence.drafts import Draft
from whence.errors import BadInput
from whence.state import LogState
from whence.times import moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from whence.cli.settings import Settings
    from whence.exchange.capture import Read
    from whence.reading import Source
    from whence.recording import Recorded
    from whence.store import Store

__all__ = ["source"]

LETTERS = click.Choice(tuple(GRADES), case_sensitive=False)
ABOUT = ("title", "publisher", "author", "published", "language")  # what a document may say of itself
FIELDS = ("kind", "title", "publisher", "url", "author", "published", "updated", "language", "derived_from", "handling")


@click.group(cls=Group)
def source() -> None:
    """Register, grade and read sources."""


for subcommand in (capture, changes, attach):
    source.add_command(subcommand)


@source.command("add", cls=Command)
@click.argument("document", metavar="[FILE|URL|-]", required=False)
@click.option("--title", metavar="WORDS", help="The title; needed for a new source.")
@click.option("--publisher", metavar="WHO", help="Who publishes it: an entity by id, name or alias.")
@click.option("--url", metavar="URL", help="Its address.")
@click.option("--author", metavar="WORDS", help="Who wrote it, as it says.")
@click.option("--published", metavar="DATE", help="When, as exactly as it is known: 2023-02-17, [2023-02-14..].")
@click.option("--updated", metavar="DATE", help="When it was changed last.")
@click.option("--kind", metavar="WORD", help="article, release, register, book, video …  [default: article]")
@click.option("--language", metavar="CODE", help="Its language: en, ko, pt-BR.")
@click.option("--grade", type=LETTERS, metavar="A-F", help="Its reliability (Admiralty scale); --reason says why.")
@click.option("--derived-from", multiple=True, metavar="SOURCE", help="The source it repeats; repeat for more.")
@click.option(
    "--handling",
    type=click.Choice(HANDLINGS, case_sensitive=False),
    metavar="LABEL",
    help="Who may see it (TLP 2.0): TLP:CLEAR to TLP:RED.",
)
@click.option("--id", "id_", metavar="ID", help="A short id.  [default: the publisher and the date]")
@click.option("--reason", metavar="WORDS", help="Why this grade, or why the registration is revised.")
@click.option("--create", is_flag=True, help="Declare the publisher as an organization where it is unknown.")
@document_options
@click.pass_obj
def add(settings: Settings, /, document: str | None, id_: str | None, **options: Any) -> None:  # noqa: ANN401
    """Register a source.

    A FILE or an address is read and captured with it, and says by itself what it can: its title, publisher,
    author, date and language. What the options say goes before that; an empty value (--author '') leaves it out.
    With the --id of a source and a --reason it is a revision: what is given replaces what was said before
    (an empty value removes it), and the old form stays in the log.
    """
    reading_options = {name: options.pop(name) for name in ("charset", "whole", "record", "text", "allow_private")}
    with settings.writing() as store:
        connection = store.connection
        drafts: list[Draft] = []
        state = LogState(connection)
        before = state.source(id_) if id_ is not None else None
        read = _read(document, reading_options, options["url"] or (before or {}).get("url"))
        given = _given(connection, _filled(connection, options, read, before), drafts)
        data = {key: value for key, value in {**(before or {}), **given}.items() if value and key != "reason"}
        if "title" not in data:
            raise BadInput("The title is missing.", hint="Give it with --title.")
        data.setdefault("kind", "article")
        if before is not None and options["reason"]:
            data["reason"] = options["reason"]
        elif options["reason"] and not options["grade"]:
            raise BadInput(
                "A reason is for a grade or a revision, and this is neither.",
                hint="Give --grade too, or the --id of the source that is revised.",
            )
        id_ = id_ if id_ is not None else _id(connection, state, data)
        drafts.append(Draft("source.registered", data, source=id_))
        if options["grade"]:
            drafts.append(_grading(id_, options["grade"], options["reason"]))
        if read is not None:
            drafts.append(read.capture.draft(id_))
        recorded = store.record(drafts, actor=settings.recorder())
        _report(settings, store, id_, recorded, revised=before is not None, drafts=drafts)


def _read(document: str | None, how: dict[str, Any], address: str | None) -> Read | None:
    """Return the document, where one is given. Raises UsageError for options that say how to read none."""
    if document is None and any(how.values()):
        name = next(name for name, value in how.items() if value)
        raise click.UsageError(f"--{name.replace('_', '-')} is for a document: name its FILE or its address.")
    return None if document is None else read_document(document, address=address, **how)


def _filled(
    connection: sqlite3.Connection, options: dict[str, Any], read: Read | None, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the options, filled from what the document says of itself where nothing else is said."""
    if read is None:
        return options
    said = {name: getattr(read.about, name) for name in ABOUT} | {"url": read.capture.url}
    found = {
        name: words for name, words in said.items() if words and options[name] is None and name not in (before or {})
    }
    publisher = found.get("publisher")
    if publisher and not options["create"] and not names.candidates(connection, publisher):
        raise BadInput(
            f"It says that its publisher is “{publisher}”, which is not declared.",
            hint="Add --create to declare it as an organization, or name another with --publisher ('' for none).",
        )
    return options | found


def _given(connection: sqlite3.Connection, options: dict[str, Any], drafts: list[Draft]) -> dict[str, Any]:
    """Return the fields that were given, names resolved; a publisher to be declared is added to the drafts."""
    given = {field: options[field] for field in FIELDS if options[field] not in (None, ())}
    if publisher := given.get("publisher"):
        if options["create"] and not names.candidates(connection, publisher):
            given["publisher"] = names.free_id(connection, publisher)
            data = {"entity": given["publisher"], "type": "organization", "name": publisher.strip()}
            drafts.append(Draft("entity.declared", data))
        else:
            given["publisher"] = _publisher(connection, publisher)
    if "derived_from" in given:
        given["derived_from"] = [names.source(connection, one) for one in given["derived_from"] if one]
    return given


def _publisher(connection: sqlite3.Connection, text: str) -> str:
    try:
        return names.entity(connection, text, types=("organization",))
    except BadInput as error:
        more = "" if names.candidates(connection, text) else " Add --create to declare it as an organization."
        raise BadInput(f"The publisher: {error.message}", hint=error.hint + more) from error


def _id(connection: sqlite3.Connection, state: LogState, data: dict[str, Any]) -> str:
    """Return the id of a source that was registered so already, or a free one for a new source.

    Raises BadInput where its address is registered already with other data: it may be the same document.
    """
    # A document registered twice would count as two.
    for one in reading.sources_like(connection, title=data["title"], url=data.get("url")):
        same_url = "url" in data and one.url == data["url"]
        if not same_url and one.published != data.get("published"):
            continue
        if {**(state.source(one.source) or {}), "reason": None} == {**data, "reason": None}:
            return one.source
        if same_url:
            raise BadInput(
                f"This address is registered already: `{one.source}`, {one.title}.",
                hint=f"To revise that add --id {one.source} and --reason; for another source give another --id.",
            )
    # A vague date would stand in the id as if it were exact.
    published = data.get("published", "")
    date = published if re.fullmatch(r"\d{4}(-\d\d){0,2}", published) else ""
    return names.source_id(connection, title=data["title"], publisher=data.get("publisher", ""), published=date)


def _grading(source_id: str, grade: str, reason: str | None) -> Draft:
    if not reason:
        raise BadInput("A grade needs a reason.", hint="Say why with --reason.")
    return Draft("source.graded", {"grade": grade.upper(), "reason": reason}, source=source_id)


def _report(
    settings: Settings,
    store: Store,
    source_id: str,
    recorded: Recorded,
    *,
    revised: bool = False,
    drafts: Sequence[Draft],
) -> None:
    one = reading.source(store.connection, source_id)
    declared = [str(draft.data["entity"]) for draft in drafts if draft.type == "entity.declared"]
    entities = [entity for each in declared if (entity := reading.entity(store.connection, each)) is not None]
    if settings.json:
        printing.document({"recorded": recorded.count, "source": one, "declared": entities})
        return
    for entity in entities:
        printing.text(f"Declared {printing.bold(entity.entity)}: {entity.name}, {entity.type}.")
    if one is None:
        return
    if recorded.count == 0:
        printing.text(f"Known already: {one.source}, {one.title}. Nothing was recorded.")
        return
    done = {draft.type for draft in drafts} - {each.draft.type for each in recorded.known}
    if "source.registered" in done:
        publisher = f", {one.publisher_name}" if one.publisher_name else ""
        published = f", {one.published}" if one.published else ""
        verb = "Revised" if revised else "Registered"
        printing.text(f"{verb} {printing.bold(one.source)}: {one.title} ({one.kind}{publisher}{published}).")
    if one.grade and "source.graded" in done:
        printing.text(f"Its grade is {one.grade}: {GRADES[one.grade]}.")
    for draft in drafts:
        if draft.capture is not None and "source.captured" in done:
            printing.text("Captured with it:")
            say_capture(draft.capture)
    if not one.grade:
        printing.text(f"It has no grade yet: `whence source grade {one.source} A-F --reason …`.")


@source.command("grade", cls=Command)
@click.argument("source_name", metavar="SOURCE")
@click.argument("letter", metavar="GRADE", type=LETTERS)
@click.option("--reason", required=True, metavar="WORDS", help="Why.")
@previewed
@click.pass_obj
def grade(settings: Settings, source_name: str, letter: str, reason: str, *, dry_run: bool, yes: bool) -> None:
    """Grade how reliable a source is, A to F (Admiralty scale).

    What would change is shown first.
    """
    with settings.writing() as store:
        source_id = names.source(store.connection, source_name)
        drafts = [_grading(source_id, letter, reason)]
        _, go = foretold(settings, store, drafts, dry_run=dry_run, yes=yes, own=frozenset())
        recorded = store.record(drafts, actor=settings.recorder()) if go else None
        if recorded is not None:
            _report(settings, store, source_id, recorded, drafts=drafts)
        elif settings.json:
            one = reading.source(store.connection, source_id)
            printing.document({"recorded": 0, "source": one, "declared": []})


@source.command("withdraw", cls=Command)
@click.argument("source_name", metavar="SOURCE")
@click.option("--reason", required=True, metavar="WORDS", help="Why.")
@previewed
@click.pass_obj
def withdraw(settings: Settings, source_name: str, reason: str, *, dry_run: bool, yes: bool) -> None:
    """Withdraw a source: its claims no longer count.

    They stay in the log and in the audits. What would change is shown first.
    """
    _judge(settings, "source.withdrawn", source_name, reason, dry_run=dry_run, yes=yes)


@source.command("reinstate", cls=Command)
@click.argument("source_name", metavar="SOURCE")
@click.option("--reason", required=True, metavar="WORDS", help="Why.")
@previewed
@click.pass_obj
def reinstate(settings: Settings, source_name: str, reason: str, *, dry_run: bool, yes: bool) -> None:
    """Reinstate a withdrawn source: its claims count again.

    What would change is shown first.
    """
    _judge(settings, "source.reinstated", source_name, reason, dry_run=dry_run, yes=yes)


def _judge(settings: Settings, type_: str, source_name: str, reason: str, *, dry_run: bool, yes: bool) -> None:
    with settings.writing() as store:
        source_id = names.source(store.connection, source_name)
        drafts = [Draft(type_, {"reason": reason}, source=source_id)]
        changes, go = foretold(settings, store, drafts, dry_run=dry_run, yes=yes)
        done = store.record(drafts, actor=settings.recorder()).ids[-1] if go else None
        if settings.json:
            printing.document({"event": done, "source": source_id, "changes": documented(changes)})
        elif done is not None:
            printing.text(f"Recorded {printing.bold(done[:8])}: {source_id} is {type_.removeprefix('source.')}.")


@source.command("list", cls=Command)
@click.option("--limit", metavar="N", type=WholeNumber(min=1), default=100, show_default=True, help="How many at most.")
@AS_OF
@click.pass_obj
def list_(settings: Settings, limit: int, as_of: str | None) -> None:
    """List the sources, in the order in which they were registered."""
    with at(settings, as_of, through="claim") as (connection, *_):
        found = reading.sources(connection, limit=limit + 1)
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"sources": shown, "more": more})
            return
        printing.table(
            ("id", "grade", "published", "claims", "publisher", "title"),
            (
                (s.source, s.grade or "-", s.published or "-", _claims(s), s.publisher_name or "-", s.title)
                for s in shown
            ),
        )
        printing.more(more, limit)


@source.command("show", cls=Command)
@click.argument("source_name", metavar="SOURCE")
@AS_OF
@click.pass_obj
def show(settings: Settings, source_name: str, as_of: str | None) -> None:
    """Show a source: what it is, its grade, and how many claims rest on it."""
    with at(settings, as_of, source=source_name, through="claim") as (connection, upto, about):
        one = reading.source(connection, about)
        if one is None:
            return
        derived = list(_last(connection, "source.registered", about, upto).get("derived_from", ()))
        grading = _last(connection, "source.graded", about, upto)
        if settings.json:
            reason = grading.get("reason")
            printing.document({"source": one, "derived_from": derived, "grade_reason": reason})
            return
        _print(one, derived, grading.get("reason", ""))


def _last(connection: sqlite3.Connection, type_: str, source: str, upto: int) -> dict[str, Any]:
    """Return the payload of the last event of a type about a source up to a position."""
    row = connection.execute(
        "SELECT data FROM event WHERE source = :source AND type = :type AND type <> 'claim.made'"
        " AND +position <= :upto ORDER BY position DESC LIMIT 1",
        {"source": source, "type": type_, "upto": upto},
    ).fetchone()
    return {} if row is None else json.loads(row[0])


def _claims(one: Source) -> str:
    return f"{one.claims:,}{'+' if one.more_claims else ''}"


def _print(one: Source, derived: list[str], reason: str) -> None:
    printing.text(printing.bold(one.title))
    publisher = f"{one.publisher_name} ({one.publisher})" if one.publisher else ""
    grade_words = f"{one.grade}, {GRADES[one.grade]}: {reason}" if one.grade else "none yet"
    pairs = (
        ("id", one.source),
        ("kind", one.kind),
        ("publisher", publisher),
        ("author", one.author),
        ("published", one.published),
        ("updated", one.updated),
        ("language", one.language),
        ("url", one.url),
        ("grade", grade_words),
        ("derived from", ", ".join(derived)),
        ("handling", one.handling),
        ("captured", one.captured_at),
        ("claims", _claims(one)),
        ("registered", moment(one.recorded_at)),
    )
    for label, words in pairs:
        if words:
            printing.paragraph(words, label=label, indent="  ")
