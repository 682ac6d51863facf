"""The commands by which people rule and correct: what they print, what they ask first, and what they refuse."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from desk import at_desk  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from desk import Desk

HERO = "francesco-diella"
DAY = ("--no-passage", "--on", "2023-02-13")


@pytest.fixture(name="told")
def told_desk(desk: Desk) -> Desk:
    """Return a desk where nato-1 (grade B) calls Diella a lieutenant general and amr-1 a major general."""
    desk.run("add", "Francesco Diella", "rank", "Lieutenant General", "-s", "nato-1", "--create", *DAY)
    desk.run("add", HERO, "rank", "Major General", "-s", "amr-1", *DAY)
    return desk


def statuses(desk: Desk, entity: str = HERO) -> dict[str, str]:
    return {fact["shown"]: fact["status"] for fact in desk.json("show", entity)["facts"]}


def on_a_terminal(desk: Desk, keys: tuple[str, ...], *arguments: str) -> str:
    """Run a command on a terminal of its own, type the keys as it asks, and return what stood on the screen."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "whence", *arguments]
    environment = {**desk.environment(), "TERM": "dumb", "COLUMNS": "120"}
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, cwd=desk.folder, env=environment
    ) as process:
        os.close(follower)
        said, waiting, typed = b"", list(keys), b""
        silences = 0
        while silences < 5:
            if not select.select([leader], [], [], 3)[0]:
                # A key that came before the terminal listened for one is lost: it is typed again.
                os.write(leader, typed)
                silences += 1
                continue
            try:
                said += os.read(leader, 4096)
            except OSError:  # the other side is closed: the command has ended
                break
            if waiting and said.rstrip().endswith((b"]:", b"q quit")):
                typed = waiting.pop(0).encode()
                os.write(leader, typed)
        else:
            process.kill()
        process.wait(60)
    os.close(leader)
    return said.decode()


def test_a_verdict_is_recorded_and_shows_how_the_facts_stand(told: Desk) -> None:
    lines = told.run("decide", HERO, "rank", "Major General", "--reason", "asked him").out.splitlines()
    assert lines[0].endswith(": decided.")
    assert lines[2].split()[:4] == ["rank", "Major", "General", "accepted"]
    assert statuses(told) == {"Major General": "accepted", "Lieutenant General": "rejected"}
    assert "asked him" in told.run("why", HERO, "rank", "Lieutenant General").out


def test_a_verdict_against_a_value_and_its_revocation(told: Desk) -> None:
    event = told.run("decide", HERO, "rank", "Major General", "--against", "--reason", "asked him").event
    assert statuses(told) == {"Lieutenant General": "accepted", "Major General": "rejected"}
    said = told.run("decide", "--revoke", event, "--reason", "misheard").out
    assert f"the verdict {event} is revoked" in said
    assert set(statuses(told).values()) == {"contested"}
    assert "is undone already" in told.refused("decide", "--revoke", event, "--reason", "again")


def test_a_verdict_that_evidence_has_moved_under_is_listed_for_review(told: Desk) -> None:
    assert told.run("conflicts", "--review").out == "No verdict wants another look.\n"
    event = told.run("decide", HERO, "rank", "Major General", "--reason", "asked him").event
    told.run("add", HERO, "rank", "General", "-s", "nato-1", *DAY)
    assert "accepted (review, no passage)" in told.run("show", HERO).out
    said = " ".join(told.run("conflicts", "--review").out.split())
    assert "Francesco Diella, rank: Major General" in said
    assert "asked him. Evidence has moved since: it wants another look." in said
    assert f"whence decide --revoke {event[:8]}" in said
    assert [one["shown"] for one in told.json("conflicts", "--review")["reviews"]] == ["Major General"]


