"""Rows of applications for tests: invented people with fiscal codes of the demonstration."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from wishmi.applications.file_cells import DEMO_PLACE_CODE
from wishmi.applications.files import ApplicationRow
from wishmi.core.fiscal_code import build

ROME = ZoneInfo("Europe/Rome")


def code_of(family: str, given: str, born_on: date, sex: str = "F") -> str:
    """A fiscal code of the demonstration."""
    return build(family, given, born_on, sex, DEMO_PLACE_CODE)


def row(**changes) -> ApplicationRow:
    """A valid row, with changes; the fiscal codes follow the names and dates unless given."""
    base = ApplicationRow(
        protocol="2022/000001",
        applicant_fiscal_code=code_of("Prova", "Anna", date(1984, 3, 9)),
        applicant_role="parent",
        applicant_family_name="Prova",
        applicant_given_name="Anna",
        child_fiscal_code="",
        child_family_name="Prova",
        child_given_name="Lia",
        child_born_on=date(2012, 5, 17),
        residence_municipality="F205",
        district=3,
        address="Via delle Prove 1",
        minors=2,
        lone_parent=False,
        disabled_members=0,
        isee_cents=999_999,
        isee_kind="ordinary",
        isee_issued_on=date(2022, 2, 1),
        isee_valid_until=date(2022, 12, 31),
        dsu_protocol="INPS-ISEE-2022-00000001X-00",
        submitted_at=datetime(2022, 9, 20, 10, 15, tzinfo=ROME),
    )
    made = replace(base, **changes)
    if "child_fiscal_code" in changes:
        return made
    code = code_of(made.child_family_name, made.child_given_name, made.child_born_on)
    return replace(made, child_fiscal_code=code)
