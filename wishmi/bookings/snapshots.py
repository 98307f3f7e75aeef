"""Rows to what the core's rules of booking and spending ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, Sum

from wishmi.awards.models import Award
from wishmi.bookings.models import Booking, WaitingEntry
from wishmi.calls.models import CallVersion
from wishmi.calls.selectors import rules_of
from wishmi.catalogue.models import Activity, Session
from wishmi.core.booking import Holder, Offered
from wishmi.core.calls import CallRules
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.use import Used
from wishmi.core.spending import PriceSplit, Purchase, Purse, split_price, split_unit
from wishmi.core.transfers import Balance
from wishmi.infra.clock import day_begins, local_day
from wishmi.infra.pieces import pieces
from wishmi.people.models import Person
from wishmi.providers.models import Provider
from wishmi.vouchers.models import Voucher, VoucherPart


@dataclass(slots=True)
class Scene:
    """A locked session, what it belongs to, and who waits for it in order of arrival."""

    session: Session
    activity: Activity
    waiting: list[WaitingEntry]

    def ahead_of(self, minor_id: int) -> int:
        """How many children wait ahead of one: all of them, if it does not wait itself."""
        minors = [entry.minor_id for entry in self.waiting]
        return minors.index(minor_id) if minor_id in minors else len(minors)


def scene_of(session: Session) -> Scene:
    """What is around a session; read after the session was locked."""
    # What is encrypted stays unread: it is not needed here.
    activities = Activity.objects.select_related("provider").defer("provider__iban")
    activity = activities.get(pk=session.activity_id)
    waiting = WaitingEntry.objects.filter(session=session, state=WaitingEntry.State.WAITING)
    return Scene(session, activity, list(waiting.order_by("since", "id")))


def offered_of(scene: Scene, open_places: int) -> Offered:
    """A session as far as booking asks."""
    activity, session = scene.activity, scene.session
    is_listed = activity.provider.state == Provider.State.LISTED
    is_published = activity.state == Activity.State.PUBLISHED
    return Offered(
        starts_at=session.starts_at,
        starts_on=local_day(session.starts_at),
        age_min=activity.age_min,
        age_max=activity.age_max,
        is_open=is_listed and is_published and session.cancelled_at is None,
        accepts_vouchers=activity.voucher_accepted,
        open_places=open_places,
    )


def holder_of(moment: datetime, voucher: Voucher, minor: Person, *, is_booked: bool) -> Holder:
    """A child and its voucher as far as booking asks."""
    return Holder(
        born_on=minor.born_on,
        today=local_day(moment),
        is_active=voucher.state == Voucher.State.ACTIVE,
        use_until=voucher.use_until,
        is_booked=is_booked,
    )


def purchase_of(scene: Scene) -> Purchase:
    """What the price split asks of a session."""
    session, activity = scene.session, scene.activity
    day = local_day(session.starts_at)
    return Purchase(session.price_cents, activity.category, day, activity.goods, session.is_trial)


def used_of(voucher: Voucher, scene: Scene, rules: CallRules) -> Used:
    """What a voucher has held and spent before, as far as a session's caps ask; its month and year are the session's.

    One query, none for a call without caps. Read it after the voucher was locked: every act that books with a voucher
    locks it first.
    """
    asks_trials = scene.session.is_trial and rules.use.free_trials > 0
    if not (rules.use.is_capped or asks_trials):
        return Used()
    activity, day = scene.activity, local_day(scene.session.starts_at)
    pays = Q(voucher_cents__gt=0)
    sums = Booking.objects.filter(voucher=voucher, state__in=Booking.COUNTED).aggregate(
        this_month=Sum("voucher_cents", filter=_between(_first_of_month(day), _next_month(day))),
        this_year=Sum("voucher_cents", filter=_between(date(day.year, 1, 1), date(day.year + 1, 1, 1))),
        of_category=Sum("voucher_cents", filter=Q(session__activity__category=activity.category)),
        at_provider=Sum("voucher_cents", filter=Q(session__activity__provider=activity.provider_id)),
        services=Count("id", filter=pays),
        trials=Count("id", filter=Q(is_trial=True)),
    )
    return Used(
        this_month=sums["this_month"] or 0,
        this_year=sums["this_year"] or 0,
        by_category={activity.category: sums["of_category"] or 0},
        at_provider=sums["at_provider"] or 0,
        services=sums["services"],
        trials=sums["trials"],
    )


def _between(first: date, end: date) -> Q:
    return Q(session__starts_at__gte=day_begins(first), session__starts_at__lt=day_begins(end))


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def purses_of(parts: Sequence[VoucherPart], balances: Mapping[int, Balance], rules: CallRules) -> list[Purse]:
    """The parts of a voucher with what is free in each, for the days of fund and credit.

    A fund the call does not name keeps its own categories. Units that are planned can be had for their own days; those
    that are withheld can not.
    """
    categories = {fund.code: fund.categories for fund in rules.funds}
    return [
        Purse(
            free=0 if part.state == VoucherPart.State.WITHHELD else balances[part.unspent_id].free,
            categories=categories.get(part.fund.code, tuple(part.fund.categories)),
            eligible_from=_first_day(part),
            eligible_until=min(part.until, part.fund.eligible_until or part.until),
        )
        for part in parts
    ]


def _first_day(part: VoucherPart) -> date | None:
    """The fund's, and of units their own credit's: money of a later credit is not there before its day."""
    if part.tariff is None:
        return part.fund.eligible_from
    return max(part.on, part.fund.eligible_from or part.on)


def split_for(
    rules: CallRules, purchase: Purchase, purses: Sequence[Purse], most: int | None, used: Used
) -> PriceSplit | Refused:
    """Who pays what of a booking: in money, or with a unit where the call counts them, of which none can use less."""
    if rules.counted is None:
        return split_price(rules.use, purchase, purses, most, used)
    if most is not None:
        return Refused.because(ReasonCode.INCOMPLETE, field="most_cents")
    return split_unit(rules.use, purchase, purses, rules.counted.tariff, used)


def rules_of_vouchers(ids: Iterable[int | None]) -> dict[int, CallRules]:
    """The rules under which vouchers were awarded. One query for 400 vouchers."""
    wanted = sorted({pk for pk in ids if pk is not None})
    found: dict[int, CallRules] = {}
    for some in pieces(wanted):
        rows = Award.objects.filter(voucher__in=some)
        named = rows.values_list("voucher", "stage__version_id", "stage__version__digest")
        found |= {
            pk: rules_of(CallVersion(pk=version, digest=digest))
            for pk, version, digest in named.order_by("id")
        }
    return found


def rules_of_voucher(voucher: Voucher) -> CallRules:
    """The rules under which a voucher was awarded."""
    rows = Award.objects.values_list("stage__version_id", "stage__version__digest")
    version_id, digest = rows.get(pk=voucher.award_id)
    return rules_of(CallVersion(pk=version_id, digest=digest))
