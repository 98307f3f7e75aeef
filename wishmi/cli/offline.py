"""A call ranked without a database: applications in, a published folder and its private counterpart out."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from wishmi.applications.entropy import Entropy
from wishmi.applications.files import ApplicationRow, Problem, Severity, facts_of
from wishmi.calls.document import CallDocument
from wishmi.core import commitment
from wishmi.core.allocation import Allocation
from wishmi.core.calls import DrawRule
from wishmi.core.canonical import MalformedError, load
from wishmi.core.draw import Draw, drawn, read_draw, signature_stands, value_of
from wishmi.core.facts import ChildFacts
from wishmi.core.intake import seal
from wishmi.core.publication import Money, Published, Stage, publish
from wishmi.core.ranking import Entry, Ranking, rank
from wishmi.core.receipts import Holder, receipt_of
from wishmi.core.replay import FactsHeader, FactsRow, facts_file
from wishmi.core.stages import allocate_stage
from wishmi.infra.beacon import DemoBeacon, signature_is_valid

FACTS, CODES, RECEIPTS = "facts.jsonl", "codes.csv", "receipts"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One child with what only the office knows: its row, its code, its facts and salts."""

    row: ApplicationRow
    code: str
    facts: ChildFacts
    salts: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A stage worked out: ranking, money, and the folder to publish."""

    call: CallDocument
    candidates: tuple[Candidate, ...]
    ranking: Ranking
    money: Money
    published: Published

    @property
    def allocation(self) -> Allocation:
        """Who got what."""
        return self.money.allocation


def outside_window(call: CallDocument, rows: Sequence[ApplicationRow]) -> list[Problem]:
    """Applications sent before the window opened or once it was closed."""
    opens, closes = call.window.opens, call.window.closes
    shown = f"{opens.isoformat(timespec='minutes')} to {closes.isoformat(timespec='minutes')}"
    return [
        Problem(
            row.row,
            "submitted_at",
            row.submitted_at.isoformat(),
            Severity.ERROR,
            "outside_window",
            f"The window was open from {shown}: take the application out or correct the moment.",
        )
        for row in rows
        if not opens <= row.submitted_at < closes
    ]


def why_not_draw(rule: DrawRule | None, draw: Draw | None) -> str | None:
    """Why a draw is not the one the call names; None if it is."""
    if rule is None:
        return None if draw is None else "The call draws nothing: leave --draw out."
    if draw is None:
        return f"The call draws: give round {rule.round} of {rule.beacon}."
    if (draw.beacon, draw.scheme, draw.public_key, draw.round) != (
        rule.beacon,
        rule.scheme,
        rule.public_key,
        rule.round,
    ):
        return f"The call names round {rule.round} of {rule.beacon} and its key: fetch that round."
    if draw.value != value_of(draw.signature) or not signature_stands(draw, signature_is_valid):
        return "The signature of the draw does not stand: fetch the round again from its beacon."
    return None


def draw_from(content: bytes) -> Draw | str:
    """The draw of a `draw.json`, or a sentence why it is none."""
    try:
        return read_draw(load(content))
    except MalformedError as fault:
        return f"The file of the draw cannot be used ({fault}): see docs/verification.md for its form."


def demo_draw(rule: DrawRule) -> Draw | str:
    """The round a demonstration call names, made here; or a sentence why that is impossible."""
    beacon = DemoBeacon.of(b"")
    if rule.public_key != beacon.public_key:
        return "The call names another beacon than the demonstration's: give its round with --draw."
    return drawn(rule, beacon.signature_of(rule.round))


def candidates_of(
    call: CallDocument, rows: Sequence[ApplicationRow], entropy: Entropy
) -> tuple[Candidate, ...]:
    """Each row with a code of its own; children of one applicant share an opaque reference."""
    asked = call.rules().facts
    households: dict[str, str] = {}
    taken: set[str] = set()
    found = []
    for row in rows:
        applicant, child = row.applicant_fiscal_code, row.child_fiscal_code
        if applicant not in households:
            households[applicant] = _unused(entropy, f"household {applicant}", taken)
        code = _unused(entropy, f"child {child}", taken)
        facts = facts_of(
            row,
            municipality=call.identity.municipality,
            zone=call.window.time_zone,
            applicant=households[applicant],
            asked=asked,
        )
        found.append(Candidate(row, code, facts, entropy.salts(child)))
    return tuple(found)


def _unused(entropy: Entropy, subject: str, taken: set[str]) -> str:
    """A code nobody has yet; a seeded source gives another only for another subject."""
    while (code := entropy.code(subject)) in taken:
        subject += "+"
    taken.add(code)
    return code


def rank_offline(
    call: CallDocument,
    document: bytes,
    candidates: tuple[Candidate, ...],
    draw: Draw | None,
    stage: tuple[str, str],
) -> Ranked:
    """Assess, rank, allocate and publish; `stage` is its name and the numbered act."""
    rules = call.rules()
    entries = [Entry(one.code, one.facts) for one in candidates]
    ranking = rank(rules, entries, None if draw is None else draw.value)
    available = tuple(rules.for_ranking(fund.appropriated) for fund in rules.funds)
    households = [one.facts.applicant for one in candidates]
    money = Money(allocate_stage(ranking, households, available, {}), available, {})
    commitments = {one.code: commitment.commit(one.facts, one.salts) for one in candidates}
    name, act = stage
    told = Stage(name, act, None, document, seal(rules.code, commitments), draw)
    return Ranked(call, candidates, ranking, money, publish(told, ranking, money, commitments))


def private_files(ranked: Ranked) -> dict[str, bytes]:
    """What the office keeps: the facts file, who has which code, and a receipt for each child."""
    rules, published = ranked.ranking.rules, ranked.published
    by_code = {one.code: one for one in ranked.candidates}
    parts = {
        row.code: share.parts
        for row, share in zip(published.rows, ranked.allocation.shares, strict=False)
        if row.position is not None
    }
    available = dict(zip((fund.code for fund in rules.funds), ranked.money.available, strict=True))
    files = {
        FACTS: facts_file(
            FactsHeader(rules.code, published.manifest.stage, available),
            (FactsRow(one.code, one.facts, one.salts) for one in ranked.candidates),
        ),
        CODES: codes_csv(ranked.candidates),
    }
    for place, row in enumerate(published.rows):
        one = by_code[row.code]
        holder = Holder(one.facts, one.salts, parts.get(row.code, ()))
        files[f"{RECEIPTS}/{row.code}.json"] = receipt_of(published, rules, place, holder)
    return files


def codes_csv(candidates: Sequence[Candidate]) -> bytes:
    """Who has which code: the one file that ties the published list to persons."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(("protocol", "child_fiscal_code", "code"))
    for one in sorted(candidates, key=lambda one: (one.row.protocol, one.row.child_fiscal_code)):
        writer.writerow((one.row.protocol, one.row.child_fiscal_code, one.code))
    return out.getvalue().encode()
