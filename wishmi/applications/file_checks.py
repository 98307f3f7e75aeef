"""What must agree inside one row of a file of applications, and across its rows."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from wishmi.applications.declarations import BENEFICIARY, HELPING_ROLES
from wishmi.applications.file_facts import column_of
from wishmi.applications.file_rows import COLUMN_OF, HOUSEHOLD_FIELDS, Severity
from wishmi.core.fiscal_code import decode

Fault = tuple[Severity, str, str, str]
"""Severity, column, code, sentence."""


class RowChecks:
    """Checks rows in their order, remembering what must not come twice; local to one file."""

    def __init__(self, zone: ZoneInfo, of_household: tuple[str, ...] = ()) -> None:
        """Begin a file; `of_household` are the facts of its call that all rows of one application must agree on."""
        self.zone = zone
        self.of_household = of_household
        self.children: dict[str, int] = {}
        self.applicants: dict[str, tuple[str, int]] = {}
        self.applications: dict[str, tuple[tuple[Any, ...], int]] = {}

    def inside(self, values: Mapping[str, Any]) -> Iterator[Fault]:
        """What does not agree inside one row."""
        born_on, said = values["child_born_on"], decode(values["child_fiscal_code"])
        error, warning = Severity.ERROR, Severity.WARNING
        if (born_on.year % 100, born_on.month, born_on.day) != (said.year_of_century, said.month, said.day):
            sentence = "The fiscal code says another birth date: correct the date or the code."
            yield error, "child_born_on", "birth_date_differs", sentence
        if values.get("child_sex") and values["child_sex"] != said.sex:
            yield (
                error,
                "child_sex",
                "sex_differs",
                "The fiscal code says otherwise: correct the one or the other.",
            )
        is_one = values["child_fiscal_code"] == values["applicant_fiscal_code"]
        if values["applicant_role"] == BENEFICIARY:
            if not is_one:
                sentence = (
                    "Who applies for itself is the applicant: write the same fiscal code in both cells."
                )
                yield error, "child_fiscal_code", "another_person", sentence
        elif is_one:
            sentence = "Applicant and child have the same fiscal code: write the child's own."
            yield error, "child_fiscal_code", "same_person", sentence
        attested = {
            name: values[name] for name in ("isee", "isee_kind", "isee_issued_on", "isee_valid_until")
        }
        given = [value not in (None, "") for value in attested.values()]
        if any(given) and not all(given):
            column = next(name for name, value in attested.items() if value in (None, ""))
            sentence = (
                "The ISEE is incomplete: write value, kind, issue date and expiry, or leave all four empty."
            )
            yield error, column, "isee_incomplete", sentence
            return
        if not any(given):
            return
        issued, until = values["isee_issued_on"], values["isee_valid_until"]
        sent = values["submitted_at"].astimezone(self.zone).date()
        if until < issued:
            sentence = "The ISEE expires before it was issued: correct one of the two dates."
            yield error, "isee_valid_until", "isee_dates", sentence
        elif issued.year != sent.year or not issued <= sent <= until:
            sentence = (
                "The ISEE was not valid when the application was sent: the child will be excluded for it."
            )
            yield warning, "isee_issued_on", "isee_of_another_year", sentence

    def across(self, values: Mapping[str, Any], number: int) -> Iterator[Fault]:
        """What does not agree with earlier rows."""
        error = Severity.ERROR
        first = self.children.setdefault(values["child_fiscal_code"], number)
        if first != number:
            sentence = f"This child already stands in row {first}: keep one of the two rows."
            yield error, "child_fiscal_code", "child_twice", sentence
        protocol = values["protocol"]
        other, first = self.applicants.setdefault(values["applicant_fiscal_code"], (protocol, number))
        # A school or a service applies for many families.
        if other != protocol and values["applicant_role"] not in HELPING_ROLES:
            sentence = (
                f"This applicant already applied in row {first} under another protocol number: keep one."
            )
            yield error, "applicant_fiscal_code", "household_twice", sentence
            return
        more = dict(values["more"])
        names = (*HOUSEHOLD_FIELDS, *self.of_household)
        said = tuple(more[name] if name in more else values[COLUMN_OF.get(name, name)] for name in names)
        before, first = self.applications.setdefault(protocol, (said, number))
        for name, now, then in zip(names, said, before, strict=True):
            if now != then:
                sentence = f"Row {first} of the same application says otherwise: write the same in both rows."
                column = column_of(name) if name in more else COLUMN_OF.get(name, name)
                yield error, column, "application_disagrees", sentence
