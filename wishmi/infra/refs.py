"""References and codes: unguessable, in order of time where that helps the database."""

import secrets

import uuid_utils

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals that are not taken for one another when read aloud or copied by hand."""


def new_ref() -> str:
    """A new opaque reference (UUIDv7)."""
    return str(uuid_utils.uuid7())


def new_code(length: int) -> str:
    """A random code a person can read aloud; each character carries just under five bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
