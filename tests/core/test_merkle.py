"""The tree: the shape of RFC 6962, and paths that prove one leaf and no other."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core import merkle

hashes = st.binary(min_size=32, max_size=32)


def rfc_root(leaves):
    """The definition of RFC 6962: split at the largest power of two below the length."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + rfc_root(leaves[:split]) + rfc_root(leaves[split:])).digest()


@given(st.lists(hashes, max_size=40))
def test_the_root_is_that_of_rfc_6962(leaves):
    assert merkle.root(leaves) == rfc_root(leaves)


@given(st.lists(hashes, min_size=1, max_size=40, unique=True), st.data())
def test_a_path_proves_its_leaf_at_its_place_only(leaves, data):
    tree = merkle.Tree.of(leaves)
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))
    path = tree.path(place)
    assert merkle.root_from_path(leaves[place], place, len(leaves), path) == tree.root
    if other != place:
        assert merkle.root_from_path(leaves[other], place, len(leaves), path) != tree.root
        assert merkle.root_from_path(leaves[place], other, len(leaves), path) != tree.root


@given(st.lists(hashes, min_size=1, max_size=20), st.data())
def test_a_path_that_is_too_short_or_too_long_proves_nothing(leaves, data):
    tree = merkle.Tree.of(leaves)
    place = data.draw(st.integers(0, len(leaves) - 1))
    path = tree.path(place)
    assert merkle.root_from_path(leaves[place], place, len(leaves), (*path, b"\0" * 32)) is None
    if path:
        assert merkle.root_from_path(leaves[place], place, len(leaves), path[:-1]) is None


def test_repeating_the_last_leaf_changes_the_root():
    leaves = [merkle.leaf(bytes([place])) for place in range(3)]
    assert merkle.root(leaves) != merkle.root([*leaves, leaves[-1]])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_a_place_outside_the_tree_has_no_root(index, size):
    assert merkle.root_from_path(b"\0" * 32, index, size, ()) is None


@pytest.mark.parametrize("index", [-1, 2])
def test_a_place_outside_the_tree_has_no_path(index):
    with pytest.raises(IndexError):
        merkle.Tree.of([b"\0" * 32, b"\1" * 32]).path(index)


def test_an_empty_tree_has_no_path_either():
    with pytest.raises(IndexError):
        merkle.Tree.of([]).path(0)


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_different_parts_are_prefixed_differently(one, other):
    assert (merkle.prefixed(*one) == merkle.prefixed(*other)) == (one == other)


def test_the_kinds_of_hash_are_kept_apart():
    left, right = b"\x01" * 32, b"\x02" * 32
    assert merkle.leaf(left, right) != merkle.head(left, right)
    assert merkle.node(left, right) == hashlib.sha256(b"\x01" + left + right).digest()
    assert merkle.leaf(b"ab", b"") == hashlib.sha256(b"\x00\x00\x00\x00\x02ab\x00\x00\x00\x00").digest()
