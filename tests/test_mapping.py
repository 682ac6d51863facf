"""A mapping says what becomes of each row, and what is wrong with it is told with its line before a row is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from test_dossier import ACTOR, fill
from whence import vocabulary
from whence.drafts import Capture, Draft
from whence.errors import BadData, BadInput
from whence.exchange import mapping, own_names
from whence.exchange.cells import Column, date_form, template
from whence.exchange.roster import Roster, id_of
from whence.exchange.rows import Rows
from whence.exchange.tables import table
from whence.exchange.unpacked import Unpacked
from whence.state import LogState
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence.exchange.plan import Plan

SOURCE = "source: earlier\n"  # line 1
COMPANY = "entities:\n  company:\n    type: organization\n    id: c-{No}\n    name: {Name}\n"  # lines 2 to 6
REGISTER = "No,Name,Founded,City,Aliases\n1,Acme,2001,Ghent,AC; ACM\n2,Baltic,,Riga,\n"


@pytest.fixture(name="store", scope="module")
def a_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Make a store with the built-in vocabulary and some entities; who uses it records nothing in it."""
    with Store.create(tmp_path_factory.mktemp("desk") / "whence.db") as store:
        fill(store)
        yield store


@pytest.fixture(autouse=True)
def a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows_of(store: Store, plan: Plan, text: str, name: str = "t.csv") -> Iterator[list[Draft]]:
    """Yield the drafts of each row, each kept."""
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    declared: dict[str, tuple[str, str]] = {}
    state = LogState(store.connection)
    roster = Roster(store.connection, vocabulary.read(store.connection))
    roster.begin(lambda entity: declared.get(entity) or state.entity(entity))
    with Unpacked(path) as file:
        found = table(file, plan.dialect)
        rows = Rows(plan, found, roster)
        for row in found.rows():
            drafts = rows.drafts(row)
            declared |= {
                one.data["entity"]: (one.data["type"], one.data["name"])
                for one in drafts
                if one.type == "entity.declared"
            }
            rows.keep()
            yield drafts


def drafts(store: Store, mapped: str, text: str, name: str = "t.csv") -> list[Draft]:
    plan = mapping.read(mapped, vocabulary.read(store.connection), name="m.yaml")
    return [draft for row in rows_of(store, plan, text, name) for draft in row]


def claims(store: Store, mapped: str, text: str, name: str = "t.csv") -> list[dict[str, Any]]:
    return [dict(one.data) for one in drafts(store, mapped, text, name) if one.type == "claim.made"]


def said(store: Store, mapped: str, text: str, name: str = "t.csv") -> list[tuple[str, str, str]]:
    """Return subject, property and value of each claim."""
    return [(one["subject"], one["property"], one["value"]) for one in claims(store, mapped, text, name)]


def told(store: Store, mapped: str, text: str = REGISTER) -> list[str]:
    """Return every problem."""
    with pytest.raises(BadInput) as caught:
        drafts(store, mapped, text)
    error = caught.value
    return [str(one) for one in error.problems] if isinstance(error, BadData) else [str(error)]


# --- Entities ----------------------------------------------------------------------------------------------------


def test_a_row_is_an_entity_and_several_columns_each_become_a_property(store: Store) -> None:
    mapped = (
        SOURCE
        + COMPANY
        + (
            "    properties:\n"
            "      founded: {column: Founded}\n"
            '      alias: {column: Aliases, split: ";"}\n'
            "      kind: company\n"
            "      headquarters: {column: City, create: place}\n"
        )
    )
    found = drafts(store, mapped, REGISTER)
    assert [(one.data["entity"], one.data["name"]) for one in found if one.type == "entity.declared"] == [
        ("c-1", "Acme"),
        ("ghent", "Ghent"),
        ("c-2", "Baltic"),
        ("riga", "Riga"),
    ]
    assert said(store, mapped, REGISTER) == [
        ("c-1", "founded", "2001"),
        ("c-1", "alias", "AC"),
        ("c-1", "alias", "ACM"),
        ("c-1", "kind", "company"),
        ("c-1", "headquarters", "ghent"),
        ("c-2", "kind", "company"),
        ("c-2", "headquarters", "riga"),
    ]
    assert {one.source for one in found} == {"earlier"}
    assert found[2].where == "t.csv:2, column Founded"


