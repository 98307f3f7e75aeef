"""Who a visitor of the demo can be: families at different points of the way, and a provider."""

from datetime import date

from wishmi.applications.models import Application
from wishmi.awards.models import Stage, StageRow
from wishmi.bookings.models import Booking
from wishmi.cli.demo.scene import Scene, must
from wishmi.infra.actor import SYSTEM, Role
from wishmi.people.actions import IseeSpec, attest_isee, give_login
from wishmi.people.models import Person
from wishmi.providers.actions import attach_login
from wishmi.providers.models import Provider
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.selectors import wallets_of

LOW_INDICATOR = 1_500_000
"""Cents below which the newcomer's indicator lies."""
CHILDREN = 2


def _guardian(household_id: int) -> Person:
    rows = Person.objects.filter(household_id=household_id, household_role=Person.HouseholdRole.GUARDIAN)
    return rows.order_by("id")[0]


def _family(username: str, household_id: int, title: str) -> None:
    person = _guardian(household_id)
    name = f"{person.full_name}: {title}"
    give_login(username, None, [Role.FAMILY], person, name, demo_persona=True)


def make_personas(scene: Scene) -> None:
    """Give logins to the families and the provider that show most."""
    call = scene.reference_call
    used: set[int] = set()
    for household_id in _with_money(scene):
        _family("famiglia-voucher", household_id, "has a voucher and can book")
        used.add(household_id)
        break
    offered = Voucher.objects.filter(call=call, state=Voucher.State.OFFERED, minor__household__isnull=False)
    for household_id in offered.exclude(minor__household_id__in=used).values_list(
        "minor__household_id", flat=True
    )[:1]:
        _family("famiglia-proposta", household_id or 0, "was just offered a voucher and can accept it")
        used.add(household_id or 0)
    stage = Stage.objects.filter(call=call, published_at__isnull=False).order_by("-number").first()
    for outcome, username, title in (
        (StageRow.Outcome.WAITING, "famiglia-attesa", "is on the waiting list"),
        (StageRow.Outcome.EXCLUDED, "famiglia-esclusa", "was excluded and can read why"),
    ):
        rows = StageRow.objects.filter(stage=stage, outcome=outcome).order_by("position", "id")
        for row in rows.exclude(candidacy__application__household_id__in=used).select_related(
            "candidacy__application"
        )[:1]:
            household_id = row.candidacy.application.household_id
            _family(username, household_id, title)
            used.add(household_id)
    _newcomer(scene)
    _provider_persona(scene)


def _newcomer(scene: Scene) -> None:
    """A family with a low indicator, newly attested, that has not applied to anything."""
    applied = set(Application.objects.values_list("household_id", flat=True))
    for number, household_id in scene.households.items():
        cents = int(scene.city.other.isee_cents[number - 1])
        if household_id in applied or not 0 < cents < LOW_INDICATOR or len(scene.minors[number]) < CHILDREN:
            continue
        spec = IseeSpec(
            cents=cents,
            kind="ordinary",
            issued_on=date(2023, 9, 20),
            valid_until=date(2023, 12, 31),
            dsu_protocol=f"INPS-ISEE-2023-9{number:07d}S-00",
        )
        must(attest_isee(scene.at(2023, 9, 21), SYSTEM, household_id, spec))
        _family("famiglia-nuova", household_id, "has not applied yet and can")
        return


def _with_money(scene: Scene) -> list[int]:
    """Households whose living voucher has most to spend."""
    rows = Voucher.objects.filter(call=scene.reference_call, state=Voucher.State.ACTIVE).order_by(
        "-award__amount", "id"
    )
    ids = [household_id or 0 for household_id in rows.values_list("minor__household_id", flat=True)[:20]]
    return sorted(
        ids,
        key=lambda pk: -max((one.free for one in wallets_of(pk) if one.voucher.state == "active"), default=0),
    )


def _provider_persona(scene: Scene) -> None:
    """The provider with most live bookings."""
    live = Booking.objects.filter(state__in=Booking.LIVE).values_list(
        "session__activity__provider_id", flat=True
    )
    counts: dict[int, int] = {}
    for provider_id in live:
        counts[provider_id] = counts.get(provider_id, 0) + 1
    best = max(sorted(counts), key=lambda pk: counts[pk], default=None)
    provider = Provider.objects.filter(pk=best).first() or Provider.objects.order_by("id").first()
    if provider is not None:
        login = give_login(
            "ente",
            None,
            [Role.PROVIDER],
            display_name=f"{provider.name}: staff of a provider",
            demo_persona=True,
        )
        must(attach_login(scene.at(2023, 9, 21), scene.office[Role.RESPONSIBLE], provider.pk, login.pk))
