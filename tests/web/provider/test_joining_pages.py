"""A provider joins a call on its page and takes it back; the office reads who takes part."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import builders as make
from tests.builders import done
from tests.providers.test_joining import DOCUMENT, FROM
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.actions import give_login
from wishmi.providers.actions import attach_login
from wishmi.providers.models import Joining

pytestmark = pytest.mark.django_db
KEY = "11111111-1111-4111-8111-111111111111"


def test_the_pages_join_take_back_and_say_who_takes_part(monkeypatch):
    call = make.funded_call(document=DOCUMENT)
    trade = make.provider(name="Bottega dei Suoni")
    monkeypatch.setattr(clock, "now", lambda: FROM)
    login = give_login("bottega", None, [Role.PROVIDER])
    done(attach_login(FROM, make.OFFICER, trade.pk, login.pk))
    host, office = Client(headers={"accept-language": "it"}), Client(headers={"accept-language": "it"})
    host.force_login(login)
    office.force_login(give_login("ufficio", None, [Role.CASE_OFFICER]))
    address = reverse("provider:join", args=[call.code])
    assert "Aderire</button>" in host.get(reverse("provider:calls")).content.decode()
    host.post(address, {"key": KEY})
    assert "Partecipate." in host.get(reverse("provider:calls")).content.decode()
    listed = reverse("officer:joinings", args=[call.code])
    assert "Bottega dei Suoni" in office.get(listed).content.decode()
    assert listed in office.get(reverse("officer:call", args=[call.code])).content.decode()
    host.post(address, {"key": KEY.replace("1", "2"), "leave": "yes"})
    assert not Joining.objects.exists()
    assert "Nessuno ha ancora aderito." in office.get(listed).content.decode()