def test_a_row_may_make_several_entities_that_name_each_other(store: Store) -> None:
    mapped = SOURCE + (
        "entities:\n"
        "  person: {type: person, id: 'p-{Pid}', name: '{Person}', properties: {member_of: {entity: company}}}\n"
        "  company: {type: organization, id: 'c-{No}', properties: {alias: '{Short}'}}\n"
    )
    text = "Pid,Person,No,Short\n7,Ann,1,AC\n8,Jan,,\n"
    assert said(store, mapped, text) == [("p-7", "member_of", "c-1"), ("c-1", "alias", "AC")]


def test_an_entity_known_by_its_id_alone_takes_its_name_from_the_row_that_has_it(store: Store) -> None:
    mapped = (
        SOURCE
        + COMPANY.replace("company", "child")
        + ("    properties: {part_of: {entity: parent}}\n  parent: {type: organization, id: 'c-{Parent}'}\n")
    )
    found = [one.data for one in drafts(store, mapped, "No,Name,Parent\n1,Acme,2\n2,Baltic,\n")]
    assert [(one["entity"], one["name"], "reason" in one) for one in found if "name" in one] == [
        ("c-1", "Acme", False),
        ("c-2", "c-2", False),
        ("c-2", "Baltic", True),
    ]


def test_an_entity_without_id_goes_by_its_name_and_namesakes_of_one_type_are_one(store: Store) -> None:
    mapped = SOURCE + "entities: {who: {type: '{Type}', name: '{Name}', properties: {alias: '{Alias}'}}}\n"
    text = "Type,Name,Alias\nperson,Ann Roe,a\nperson,ann roe,b\nplace,Ann Roe,c\nperson,Lee,d\norganization,JCS,e\n"
    assert said(store, mapped, text) == [
        ("ann-roe", "alias", "a"),
        ("ann-roe", "alias", "b"),
        ("ann-roe-2", "alias", "c"),
        ("lee", "alias", "d"),
        ("jcs", "alias", "e"),
    ]


def test_the_id_made_of_a_registers_own_is_the_same_for_the_same_text() -> None:
    assert id_of("HRB 12345 B") == "hrb-12345-b"
    assert id_of("Café №7") == "cafe-no7"
    assert id_of("김수-12").startswith("x-")
    assert id_of("김수-12") != id_of("김수-13")
    assert len(id_of("x" * 500)) == 18


def test_values_of_a_row_that_names_no_entity_are_not_lost_in_silence(store: Store) -> None:
    mapped = SOURCE + COMPANY + "    properties: {founded: '{Founded}'}\n"
    [lost] = told(store, mapped, "No,Name,Founded\n,,2001\n")
    assert lost.startswith("t.csv:2, column Founded: The row does not name its company, and says something of it.")
    assert "a name and no id: Acme" in told(store, mapped, "No,Name,Founded\n,Acme,2001\n")[0]
    assert drafts(store, mapped, "No,Name,Founded\n,,\n , ,\n") == []


def test_an_entity_that_is_something_else_on_record_is_refused(store: Store) -> None:
    mapped = SOURCE + "entities: {who: {type: organization, id: '{Id}', name: '{Name}'}}\n"
    assert (
        "`kim` is a person on record (Kim Su-kwang), and an organization here."
        in told(store, mapped, "Id,Name\nkim,Kim\n")[0]
    )


def test_an_entity_as_value_is_found_by_id_name_or_alias_or_created(store: Store) -> None:
    mapped = SOURCE + "entities: {who: {type: person, name: '{N}', properties: {member_of: {column: Of%s}}}}\n"
    text = "N,Of\nA,nato\nB,NATO\nC,JCS\nD,Lee\n"
    assert [value for _, _, value in said(store, mapped % "", text)] == ["nato", "nato", "jcs", "lee-2"]
    missing = told(store, mapped % "", "N,Of\nA,Natoo\n")
    assert missing[0].startswith("t.csv:2, column Of: There is no entity `Natoo`. Did you mean `nato`?")
    assert said(store, mapped % ", create: organization", "N,Of\nA,Fleet\nB,fleet\n") == [
        ("a", "member_of", "fleet"),
        ("b", "member_of", "fleet"),
    ]


