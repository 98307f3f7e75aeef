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
class FundRow:
    """One fund with its figures in cents."""

    fund: Fund
    figures: dict[str, int]
    identities: tuple[Identity, ...]

    @property
    def cells(self) -> list[int]:
        """The figures in the order of the labels."""
        return [self.figures[name] for name in LABELS]

    @property
    def holds(self) -> bool:
        """Whether all identities hold."""
        return all(identity.holds for identity in self.identities)


def fund_rows(funds: Iterable[Fund]) -> list[FundRow]:
    """Funds with their figures, in the order given."""
    wanted = list(funds)
    found = {row.fund: row for row in fund_figures(fund.ref for fund in wanted)}
    return [_row(fund, found.get(fund.ref)) for fund in wanted]


def _row(fund: Fund, found: FundFigures | None) -> FundRow:
    names = [field.name for field in fields(FundFigures) if field.name.endswith("_cents")]
    figures = {name.removesuffix("_cents"): getattr(found, name) if found else 0 for name in names}
    identities = tuple(_identities(figures))
    figures["unspent"] += figures.pop("unreleased")
    return FundRow(fund, figures, identities)


def _identities(of: dict[str, int]) -> Iterator[Identity]:
    yield Identity(
        _("appropriated = available + awarded − returned"),
        of["appropriated"],
        of["available"] + of["awarded"] - of["returned"],
    )
    yield Identity(
        _("awarded = unspent + held + spent + returned"),
        of["awarded"],
        of["unreleased"] + of["unspent"] + of["held"] + of["spent"] + of["returned"],
    )
    yield Identity(
        _("spent = due + in payment + paid − recoverable"),
        of["spent"],
        of["due"] + of["in_payment"] + of["paid"] - of["recoverable"],
    )


def total_of(rows: Iterable[FundRow]) -> list[int]:
    """The sums of every column, over the funds in the city's currency."""
    in_money = [row.cells for row in rows if row.fund.unit == settings.WISHMI_CURRENCY]
    return [sum(column) for column in zip(*in_money, strict=True)] or [0] * len(LABELS)
