"""The shell completes sources, entities, properties, types and claims as they are in the store, and never fails.

Where there is no store, or it cannot be read, nothing is offered and nothing is said: a message would land in
the middle of the line that is being typed. Every look-up is a range of an index, whatever the size of the store.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

from whence.cli import printing
from whence.cli.program import Command
from whence.cli.settings import DATABASE, Settings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    Pair: TypeAlias = tuple[str, str]
    Lookup: TypeAlias = Callable[[sqlite3.Connection, click.Context, str], Iterable[Pair]]

__all__ = ["VARIABLE", "complete", "completion"]

VARIABLE = "_WHENCE_COMPLETE"
SHELLS = ("bash", "zsh", "fish")
LIMIT = 50
RECENT = 1_000  # events that are looked through for the last claims, where no digit was typed yet
DIGITS = 12  # of a claim's id: no store is so large that they name two
LAST = "\U0010ffff"  # sorts after every text that goes on

# How each shell is told to load the script when it starts.
INSTALL = {
    "bash": 'eval "$(whence completion bash)"  # in ~/.bashrc',
    "zsh": 'eval "$(whence completion zsh)"  # in ~/.zshrc, after compinit',
    "fish": "whence completion fish > ~/.config/fish/completions/whence.fish",
}


@click.command(cls=Command, epilog="\b\n" + "\n".join(INSTALL.values()))
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def completion(settings: Settings, shell: str) -> None:
    """Print what makes a shell complete whence's commands and names."""
    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - click knows all three
        return
    made = kind(click.get_current_context().find_root().command, {}, "whence", VARIABLE)
    # Not the class's own `source`, which runs bash to ask for its version.
    script = ShellComplete.source(made)
    if settings.json:
        printing.document({"shell": shell, "script": script})
        return
    click.echo(script, nl=False)


def complete(program: click.Group, instruction: str) -> int:
    """Answer a shell that asks what may come next; return the exit code, which is always 0."""
    try:
        shell, _, asked = instruction.partition("_")
        kind = get_completion_class(shell)
        if kind is None:
            return 0
        made = kind(program, {"obj": Settings(db="", actor=None, json=False)}, "whence", VARIABLE)
        if asked == "source":
            click.echo(ShellComplete.source(made).encode(), nl=False)
            return 0
        args, _ = made.get_completion_args()
        _prepare(program, args)
        click.echo(made.complete().encode())
        sys.stdout.flush()
    except Exception:  # noqa: BLE001, S110 - whatever is wrong, a line that is being typed is no place to say it
        pass
    return 0


def _prepare(program: click.Group, args: Sequence[str]) -> None:
    """Give the parameters of the command that is being typed the look-ups by which they are completed."""
    at: click.Command = program
    for word in args:
        if not isinstance(at, click.Group):
            break
        at = at.get_command(click.Context(at), word) or at
    for parameter in at.params:
        if isinstance(parameter.type, click.types.StringParamType) and parameter.name:
            lookup = _lookup(at, parameter)
            if lookup is not None:
                parameter.type = _Completed(lookup)
            elif parameter.name in FILES or parameter.metavar == "FILE":
                parameter.type = click.Path()


def _lookup(command: click.Command, parameter: click.Parameter) -> Lookup | None:
    if command.name == "log":
        return None  # Its types are those of events.
    if parameter.name == "what":
        return _entities if (parameter.metavar or "").endswith("A B") else _told
    return LOOKUPS.get(parameter.name or "")


