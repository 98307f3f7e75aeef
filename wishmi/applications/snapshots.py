"""From rows to the core's facts and entries. The only file of the room that knows both shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from wishmi.applications.models import Candidacy, Intake, IntakeChange
from wishmi.core import facts as core_facts
from wishmi.core import intake as core_intake
from wishmi.core.facts import ChildFacts
from wishmi.core.ranking import Entry
from wishmi.core.reasons import Reason
from wishmi.people.models import IseeAttestation

MOST_MEMBERS = 30
"""Minors, or members with a disability, of one household at most."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the applicant declares of the household (DPR 445/2000), beside the attested indicator."""

    resident: bool
    minors: int
    lone_parent: bool
    disabled_members: int

    @property
    def is_plausible(self) -> bool:
        """Whether the counts can be those of a household: a slip of the pen must not decide a ranking."""
        return 0 <= self.minors <= MOST_MEMBERS and 0 <= self.disabled_members <= MOST_MEMBERS

    def as_data(self) -> dict[str, object]:
        """Plain data to be stored."""
        return {
            "resident": self.resident,
            "minors": self.minors,
            "lone_parent": self.lone_parent,
            "disabled_members": self.disabled_members,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Declaration":
        """The inverse of `as_data`."""
        return cls(
            resident=bool(data["resident"]),
            minors=int(str(data["minors"])),
            lone_parent=bool(data["lone_parent"]),
            disabled_members=int(str(data["disabled_members"])),
        )


def facts_of(
    declared: Declaration,
    born_on: date,
    submitted_on: date,
    isee: IseeAttestation | None,
    applicant_role: str,
    household_ref: str,
) -> ChildFacts:
    """The facts of one child as they are when the application is sent."""
    return ChildFacts(
        born_on=born_on,
        submitted_on=submitted_on,
        resident=declared.resident,
        isee_cents=isee.cents if isee else None,
        isee_kind=isee.kind if isee else "",
        isee_issued_on=isee.issued_on if isee else None,
        isee_valid_until=isee.valid_until if isee else None,
        minors=declared.minors,
        lone_parent=declared.lone_parent,
        disabled_members=declared.disabled_members,
        applicant_role=applicant_role,
        applicant=household_ref,
    )


def stored_facts(candidacy: Candidacy) -> ChildFacts:
    """The facts a candidacy was sent with."""
    return core_facts.from_data(candidacy.facts, tuple(candidacy.facts))


def entries_of(candidacies: Iterable[Candidacy]) -> list[Entry]:
    """The core's entries of candidacies that have been sent."""
    return [
        Entry(
            code=str(candidacy.code),
            facts=stored_facts(candidacy),
            exclusion=tuple(Reason.from_data(item) for item in candidacy.exclusion),
        )
        for candidacy in candidacies
    ]


def intake_of(intake: Intake, call_code: str) -> core_intake.Intake:
    """The sealed intake with what changed since."""
    changes = list(intake.changes.select_related("candidacy").order_by("id"))
    return core_intake.Intake(
        call=call_code,
        applications=intake.count,
        root=bytes.fromhex(intake.root),
        withdrawals=tuple(
            core_intake.Withdrawal(str(change.candidacy.code), bytes.fromhex(change.old))
            for change in changes
            if change.kind == IntakeChange.Kind.WITHDRAWAL
        ),
        replacements=tuple(
            core_intake.Replacement(
                str(change.candidacy.code), bytes.fromhex(change.old), bytes.fromhex(change.new)
            )
            for change in changes
            if change.kind == IntakeChange.Kind.REPLACEMENT
        ),
    )
