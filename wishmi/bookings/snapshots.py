"""Rows to what the core's rules of booking and spending ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wishmi.awards.models import Award
from wishmi.bookings.models import WaitingEntry
from wishmi.calls.models import CallVersion
from wishmi.calls.selectors import rules_of
from wishmi.catalogue.models import Activity, Session
from wishmi.core.booking import Holder, Offered
from wishmi.core.calls import CallRules
from wishmi.core.spending import Purchase, Purse
from wishmi.core.transfers import Balance
from wishmi.infra.clock import local_day
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
    return Purchase(scene.session.price_cents, scene.activity.category, local_day(scene.session.starts_at))


def purses_of(parts: Sequence[VoucherPart], balances: Mapping[int, Balance], rules: CallRules) -> list[Purse]:
    """The parts of a voucher with what is free in each; a fund the call does not name keeps its own categories."""
    categories = {fund.code: fund.categories for fund in rules.funds}
    return [
        Purse(
            free=balances[part.unspent_id].free,
            categories=categories.get(part.fund.code, tuple(part.fund.categories)),
            eligible_from=part.fund.eligible_from,
            eligible_until=part.fund.eligible_until,
        )
        for part in parts
    ]


def rules_of_voucher(voucher: Voucher) -> CallRules:
    """The rules under which a voucher was awarded."""
    rows = Award.objects.values_list("stage__version_id", "stage__version__digest")
    version_id, digest = rows.get(pk=voucher.award_id)
    return rules_of(CallVersion(pk=version_id, digest=digest))
