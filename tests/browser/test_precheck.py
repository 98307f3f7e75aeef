"""Can my child get something: on an old phone, without JavaScript, without a login, and nothing stays behind."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_every_page import RULES
from tests.builders import DAY
from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of
from wishmi.infra import clock

pytestmark = pytest.mark.browser
NARROW = 320
ANSWERS = {
    "Chi sei per questi minori?": ("choose", "genitore"),
    "Quando è nato tuo figlio o tua figlia?": ("write", "2014-02-01"),
    "Questi minori abitano in città?": ("choose", "Sì"),
    "Quanto è il tuo ISEE?": ("write", "8.123,45"),
    "Che tipo di ISEE è?": ("choose", "ISEE ordinario"),
    "Quando è stato fatto l'ISEE?": ("write", "2022-03-01"),
    "Fino a quando vale l'ISEE?": ("write", "2022-12-31"),
}


@pytest.fixture
def open_window(town):
    """The day after the call of the town opened."""
    rules = rules_of(published_version(Call.objects.get()))
    clock.set_demo_now(rules.opens_at + DAY)


def fits(me):
    """Whether nothing has to be scrolled sideways."""
    return me.page.evaluate("document.documentElement.scrollWidth") <= NARROW


def answer(me, question):
    kind, value = ANSWERS[question]
    if kind == "choose":
        me.page.get_by_label(value, exact=True).check()
    else:
        me.page.locator("main input[name=answer]").fill(value)
    me.press("Avanti")


def test_a_few_questions_on_a_phone_and_the_answer(visitor, open_window):
    me = visitor(NARROW)
    me.go("/")
    me.press("Mio figlio può avere qualcosa?", role="link")
    # Other pages have forms of their own, which need a token.
    me.context.clear_cookies()
    asked = []
    while (question := me.page.inner_text("h1")) in ANSWERS:
        asked.append(question)
        assert fits(me), question
        assert me.sees("Domanda")
        if len(asked) == 3:
            me.picture("check-phone")
            me.press("Avanti")
            assert me.sees("C'è un problema")
        answer(me, question)
    assert sorted(asked) == sorted(ANSWERS)
    assert question == "Mio figlio può avere qualcosa?"
    assert me.sees("Probabilmente sì: € 400,00")
    assert fits(me)
    me.picture("check-answers-phone")
    assert me.page.url.endswith("/check/")
    assert me.context.cookies() == []
    me.press("Cambia l'ultima risposta")
    assert me.page.inner_text("h1") == asked[-1]
    me.press("Non lo so")
    assert me.sees("Ci serve sapere:")
    assert me.faults == [] or all("422" in fault for fault in me.faults)


def test_the_page_is_read_aloud_and_walked_by_keyboard(visitor, open_window):
    me = visitor(NARROW)
    me.go("/check/")
    assert me.page.get_by_role("heading", level=1).count() == 1
    assert me.page.title().startswith(me.page.inner_text("h1"))
    me.page.keyboard.press("Tab")
    me.page.keyboard.press("Enter")
    group = me.page.get_by_role("group")
    box = me.page.get_by_role("textbox")
    assert group.count() + box.count() >= 1
    me.press("Non lo so")
    assert me.sees("Domanda 2.")
    me.page.locator("details.languages summary").click()
    me.press("English")
    assert me.sees("Question 2.")
    assert [cookie["name"] for cookie in me.context.cookies()] == ["django_language"]


def test_nothing_for_axe_to_find_from_the_first_question_to_the_answer(visitor, open_window):
    me = visitor(NARROW, script=True)
    me.go("/check/")
    wrong = []
    for _ in range(20):
        found = Axe().run(me.page, options=RULES).response["violations"]
        question = me.page.inner_text("h1")
        wrong += [(question, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
        if question not in ANSWERS:
            break
        if question == "Quanto è il tuo ISEE?":
            me.press("Avanti")
            wrong += Axe().run(me.page, options=RULES).response["violations"]
        answer(me, question)
    assert me.sees("Probabilmente sì")
    assert wrong == []
