"""Ed25519 for draws and auditors: what is malformed is simply not a signature."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from wishmi.core.calls import DrawRule
from wishmi.core.draw import drawn, signature_stands
from wishmi.infra.beacon import DemoBeacon, read_signing_key, signature_is_valid


def test_the_demo_beacon_signs_the_rounds_that_a_call_names():
    beacon = DemoBeacon.of(b"city")
    draw = drawn(DrawRule(beacon.name, beacon.scheme, beacon.public_key, 7), beacon.signature_of(7))
    assert signature_stands(draw, signature_is_valid)
    assert (draw.beacon, DemoBeacon.of(b"city").public_key) == ("demo", beacon.public_key)
    assert DemoBeacon.of().public_key != beacon.public_key


def test_the_demo_beacon_without_a_seed_is_the_one_the_demo_calls_name(repository):
    for document in (repository / "policy").glob("*/call.yaml"):
        text = document.read_text()
        if "beacon: demo\n" in text:
            assert f"public_key: {DemoBeacon.of().public_key}" in text


@pytest.mark.parametrize(
    ("scheme", "key", "signature"),
    [("bls", None, None), ("ed25519", b"short", None), ("ed25519", None, b"short"), ("ed25519", b"", b"")],
)
def test_whatever_is_malformed_is_no_signature(scheme, key, signature):
    beacon = DemoBeacon.of()
    right_key, right = bytes.fromhex(beacon.public_key), beacon.signature_of(7)
    assert signature_is_valid("ed25519", right_key, b"7", right)
    key = right_key if key is None else key
    assert not signature_is_valid(scheme, key, b"7", right if signature is None else signature)


def test_a_key_of_another_kind_does_not_sign():
    other = generate_private_key(65537, 2048)
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert read_signing_key(pem) is None
    assert read_signing_key(b"no key at all") is None