def test_what_cannot_be_decided_is_told(told: Desk) -> None:
    assert "Nobody claims `rank` “Admiral”" in told.refused("decide", HERO, "rank", "Admiral", "--reason", "x")
    verdict = ("decide", HERO, "rank", "Major General", "--reason", "x")
    assert "is before from" in told.refused(*verdict, "--from", "2024", "--until", "2020")
    told.run(*verdict)
    assert "A verdict on that stands" in told.refused(*verdict)
    assert "Name a SUBJECT" in told.refused("decide", HERO, "rank", "--reason", "x")
    assert "Name a SUBJECT" in told.refused("decide", HERO, "rank", "x", "--revoke", "abcd", "--reason", "x")
    assert "Missing option '--reason'" in told.refused("decide", HERO, "rank", "Major General")
    assert "no verdict" in told.refused("decide", "--revoke", first(told), "--reason", "x")


def first(desk: Desk) -> str:
    """Return the id of the first event, which is no ruling."""
    return str(desk.json("log", "--limit", "500")["events"][-1]["id"])


def test_a_verdict_for_what_nothing_affirms_any_more_is_shown_wherever_one_looks(told: Desk) -> None:
    event = told.run("decide", HERO, "rank", "Major General", "--reason", "asked him").event
    told.run("source", "withdraw", "amr-1", "--reason", "they took it back", "--yes")
    assert statuses(told) == {"Lieutenant General": "rejected"}
    stands = (
        "A verdict for “Major General” stands (Jo Park <jo@example.org>: asked him), which nothing on record affirms"
    )
    assert f"rank: {stands} any more" in " ".join(told.run("show", HERO).out.split())
    review = " ".join(told.run("conflicts", "--review").out.split())
    assert f"Francesco Diella, rank {stands} any more; it holds until somebody revokes it." in review
    assert f"whence decide --revoke {event[:8]}" in review
    assert "Francesco Diella, rank: Lieutenant General Rejected by verdict" in review
    why = " ".join(told.run("why", HERO, "rank").out.split())
    assert "The verdict stands, though nothing on record affirms that value any more: it wants another look." in why
    for document in (told.json("show", HERO), told.json("conflicts", "--review")):
        assert [one["event"][: len(event)] for one in document["unaffirmed"]] == [event]
    told.run("source", "withdraw", "nato-1", "--reason", "they took it back", "--yes")
    assert stands in " ".join(told.run("show", HERO).out.split())
    assert stands in " ".join(told.run("conflicts", "--review").out.split())
    assert stands in told.refused("why", HERO, "rank")
    told.run("decide", "--revoke", event, "--reason", "nobody says so")
    assert "stands" not in told.run("show", HERO).out
    assert told.run("conflicts", "--review").out == "No verdict wants another look.\n"


def test_wordings_that_are_matched_corroborate_and_are_two_again_when_that_is_undone(told: Desk) -> None:
    told.run("add", HERO, "alias", "Diella", "-s", "amr-1", "--no-passage")
    said = told.run("match", "--value", "rank", "Major General", "Lieutenant General", "--reason", "one rank").out
    assert "“Major General” and “Lieutenant General” say the same" in said
    assert statuses(told) == {"Diella": "accepted", "Lieutenant General": "accepted"}
    event = told.json("log", "--limit", "1")["events"][0]["id"]
    assert "are two values again" in told.run("unmatch", event[:10], "--reason", "they are not").out
    assert statuses(told)["Major General"] == "contested"


def test_matched_entities_are_shown_as_one_whichever_is_named(told: Desk) -> None:
    told.run("entity", "add", "person", "Diella, Francesco", "--id", "diella-f")
    told.run("add", "diella-f", "nationality", "Italy", "-s", "amr-1", "--no-passage", "--create")
    said = told.run("match", HERO, "diella-f", "--reason", "the same man").out
    assert f"{HERO} and diella-f are one, {HERO}" in said
    assert told.run("show", "diella-f").out == told.run("show", HERO).out
    assert "Italy" in told.run("show", HERO).out
    assert told.run("why", "diella-f", "rank").out == told.run("why", HERO, "rank").out
    assert "are matched already" in told.refused("match", HERO, "diella-f", "--reason", "x")
    assert "so they cannot be distinguished" in told.refused("distinguish", HERO, "diella-f", "--reason", "x")
    assert "are two again" in told.run("unmatch", HERO, "diella-f", "--reason", "two men").out
    assert "Italy" not in told.run("show", HERO).out
    assert "are not matched" in told.refused("unmatch", HERO, "diella-f", "--reason", "x")


