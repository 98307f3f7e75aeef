"""Seeded chance: streams of random numbers per aspect, and single draws that depend on nothing but their subject."""

import hashlib
from enum import IntEnum

import numpy as np

_TWO_TO_53 = 1 << 53


class Aspect(IntEnum):
    """What a stream decides. New aspects go to the end: the number of an aspect is what keeps the others unmoved."""

    FAMILIES = 0
    SIZES = 1
    MINORS = 2
    GUARDIANS = 3
    NAMES = 4
    HOMONYMS = 5
    DISABILITY = 6
    ISEE = 7
    ADDRESSES = 8
    PROVIDERS = 9
    ACTIVITIES = 10
    SESSIONS = 11


def stream(seed: int, aspect: Aspect) -> np.random.Generator:
    """The stream of one aspect: the child of the seed that `SeedSequence.spawn` would give at that place."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(int(aspect),))))


def _digest(seed: int, label: str, subject: int | str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{label}\x1f{subject}".encode()).digest()


def uniform(seed: int, label: str, subject: int | str) -> float:
    """A number from 0 (included) to 1 (excluded) that depends on its three arguments alone.

    Not on how many draws went before: a household behaves alike whatever the order in which households are asked.
    """
    return (int.from_bytes(_digest(seed, label, subject)[:8], "big") >> 11) / _TWO_TO_53


def generator(seed: int, label: str, subject: int | str) -> np.random.Generator:
    """A stream of its own for one subject, for draws that need many numbers at once."""
    return np.random.Generator(np.random.PCG64(int.from_bytes(_digest(seed, label, subject)[:16], "big")))


def chosen(shares: tuple[float, ...], point: float) -> int:
    """The place of the share in which `point` (0 to 1) falls; what is missing to one belongs to the last."""
    reached = 0.0
    for place, share in enumerate(shares[:-1]):
        reached += share
        if point < reached:
            return place
    return len(shares) - 1
