"""Files handed in as proof: small, of a few kinds told by their first bytes, encrypted on disk, never served as pages.

They lie in `attachments` under the data folder, each under its reference: neither the name somebody gave a file nor
the kind a browser said is believed or kept.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from wishmi.core.reasons import Reason, ReasonCode
from wishmi.infra.fields import decrypt_bytes, encrypt_bytes
from wishmi.infra.models import Attachment
from wishmi.infra.refs import new_ref

MOST_BYTES: Final = 4_000_000
KINDS: Final = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
}
"""First bytes to content type and ending of a name."""


def why_not_attach(data: bytes) -> Reason | None:
    """Why a file is not taken: empty, too large, or none of the kinds."""
    if not data:
        return Reason(ReasonCode.INCOMPLETE, {"field": "file"})
    if len(data) > MOST_BYTES:
        return Reason(ReasonCode.FILE_TOO_LARGE, {"most_bytes": MOST_BYTES})
    return None if _kind(data) else Reason(ReasonCode.FILE_KIND_NOT_TAKEN)


def _kind(data: bytes) -> str:
    return next((kind for start, (kind, _ending) in KINDS.items() if data.startswith(start)), "")


def attach(moment: datetime, data: bytes) -> Attachment:
    """Keep a file that `why_not_attach` has let through; inside the transaction of the act it belongs to.

    The file is whole on disk before the row counts; an act that is rolled back leaves an encrypted file nobody names.
    """
    ref = new_ref()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{ref}.draft"
    with draft.open("wb") as file:
        file.write(encrypt_bytes(data, _purpose(ref)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / ref)
    return Attachment.objects.create(
        ref=ref,
        kind=_kind(data),
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        stored_at=moment,
    )


def read_attachment(attachment: Attachment) -> bytes:
    """The bytes that were handed in; raises ValueError when the file was changed, OSError when it is gone."""
    return decrypt_bytes((_folder() / attachment.ref).read_bytes(), _purpose(attachment.ref))


def name_of(attachment: Attachment) -> str:
    """A harmless name to download it under."""
    endings = dict(KINDS.values())
    return f"{attachment.ref}.{endings[attachment.kind]}"


def _folder() -> Path:
    return Path(settings.WISHMI_DATA) / "attachments"


def _purpose(ref: str) -> str:
    return f"attachment {ref}"
