"""YAML read as what was typed: every scalar is a text with its line, and nothing is run, repeated or guessed.

`on`, `NO`, `007` and `2023-02-30` stay themselves, as keys too. Anchors, aliases, tags and a second document
are refused, so that a file is never longer than it looks. Every problem is told with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import yaml

from whence.errors import BadData, BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Listed", "Mapped", "Node", "Scalar", "Sheet", "edtf_set", "parse", "text_of"]

MAX_BYTES: Final = 16_000_000
MAX_DEPTH: Final = 20
TOLD: Final = 1_000  # problems that are told; a file with more has one cause

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # In C where there is one: ten times as fast.
_BREAK: Final = re.compile(r"\r\n|\r|\n")
# YAML counts the separators U+0085, U+2028 and U+2029 as line breaks, and editors do not.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_CUT_OFF: Final = re.compile(r"[ \t]+(#[^\s#=*~-][^ ]*)")
_HALF: Final = re.compile(r"[\ud800-\udfff]")
_QUOTE: Final = "Put the text in quotes."


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it was typed; `plain` tells whether without quotes."""

    text: str
    line: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Listed:
    """A list; `flow` tells whether in brackets."""

    items: tuple[Node, ...]
    line: int
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """Keys and what stands under them, each key once; `flow` tells whether in braces."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    flow: bool = False


Node: TypeAlias = Scalar | Listed | Mapped


class Sheet:
    """Where the problems of one file are noted, each with its line."""

    def __init__(self, name: str) -> None:
        """Name the file as `where` shall show it."""
        self.name = name
        self.problems: list[Problem] = []

    def where(self, line: int) -> str:
        """Return the place of a line: `nato.yaml:12`."""
        return f"{self.name}:{line}"

    def note(self, line: int, message: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(message, where=self.where(line), hint=hint))

    def refuse(self) -> None:
        """Raise BadData with the problems in the order of their lines, if there are any."""
        if self.problems:
            ordered = sorted(self.problems, key=lambda one: int(one.where.rpartition(":")[2] or 0))
            raise BadData(ordered[:TOLD])


def text_of(path: Path | str) -> str:
    """Return the text of a file, without a byte order mark.

    Raises BadInput where it cannot be read, is too long or is not UTF-8.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            message = f"{path} is longer than {MAX_BYTES:,} bytes."
            raise BadInput(message, hint="Divide it: a dossier holds what one source says.")
        raw = path.read_bytes()
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder.", hint="Name the files in it.") from None
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", hint="Check its name.") from None
    except OSError as error:
        hint = "Change its permissions." if isinstance(error, PermissionError) else "Check its name, and the disk."
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.", hint=hint) from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"{path}:1: The file is UTF-16.", hint="Save it as UTF-8.")
    try:
        return raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line}: The byte 0x{raw[error.start]:02X} is not UTF-8."
        raise BadInput(message, hint="Save the file as UTF-8.") from None


def parse(text: str, sheet: Sheet) -> Node | None:
    """Return what the text holds, or None where it is no YAML or empty; notes every problem."""
    if wrong := _CONTROL.search(text):
        line = len(_BREAK.findall(text, 0, wrong.start())) + 1
        message = f"The file holds U+{ord(wrong.group()):04X}, a control character."
        sheet.note(line, message, "Remove it: of these only tab and line feed can stand in a text.")
        return None
    tree = _Tree(text, sheet)
    try:
        root = tree.build()
        if root is None:
            sheet.note(1, "The file holds nothing.")
        return root  # noqa: TRY300 - what is raised comes from the line above
    except yaml.YAMLError as error:
        _note_error(error, sheet, tree)
    except _Refused as refused:
        sheet.note(refused.line, refused.message, refused.hint)
    return None


