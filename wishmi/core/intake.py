"""The intake, sealed at closing and before the draw's seed can be known: which applications there were.

The seal is the root over every code and commitment. What changes afterwards (a withdrawal, an integration
that changes a fact) is listed beside it, so that anyone can walk from today's list back to the seal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wishmi.core import merkle
from wishmi.core.canonical import Fields, MalformedError, dump

FORMAT = "wishmi-intake/1"
_TAG = b"intake"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An application withdrawn after closing, with the commitment it had when it went."""

    code: str
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Replacement:
    """A commitment replaced after closing because a fact changed."""

    code: str
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Intake:
    """The seal (number of applications and root) and what changed since; replacements in the order they were
    made.
    """

    call: str
    applications: int
    root: bytes
    withdrawals: tuple[Withdrawal, ...] = ()
    replacements: tuple[Replacement, ...] = ()

    def as_bytes(self) -> bytes:
        """The file `intake.json`. Withdrawals are listed by code."""
        return dump(
            {
                "format": FORMAT,
                "call": self.call,
                "applications": self.applications,
                "root": self.root.hex(),
                "withdrawals": [
                    {"code": gone.code, "commitment": gone.commitment.hex()}
                    for gone in sorted(self.withdrawals, key=lambda gone: gone.code)
                ],
                "replacements": [
                    {"code": swap.code, "old": swap.old.hex(), "new": swap.new.hex()}
                    for swap in self.replacements
                ],
            }
        )


@dataclass(frozen=True, slots=True)
class UnknownChange:
    """A change that cannot be walked back: its code is not there, or does not hold the commitment it names."""

    code: str


def intake_leaf(call: str, code: str, commitment: bytes) -> bytes:
    """The leaf of one application."""
    return merkle.leaf(_TAG, call.encode(), code.encode(), commitment)


def intake_root(call: str, commitments: Mapping[str, bytes]) -> bytes:
    """The root over (code, commitment), ordered by code."""
    return merkle.root([intake_leaf(call, code, commitments[code]) for code in sorted(commitments)])


def seal(call: str, commitments: Mapping[str, bytes]) -> Intake:
    """The intake of a call at its closing."""
    return Intake(call, len(commitments), intake_root(call, commitments))


def sealed_commitments(
    listed: Iterable[tuple[str, bytes]],
    withdrawals: Sequence[Withdrawal],
    replacements: Sequence[Replacement],
) -> dict[str, bytes] | UnknownChange:
    """What was sealed, walked back from what is listed now; or the change that does not fit."""
    held = dict(listed)
    for gone in withdrawals:
        if gone.code in held:
            return UnknownChange(gone.code)
        held[gone.code] = gone.commitment
    for swap in reversed(replacements):
        if held.get(swap.code) != swap.new:
            return UnknownChange(swap.code)
        held[swap.code] = swap.old
    return held


def read_intake(data: object) -> Intake:
    """The inverse of `Intake.as_bytes`, from its JSON value; raises MalformedError."""
    fields = Fields(data, ("format", "call", "applications", "root", "withdrawals", "replacements"))
    if fields.text("format") != FORMAT:
        raise MalformedError("format", f"not {FORMAT}")
    withdrawals, replacements = [], []
    for place, item in enumerate(fields.items("withdrawals")):
        gone = Fields(item, ("code", "commitment"), f"withdrawals[{place}]")
        withdrawals.append(Withdrawal(gone.text("code"), gone.digest("commitment")))
    for place, item in enumerate(fields.items("replacements")):
        swap = Fields(item, ("code", "old", "new"), f"replacements[{place}]")
        replacements.append(Replacement(swap.text("code"), swap.digest("old"), swap.digest("new")))
    return Intake(
        call=fields.text("call"),
        applications=fields.number("applications"),
        root=fields.digest("root"),
        withdrawals=tuple(withdrawals),
        replacements=tuple(replacements),
    )
