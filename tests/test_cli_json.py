"""docs/json.md is the contract of `--json`: here every command is run, and what it prints is held to that page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk import at_desk  # noqa: F401 - a fixture
from whence.cli.program import program

if TYPE_CHECKING:
    from desk import Desk

PAGE = Path(__file__).resolve().parents[1] / "docs" / "json.md"
WITHOUT_JSON = {"serve", "source", "entity"}  # a server, and two groups that do nothing by themselves
PLAIN: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool, "object": dict}


def shapes() -> dict[str, dict[str, str]]:
    """Return the page's tables: key to type by heading."""
    found: dict[str, dict[str, str]] = {}
    for part in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", body.partition("\n## ")[0], flags=re.MULTILINE)
        found[heading] = {key: holds.strip() for key, holds, _ in rows}
    return found


def check(value: object, holds: str, where: str, known: dict[str, dict[str, str]]) -> None:
    """Hold a value to what the page says stands there."""
    if holds.endswith(" or null"):
        if value is not None:
            check(value, holds.removesuffix(" or null"), where, known)
    elif holds.startswith("list of "):
        assert isinstance(value, list), where
        for place, one in enumerate(value):
            check(one, holds.removeprefix("list of "), f"{where}[{place}]", known)
    elif holds in PLAIN:
        assert type(value) is PLAIN[holds], f"{where}: {value!r} is no {holds}"
    else:
        assert isinstance(value, dict), where
        assert list(value) == list(known[holds]), f"{where}: {holds}"
        for key, one in value.items():
            check(one, known[holds][key], f"{where}.{key}", known)


def commands(group: click.Group = program, before: str = "") -> set[str]:
    context = click.Context(group)
    found = set()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.add(f"{before}{name}")
        if isinstance(command, click.Group):
            found |= commands(command, f"{before}{name} ")
    return found


