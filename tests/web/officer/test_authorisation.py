"""Who may open which page: every role against every route."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.officer import city
from wishmi.awards.models import Observation
from wishmi.calls.models import CallDraft, DraftParty, DraftRemark
from wishmi.infra.actor import Role
from wishmi.people.actions import give_login
from wishmi.vouchers.models import Voucher
from wishmi.web.officer import urls

CASE, SIGNS, MONEY, AUDIT = Role.CASE_OFFICER, Role.RESPONSIBLE, Role.ACCOUNTING, Role.AUDITOR
ALL = {CASE, SIGNS, MONEY, AUDIT}
CODE = [city.CODE]
ALLOWED = {
    "home": ([], ALL),
    "funds": ([], ALL),
    "fund": (["DEMO"], ALL),
    "fund_appropriate": (["DEMO"], {MONEY}),
    "fund_move": (["DEMO"], {MONEY}),
    "calls": ([], ALL),
    "call_upload": ([], {SIGNS}),
    "drafts": ([], ALL),
    "draft_new": ([], {SIGNS}),
    "draft": (["DRAFT"], ALL),
    "draft_text": (["DRAFT"], {SIGNS}),
    "draft_file": (["DRAFT"], ALL),
    "draft_state": (["DRAFT"], {SIGNS}),
    "draft_load": (["DRAFT"], {SIGNS}),
    "draft_revisions": (["DRAFT"], ALL),
    "draft_revision": (["DRAFT", 1], ALL),
    "draft_take_up": (["DRAFT", 1], {SIGNS}),
    "draft_remark": (["DRAFT"], ALL),
    "draft_settle": (["DRAFT", "REMARK"], {SIGNS}),
    "draft_party": (["DRAFT"], {SIGNS}),
    "draft_answer": (["DRAFT", "PARTY"], ALL),
    "draft_section": (["DRAFT", "window"], ALL),
    "draft_check": (["DRAFT", "window"], {SIGNS}),
    "call": (CODE, ALL),
    "version": ([city.CODE, 1], ALL),
    "call_publish": ([city.CODE, 1], {SIGNS}),
    "call_close": (CODE, {SIGNS}),
    "call_extend": (CODE, {SIGNS}),
    "call_correct": ([city.CODE, 2], {SIGNS}),
    "call_lengthen": (CODE, {SIGNS}),
    "call_suspend": (CODE, {SIGNS}),
    "call_reopen": (CODE, {SIGNS}),
    "call_annul": (CODE, {SIGNS}),
    "queue": (CODE, {CASE, SIGNS, AUDIT}),
    "check": (CODE, {CASE, SIGNS}),
    "decide": (CODE, {CASE, SIGNS}),
    "import": (CODE, {CASE, SIGNS}),
    "import_report": (CODE, {CASE, SIGNS}),
    "application": (["APPLICATION"], {CASE, SIGNS, AUDIT}),
    "ranking": (CODE, {CASE, SIGNS, AUDIT}),
    "freeze": (CODE, {SIGNS}),
    "stage": ([city.CODE, 1], {CASE, SIGNS, AUDIT}),
    "stage_publish": ([city.CODE, 1], {SIGNS}),
    "stage_issue": ([city.CODE, 2], {SIGNS}),
    "observation": (["OBSERVATION"], {CASE, SIGNS}),
    "joinings": (CODE, {CASE, SIGNS, AUDIT}),
    "entitled": (CODE, {CASE, SIGNS}),
    "entitled_compute": (CODE, {CASE, SIGNS}),
    "entitled_enter": (CODE, {CASE, SIGNS}),
    "discretion": (CODE, {CASE, SIGNS, AUDIT}),
    "case_propose": ([1], {CASE, SIGNS}),
    "case": ([1], {CASE, SIGNS, AUDIT}),
    "vouchers": (CODE, {CASE, SIGNS, AUDIT}),
    "lapse_offers": (CODE, {SIGNS}),
    "voucher": (["VOUCHER"], {CASE, SIGNS, AUDIT}),
    "voucher_extend": (["VOUCHER"], {SIGNS}),
    "credit_come": (["VOUCHER", 0], {SIGNS}),
    "claims": ([], {CASE, SIGNS, AUDIT}),
    "claim": (["CLAIM"], {CASE, SIGNS, AUDIT}),
    "claim_proof": (["CLAIM"], {CASE, SIGNS, AUDIT}),
    "heads_check": ([1], {CASE, SIGNS}),
    "disputes": ([], {CASE, SIGNS, AUDIT}),
    "dispute": (["DISPUTE"], {CASE, SIGNS, AUDIT}),
    "statements": ([], {MONEY, SIGNS, AUDIT}),
    "statements_draw": ([], {MONEY}),
    "statement": (["2024-0001"], {MONEY, SIGNS, AUDIT}),
    "batches": ([], {MONEY, SIGNS, AUDIT}),
    "batch_prepare": ([], {MONEY}),
    "batch": (["P2024-0001"], {MONEY, SIGNS, AUDIT}),
    "batch_approve": (["P2024-0001"], {MONEY}),
    "batch_discard": (["P2024-0001"], {MONEY}),
    "batch_file": (["P2024-0001"], {MONEY}),
    "batch_answers": (["P2024-0001"], {MONEY}),
    "audit": ([], {SIGNS, AUDIT}),
    "chain": ([], {SIGNS, AUDIT}),
    "chain_check": ([], {SIGNS, AUDIT}),
}
ONLY_POST = {
    "freeze", "entitled_compute", "batch_answers", "chain_check", "draft_state", "draft_take_up", "draft_settle",
    "draft_check",
}  # fmt: skip
NOTHING_THERE = {
    "import_report", "batch_file", "discretion", "case_propose", "case", "credit_come", "claim", "claim_proof",
    "dispute", "heads_check", "call_correct", "call_reopen", "entitled", "entitled_enter",
    "joinings",
}  # fmt: skip
"""Pages that are not found in this city, by whoever may look for them."""


def test_every_route_stands_in_the_matrix():
    assert {pattern.name for pattern in urls.urlpatterns} == set(ALLOWED)


def _address(name, arguments):
    found = {
        "APPLICATION": lambda: city.Call.objects.get(code=city.CODE).applications.earliest("id").ref,
        "OBSERVATION": lambda: Observation.objects.get().pk,
        "VOUCHER": lambda: Voucher.objects.earliest("id").ref,
        "DRAFT": lambda: CallDraft.objects.get().pk,
        "REMARK": lambda: DraftRemark.objects.get().pk,
        "PARTY": lambda: DraftParty.objects.get().pk,
    }
    address = reverse(f"officer:{name}", args=[found[one]() if one in found else one for one in arguments])
    return address + {"decide": "?action=admit", "draft_remark": "?place=window"}.get(name, "")


def _status(client, name, address):
    return (client.post(address) if name in ONLY_POST else client.get(address)).status_code


def test_each_role_opens_its_pages_and_no_other(desk):
    city.batched()
    city.objected_late()
    city.drafted()
    desk.at(city.USE)
    wrong = []
    for name, (arguments, allowed) in ALLOWED.items():
        address = _address(name, arguments)
        for role in city.OFFICES:
            status = _status(desk.client(role), name, address)
            good = {200, 302, 422} if name in ONLY_POST else {404} if name in NOTHING_THERE else {200}
            if status not in (good if role in allowed else {403}):
                wrong.append((name, str(role), status))
    assert wrong == []


@pytest.mark.parametrize("role", [Role.FAMILY, Role.PROVIDER])
def test_nobody_from_outside_gets_in(desk, role):
    city.loaded()
    client = Client()
    client.force_login(give_login(f"outside-{role}", None, [role]))
    for name, (arguments, _allowed) in ALLOWED.items():
        if not {"APPLICATION", "OBSERVATION", "VOUCHER", "DRAFT"} & set(map(str, arguments)):
            assert _status(client, name, _address(name, arguments)) == 403, name


def test_who_is_not_signed_in_is_led_to_the_way_in(db):
    answer = Client().get(reverse("officer:funds"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign_in"))


def test_the_menu_shows_only_what_may_be_opened(desk):
    text = desk.client(Role.CASE_OFFICER).get(reverse("officer:home")).content.decode()
    assert reverse("officer:calls") in text
    assert reverse("officer:audit") not in text
    assert reverse("officer:batches") not in text
