"""The tree is that of RFC 9162, whether it is built at once or a leaf at a time with pauses between."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence import canonical, merkle
from whence.errors import DatabaseError
from whence.merkle import Frontier

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def leaf(number: int) -> bytes:
    return hashlib.sha256(b"\x00" + str(number).encode()).digest()


def tree(leaves: list[bytes]) -> bytes:
    """Compute MTH as RFC 9162, section 2.1.1 writes it down, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def test_the_roots_are_those_of_the_public_vectors() -> None:
    path = SHARED / "vectors" / "merkle_roots.json"
    if not path.exists():
        pytest.skip("../shared/vectors/merkle_roots.json is not there: vectors live outside the repository")
    vectors = json.loads(path.read_text(encoding="utf-8"))
    leaves = [bytes.fromhex(canonical.leaf_hash(bytes.fromhex(each))) for each in vectors["leaf_inputs_hex"]]
    roots = [merkle.root(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    assert roots == vectors["roots_by_tree_size"]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_tree_of_one_leaf_has_that_leaf_for_its_root() -> None:
    assert merkle.root([leaf(1)]) == leaf(1)


@given(st.integers(0, 300))
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    leaves = [leaf(number) for number in range(size)]
    assert merkle.root(leaves) == tree(leaves)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_frontier_kept_between_batches_goes_on_to_the_same_root(batches: list[int]) -> None:
    leaves: list[bytes] = []
    frontier = Frontier()
    for batch in batches:
        more = [leaf(len(leaves) + number) for number in range(batch)]
        leaves += more
        frontier = Frontier.from_bytes(frontier.extended(more).to_bytes())
        assert frontier.size == len(leaves)
        assert frontier.root() == tree(leaves)


def test_extending_leaves_the_frontier_before_it_as_it_was() -> None:
    before = Frontier().extended([leaf(1), leaf(2), leaf(3)])
    root = before.root()
    after = before.extended([leaf(4)])
    assert (before.size, before.root()) == (3, root)
    assert (after.size, len(after.peaks)) == (4, 1)


def test_one_changed_leaf_or_order_changes_the_root() -> None:
    leaves = [leaf(number) for number in range(7)]
    assert merkle.root(leaves) != merkle.root([*leaves[:6], leaf(99)])
    assert merkle.root(leaves) != merkle.root([leaves[1], leaves[0], *leaves[2:]])


def test_a_node_never_passes_for_a_leaf() -> None:
    joined = hashlib.sha256(b"\x01" + leaf(1) + leaf(2)).digest()
    assert canonical.leaf_hash(leaf(1) + leaf(2)) != joined.hex()


@pytest.mark.parametrize("kept", [b"", b"\x00", bytes(7), bytes(9), (1).to_bytes(8, "big"), bytes(8 + 32)])
def test_a_damaged_frontier_is_refused(kept: bytes) -> None:
    with pytest.raises(DatabaseError, match="damaged"):
        Frontier.from_bytes(kept)


def test_a_frontier_without_the_peaks_of_its_size_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="full subtrees"):
        Frontier(size=3, peaks=(leaf(1),))


def test_a_leaf_that_is_no_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 3"):
        Frontier().extended([b"abc"])
