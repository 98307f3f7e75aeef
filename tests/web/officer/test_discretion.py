"""The pages of the discretionary share: one person proposes, another approves; the cents are exact."""

import pytest
from django.urls import reverse

from tests.awards.test_discretion import LATER, REASON, fund, left, listed
from tests.builders_selection import CAP
from wishmi.awards.models import Award, DiscretionaryCase
from wishmi.infra.actor import Role

KEYS = [f"{number}1111111-1111-4111-8111-111111111111" for number in range(1, 9)]


@pytest.fixture
def case_desk(desk):
    desk.at(LATER)
    return desk


def said(amount, key, **more):
    return {"fund": str(fund().pk), "amount": amount, "reason": REASON, "key": key, **more}


def test_a_case_goes_from_the_application_to_the_award(case_desk):
    call, _, children = listed(excluded=2)
    officer, responsible = (case_desk.client(role) for role in (Role.CASE_OFFICER, Role.RESPONSIBLE))
    page = officer.get(reverse("officer:application", args=[children[0].application.ref])).content.decode()
    address = reverse("officer:case_propose", args=[children[0].pk])
    assert address in page
    assert "€ 150,00" in officer.get(address).content.decode()
    refused = officer.post(address, said("150,01", KEYS[0]))
    assert refused.status_code == 422
    assert "€ 150,00" in refused.content.decode()
    assert DiscretionaryCase.objects.count() == 0
    assert officer.post(address, said("150,00", KEYS[1])).status_code == 302
    case = DiscretionaryCase.objects.get()
    room = reverse("officer:discretion", args=[call.code])
    assert "Da approvare" in officer.get(room).content.decode()
    decide = reverse("officer:case", args=[case.pk])
    assert 'name="approve"' not in officer.get(decide).content.decode()
    assert officer.post(decide, {"key": KEYS[2], "approve": "yes"}).status_code == 422
    text = responsible.get(decide).content.decode()
    assert REASON in text
    assert 'name="approve"' in text
    assert responsible.post(decide, {"key": KEYS[3], "reject": "yes"}).status_code == 422
    assert responsible.post(decide, {"key": KEYS[4], "approve": "yes"}).status_code == 302
    assert responsible.post(decide, {"key": KEYS[4], "approve": "yes"}).status_code == 302
    assert Award.objects.filter(case__isnull=False).get().amount == 15_000
    assert left(call) == 0
    assert "Approvato" in responsible.get(room).content.decode()


def test_a_call_without_a_share_has_no_such_page(case_desk):
    call, _, children = listed(excluded=1, change=(CAP, CAP))
    client = case_desk.client(Role.RESPONSIBLE)
    assert client.get(reverse("officer:discretion", args=[call.code])).status_code == 404
    assert client.get(reverse("officer:case_propose", args=[children[0].pk])).status_code == 404
