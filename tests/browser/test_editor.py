"""The editor of calls in a browser: whole without JavaScript, checked while one writes with it."""

from pathlib import Path

import pytest

from tests.browser.test_every_page import look
from wishmi.calls import drafting
from wishmi.calls.models import CallDraft
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.actions import give_login
from wishmi.people.models import Login
from wishmi.people.selectors import actor_of

pytestmark = pytest.mark.browser
DEMO = Path(__file__).resolve().parents[2] / "policy" / "dimostrazione-2023" / "call.yaml"


@pytest.fixture
def draft(town):
    login = give_login("responsabile", None, [Role.RESPONSIBLE], display_name="Ada Responsabile")
    Login.objects.filter(pk=login.pk).update(is_demo_persona=True)
    return drafting.open_draft(clock.now(), actor_of(login), "Voucher 2024", DEMO.read_text())


def newest(draft):
    draft.refresh_from_db()
    return draft.revisions.get(number=draft.revision).text


def enters(me):
    me.enter("Ada Responsabile")
    return me


def test_a_call_is_changed_without_javascript(visitor, draft):
    me = enters(visitor(360))
    me.go(f"/officer/calls/drafts/{draft.pk}/amount/")
    with me.page.expect_navigation():
        me.page.locator("button[value='add:amount/bands']").click()
    assert me.sees("Salvato come revisione 2.")
    for key, value in (("from", "27000.00"), ("to", "30000.00"), ("amount", "50.00")):
        me.page.locator(f"[name='v:amount/bands/4/{key}']").fill(value)
    me.page.locator("[name='v:amount/bands/4/to_inclusive']").select_option("true")
    me.press("Salva e controlla")
    assert me.sees("Salvato come revisione 3.")
    assert "- from: 27000.00" in newest(draft)
    me.go(f"/officer/calls/drafts/{draft.pk}/eligibility/")
    me.page.locator("[name='v:eligibility/all/3/at_most']").fill("30000.00")
    me.press("Salva e controlla")
    assert me.sees("Non resta nulla da correggere.")
    assert me.sees("30.000,00")
    assert CallDraft.objects.get().revision == 4


def test_what_is_wrong_is_said_while_one_writes(visitor, draft):
    me = enters(visitor(1280, script=True))
    me.go(f"/officer/calls/drafts/{draft.pk}/window/")
    field = me.page.locator("[name='v:window/observation_days']")
    field.fill("400")
    me.page.get_by_text("400 is out of range").wait_for()
    me.picture("editor")
    field.fill("14")
    me.page.get_by_text("Non resta nulla da correggere.").wait_for()
    assert newest(draft) == DEMO.read_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_a_draft(visitor, draft, width):
    login = Login.objects.get(username="responsabile")
    drafting.ask_party(clock.now(), actor_of(login), draft.pk, "Educazione")
    drafting.remark(clock.now(), actor_of(login), draft.pk, "window/observation_days", "Di più?", "20")
    me = enters(visitor(width, script=True))
    start = f"/officer/calls/drafts/{draft.pk}/"
    parts = ("", "text/", "revisions/", "revisions/1/", "load/", "parties/new/", "remarks/new/?place=window")
    sections = ("window/", "eligibility/", "amount/", "selection/", "names/", "data/", "funds/")
    party = f"parties/{draft.parties.get().pk}/"
    paths = ["/officer/calls/drafts/", *(start + part for part in (*parts, *sections, party))]
    faults = [fault for path in paths for fault in look(me, path)]
    assert faults == [], "\n".join(map(str, faults))
