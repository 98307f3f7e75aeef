"""The auditor's check: with every fact at hand, the whole stage is worked out again and compared byte for
byte.

The facts file never leaves the office: it holds what the commitments hide. One JSON object per line, the
header first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wishmi.core import commitment as commitments
from wishmi.core import manifest as manifests
from wishmi.core import publication as names
from wishmi.core.calls import CallRules
from wishmi.core.canonical import Fields, MalformedError, dump_line, load, printable
from wishmi.core.facts import BASE, GROUPS, ChildFacts, as_data
from wishmi.core.findings import Check, FindingCode, Findings
from wishmi.core.folder import Folder, read_folder
from wishmi.core.publication import CODE, Leaf, Money
from wishmi.core.ranking import Entry, rank
from wishmi.core.reasons import Reason
from wishmi.core.receipts import read_facts, read_reasons
from wishmi.core.stages import Outcome, Standing, allocate_stage
from wishmi.core.verification import Report
from wishmi.core.windows import rules_of_stage

FORMAT = "wishmi-facts/1"
FACTS = "facts"
_OUTCOME = re.compile("awarded|renounced|waiting")
_MOST_AWARDS = 1_000
_RESERVE = re.compile(r"[A-Z0-9-]{0,20}")


@dataclass(frozen=True, slots=True)
class FactsHeader:
    """The first line: which stage, all the money of each fund for it, and whether its totals tell amounts.

    `served` counts the awards households hold from earlier windows of the call, by their reference.
    """

    call: str
    stage: str
    available: Mapping[str, int]
    tells_amounts: bool = True
    served: Mapping[str, int] = field(default_factory=dict)

    @property
    def holders(self) -> list[str]:
        """Each of these households once for each award."""
        return [household for household, count in sorted(self.served.items()) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class FactsRow:
    """One child: facts, salts per group, reasons of case work if excluded, and what it brings from before."""

    code: str
    facts: ChildFacts
    salts: Mapping[str, bytes]
    exclusion: tuple[Reason, ...] = ()
    standing: Standing | None = None

    def as_data(self) -> dict[str, object]:
        """Plain data for the file."""
        held = self.standing
        return {
            "code": self.code,
            "facts": as_data(self.facts),
            "salts": {group: self.salts[group].hex() for group in GROUPS},
            "exclusion": [reason.as_data() for reason in self.exclusion],
            "standing": None if held is None else _standing_data(held),
        }


def facts_file(header: FactsHeader, rows: Iterable[FactsRow]) -> bytes:
    """The facts file of a stage, rows by code."""
    first = {
        "format": FORMAT,
        "call": header.call,
        "stage": header.stage,
        "available": dict(header.available),
        "tells_amounts": header.tells_amounts,
        "served": dict(header.served),
    }
    ordered = sorted(rows, key=lambda row: row.code)
    return b"".join([dump_line(first), *(dump_line(row.as_data()) for row in ordered)])


def verify_facts(files: Mapping[str, bytes], rules: CallRules | None, raw: bytes) -> Report:
    """Work the stage out again from the facts file `raw` and compare; never raises, whatever the bytes are.

    The folder itself and its root are the public check's to judge.
    """
    found = Findings(Check.AUDITOR)
    folder = read_folder(files, Findings(Check.AUDITOR))
    published = {leaf.code: leaf for leaf in (folder.leaves or {}).values()}
    asked = BASE if rules is None else rules.facts
    header, rows = _read_file(raw, published, asked, found)
    if folder.manifest is None or folder.leaves is None or rules is None:
        found.add(FindingCode.REPLAY_IMPOSSIBLE, FACTS, why="the folder or its call cannot be read")
        return Report(found.all, None, is_anchored=False)
    if header is None:
        found.add(FindingCode.REPLAY_IMPOSSIBLE, FACTS, why="the first line says no stage")
        return Report(found.all, None, is_anchored=False)
    root = folder.manifest.root
    if not _belongs(header, folder, rules, found):
        return Report(found.all, root, is_anchored=False)
    inside = rules_of_stage(rules, header.stage)
    if inside is None:
        found.add(FindingCode.WINDOW_UNKNOWN, FACTS, 1, stage=header.stage)
        return Report(found.all, root, is_anchored=False)
    codes = {row.code for row in rows}
    for line, leaf in folder.leaves.items():
        if leaf.code not in codes:
            found.add(FindingCode.FACTS_MISSING, names.LEAVES, line, code=leaf.code)
    try:
        _replay(header, rows, folder, inside, found)
    except ValueError as fault:
        found.add(FindingCode.REPLAY_IMPOSSIBLE, FACTS, why=printable(str(fault)))
    return Report(found.all, root, is_anchored=False)


def _belongs(header: FactsHeader, folder: Folder, rules: CallRules, found: Findings) -> bool:
    manifest = folder.manifest
    funds = [fund.code for fund in rules.funds]
    if manifest is not None and (header.call, header.stage) == (manifest.call, manifest.stage):
        if sorted(header.available) == sorted(funds):
            return True
        found.add(FindingCode.FACTS_UNREADABLE, FACTS, 1, field="available", why="not the funds of the call")
        return False
    found.add(FindingCode.FACTS_OF_ANOTHER_FOLDER, FACTS, 1)
    return False


def _replay(
    header: FactsHeader, rows: list[FactsRow], folder: Folder, rules: CallRules, found: Findings
) -> None:
    entries = [Entry(row.code, row.facts, row.exclusion) for row in rows]
    available = tuple(header.available[fund.code] for fund in rules.funds)
    standing = {row.code: row.standing for row in rows if row.standing is not None}
    if any(len(held.parts) != len(available) for held in standing.values()):
        message = "a standing has a part for each fund"
        raise ValueError(message)
    ranking = rank(rules, entries, None if folder.draw is None else folder.draw.value)
    households = [row.facts.applicant for row in rows]
    allocation = allocate_stage(ranking, households, available, standing, header.holders)
    money = Money(allocation, available, standing)
    listed = names.rows_of(ranking, money)
    known = {leaf.code: leaf.commitment for leaf in (folder.leaves or {}).values()}
    leaves = []
    for row in listed:
        commitment = known.get(row.code, b"")
        leaves.append(Leaf(row.code, commitment, names.leaf_of(rules.code, header.stage, row, commitment)))
    totals = names.totals_json(ranking, money, listed, header.stage, tells_amounts=header.tells_amounts)
    for name, again in (
        (names.RANKING, names.ranking_csv(listed)),
        (names.LEAVES, names.leaves_csv(leaves)),
        (names.TOTALS, totals),
    ):
        _compare(name, again, folder.files.get(name, b""), found)


def _compare(name: str, again: bytes, published: bytes, found: Findings) -> None:
    """Name every line that is not as it comes out of the facts."""
    if again == published:
        return
    expected, actual = again.split(b"\n"), published.split(b"\n")
    for place in range(max(len(expected), len(actual))):
        wanted = expected[place].decode("latin-1") if place < len(expected) else ""
        given = actual[place].decode("latin-1") if place < len(actual) else ""
        if wanted != given or place >= min(len(expected), len(actual)):
            found.add(
                FindingCode.REPLAY_DIFFERS,
                name,
                place + 1,
                expected=printable(wanted.strip()),
                found=printable(given.strip()),
            )


def _read_file(
    raw: bytes, published: Mapping[str, Leaf], asked: Sequence[str], found: Findings
) -> tuple[FactsHeader | None, list[FactsRow]]:
    """Header and rows; each row is checked against its commitment and then lets go of its salts.

    Lines that cannot be read are found and left out.
    """
    header: FactsHeader | None = None
    rows: list[FactsRow] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(_lines(raw), start=1):
        try:
            data = load(line)
            if number == 1:
                header = _read_header(data)
                continue
            row = _read_row(data, asked)
        except MalformedError as fault:
            found.add(FindingCode.FACTS_UNREADABLE, FACTS, number, field=fault.field, why=fault.why)
            continue
        if row.code in seen:
            found.add(FindingCode.FACTS_DOUBLED, FACTS, number, code=row.code, first=seen[row.code])
            continue
        seen[row.code] = number
        if row.code not in published:
            found.add(FindingCode.FACTS_UNKNOWN, FACTS, number, code=row.code)
        elif commitments.commit(row.facts, row.salts) != published[row.code].commitment:
            found.add(FindingCode.COMMITMENT_WRONG, FACTS, number, code=row.code)
        rows.append(replace(row, salts={}))
    return header, rows


def _lines(raw: bytes) -> Iterator[bytes]:
    """The lines one by one: a city's facts are too many to hold twice."""
    start = 0
    while start < len(raw):
        stop = raw.find(b"\n", start)
        stop = len(raw) if stop < 0 else stop
        yield raw[start:stop]
        start = stop + 1


