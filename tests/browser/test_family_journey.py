"""From the offer to the booking and back, on an old phone: without JavaScript, and by keyboard alone."""

import pytest

from wishmi.awards.models import Award
from wishmi.bookings.models import Booking

pytestmark = pytest.mark.browser


def test_accept_book_see_the_wallet_and_cancel(visitor, town):
    me = visitor(360)
    me.go("/")
    me.picture("home-phone")
    me.enter()
    assert me.sees("Ciao Amina, che cosa devo fare adesso?")
    me.picture("family-home-phone")
    me.press("Guarda e accetta", role="link")
    assert me.sees("Vuoi il voucher di € 400,00?")
    me.picture("outcome-phone")
    me.press("Sì, accetto")
    assert me.sees("Accettato. Il voucher è pronto")
    assert Award.objects.filter(state="accepted").count() == 1
    me.go(f"/activities/{town.first.activity_id}/")
    me.picture("activity-phone")
    me.press("Prenota 11 marzo 2023", role="link")
    assert me.sees("Chi paga che cosa?")
    assert me.sees("€ 280,00")
    me.picture("book-phone")
    me.press("Prenota e usa € 120,00")
    assert me.sees("Prenotato. L'ente confermerà il posto.")
    me.picture("booking-phone")
    me.press("I miei voucher", role="link")
    assert me.sees("€ 120,00 prenotati")
    me.picture("wallet-phone")
    me.press("Prenotazioni", role="link")
    me.press("Nuoto per chi comincia", role="link")
    me.press("Non possiamo andare: annulla")
    assert me.sees("Annullata. I soldi sono di nuovo sul voucher.")
    assert Booking.objects.get().state == Booking.State.CANCELLED
    assert me.faults == []


def test_the_same_booking_by_keyboard_alone(visitor, town):
    me = visitor(1280, script=True)
    me.enter()
    me.go(f"/family/applications/{town.application}/")
    _walk_to(me, "Sì, accetto")
    me.page.keyboard.press("Enter")
    me.page.wait_for_url("**/wallet/")
    me.go(f"/family/book/{town.first.pk}/")
    _walk_to(me, "Prenota e usa")
    me.page.keyboard.press("Enter")
    me.page.wait_for_url("**/bookings/**")
    assert Booking.objects.get().state == Booking.State.HELD


def _walk_to(me, words):
    """Press Tab until the focus stands on these words; each stop must be seen."""
    for _ in range(40):
        me.page.keyboard.press("Tab")
        focus = me.page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.innerText || "", s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2]; }"""
        )
        assert focus[1], focus
        if words in focus[0]:
            return
    pytest.fail(f"the focus never came to {words!r}")


def test_a_language_is_chosen_on_the_page_and_kept(visitor):
    me = visitor(360)
    me.go("/activities/?category=art")
    me.read_in("English")
    assert me.page.url.endswith("/activities/?category=art")
    assert me.sees("What can my child do?")
    me.go("/")
    assert me.sees("Every child can try something new")
