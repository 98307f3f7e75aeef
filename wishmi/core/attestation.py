"""What an auditor signs after a replay that found nothing: the root, and what it is the root of."""

from dataclasses import dataclass

from wishmi.core import merkle
from wishmi.core.canonical import Fields, MalformedError, dump
from wishmi.core.manifest import STAGE, Manifest

FORMAT = "wishmi-attestation/1"
SCHEME = "ed25519"


@dataclass(frozen=True, slots=True)
class Attestation:
    """An auditor's signature under a root, with the public key (32 bytes) that checks it."""

    call: str
    stage: str
    act: str
    root: bytes
    public_key: bytes
    signature: bytes

    def as_bytes(self) -> bytes:
        """The file."""
        return dump(
            {
                "format": FORMAT,
                "call": self.call,
                "stage": self.stage,
                "act": self.act,
                "root": self.root.hex(),
                "scheme": SCHEME,
                "public_key": self.public_key.hex(),
                "signature": self.signature.hex(),
            }
        )


def message_of(call: str, stage: str, act: str, root: bytes) -> bytes:
    """The bytes that are signed: length-prefixed parts, the format first."""
    return merkle.prefixed(FORMAT.encode(), call.encode(), stage.encode(), act.encode(), root)


def attested(manifest: Manifest, public_key: bytes, signature: bytes) -> Attestation:
    """The attestation of a manifest, once its message is signed."""
    return Attestation(manifest.call, manifest.stage, manifest.act, manifest.root, public_key, signature)


def read_attestation(data: object) -> Attestation:
    """The inverse of `Attestation.as_bytes`, from its JSON value; raises MalformedError."""
    names = ("format", "call", "stage", "act", "root", "scheme", "public_key", "signature")
    fields = Fields(data, names)
    if fields.text("format") != FORMAT or fields.text("scheme") != SCHEME:
        raise MalformedError("format", f"not {FORMAT} with {SCHEME}")
    signature = fields.text("signature")
    try:
        signed = bytes.fromhex(signature)
    except ValueError:
        raise MalformedError("signature", "not hexadecimal") from None
    return Attestation(
        call=fields.text("call"),
        stage=fields.text("stage", STAGE),
        act=fields.text("act"),
        root=fields.digest("root"),
        public_key=fields.digest("public_key"),
        signature=signed,
    )