def _read_header(data: object) -> FactsHeader:
    fields = Fields(data, ("format", "call", "stage", "available", "tells_amounts", "served"))
    if fields.text("format") != FORMAT:
        raise MalformedError("format", f"not {FORMAT}")
    available = fields.mapping("available")
    amounts = {fund: Fields(available, available, "available").number(fund) for fund in available}
    counts = fields.mapping("served")
    return FactsHeader(
        fields.text("call"),
        fields.text("stage", manifests.STAGE),
        amounts,
        fields.flag("tells_amounts"),
        {household: _count(counts, household) for household in counts},
    )


def _count(counts: Mapping[str, object], household: str) -> int:
    count = Fields(counts, counts, "served").number(household)
    if count > _MOST_AWARDS:
        raise MalformedError("served", "more awards than a household can have")
    return count


def _read_row(data: object, asked: Sequence[str]) -> FactsRow:
    fields = Fields(data, ("code", "facts", "salts", "exclusion", "standing"))
    salts = Fields(fields.data["salts"], tuple(GROUPS), "salts")
    return FactsRow(
        code=fields.text("code", CODE),
        facts=read_facts(fields.mapping("facts"), names=asked),
        salts={group: salts.digest(group) for group in GROUPS},
        exclusion=read_reasons(fields.items("exclusion")),
        standing=None if fields.is_null("standing") else _read_standing(fields.data["standing"]),
    )


def _standing_data(held: Standing) -> dict[str, object]:
    told = None if held.told is None else list(held.told)
    return {
        "outcome": str(held.outcome),
        "parts": list(held.parts),
        "told": told,
        "reserve": held.reserve,
        "is_told": held.is_told,
    }


def _read_standing(data: object) -> Standing:
    fields = Fields(data, ("outcome", "parts", "told", "reserve", "is_told"), "standing")
    parts = _amounts(fields, "parts")
    told = None if fields.is_null("told") else _amounts(fields, "told")
    if told is not None and len(told) != len(parts):
        raise MalformedError("standing.told", "not a part for each fund")
    outcome = Outcome(fields.text("outcome", _OUTCOME))
    return Standing(outcome, parts, told, fields.text("reserve", _RESERVE), fields.flag("is_told"))


def _amounts(fields: Fields, name: str) -> tuple[int, ...]:
    amounts = []
    for amount in fields.items(name):
        if type(amount) is not int or amount < 0:
            raise MalformedError(fields.at(name), "not natural numbers")
        amounts.append(amount)
    return tuple(amounts)
