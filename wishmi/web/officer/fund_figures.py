"""The figures of the funds as the pages show them: rows, totals, and the identities that must hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wishmi.calls.models import Fund
from wishmi.ledger.selectors import FundFigures, fund_figures

LABELS: dict[str, str | Promise] = {
    "appropriated": _("Appropriated"),
    "available": _("Available"),
    "awarded": _("Awarded"),
    "returned": _("Returned"),
    "unspent": _("Unspent"),
    "held": _("Held"),
    "spent": _("Spent"),
    "due": _("Due"),
    "in_payment": _("In payment"),
    "paid": _("Paid"),
    "recoverable": _("Recoverable"),
}
"""Every figure of the table, in its order. `unspent` holds what is not released yet, too."""
COUNTED = ("awarded", "returned", "unspent", "held", "spent")
"""Those a book of units has: it knows no budget and no payments."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Two sums that must be equal, to the cent."""

    words: str | Promise
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a fund's vouchers count, such as sessions: a book of its own, with no budget and no payments."""

    unit: str
    figures: dict[str, int]
    identity: Identity

    @property
    def named(self) -> list[tuple[str | Promise, int]]:
        """The figures that such a book has, with their labels."""
        return [(LABELS[name], self.figures[name]) for name in COUNTED]

    @property
    def cells(self) -> list[int | str]:
        """In the order of all labels; nothing where such a book has no figure."""
        return [self.figures[name] if name in COUNTED else "" for name in LABELS]


@dataclass(frozen=True, slots=True)
class FundRow:
    """One fund with its figures in cents, and the books of what is counted."""

    fund: Fund
    figures: dict[str, int]
    identities: tuple[Identity, ...]
    counted: tuple[UnitRow, ...] = ()

    @property
    def cells(self) -> list[int]:
        """The figures in the order of the labels."""
        return [self.figures[name] for name in LABELS]

    @property
    def holds(self) -> bool:
        """Whether all identities hold."""
        books = (book.identity for book in self.counted)
        return all(identity.holds for identity in (*self.identities, *books))


def fund_rows(funds: Iterable[Fund]) -> list[FundRow]:
    """Funds with their figures, in the order given."""
    wanted = list(funds)
    found = {(row.fund, row.unit): row for row in fund_figures(fund.ref for fund in wanted)}
    return [
        _row(
            fund,
            found.get((fund.ref, fund.unit)),
            [row for (of, unit), row in found.items() if of == fund.ref and unit != fund.unit],
        )
        for fund in wanted
    ]


def _row(fund: Fund, found: FundFigures | None, counted: Iterable[FundFigures]) -> FundRow:
    figures = _figures(found)
    identities = tuple(_identities(figures))
    figures["unspent"] += figures.pop("unreleased")
    return FundRow(fund, figures, identities, tuple(_unit_row(row) for row in counted))


def _unit_row(found: FundFigures) -> UnitRow:
    figures = _figures(found)
    identity = _awarded_identity(figures)
    figures["unspent"] += figures.pop("unreleased")
    return UnitRow(found.unit, figures, identity)


def _figures(found: FundFigures | None) -> dict[str, int]:
    names = [field.name for field in fields(FundFigures) if field.name.endswith("_cents")]
    return {name.removesuffix("_cents"): getattr(found, name) if found else 0 for name in names}


def _awarded_identity(of: dict[str, int]) -> Identity:
    return Identity(
        _("awarded = unspent + held + spent + returned"),
        of["awarded"],
        of["unreleased"] + of["unspent"] + of["held"] + of["spent"] + of["returned"],
    )


def _identities(of: dict[str, int]) -> Iterator[Identity]:
    yield Identity(
        _("appropriated = available + awarded − returned"),
        of["appropriated"],
        of["available"] + of["awarded"] - of["returned"],
    )
    yield _awarded_identity(of)
    yield Identity(
        _("spent = due + in payment + paid − recoverable"),
        of["spent"],
        of["due"] + of["in_payment"] + of["paid"] - of["recoverable"],
    )


def total_of(rows: Iterable[FundRow]) -> list[int]:
    """The sums of every column, over the funds in the city's currency."""
    in_money = [row.cells for row in rows if row.fund.unit == settings.WISHMI_CURRENCY]
    return [sum(column) for column in zip(*in_money, strict=True)] or [0] * len(LABELS)
