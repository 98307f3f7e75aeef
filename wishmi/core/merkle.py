"""Merkle trees over SHA-256: a root stands for a whole list, and a short path proves one row of it.

Every hash begins with a byte that says what it is (a leaf, an inner node, the head of a publication), so that
one can never be passed off as another. The parts of a leaf are length-prefixed, so that no two lists of parts
hash alike.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

LEAF = b"\x00"
NODE = b"\x01"
HEAD = b"\x02"
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves: SHA-256 of nothing, as in RFC 6962."""


def prefixed(*parts: bytes) -> bytes:
    """Each part after its own length in bytes, as four bytes, the most significant first."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


def leaf(*parts: bytes) -> bytes:
    """The hash of a leaf made of `parts`: 32 bytes."""
    return hashlib.sha256(LEAF + prefixed(*parts)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children: 32 bytes."""
    return hashlib.sha256(NODE + left + right).digest()


def head(*parts: bytes) -> bytes:
    """The hash that closes a publication over all its parts: 32 bytes."""
    return hashlib.sha256(HEAD + prefixed(*parts)).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree with all its levels, the leaves first and the root last; empty without leaves.

    Neighbours are joined two by two. A node left over at the end of a level rises to the next one unchanged,
    never doubled: doubling would give a list and the same list with its last row repeated one root.
    """

    levels: tuple[tuple[bytes, ...], ...]

    @classmethod
    def of(cls, leaves: Sequence[bytes]) -> "Tree":
        """The tree over leaves that are already hashes, in their order."""
        level = tuple(leaves)
        levels = [level] if level else []
        sha256 = hashlib.sha256
        while len(level) > 1:
            joined = [
                sha256(NODE + left + right).digest()
                for left, right in zip(level[::2], level[1::2], strict=False)
            ]
            level = (*joined, level[-1]) if len(level) % 2 else tuple(joined)
            levels.append(level)
        return cls(tuple(levels))

    @property
    def root(self) -> bytes:
        """The hash that stands for the whole list."""
        return self.levels[-1][0] if self.levels else EMPTY

    def path(self, index: int) -> tuple[bytes, ...]:
        """The neighbours met on the way from leaf `index` (from 0) to the root; IndexError if there is no
        such leaf.
        """
        if not self.levels or not 0 <= index < len(self.levels[0]):
            message = f"there is no leaf {index}"
            raise IndexError(message)
        found = []
        for level in self.levels[:-1]:
            neighbour = index ^ 1
            if neighbour < len(level):
                found.append(level[neighbour])
            index //= 2
        return tuple(found)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves that are already hashes."""
    return Tree.of(leaves).root


def root_from_path(start: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to from leaf `index` of a tree of `size` leaves; None if the path does not
    fit.
    """
    if not 0 <= index < size:
        return None
    neighbours = iter(path)
    while size > 1:
        if index % 2 or index + 1 < size:
            neighbour = next(neighbours, None)
            if neighbour is None:
                return None
            start = node(neighbour, start) if index % 2 else node(start, neighbour)
        index, size = index // 2, (size + 1) // 2
    return None if next(neighbours, None) is not None else start
