"""The editor of calls: every section of every preset as a form, saved, checked, talked about, loaded."""

import re
import uuid
from html import unescape
from pathlib import Path

import pytest
from django.http import QueryDict
from django.urls import reverse

from tests.web.officer import city
from wishmi.calls import drafting
from wishmi.calls.document_editing import value_at
from wishmi.calls.document_yaml import read_yaml
from wishmi.calls.models import CallDraft, CallVersion, DraftRemark
from wishmi.infra.actor import Role
from wishmi.web.officer.editor.desk import SECTIONS
from wishmi.web.officer.editor.nodes import node_at
from wishmi.web.officer.editor.posting import FIELD, press, tree_of
from wishmi.web.templatetags.editor import label, options

POLICY = Path(__file__).resolve().parents[3] / "policy"
PRESETS = sorted(POLICY.glob("*/call.yaml"))
DEMO = (POLICY / "dimostrazione-2023" / "call.yaml").read_text()


def parsed(path):
    return read_yaml(path.read_bytes(), path.name).tree


def filled(node, post=None):
    """The form of a node, sent as it was shown."""
    post = post if post is not None else QueryDict(mutable=True)
    if node.kind == "value" and node.widget != "fixed":
        post[FIELD + node.name] = node.value
    if node.kind == "choices":
        post.setlist(FIELD + node.name, list(node.chosen))
        post[f"{FIELD}{node.name}/?"] = "1"
    for child in node.children:
        filled(child, post)
    return post


def every(node):
    yield node
    for child in node.children:
        yield from every(child)


@pytest.fixture
def draft(desk):
    text = (POLICY / "dimostrazione-2023" / "call.yaml").read_text()
    return drafting.open_draft(city.LOADED, city.RESPONSIBLE, "Voucher 2024", text)


def key():
    return str(uuid.uuid4())


def page(draft, name="draft", *more):
    return reverse(f"officer:{name}", args=[draft.pk, *more])


def text_of(draft):
    draft.refresh_from_db()
    return draft.revisions.get(number=draft.revision).text


def body(answer):
    return unescape(answer.content.decode())


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.parent.name)
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(path):
    tree = parsed(path)
    for section in SECTIONS:
        node = node_at(tree, (section,), {})
        assert tree_of(filled(node), tree, section) == tree


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.parent.name)
def test_every_place_has_words(path):
    tree = parsed(path)
    for section in SECTIONS:
        for node in every(node_at(tree, (section,), {})):
            assert label(node).strip()
            assert all(words for _value, words in options(node))


@pytest.mark.parametrize(
    ("section", "pressed", "more", "place", "value"),
    [
        ("funds", "add:funds", {}, ("funds", 1), {}),
        ("amount", "drop:amount/bands/0", {}, ("amount", "bands"), None),
        ("amount", "down:amount/bands/0", {}, ("amount", "bands", 1), None),
        ("eligibility", "add:eligibility/all", {}, ("eligibility", "all", 4), {"condition": "age_under"}),
        (
            "eligibility",
            "kind:eligibility/all/0",
            {"k:eligibility/all/0": "years_old"},
            ("eligibility", "all", 0),
            {"condition": "years_old", "on": "submission"},
        ),
        ("names", "add:names", {"k:names": "district"}, ("names", "district"), {}),
        ("window", "add:window/providers", {}, ("window", "providers"), {}),
    ],
)
def test_a_press_changes_the_shape(section, pressed, more, place, value):
    tree = parsed(POLICY / "dimostrazione-2023" / "call.yaml")
    post = QueryDict(mutable=True)
    post.update({"press": pressed, **more})
    made, at = press(post, tree, section)
    assert at == place
    assert made != tree
    if value is not None:
        assert value_at(made, place) == value


@pytest.mark.parametrize(
    "pressed",
    ["add:funds", "drop:amount", "up:amount/bands/0", "kind:amount/x", "add:amount/y/0", "z:a", ":", ""],
)
def test_a_press_on_what_is_not_there_changes_nothing(pressed):
    tree = parsed(POLICY / "dimostrazione-2023" / "call.yaml")
    post = QueryDict(mutable=True)
    post["press"] = pressed
    assert press(post, tree, "amount")[0] == tree


@pytest.mark.parametrize("pressed", ["add:funds/7", "add:funds/7/categories", "add:funds/7/eligible"])
def test_a_press_on_an_entry_that_somebody_took_away_changes_nothing(pressed):
    tree = parsed(POLICY / "dimostrazione-2023" / "call.yaml")
    post = QueryDict(mutable=True)
    post["press"] = pressed
    assert press(post, tree, "funds")[0] == tree


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("role", [Role.RESPONSIBLE, Role.AUDITOR])
def test_every_section_has_its_page(desk, draft, section, role):
    answer = desk.client(role).get(page(draft, "draft_section", section))
    text = body(answer)
    assert answer.status_code == 200
    assert ("Salva e controlla" in text) is (role == Role.RESPONSIBLE)
    assert "Non resta nulla da correggere." in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_a_section_is_saved_with_what_is_wrong_beside_it(desk, draft):
    client = desk.client(Role.RESPONSIBLE)
    address = page(draft, "draft_section", "window")
    sent = {"seen": "1", "v:window/observation_days": "400", "v:window/closes_at": "2023-12-20T12:00"}
    answer = client.post(address, sent, follow=True)
    text = body(answer)
    assert "Salvato come revisione 2." in text
    assert "400 is out of range" in text
    assert 'value="400"' in text
    assert "closes_at: 2023-12-20T12:00" in text_of(draft)
    assert "# An open call for the demonstration city" in text_of(draft)
    answer = client.post(address, {"seen": "1", "v:window/observation_days": "15"})
    assert answer.status_code == 409
    assert "observation_days: 400" in text_of(draft)
    client.post(address, {"seen": "2", "v:window/observation_days": "15"})
    assert "observation_days: 15" in text_of(draft)


