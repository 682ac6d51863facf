"""A segment gives back the log byte for byte, and anything that was done to it is refused with a sentence."""

from __future__ import annotations

import gzip
import json
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence import canonical, merkle, segments
from whence.drafts import Draft
from whence.errors import BadData, BadInput, DatabaseError
from whence.exchange.kinds import kind_of
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ACTOR = "Jo Park <jo@example.org>"
SMALL = [
    Draft("type.defined", {"name": "person", "label": "person", "description": "A human being."}),
    Draft(
        "property.defined",
        {"name": "rank", "label": "rank", "description": "A rank.", "of": ["person"], "value": "text"},
    ),
    Draft("entity.declared", {"entity": "kim", "type": "person", "name": "Kim Su-kwang"}),
    Draft("source.registered", {"kind": "article", "title": "Staff talks"}, source="amr"),
    Draft("claim.made", {"subject": "kim", "property": "rank", "value": "General"}, source="amr"),
]


def more(count: int, start: int = 0) -> list[Draft]:
    return [
        Draft("claim.made", {"subject": "kim", "property": "rank", "value": f"Rank {number}"}, source="amr")
        for number in range(start, start + count)
    ]


def ticking() -> Callable[[], datetime]:
    moments = (datetime(2023, 2, 17, 9, tzinfo=UTC) + timedelta(minutes=number) for number in range(10_000))
    return lambda: next(moments)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "whence.db", clock=ticking()) as store:
        store.record(SMALL, actor=ACTOR)
        yield store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "empty.db") as store:
        yield store


def rows(store: Store) -> list[tuple[Any, ...]]:
    query = "SELECT position, id, type, actor, recorded_at, source, salt, data FROM event ORDER BY position"
    return store.connection.execute(query).fetchall()


def segment_of(store: Store, path: Path, **window: int) -> Path:
    path.write_bytes(b"".join(segments.export(store.connection, **window)))
    return path


def sealed(lines: Sequence[bytes], after: int = 0) -> bytes:
    """Return the bytes of a segment of these lines, with a checkpoint that fits them."""
    root = merkle.root(bytes.fromhex(canonical.leaf_hash(line)) for line in lines).hex()
    checkpoint = canonical.encode({"checkpoint": {"root": root, "size": after + len(lines)}})
    return b"".join(line + b"\n" for line in (*lines, checkpoint))


def refused(store: Store, path: Path | Sequence[Path]) -> str:
    before = rows(store)
    with pytest.raises(BadInput) as caught:
        segments.load(store, [path] if isinstance(path, Path) else path, actor=ACTOR)
    assert rows(store) == before
    return str(caught.value)


# --- There and back ------------------------------------------------------------------------------------------


def test_a_segment_loaded_into_an_empty_store_gives_the_same_events_ids_and_root(store: Store, empty: Store) -> None:
    path = segment_of(store, empty.path.parent / "all.jsonl")
    assert segments.load(empty, [path], actor="Somebody else") == segments.Loaded(recorded=5, known=0, first=1, last=5)
    assert rows(empty) == rows(store)
    assert empty.head() == store.head()
    assert [row[0] for row in empty.connection.execute("SELECT value FROM fact")] == ["General"]
    assert b"".join(segments.export(empty.connection)) == path.read_bytes()


def test_a_line_is_what_was_hashed_and_the_last_is_the_checkpoint(store: Store) -> None:
    *lines, checkpoint = segments.export(store.connection)
    assert [canonical.leaf_hash(line.removesuffix(b"\n")) for line in lines] == [row[1] for row in rows(store)]
    assert checkpoint == b'{"checkpoint":{"root":"%s","size":5}}\n' % store.head().root.encode()


def test_loading_a_segment_twice_adds_nothing(store: Store, empty: Store) -> None:
    path = segment_of(store, empty.path.parent / "all.jsonl")
    segments.load(empty, [path], actor=ACTOR)
    assert segments.load(empty, [path], actor=ACTOR) == segments.Loaded(recorded=0, known=5)
    assert segments.load(empty, [path, path], actor=ACTOR) == segments.Loaded(recorded=0, known=10)
    assert empty.head() == store.head()


