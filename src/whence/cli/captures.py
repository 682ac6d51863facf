"""`source capture`, `changes` and `attach`, and `evidence`: the words of sources are kept, and watched for changes."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from whence import archive, names, passages, reading
from whence import log as events
from whence.cli import printing
from whence.cli.as_of import AS_OF, EVER, at
from whence.cli.program import Command, WholeNumber
from whence.cli.wording import EVIDENCE
from whence.evidence import changes as changes_of
from whence.evidence import diff
from whence.times import moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from whence.cli.settings import Settings
    from whence.drafts import Capture
    from whence.evidence import Change
    from whence.exchange.capture import Read
    from whence.reading import Fact

__all__ = ["attach", "capture", "changes", "document_options", "evidence", "read_document"]

OUTCOMES = ("kept", "moved", "altered", "gone")
LISTED = 100  # passages that a report on a terminal shows; the rest is counted
SHOWN = 200  # characters of a passage that a report on a terminal shows
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
NONE = {
    "none": "Every fact has a claim that names a passage, or a place in its source.",
    "gone": "No fact rests only on words that are gone.",
    "altered": "No fact rests only on words that were altered.",
}


class _How(TypedDict):
    """How a document is read, as it was typed."""

    charset: str | None
    whole: bool
    record: str | None


def document_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a document is read."""
    command = click.option("--allow-private", is_flag=True, help="Fetch from this machine or its network too.")(command)
    command = click.option(
        "--text", metavar="FILE", help="Its text, typed or recognised, where none can be read from it."
    )(command)
    command = click.option(
        "--record", metavar="N|URL", help="Which page of a web archive.  [default: the source's, or the only one]"
    )(command)
    command = click.option("--whole", is_flag=True, help="Of a web page all that can be seen, not the main text.")(
        command
    )
    return click.option("--charset", metavar="NAME", help="What it is written in: windows-1252, euc-kr.")(command)


def read_document(
    document: str, *, address: str | None, text: str | None, allow_private: bool, **how: Unpack[_How]
) -> Read:
    """Return what stands in a file, at an address or (`-`) in the pipe. Raises BadInput where nothing can be read.

    `address` is the source's own, by which its page is found in a web archive.
    """
    # Imported here: the other commands on sources read no documents.
    from whence.exchange import capture as captures  # noqa: PLC0415

    by_hand = None if text is None else Path(text)
    if SCHEME.match(document):
        return captures.from_url(document, allow_private=allow_private, text=by_hand, address=address, **how)
    if allow_private:
        raise click.UsageError("--allow-private is for an address, and this is a file.")
    if document == "-":
        body = sys.stdin.buffer.read(captures.MAX_ARCHIVE + 1)
        return captures.from_bytes(body, text=by_hand, address=address, **how)
    return captures.from_file(Path(document), text=by_hand, address=address, **how)


@click.command("capture", cls=Command)
@click.argument("source_name", metavar="SOURCE")
@click.argument("document", metavar="FILE|URL|-")
@document_options
@click.pass_obj
def capture(settings: Settings, /, source_name: str, document: str, **options: Any) -> None:  # noqa: ANN401
    """Archive what a source says now, and look its passages up in it.

    Read are plain text, web pages, PDF and e-mail, from a file, an address or a pipe (-), and one page of a web
    archive (WARC, WACZ). Of every passage that was quoted before, the report says what became of it: kept, moved,
    altered or gone.
    """
    with settings.writing() as store:
        connection = store.connection
        source = names.source(connection, source_name)
        read = read_document(document, address=_address(connection, source), **options).capture
        was_here = archive.has_text(connection, read.text_sha256)
        before = store.head().position
        recorded = store.record([read.draft(source)], actor=settings.recorder())
        known = bool(recorded.known)
        version = _versions(connection, source)[-1]
        found = _looked_up(connection, source, before)
        if settings.json:
            content = {"recorded": recorded.count, "known": known, "source": reading.source(connection, source)}
            printing.document({**content, "capture": {**version, **_measures(read)}, "changes": found})
            return
        if known:
            more = "" if found else " Nothing was recorded."
            more += "" if was_here else " Its text is archived here now."
            printing.text(f"Known already: this is version {version['version']} of {source}.{more}")
        else:
            printing.text(f"Captured {printing.bold(source)}, version {version['version']}.")
        say_capture(read)
        _say_changes(connection, version["version"], found)


def _looked_up(connection: sqlite3.Connection, source: str, before: int) -> list[Change]:
    """Return what became of the passages that were looked up after that position of the log."""
    new = {one.id for one in events.events(connection, after=before) if one.type == "passage.checked"}
    return [one for one in changes_of(connection, source) if one.event in new] if new else []


def _address(connection: sqlite3.Connection, source: str) -> str | None:
    registered = reading.source(connection, source)
    return None if registered is None else registered.url


