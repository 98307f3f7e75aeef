"""What a file of applications holds: its rows, its columns, and the problems a reader may find in it."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum

from wishmi.core.rules.vocabulary import Value


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One child of one application, as declared; `row` is where it stood in its file.

    `more` holds, in the order of the call, the facts that have no field here.
    """

    protocol: str
    applicant_fiscal_code: str
    applicant_role: str
    applicant_family_name: str
    applicant_given_name: str
    child_fiscal_code: str
    child_family_name: str
    child_given_name: str
    child_born_on: date
    residence_municipality: str
    district: int | None
    address: str
    minors: int
    lone_parent: bool
    disabled_members: int
    isee_cents: int | None
    isee_kind: str
    isee_issued_on: date | None
    isee_valid_until: date | None
    dsu_protocol: str
    submitted_at: datetime
    more: tuple[tuple[str, Value], ...] = ()
    row: int = field(default=0, compare=False)


class Severity(StrEnum):
    """An error refuses the row; a warning leaves it in."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place: `value` is shortened, and of a personal value only its form is shown."""

    row: int
    column: str
    value: str
    severity: Severity
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A whole file: the rows that can be used, and everything that is wrong, in the order of the rows."""

    rows: tuple[ApplicationRow, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that refuse a row or the file."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


_NO_COLUMN = frozenset({"row", "more"})
COLUMN_OF = {"isee_cents": "isee"}
FIELD_OF = {"isee": "isee_cents"}
"""Cents stand in the row, euro in the file."""
COLUMNS = tuple(
    COLUMN_OF.get(one.name, one.name) for one in fields(ApplicationRow) if one.name not in _NO_COLUMN
)
"""The columns, in the order they are written; read in any order."""
OPTIONAL_COLUMNS = ("child_sex",)
OPEN_COLUMNS = frozenset(
    {
        "applicant_role",
        "residence_municipality",
        "district",
        "minors",
        "lone_parent",
        "isee_kind",
        "submitted_at",
    }
)
"""Columns whose values may be quoted back; of all others only the form is shown."""
HOUSEHOLD_FIELDS = tuple(
    one.name
    for one in fields(ApplicationRow)
    if not one.name.startswith("child_")
    and one.name not in _NO_COLUMN | {"applicant_role", "address", "district", "residence_municipality"}
)
"""What all rows of one application must agree on."""