def test_what_is_known_is_checked_without_writing(store: Store, tmp_path: Path) -> None:
    path = segment_of(store, tmp_path / "all.jsonl")
    with Store.open(store.path) as reader:
        assert segments.load(reader, [path], actor=ACTOR).known == 5


def test_segments_continue_a_log_in_whatever_order_they_are_named(store: Store, empty: Store, tmp_path: Path) -> None:
    store.record(more(4), actor="Lee Jun")
    first = segment_of(store, tmp_path / "z.jsonl", upto=3)
    second = segment_of(store, tmp_path / "y.jsonl", after=3, upto=7)
    third = segment_of(store, tmp_path / "x.jsonl", after=7)
    assert segments.load(empty, [third, first, second], actor=ACTOR).recorded == 9
    assert rows(empty) == rows(store)


def test_a_segment_that_overlaps_the_log_adds_only_what_is_new(store: Store, empty: Store, tmp_path: Path) -> None:
    segments.load(empty, [segment_of(store, tmp_path / "a.jsonl")], actor=ACTOR)
    store.record(more(2), actor=ACTOR)
    path = segment_of(store, tmp_path / "b.jsonl", after=3)
    assert segments.load(empty, [path], actor=ACTOR) == segments.Loaded(recorded=2, known=2, first=6, last=7)
    assert empty.head() == store.head()


def test_a_retraction_is_loaded_with_the_claim_it_takes_back(store: Store, empty: Store, tmp_path: Path) -> None:
    made = store.record(more(1), actor=ACTOR).ids[0]
    store.record([Draft("claim.retracted", {"claim": made, "reason": "A slip."})], actor=ACTOR)
    segments.load(empty, [segment_of(store, tmp_path / "a.jsonl")], actor=ACTOR)
    assert rows(empty) == rows(store)
    assert [row[0] for row in empty.connection.execute("SELECT value FROM fact")] == ["General"]


def test_progress_is_told_up_to_the_last_line(store: Store, empty: Store, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = segment_of(store, tmp_path / "a.jsonl")
    segments.load(empty, [path], actor=ACTOR, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (5, 5)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(categories=("L", "N")), min_size=1),
            min_size=1, max_size=6,
        ), min_size=1, max_size=4,
    ),
    st.data(),
)  # fmt: skip
@settings(max_examples=15)
def test_any_log_in_any_segments_gives_the_same_log(batches: list[list[str]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.create(folder / "one.db", clock=ticking()) as one, Store.create(folder / "other.db") as other:
            one.record(SMALL, actor=ACTOR)
            for number, batch in enumerate(batches):
                claims = ({"subject": "kim", "property": "rank", "value": value} for value in batch)
                one.record([Draft("claim.made", claim, source="amr") for claim in claims], actor=f"Actor {number}")
            head = one.head().position
            cuts = sorted({0, head, *data.draw(st.lists(st.integers(1, head - 1), max_size=3))})
            paths = [
                segment_of(one, folder / f"{upto}.jsonl", after=after, upto=upto) for after, upto in pairwise(cuts)
            ]
            assert segments.load(other, paths, actor=ACTOR).recorded == head
            assert rows(other) == rows(one)
            assert other.head() == one.head()


# --- What is refused -----------------------------------------------------------------------------------------


def test_every_alteration_of_a_single_byte_is_refused(store: Store, empty: Store, tmp_path: Path) -> None:
    whole = segment_of(store, tmp_path / "whole.jsonl").read_bytes()
    path = tmp_path / "altered.jsonl"
    for place in range(len(whole)):
        # Another letter, digit or sign of the same kind, so that most alterations are still JSON.
        other = {0x30: 0x31, 0x7D: 0x5D}.get(whole[place], whole[place] ^ 1)
        path.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
        told = refused(empty, path)
        assert "altered.jsonl" in told or "is packed" in told, (place, told)
        assert "Traceback" not in told
        refused(store, path)  # Known lines are compared too.


def test_a_segment_cut_off_at_any_byte_is_refused(store: Store, empty: Store, tmp_path: Path) -> None:
    whole = segment_of(store, tmp_path / "whole.jsonl").read_bytes()
    path = tmp_path / "cut.jsonl"
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert "cut.jsonl:" in refused(empty, path)


def test_lines_in_another_order_missing_or_repeated_are_refused(store: Store, empty: Store, tmp_path: Path) -> None:
    lines = list(segments.export(store.connection))
    path = tmp_path / "changed.jsonl"

    @given(st.lists(st.sampled_from(lines), max_size=8).filter(lambda some: some != lines))
    def holds(chosen: list[bytes]) -> None:
        path.write_bytes(b"".join(chosen))
        refused(empty, path)

    holds()


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda whole: whole.replace(b"\n", b"\r\n"), r"all\.jsonl:1: The line holds a carriage return"),
        (lambda whole: b"\xef\xbb\xbf" + whole, r"all\.jsonl:1: The file begins with a byte order mark"),
        (lambda whole: whole.decode().encode("utf-16"), r"all\.jsonl:1: The file begins with a byte order mark"),
        (gzip.compress, r"is packed \(gzip\)\. Unpack it first"),
        (lambda _whole: b"", r"all\.jsonl:1: The file is empty"),
        (lambda _whole: b"\n", r"all\.jsonl:1: The last line is no checkpoint"),
        (lambda whole: whole.removesuffix(b"\n"), r"all\.jsonl:5: The last line is no checkpoint"),
        (lambda whole: whole + b"\n", r"all\.jsonl:7: The last line is no checkpoint"),
        (lambda whole: b"".join(whole.splitlines(keepends=True)[:3]), r"all\.jsonl:3: The last line is no checkpoint"),
        (lambda whole: whole.splitlines(keepends=True)[-1], r"all\.jsonl:1: The file holds 0 events"),
        (lambda whole: whole.splitlines(keepends=True)[0] + whole, r"all\.jsonl:7: The file holds 6 events"),
        (lambda whole: b"".join(whole.splitlines(keepends=True)[1:]), r"begins with event 2, and the log ends at 0"),
    ],
)
def test_a_file_that_something_was_done_to_is_told_with_what_was_done(
    store: Store, empty: Store, tmp_path: Path, alter: Callable[[bytes], bytes], told: str
) -> None:
    path = segment_of(store, tmp_path / "all.jsonl")
    path.write_bytes(alter(path.read_bytes()))
    with pytest.raises(BadInput, match=told):
        segments.load(empty, [path], actor=ACTOR)
    assert rows(empty) == []