def test_a_distinction_stands_in_the_way_of_a_match_until_it_is_undone(told: Desk) -> None:
    told.run("entity", "add", "person", "Diella, Francesco", "--id", "diella-f")
    event = told.run("distinguish", HERO, "diella-f", "--reason", "father and son").event
    said = told.refused("match", HERO, "diella-f", "--reason", "x")
    assert f"are distinguished: father and son (decision {event[:8]}" in said
    assert told.json("suggest")["pairs"] == []
    told.run("distinguish", "--undo", event, "--reason", "one man")
    assert [(one["one"], one["other"]) for one in told.json("suggest")["pairs"]] == [(HERO, "diella-f")]
    told.run("match", HERO, "diella-f", "--reason", "one man")
    assert told.json("suggest")["pairs"] == []
    assert "only one type can be one" in told.refused("match", HERO, "nato", "--reason", "x")


def test_entities_that_are_one_by_way_of_another_name_the_matches(told: Desk) -> None:
    for id_ in ("second", "third"):
        told.run("entity", "add", "person", id_, "--id", id_)
    told.run("match", HERO, "second", "--reason", "x")
    told.run("match", "second", "third", "--reason", "x")
    said = told.refused("unmatch", HERO, "third", "--reason", "x")
    assert "are one by way of other entities" in said
    assert "second and third" in said


def test_a_withdrawal_is_first_shown_and_without_a_terminal_needs_yes(told: Desk) -> None:
    withdraw = ("source", "withdraw", "amr-1", "--reason", "they took it back")
    said = told.run(*withdraw, "--dry-run").out
    assert said.startswith("This would change 2 facts: 1 loses its only source, 1 changes status.")
    outcome = told.try_(*withdraw)
    assert outcome.code == 2
    assert "there is no terminal to ask on. Record it with --yes" in " ".join(outcome.err.split())
    assert set(statuses(told).values()) == {"contested"}
    assert "amr-1 is withdrawn." in told.run(*withdraw, "--yes").out
    assert statuses(told) == {"Lieutenant General": "accepted"}
    assert "withdrawn already" in told.refused(*withdraw, "--yes")
    assert "comes on record" in told.run("source", "reinstate", "amr-1", "--reason", "again", "--yes").out
    assert "not withdrawn" in told.refused("source", "reinstate", "amr-1", "--reason", "again", "--yes")


def test_on_a_terminal_it_is_asked_before_anything_is_recorded(told: Desk) -> None:
    before = told.head()
    said = on_a_terminal(told, ("n\r",), "source", "withdraw", "amr-1", "--reason", "x")
    assert "This would change 2 facts" in said
    assert "Nothing was recorded." in said
    assert told.head() == before
    assert "amr-1 is withdrawn." in on_a_terminal(told, ("y\r",), "source", "withdraw", "amr-1", "--reason", "x")
    assert told.head() == before + 1


def test_a_grade_and_a_retraction_show_what_else_changes(told: Desk) -> None:
    tried = told.run("source", "grade", "amr-1", "A", "--reason", "checked", "--dry-run").out
    assert "1 changes value" in tried
    assert told.json("source", "show", "amr-1")["source"]["grade"] is None
    assert "1 changes value" in told.run("source", "grade", "amr-1", "A", "--reason", "checked").out
    claim = told.json("why", HERO, "rank", "Major General")["audits"][0]["supporting"][0]["event"]
    assert "1 loses its only source" in told.run("retract", claim, "--reason", "misread", "--dry-run").out
    assert len(statuses(told)) == 2
    assert "is retracted." in told.run("retract", claim, "--reason", "misread").out