def say_capture(read: Capture) -> None:
    """Print where a capture is from, how large it is, and its hashes."""
    if read.url is not None:
        printing.paragraph(f"{read.url}, retrieved {moment(read.retrieved_at)}", label="from", indent="  ")
    measures = _measures(read)
    parts = printing.count(measures["paragraphs"], "paragraph")
    if measures["pages"]:
        parts = printing.count(measures["pages"], "page")
    printing.paragraph(
        f"{read.media_type}, {printing.count(len(read.body), 'byte')}, SHA-256 {archive.sha256(read.body)}",
        label="bytes",
        indent="  ",
    )
    printing.paragraph(
        f"{printing.count(len(read.text), 'character')} in {parts}, SHA-256 {read.text_sha256}",
        label="text",
        indent="  ",
    )


def _measures(read: Capture) -> dict[str, int]:
    paragraphs = len(passages.paragraphs(read.text))
    return {"characters": len(read.text), "paragraphs": paragraphs, "pages": len(read.pages)}


def _versions(connection: sqlite3.Connection, source: str, upto: int = EVER) -> list[dict[str, Any]]:
    """Return the captures of a source up to a position, the first first, each with its number."""
    rows = connection.execute(
        "SELECT row_number() OVER (ORDER BY position) AS version, id AS event, recorded_at,"
        " data ->> 'sha256' AS sha256, data ->> 'text_sha256' AS text_sha256, data ->> 'media_type' AS media_type,"
        " data ->> 'size' AS size, data ->> 'retrieved_at' AS retrieved_at, data ->> 'url' AS url"
        " FROM event WHERE source = :source AND type = 'source.captured' AND type <> 'claim.made'"
        " AND +position <= :upto ORDER BY position",
        {"source": source, "upto": upto},
    )
    columns = [column[0] for column in rows.description]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _say_changes(connection: sqlite3.Connection, version: int, found: Sequence[Change]) -> None:
    """Print what became of the passages in one version: counts, what was altered as a diff, and what is gone."""
    if not found:
        return
    counts = {outcome: sum(one.outcome == outcome for one in found) for outcome in OUTCOMES}
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items())
    printing.text(f"{printing.count(len(found), 'passage')} looked up in version {version}: {told}.")
    altered = [one for one in found if one.outcome == "altered"]
    for one in altered[:LISTED]:
        printing.paragraph(f"{one.said}{_fact(one)}", label="altered", indent="  ")
        printing.paragraph(diff(one.old, one.new or ""), label="", indent=" " * 15)
    gone = [one for one in found if one.outcome == "gone"]
    if gone:
        printing.text(f"Version {version} dropped the {_behind(gone)}:")
    for one in gone[:LISTED]:
        printing.paragraph(f"{one.said}{_fact(one)}", label="gone", indent="  ")
        printing.paragraph(f"“{_cut(one.old)}”", label="", indent=" " * 15)
    if (beyond := max(0, len(altered) - LISTED) + max(0, len(gone) - LISTED)) > 0:
        printing.text(f"  … and {beyond:,} more; --json has them all.")
    lost = [fact for one in gone if one.fact and (fact := reading.fact(connection, one.fact)) is not None]
    unsupported = dict.fromkeys(fact.fact[:8] for fact in lost if fact.evidence == "gone")
    if unsupported:
        listed = _listed("fact", list(unsupported))
        printing.text(f"Nothing else is quoted for {listed}; `whence evidence --gone` lists such facts.")


def _behind(gone: Sequence[Change]) -> str:
    """Return `sentence behind fact 12ab34cd`, with all the facts that rested on what is gone."""
    facts = list(dict.fromkeys(one.fact[:8] for one in gone if one.fact))
    words = "sentence" if len({one.old for one in gone}) == 1 else "sentences"
    return f"{words} behind {_listed('fact', facts)}" if facts else words


def _listed(noun: str, ids: Sequence[str]) -> str:
    shown = list(ids[:10])
    if len(ids) > len(shown):
        return f"{noun}s {', '.join(shown)} and {len(ids) - len(shown):,} more"
    if len(shown) == 1:
        return f"{noun} {shown[0]}"
    return f"{noun}s {', '.join(shown[:-1])} and {shown[-1]}"


def _fact(one: Change) -> str:
    return f" (fact {one.fact[:8]})" if one.fact else ""


def _cut(words: str) -> str:
    line = printing.one_line(words)
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


