"""The one place where findings become sentences, so that they can be translated together."""

from collections.abc import Mapping

from wishmi.core.findings import Finding, FindingCode

SENTENCES: Mapping[FindingCode, str] = {
    FindingCode.FILE_MISSING: "the file is missing",
    FindingCode.FILE_UNLISTED: "the file does not belong to this publication",
    FindingCode.FILE_UNREADABLE: "the file cannot be read: {field}: {why}",
    FindingCode.FILE_NOT_CANONICAL: "the file is not written in its one canonical form",
    FindingCode.HEADER_WRONG: "the header must be {expected}",
    FindingCode.ROW_UNREADABLE: "the row cannot be read",
    FindingCode.CALL_UNREADABLE: "the call cannot be read, so nothing could be checked against its rules",
    FindingCode.DIGEST_WRONG: "the file is not the one that the manifest lists",
    FindingCode.TREE_ROOT_WRONG: "the leaves do not lead to the tree root of the manifest",
    FindingCode.LEAVES_MISCOUNTED: "there are {found} leaves, the manifest says {expected}",
    FindingCode.MANIFEST_ROOT_WRONG: "the parts of the manifest do not lead to the root it states",
    FindingCode.NOT_THIS_ROOT: "the root is {found}, not {expected}",
    FindingCode.CALL_DIFFERS: "this is of the call {found}, not {expected}",
    FindingCode.WINDOW_UNKNOWN: "the stage {stage} is of a window that the call does not have",
    FindingCode.STAGE_DIFFERS: "this is of the stage {found}, not {expected}",
    FindingCode.CODE_DOUBLED: "the code {code} stands here and in row {first}",
    FindingCode.LEAF_WRONG: "the row of {code} is not the one that was sealed in its leaf",
    FindingCode.LEAF_MISSING: "{code} has no leaf",
    FindingCode.ROW_MISSING: "{code} has a leaf but no row in the ranking",
    FindingCode.LEAF_OUT_OF_ORDER: "{code} does not stand where the ranking has it",
    FindingCode.POSITION_WRONG: "{code} should stand at position {expected}",
    FindingCode.POINTS_RISE: "{code} has more points than the row above",
    FindingCode.POINTS_UNCLEAR: "{code} has the number of the row above, once with and once without a plus",
    FindingCode.EXCLUDED_MISPLACED: "{code} is out of place: the excluded come last, by code",
    FindingCode.DRAW_ORDER_WRONG: "the draw puts {code} before the row above",
    FindingCode.INTAKE_MISCOUNTED: "{expected} applications were sealed, {found} are accounted for",
    FindingCode.INTAKE_WRONG: "the applications listed are not those that were sealed at closing",
    FindingCode.INTAKE_CHANGE_UNKNOWN: "a withdrawal or replacement of {code} does not fit the list",
    FindingCode.INTAKE_ROOT_DIFFERS: "the manifest names another intake",
    FindingCode.NOT_THIS_INTAKE: "the intake's root is {found}, not {expected}",
    FindingCode.DRAW_UNEXPECTED: "the call draws nothing",
    FindingCode.DRAW_DIFFERS: "the {field} of the draw is not the one that the call names",
    FindingCode.DRAW_VALUE_WRONG: "the seed is not the hash of the beacon's signature",
    FindingCode.DRAW_SIGNATURE_WRONG: "the beacon did not sign this round",
    FindingCode.OUTCOMES_MISCOUNTED: "{expected} {outcome} according to the totals, {found} in the ranking",
    FindingCode.CUT_OFF_WRONG: "the cut-off cannot be at position {cut_off}",
    FindingCode.AWARDED_AFTER_CUT_OFF: "{code} is awarded after the cut-off",
    FindingCode.WAITING_BEFORE_CUT_OFF: "{code} waits although it stands before the cut-off",
    FindingCode.FUNDS_DIFFER: "the funds are not those of the call",
    FindingCode.UNIT_DIFFERS: "the unit is {found}, the call says {expected}",
    FindingCode.CELL_WRONG: "fund {fund}, line {cell}: number times amount is not the sum",
    FindingCode.CELL_TOO_SMALL: "fund {fund}, line {cell}: too few children to be told",
    FindingCode.AMOUNT_UNKNOWN: "fund {fund}: the call gives nobody {amount}",
    FindingCode.FUND_SUM_WRONG: "fund {fund}: {found} where {expected} is stated",
    FindingCode.FUND_OVERSPENT: "fund {fund} is overspent by {over}",
    FindingCode.AWARDS_MISCOUNTED: "{expected} children are awarded, the funds count {found} awards",
    FindingCode.RECEIPT_OF_ANOTHER_FOLDER: "the receipt is of another publication",
    FindingCode.RECEIPT_ROW_DIFFERS: "the row of {code} is not the one of the receipt",
    FindingCode.RECEIPT_COMMITMENT_WRONG: "the facts and salts do not lead to the commitment",
    FindingCode.RECEIPT_PATH_WRONG: "the path does not lead from the row to the tree root",
    FindingCode.RECEIPT_POINTS_WRONG: "points ({fact}): the facts give {expected}, the receipt says {found}",
    FindingCode.RECEIPT_TOTAL_WRONG: "a total of {total} is not what was published as {label}",
    FindingCode.RECEIPT_AMOUNT_WRONG: "the facts and the call give {expected}, the receipt says {found}",
    FindingCode.RECEIPT_NOT_ELIGIBLE: "the facts are not eligible, and yet the row is ranked",
    FindingCode.RECEIPT_EXCLUSION_UNEXPLAINED: "the facts are eligible, and no reason excludes the row",
    FindingCode.FACTS_UNREADABLE: "the line cannot be read: {field}: {why}",
    FindingCode.FACTS_OF_ANOTHER_FOLDER: "the facts are of another call or stage",
    FindingCode.FACTS_DOUBLED: "the code {code} stands here and in row {first}",
    FindingCode.FACTS_MISSING: "there are no facts for {code}",
    FindingCode.FACTS_UNKNOWN: "{code} is not in the publication",
    FindingCode.COMMITMENT_WRONG: "the facts of {code} are not those that were committed to",
    FindingCode.REPLAY_IMPOSSIBLE: "the stage cannot be worked out again: {why}",
    FindingCode.REPLAY_DIFFERS: "worked out again: {expected} - published: {found}",
    FindingCode.MORE_OF_THE_SAME: "and {count} more ({code})",
    FindingCode.NOT_ANCHORED: "consistent at most, not anchored: compare with the root printed in the act",
    FindingCode.ORDER_PRIVATE: "order inside {groups} groups of equal points rests on private facts; "
    "an auditor can check it",
    FindingCode.OUTCOMES_PRIVATE: "the outcome of {rows} rows would tell of health and is not told; "
    "each family knows its own, and an auditor can check them",
    FindingCode.DEMO_BEACON: "the draw comes from the beacon for demonstrations, which proves nothing",
    FindingCode.FUND_NOT_AS_IN_CALL: "fund {fund} has {found}, the call appropriated {expected}",
    FindingCode.FUND_UNTOLD: "fund {fund}: the sums are not told, so as not to tell the amounts of few children",
    FindingCode.RECEIPT_PARTLY_CLOSED: "not shown, so not checked: {groups}",
}


def sentence_of(finding: Finding) -> str:
    """The finding as one sentence, without its place."""
    return SENTENCES[finding.code].format_map(finding.params)


def place_of(finding: Finding) -> str:
    """Where it was found: file and row, as editors understand them."""
    if not finding.file:
        return ""
    return finding.file if finding.row is None else f"{finding.file}:{finding.row}"