def test_a_correction_is_a_replacement_and_a_retraction_linked(told: Desk) -> None:
    claim = told.json("why", HERO, "rank", "Major General")["audits"][0]["supporting"][0]["event"]
    before = told.head()
    said = told.run("correct", claim, "--value", "Lieutenant General", "--reason", "misread", "--yes").out
    assert "it stands in the place of" in said
    assert told.head() == before + 2
    retraction, replacement = told.json("log", "--limit", "2")["events"]
    assert retraction["data"] == {"claim": claim, "reason": "misread", "replaced_by": replacement["id"]}
    assert replacement["data"]["when"] == {"on": "2023-02-13"}
    assert statuses(told) == {"Lieutenant General": "accepted"}


def test_a_correction_changes_what_is_given_and_no_more(told: Desk) -> None:
    claim = told.json("why", HERO, "rank", "Major General")["audits"][0]["supporting"][0]["event"]
    new = (
        "--quote",
        "Maj. Gen. Diella",
        "--locator",
        "¶ 2",
        "--from",
        "2020",
        "--note",
        "see ¶ 2",
        "--speaker",
        "nato",
    )
    corrected = told.json("correct", claim, *new, "--reason", "more exact", "--yes")["claim"]
    assert corrected["passages"][0]["exact"] == "Maj. Gen. Diella"
    assert (corrected["passages"][0]["locator"], corrected["note"]) == ("¶ 2", "see ¶ 2")
    assert (corrected["value"], corrected["when_held"]) == ("Major General", "from 2020")
    assert corrected["speakers"] == [{"entity": "nato", "name": "NATO"}]


def test_what_cannot_be_corrected_is_told(told: Desk) -> None:
    claim = told.json("why", HERO, "rank", "Major General")["audits"][0]["supporting"][0]["event"]
    correct = ("correct", claim, "--reason", "x", "--yes")
    assert "That is what the claim says already" in told.refused(*correct)
    assert "is a type.defined, no claim" in told.refused("correct", first(told), "--value", "x", "--reason", "x")
    assert "is before from" in told.refused(*correct, "--from", "2024", "--until", "2020")
    told.run(*correct, "--value", "General")
    assert "retracted already" in told.refused(*correct, "--value", "Colonel")


def test_pairs_are_proposed_with_reasons_and_ruled_on_with_a_key(told: Desk) -> None:
    told.run("entity", "add", "person", "DIELLA, Francesco", "--id", "diella-f")
    assert "Francesco Diella (francesco-diella)" in told.run("suggest", "--type", "person").out
    assert "needs a terminal" in told.refused("suggest", "--review")
    skipped = on_a_terminal(told, ("s",), "suggest", "--review")
    assert "1 of 1" in skipped
    assert "Lieutenant General" in skipped
    on_a_terminal(told, ("y", "\r"), "suggest", "--review")
    [event] = told.json("log", "--limit", "1")["events"]
    assert event["type"] == "entities.matched"
    assert event["data"]["reason"].startswith("same: ")
    assert told.run("suggest").out == "No two entities look like one.\n"


def test_a_pair_that_is_not_one_is_distinguished_with_a_key(told: Desk) -> None:
    told.run("entity", "add", "person", "DIELLA, Francesco", "--id", "diella-f")
    on_a_terminal(told, ("n", "\r"), "suggest", "--review")
    assert told.json("log", "--limit", "1")["events"][0]["type"] == "entities.distinguished"
    assert told.json("suggest")["pairs"] == []


def test_wordings_of_rivals_are_proposed(told: Desk) -> None:
    told.run("add", HERO, "rank", "Lt. Gen.", "-s", "amr-1", *DAY)
    [pair] = told.json("suggest", "--values")["wordings"]
    assert {pair["one"], pair["other"]} == {"Lieutenant General", "Lt. Gen."}
    assert "--type goes with entities" in told.refused("suggest", "--values", "--type", "person")
