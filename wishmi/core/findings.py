"""What a check can find, as data: a closed list of codes, with the file and the row where there is one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SHOWN = 20
"""How many findings of one code are listed; the rest are counted."""


class Check(StrEnum):
    """Which of the three checks speaks."""

    PUBLIC = "public"
    FAMILY = "family"
    AUDITOR = "auditor"


class FindingCode(StrEnum):
    """The closed list of findings; each has a sentence in the command line's table."""

    # The files themselves.
    FILE_MISSING = "file_missing"
    FILE_UNLISTED = "file_unlisted"
    FILE_UNREADABLE = "file_unreadable"
    FILE_NOT_CANONICAL = "file_not_canonical"
    HEADER_WRONG = "header_wrong"
    ROW_UNREADABLE = "row_unreadable"
    CALL_UNREADABLE = "call_unreadable"

    # Digests and root.
    DIGEST_WRONG = "digest_wrong"
    TREE_ROOT_WRONG = "tree_root_wrong"
    LEAVES_MISCOUNTED = "leaves_miscounted"
    MANIFEST_ROOT_WRONG = "manifest_root_wrong"
    NOT_THIS_ROOT = "not_this_root"
    CALL_DIFFERS = "call_differs"
    STAGE_DIFFERS = "stage_differs"
    WINDOW_UNKNOWN = "window_unknown"

    # Rows and leaves.
    CODE_DOUBLED = "code_doubled"
    LEAF_WRONG = "leaf_wrong"
    LEAF_MISSING = "leaf_missing"
    ROW_MISSING = "row_missing"
    LEAF_OUT_OF_ORDER = "leaf_out_of_order"
    POSITION_WRONG = "position_wrong"
    POINTS_RISE = "points_rise"
    POINTS_UNCLEAR = "points_unclear"
    EXCLUDED_MISPLACED = "excluded_misplaced"
    DRAW_ORDER_WRONG = "draw_order_wrong"

    # Intake.
    INTAKE_MISCOUNTED = "intake_miscounted"
    INTAKE_WRONG = "intake_wrong"
    INTAKE_CHANGE_UNKNOWN = "intake_change_unknown"
    INTAKE_ROOT_DIFFERS = "intake_root_differs"
    NOT_THIS_INTAKE = "not_this_intake"

    # Draw.
    DRAW_UNEXPECTED = "draw_unexpected"
    DRAW_DIFFERS = "draw_differs"
    DRAW_VALUE_WRONG = "draw_value_wrong"
    DRAW_SIGNATURE_WRONG = "draw_signature_wrong"

    # Outcomes and money.
    OUTCOMES_MISCOUNTED = "outcomes_miscounted"
    CUT_OFF_WRONG = "cut_off_wrong"
    AWARDED_AFTER_CUT_OFF = "awarded_after_cut_off"
    WAITING_BEFORE_CUT_OFF = "waiting_before_cut_off"
    FUNDS_DIFFER = "funds_differ"
    UNIT_DIFFERS = "unit_differs"
    CELL_WRONG = "cell_wrong"
    CELL_TOO_SMALL = "cell_too_small"
    AMOUNT_UNKNOWN = "amount_unknown"
    FUND_SUM_WRONG = "fund_sum_wrong"
    FUND_OVERSPENT = "fund_overspent"
    AWARDS_MISCOUNTED = "awards_miscounted"

    # A family's receipt.
    RECEIPT_OF_ANOTHER_FOLDER = "receipt_of_another_folder"
    RECEIPT_ROW_DIFFERS = "receipt_row_differs"
    RECEIPT_COMMITMENT_WRONG = "receipt_commitment_wrong"
    RECEIPT_PATH_WRONG = "receipt_path_wrong"
    RECEIPT_POINTS_WRONG = "receipt_points_wrong"
    RECEIPT_TOTAL_WRONG = "receipt_total_wrong"
    RECEIPT_AMOUNT_WRONG = "receipt_amount_wrong"
    RECEIPT_NOT_ELIGIBLE = "receipt_not_eligible"
    RECEIPT_EXCLUSION_UNEXPLAINED = "receipt_exclusion_unexplained"

    # The auditor's replay.
    FACTS_UNREADABLE = "facts_unreadable"
    FACTS_OF_ANOTHER_FOLDER = "facts_of_another_folder"
    FACTS_DOUBLED = "facts_doubled"
    FACTS_MISSING = "facts_missing"
    FACTS_UNKNOWN = "facts_unknown"
    COMMITMENT_WRONG = "commitment_wrong"
    REPLAY_IMPOSSIBLE = "replay_impossible"
    REPLAY_DIFFERS = "replay_differs"

    # Not wrong, but to be known.
    MORE_OF_THE_SAME = "more_of_the_same"
    NOT_ANCHORED = "not_anchored"
    ORDER_PRIVATE = "order_private"
    OUTCOMES_PRIVATE = "outcomes_private"
    DEMO_BEACON = "demo_beacon"
    FUND_NOT_AS_IN_CALL = "fund_not_as_in_call"
    FUND_UNTOLD = "fund_untold"
    RECEIPT_PARTLY_CLOSED = "receipt_partly_closed"


NOTES = frozenset(
    {
        FindingCode.MORE_OF_THE_SAME,
        FindingCode.NOT_ANCHORED,
        FindingCode.ORDER_PRIVATE,
        FindingCode.OUTCOMES_PRIVATE,
        FindingCode.DEMO_BEACON,
        FindingCode.FUND_NOT_AS_IN_CALL,
        FindingCode.FUND_UNTOLD,
        FindingCode.RECEIPT_PARTLY_CLOSED,
    }
)
"""Findings that say what was seen or could not be checked, and make nothing wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `file` is empty where it is no file's; `row` is the line of the file, its header being
    1.
    """

    check: Check
    file: str
    row: int | None
    code: FindingCode
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        """Whether it makes the check fail."""
        return self.code not in NOTES

    def as_data(self) -> dict[str, object]:
        """Plain data for programs."""
        return {
            "check": str(self.check),
            "file": self.file,
            "row": self.row,
            "code": str(self.code),
            "wrong": self.is_wrong,
            "params": dict(self.params),
        }


class Findings:
    """A list that grows while a check runs; of each code only the first `SHOWN` are kept, the rest counted."""

    def __init__(self, check: Check) -> None:
        """Start without findings."""
        self.check = check
        self._found: list[Finding] = []
        self._seen: Counter[tuple[FindingCode, str]] = Counter()

    def add(self, code: FindingCode, file: str = "", row: int | None = None, /, **params: str | int) -> None:
        """One more finding."""
        self._seen[code, file] += 1
        if self._seen[code, file] <= SHOWN:
            self._found.append(Finding(self.check, file, row, code, params))

    @property
    def all(self) -> tuple[Finding, ...]:
        """What was found, in the order of the checks, then how many more of each code there were."""
        more = [
            Finding(
                self.check,
                file,
                None,
                FindingCode.MORE_OF_THE_SAME,
                {"code": str(code), "count": count - SHOWN},
            )
            for (code, file), count in self._seen.items()
            if count > SHOWN
        ]
        return (*self._found, *more)
