"""The totals of a published list: outcomes, and the money of each fund without telling anyone's amount."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wishmi.core.allocation import Allocation
from wishmi.core.calls import CallRules
from wishmi.core.canonical import Fields, MalformedError, dump
from wishmi.core.disclosure import Cell, cells
from wishmi.core.stages import Outcome, Standing
from wishmi.core.windows import window_named

FORMAT = "wishmi-totals/1"


@dataclass(frozen=True, slots=True)
class FundTotals:
    """One fund, in minor units: all its money for this list, what the list awards, what is left, awards by
    amount.

    The last three are None where they would tell an amount of few children. In a later window `available` and
    `remainder` are never told: less what the call appropriated, they are what earlier windows hold, and few giving
    back since then would be found by subtracting.
    """

    code: str
    available: int | None
    awarded: int | None
    remainder: int | None
    cells: tuple[Cell, ...] | None

    def as_data(self) -> dict[str, object]:
        """Plain data for the file."""
        told = None
        if self.cells is not None:
            told = [{"count": c.count, "from": c.low, "to": c.high, "sum": c.total} for c in self.cells]
        return {
            "code": self.code,
            "available": self.available,
            "awarded": self.awarded,
            "remainder": self.remainder,
            "awards": told,
        }


@dataclass(frozen=True, slots=True)
class Totals:
    """Everything that `totals.json` says. `kept`: awards that stay from an earlier stage, part of the
    awarded.
    """

    call: str
    stage: str
    unit: str
    outcomes: Mapping[Outcome, int]
    kept: int
    cut_off: int | None
    funds: tuple[FundTotals, ...]

    @property
    def named(self) -> tuple[Outcome, ...]:
        """The outcomes counted: the untold only where there are some."""
        return tuple(one for one in Outcome if one is not Outcome.UNTOLD or self.outcomes[one])

    def as_bytes(self) -> bytes:
        """The file `totals.json`."""
        return dump(
            {
                "format": FORMAT,
                "call": self.call,
                "stage": self.stage,
                "unit": self.unit,
                "outcomes": {str(outcome): self.outcomes[outcome] for outcome in self.named},
                "kept": self.kept,
                "cut_off": self.cut_off,
                "funds": [fund.as_data() for fund in self.funds],
            }
        )


def totals_of(
    rules: CallRules,
    stage: str,
    outcomes: Iterable[Outcome],
    allocation: Allocation,
    available: Sequence[int],
    changes: "Changes",
) -> Totals:
    """The totals of a stage; `available` per fund, earlier awards included, in the order of the call's funds."""
    counted = Counter(outcomes)
    funds = []
    for place, rule in enumerate(rules.funds):
        parts = [share.parts[place] for share in allocation.shares]
        told = None
        if changes.are_told:
            told = cells(
                parts, [[part[place] for part in change] for change in (changes.added, changes.taken)]
            )
        awarded = None if told is None else sum(parts)
        whole = available[place] if window_named(stage) == 1 else None
        remainder = None if awarded is None or whole is None else whole - awarded
        funds.append(FundTotals(rule.code, whole, awarded, remainder, told))
    return Totals(
        call=rules.code,
        stage=stage,
        unit=rules.unit,
        outcomes={outcome: counted[outcome] for outcome in Outcome},
        kept=changes.kept,
        cut_off=allocation.cut_off,
        funds=tuple(funds),
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What this stage's awards and the earlier stage's differ by: parts added, parts taken back; and awards
    kept.

    `are_told` is False for a stage that tells no amounts at all, such as a provisional one: its totals can
    then not be subtracted from those of the final list.
    """

    added: tuple[tuple[int, ...], ...]
    taken: tuple[tuple[int, ...], ...]
    kept: int
    are_told: bool


def changes_of(
    codes: Sequence[str], allocation: Allocation, standing: Mapping[str, Standing], *, tells_amounts: bool
) -> Changes:
    """Compare the shares of the ranked `codes` with what they, or children no longer ranked, had before."""
    now = {code: share.parts for code, share in zip(codes, allocation.shares, strict=True)}
    told = {code: held.parts if held.told is None else held.told for code, held in standing.items()}
    before = {code: parts for code, parts in told.items() if any(parts)}
    moved = sorted(code for code in now.keys() | before.keys() if now.get(code) != before.get(code))
    return Changes(
        added=tuple(now[code] for code in moved if code in now) if before else (),
        taken=tuple(before[code] for code in moved if code in before),
        kept=sum(held.outcome is Outcome.AWARDED for held in standing.values()),
        are_told=tells_amounts,
    )


def read_totals(data: object) -> Totals:
    """The inverse of `Totals.as_bytes`, from its JSON value; raises MalformedError."""
    fields = Fields(data, ("format", "call", "stage", "unit", "outcomes", "kept", "cut_off", "funds"))
    if fields.text("format") != FORMAT:
        raise MalformedError("format", f"not {FORMAT}")
    counted = fields.mapping("outcomes")
    named = [one for one in Outcome if one is not Outcome.UNTOLD or one in counted]
    outcomes = Fields(counted, named, "outcomes")
    return Totals(
        call=fields.text("call"),
        stage=fields.text("stage"),
        unit=fields.text("unit"),
        outcomes={outcome: outcomes.number(outcome) if outcome in named else 0 for outcome in Outcome},
        kept=fields.number("kept"),
        cut_off=None if fields.is_null("cut_off") else fields.number("cut_off"),
        funds=tuple(_read_fund(item, f"funds[{place}]") for place, item in enumerate(fields.items("funds"))),
    )


def _read_fund(data: object, place: str) -> FundTotals:
    fields = Fields(data, ("code", "available", "awarded", "remainder", "awards"), place)
    told = ("awarded", "remainder", "awards")
    is_withheld = all(fields.is_null(name) for name in told)
    is_later = fields.is_null("available")
    return FundTotals(
        code=fields.text("code"),
        available=None if is_later else fields.number("available"),
        awarded=None if is_withheld else fields.number("awarded"),
        remainder=None if is_withheld or is_later else fields.number("remainder"),
        cells=None if is_withheld else _read_cells(fields),
    )


def _read_cells(fund: Fields) -> tuple[Cell, ...]:
    read = []
    for place, item in enumerate(fund.items("awards")):
        fields = Fields(item, ("count", "from", "to", "sum"), fund.at(f"awards[{place}]"))
        read.append(
            Cell(fields.number("count"), fields.number("from"), fields.number("to"), fields.number("sum"))
        )
    return tuple(read)