def documents(desk: Desk) -> dict[str, list[Any]]:  # noqa: PLR0915 - one statement a command
    """Run every command with --json on a store that has something of everything; return what each printed."""
    passage = ("-s", "nato-1", "-q", "led by", "--start", "3", "--locator", "¶ 4", "--speaker", "nato")
    talks = (
        "--create",
        "--type",
        "engagement",
        "--value-of",
        "person",
        "--on",
        "2023-02-13",
        "--qualifier",
        "role=host",
    )
    dossier = "source: {id: amr-2, kind: article, title: Two, publisher: amr}\nfacts:\n  NATO: {alias: OTAN}\n"
    printed: dict[str, list[Any]] = {}

    def run(command: str, *arguments: str) -> Any:  # noqa: ANN401 - whatever the document holds
        document = desk.json(*command.split(), *arguments)
        printed.setdefault(command, []).append(document)
        return document

    run("init", "--db", str(desk.folder / "new.db"))
    run("vocabulary")
    run("vocabulary list", "--type", "person")
    run("vocabulary type", "warship", "--description", "A ship of a navy.", "--parent", "equipment")
    run("vocabulary property", "home port", "--of", "warship", "--value-of", "place", "--description", "Its port.")
    run("source add", "--title", "A paper", "--publisher", "A publisher", "--create", "--derived-from", "nato-1")
    run("source grade", "amr-1", "C", "--reason", "at second hand")
    run("source list", "--limit", "1")
    run("source show", "nato-1")
    run("entity add", "person", "Kim", "--source", "nato-1")
    run("entity add", "person", "Kim")
    run("entity list")
    led = run("add", "Staff talks", "led by", "Francesco Diella", *passage, *talks)
    run("add", "Francesco Diella", "rank", "General", "-s", "nato-1", "--no-passage", "--inferred", "--note", "so")
    run("add", "Francesco Diella", "rank", "Colonel", "-s", "amr-1", "--no-passage")
    run("add", "Staff talks", "date", "2023-02-13", "-s", "amr-1", "--no-passage", "--credibility", "2")
    denied = run("add", "Staff talks", "led by", "Kim", "-s", "amr-1", "--no-passage", "--denies")
    run("retract", denied["claim"]["event"], "--reason", "misread")
    retracted = desk.run("add", "Staff talks", "kind", "talk", "-s", "amr-1", "--no-passage").event
    run("decide", "Staff talks", "kind", "talk", "--reason", "asked")
    run("correct", retracted, "--value", "talks", "--reason", "misread", "--yes")
    run("source withdraw", "amr-1", "--reason", "they took it back", "--yes")
    run("source reinstate", "amr-1", "--reason", "and put it back", "--yes")
    run("conflicts", "--review")
    verdict = run("decide", "Francesco Diella", "rank", "General", "--reason", "asked")
    run("decide", "--revoke", verdict["event"], "--reason", "on reflection")
    run("entity add", "person", "Diella, Francesco")
    run("suggest")
    run("suggest", "--values")
    run("match", "Francesco Diella", "diella-francesco", "--reason", "the same")
    run("unmatch", "francesco-diella", "diella-francesco", "--reason", "on reflection")
    run("distinguish", "francesco-diella", "kim", "--reason", "not the same")
    run("history", "francesco-diella")
    run("diff", "60", str(desk.head()), "francesco-diella")
    run("show", "francesco-diella", "--on", "2023-02-13")
    run("show", "staff-talks")
    run("facts", "--type", "person")
    run("conflicts")
    run("search", "diella")
    run("timeline")
    run("why", "staff-talks", "led by")
    run("why", led["claim"]["event"])
    run("why", denied["claim"]["event"])
    run("log")
    run("verify")
    run("rebuild")
    run("export", str(desk.folder / "events"))
    run("export", str(desk.folder / "events"))
    run("load", *(str(one) for one in (desk.folder / "events").iterdir()))
    run("load", desk.write("dossier.yaml", dossier), "--dry-run")
    table = desk.write("t.csv", "subject,property,value,source,locator\nnato,alias,OTAN,nato-1,p. 1\nx,y,z,nato-1,\n")
    run("load", table, "--skip-bad", str(desk.folder / "bad.csv"), "--dry-run")
    return printed


def test_every_command_prints_what_the_page_says(desk: Desk) -> None:
    known = shapes()
    for command, printed in documents(desk).items():
        heading = "whence vocabulary" if command == "vocabulary list" else f"whence {command}"
        for document in printed:
            check(document, heading, command, known)


def test_the_page_has_every_command_and_no_other() -> None:
    headings = {one.removeprefix("whence ") for one in shapes() if one.startswith("whence ")}
    assert headings == commands() - WITHOUT_JSON - {"vocabulary list"}


def test_every_object_of_the_page_is_used_and_explained() -> None:
    known = shapes()
    used = {word for table in known.values() for holds in table.values() for word in re.findall(r"\b[A-Z]\w+", holds)}
    assert used == {one for one in known if one[0].isupper()} - {"Failure"}


def test_an_error_is_what_the_page_says(desk: Desk) -> None:
    known = shapes()
    broken = desk.write(
        "broken.yaml",
        "source: {id: amr-2, kind: article, title: Two}\nfacts:\n  NATO:\n    alia: {value: x, locator: p. 1}\n",
    )
    for command in (("show", "Natoo"), ("show",), ("load", broken)):
        outcome = desk.try_(*command, "--json")
        assert (outcome.code, outcome.out) == (2, ""), outcome
        check(json.loads(outcome.err), "Failure", " ".join(command), known)


def test_a_document_is_the_same_where_the_terminal_knows_no_unicode(desk: Desk) -> None:
    desk.run("entity", "add", "person", "김수광")
    desk.env["PYTHONIOENCODING"] = "ascii"
    done = desk.process("entity", "list", "--json")
    assert done.returncode == 0
    assert any(one["name"] == "김수광" for one in json.loads(done.stdout)["entities"])