# --- Claims a row each -------------------------------------------------------------------------------------------


def test_a_row_is_a_claim_with_all_that_a_claim_may_say(store: Store) -> None:
    mapped = (
        'source: {column: src}\nclaim:\n  subject: "{s}"\n  property: {column: p}\n  value: {column: v}\n'
        '  quote: "{q}"\n  locator: "{l}"\n  on: "{on}"\n  stance: {column: st, values: {no: denies}}\n'
        '  speaker: {column: sp, split: "|"}\n  said: "{sa}"\n  credibility: "{c}"\n  note: "{n}"\n'
        "  handling: tlp:amber\n  qualifiers: {role: '{role}'}\n"
    )
    text = (
        "src,s,p,v,q,l,on,st,sp,sa,c,n,role\n"
        "Earlier report,kim,Rank,Major,a Major,p. 3,2020-05,no,nato|jcs,2020,2,hm,host\n"
        "earlier,Kim Su-kwang,rank,Colonel,,,,,,,,,\n"
        "earlier,kim,rank,,,,,,,,,,\n"
    )
    first, second = claims(store, mapped, text)
    assert first == {
        "subject": "kim",
        "property": "rank",
        "value": "Major",
        "passages": [{"exact": "a Major", "locator": "p. 3"}],
        "when": {"on": "2020-05"},
        "stance": "denies",
        "speaker": ["nato", "jcs"],
        "said": "2020",
        "credibility": 2,
        "note": "hm",
        "handling": "TLP:AMBER",
        "qualifiers": {"role": "host"},
    }
    assert second == {"subject": "kim", "property": "rank", "value": "Colonel", "handling": "TLP:AMBER"}


def test_a_quote_must_be_in_the_sources_captured_text(store: Store) -> None:
    text = "Colonel Kim arrived. He spoke with Major Lee."
    captured = Capture(text.encode(), text, "text/plain", "2026-01-01T00:00:00Z").draft("report")
    registered = Draft("source.registered", {"kind": "article", "title": "A report"}, source="report")
    store.record([registered, captured], actor=ACTOR)
    mapped = "source: report\nclaim: {subject: kim, property: rank, value: '{v}', quote: '{q}'}\n"
    [found] = claims(store, mapped, "v,q\nColonel,Colonel Kim\n")
    assert found["passages"][0]["start"] == 0
    assert found["passages"][0]["capture"] == captured.data["text_sha256"]
    assert "is not in the captured text" in told(store, mapped, "v,q\nColonel,Colonel Lee\n")[0]


def test_a_table_whose_columns_have_our_names_needs_no_mapping(store: Store) -> None:
    known = vocabulary.read(store.connection)
    path = Path("t.csv")
    path.write_text("Subject,type,property,value,value_type,source,locator,role\n", encoding="utf-8")
    with Unpacked(path) as file:
        plan = own_names.plan_of(
            table(file, mapping.read("claim: {subject: a, property: rank, value: b}", known).dialect), known
        )
    text = (
        path.read_text(encoding="utf-8")
        + "Ann,person,nationality,Belgium,organization,earlier,p. 1,host\nkim,,rank,Major,,earlier,,\n"
    )
    found = [one for row in rows_of(store, plan, text) for one in row]
    assert [dict(one.data) for one in found if one.type == "claim.made"] == [
        {
            "subject": "ann",
            "property": "nationality",
            "value": "belgium",
            "passages": [{"locator": "p. 1"}],
            "qualifiers": {"role": "host"},
        },
        {"subject": "kim", "property": "rank", "value": "Major"},
    ]


# --- Sources -----------------------------------------------------------------------------------------------------


