"""Every payload has one form: what is unknown is refused, and what equals its default is left out."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from pydantic_core import ValidationError

from histories import PROPERTIES, claimed, property_defined, registered
from whence.events import DEFAULTS, REFERENCES, TypeNotKnown, payload, payload_problems
from whence.payloads import PAYLOADS, schemas
from whence.rules import RULES
from whence.rulings import RULINGS

CLAIM: dict[str, Any] = {"subject": "kim", "property": "rank", "value": "Major"}


def sentences(type_: str, data: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in payload_problems(type_, data)]


def test_every_type_of_event_has_a_rule() -> None:
    assert set(PAYLOADS) == set(RULES) | RULINGS


def test_payloads_are_checked_by_what_pydantic_makes_of_the_models() -> None:
    kept = json.loads((files("whence") / "payloads.json").read_text(encoding="utf-8"))
    assert kept == schemas(), "src/whence/payloads.json is not what the models say: run scripts/payloads"


def test_references_and_defaults_are_of_types_and_fields_that_exist() -> None:
    for types in (REFERENCES, DEFAULTS):
        assert set(types) <= set(PAYLOADS)
    for type_, fields in REFERENCES.items():
        assert set(fields) <= set(PAYLOADS[type_].__annotations__)
    for type_, defaults in DEFAULTS.items():
        assert {name for name, _ in defaults} <= set(PAYLOADS[type_].__annotations__)


def test_a_field_at_its_default_is_left_out() -> None:
    assert payload("claim.made", {**CLAIM, "stance": "affirms", "inferred": False}) == CLAIM
    rank = property_defined("rank").data
    assert payload("property.defined", {**rank, "many": False, "qualifies": False}) == rank


def test_a_payload_is_not_changed_by_its_check() -> None:
    data = {**CLAIM, "stance": "affirms"}
    payload("claim.made", data)
    assert data == {**CLAIM, "stance": "affirms"}


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_what_the_model_gives_it_takes_again_unchanged(name: str) -> None:
    data = payload("property.defined", property_defined(name).data)
    assert payload("property.defined", data) == data


@pytest.mark.parametrize("type_", ["claim.mad", "", "event.erased ", "__class__"])
def test_an_unknown_type_says_that_a_newer_version_wrote_it(type_: str) -> None:
    with pytest.raises(TypeNotKnown, match="is not known to this version of whence") as caught:
        payload(type_, {})
    assert caught.value.hint == "A newer version wrote it: update whence and try again."
    with pytest.raises(TypeNotKnown):
        payload_problems(type_, {})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"subject": None}, ["`subject`: input should be a valid string (was None)."]),
        ({"subject": "Kim"}, ["`subject` is not of the right form: 'Kim'."]),
        ({"subject": "k" * 201}, ["`subject` is longer than 200 characters."]),
        ({"value": ""}, ["`value` is empty."]),
        ({"colour": "red"}, ["`colour` is no field of this event."]),
        ({"passages": [{"exact": "x", "page": 4}]}, ["`passages.0.page` is no field of this event."]),
        ({"when": {"on": ""}}, ["`when.on` is empty."]),
        ({"when": {"since": "2020"}}, ["`when.since` is no field of this event."]),
        ({"when": {}}, ["`when`: dictionary should have at least 1 item"]),
        ({"when": {"on": "2020\n"}}, ["`when.on` is not of the right form: '2020\\n'."]),
        ({"credibility": 0, "stance": "maybe"}, ["`stance`", "`credibility`"]),
        ({"value": ["x" * 100]}, ["`value`: input should be a valid string (was ['xxxxxxxx"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_payload_is_told_by_its_place(changed: dict[str, Any], told: list[str]) -> None:
    found = sentences("claim.made", {**CLAIM, **changed})
    assert len(found) == len(told)
    for sentence, beginning in zip(found, told, strict=True):
        assert sentence.startswith(beginning)
        assert len(sentence) < 200


@pytest.mark.parametrize("value", ["1", 1.0, True, "true"])
def test_nothing_is_taken_for_another_type(value: object) -> None:
    with pytest.raises(ValidationError):
        payload("claim.made", {**CLAIM, "credibility": value})


@pytest.mark.parametrize(
    "moment", ["2023-02-13", "2023-02-13T10:00:00", "\u0662023-02-13T10:00:00Z", "2023-02-13T10:00:00+01:00"]
)
def test_a_moment_is_in_coordinated_universal_time(moment: str) -> None:
    data = {"sha256": "a" * 64, "text_sha256": "a" * 64, "media_type": "text/plain", "size": 1, "retrieved_at": moment}
    assert sentences("source.captured", data)[0].startswith("`retrieved_at` is not of the right form")


def test_drafts_in_few_words_have_payloads_that_pass() -> None:
    for draft in (claimed("s1", "kim", "rank", "Major"), registered("s1", publisher="nato")):
        assert payload(draft.type, draft.data) == draft.data