def test_words_on_an_older_text_never_fall_on_another_entry(desk, draft):
    client = desk.client(Role.RESPONSIBLE)
    address = page(draft, "draft_section", "amount")
    client.post(address, {"seen": "1", "press": "drop:amount/bands/0"})
    newest = text_of(draft)
    assert "amount: 400.00" not in newest
    sent = {"seen": "1", "v:amount/bands/0/amount": "450.00"}
    for _press in range(2):
        answer = client.post(address, sent)
        text = body(answer)
        assert answer.status_code == 409
        assert 'name="seen" value="1"' in text
        assert 'value="450.00"' in text
        assert "Apri il testo più recente" in text
        assert (text_of(draft), draft.revision) == (newest, 2)
    assert "Apri il testo più recente" not in body(client.get(address))


def test_the_check_keeps_nothing(desk, draft):
    client = desk.client(Role.RESPONSIBLE)
    answer = client.post(page(draft, "draft_check", "window"), {"v:window/observation_days": "400"})
    assert "400 is out of range" in body(answer)
    answer = client.post(page(draft, "draft_check", "window"), {"v:window/observation_days": "14"})
    assert "Non resta nulla da correggere." in body(answer)
    assert text_of(draft) == DEMO


def test_who_may_not_write_changes_nothing(desk, draft):
    client = desk.client(Role.CASE_OFFICER)
    client.post(page(draft, "draft_section", "window"), {"seen": "1", "v:window/observation_days": "5"})
    assert client.post(page(draft, "draft_check", "window"), {}).status_code == 403
    assert client.post(page(draft, "draft_text"), {"seen": "1", "text": "a: 1"}).status_code == 403
    assert (text_of(draft), draft.revision) == (DEMO, 1)


def test_from_a_version_over_a_proposal_to_the_next_version(desk):
    call = city.loaded()
    version = call.versions.get()
    client = desk.client(Role.RESPONSIBLE)
    answer = client.post(
        reverse("officer:draft_new"), {"title": "Voucher 2024", "base": version.pk, "key": key()}, follow=True
    )
    assert "La bozza è iniziata." in body(answer)
    draft = CallDraft.objects.get()
    assert text_of(draft) == version.document
    client.post(page(draft, "draft_section", "identity"), {"seen": "1", "v:identity/version": "2"})

    office = desk.client(Role.CASE_OFFICER)
    asked = {
        "place": "bookings/confirm_within_days",
        "text": "Le scuole hanno bisogno di più giorni",
        "proposed": "5",
    }
    office.post(page(draft, "draft_remark"), {**asked, "key": key()})
    remark = DraftRemark.objects.get()
    assert asked["text"] in body(client.get(page(draft, "draft_section", "bookings")))
    client.post(page(draft, "draft_settle", remark.pk), {"seen": "2", "what": "accept", "answer": "Va bene"})
    assert text_of(draft).count("confirm_within_days: 5") == 1

    login = f"login:{desk.logins[Role.CASE_OFFICER].pk}"
    client.post(page(draft, "draft_party"), {"name": "Educazione", "login": login, "key": key()})
    party = draft.parties.get()
    load = client.post(page(draft, "draft_load"), {"seen": "3", "key": key()}, follow=True)
    assert "Manca il consenso di Educazione" in body(load)
    answer = office.post(
        page(draft, "draft_answer", party.pk), {"seen": "3", "what": "agree", "text": "", "key": key()}
    )
    assert answer.status_code == 302
    load = client.post(page(draft, "draft_load"), {"seen": "3", "key": key()}, follow=True)
    assert "La bozza ora è la versione 2." in body(load)
    made = CallVersion.objects.get(number=2)
    assert made.document == text_of(draft)
    revision = body(client.get(page(draft, "draft_revision", 1)))
    assert "3" in revision
    assert "5" in revision


def test_a_file_that_is_no_yaml_can_be_mended_letter_by_letter(desk, draft):
    client = desk.client(Role.RESPONSIBLE)
    client.post(page(draft, "draft_text"), {"seen": "1", "text": "a: [1"})
    text = body(client.get(page(draft)))
    assert "This is not YAML" in text
    answer = client.get(page(draft, "draft_section", "window"), follow=True)
    assert "correggilo prima lettera per lettera" in body(answer)
    assert client.get(page(draft, "draft_file")).content == b"a: [1"
    client.post(page(draft, "draft_take_up", 1), {"seen": "2"})
    assert text_of(draft) == DEMO