def test_a_source_is_registered_once_for_each_id_with_what_its_columns_say(store: Store) -> None:
    mapped = (
        "source:\n"
        "  id: '{id}'\n  title: '{title}'\n  kind: article\n  url: '{url}'\n  grade: {column: g, values: {good: B}}\n"
        "  published: {column: date, format: DD.MM.YYYY}\n  publisher: {column: paper, create: organization}\n"
        "claim: {subject: kim, property: alias, value: '{v}'}\n"
    )
    text = "id,title,url,g,date,paper,v\nA 1,One,,good,1.2.2020,Daily,x\nA 1,One,,good,1.2.2020,Daily,y\nb,Two,,,,,z\n"
    found = drafts(store, mapped, text)
    assert [(one.type, one.source) for one in found] == [
        ("entity.declared", None),
        ("source.registered", "a-1"),
        ("source.graded", "a-1"),
        ("claim.made", "a-1"),
        ("claim.made", "a-1"),
        ("source.registered", "b"),
        ("claim.made", "b"),
    ]
    assert found[1].data == {"kind": "article", "title": "One", "published": "2020-02-01", "publisher": "daily"}
    assert found[2].data["grade"] == "B"
    again = told(store, mapped, text.replace("A 1,One,,good,1.2.2020,Daily,y", "A 1,Other,,good,1.2.2020,Daily,y"))
    assert "says other things of the source `a-1`" in again[0]


def test_without_a_source_nothing_is_read(store: Store) -> None:
    assert told(store, COMPANY)[0].startswith("No source is named, and every fact needs one.\nWrite `source:`")
    assert told(store, "source: earlyer\n" + COMPANY)[0].startswith(
        "m.yaml:1: There is no source `earlyer`. Did you mean `earlier`"
    )
    by_row = "source: '{Founded}'\n" + COMPANY + "    properties: {alias: x}\n"
    assert "t.csv:3: The row names no source" in told(store, by_row, "No,Name,Founded\n1,A,earlier\n2,B,\n")[0]


# --- Texts -------------------------------------------------------------------------------------------------------


def test_a_text_holds_cells_between_braces() -> None:
    assert template("row {row} of {Company  name}") == ("row ", Column("row"), " of ", Column("Company name"))
    assert template("{{x}} {a}") == ("{x} ", Column("a"))
    assert template("plain") == ("plain",)
    for wrong in ("{a", "a}", "{}", "{ }", "{{a}"):
        with pytest.raises(BadInput, match="brace"):
            template(wrong)


def test_a_text_is_empty_where_all_its_cells_are_and_marks_of_nothing_count_as_empty(store: Store) -> None:
    mapped = (
        "table: {empty: ['-', N/A]}\n" + SOURCE + "entities:\n  who:\n    type: person\n    name: '{First} {Last}'\n"
        "    properties: {note: 'seen in {City}, row {row}', alias: [{Alias}, '{Other}']}\n"
    )
    text = "First,Last,City,Alias,Other\nAnn,-,Ghent,AR,AR\n-,Roe,-,N/A,Ro\n"
    assert said(store, mapped, text) == [
        ("ann", "note", "seen in Ghent, row 2"),
        ("ann", "alias", "AR"),
        ("ann", "alias", "AR"),
        ("roe", "note", "seen in , row 3"),
        ("roe", "alias", "Ro"),
    ]


@pytest.mark.parametrize(
    ("form", "text", "read"),
    [
        ("DD/MM/YYYY", "3/02/1962", "1962-02-03"),
        ("DD/MM/YYYY", "00/02/1962", "1962-02"),
        ("DD/MM/YYYY", "00/00/1962", "1962"),
        ("DD/MM/YYYY", "03/31/1962", "03/31/1962"),
        ("DD MMM YYYY", "03 Oct 1964", "1964-10-03"),
        ("DD MMM YYYY", "3 october 1964", "1964-10-03"),
        ("MMM YYYY", "Sept. 1964", "1964-09"),
        ("YYYY-MM-DD *", "2020-05-06 00:00:00", "2020-05-06"),
        ("YYYYMMDD", "20200506", "2020-05-06"),
        ("YYYY", "circa 1962", "circa 1962"),
    ],
)
def test_a_date_is_read_in_the_form_that_is_said_and_else_left_as_it_is(
    store: Store, form: str, text: str, read: str
) -> None:
    mapped = SOURCE + f"claim: {{subject: nato, property: founded, value: {{column: d, format: [{form}]}}}}\n"
    assert [value for _, _, value in said(store, mapped, f"d\n{text}\n")] == [read]


