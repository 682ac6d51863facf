"""The command `whence`: its commands by name, what they share, and nothing loaded that is not called for.

A command's module is imported when the command is run or asked for its own help. The sentences of
`whence --help` therefore stand here; a test holds them equal to the commands' own.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from whence import __version__
from whence.cli.ending import end
from whence.cli.settings import DATABASE, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["COMMANDS", "Command", "Group", "WholeNumber", "program", "shared_options"]

# Command: the module that holds it, and its sentence.
COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Begin": {
        "init": ("stores", "Make a store with the built-in vocabulary."),
        "vocabulary": ("vocabulary", "List and define the types and properties."),
        "source": ("sources", "Register, grade and read sources."),
        "entity": ("entities", "Declare and list people, organizations, places and so on."),
    },
    "Record": {
        "add": ("claims", "Record what one source says: a claim."),
        "note": ("note", "Write a source's facts in your editor, beside its text."),
        "load": ("exchange", "Record many facts from tables, dossiers or segments."),
        "retract": ("corrections", "Take a claim back, with a reason."),
        "correct": ("corrections", "Correct a claim: retract it and record its replacement."),
    },
    "Judge": {
        "suggest": ("suggesting", "Propose pairs that may be one, with reasons."),
        "decide": ("rulings", "Decide between rival values: a verdict, with a reason."),
        "match": ("rulings", "Rule that two entities, or two wordings of a value, are one."),
        "unmatch": ("rulings", "Undo a match, of entities or of wordings."),
        "distinguish": ("rulings", "Rule that two entities are not one."),
    },
    "Read": {
        "show": ("reading", "Show an entity: every fact about it, and who names it."),
        "facts": ("reading", "List facts."),
        "conflicts": ("reading", "List what is contested, the rivals side by side."),
        "search": ("reading", "Find entities and facts by words."),
        "timeline": ("reading", "List what is dated, the earliest first."),
        "why": ("why", "Say where a fact comes from: claims, words, sources."),
        "history": ("past", "List every event that bears on an entity, in order."),
        "diff": ("past", "Say which facts appeared, changed or fell, and what caused it."),
        "evidence": ("captures", "List the facts that rest on no words that can be shown."),
    },
    "Keep": {
        "log": ("log", "List the events of the log, the newest first."),
        "verify": ("stores", "Check that the log and the views are whole."),
        "rebuild": ("stores", "Make every view anew from the log."),
        "export": ("exchange", "Write the log as segments, to keep and to review."),
        "serve": ("stores", "Serve the store's pages on this machine."),
        "completion": ("completion", "Print what makes a shell complete whence's commands and names."),
    },
}
ENDED = {"max_content_width": 100, "help_option_names": ["-h", "--help"]}


LARGEST = 2**31  # more than a store has events, and SQLite and Python both count that far
PLACES = ("FILE", "FOLDER")  # of what names a place of the disk, which may be no text


class WholeNumber(click.IntRange):
    """A number that is counted with: no query fails over its size."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return the number. Fails where it is none, or out of range."""
        number: int = super().convert(value, param, ctx)
        if number > LARGEST:
            self.fail(f"{value} is larger than {LARGEST:,}.", param, ctx)
        return number


