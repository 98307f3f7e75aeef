"""The commitment to one child's facts: published at once, opened group by group and only by who holds the
salts.

One salted leaf per group of facts. Without the salt of a group nobody can guess its facts by trying them out,
however few the possibilities are; with it, the family shows that group and keeps the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wishmi.core import merkle
from wishmi.core.facts import GROUPS, ChildFacts, group_bytes

SALT_BYTES = 32
_TAG = b"facts"
_NAMES = tuple(GROUPS)


@dataclass(frozen=True, slots=True)
class Opening:
    """One group laid open: its canonical JSON, its salt, and the path from its leaf to the commitment."""

    group: str
    data: bytes
    salt: bytes
    path: tuple[bytes, ...]


def group_leaf(group: str, data: bytes, salt: bytes) -> bytes:
    """The leaf of one group; ValueError for a salt that is not 32 bytes."""
    if len(salt) != SALT_BYTES:
        message = f"a salt has {SALT_BYTES} bytes, not {len(salt)}"
        raise ValueError(message)
    return merkle.leaf(_TAG, group.encode(), salt, data)


def group_leaves(facts: ChildFacts, salts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The leaf of every group, in the order of the groups; KeyError where a salt is missing."""
    return {group: group_leaf(group, group_bytes(facts, group), salts[group]) for group in _NAMES}


def root_of(leaves: Mapping[str, bytes]) -> bytes:
    """The commitment over the leaves of all groups; KeyError where one is missing."""
    return merkle.root([leaves[group] for group in _NAMES])


def commit(facts: ChildFacts, salts: Mapping[str, bytes]) -> bytes:
    """The commitment to all facts: 32 bytes that say nothing of them."""
    return root_of(group_leaves(facts, salts))


def open_group(facts: ChildFacts, salts: Mapping[str, bytes], group: str) -> Opening:
    """Lay one group open and nothing else; ValueError for a group that does not exist."""
    place = _NAMES.index(group) if group in _NAMES else None
    if place is None:
        message = f"no such group of facts: {group}"
        raise ValueError(message)
    tree = merkle.Tree.of(tuple(group_leaves(facts, salts).values()))
    return Opening(group, group_bytes(facts, group), salts[group], tree.path(place))


def opens(commitment: bytes, opening: Opening) -> bool:
    """Whether the opening belongs to the commitment; whatever does not fit is simply not an opening of it."""
    if opening.group not in _NAMES or len(opening.salt) != SALT_BYTES:
        return False
    start = group_leaf(opening.group, opening.data, opening.salt)
    place = _NAMES.index(opening.group)
    return merkle.root_from_path(start, place, len(_NAMES), opening.path) == commitment