def changed(store: Store, place: int, fields: dict[str, object] | None = None) -> list[bytes]:
    lines = [line.removesuffix(b"\n") for line in segments.export(store.connection)][:-1]
    event = json.loads(lines[place]) | (fields or {})
    lines[place] = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return lines


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((4, {"type": "claim.foretold"}), "a.jsonl:5: The event type `claim.foretold` is not known to this version"),
        ((4, {"more": 1}), "a.jsonl:5: The line is no event: it has not exactly the keys actor, data"),
        ((4, {"actor": " "}), "a.jsonl:5: `actor` is not a text."),
        ((4, {"actor": None}), "a.jsonl:5: `actor` is not a text."),
        ((4, {"salt": "AB" * 16}), "a.jsonl:5: `salt` is not 32 small hex digits."),
        ((4, {"salt": "ab"}), "a.jsonl:5: `salt` is not 32 small hex digits."),
        ((4, {"source": ""}), "a.jsonl:5: `source` is not a text or null."),
        ((4, {"source": None}), "a.jsonl:5: No source is named"),
        ((4, {"source": "another"}), "a.jsonl:5: There is no source `another`."),
        ((4, {"data": []}), "a.jsonl:5: `data` is not an object."),
        ((4, {"data": {}}), "a.jsonl:5: `subject` is missing."),
        ((4, {"recorded_at": "2023-02-17T09:00:00Z"}), "a.jsonl:5: `recorded_at` is not a time of the form"),
        ((4, {"recorded_at": "2023-02-30T09:00:00.000000Z"}), "a.jsonl:5: `recorded_at` is not a time of the form"),
        ((4, {"recorded_at": "2022-02-17T09:00:00.000000Z"}), "a.jsonl:5: It was recorded at 2022-02-17T09"),
        (
            (4, {"data": {"subject": "kim", "property": "rank", "value": "x", "stance": "affirms"}}),
            "a.jsonl:5: A field stands here that equals its default",
        ),
        ((4, {"data": {"subject": "lee", "property": "rank", "value": "x"}}), "a.jsonl:5: There is no entity `lee`"),
        ((4, {"data": {"subject": "kim", "property": "rank", "value": "a\u0085b"}}), "a.jsonl:5: "),
        ((4, {"data": {"subject": "kim", "property": "rank", "value": 1.5}}), "a.jsonl:5: "),
        ((2, {"data": {"entity": "kim", "type": "ship", "name": "Kim"}}), "a.jsonl:3: There is no type `ship`."),
        ((4, {"actor": "Jo Park "}), "a.jsonl:5: `actor` begins or ends with white space, which is never recorded."),
        ((4, {"actor": "a" * 900_000}), "a.jsonl:5: `actor` is longer than 500 characters."),
        ((4, {"actor": "Jose\u0301"}), "a.jsonl:5: “Jose\u0301” is not in Unicode's normalization form C"),
        (
            (4, {"data": {"subject": "kim", "property": "rank", "value": " General"}}),
            "a.jsonl:5: `value` begins or ends with white space, which is never recorded.",
        ),
        (
            (4, {"data": {"subject": "kim", "property": "rank", "value": "Ge\u0301ne\u0301ral"}}),
            "a.jsonl:5: “Ge\u0301ne\u0301ral” is not in Unicode's normalization form C",
        ),
        (
            (
                4,
                {"data": {"subject": "kim", "property": "rank", "value": "x", "passages": [{"exact": "e\u0301 \\ x"}]}},
            ),
            "a.jsonl:5: “e\u0301 \\ x” is not in Unicode's normalization form C",
        ),
    ],
)
def test_a_line_that_cannot_follow_is_refused_even_with_a_checkpoint_that_fits(
    store: Store, empty: Store, tmp_path: Path, change: tuple[int, dict[str, object]], told: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(sealed(changed(store, *change)))
    assert refused(empty, path).replace(f"{tmp_path}/", "").startswith(told)


def test_what_to_do_about_a_changed_line_is_to_get_the_file_not_to_draft_it_anew(
    store: Store, empty: Store, tmp_path: Path
) -> None:
    lines = changed(store, 4)
    path = tmp_path / "a.jsonl"
    path.write_bytes(sealed([*lines[:2], lines[4], *lines[2:4]]))
    told = refused(empty, path)
    assert "a.jsonl:3: " in told
    assert told.count("The file was altered, or its lines stand in another order: get an unaltered copy.") == 1
    assert "whence" not in told.partition("a.jsonl:3: ")[2]
    lines = changed(store, 4, {"data": {"subject": "kim", "property": "rank", "value": "a\u0085b"}})
    path.write_bytes(sealed(lines))
    assert "Remove it" not in refused(empty, path)
    lines = changed(store, 4, {"recorded_at": "2999-02-17T09:00:00.000000Z"})
    path.write_bytes(sealed(lines))
    assert "Check the clock here" in refused(empty, path)


def test_texts_of_every_kind_that_were_recorded_load_again(store: Store, empty: Store, tmp_path: Path) -> None:
    written = [
        "Ge\u0301ne\u0301ral",
        ' a \\ "b"\n\tc ',
        "김수광",
        "\u1112\u1161\u11ab",
        "x" * 90_000,
        "é" * 20_000,
        "\u0344",
    ]
    for value in written:
        data = {"subject": "kim", "property": "rank", "value": value, "note": value}
        store.record([Draft("claim.made", data, source="amr")], actor=f" {value[:90]} ")
    segments.load(empty, [segment_of(store, tmp_path / "all.jsonl")], actor=ACTOR)
    assert rows(empty) == rows(store)


@pytest.mark.parametrize(
    ("rewrite", "told"),
    [
        (lambda line: line.replace(b":", b": ", 1), "The line is not in canonical form"),
        (lambda line: line.replace(b"Kim", b"K\\u0069m"), "The line is not in canonical form"),
        (lambda line: line.replace(b'{"actor"', b'{"actor":"x","actor"'), "The line is not in canonical form"),
        (lambda _line: b"[" * 500 + b"]" * 500, "The line is no event"),
        (lambda line: line.replace(b'"Kim Su-kwang"', b"[" * 300 + b"]" * 300), "The line is not in canonical form"),
        (lambda _line: b"", "The line is no JSON"),
        (lambda _line: b'"\xff"', "The line is no JSON"),
        (lambda _line: b'{"erased":"00","recorded_at":"","type":"claim.made"}', "The event type `event.erased`"),
    ],
)
def test_a_line_in_any_other_form_is_refused(
    store: Store, empty: Store, tmp_path: Path, rewrite: Callable[[bytes], bytes], told: str
) -> None:
    lines = changed(store, 4)
    lines[2] = rewrite(lines[2])
    path = tmp_path / "a.jsonl"
    path.write_bytes(sealed(lines))
    assert f"a.jsonl:3: {told}" in refused(empty, path)


def test_a_segment_of_another_log_is_refused(store: Store, tmp_path: Path) -> None:
    with Store.create(tmp_path / "other.db", clock=ticking()) as other:
        other.record(SMALL, actor=ACTOR)
        other.record(more(3), actor=ACTOR)
        whole = segment_of(other, tmp_path / "whole.jsonl")
        end = segment_of(other, tmp_path / "end.jsonl", after=5)
    assert "whole.jsonl:1: This line is not event 1 of this store's log." in refused(store, whole)
    told = refused(store, end)
    assert "end.jsonl:4: The log up to event 8 has another root than this checkpoint says." in told
    assert "load it into a new, empty store" in told


def test_a_gap_between_segments_is_told_with_the_event_that_is_missing(store: Store, empty: Store) -> None:
    folder = empty.path.parent
    first, last = segment_of(store, folder / "a.jsonl", upto=2), segment_of(store, folder / "b.jsonl", after=3)
    told = refused(empty, [first, last])
    assert "b.jsonl begins with event 4, and the log ends at 2." in told
    assert "Load the segment with event 3 as well" in told


def test_one_wrong_segment_among_several_records_nothing(store: Store, empty: Store, tmp_path: Path) -> None:
    first, last = segment_of(store, tmp_path / "a.jsonl", upto=3), segment_of(store, tmp_path / "b.jsonl", after=3)
    last.write_bytes(last.read_bytes().replace(b"General", b"Captain"))
    assert "b.jsonl:3: The log up to event 5 has another root" in refused(empty, [first, last])


def test_a_folder_or_a_missing_file_is_told_so(empty: Store, tmp_path: Path) -> None:
    assert refused(empty, tmp_path) == f"{tmp_path} is a folder.\nName the files in it, such as {tmp_path}/*.jsonl"
    assert f"There is no file {tmp_path}/x.jsonl." in refused(empty, tmp_path / "x.jsonl")


# --- Writing -------------------------------------------------------------------------------------------------


def test_each_write_adds_the_next_segment_to_the_folder(store: Store, empty: Store, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "events"
    assert segments.write(store.connection, folder) == folder / "000001-000005.jsonl"
    assert segments.write(store.connection, folder) is None
    store.record(more(2), actor=ACTOR)
    assert segments.write(store.connection, folder) == folder / "000006-000007.jsonl"
    assert sorted(path.name for path in folder.iterdir()) == ["000001-000005.jsonl", "000006-000007.jsonl"]
    assert segments.load(empty, sorted(folder.iterdir()), actor=ACTOR).recorded == 7
    assert empty.head() == store.head()


def test_an_empty_log_writes_nothing(empty: Store, tmp_path: Path) -> None:
    assert segments.write(empty.connection, tmp_path / "events") is None
    assert list(segments.export(empty.connection)) == []


def test_a_folder_of_another_log_is_not_written_to(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "events"
    with Store.create(tmp_path / "other.db") as other:
        other.record(SMALL[:3], actor=ACTOR)
        segments.write(other.connection, folder)
        with pytest.raises(BadInput, match=r"000001-000003\.jsonl is of another log"):
            segments.write(store.connection, folder)
        other.record(SMALL, actor=ACTOR)
        other.record(more(1), actor=ACTOR)
        segments.write(other.connection, folder)
    with pytest.raises(BadInput, match="holds events up to 6, and this store's log ends at 5"):
        segments.write(store.connection, folder)


def test_a_folder_with_a_segment_missing_or_renamed_is_not_written_to(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "events"
    path = segments.write(store.connection, folder)
    assert path is not None
    renamed = path.rename(folder / "000001-000004.jsonl")
    with pytest.raises(BadData, match=r"holds 5 events up to event 5, and its name says 1 to 4"):
        segments.write(store.connection, folder)
    renamed.rename(folder / "000003-000007.jsonl")
    with pytest.raises(BadInput, match="does not follow the segment before it, which ends at event 0"):
        segments.write(store.connection, folder)


def test_a_file_in_the_folders_place_is_told_so(store: Store, tmp_path: Path) -> None:
    (tmp_path / "events").write_text("")
    with pytest.raises(BadInput, match="is no folder"):
        segments.write(store.connection, tmp_path / "events")


def test_a_window_beyond_the_log_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="no events after 0 up to 6: the log ends at 5"):
        list(segments.export(store.connection, upto=6))


def test_what_was_tampered_with_is_not_exported(store: Store, tmp_path: Path) -> None:
    store.connection.execute("DROP TRIGGER event_stays_as_it_is")
    store.connection.execute("UPDATE event SET actor = 'Nobody' WHERE position = 3")
    with pytest.raises(DatabaseError, match="event 3 is not what was recorded"):
        segments.write(store.connection, tmp_path / "events")
    assert list((tmp_path / "events").iterdir()) == []


# --- What kind of file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.txt", '{"actor":"x","data":{},"recorded_at":"2023"}\n', "segment"),
        ("a.jsonl", '\ufeff{"data": {}, "recorded_at":"2023"}\r\n', "segment"),
        ("a.jsonl", "", "segment"),
        ("a.jsonl.gz", "\x1f", "segment"),
        ("a.txt", "# About\nsource:\n  title: x\n", "dossier"),
        ("a.txt", '"facts" : {}\n', "dossier"),
        ("a.yaml", "title: [", "dossier"),
        ("a.yaml", "types:\n  ship: x\n", "vocabulary"),
        ("a.csv", "a,b\n1,2\n", "table"),
        ("a.txt", "source;b\n1;2\n", "table"),
        ("a.txt", "hello\n", "unknown"),
        ("a.yaml", "source: x\nclaim: {}\n", "mapping"),
        ("a.yaml", "source: x\nentities:\n  a:\n    properties: {}\n", "mapping"),
        ("a.yaml", "source: x\nentities:\n  a: person\nfacts:\n  properties: x\n", "dossier"),
        ("a.jsonl", '{"actor":"x","subject":"y"}\n', "table"),
        ("a.txt", '{"checkpoint":{"root":"', "segment"),
        ("a.txt", '{"subject": "x",}\n', "table"),
        ("a.tsv", "source: x\tb\n", "table"),
        ("a.xlsx", "PK\x03\x04", "table"),
    ],
)
def test_a_file_is_told_by_its_content_and_else_by_its_name(tmp_path: Path, name: str, text: str, kind: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert kind_of(path) == kind


def test_the_kind_of_no_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder"):
        kind_of(tmp_path)
    with pytest.raises(BadInput, match="There is no file"):
        kind_of(tmp_path / "x")


def test_an_event_from_the_future_is_refused_because_nothing_could_follow_it(tmp_path: Path) -> None:
    def ahead() -> datetime:
        return datetime.now(UTC) + timedelta(days=400)

    with Store.create(tmp_path / "ahead.db", clock=ahead) as other:
        other.record(SMALL, actor=ACTOR)
        path = segment_of(other, tmp_path / "ahead.jsonl")
    with Store.create(tmp_path / "here.db") as here:
        assert "which this machine's clock has not reached" in refused(here, path)


def test_a_segment_named_twice_is_loaded_once(store: Store, tmp_path: Path) -> None:
    path = segment_of(store, tmp_path / "one.jsonl")
    with Store.create(tmp_path / "twice.db") as twice:
        loaded = segments.load(twice, [path, path], actor=ACTOR)
        assert (loaded.recorded, loaded.known) == (store.head().position, store.head().position)
