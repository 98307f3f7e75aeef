"""Can my child get something? Asked without login, in the fewest questions, and kept nowhere."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests.builders import DAY, NOW, RESPONSIBLE, done, family, funded_call
from tests.policy.test_cases import FOLDERS, PRESETS, known
from tests.web.conftest import browser_of, login_of
from wishmi.applications.models import Application
from wishmi.calls import actions as call_actions
from wishmi.calls.actions import load_call, publish_call
from wishmi.core.eligibility import assess_known
from wishmi.core.rules.vocabulary import FACTS_OF_ONE, VOCABULARY, FactKind
from wishmi.infra import clock
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.web.fact_forms import FactForm, said, written
from wishmi.web.questions import CHOICES, QUESTIONS
from wishmi.web.words import FACTS

pytestmark = pytest.mark.django_db
CODE = "milano-2022-individuale"
OPEN = datetime(2022, 10, 1, 9, 0, tzinfo=UTC)
PAGE = "/check/"
GOOD = {
    "born_on": "2014-02-01",
    "resident": "yes",
    "applicant_role": "parent",
    "isee_cents": "8.123,45",
    "isee_kind": "ordinary",
    "isee_issued_on": "2022-03-01",
    "isee_valid_until": "31/12/2022",
}


@pytest.fixture
def open_call(db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: OPEN)
    return funded_call()


def hidden(text, address=PAGE):
    """The hidden fields of the form that goes to an address, as a browser would send them back."""
    forms = [
        form for form in re.findall(r"<form.*?</form>", text, re.DOTALL) if f'action="{address}"' in form
    ]
    return {
        name: unescape(value)
        for form in forms
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def asked_in(text):
    return hidden(text).get("asked", "")


def go(client, text, go="answer", **more):
    return client.post(PAGE, hidden(text) | more | {"go": go})


def answer_all(client, answers, text=None):
    """Answer what is asked until there are no more questions; what is not among the answers is not known."""
    text = text or text_of(client.get(PAGE))
    asked = []
    while asked_in(text):
        name = asked_in(text).partition(".")[2]
        asked.append(name)
        text = text_of(
            go(client, text, answer=answers[name]) if name in answers else go(client, text, "unknown")
        )
    return text, asked


def plain(text):
    words = re.sub(r"<[^>]+>", " ", text.split("<main", 1)[1].split("</main", 1)[0])
    return " ".join(unescape(words).split())


def test_a_child_that_probably_gets_it(open_call):
    text, asked = answer_all(browser_of(), GOOD)
    assert sorted(asked) == sorted(GOOD)
    said = plain(text)
    assert "Probabilmente sì: € 400,00" in said
    assert "Puoi fare domanda fino al 15 novembre 2022, ore 12:00." in said
    assert "L'ISEE. Se non ce l'hai, un CAF lo fa gratis. Ci vuole qualche giorno." in said


def test_one_answer_that_ends_every_call_is_the_last(open_call):
    text, asked = answer_all(browser_of(), {**GOOD, "resident": "no", "born_on": "2014-02-01"})
    assert asked[-1] == "resident"
    assert len(asked) < len(GOOD)
    assert "No, con queste risposte. Il minore non abita in città." in plain(text)


def test_no_isee_ends_the_questions_about_it(open_call):
    client = browser_of()
    text, _asked = answer_all(
        client, {name: GOOD[name] for name in ("born_on", "resident", "applicant_role")}
    )
    assert "Non lo sappiamo ancora dire. Ci serve sapere:" in plain(text)
    first = text_of(client.get(PAGE))
    while asked_in(first) != "h.isee_cents":
        first = text_of(go(client, first, answer=GOOD[asked_in(first).partition(".")[2]]))
    end = text_of(go(client, first, answer="", none="on"))
    assert asked_in(end) == ""
    assert "Manca l'ISEE." in plain(end)


def test_who_knows_nothing_is_told_what_would_have_to_be_known(open_call):
    text, asked = answer_all(browser_of(), {})
    said = plain(text)
    assert "Non lo sappiamo ancora dire" in said
    with override("it"):
        assert all(str(FACTS[name]) in said for name in asked)
    assert len(asked) == len(set(asked)) == 7


def test_nothing_is_kept_anywhere(open_call):
    client = browser_of()
    with CaptureQueriesContext(connection) as queries:
        answer_all(client, GOOD)
    assert {query["sql"].split()[0] for query in queries} <= {"SELECT"}
    assert client.cookies == {}
    assert not Session.objects.exists()
    answer = client.post(PAGE, {"h.isee_cents": "812345"})
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies


def test_the_acts_and_events_stay_as_they_are(open_call):
    before = (AuditRecord.objects.count(), OutboxEvent.objects.count(), Application.objects.count())
    answer_all(browser_of(), GOOD)
    assert before == (AuditRecord.objects.count(), OutboxEvent.objects.count(), Application.objects.count())


def test_several_children_are_asked_only_their_own(open_call):
    client = browser_of()
    text, _asked = answer_all(client, GOOD)
    second = text_of(go(client, text, "another"))
    assert "Figlio numero 2" in plain(second)
    end, asked = answer_all(client, {"born_on": "2001-01-01"}, second)
    assert asked == ["born_on"]
    said = plain(end)
    assert (
        said.index("Figlio numero 1 Voucher")
        < said.index("Probabilmente sì: € 400,00")
        < said.index("Figlio numero 2 Voucher")
    )
    assert "Il giorno della domanda il minore aveva 21 anni." in said


def test_no_more_than_six_children(open_call):
    client = browser_of()
    text, _asked = answer_all(client, GOOD)
    for _ in range(5):
        text = text_of(go(client, text, "another"))
        text, _asked = answer_all(client, GOOD, text)
    assert hidden(text)["children"] == "6"
    assert "Chiedi per un altro figlio" not in text
    assert hidden(text_of(go(client, text, "another")))["children"] == "6"


def test_the_last_answer_can_be_taken_back(open_call):
    client = browser_of()
    first = text_of(client.get(PAGE))
    asked = asked_in(first)
    second = text_of(go(client, first, answer=GOOD[asked.partition(".")[2]]))
    assert asked_in(second) != asked
    assert asked_in(text_of(go(client, second, "back"))) == asked


def test_the_language_changes_and_the_answers_stay(open_call):
    client = browser_of()
    first = text_of(client.get(PAGE))
    second = text_of(go(client, first, answer=GOOD[asked_in(first).partition(".")[2]]))
    english = client.post(PAGE, {**hidden(second), "language": "en"})
    text = text_of(english)
    assert "Question 2." in plain(text)
    assert hidden(text) == hidden(second)
    assert list(english.cookies) == ["django_language"]
    assert text_of(client.post(PAGE, {**hidden(second), "language": "xx"})).count("Question 2.") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("h.isee_cents", "-1"),
        ("h.isee_cents", "9" * 20),
        ("h.isee_cents", "٣"),
        ("h.resident", "maybe"),
        ("h.resident", "-"),
        ("h.born_on", "2014-02-01"),
        ("c0.born_on", "2014-02-30"),
        ("c0.born_on", "0001-01-01"),
        ("c1.born_on", "2014-02-01"),
        ("c9.born_on", "2014-02-01"),
        ("h.applicant_role", "king"),
        ("h.submitted_on", "2020-01-01"),
        ("h.height", "3"),
        ("h.isee_kind", "x" * 700),
        ("children", "7"),
        ("children", "0"),
        ("__class__", "x"),
    ],
)
def test_what_cannot_be_an_answer_is_left_out(open_call, name, value):
    client = browser_of()
    text = text_of(client.post(PAGE, {name: value}))
    assert hidden(text) == {"children": "1", "asked": asked_in(text_of(client.get(PAGE)))}


def test_an_answer_to_another_question_is_left_out(open_call):
    text = text_of(browser_of().post(PAGE, {"asked": "h.isee_cents", "answer": "100", "go": "answer"}))
    assert "h.isee_cents" not in hidden(text)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("born_on", "domani", "Scrivi una data come 31/12/2015."),
        ("born_on", "", "Scrivi una data."),
        ("isee_cents", "9.999", "Scrivi una somma come 9999,50, senza altri segni."),
        ("isee_cents", "", "Scrivi un numero."),
        ("resident", "", "Scegli sì o no."),
        ("isee_kind", "", "Scegli una risposta."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_lost(open_call, name, typed, sentence):
    client = browser_of()
    text = text_of(client.get(PAGE))
    while asked_in(text).partition(".")[2] != name:
        text = text_of(go(client, text, answer=GOOD[asked_in(text).partition(".")[2]]))
    wrong = text_of(go(client, text, answer=typed), 422)
    assert sentence in plain(wrong)
    assert 'id="errors"' in wrong
    assert hidden(wrong) == hidden(text)
    if typed:
        assert f'value="{typed}"' in wrong


def test_without_open_calls_it_says_so(db):
    text = text_of(browser_of(language="en").get(PAGE))
    assert "There are no vouchers at this time." in plain(text)
    assert asked_in(text) == ""


def test_a_family_takes_its_answers_into_the_application(open_call):
    home = family(date(2014, 2, 1), date(2016, 2, 1))
    client = browser_of(home)
    text, _asked = answer_all(client, {**GOOD, "applicant_role": "guardian"})
    address = f"/check/apply/{CODE}/"
    shown = text_of(client.post(address, hidden(text, address)))
    assert "Porti le risposte nella domanda?" in plain(shown)
    along = {
        name: value for name, value in hidden(shown, "/check/apply/").items() if name != "csrfmiddlewaretoken"
    }
    assert along["carry_to"] == CODE
    answer = client.post("/check/apply/", along)
    assert answer["Location"] == f"/family/apply/{CODE}/"
    step = text_of(client.get(f"/family/apply/{CODE}/applicant_role/"))
    assert re.search(r'value="guardian"[^>]*checked', step)
    children = text_of(client.get(f"/family/apply/{CODE}/children/"))
    assert re.search(rf'value="{home.minors[0].pk}"[^>]*checked', children)
    assert not re.search(rf'value="{home.minors[1].pk}"[^>]*checked', children)
    assert not Application.objects.exists()


def test_who_is_not_known_signs_in_and_the_answers_come_along(open_call):
    home = family(date(2014, 2, 1))
    login = login_of(home)
    client = browser_of()
    text, _asked = answer_all(client, {**GOOD, "resident": "yes", "applicant_role": "guardian"})
    address = f"/check/apply/{CODE}/"
    entry = text_of(client.post(address, hidden(text, address)))
    assert "Le tue risposte vengono con te nella domanda." in plain(entry)
    carried = hidden(entry, "/sign-in/")
    carried.pop("csrfmiddlewaretoken")
    wrong = text_of(client.post("/sign-in/", {**carried, "username": login.username, "password": "x"}), 422)
    again = hidden(wrong, "/sign-in/")
    assert again["h.applicant_role"] == "guardian"
    again.pop("csrfmiddlewaretoken")
    answer = client.post("/sign-in/", {**again, "username": login.username, "password": "una-parola-lunga"})
    assert answer["Location"] == f"/family/apply/{CODE}/"
    assert re.search(
        r'value="guardian"[^>]*checked', text_of(client.get(f"/family/apply/{CODE}/applicant_role/"))
    )
    assert "guardian" not in str(Session.objects.get().get_decoded())


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [("https://elsewhere.example", False), ("null", False), ("http://testserver", True)],
)
@pytest.mark.parametrize("address", [PAGE, f"/check/apply/{CODE}/"])
def test_what_another_site_sends_is_taken_along_by_nobody(open_call, address, origin, is_ours):
    """Else a page elsewhere could put its answers into the application of whoever signs in next."""
    sent = {"children": "1", "h.resident": "no"}
    text = text_of(browser_of().post(address, sent, headers={"Origin": origin}))
    assert ("h.resident" in text) is is_ours


def test_a_call_that_is_not_open_takes_nothing_along(open_call):
    assert browser_of().post("/check/apply/nessuno/", {}).status_code == 404
    assert browser_of().post("/check/apply/", {"carry_to": CODE})["Location"] == "/sign-in/"


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_can_be_asked_and_answers_as_its_rules_do(name, monkeypatch):
    rules, tree = PRESETS[name]
    person = known(tree["child"], {})
    monkeypatch.setattr(call_actions, "gaps", lambda _rules: ())
    monkeypatch.setattr(clock, "now", lambda: rules.opens_at)
    monkeypatch.setattr(clock, "today", lambda: person.get("submitted_on", rules.opens_at.date()))
    _publish(name)
    answers = {fact: written(fact, value) for fact, value in person.items()}
    answers = {fact: value if value is not None else "" for fact, value in answers.items()}
    text, asked = answer_all(browser_of(), answers)
    if name == "milano-2022-collettivo":
        assert asked == []
        return
    assert set(asked) <= set(rules.facts)
    verdict = assess_known(rules, person)
    assert verdict.eligible
    assert "Probabilmente sì" in plain(text)


def _publish(name):
    folder = next(folder for folder in FOLDERS if folder.name == name)
    version = done(load_call(NOW - 900 * DAY, RESPONSIBLE, (folder / "call.yaml").read_bytes()))
    done(publish_call(NOW - 900 * DAY, RESPONSIBLE, version.pk, "DD 1"))


def test_every_fact_is_a_question_in_plain_words():
    assert set(QUESTIONS) == set(VOCABULARY)
    for name, question in QUESTIONS.items():
        with override("en"):
            assert str(question.asks).endswith("?"), name
            assert str(question.label)
            assert str(question.hint).endswith("."), name
        with override("it"):
            assert str(question.asks).endswith("?"), name
            assert len(str(question.asks).split()) <= 14, name
        if VOCABULARY[name].may_be_nothing:
            assert str(question.nothing), name
        if VOCABULARY[name].kind is FactKind.CHOICE:
            assert set(CHOICES[name]) >= set(VOCABULARY[name].choices), name
    assert set(VOCABULARY) > FACTS_OF_ONE


@pytest.mark.parametrize("name", sorted(set(VOCABULARY) - {"applicant"}))
def test_every_fact_has_a_control_that_gives_its_value_back(name):
    words = {"one": "One", "two": "Two"}
    values = {
        FactKind.FLAG: [True, False],
        FactKind.COUNT: [0, 7],
        FactKind.CENTS: [0, 999_950],
        FactKind.DAY: [date(2014, 2, 1)],
        FactKind.CHOICE: [choice for choice in VOCABULARY[name].choices if choice],
        FactKind.WORD: ["one"],
        FactKind.WORDS: [(), ("one", "two")],
    }[VOCABULARY[name].kind]
    for value in [*values, *([None] if VOCABULARY[name].may_be_nothing else [])]:
        shown = written(name, value)
        sent = {"answer": shown if shown is not None else ""} | ({"none": "on"} if shown is None else {})
        form = FactForm(_sent(sent), name=name, words_of=words)
        assert form.is_valid(), (name, value, form.errors)
        assert form.values() == {"": value}
        assert str(said(name, value, words))


def _sent(data):
    made = QueryDict(mutable=True)
    for name, value in data.items():
        made.setlist(name, value if isinstance(value, list) else [str(value)])
    return made
