"""Where publication codes and salts come from: the operating system; in a demo, its seed.

The core takes both as arguments, so that the same inputs give the same published folder.
"""

import hashlib
import secrets
from typing import Protocol

from wishmi.core.commitment import SALT_BYTES
from wishmi.core.facts import GROUPS
from wishmi.infra.refs import new_code

CODE_LENGTH = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Entropy(Protocol):
    """A source of codes and salts; `subject` names whom they are for and is used by a seeded source only."""

    def code(self, subject: str) -> str:
        """A new publication code."""

    def salts(self, subject: str) -> dict[str, bytes]:
        """A salt per group of facts."""


class SystemEntropy:
    """The operating system's randomness."""

    def code(self, subject: str) -> str:  # noqa: ARG002
        """Ten random characters: about 49 bits, unique per call by constraint."""
        return new_code(CODE_LENGTH)

    def salts(self, subject: str) -> dict[str, bytes]:  # noqa: ARG002
        """32 random bytes each."""
        return {group: secrets.token_bytes(SALT_BYTES) for group in GROUPS}


class SeededEntropy:
    """Derived from a seed: for demonstrations and rehearsals, where the result must be repeatable and hides nothing."""

    def __init__(self, seed: str) -> None:
        """Keep the seed."""
        self.seed = seed

    def _digest(self, label: str, subject: str) -> bytes:
        return hashlib.sha256(f"{self.seed}\0{label}\0{subject}".encode()).digest()

    def code(self, subject: str) -> str:
        """Ten characters from the digest of the subject."""
        number = int.from_bytes(self._digest("code", subject), "big")
        letters = []
        for _ in range(CODE_LENGTH):
            number, place = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[place])
        return "".join(letters)

    def salts(self, subject: str) -> dict[str, bytes]:
        """One digest per group."""
        return {group: self._digest(f"salt {group}", subject) for group in GROUPS}


SYSTEM_ENTROPY = SystemEntropy()
