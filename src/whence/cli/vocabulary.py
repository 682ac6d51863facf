"""`vocabulary`: what may be said of what is listed, defined and revised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from whence import names
from whence import vocabulary as words
from whence.cli import printing
from whence.cli.as_of import AS_OF, at
from whence.cli.program import Command, Group, shared_options
from whence.drafts import Draft
from whence.errors import BadInput
from whence.state import LogState
from whence.values import VALUE_TYPES

if TYPE_CHECKING:
    from whence.cli.settings import Settings
    from whence.recording import Recorded
    from whence.vocabulary import Property, Vocabulary

__all__ = ["vocabulary"]


class _Listing(Group):
    """A group that takes the program's options itself, because without a command it lists."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **settings)
        self.params.extend(shared_options())


@click.group(cls=_Listing, invoke_without_command=True)
@AS_OF
@click.pass_context
def vocabulary(context: click.Context, as_of: str | None) -> None:
    """List and define the types and properties."""
    if context.invoked_subcommand is None:
        context.invoke(list_, type_name=None, as_of=as_of)
    elif as_of is not None:
        raise click.UsageError("--as-of is for the list: write `whence vocabulary list --as-of WHEN`.")


@vocabulary.command("list", cls=Command)
@click.option("--type", "type_name", metavar="TYPE", help="Only the properties that this type has.")
@AS_OF
@click.pass_obj
def list_(settings: Settings, type_name: str | None, as_of: str | None) -> None:
    """List the types and properties in force."""
    with at(settings, as_of, through="property") as (connection, *_):
        known = words.read(connection)
        types, properties = list(known.types.values()), list(known.properties.values())
        if type_name is not None:
            one = names.type(known, type_name)
            types, properties = [one], known.properties_of(one.name)
        if settings.json:
            printing.document({"types": types, "properties": properties})
            return
        printing.table(
            ("type", "parent", "description"), ((each.name, each.parent or "-", each.description) for each in types)
        )
        printing.text()
        printing.table(
            ("property", "of", "value", "", "description"),
            ((each.label, _of(each, known), _value(each), _marks(each), each.description) for each in properties),
        )
        printing.text()
        printing.text("many: several values at once. changes: differs over time. both ways: said of both entities.")


def _of(one: Property, known: Vocabulary) -> str:
    return "everything" if len(one.of) > 1 and set(known.types) <= set(one.of) else ", ".join(one.of)


def _value(one: Property) -> str:
    return " or ".join(one.value_of) or one.value


def _marks(one: Property) -> str:
    told = (("many", one.many), ("changes", one.changes), ("both ways", one.symmetric), ("qualifier", one.qualifies))
    return ", ".join(word for word, so in told if so)


@vocabulary.command("type", cls=Command)
@click.argument("name")
@click.option("--label", metavar="WORDS", help="How people read it.  [default: the name]")
@click.option("--description", metavar="WORDS", help="What it is; needed for a new type.")
@click.option("--parent", metavar="TYPE", help="The type that it is a kind of.")
@click.option("--reason", metavar="WORDS", help="Why a type that there is already is revised.")
@click.pass_obj
def type_(settings: Settings, /, name: str, reason: str | None, **options: Any) -> None:  # noqa: ANN401
    """Define a type of entity, or revise one with a reason.

    In a revision, what is not given stays as it is.
    """
    with settings.writing() as store:
        state = LogState(store.connection)
        given = {key: value for key, value in options.items() if value is not None}
        if "parent" in given:
            given["parent"] = names.type(state.vocabulary, given["parent"]).name
        data = _whole(state, "type.defined", name, given, reason)
        recorded = store.record([Draft("type.defined", data)], actor=settings.recorder())
        known = words.read(store.connection)
        _report(settings, recorded, "type", known.types[data["name"]])


@vocabulary.command("property", cls=Command)
@click.argument("name")
@click.option("--of", multiple=True, metavar="TYPE", help="A type that has it; repeat for more.")
@click.option("--value", type=click.Choice(VALUE_TYPES), help="What its values are.  [default: text]")
@click.option("--value-of", multiple=True, metavar="TYPE", help="A type its entities may have; repeat for more.")
@click.option("--many/--one", default=None, help="An entity may have several values at once.")
@click.option("--changes/--lasts", default=None, help="The value may differ over time.")
@click.option("--inverse", metavar="PROPERTY", help="Its other direction; its own name: both directions are one fact.")
@click.option("--qualifies/--stands-alone", default=None, help="Also usable as a qualifier of a claim.")
@click.option("--same-as", multiple=True, metavar="NAME", help="Its name elsewhere, such as wikidata:P410.")
@click.option("--label", metavar="WORDS", help="How people read it.  [default: the name]")
@click.option("--description", metavar="WORDS", help="What it says; needed for a new property.")
@click.option("--reason", metavar="WORDS", help="Why a property that there is already is revised.")
@click.pass_obj
def property_(settings: Settings, /, name: str, reason: str | None, **options: Any) -> None:  # noqa: ANN401
    """Define a property, or revise one with a reason.

    In a revision, what is not given stays as it is.
    """
    with settings.writing() as store:
        state = LogState(store.connection)
        given = {key: value for key, value in options.items() if value is not None and value != ()}
        for field in ("of", "value_of"):
            if field in given:
                given[field] = [names.type(state.vocabulary, one).name for one in given[field]]
        if "same_as" in given:
            given["same_as"] = list(given["same_as"])
        if "inverse" in given and words.named(given["inverse"]) != words.named(name):
            given["inverse"] = names.property(state.vocabulary, given["inverse"]).name
        elif "inverse" in given:
            given["inverse"] = words.named(name)
        data = _whole(state, "property.defined", name, given, reason)
        data.setdefault("value", "entity" if "value_of" in data else "text")
        if "of" not in data:
            raise BadInput("It is not said of which types.", hint="Name them with --of TYPE; repeat it for more.")
        recorded = store.record([Draft("property.defined", data)], actor=settings.recorder())
        known = words.read(store.connection)
        _report(settings, recorded, "property", known.properties[data["name"]])


def _whole(state: LogState, event: str, name: str, given: dict[str, Any], reason: str | None) -> dict[str, Any]:
    """Return the whole definition: what is in force, with what was given laid over it."""
    name = words.named(name)
    before = {key: value for key, value in (state.definition(event, name) or {}).items() if key != "reason"}
    data = {"label": name.replace("_", " "), **before, **given, "name": name}
    if "description" not in data:
        raise BadInput(f"There is no {event.partition('.')[0]} `{name}` yet.", hint="To define it give --description.")
    if before and reason is not None:
        data["reason"] = reason
    return data


def _report(settings: Settings, recorded: Recorded, what: str, one: Any) -> None:  # noqa: ANN401 - a type or a property
    if settings.json:
        printing.document({"recorded": recorded.count, what: one})
    elif recorded.count:
        printing.text(f"Recorded: the {what} {printing.bold(one.name)}, {one.description}")
    else:
        printing.text(f"Known already: the {what} {one.name}. Nothing was recorded.")
