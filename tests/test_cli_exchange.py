from __future__ import annotations

from typing import TYPE_CHECKING

from desk import Desk, at_desk, bare_desk  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from pathlib import Path

DOSSIER = """\
source:
  id: paper
  kind: article
  title: A paper
  publisher: nato
facts:
  Francesco Diella:
    type: person
    rank: {value: Lieutenant General, quote: Lieutenant General}
    alias: {value: Diella, locator: ¶ 2}
"""
ANIMALS = """\
types:
  animal: {label: animal, description: A beast.}
"""


def copy_of(desk: Desk, name: str) -> Desk:
    """Return a desk with another, missing, store."""
    other = Desk(desk.folder)
    other.store = desk.folder / name
    other.env = {**desk.env, "WHENCE_DB": str(other.store)}
    return other


def exported(desk: Desk) -> list[str]:
    desk.run("export", str(desk.folder / "events"))
    return [str(one) for one in sorted((desk.folder / "events").iterdir())]


def test_a_dossier_is_loaded_and_loading_it_again_adds_nothing(desk: Desk) -> None:
    dossier = desk.write("paper.yaml", DOSSIER)
    head = desk.head()
    assert desk.run("load", dossier).out == "4 events recorded, 0 known already.\n"
    assert desk.run("load", dossier).out == "0 events recorded, 4 known already.\n"
    assert desk.head() == head + 4


def test_a_claim_that_was_retracted_stays_so_when_its_dossier_is_loaded_again(desk: Desk) -> None:
    dossier = desk.write("paper.yaml", DOSSIER)
    desk.run("load", dossier)
    [claim] = [one for one in desk.json("log", "--type", "claim")["events"] if one["data"]["property"] == "rank"]
    desk.run("retract", claim["id"], "--reason", "misread")
    outcome = desk.run("load", dossier)
    assert outcome.out == "0 events recorded, 4 known already (1 of them retracted, which they stay).\n"
    assert f"paper.yaml:9: this claim was retracted ({claim['id'][:8]}) and stays so." in outcome.err
    assert desk.json("load", dossier)["retracted"] == 1


def test_every_problem_of_every_dossier_is_told_with_its_line_and_nothing_is_recorded(desk: Desk) -> None:
    first = desk.write("first.yaml", DOSSIER.replace("rank:", "ranks:").replace("alias:", "website:"))
    second = desk.write(
        "second.yaml", DOSSIER.replace("id: paper", "id: another").replace("publisher: nato", "publisher: nat")
    )
    said = desk.refused("load", first, second)
    assert "first.yaml:9:" in said
    assert "rank" in said
    assert "first.yaml:10:" in said
    assert "second.yaml:5:" in said
    assert "nothing was recorded" in said


def test_a_dry_run_checks_everything_and_records_nothing(desk: Desk) -> None:
    dossier = desk.write("paper.yaml", DOSSIER)
    head = desk.head()
    assert desk.run("load", dossier, "--dry-run").out == "4 events would be recorded, 0 known already.\n"
    assert desk.head() == head
    assert desk.run("verify")
    broken = desk.write("broken.yaml", DOSSIER.replace("rank:", "ranks:"))
    assert "Did you mean `rank`?" in desk.refused("load", broken, "--dry-run")


def test_a_vocabulary_is_loaded_into_a_store_that_is_there(desk: Desk) -> None:
    assert desk.run("load", desk.write("animals.yaml", ANIMALS)).out == "1 event recorded, 0 known already.\n"
    assert "animal" in desk.run("vocabulary").out


def test_segments_make_a_store_where_there_is_none(desk: Desk) -> None:
    segments = exported(desk)
    new = copy_of(desk, "new.db")
    outcome = new.run("load", *segments)
    assert outcome.out == f"{desk.head()} events recorded, 0 known already.\n"
    assert outcome.err == f"Made {new.store}, which was not there yet.\n"
    assert new.json("verify") == desk.json("verify")
    assert new.run("load", *segments).out == f"0 events recorded, {desk.head()} known already.\n"


def test_segments_continue_the_log_that_they_are_of(desk: Desk) -> None:
    new = copy_of(desk, "new.db")
    new.run("load", *exported(desk))
    desk.run("entity", "add", "person", "Kim")
    new.run("load", *exported(desk))
    assert new.json("verify") == desk.json("verify")


def test_a_dry_run_of_segments_leaves_nothing_behind(desk: Desk) -> None:
    segments = exported(desk)
    new = copy_of(desk, "new.db")
    assert "would be recorded" in new.run("load", *segments, "--dry-run").out
    assert not new.store.exists()
    head = desk.head()
    desk.run("load", *segments, "--dry-run")
    assert desk.head() == head


def test_a_segment_that_is_refused_leaves_no_store_behind(desk: Desk) -> None:
    [segment] = exported(desk)
    text = (desk.folder / "events" / segment).read_text(encoding="utf-8")
    new = copy_of(desk, "new.db")
    altered = desk.write("altered.jsonl", text.replace("A human being", "A humane being"))
    assert "altered.jsonl:" in new.refused("load", altered)
    cut = desk.write("cut.jsonl", text[: len(text) // 2])
    assert "cut.jsonl:" in new.refused("load", cut)
    assert not new.store.exists()


def test_what_cannot_be_loaded_is_told(desk: Desk) -> None:
    dossier = desk.write("paper.yaml", DOSSIER)
    assert "There is no file missing.yaml." in desk.refused("load", "missing.yaml")
    assert "is a folder" in desk.refused("load", str(desk.folder))
    assert "is no dossier, no vocabulary and no segment" in desk.refused("load", desk.write("x.txt", "hello"))
    assert "cannot be loaded together" in desk.refused("load", dossier, *exported(desk))
    assert "Missing argument 'FILE…'" in desk.refused("load")
    assert "There is no store" in copy_of(desk, "new.db").refused("load", dossier)


def test_export_writes_only_what_the_folder_does_not_hold_yet(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    head = desk.head()
    assert desk.run("export", str(folder)).out == f"Wrote {folder}/000001-{head:06}.jsonl.\n"
    assert desk.run("export", str(folder)).out == f"{folder} is up to date: it holds all {head} events.\n"
    desk.run("entity", "add", "person", "Kim")
    assert desk.run("export", str(folder)).out == f"Wrote {folder}/{head + 1:06}-{head + 1:06}.jsonl.\n"


def test_export_to_stdout_is_a_segment(desk: Desk) -> None:
    [segment] = exported(desk)
    assert desk.run("export", "-").out == (desk.folder / "events" / segment).read_text(encoding="utf-8")
    assert "leave --json out" in desk.refused("export", "-", "--json")
    done = desk.process("export", "-")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == desk.head() + 1