def _refuse_no_text(words: str, what: str) -> None:
    """Raise BadInput for bytes that are no UTF-8, which Python hands on as halves of surrogate pairs."""
    try:
        words.encode()
    except UnicodeEncodeError:
        from whence.errors import BadInput  # noqa: PLC0415 - only where something is wrong

        shown = re.sub("[\udc80-\udcff]", lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", words[:80])
        shown = shown.encode("utf-8", "backslashreplace").decode()
        raise BadInput(
            f"{what} is not valid UTF-8 text: {shown}.",
            hint="Type it in UTF-8; a file or a terminal in another encoding may have written it.",
        ) from None


def _checked_place(db: str) -> str:
    """Return the store's place. Raises BadInput where none is named, as by a variable that is not set."""
    if not db.strip():
        from whence.errors import BadInput  # noqa: PLC0415 - only where something is wrong

        raise BadInput("--db names no file: it is empty.", hint=f"Leave it out for {DATABASE}, or name a file.")
    _refuse_no_text(db, "The name of the store")
    return db


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, _parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401
        settings = context.find_object(Settings)
        if name == "db" and value is not None and not context.resilient_parsing:
            _checked_place(value)
        if value and settings is not None:
            setattr(settings, name, value)

    return callback


def shared_options() -> list[click.Option]:
    """Return the program's options, as every command takes them after its name too."""
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_set("json"), help="Print JSON."),
        click.Option(["--db"], metavar="FILE", expose_value=False, hidden=True, callback=_set("db")),
        click.Option(["--actor"], metavar="WHO", expose_value=False, hidden=True, callback=_set("actor")),
    ]


class Command(click.Command):
    """A command that takes the program's options after its name as well as before."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - click's own
        """Take what click's commands take."""
        super().__init__(*arguments, **settings)
        self.params.extend(shared_options())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments. Raises BadInput for one that is no text, unless it names a file."""
        rest = super().parse_args(ctx, args)
        if not ctx.resilient_parsing:
            for one in self.params:
                value = ctx.params.get(one.name or "")
                place = isinstance(one.metavar, str) and any(word in one.metavar for word in PLACES)
                for words in () if place else value if isinstance(value, tuple) else (value,):
                    if isinstance(words, str):
                        _refuse_no_text(words, one.get_error_hint(ctx).replace("'", ""))
        return rest


class Group(click.Group):
    """A group whose mistyped commands are answered with near ones."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named. Raises UsageError, with near names, where there is none."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            from whence.suggestions import did_you_mean  # noqa: PLC0415 - only for a mistyped command

            near = did_you_mean(name, self.list_commands(ctx))
            ctx.fail(f"There is no command `{name}`." + (f" {near}" if near else ""))
        return super().resolve_command(ctx, args)


class Program(Group):
    """The group of all commands, each imported from its module when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands, in the order of their use."""
        return [name for section in COMMANDS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, from its module."""
        for section in COMMANDS.values():
            if cmd_name in section:
                module = import_module(f"whence.cli.{section[cmd_name][0]}")
                command: click.Command = getattr(module, cmd_name)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write what the commands do without importing them."""
        for title, section in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(11), sentence) for name, (_, sentence) in section.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,  # noqa: ARG002 - however it was started, it is called `whence`
        *_ignored: object,
        **extra: Any,  # noqa: ANN401 - click's signature
    ) -> NoReturn:
        """Run the command line and end the process, or a test's run, with the exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        extra.pop("standalone_mode", None)

        made: list[click.Context] = []

        def run() -> object:
            with self.make_context("whence", arguments.copy(), **extra) as context:
                made.append(context)
                return self.invoke(context)

        def recorded() -> bool:
            return any(isinstance(one.obj, Settings) and one.obj.recorded for one in made)

        sys.exit(end(run, arguments, recorded=recorded))


@click.group(cls=Program, context_settings=ENDED)
@click.option("--db", metavar="FILE", envvar="WHENCE_DB", help=f"The store.  [default: {DATABASE}, or WHENCE_DB]")
@click.option(
    "--actor", metavar="WHO", envvar="WHENCE_ACTOR", help="Who records.  [default: git's user, or WHENCE_ACTOR]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (docs/json.md).")
@click.version_option(__version__, prog_name="whence", message="%(prog)s %(version)s")
@click.pass_context
def program(context: click.Context, db: str | None, actor: str | None, *, as_json: bool) -> None:
    """Every fact, and where it came from.

    Options that stand here may also follow the command: `whence show nato --json`.
    """
    context.obj = Settings(db=DATABASE if db is None else _checked_place(db), actor=actor, json=as_json)
