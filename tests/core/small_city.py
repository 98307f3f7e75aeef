"""A few hundred children whose facts follow from their number, published as a stage: what the attacks are played on."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from wishmi.core import commitment
from wishmi.core.calls import (
    AllocationRule,
    Band,
    CallRules,
    DrawRule,
    Fit,
    FundRule,
    LifeRule,
    OrderKey,
    PaymentRule,
    UseRule,
)
from wishmi.core.conditions import AgeUnder, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.core.draw import drawn
from wishmi.core.facts import GROUPS, ChildFacts
from wishmi.core.intake import Intake, seal
from wishmi.core.publication import Money, Published, Stage, publish
from wishmi.core.ranking import Entry, Ranking, rank
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.receipts import Holder
from wishmi.core.replay import FactsHeader, FactsRow, facts_file
from wishmi.core.scoring import PointsEach, PointsIf
from wishmi.core.stages import Standing, allocate_stage
from wishmi.infra.beacon import DemoBeacon

BEACON = DemoBeacon.of(b"small city")
ROUND = 4_242
CALL_DOCUMENT = b"# the call of the small city; the core takes its rules as data\n"
AVAILABLE = (1_495_000, 1_105_000)


def number(*parts: object) -> int:
    """A large number that follows from `parts` and looks like chance."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big")


def rules(**changes: object) -> CallRules:
    """A call like the reference one; the draw decides alone among equal points unless told otherwise."""
    made = CallRules(
        code="small-city-2023",
        version=1,
        unit="EUR",
        opens_at=datetime(2023, 3, 1, 9, tzinfo=UTC),
        closes_at=datetime(2023, 4, 1, 12, tzinfo=UTC),
        observation_days=10,
        conditions=(
            AgeUnder(18),
            Resident(),
            IndicatorAttested(("ordinary",), date(2023, 1, 1)),
            IndicatorAtMost(2_700_000),
        ),
        bands=(
            Band(1_000_000, inclusive=False, amount=40_000),
            Band(1_600_000, inclusive=True, amount=30_000),
            Band(2_200_000, inclusive=True, amount=20_000),
            Band(2_700_000, inclusive=True, amount=10_000),
        ),
        criteria=(
            PointsEach("minors", 10, 5),
            PointsEach("disabled_members", 10, 3),
            PointsIf("lone_parent", 5),
        ),
        order=(OrderKey.DRAW,),
        draw=DrawRule(BEACON.name, BEACON.scheme, BEACON.public_key, ROUND),
        funds=(FundRule("EU", AVAILABLE[0]), FundRule("L285", AVAILABLE[1])),
        allocation=AllocationRule(Fit.STOP, partial_last=False, split_funds=True, household_cap=None),
        life=LifeRule(30, date(2024, 7, 31)),
        use=UseRule(5, 48, 0, None),
        payment=PaymentRule(30),
    )
    return replace(made, **changes)


PRIVATE_ORDER = (OrderKey.LOWER_INDICATOR, OrderKey.YOUNGER, OrderKey.DRAW)


def facts_of(child: int) -> ChildFacts:
    """The facts of one child; siblings share a household, a few are not eligible."""
    home = child // 2
    return ChildFacts(
        born_on=date(2006 + number("year", child) % 16, 1 + number("month", child) % 12, 1 + child % 28),
        submitted_on=date(2023, 3, 1 + number("day", home) % 30),
        resident=number("resident", home) % 20 != 0,
        isee_cents=number("isee", home) % 2_800_000,
        isee_kind="ordinary",
        isee_issued_on=date(2023, 1, 15),
        isee_valid_until=date(2023, 12, 31),
        minors=1 + number("minors", home) % 4,
        lone_parent=number("lone", home) % 3 == 0,
        disabled_members=int(number("disabled", home) % 3 == 0) + int(number("disabled", home) % 15 == 0),
        applicant_role="parent",
        applicant=f"household-{home}",
    )


def salts_of(child: int) -> dict[str, bytes]:
    return {group: hashlib.sha256(f"salt {child} {group}".encode()).digest() for group in GROUPS}


def code_of(child: int) -> str:
    return f"{number('code', child):016X}"[:10]


@dataclass(frozen=True)
class City:
    """A published stage with everything the office holds."""

    rules: CallRules
    ranking: Ranking
    money: Money
    published: Published
    facts: bytes
    intake: Intake
    children: dict[str, int]

    @property
    def files(self) -> dict[str, bytes]:
        return dict(self.published.files)

    @property
    def root(self) -> bytes:
        return self.published.root

    def holder(self, place: int) -> Holder:
        row = self.published.rows[place]
        child = self.children[row.code]
        shares = self.money.allocation.shares
        parts = shares[row.position - 1].parts if row.position is not None else ()
        return Holder(facts_of(child), salts_of(child), parts, exclusion_of(child))


def exclusion_of(child: int) -> tuple[Reason, ...]:
    return (Reason(ReasonCode.DUPLICATE_CHILD),) if child % 37 == 5 else ()


def publish_city(
    call: CallRules | None = None,
    children: int = 300,
    *,
    stage: str = "1-provisional",
    previous: bytes | None = None,
    standing: dict[str, Standing] | None = None,
    available: tuple[int, ...] = AVAILABLE,
    intake: Intake | None = None,
) -> City:
    """Rank, allocate and publish the city."""
    call = call or rules()
    by_code = {code_of(child): child for child in range(children)}
    entries = [Entry(code, facts_of(child), exclusion_of(child)) for code, child in by_code.items()]
    commitments = {
        code: commitment.commit(facts_of(child), salts_of(child)) for code, child in by_code.items()
    }
    draw = None if call.draw is None else drawn(call.draw, BEACON.signature_of(ROUND))
    ranking = rank(call, entries, None if draw is None else draw.value)
    standing = standing or {}
    households = [entry.facts.applicant for entry in entries]
    money = Money(allocate_stage(ranking, households, available, standing), available, standing)
    sealed = intake or seal(call.code, commitments)
    made = publish(
        Stage(stage, "act 12/2023", previous, CALL_DOCUMENT, sealed, draw), ranking, money, commitments
    )
    header = FactsHeader(
        call.code, stage, dict(zip((fund.code for fund in call.funds), available, strict=True))
    )
    rows = [
        FactsRow(code, facts_of(child), salts_of(child), exclusion_of(child), standing.get(code))
        for code, child in by_code.items()
    ]
    return City(call, ranking, money, made, facts_file(header, rows), sealed, by_code)


def lines_of(raw: bytes) -> list[str]:
    return raw.decode().splitlines()


def bytes_of(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