@click.command("changes", cls=Command)
@click.argument("source_name", metavar="SOURCE")
@AS_OF
@click.pass_obj
def changes(settings: Settings, source_name: str, as_of: str | None) -> None:
    """Say what became of a source's passages, version after version.

    The latest version comes first. A passage is kept, moved (the same words elsewhere), altered (shown with
    what [-went-] and what {+came+}) or gone; none is guessed.
    """
    with at(settings, as_of, source=source_name) as (connection, upto, source):
        versions = _versions(connection, source, upto)
        found = changes_of(connection, source, upto=upto)
        by_version = {one["version"]: [each for each in found if each.version == one["version"]] for one in versions}
        versions.reverse()
        if settings.json:
            listed = [{**one, "changes": by_version[one["version"]]} for one in versions]
            printing.document({"source": source, "versions": listed})
            return
        if not versions:
            printing.text(f"Nothing was captured of {source} yet: `whence source capture {source} FILE|URL` does that.")
        for place, one in enumerate(versions):
            if place:
                printing.text()
            title = f"Version {one['version']} of {source}"
            printing.text(
                f"{printing.bold(title)}, captured {moment(one['recorded_at'])}, text {one['text_sha256'][:12]}"
            )
            if by_version[one["version"]]:
                _say_changes(connection, one["version"], by_version[one["version"]])
            else:
                printing.text("No passage was looked up in it.")


@click.command("attach", cls=Command)
@click.argument("source_name", metavar="SOURCE")
@click.argument("document", metavar="FILE|URL|-")
@document_options
@click.pass_obj
def attach(settings: Settings, /, source_name: str, document: str, **options: Any) -> None:  # noqa: ANN401
    """Supply the text of a capture that is not archived here.

    A log travels without the texts of its sources. Whoever has one attaches it; it is taken only if its hash is
    one that was recorded. Passages that were quoted while it was not here are looked up in it; else the log does
    not change.
    """
    with settings.writing() as store:
        source = names.source(store.connection, source_name)
        read = read_document(document, address=_address(store.connection, source), **options).capture
        captured = _versions(store.connection, source)
        bytes_too = any(one["sha256"] == archive.sha256(read.body) for one in captured)
        text_too = any(one["text_sha256"] == read.text_sha256 for one in captured)
        was_here = archive.has_text(store.connection, read.text_sha256)
        before = store.head().position
        store.attach(source, read, actor=settings.recorder())
        found = _looked_up(store.connection, source, before)
        if settings.json:
            hashes = {"sha256": archive.sha256(read.body), "text_sha256": read.text_sha256}
            attached = {"bytes": bytes_too, "text": text_too, "known": was_here and text_too}
            printing.document({"source": source, **hashes, **attached, "recorded": len(found), "changes": found})
            return
        what = " and ".join(word for word, there in (("bytes", bytes_too), ("text", text_too)) if there)
        verb = "Archived already" if was_here and text_too else "Attached"
        printing.text(f"{verb}: the {what} of {printing.bold(source)}, as the log has the hash of.")
        if not text_too:
            printing.text(
                "Read by this version of the program they give another text than was recorded, so that is not kept."
            )
        say_capture(read)
        _say_changes(store.connection, captured[-1]["version"], found)


@click.command("evidence", cls=Command)
@click.option("--gone", is_flag=True, help="Those whose words are gone from the source's last capture.")
@click.option("--altered", is_flag=True, help="Those whose words are altered in it.")
@click.option("--limit", metavar="N", type=WholeNumber(min=1), default=100, show_default=True, help="How many at most.")
@AS_OF
@click.pass_obj
def evidence(settings: Settings, *, gone: bool, altered: bool, limit: int, as_of: str | None) -> None:
    """List the facts that rest on no words that can be shown.

    Without an option: those whose every claim names no passage.
    """
    kinds = [kind for kind, wanted in (("gone", gone), ("altered", altered)) if wanted] or ["none"]
    with at(settings, as_of, through="fact") as (connection, *_):
        found = [fact for kind in kinds for fact in _resting_on(connection, kind, limit + 1)]
        shown, more = found[:limit], len(found) > limit
        if settings.json:
            printing.document({"facts": shown, "more": more})
            return
        if not shown:
            printing.text(" ".join(NONE[kind] for kind in kinds))
            return
        printing.table(
            ("entity", "property", "value", "evidence", "sources", "fact"),
            (
                (f.entity_name, f.label, f.shown, EVIDENCE[f.evidence], _sources(connection, f), f.fact[:8])
                for f in shown
            ),
        )
        printing.more(more, limit)


def _resting_on(connection: sqlite3.Connection, kind: str, limit: int) -> list[Fact]:
    rows = connection.execute(
        # The second term is that of the index, word for word: else it would not be used.
        "SELECT fact FROM fact WHERE evidence = :kind AND evidence <> 'quoted'"
        " ORDER BY entity, property, value_key, spell LIMIT :limit",
        {"kind": kind, "limit": limit},
    ).fetchall()
    return [one for row in rows if (one := reading.fact(connection, row[0])) is not None]


def _sources(connection: sqlite3.Connection, fact: Fact) -> str:
    rows = connection.execute(
        "SELECT DISTINCT c.source FROM fact f CROSS JOIN claim c ON c.entity = f.entity AND c.property = f.property"
        " AND c.value_key = f.value_key AND c.live WHERE f.fact = :fact ORDER BY 1 LIMIT 4",
        {"fact": fact.fact},
    ).fetchall()
    return ", ".join(row[0] for row in rows[:3]) + (" …" if len(rows) > 3 else "")  # noqa: PLR2004 - as listed
