"""What an audit finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not add up: where, and what was found against what should be."""

    place: str
    what: str
