"""The demo city as `script/server` fills it, walked through by each of its personas without JavaScript."""

import pytest
from rich.console import Console
from rich.progress import Progress

from tests.browser.conftest import Visitor
from wishmi.applications.models import Application
from wishmi.awards.models import Stage
from wishmi.bookings.models import Booking
from wishmi.cli.demo.life import play
from wishmi.people.models import Login
from wishmi.providers.models import Provider
from wishmi.vouchers.models import Voucher

pytestmark = pytest.mark.browser


@pytest.fixture
def city(transactional_db, settings, tmp_path):
    """The small city, its whole call played to the demo's day."""
    settings.WISHMI_MODE = "demo"
    settings.WISHMI_DATA = tmp_path
    with Progress(console=Console(quiet=True)) as progress:
        return play("small", 7, progress)


@pytest.fixture
def persona(city, live_server, chrome):
    """A browser in which somebody has become one of the personas."""
    made = []

    def become(username, width=1280):
        one = Visitor(chrome, live_server.url, width, script=False)
        made.append(one)
        one.go("/personas/")
        login = Login.objects.get(username=username)
        one.page.locator(
            f"form:has(input[value='{login.pk}']) button, button[value='{login.pk}']"
        ).first.click()
        assert one.page.url.rstrip("/") != f"{live_server.url}/personas"
        return one

    yield become
    for one in made:
        one.context.close()


def test_every_persona_finds_its_way(city, persona):
    _family_with_a_voucher(persona("famiglia-voucher", 360))
    _family_with_an_offer(persona("famiglia-proposta", 360))
    _families_without(persona)
    _newcomer(persona("famiglia-nuova", 360))
    _office(persona)
    _provider(persona("ente", 360))
    _the_public_list(persona("famiglia-attesa"))


def _family_with_a_voucher(me):
    login = Login.objects.select_related("person").get(username="famiglia-voucher")
    voucher = Voucher.objects.filter(minor__household_id=login.person.household_id, state="active").first()
    me.go("/family/wallet/")
    assert me.sees(voucher.minor.given_name)
    assert me.faults == []


def _family_with_an_offer(me):
    login = Login.objects.select_related("person").get(username="famiglia-proposta")
    application = Application.objects.get(household_id=login.person.household_id)
    me.go(f"/family/applications/{application.ref}/")
    me.press("Sì, accetto")
    assert Voucher.objects.filter(minor__household_id=login.person.household_id, state="active").exists()
    assert me.faults == []


def _families_without(persona):
    for username, words in (
        ("famiglia-attesa", "I soldi sono finiti prima di questo posto"),
        ("famiglia-esclusa", "Perché"),
    ):
        me = persona(username, 360)
        login = Login.objects.select_related("person").get(username=username)
        application = Application.objects.get(household_id=login.person.household_id)
        me.go(f"/family/applications/{application.ref}/")
        assert me.sees(words), me.page.inner_text("main")
        assert me.faults == []


def _newcomer(me):
    """From the offer of the open call to the receipt: every child, the first answer where there is none yet."""
    me.press("Fai domanda", role="link")
    for _step in range(8):
        for box in me.page.locator("main input[type=checkbox]").all():
            box.check()
        names = {one.get_attribute("name") for one in me.page.locator("main input[type=radio]").all()}
        for name in names:
            if not me.page.locator(f"input[name='{name}']:checked").count():
                me.page.locator(f"input[name='{name}']").first.check()
        me.press("Invia la domanda" if me.sees("È tutto giusto?") else "Avanti")
    assert me.sees("Abbiamo ricevuto la tua domanda")
    application = Application.objects.get(call__code="dimostrazione-2023")
    assert application.protocol == "WM-2023-000001"
    assert me.sees(application.protocol)
    me.picture("receipt-phone")
    assert me.faults == []


def _office(persona):
    me = persona("ragioneria")
    me.go("/officer/funds/")
    assert me.sees("EU-UIA")
    assert me.sees("LEGGE-285")
    me.picture("office-funds")
    me = persona("responsabile")
    me.go("/officer/")
    me.picture("office-desk")
    me.go("/officer/calls/milano-2022-individuale/ranking/2/")
    assert me.sees("Assegnato 119")
    me.picture("office-ranking")
    me = persona("istruttoria")
    me.go("/officer/calls/milano-2022-individuale/applications/")
    me.picture("office-queue")
    assert me.faults == []


def _the_public_list(me):
    me.go("/lists/milano-2022-individuale/2/")
    shown = "".join(me.page.inner_text("main").split())
    assert Stage.objects.get(kind="final").root in shown
    me.picture("published-list")


def _provider(me):
    login = Login.objects.get(username="ente")
    provider = Provider.objects.get(memberships__login=login)
    live = Booking.objects.filter(session__activity__provider=provider, state__in=Booking.LIVE)
    me.go("/provider/bookings/")
    me.go(f"/provider/sessions/{live.order_by('session__starts_at')[0].session_id}/")
    assert me.sees(live.order_by("session__starts_at")[0].session.activity.title)
    me.picture("provider-session-phone")
    assert me.faults == []
