"""Calls that select in other ways than by points and stop: the call of Milan 2022 with one part written otherwise."""

from datetime import timedelta

from tests import builders_awards as way
from tests.builders import CALL_PATH, funded_call
from wishmi.calls.models import Call

FOR_DISABILITY = """  reserves:
    - code: DISABILITY
      percent: 60
      when: {condition: number_of, fact: disabled_members, at_least: 1}
      rest: to_all
"""
CAP = "  household_cap: null\n"


def call_of(*changes: tuple[str, str], cents: int = 1_000_000) -> Call:
    """The published call with parts of its text replaced, and the same amount in each of its two funds."""
    text = CALL_PATH.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return funded_call(cents, text.encode())


def with_reserve(percent: int = 60, rest: str = "to_all") -> tuple[str, str]:
    """A reserve for households with a disability."""
    text = FOR_DISABILITY.replace("60", str(percent)).replace("to_all", rest)
    return CAP, CAP + text


def apply_all(call: Call, *groups: tuple[int, int, dict]) -> list:
    """Applications of groups: how many, the indicator of the first, what they declare. Indicators rise by a euro."""
    made = []
    for count, cents, declared in groups:
        for place in range(count):
            home = way.home_with_isee(cents + 100 * place)
            made.append(way.applied(call, home, way.OPEN + timedelta(minutes=len(made)), **declared))
    return made
