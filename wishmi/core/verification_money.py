"""The public check of outcomes and money: the rows against the totals, the totals against the call."""

from collections import Counter

from wishmi.core import publication as names
from wishmi.core.calls import CallRules, Fit
from wishmi.core.disclosure import LEAST, hides_outcomes
from wishmi.core.divided import is_divided
from wishmi.core.findings import FindingCode, Findings
from wishmi.core.folder import Folder
from wishmi.core.publication import Row
from wishmi.core.stages import Outcome
from wishmi.core.totals import FundTotals, Totals
from wishmi.core.windows import window_named


def check_money(folder: Folder, rules: CallRules | None, found: Findings) -> None:
    """Check `totals.json` against itself, the rows and the call."""
    if folder.totals is None:
        return
    if folder.rows is not None:
        is_first = folder.manifest is not None and folder.manifest.previous_root is None
        _check_counts(folder.rows, folder.totals, found, is_first=is_first)
        if rules is not None:
            _check_cut_off(folder.rows, folder.totals, rules, found)
    for fund in folder.totals.funds:
        _check_fund(fund, found)
    if rules is not None:
        _check_against_call(folder.totals, rules, found)


def _check_counts(rows: dict[int, Row], totals: Totals, found: Findings, *, is_first: bool) -> None:
    """The outcomes are as many as the totals say; awards are kept only from a stage before."""
    counted = Counter(row.outcome for row in rows.values())
    for outcome in Outcome:
        expected, actual = totals.outcomes[outcome], counted[outcome]
        if expected != actual:
            outcome_name = str(outcome)
            found.add(
                FindingCode.OUTCOMES_MISCOUNTED,
                names.TOTALS,
                outcome=outcome_name,
                expected=expected,
                found=actual,
            )
    if totals.kept > (0 if is_first else counted[Outcome.AWARDED]):
        expected, actual = totals.kept, 0 if is_first else counted[Outcome.AWARDED]
        found.add(
            FindingCode.OUTCOMES_MISCOUNTED, names.TOTALS, outcome="kept", expected=expected, found=actual
        )


def _check_cut_off(rows: dict[int, Row], totals: Totals, rules: CallRules, found: Findings) -> None:
    """Before the cut-off nobody waits unless a cap holds them back; from it on nobody is awarded under
    `Fit.STOP`.

    Awards kept from an earlier stage may stand after the cut-off, so as many as were kept are let through.
    """
    ranked = [(line, row) for line, row in rows.items() if row.position is not None]
    cut_off = len(ranked) + 1 if totals.cut_off is None else totals.cut_off
    if hides_outcomes(rules) or totals.outcomes[Outcome.UNTOLD]:
        _check_untold(ranked, totals, rules, found)
        return
    if is_divided(rules):
        # Whoever a reserve serves may stand after the first child that waits; who that is only the replay can tell.
        return
    if not 1 <= cut_off <= len(ranked) + 1 or (totals.cut_off is not None and cut_off > len(ranked)):
        found.add(FindingCode.CUT_OFF_WRONG, names.TOTALS, cut_off=cut_off)
        return
    rule = rules.allocation
    late = []
    for line, row in ranked:
        place = row.position or 0
        if place < cut_off and row.outcome is Outcome.WAITING and rule.household_cap is None:
            found.add(FindingCode.WAITING_BEFORE_CUT_OFF, names.RANKING, line, code=row.code)
        if place == cut_off and not _may_stand_at_cut_off(row, partial_last=rule.partial_last):
            found.add(FindingCode.CUT_OFF_WRONG, names.RANKING, line, cut_off=cut_off)
        if place > cut_off and row.outcome is Outcome.AWARDED and rule.fit is Fit.STOP:
            late.append((line, row))
    for line, row in late[totals.kept :]:
        found.add(FindingCode.AWARDED_AFTER_CUT_OFF, names.RANKING, line, code=row.code)


def _check_untold(ranked: list[tuple[int, Row]], totals: Totals, rules: CallRules, found: Findings) -> None:
    """Outcomes are untold from one position to the last, where a reserve rests on health; before it nobody waits."""
    first = next((place for place, (_, row) in enumerate(ranked) if row.outcome is Outcome.UNTOLD), None)
    is_allowed = hides_outcomes(rules) or first is None
    told = ranked if first is None else ranked[:first]
    late = [] if first is None else ranked[first:]
    is_one_stretch = all(row.outcome is Outcome.UNTOLD for _, row in late)
    if not is_allowed or not is_one_stretch or totals.cut_off != (None if first is None else first + 1):
        found.add(FindingCode.CUT_OFF_WRONG, names.TOTALS, cut_off=0 if first is None else first + 1)
    for line, row in told:
        is_capped = rules.allocation.household_cap is not None or rules.grant_cap is not None
        if row.outcome is Outcome.WAITING and not is_capped:
            found.add(FindingCode.WAITING_BEFORE_CUT_OFF, names.RANKING, line, code=row.code)
    if late:
        found.add(FindingCode.OUTCOMES_PRIVATE, names.RANKING, rows=len(late))


