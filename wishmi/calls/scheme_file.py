"""A whole scheme as one file that travels to another city: the document, its worked cases, a manifest with digests.

The file is a zip. What comes from elsewhere is not trusted: names, sizes and digests are checked before anything is
read as a document, and nothing is ever unpacked by a name the file chose.
"""

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from wishmi.calls.document_yaml import MAX_BYTES

FORMAT = "wishmi-scheme/1"
MANIFEST, CALL, CASES = "manifest.json", "call.yaml", "cases.yaml"
NAMES = (MANIFEST, CALL, CASES)
MAX_FILE = 1_000_000
"""Bytes of the whole file; its parts are bounded one by one as well."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those whose reader stops where it is told to; the others unpack all that some bytes stand for at once."""


class SchemeRefused(ValueError):  # noqa: N818 (a refusal of the file, not a failure of the program)
    """The file cannot be used; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme as it travels: the document and, where there are some, its cases; both as they were written."""

    code: str
    version: int
    call: bytes
    cases: bytes | None

    def files(self) -> dict[str, bytes]:
        """What the file holds beside its manifest."""
        return {CALL: self.call} | ({} if self.cases is None else {CASES: self.cases})


def pack(scheme: Scheme) -> bytes:
    """The file; the same scheme gives the same bytes."""
    files = scheme.files()
    manifest = {
        "format": FORMAT,
        "code": scheme.code,
        "version": scheme.version,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {MANIFEST: json.dumps(manifest, indent=1).encode(), **files}.items():
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(raw: bytes) -> Scheme:
    """The scheme of a file; raises `SchemeRefused`. The document itself is still to be checked."""
    if len(raw) > MAX_FILE:
        message = f"The file is longer than {MAX_FILE} bytes: it is no scheme of ours."
        raise SchemeRefused(message)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as packed:
            files = _read(packed)
    except SchemeRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError, ValueError):
        # All that the reader of zips is known to raise for bytes that are none, or were changed on their way.
        message = "The file is broken or no zip: ask for it again."
        raise SchemeRefused(message) from None
    return _checked(files)


def _read(packed: zipfile.ZipFile) -> dict[str, bytes]:
    names = [entry.filename for entry in packed.infolist()]
    if len(set(names)) != len(names) or not {MANIFEST, CALL} <= set(names) <= set(NAMES):
        message = f"The file holds other things than {', '.join(NAMES)}: nothing of it was used."
        raise SchemeRefused(message)
    if any(entry.compress_type not in _METHODS for entry in packed.infolist()):
        message = "The file is packed in a way that no scheme is: nothing of it was used."
        raise SchemeRefused(message)
    files = {}
    for name in names:
        # The size a file claims proves nothing: what is read is bounded.
        with packed.open(name) as entry:
            files[name] = entry.read(MAX_BYTES + 1)
        if len(files[name]) > MAX_BYTES:
            message = f"{name} is longer than {MAX_BYTES} bytes: nothing of it was used."
            raise SchemeRefused(message)
    return files


def _checked(files: Mapping[str, bytes]) -> Scheme:
    try:
        manifest = json.loads(files[MANIFEST])
        told = (manifest["format"], manifest["code"], manifest["version"], manifest["files"])
    except (ValueError, KeyError, TypeError, RecursionError):
        message = f"{MANIFEST} cannot be read: ask for the file again."
        raise SchemeRefused(message) from None
    form, code, version, digests = told
    if (
        form != FORMAT
        or not isinstance(code, str)
        or type(version) is not int
        or not isinstance(digests, dict)
    ):
        message = f"{MANIFEST} is not of the form {FORMAT}."
        raise SchemeRefused(message)
    found = {name: hashlib.sha256(files[name]).hexdigest() for name in files if name != MANIFEST}
    wrong = sorted(name for name in {*found, *map(str, digests)} if found.get(name) != digests.get(name))
    if wrong:
        message = f"{', '.join(wrong)} is not what the manifest says: the file was changed on its way."
        raise SchemeRefused(message)
    return Scheme(code, version, files[CALL], files.get(CASES))
