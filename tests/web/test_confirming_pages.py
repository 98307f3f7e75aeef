"""What the organiser marked, asked of the family, shown to the organiser, decided by the office: the pages of it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NOW, done
from tests.web.conftest import browser_of
from tests.web.test_use_pages import staff_of, text_of
from wishmi.bookings import actions
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.infra.models import AuditRecord
from wishmi.people.actions import give_login

pytestmark = pytest.mark.django_db
WORDS = "Il corso quel giorno era chiuso."


class Scene:
    """A confirmed booking of a session that begins, the browsers of the family, the organiser and an officer."""

    def __init__(self, monkeypatch):
        call = use.call("confirmation: both", bookings=("confirm_use_within_days: 10",))
        self.monkeypatch = monkeypatch
        self.home, self.voucher = make.child_with_voucher(call, {EUROPE: 20_000})
        self.place = make.session()
        self.actor = make.staff(self.place.activity.provider)
        self.booking = make.book(self.home, self.voucher, self.place)
        done(actions.confirm_booking(NOW, self.actor, self.booking.pk))
        self.at(self.place.starts_at + timedelta(hours=3))
        self.family, self.staff = browser_of(self.home), staff_of(self.place.activity.provider)
        self.office = browser_of()
        self.office.force_login(give_login("office", None, [Role.CASE_OFFICER], display_name="Ada Ufficio"))

    def at(self, moment):
        self.monkeypatch.setattr(clock, "now", lambda: moment)
        self.moment = moment

    def mark(self, present=True):
        done(actions.record_attendance(self.moment, self.actor, self.booking.pk, present=present))

    def page(self, client, name, *args, **more):
        return text_of(client.get(reverse(name, args=args), **more))

    def send(self, client, name, *args, follow=True, **fields):
        return client.post(reverse(name, args=args), {"key": str(uuid.uuid4()), **fields}, follow=follow)

    def state(self):
        self.booking.refresh_from_db()
        return self.booking.state


@pytest.fixture
def scene(monkeypatch):
    return Scene(monkeypatch)


def asked_of(scene, negated=""):
    name = scene.home.minors[0].given_name
    return f"{name} {negated}c'era"


def test_before_the_mark_nothing_is_asked(scene):
    assert "Sì, è giusto" not in scene.page(scene.family, "family:booking", scene.booking.ref)
    assert "Di' se è giusto" not in scene.page(scene.family, "family:home")
    gone = scene.family.get(reverse("family:dispute_use", args=[scene.booking.ref]))
    assert gone.status_code == 302


@pytest.mark.parametrize(("present", "negated"), [(True, ""), (False, "non ")])
def test_the_family_is_asked_on_its_first_page_and_on_the_booking(scene, present, negated):
    scene.mark(present)
    for page in (
        scene.page(scene.family, "family:home"),
        scene.page(scene.family, "family:booking", scene.booking.ref),
    ):
        assert asked_of(scene, negated) in page
        assert "Se non rispondi, vale come un sì." in page
    assert "È giusto? Rispondi" in scene.page(scene.family, "family:bookings")


def test_a_yes(scene):
    scene.mark()
    page = text_of(scene.send(scene.family, "family:confirm_use", scene.booking.ref))
    assert "Grazie. Ora conta come usato." in page
    assert "Sì, è giusto" not in page
    assert scene.state() == "attended"
    again = scene.send(scene.family, "family:confirm_use", scene.booking.ref)
    assert again.status_code == 422


def test_a_no_its_queue_and_a_decision_for_the_family(scene):
    scene.mark()
    address = reverse("family:dispute_use", args=[scene.booking.ref])
    assert "Che cosa non va?" in text_of(scene.family.get(address))
    empty = scene.family.post(address, {"text": ""})
    assert "Scrivi che cosa non va." in text_of(empty, 422)
    page = text_of(scene.send(scene.family, "family:dispute_use", scene.booking.ref, text=WORDS))
    assert "Decide l'ufficio. Fino ad allora non si paga nulla." in page
    assert scene.state() == "disputed"
    assert "usi contestati da decidere" in scene.page(scene.office, "officer:home")
    assert scene.home.minors[0].full_name in scene.page(scene.office, "officer:disputes")
    assert WORDS in scene.page(scene.office, "officer:dispute", scene.booking.ref)
    assert AuditRecord.objects.filter(verb="dispute.looked_at").count() == 1
    told = scene.page(scene.staff, "provider:session", scene.place.pk)
    assert "Contestato dalla famiglia" in told
    assert WORDS not in told
    nothing = scene.send(scene.office, "officer:dispute", scene.booking.ref, decision="unused", reason="")
    assert nothing.status_code == 422
    assert scene.state() == "disputed"
    done_page = scene.send(
        scene.office, "officer:dispute", scene.booking.ref, decision="unused", reason="Il registro è vuoto."
    )
    assert "Deciso. Famiglia ed ente lo leggono nelle loro pagine." in text_of(done_page)
    assert scene.state() == "unused"
    page = scene.page(scene.family, "family:booking", scene.booking.ref)
    assert "L'ufficio ha deciso: non conta. Il voucher non paga nulla." in page
    assert "Il registro è vuoto." in page
    told = scene.page(scene.staff, "provider:session", scene.place.pk)
    assert "Deciso: non usato" in told
    assert "Il registro è vuoto." in told
    decided = text_of(scene.office.get(reverse("officer:disputes") + "?show=decided"))
    assert scene.home.minors[0].full_name in decided
    assert "Ada Ufficio" in scene.page(scene.office, "officer:dispute", scene.booking.ref)


def test_a_decision_for_the_organiser(scene):
    scene.mark()
    done(actions.dispute_use(scene.moment, scene.home.actor, scene.booking.pk, WORDS))
    scene.send(
        scene.office, "officer:dispute", scene.booking.ref, decision="used", reason="Firma nel registro."
    )
    assert scene.state() == "attended"
    page = scene.page(scene.family, "family:booking", scene.booking.ref)
    assert "L'ufficio ha deciso: conta come usato." in page
    assert "Firma nel registro." in page


def test_the_organiser_sees_until_when_the_family_can_answer(scene):
    scene.mark()
    page = scene.page(scene.staff, "provider:session", scene.place.pk)
    assert "Attende la famiglia" in page
    assert "Se tace fino a quel giorno, vale come un sì." in page


def test_a_no_that_comes_too_late_says_so(scene):
    scene.mark()
    scene.at(scene.moment + 11 * DAY)
    page = text_of(scene.send(scene.family, "family:dispute_use", scene.booking.ref, text=WORDS), 422)
    assert "L'ultimo giorno utile era il" in page
    assert scene.state() == "marked"


def test_another_family_finds_nothing(scene):
    scene.mark()
    stranger = browser_of(make.family())
    assert scene.send(stranger, "family:confirm_use", scene.booking.ref).status_code == 404
    assert scene.send(stranger, "family:dispute_use", scene.booking.ref, text="no").status_code == 404
    assert scene.state() == "marked"


@pytest.mark.parametrize("language", ["ar", "en", "es", "fil", "fr", "ro", "si", "uk", "zh-hans"])
def test_every_language_asks_and_names_the_child(scene, language):
    scene.mark()
    client = browser_of(scene.home, language)
    page = scene.page(client, "family:booking", scene.booking.ref)
    assert scene.home.minors[0].given_name in page
    assert "{until}" not in page
    assert ("Silence means yes." in page) is (language == "en")