class _Completed(click.types.StringParamType):
    """A text, completed from the store."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        # Imported here: nothing of the store is needed to complete the name of a command.
        from whence import database  # noqa: PLC0415

        settings = ctx.find_object(Settings)
        path = (settings.db if settings else "") or ctx.find_root().params.get("db") or DATABASE
        connection = database.connect(path)
        try:
            found: dict[str, str] = {}
            for value, told in self.lookup(connection, ctx, incomplete):
                found.setdefault(value, " ".join(told.split()))
                if len(found) >= LIMIT:
                    break
            return [CompletionItem(value, help=told) for value, told in found.items()]
        finally:
            connection.close()


def _entities(connection: sqlite3.Connection, _context: click.Context, typed: str) -> Iterator[Pair]:
    """Yield the ids of entities whose id, name or alias begins so."""
    from whence import values  # noqa: PLC0415 - as in `shell_complete`

    low, key = typed.lower(), values.key("text", typed) if typed.strip() else ""
    bounds = {"low": low, "high": low + LAST, "key": key, "key_high": key + LAST, "limit": LIMIT}
    by_id = "SELECT entity, name, type FROM entity WHERE entity >= :low AND entity < :high ORDER BY entity LIMIT :limit"
    by_name = (
        "SELECT entity, name, type FROM entity WHERE name_key >= :key AND name_key < :key_high"
        " ORDER BY name_key LIMIT :limit"
    )
    by_alias = (
        "SELECT e.entity, f.value, e.type FROM fact f CROSS JOIN entity e ON e.entity = f.entity"
        " WHERE f.property IN ('alias', 'name') AND f.value_key >= :key AND f.value_key < :key_high"
        " ORDER BY f.value_key LIMIT :limit"
    )
    for query in (by_id, by_name, by_alias):
        for entity, name, type_ in connection.execute(query, bounds):
            yield entity, f"{name}, {type_}"


def _sources(connection: sqlite3.Connection, _context: click.Context, typed: str) -> Iterator[Pair]:
    low = typed.lower()
    yield from connection.execute(
        "SELECT source, title FROM source WHERE source >= :low AND source < :high ORDER BY source LIMIT :limit",
        {"low": low, "high": low + LAST, "limit": LIMIT},
    )


def _types(connection: sqlite3.Connection, _context: click.Context, typed: str) -> Iterator[Pair]:
    rows = connection.execute("SELECT type, description FROM type ORDER BY type")
    yield from _beginning(rows, typed)


def _properties(connection: sqlite3.Connection, context: click.Context, typed: str) -> Iterator[Pair]:
    """Yield the properties that begin so; of the entity that was typed before, where it is one, those it may have."""
    yield from _properties_of(connection, context.params.get("subject"), typed)


def _properties_of(connection: sqlite3.Connection, entity: Any, typed: str) -> Iterator[Pair]:  # noqa: ANN401
    from whence import names, vocabulary  # noqa: PLC0415 - as in `shell_complete`

    known = vocabulary.read(connection)
    found = names.candidates(connection, entity) if isinstance(entity, str) else []
    listed = known.properties_of(found[0].type) if found else list(known.properties.values())
    yield from _beginning(((one.name.replace("_", "-"), one.description) for one in listed), typed)


def _beginning(rows: Iterable[Pair], typed: str) -> Iterator[Pair]:
    wanted = typed.casefold().replace("_", "-").replace(" ", "-")
    yield from ((name, told) for name, told in rows if name.replace("_", "-").startswith(wanted))


def _values(connection: sqlite3.Connection, context: click.Context, typed: str) -> Iterator[Pair]:
    """Yield entities for the value of a property that holds one."""
    row = connection.execute(
        "SELECT value_type FROM property WHERE property = :property",
        {"property": str(context.params.get("property_name") or "").replace("-", "_")},
    ).fetchone()
    if row is not None and row[0] == "entity":
        yield from _entities(connection, context, typed)


def _claims(connection: sqlite3.Connection, _context: click.Context, typed: str) -> Iterator[Pair]:
    """Yield the ids of claims that begin so; the last ones where nothing is typed yet."""
    told = "SELECT e.id, c.entity || ' ' || c.property || ' ' || c.value FROM event e CROSS JOIN claim c ON"
    low = typed.lower()
    if low:
        query = f"{told} c.claim = e.position WHERE e.id >= :low AND e.id < :high ORDER BY e.id LIMIT :limit"
    else:
        query = (
            f"{told} c.claim = e.position WHERE e.position > (SELECT max(position) FROM event) - :recent"
            " ORDER BY e.position DESC LIMIT :limit"
        )
    bounds = {"low": low, "high": low + LAST, "recent": RECENT, "limit": LIMIT}
    for event, claim in connection.execute(query, bounds):
        yield event[: max(DIGITS, len(typed))], claim


def _told(connection: sqlite3.Connection, context: click.Context, typed: str) -> Iterator[Pair]:
    """Yield what may follow in ENTITY PROPERTY VALUE, or the ids of facts and claims."""
    before = context.params.get("what") or ()
    if not before:
        yield from _entities(connection, context, typed)
        if typed:
            yield from _facts(connection, typed)
            yield from _claims(connection, context, typed)
    elif len(before) == 1:
        yield from _properties_of(connection, before[0], typed)
    elif len(before) == 2:  # noqa: PLR2004 - an entity and a property
        rows = connection.execute(
            "SELECT value, status FROM fact WHERE entity = :entity AND property = :property LIMIT :limit",
            {"entity": before[0], "property": before[1].replace("-", "_"), "limit": LIMIT},
        )
        # A value of several words would reach the command as several.
        yield from ((value, told) for value, told in rows if value.startswith(typed) and len(value.split()) == 1)


def _facts(connection: sqlite3.Connection, typed: str) -> Iterator[Pair]:
    low = typed.lower()
    yield from connection.execute(
        "SELECT fact, entity || ' ' || property || ' ' || value FROM fact WHERE fact >= :low AND fact < :high"
        " ORDER BY fact LIMIT :limit",
        {"low": low, "high": low + LAST, "limit": LIMIT},
    )


FILES = frozenset({"document", "files", "folder", "text"})
LOOKUPS: dict[str, Lookup] = {
    "entity": _entities,
    "subject": _entities,
    "one": _entities,
    "other": _entities,
    "speaker": _entities,
    "publisher": _entities,
    "source": _sources,
    "source_name": _sources,
    "derived_from": _sources,
    "property_name": _properties,
    "type_name": _types,
    "type_": _types,
    "value_of": _types,
    "parent": _types,
    "of": _types,
    "value": _values,
    "claim": _claims,
    "replaced_by": _claims,
}
