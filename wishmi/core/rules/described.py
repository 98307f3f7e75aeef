"""A node of the rules as plain data, for programs: its kind and its parameters, nodes inside it likewise."""

import re
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def kind_of(node: object) -> str:
    """The kind of a node, in small letters: `AgeUnder` is `age_under`."""
    return _CAPITAL.sub("_", type(node).__name__).lower()


def described(value: object) -> object:
    """Plain data of a node, of a value, or of several."""
    if is_dataclass(value) and not isinstance(value, type):
        inside = {field.name: described(getattr(value, field.name)) for field in fields(value)}
        return {"kind": kind_of(value), **inside}
    if isinstance(value, tuple):
        return [described(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
