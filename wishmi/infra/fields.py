"""Fields kept encrypted in the database, and blind indexes to look them up.

AES-256-GCM with a random nonce. The stored text names the key, so that keys can be changed: the first key of the
settings encrypts, every key decrypts. The associated data is the column, so that a value cannot be moved to another.
"""

import base64
import hashlib
import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_NONCE = 12
_NAME = 8
_CIPHERS: dict[str, tuple[str, AESGCM]] = {}


def _cipher(key: str) -> tuple[str, AESGCM]:
    """The short name of a key and its cipher, worked out once."""
    known = _CIPHERS.get(key)
    if known is None:
        raw = hashlib.sha256(bytes.fromhex(key) + b"wishmi field").digest()
        known = (hashlib.sha256(raw).hexdigest()[:_NAME], AESGCM(raw))
        _CIPHERS[key] = known
    return known


def encrypt(text: str, column: str) -> str:
    """Encrypt a text for one column."""
    name, cipher = _cipher(settings.WISHMI_FIELD_KEYS[0])
    nonce = os.urandom(_NONCE)
    sealed = cipher.encrypt(nonce, text.encode(), column.encode())
    return f"{name}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, column: str) -> str:
    """The inverse of `encrypt`; raises ValueError when no key fits or the text was changed."""
    wanted, _, body = stored.partition(":")
    for key in settings.WISHMI_FIELD_KEYS:
        name, cipher = _cipher(key)
        if name == wanted:
            raw = base64.b64decode(body)
            try:
                return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], column.encode()).decode()
            except InvalidTag as error:
                message = f"the encrypted value of {column} was changed"
                raise ValueError(message) from error
    message = f"no key named {wanted!r} to read {column}"
    raise ValueError(message)


def encrypt_bytes(data: bytes, purpose: str) -> bytes:
    """Encrypt a file for one purpose, by the first key: the key's name, the nonce, the sealed bytes."""
    name, cipher = _cipher(settings.WISHMI_FIELD_KEYS[0])
    nonce = os.urandom(_NONCE)
    return name.encode() + nonce + cipher.encrypt(nonce, data, purpose.encode())


def decrypt_bytes(stored: bytes, purpose: str) -> bytes:
    """The inverse of `encrypt_bytes`; raises ValueError when no key fits or the bytes were changed."""
    wanted, nonce, sealed = stored[:_NAME], stored[_NAME : _NAME + _NONCE], stored[_NAME + _NONCE :]
    for key in settings.WISHMI_FIELD_KEYS:
        name, cipher = _cipher(key)
        if name.encode() == wanted:
            try:
                return cipher.decrypt(nonce, sealed, purpose.encode())
            except InvalidTag as error:
                message = f"the encrypted file of {purpose} was changed"
                raise ValueError(message) from error
    message = f"no key named {wanted!r} to read {purpose}"
    raise ValueError(message)


def blind_index(value: str, purpose: str) -> str:
    """A keyed hash that finds equal values without revealing them."""
    key = bytes.fromhex(settings.WISHMI_INDEX_KEY)
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


if TYPE_CHECKING:
    _Text = models.TextField[Any, Any]
else:
    _Text = models.TextField


class EncryptedField(_Text):
    """A value kept encrypted; any JSON value, None included as SQL NULL."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def _column(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        if value is None:
            return None
        return encrypt(json.dumps(value, separators=(",", ":"), ensure_ascii=False), self._column())

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Decrypt on the way out."""
        return None if value is None else json.loads(decrypt(value, self._column()))

    def to_python(self, value: Any) -> Any:
        """Values are kept as they are."""
        return value


def key_names() -> list[str]:
    """The short names of the keys in use, newest first: what a stored text and a backup name them by."""
    return [_cipher(key)[0] for key in settings.WISHMI_FIELD_KEYS]
