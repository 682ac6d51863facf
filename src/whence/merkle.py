"""The root of a tree follows from its leaf hashes alone, and each further leaf costs the same at any size.

Hashing is that of RFC 9162, section 2.1.1 (Certificate Transparency 2.0; the same as RFC 6962). A tree is
kept as its frontier: the roots of its full subtrees, largest first, one for each bit set in its size.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from whence.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HASH_BYTES", "Frontier", "root"]

HASH_BYTES: Final = 32
_SIZE_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Frontier:
    """What must be kept of a tree to go on with it: its number of leaves and the roots of its full subtrees.

    A frontier never changes, so one that a failed transaction leaves behind is still that of the log.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            message = f"A tree of {self.size} leaves does not have {len(self.peaks)} full subtrees."
            raise ValueError(message)

    def extended(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the frontier with these leaf hashes (32 bytes each) after the ones it has.

        Raises ValueError for a leaf of another length.
        """
        size, peaks, sha256 = self.size, list(self.peaks), hashlib.sha256
        for leaf in leaves:
            if len(leaf) != HASH_BYTES:
                message = f"A leaf hash has {HASH_BYTES} bytes, not {len(leaf)}."
                raise ValueError(message)
            # Every bit that the new size carries over joins two full subtrees of one height.
            node, carry = leaf, size
            while carry & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                carry >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """Return the root hash of the tree (32 bytes); of no leaves, the hash of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *rest, node = self.peaks
        for peak in reversed(rest):
            node = hashlib.sha256(b"\x01" + peak + node).digest()
        return node

    def to_bytes(self) -> bytes:
        """Return the frontier for keeping: the size, 8 bytes big-endian, then its peaks, 32 bytes each."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Frontier:
        """Return the frontier that `to_bytes` kept; raises DatabaseError where the bytes are none."""
        size = int.from_bytes(kept[:_SIZE_BYTES], "big")
        if len(kept) != _SIZE_BYTES + HASH_BYTES * size.bit_count():
            message = f"The kept frontier of the log's tree is damaged: {len(kept)} bytes for {size} events."
            raise DatabaseError(message, hint="Run `whence verify` to see whether the log itself is whole.")
        peaks = range(_SIZE_BYTES, len(kept), HASH_BYTES)
        return cls(size, tuple(kept[start : start + HASH_BYTES] for start in peaks))


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root hash (32 bytes) of the tree over these leaf hashes: RFC 9162, section 2.1.1."""
    return Frontier().extended(leaves).root()