def _may_stand_at_cut_off(row: Row, *, partial_last: bool) -> bool:
    return row.outcome is Outcome.WAITING or (partial_last and row.outcome is Outcome.AWARDED)


def _check_fund(fund: FundTotals, found: Findings) -> None:
    """Counts times amounts are the sums, the sums are what was awarded, and that is not above the fund."""
    if fund.cells is None or fund.awarded is None:
        found.add(FindingCode.FUND_UNTOLD, names.TOTALS, fund=fund.code)
        return
    for place, cell in enumerate(fund.cells):
        if not (0 < cell.low <= cell.high and cell.count * cell.low <= cell.total <= cell.count * cell.high):
            found.add(FindingCode.CELL_WRONG, names.TOTALS, fund=fund.code, cell=place)
        if cell.count < LEAST:
            found.add(FindingCode.CELL_TOO_SMALL, names.TOTALS, fund=fund.code, cell=place)
    if any(above.low <= below.high for above, below in zip(fund.cells, fund.cells[1:], strict=False)):
        found.add(FindingCode.CELL_WRONG, names.TOTALS, fund=fund.code, cell=0)
    total = sum(cell.total for cell in fund.cells)
    if total != fund.awarded:
        found.add(
            FindingCode.FUND_SUM_WRONG, names.TOTALS, fund=fund.code, expected=fund.awarded, found=total
        )
    if fund.available is None or fund.remainder is None:
        # What a later window has is not told: it would tell what earlier ones hold.
        return
    if fund.awarded > fund.available:
        over = fund.awarded - fund.available
        found.add(FindingCode.FUND_OVERSPENT, names.TOTALS, fund=fund.code, over=over)
    elif fund.awarded + fund.remainder != fund.available:
        expected, actual = fund.available, fund.awarded + fund.remainder
        found.add(FindingCode.FUND_SUM_WRONG, names.TOTALS, fund=fund.code, expected=expected, found=actual)


def _check_against_call(totals: Totals, rules: CallRules, found: Findings) -> None:
    """The funds, the unit and the amounts are the call's; awards are as many as the awarded rows."""
    if totals.unit != rules.unit:
        found.add(FindingCode.UNIT_DIFFERS, names.TOTALS, expected=rules.unit, found=totals.unit)
    if [fund.code for fund in totals.funds] != [fund.code for fund in rules.funds]:
        found.add(FindingCode.FUNDS_DIFFER, names.TOTALS)
        return
    known = rules.amounts()
    amounts = set(known or ())
    may_be_partial = rules.allocation.split_funds or rules.allocation.partial_last
    for fund, rule in zip(totals.funds, rules.funds, strict=True):
        appropriated = rules.for_ranking(rule.appropriated)
        if fund.available is None and window_named(totals.stage) == 1:
            found.add(
                FindingCode.FUND_SUM_WRONG, names.TOTALS, fund=fund.code, expected=appropriated, found=0
            )
        elif fund.available is not None and fund.available != appropriated:
            found.add(
                FindingCode.FUND_NOT_AS_IN_CALL,
                names.TOTALS,
                fund=fund.code,
                expected=appropriated,
                found=fund.available,
            )
        for cell in fund.cells or ():
            bounds = {cell.low, cell.high}
            if known is not None and (
                max(bounds) > max(amounts) or not (may_be_partial or bounds <= amounts)
            ):
                found.add(FindingCode.AMOUNT_UNKNOWN, names.TOTALS, fund=fund.code, amount=max(bounds))
    _check_number(totals, rules, found)


def _check_number(totals: Totals, rules: CallRules, found: Findings) -> None:
    """Every award is in a fund once, or in several where the call lets funds share one."""
    told = [fund.cells for fund in totals.funds if fund.cells is not None]
    if len(told) < len(totals.funds):
        return
    count = sum(cell.count for cells in told for cell in cells)
    awarded = totals.outcomes[Outcome.AWARDED]
    can_be = awarded + totals.outcomes[Outcome.UNTOLD]
    most = can_be * len(totals.funds) if rules.allocation.split_funds else can_be
    if not awarded <= count <= most:
        found.add(FindingCode.AWARDS_MISCOUNTED, names.TOTALS, expected=awarded, found=count)
