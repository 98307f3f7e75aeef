"""The public draw: its seed comes from a beacon's round that the call named before anybody could know the
value.

The beacon signs the number of the round; the seed is the SHA-256 of that signature. Whoever holds the
beacon's public key can check it, and nobody at the office can choose it.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from wishmi.core.calls import DrawRule
from wishmi.core.canonical import Fields, MalformedError, dump

FORMAT = "wishmi-draw/1"
DEMO_BEACON = "demo"
"""The name of the beacon of demonstrations: its key derives from a seed that is no secret, so it proves
nothing.
"""

_HEX = re.compile(r"([0-9a-f]{2})+")

SignatureCheck = Callable[[str, bytes, bytes, bytes], bool]
"""Whether a signature is right: scheme, public key, message, signature. The core holds no cryptography but
hashing.
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """One round of a beacon. `public_key` is hexadecimal, as in the call; `value` is the seed."""

    beacon: str
    scheme: str
    public_key: str
    round: int
    value: bytes
    signature: bytes

    def as_bytes(self) -> bytes:
        """The file `draw.json`."""
        return dump(
            {
                "format": FORMAT,
                "beacon": self.beacon,
                "scheme": self.scheme,
                "public_key": self.public_key,
                "round": self.round,
                "value": self.value.hex(),
                "signature": self.signature.hex(),
            }
        )


def message_of(number: int) -> bytes:
    """What the beacon signs for a round: its number in decimal digits."""
    return str(number).encode("ascii")


def value_of(signature: bytes) -> bytes:
    """The seed that a signature gives: 32 bytes."""
    return hashlib.sha256(signature).digest()


def drawn(rule: DrawRule, signature: bytes) -> Draw:
    """The draw of a call, once the beacon has signed the round the call names."""
    return Draw(rule.beacon, rule.scheme, rule.public_key, rule.round, value_of(signature), signature)


def signature_stands(draw: Draw, check: SignatureCheck) -> bool:
    """Whether the beacon's key signed this round."""
    if not _HEX.fullmatch(draw.public_key):
        return False
    return check(draw.scheme, bytes.fromhex(draw.public_key), message_of(draw.round), draw.signature)


def read_draw(data: object) -> Draw:
    """The inverse of `Draw.as_bytes`, from its JSON value; raises MalformedError."""
    fields = Fields(data, ("format", "beacon", "scheme", "public_key", "round", "value", "signature"))
    if fields.text("format") != FORMAT:
        raise MalformedError("format", f"not {FORMAT}")
    return Draw(
        beacon=fields.text("beacon"),
        scheme=fields.text("scheme"),
        public_key=fields.text("public_key", longest=1000),
        round=fields.number("round"),
        value=fields.digest("value"),
        signature=bytes.fromhex(fields.text("signature", _HEX, longest=1000)),
    )
