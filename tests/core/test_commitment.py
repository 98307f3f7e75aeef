"""The commitment: one group opens without the others, and with its own salt only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.small_city import facts_of, salts_of
from wishmi.core import commitment
from wishmi.core.facts import GROUPS, as_data, from_data, group_bytes

groups = st.sampled_from(sorted(GROUPS))


@given(st.integers(0, 200), groups)
def test_a_group_opens_its_commitment(child, group):
    facts, salts = facts_of(child), salts_of(child)
    opening = commitment.open_group(facts, salts, group)
    assert commitment.opens(commitment.commit(facts, salts), opening)
    assert opening.data == group_bytes(facts, group)


@given(st.integers(0, 200), groups, groups)
def test_an_opening_tells_nothing_else(child, group, other):
    opening = commitment.open_group(facts_of(child), salts_of(child), group)
    if other != group:
        assert salts_of(child)[other] not in (opening.salt, *opening.path)
        assert group_bytes(facts_of(child), other) != opening.data


@given(st.integers(0, 50), groups, st.integers(0, 31))
def test_whatever_is_changed_no_longer_opens(child, group, place):
    facts, salts = facts_of(child), salts_of(child)
    root = commitment.commit(facts, salts)
    opening = commitment.open_group(facts, salts, group)
    salt = bytearray(opening.salt)
    salt[place] ^= 1
    other = next(name for name in GROUPS if name != group)
    assert not commitment.opens(root, replace(opening, salt=bytes(salt)))
    assert not commitment.opens(root, replace(opening, data=opening.data + b" "))
    assert not commitment.opens(root, replace(opening, group=other))
    assert not commitment.opens(root, replace(opening, path=opening.path[:-1]))
    assert not commitment.opens(root, replace(opening, group="wishes"))
    assert not commitment.opens(root, replace(opening, salt=b"short"))


def test_the_commitment_is_the_root_over_the_groups_in_their_order():
    facts, salts = facts_of(1), salts_of(1)
    leaves = commitment.group_leaves(facts, salts)
    assert list(leaves) == list(GROUPS)
    assert commitment.root_of(dict(reversed(leaves.items()))) == commitment.commit(facts, salts)


def test_other_salts_hide_the_same_facts_under_another_commitment():
    assert commitment.commit(facts_of(1), salts_of(1)) != commitment.commit(facts_of(1), salts_of(2))


def test_a_salt_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        commitment.commit(facts_of(1), {**salts_of(1), "health": b"short"})


def test_a_missing_salt_is_a_bug():
    salts = salts_of(1)
    del salts["health"]
    with pytest.raises(KeyError):
        commitment.commit(facts_of(1), salts)


def test_a_group_that_does_not_exist_cannot_be_opened():
    with pytest.raises(ValueError, match="no such group"):
        commitment.open_group(facts_of(1), salts_of(1), "wishes")


@pytest.mark.parametrize(
    ("name", "value"),
    [("born_on", None), ("submitted_on", None), ("applicant", 3), ("isee_kind", None), ("minors", True)],
)
def test_facts_of_another_type_are_refused_when_read(name, value):
    with pytest.raises((TypeError, ValueError)):
        from_data({**as_data(facts_of(1)), name: value})
