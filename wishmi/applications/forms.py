"""What an application says, as it comes in at the door: one shape for pages, files and the command line."""

from dataclasses import dataclass
from datetime import datetime

from wishmi.applications.declarations import Declaration, Origin


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """Who applies in which role, for which minors of the household, declaring what."""

    household_id: int
    applicant_id: int
    applicant_role: str
    minor_ids: tuple[int, ...]
    declared: Declaration


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that is sent at a moment, and where it comes from; for the bulk form of submitting."""

    form: ApplicationForm
    moment: datetime
    origin: Origin = Origin.DECLARED
