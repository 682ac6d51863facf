from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

from desk import ACTOR, at_desk, bare_desk  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from desk import Desk

VOCABULARY = """
types:
  animal: {label: animal, description: A beast.}
properties:
  legs: {label: legs, description: How many it has., of: [animal], value: number}
"""


def test_a_new_store_knows_the_built_in_vocabulary(bare: Desk) -> None:
    said = bare.run("init").out
    assert said.startswith(f"Made {bare.store}.\nIt knows 9 types and ")
    assert {one["name"] for one in bare.json("vocabulary")["types"]} >= {"person", "organization", "engagement"}
    assert {one["actor"] for one in bare.json("log", "--limit", "100")["events"]} == {ACTOR}


def test_a_store_can_be_made_with_a_vocabulary_of_ones_own(bare: Desk) -> None:
    said = bare.run("init", "--vocabulary", bare.write("animals.yaml", VOCABULARY)).out
    assert "It knows 1 type and 1 property." in said
    assert [one["name"] for one in bare.json("vocabulary")["properties"]] == ["legs"]


def test_a_store_can_be_made_empty(bare: Desk) -> None:
    bare.run("init", "--empty")
    assert bare.head() == 0
    assert "--empty or with a --vocabulary" in bare.try_("init", "--empty", "--vocabulary", "x").err


def test_a_store_that_is_there_is_left_alone(desk: Desk) -> None:
    before = desk.store.read_bytes()
    assert "exists already" in desk.refused("init")
    assert desk.store.read_bytes() == before


def test_a_vocabulary_that_cannot_be_recorded_leaves_no_store_behind(bare: Desk) -> None:
    wrong = VOCABULARY.replace("of: [animal]", "of: [beast]")
    for text in (wrong, "nothing: here", "types: [", ""):
        assert bare.refused("init", "--vocabulary", bare.write("wrong.yaml", text))
        assert sorted(one.name for one in bare.folder.iterdir()) == ["wrong.yaml"]
    assert bare.refused("init", "--vocabulary", str(bare.folder / "missing.yaml"))


def test_a_store_cannot_be_made_in_a_folder_that_is_not_there(bare: Desk) -> None:
    assert "There is no folder" in bare.refused("init", "--db", str(bare.folder / "no" / "whence.db"))


def test_a_whole_store_is_told_whole_with_its_size_and_root(desk: Desk) -> None:
    said = desk.run("verify").out
    found = desk.json("verify")
    assert found["whole"] is True
    assert said == (
        f"The log is whole: {found['events']} events, root {found['root']}.\nThe views are what the log gives.\n"
    )


def test_what_was_changed_behind_the_log_is_found_and_the_exit_code_says_so(desk: Desk) -> None:
    connection = sqlite3.connect(desk.store)
    connection.executescript(
        "DROP TRIGGER event_stays_as_it_is; UPDATE event SET data = replace(data, 'NATO', 'OTAN') WHERE position > 50;"
    )
    connection.close()
    outcome = desk.try_("verify")
    assert outcome.code == 1
    assert "is not what was recorded: its content no longer gives its id." in outcome.out
    assert "The trigger event_stays_as_it_is of the log is missing" in outcome.out
    found = desk.try_("verify", "--json")
    assert found.code == 1
    assert '"whole": false' in found.out


def test_views_that_were_changed_are_found_and_rebuilt(desk: Desk) -> None:
    connection = sqlite3.connect(desk.store)
    connection.executescript("UPDATE source SET title = 'forged' WHERE source = 'nato-1'")
    connection.close()
    outcome = desk.try_("verify")
    assert outcome.code == 1
    assert "The view source is not what the log gives: 1 row" in outcome.out
    assert "`whence rebuild` makes it anew." in outcome.out
    assert desk.run("rebuild").out == f"Every view was made anew from {desk.head()} events.\n"
    assert "nato-1" in desk.run("source", "show", "nato-1").out
    assert desk.run("verify")


def test_serving_needs_a_store_and_a_port(bare: Desk) -> None:
    assert "There is no store" in bare.refused("serve")
    assert "--port" in bare.refused("serve", "--port", "65536")


def test_the_site_is_served_until_ctrl_c(desk: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "whence", "serve", "--port", "0"],
        env=desk.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found, said
        with urllib.request.urlopen(found[0], timeout=30) as page:  # noqa: S310 - our own site
            assert page.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert "Traceback" not in err
