"""`add`: one claim is recorded, with the words it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import click

from whence import audit, log, names, reading, vocabulary
from whence.cli import printing
from whence.cli.documents import of_claim
from whence.cli.identity import short
from whence.cli.program import Command, WholeNumber
from whence.cli.wording import EVIDENCE, HANDLINGS, status
from whence.drafts import Draft
from whence.errors import BadInput

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from whence.cli.settings import Settings
    from whence.reading import Entity, Fact
    from whence.recording import Recorded
    from whence.vocabulary import Property, Vocabulary

__all__ = ["add", "rivals_of", "say_fact"]


EXAMPLE = (
    "\b\nwhence add nato partner-of 'Republic of Korea' --source nato-2023-02-17 \\\n"
    "  --quote 'a valued partner' --on 2023-02-13"
)


@click.command(cls=Command, epilog=EXAMPLE)
@click.argument("subject")
@click.argument("property_name", metavar="PROPERTY")
@click.argument("value")
@click.option("--source", "-s", envvar="WHENCE_SOURCE", metavar="S", help="The source that says it, or WHENCE_SOURCE.")
@click.option("--quote", "-q", metavar="WORDS", help="Its words, the shortest that carry the claim.")
@click.option("--locator", metavar="PLACE", help="Where they stand: “¶ 4”, “p. 12”, “00:31:07”.")
@click.option("--no-passage", is_flag=True, help="Say that no words can be named.")
@click.option("--start", type=WholeNumber(min=0), metavar="N", help="Where the quote starts: characters before it.")
@click.option("--nth", type=WholeNumber(min=1), metavar="N", help="Which, if the text has the quote several times.")
@click.option("--prefix", metavar="WORDS", help="The words before the quote.")
@click.option("--suffix", metavar="WORDS", help="The words after the quote.")
@click.option("--translation", metavar="WORDS", help="The quote in your language.")
@click.option("--on", metavar="DATE", help="It held throughout this time.")
@click.option("--from", "from_", metavar="DATE", help="It began then.")
@click.option("--until", metavar="DATE", help="It ended then.")
@click.option("--during", metavar="DATE", help="It held on some day of this time.")
@click.option("--denies", is_flag=True, help="The source denies it.")
@click.option("--expects", is_flag=True, help="The source plans or predicts it.")
@click.option("--speaker", multiple=True, metavar="WHO", help="Who says it in the source; repeat, the nearest first.")
@click.option("--said", metavar="DATE", help="When the speaker said it.")
@click.option("--qualifier", multiple=True, metavar="NAME=VALUE", help="Such as role=host; repeat for more.")
@click.option("--inferred", is_flag=True, help="You worked the value out; --note says how.")
@click.option("--note", metavar="WORDS", help="A remark of yours.")
@click.option("--credibility", type=click.IntRange(1, 6), metavar="1-6", help="1 confirmed to 5 improbable, 6 unknown.")
@click.option(
    "--handling",
    type=click.Choice(HANDLINGS, case_sensitive=False),
    metavar="LABEL",
    help="Who may see it (TLP 2.0): TLP:CLEAR to TLP:RED.",
)
@click.option("--create", is_flag=True, help="Declare the subject, and an entity as value, where unknown.")
@click.option("--type", "type_", metavar="TYPE", help="With --create: the type of the subject.")
@click.option("--value-of", metavar="TYPE", help="With --create: the type of the value.")
@click.pass_obj
def add(settings: Settings, /, subject: str, property_name: str, value: str, **options: Any) -> None:  # noqa: ANN401
    """Record what one source says: a claim.

    SUBJECT is an entity by id, name or alias. PROPERTY is one of `whence vocabulary`. Dates are EDTF:
    2023-02-13, 2023-02, 2023-02~, [2023-02-14..]. A number may be vague: ~75, 70..80, 75.. . One of
    --quote, --locator and --no-passage says on which words the claim rests.
    """
    for name, words in (("SUBJECT", subject), ("PROPERTY", property_name), ("VALUE", value)):
        if not words.strip():
            raise click.UsageError(f"{name} is empty.")
    passage = _passage(options)
    if not options["source"]:
        raise BadInput("No source is named, and every fact needs one.", hint="Name it with --source or WHENCE_SOURCE.")
    with settings.writing() as store:
        source = names.source(store.connection, options["source"])
        resolver = _Resolver(store.connection, create=options["create"], source=source)
        one = names.property(resolver.vocabulary, property_name)
        data = {
            "subject": resolver.entity(
                subject, one.of, chosen=options["type_"], option="--type", what=f"the subject of `{one.label}`"
            ),
            "property": one.name,
            "value": value,
            **_told(options),
        }
        if one.value == "entity":
            data["value"] = resolver.entity(
                value, one.value_of, chosen=options["value_of"], option="--value-of", what=f"the value of `{one.label}`"
            )
        if passage:
            data["passages"] = [_anchored(store.connection, source, passage, options["nth"])]
        if options["speaker"]:
            data["speaker"] = [resolver.named(each, "The speaker") for each in options["speaker"]]
        if options["qualifier"]:
            data["qualifiers"] = resolver.qualifiers(options["qualifier"])
        drafts = [*resolver.declared, Draft("claim.made", data, source=source)]
        recorded = store.record(drafts, actor=settings.recorder(), anew=True)
        _report(settings, store.connection, recorded, resolver.declared)


def _passage(options: dict[str, Any]) -> dict[str, Any]:
    """Return the passage as typed; empty where none can be named. Raises UsageError where it is not said which."""
    given = {key: options[key] for key in ("quote", "locator", "start", "prefix", "suffix", "translation")}
    passage = {key: value for key, value in given.items() if value is not None}
    if options["no_passage"] and passage:
        raise click.UsageError("--no-passage says that no words can be named, and words or a place are given too.")
    if not options["no_passage"] and not passage.keys() & {"quote", "locator"}:
        raise click.UsageError(
            "On which words does it rest? Give --quote WORDS, or --locator PLACE, or say --no-passage."
        )
    if empty := next((key for key, value in passage.items() if isinstance(value, str) and not value.strip()), None):
        raise click.UsageError(f"--{empty} is empty: leave it out, or give the words.")
    if "quote" not in passage and options["nth"] is not None:
        raise click.UsageError("--nth belongs to a quote: give --quote too.")
    if "start" in passage and options["nth"] is not None:
        raise click.UsageError("--start and --nth both say where the quote stands: give one of them.")
    if "quote" not in passage and (alone := passage.keys() & {"start", "prefix", "suffix"}):
        raise click.UsageError(f"--{min(alone)} belongs to a quote: give --quote too.")
    if "quote" in passage:
        passage["exact"] = normalize("NFC", passage.pop("quote"))
    if "start" in passage:
        passage["end"] = passage["start"] + len(passage["exact"])
    return passage


def _anchored(connection: sqlite3.Connection, source: str, passage: dict[str, Any], nth: int | None) -> dict[str, Any]:
    """Return the passage; a quote is looked up in the source's captured text, where there is one.

    Raises BadInput where it is not there, or stands in several places and none is chosen.
    """
    if "exact" not in passage:
        return passage
    if "start" in passage:
        registered = reading.source(connection, source)
        capture = None if registered is None else registered.text_sha256
        return {**passage, "capture": capture} if capture is not None else passage
    # Imported here: only a quote is looked up, and it takes 30 ms.
    from whence import evidence  # noqa: PLC0415

    prefix, suffix = passage.get("prefix", ""), passage.get("suffix", "")
    found = evidence.passage(connection, source, passage["exact"], prefix=prefix, suffix=suffix, nth=nth)
    if nth is not None and "capture" not in found:
        raise BadInput(
            f"No text of {source} is archived here, so --nth has nothing to count in.",
            hint="Capture it with `whence source capture`, or leave --nth out and say --prefix or --suffix.",
        )
    return {**found, **{key: passage[key] for key in ("locator", "translation") if key in passage}}


def _told(options: dict[str, Any]) -> dict[str, Any]:
    """Return the plain fields of the claim that were given."""
    if options["denies"] and options["expects"]:
        raise click.UsageError("A claim denies or expects, not both.")
    data: dict[str, Any] = {}
    times = {"on": options["on"], "from": options["from_"], "until": options["until"], "during": options["during"]}
    when = {key: date for key, date in times.items() if date is not None}
    if when:
        data["when"] = when
    if options["denies"] or options["expects"]:
        data["stance"] = "denies" if options["denies"] else "expects"
    if options["inferred"]:
        data["inferred"] = True
    plain = ("said", "note", "credibility", "handling")
    return data | {key: options[key] for key in plain if options[key] is not None}


class _Resolver:
    """Finds the entities that are named, and drafts those that `--create` declares."""

    def __init__(self, connection: sqlite3.Connection, *, create: bool, source: str) -> None:
        self.connection = connection
        self.create = create
        self.source = source
        self.vocabulary: Vocabulary = vocabulary.read(connection)
        self.declared: list[Draft] = []

    def entity(self, text: str, types: tuple[str, ...], *, chosen: str | None, option: str, what: str) -> str:
        """Return the id of the entity that is named; with --create an unknown one is drafted with its type."""
        if names.candidates(self.connection, text):
            return names.entity(self.connection, text, types=types)
        if not self.create:
            try:
                return names.entity(self.connection, text)
            except BadInput as error:
                raise BadInput(error.message, hint=f"{error.hint} Or add --create to declare it here.") from error
        for draft in self.declared:
            if draft.data["name"] == text.strip():
                return str(draft.data["entity"])
        if chosen is None and len(types) != 1:
            some = ", ".join(types or self.vocabulary.types)
            raise BadInput(
                f"`{text}` is not declared yet, and {what} may be any of: {some}.",
                hint=f"Say which with {option} TYPE.",
            )
        type_ = names.type(self.vocabulary, chosen).name if chosen is not None else types[0]
        taken = {str(draft.data["entity"]) for draft in self.declared}
        entity = names.free_id(lambda one: one in taken or reading.entity(self.connection, one) is not None, text)
        data = {"entity": entity, "type": type_, "name": text.strip()}
        self.declared.append(Draft("entity.declared", data, source=self.source))
        return entity

    def named(self, text: str, what: str) -> str:
        """Return the id of an entity that must be declared already, or is being declared by this very claim."""
        for draft in self.declared:
            if text.strip() in (draft.data["name"], draft.data["entity"]):
                return str(draft.data["entity"])
        try:
            return names.entity(self.connection, text)
        except BadInput as error:
            raise BadInput(f"{what}: {error.message}", hint=error.hint) from error

    def qualifiers(self, given: Sequence[str]) -> dict[str, str]:
        """Return the qualifiers by name. Raises BadInput where one has no value or stands twice."""
        found: dict[str, str] = {}
        for pair in given:
            name, equals, value = pair.partition("=")
            if not equals or not value.strip():
                raise BadInput(f"The qualifier `{pair}` has no value.", hint="Write it as role=host.")
            one: Property = names.property(self.vocabulary, name)
            if one.name in found:
                raise BadInput(f"The qualifier `{one.label}` is given twice.", hint="Give it once.")
            found[one.name] = self.named(value, f"The qualifier `{one.label}`") if one.value == "entity" else value
        return found


def _report(settings: Settings, connection: sqlite3.Connection, recorded: Recorded, drafts: list[Draft]) -> None:
    """Say what was recorded, or that it was known, and how the fact stands now."""
    event = log.find(connection, recorded.ids[-1])
    claim = audit.claim(connection, event.position)
    fact_id = audit.fact_of(connection, event.position)
    fact = None if fact_id is None else reading.fact(connection, fact_id)
    rivals = rivals_of(connection, fact)
    declared = [one for draft in drafts if (one := reading.entity(connection, draft.data["entity"])) is not None]
    known = any(one.draft.type == "claim.made" for one in recorded.known)
    if settings.json:
        content = {
            "recorded": recorded.count,
            "claim": of_claim(claim),
            "declared": declared,
            "fact": fact,
            "rivals": rivals,
        }
        printing.document(content)
        return
    _say_declared(declared)
    prefix = short(connection, event.id)
    if known:
        printing.text(f"Known already: the claim {prefix} of {event.source} says just that. Nothing was recorded.")
    elif claim is not None and fact is not None:
        verb = {"affirms": "", "denies": "denied: ", "expects": "expected: "}[claim.stance]
        said = f"{fact.entity_name}, {verb}{fact.label}: {claim.shown}"
        # Said at once, while whoever typed it has the source at hand.
        mark = f", {EVIDENCE['none']}" if claim.evidence == "none" else ""
        printing.text(f"Recorded {printing.bold(prefix)}: {said} ({event.source}{mark}).")
    if fact is not None:
        say_fact(fact, rivals)


def rivals_of(connection: sqlite3.Connection, fact: Fact | None) -> list[Fact]:
    """Return the facts that contest this one."""
    if fact is None or fact.status != "contested":
        return []
    return [one for one in reading.rivals(connection, fact.entity, fact.property) if one.fact != fact.fact]


def _say_declared(declared: list[Entity]) -> None:
    for one in declared:
        printing.text(f"Declared {printing.bold(one.entity)}: {one.name}, {one.type}.")


def say_fact(fact: Fact, rivals: list[Fact]) -> None:
    """Print how a fact stands now, and what contests it."""
    support = printing.count(fact.supports, "claim") + " from " + printing.count(fact.origins, "origin")
    against = f", {printing.count(fact.denies, 'denial')}" if fact.denies else ""
    printing.text(f"Fact {fact.fact[:8]} is {printing.bold(status(fact))}: {support}{against}.")
    for one in rivals:
        printing.text(f"  contested by {one.shown} ({printing.count(one.origins, 'origin')}, fact {one.fact[:8]})")