class _Refused(BadInput):
    """Something that YAML has and a file of ours has not."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.line = line


class _Tree:
    """Builds nodes from YAML's events, without recursion: depth is what somebody else typed."""

    def __init__(self, text: str, sheet: Sheet) -> None:
        self.lines = _BREAK.split(text)
        self.sheet = sheet
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self.documents = 0
        self.open_: list[tuple[yaml.CollectionStartEvent, list[Node]]] = []

    def build(self) -> Node | None:
        root: Node | None = None
        open_ = self.open_
        for event in self.events:
            self._check(event)
            if isinstance(event, yaml.CollectionStartEvent):
                open_.append((event, []))
                if len(open_) > MAX_DEPTH:
                    message = f"More than {MAX_DEPTH} lists and mappings stand within one another."
                    raise _Refused(_line(event), message, "Check the brackets and the indentation.")
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                root = self._closed(*open_.pop())
            elif isinstance(event, yaml.ScalarEvent):
                root = Scalar(self._whole(event), _line(event), event.style in (None, ""))
            else:
                continue
            if open_:
                open_[-1][1].append(root)
        return root

    def _whole(self, event: yaml.ScalarEvent) -> str:
        """Return the text of a scalar without halves of surrogate pairs, which an escape can write."""
        text: str = event.value
        if not text.isprintable() and _HALF.search(text):
            self.sheet.note(_line(event), "The text holds half of a surrogate pair, which is no character.")
            text = _HALF.sub("\ufffd", text)
        return text

    def _check(self, event: yaml.Event) -> None:
        line = _line(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Refused(line, "A second document begins here.", "Put it into a file of its own.")
        if not isinstance(event, yaml.NodeEvent):
            return
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(line, f"`*{event.anchor}` is an alias of YAML, which is not followed here.", _QUOTE)
        if event.anchor is not None:
            raise _Refused(line, f"`&{event.anchor}` is an anchor of YAML, which is not used here.", _QUOTE)
        if (tag := getattr(event, "tag", None)) is not None:
            raise _Refused(line, f"`{tag}` is a tag of YAML, which is not used here.", _QUOTE)
        if isinstance(event, yaml.ScalarEvent) and event.style in (None, "") and event.value and event.end_mark:
            rest = self.lines[event.end_mark.line][event.end_mark.column :]
            if cut := _CUT_OFF.match(rest):
                message = f"YAML takes `{cut[1]}` for a comment and cuts it off."
                self.sheet.note(line, message, "Put the text in quotes; a comment has a space after its #.")

    def _closed(self, start: yaml.CollectionStartEvent, nodes: list[Node]) -> Node:
        line, flow = _line(start), bool(start.flow_style)
        if isinstance(start, yaml.SequenceStartEvent):
            return Listed(tuple(nodes), line, flow)
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, node in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.sheet.note(key.line, "A key is a text, not a list or a mapping.", _QUOTE)
            elif key.text in entries:
                first = entries[key.text][0].line
                message = f"`{key.text}` stands twice in one mapping, first on line {first}."
                self.sheet.note(key.line, message, "Keep one; several values are a list.")
            else:
                entries[key.text] = (key, node)
        return Mapped(tuple(entries.values()), line, flow)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


# What PyYAML and libyaml say, in their words and in ours.
_ON: Final = "Check the indentation; a text that goes on after quotes belongs into them."
_BRACES: Final = "A text with , : [ ] { } in it needs quotes."
_BEGINS: Final = "A text cannot begin like this without quotes."
_SENTENCES: Final = (
    ("mapping values are not allowed", "There is a `: ` too many here, or the indentation is off.", _QUOTE),
    ("sequence entries are not allowed", "A list cannot begin here.", "Begin it on a line of its own."),
    ("unexpected end of stream", "A quotation mark is not closed.", "Close it."),
    ("unknown escape", "A backslash has a meaning of its own in double quotes.", "Use single quotes."),
    ("',' or '}'", "A brace is not closed, or a comma is missing.", _BRACES),
    ("',' or ']'", "A bracket is not closed, or a comma is missing.", _BRACES),
    ("cannot start any token", _BEGINS, "Put it in quotes; indent with spaces, not with tabs."),
    ("could not find expected ':'", "A key has no `: ` after it, or the indentation is off.", ""),
    ("document start", "Something stands here that belongs to nothing.", "Check the brackets and the indentation."),
    ("node content", _BEGINS, _QUOTE),
    ("expected key", "This does not go on what stands before.", _ON),
    ("block end", "This does not go on what stands before.", _ON),
    ("'-' indicator", "A list ends here, and no key can follow on its level.", "Check the indentation."),
)  # fmt: skip


def _note_error(error: yaml.YAMLError, sheet: Sheet, tree: _Tree) -> None:
    told = str(getattr(error, "problem", None) or error).splitlines()[0]
    if "node content" in told and "flow" in str(getattr(error, "context", "")):
        told = "',' or ']'"  # Nothing stands where an item should: most often the end of the file.
    # What was left open is mended where it was opened.
    names = ("context_mark", "problem_mark") if "end of stream" in told else ("problem_mark", "context_mark")
    line = next((mark.line + 1 for name in names if (mark := getattr(error, name, None)) is not None), 1)
    if "',' or" in told and tree.open_:
        line = _line(tree.open_[-1][0])
    for part, sentence, hint in _SENTENCES:
        if part in told:
            sheet.note(line, sentence, hint)
            return
    sheet.note(line, f"This is no YAML: {told}.")


def edtf_set(node: Node) -> str | None:
    """Return a node that is a set of dates without quotes, `[2023-02-14..]` or `{1667,1668}`, as it was typed."""
    if isinstance(node, Listed) and node.flow:
        parts = list(node.items)
        opening, closing = "[]"
    elif isinstance(node, Mapped) and node.flow:
        parts = [key for key, value in node.entries if isinstance(value, Scalar) and value.plain and not value.text]
        if len(parts) != len(node.entries):
            return None
        opening, closing = "{}"
    else:
        return None
    dates = [part.text for part in parts if isinstance(part, Scalar) and part.plain and part.text]
    return f"{opening}{','.join(dates)}{closing}" if dates and len(dates) == len(parts) else None
