"""The family's check: one receipt against a root, and against the folder and the call where they are at hand."""

from collections.abc import Mapping
from datetime import date

from wishmi.core import commitment as commitments
from wishmi.core import merkle
from wishmi.core.calls import CallRules
from wishmi.core.canonical import MalformedError, load
from wishmi.core.eligibility import assess
from wishmi.core.facts import ChildFacts, as_data
from wishmi.core.findings import Check, FindingCode, Findings
from wishmi.core.folder import Folder, read_folder
from wishmi.core.publication import RANKING, leaf_of
from wishmi.core.receipts import Receipt, read_facts, read_receipt
from wishmi.core.rules.distribution import Sharing
from wishmi.core.scoring import score
from wishmi.core.stages import Outcome
from wishmi.core.verification import Report
from wishmi.core.verification_order import least_points

RECEIPT = "receipt"
_DAY = date(2000, 1, 1)
_UNKNOWN = ChildFacts(
    born_on=_DAY, submitted_on=_DAY, resident=False, isee_cents=None, isee_kind="", isee_issued_on=None,
    isee_valid_until=None, minors=0, lone_parent=False, disabled_members=0, applicant_role="parent",
    applicant="",
)  # fmt: skip
"""What stands in for closed facts while the points of open ones are worked out; no result about them is used.
"""


def verify_receipt(
    raw: bytes,
    *,
    root: bytes | None = None,
    files: Mapping[str, bytes] | None = None,
    rules: CallRules | None = None,
) -> Report:
    """Check a receipt: alone, against `root`; with `files`, that it is of this folder; with `rules`, the
    sums.

    Never raises, whatever the bytes are.
    """
    found = Findings(Check.FAMILY)
    try:
        receipt = read_receipt(load(raw))
        data = {**as_data(_UNKNOWN), **_opened(receipt)}
        facts = read_facts(data, "groups", tuple(data))
    except MalformedError as fault:
        found.add(FindingCode.FILE_UNREADABLE, RECEIPT, field=fault.field, why=fault.why)
        return Report(found.all, None, is_anchored=False)
    _check_proof(receipt, found)
    if root is None:
        found.add(FindingCode.NOT_ANCHORED)
    elif root != receipt.manifest.root:
        found.add(FindingCode.NOT_THIS_ROOT, RECEIPT, expected=root.hex(), found=receipt.manifest.root.hex())
    if files is not None:
        _check_folder(receipt, read_folder(files, Findings(Check.FAMILY)), found)
    if rules is not None:
        _check_sums(receipt, facts, rules, found)
        if not receipt.closed:
            _check_outcome(receipt, facts, rules, found)
    if receipt.closed:
        found.add(FindingCode.RECEIPT_PARTLY_CLOSED, RECEIPT, groups=", ".join(receipt.closed))
    return Report(found.all, receipt.manifest.root, is_anchored=root == receipt.manifest.root)


def _opened(receipt: Receipt) -> dict[str, object]:
    return {name: value for facts in receipt.opened.values() for name, value in facts.items()}


def _check_proof(receipt: Receipt, found: Findings) -> None:
    """Facts lead to the commitment, the commitment to the leaf, the leaf to the tree, the tree to the root."""
    if commitments.root_of(receipt.leaves) != receipt.commitment:
        found.add(FindingCode.RECEIPT_COMMITMENT_WRONG, RECEIPT)
    manifest = receipt.manifest
    start = leaf_of(manifest.call, manifest.stage, receipt.row, receipt.commitment)
    if merkle.root_from_path(start, receipt.index, manifest.leaves, receipt.path) != manifest.tree_root:
        found.add(FindingCode.RECEIPT_PATH_WRONG, RECEIPT)
    if manifest.root != receipt.root:
        found.add(FindingCode.MANIFEST_ROOT_WRONG, RECEIPT)


def _check_folder(receipt: Receipt, folder: Folder, found: Findings) -> None:
    """The folder is the one the receipt was cut from, and the row stands in it where the receipt says."""
    if folder.manifest is None or folder.manifest.parts() != receipt.manifest.parts():
        found.add(FindingCode.RECEIPT_OF_ANOTHER_FOLDER, RECEIPT)
    line = receipt.index + 2
    if (folder.rows or {}).get(line) != receipt.row:
        found.add(FindingCode.RECEIPT_ROW_DIFFERS, RANKING, line, code=receipt.row.code)


def _check_sums(receipt: Receipt, facts: ChildFacts, rules: CallRules, found: Findings) -> None:
    """The points shown follow from the facts shown; their total is the one published."""
    opened = _opened(receipt)
    expected = list(score(tuple(one for one in rules.criteria if one.fact in opened), facts).parts)
    if receipt.row.position is None:
        expected = []
    if expected != list(receipt.points):
        shown = dict(receipt.points)
        for fact, points in expected:
            if shown.get(fact) != points:
                found.add(
                    FindingCode.RECEIPT_POINTS_WRONG,
                    RECEIPT,
                    fact=fact,
                    expected=points,
                    found=shown.get(fact, 0),
                )
        if len(expected) != len(receipt.points):
            found.add(
                FindingCode.RECEIPT_POINTS_WRONG, RECEIPT, fact="", expected=len(expected), found=len(shown)
            )
    if receipt.total is not None:
        total, label = sum(points for _, points in receipt.points), receipt.row.points
        if total != receipt.total or not _fits(receipt.total, label):
            found.add(FindingCode.RECEIPT_TOTAL_WRONG, RECEIPT, total=receipt.total, label=label)


def _fits(total: int, label: str) -> bool:
    """Whether a total may be published under a label."""
    if not label.removesuffix("+").isdecimal():
        return False
    return total >= least_points(label) if label.endswith("+") else total == least_points(label)


def _check_outcome(receipt: Receipt, facts: ChildFacts, rules: CallRules, found: Findings) -> None:
    """With every fact open: ranked if and only if eligible and not excluded by case work; the amount of the
    band.
    """
    verdict = assess(rules, facts)
    is_ranked = receipt.row.position is not None
    if is_ranked and receipt.total is None:
        found.add(FindingCode.RECEIPT_TOTAL_WRONG, RECEIPT, total=0, label=receipt.row.points)
    if is_ranked and not (verdict.eligible and not receipt.exclusion):
        found.add(FindingCode.RECEIPT_NOT_ELIGIBLE, RECEIPT)
    if not is_ranked and verdict.eligible and not receipt.exclusion:
        found.add(FindingCode.RECEIPT_EXCLUSION_UNEXPLAINED, RECEIPT)
    award = receipt.award or {}
    amount = sum(award.values())
    # Where the list tells no outcome, the receipt alone says whether there is an award.
    is_untold = receipt.row.outcome is Outcome.UNTOLD
    is_awarded = receipt.row.outcome is Outcome.AWARDED or (is_untold and amount > 0)
    expected = verdict.amount if is_awarded else 0
    is_reduced = rules.allocation.partial_last or rules.sharing is not Sharing.WHOLE
    is_partial = is_awarded and is_reduced and 0 < amount < expected
    if (amount != expected and not is_partial) or not award.keys() <= {fund.code for fund in rules.funds}:
        found.add(FindingCode.RECEIPT_AMOUNT_WRONG, RECEIPT, expected=expected, found=amount)
