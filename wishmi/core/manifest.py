"""The manifest of a published folder, and the root that covers everything in it.

The root is printed in the signed act. It stands for the manifest's parts and, through the digests, for every
byte of every other file: whoever changes anything must change the root.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wishmi.core import merkle
from wishmi.core.canonical import Fields, MalformedError, digest, dump

FORMAT = "wishmi-publication/1"
NAME = "manifest.json"
STAGE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
FILE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PARTS = ("format", "call", "stage", "act", "previous_root", "intake_root", "leaves", "tree_root", "files")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a publication is: call, stage, numbered act, the stage before it, the intake, the rows, the files.

    `previous_root` is None for a first stage; `files` has the SHA-256 of every file but the manifest itself.
    """

    call: str
    stage: str
    act: str
    previous_root: bytes | None
    intake_root: bytes
    leaves: int
    tree_root: bytes
    files: Mapping[str, bytes]

    @property
    def root(self) -> bytes:
        """The root of the publication: 32 bytes."""
        parts = [
            FORMAT.encode(),
            self.call.encode(),
            self.stage.encode(),
            self.act.encode(),
            self.previous_root or b"",
            self.intake_root,
            str(self.leaves).encode(),
            self.tree_root,
        ]
        for name in sorted(self.files):
            parts += [name.encode(), self.files[name]]
        return merkle.head(*parts)

    def parts(self) -> dict[str, object]:
        """Plain data of all parts, without the root they lead to."""
        return {
            "format": FORMAT,
            "call": self.call,
            "stage": self.stage,
            "act": self.act,
            "previous_root": None if self.previous_root is None else self.previous_root.hex(),
            "intake_root": self.intake_root.hex(),
            "leaves": self.leaves,
            "tree_root": self.tree_root.hex(),
            "files": {name: self.files[name].hex() for name in sorted(self.files)},
        }

    def as_bytes(self) -> bytes:
        """The file `manifest.json`."""
        return dump({**self.parts(), "root": self.root.hex()})


def read_parts(data: object, place: str = "", extra: tuple[str, ...] = ()) -> Manifest:
    """The inverse of `Manifest.parts`; raises MalformedError."""
    fields = Fields(data, (*_PARTS, *extra), place)
    if fields.text("format") != FORMAT:
        raise MalformedError(fields.at("format"), f"not {FORMAT}")
    files = fields.mapping("files")
    if not all(FILE.fullmatch(name) for name in files):
        raise MalformedError(fields.at("files"), "a name of a file is not of the right form")
    return Manifest(
        call=fields.text("call"),
        stage=fields.text("stage", STAGE),
        act=fields.text("act"),
        previous_root=None if fields.is_null("previous_root") else fields.digest("previous_root"),
        intake_root=fields.digest("intake_root"),
        leaves=fields.number("leaves"),
        tree_root=fields.digest("tree_root"),
        files={name: digest(value, fields.at(f"files.{name}")) for name, value in files.items()},
    )


def read_manifest(data: object) -> tuple[Manifest, bytes]:
    """The manifest of a folder and the root it claims, from its JSON value; raises MalformedError."""
    manifest = read_parts(data, extra=("root",))
    return manifest, Fields(data, (*_PARTS, "root")).digest("root")