@pytest.mark.parametrize("form", ["DD/MM", "YYYY YYYY", "DD YYYY", "dd.mm.yyyy", "YYYY * MM", "%Y"])
def test_a_form_that_is_none_is_refused(form: str) -> None:
    with pytest.raises(BadInput, match="is no form of a date"):
        date_form(form)


def test_a_number_with_a_decimal_comma_is_read_where_that_is_said(store: Store) -> None:
    mapped = SOURCE + "claim: {subject: nato, property: troops, value: {column: n, decimal: ','}}\n"
    found = said(
        store,
        mapped,
        'n\n"1.234,5"\n1 000\n75\n',
    )
    assert [value for _, _, value in found] == ["1234.5", "1000", "75"]


def test_lists_and_objects_of_json_are_read_by_their_paths(store: Store) -> None:
    mapped = SOURCE + (
        "entities:\n  who:\n    type: organization\n    id: '{id}'\n    properties:\n"
        "      alias: '{properties.name}'\n      note: '{places.city}'\n      kind: '{kind.of}'\n"
    )
    line = (
        '{"id": 1, "properties": {"name": ["A", "", "B", "A"]}, '
        '"places": [{"city": "X"}, {}, {"city": "Y"}], "kind.of": true}'
    )
    assert said(store, mapped, line + '\n{"id": "2"}\n', "t.jsonl") == [
        ("1", "alias", "A"),
        ("1", "alias", "B"),
        ("1", "note", "X"),
        ("1", "note", "Y"),
        ("1", "kind", "true"),
    ]
    with pytest.raises(BadData, match=r"`properties` is an object and no text\. Name what is in it: properties\.name"):
        drafts(store, SOURCE + "claim: {subject: nato, property: note, value: '{properties}'}\n", line, "t.jsonl")
    with pytest.raises(BadData, match=r"`properties\.name` is a list"):
        drafts(store, SOURCE + "entities: {a: {type: person, name: '{properties.name}'}}\n", line, "t.jsonl")


# --- Defaults ----------------------------------------------------------------------------------------------------


def test_what_is_said_of_one_claim_goes_before_the_defaults(store: Store) -> None:
    mapped = (
        SOURCE + "defaults: {locator: 'row {row}', on: 2026-01, credibility: 3}\n" + COMPANY + "    properties:\n"
        "      founded: {column: Founded, locator: 'cell C{row}'}\n"
        "      headquarters: {column: City, create: place}\n"
        "      identifier: {column: No, from: '{Founded}', credibility: 1}\n"
    )
    founded, headquarters, identifier, *_ = claims(store, mapped, REGISTER)
    assert founded["passages"] == [{"locator": "cell C2"}]
    assert "when" not in founded  # when it was founded does not change
    assert headquarters["passages"] == [{"locator": "row 2"}]
    assert headquarters["when"] == {"on": "2026-01"}
    assert identifier["when"] == {"from": "2001"}
    assert (founded["credibility"], identifier["credibility"]) == (3, 1)


