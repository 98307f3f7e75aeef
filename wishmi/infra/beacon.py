"""Signatures of randomness beacons and auditors, checked and made with Ed25519; and the beacon of
demonstrations.

The demo beacon's key derives from a seed that is no secret: whoever knows the seed knows every draw
beforehand. It serves to show the program, and both its name and the verifier's report say so.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from wishmi.core.draw import DEMO_BEACON, message_of

SCHEME = "ed25519"


def signature_is_valid(scheme: str, public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `public_key` (32 bytes) signed `message`; False for any other scheme and for malformed input."""
    if scheme != SCHEME:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key that signs for an auditor or for the demo beacon."""

    private: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that check its signatures."""
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same message."""
        return self.private.sign(message)


def read_signing_key(pem: bytes) -> SigningKey | None:
    """The key of an unencrypted PEM file; None if it holds no Ed25519 private key."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return SigningKey(key) if isinstance(key, Ed25519PrivateKey) else None


@dataclass(frozen=True, slots=True)
class DemoBeacon:
    """A beacon for demonstrations. `public_key` is hexadecimal, as a call names it."""

    key: SigningKey
    name: str = DEMO_BEACON
    scheme: str = SCHEME

    @classmethod
    def of(cls, seed: bytes = b"") -> "DemoBeacon":
        """The demo beacon, the same for the same seed; without one, the beacon that the demo calls name."""
        secret = hashlib.sha256(b"wishmi demo beacon" + seed).digest()
        return cls(SigningKey(Ed25519PrivateKey.from_private_bytes(secret)))

    @property
    def public_key(self) -> str:
        """The key that a demo call names."""
        return self.key.public_key.hex()

    def signature_of(self, number: int) -> bytes:
        """What the beacon says in round `number`."""
        return self.key.sign(message_of(number))