# --- Problems of the mapping -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("entitys: {}\n", "m.yaml:2: `entitys` is no field of a mapping. Did you mean `entities`?"),
        ("", "m.yaml:1: The mapping says of nothing what it is."),
        ("claim: {subject: nato, property: rank}\n", "m.yaml:2: The claim has no `value`."),
        ("claim: {subject: a, property: rnk, value: b}\n", "m.yaml:2: There is no property `rnk`."),
        ("entities:\n  a: {id: x}\n", "m.yaml:3: `a` has no `type`."),
        ("entities:\n  a: {type: persn, id: x}\n", "m.yaml:3: There is no type `persn`. Did you mean `person`?"),
        ("entities:\n  a: {type: person}\n", "m.yaml:3: `a` has no `id` and no `name`."),
        ("entities: {a: x}\n", "m.yaml:2: `a` says nothing."),
        ("claim: {}\n" + COMPANY, "m.yaml:2: A mapping has `entities` or one `claim`, not both."),
        ("table: {delimiter: ab}\n" + COMPANY, "m.yaml:2: `delimiter` is one character."),
        ("table: {skip: x}\n" + COMPANY, "m.yaml:2: `skip` is no whole number: x."),
        ("entities:\n  a:\n    name: {A} {B}\n", "A text that begins with { needs quotes:"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_with_its_line(store: Store, text: str, sentence: str) -> None:
    assert any(sentence in one for one in told(store, SOURCE + text))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("foundd: x", "There is no property `foundd`. Did you mean `founded`?"),
        ("rank: x", "`rank` is said of a person, and `company` is an organization."),
        ("founded: 2001-02-30", "2001-02-30: February 2001 has 28 days."),
        ("kind: {column: A, colum: B}", "`colum` is no field of `kind`. Did you mean `column`?"),
        ("kind: {split: ;}", "`kind` has no `column` and no `text`."),
        ("kind: {column: A, text: B}", "`kind` has both a `column` and a `text`."),
        ("kind: {column: A, create: place}", "`kind` has text values, so nothing can be made of one."),
        ("headquarters: {column: A, create: ship}", "There is no type `ship`."),
        (
            "headquarters: {column: A, create: person}",
            "`headquarters` takes a place as value, and `create` says person.",
        ),
        ("part_of: {entity: x}", "The mapping has no entity `x`. The mapping has: company."),
        ("kind: {entity: company}", "`kind` has text values, no entity."),
        ("kind: {column: A, on: 2001-13}", "2001-13"),
        ("kind: {column: A, stance: maybe}", "`maybe` is no stance. It is one of affirms, denies, expects."),
        ("kind: {column: A, credibility: 7}", "`7` is no credibility. It is one of 1 to 6."),
        ("kind: {column: A, denies: true, expects: true}", "A claim has one stance, and this has several."),
        ("kind: {column: A, translation: B}", "A `translation` belongs to a `quote`."),
        ("kind: {column: A, format: dd}", "`dd` is no form of a date."),
        ("kind: {column: A, decimal: x}", "`decimal` is a comma or a point, not x."),
        ("kind: {column: A, qualifiers: {rank: x}}", "`rank` is no qualifier."),
    ],
)
def test_a_mistake_in_a_property_is_told_with_its_line(store: Store, text: str, sentence: str) -> None:
    found = told(store, SOURCE + COMPANY + "    properties: {" + text + "}\n")
    assert any(one.startswith(f"m.yaml:7: {sentence}") for one in found), found


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("{title: A}", "m.yaml:1: The source has no `id`."),
        ("{id: a, kind: x}", "m.yaml:1: The source has no `title`."),
        ("{id: a, title: A, grade_reason: x}", "m.yaml:1: There is a `grade_reason` and no `grade`."),
        ("{id: a, titel: A}", "m.yaml:1: `titel` is no field of a source. Did you mean `title`?"),
    ],
)
def test_a_mistake_in_the_source_is_told_with_its_line(store: Store, source: str, sentence: str) -> None:
    assert any(sentence in one for one in told(store, f"source: {source}\n{COMPANY}"))


def test_a_column_that_the_table_has_not_is_told_with_the_line_of_the_mapping(store: Store) -> None:
    mapped = SOURCE + COMPANY + "    properties: {founded: '{Foundet}', alias: '{Nix}'}\n"
    assert told(store, mapped) == [
        "m.yaml:7: t.csv has no column `Foundet`. Did you mean `Founded`?",
        "m.yaml:7: t.csv has no column `Nix`. Its columns are: No, Name, Founded, City, Aliases.",
    ]
    assert "Several columns of t.csv are called `Name`: 2 and 3." in told(store, SOURCE + COMPANY, "No,Name,Name\n")[0]


def test_a_constant_that_is_called_like_a_column_is_asked_about(store: Store) -> None:
    mapped = SOURCE + COMPANY + "    properties: {alias: City}\n"
    [asked] = told(store, mapped)
    assert asked.startswith(
        "m.yaml:7: `City` is a column of t.csv. Write {column: City} for what stands in it, or {text:"
    )
    assert said(store, mapped.replace("City", "{text: City}"), REGISTER)[0] == ("c-1", "alias", "City")
    # A type is one of the vocabulary, whatever the columns are called.
    assert drafts(store, SOURCE + COMPANY, "No,Name,organization\n1,Acme,x\n")[0].data["type"] == "organization"
