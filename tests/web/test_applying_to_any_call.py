"""Forms made from the facts a call asks: each child its own, registers not asked again, who applies for itself."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import NOW, RESPONSIBLE, district, done, family
from tests.policy.test_cases import FOLDERS, PRESETS, known
from tests.web.conftest import browser_of
from tests.web.test_precheck import plain
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.snapshots import stored_facts
from wishmi.calls import actions as call_actions
from wishmi.calls.actions import load_call, publish_call
from wishmi.core.facts import ChildFacts
from wishmi.core.rules.vocabulary import FACTS_OF_ONE, Source
from wishmi.infra import clock
from wishmi.infra.actor import SYSTEM
from wishmi.people.actions import FactSpec, HouseholdSpec, PersonSpec, attest_facts, register_households
from wishmi.people.models import IseeAttestation
from wishmi.web.fact_forms import written

pytestmark = pytest.mark.django_db
SPORT, WELLBEING = "sport-285-milano", "benessere-65"
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def opened(db, monkeypatch):
    monkeypatch.setattr(call_actions, "gaps", lambda _rules: ())

    def open_call(name, moment):
        folder = next(folder for folder in FOLDERS if folder.name == name)
        before = NOW - timedelta(days=900)
        version = done(load_call(before, RESPONSIBLE, (folder / "call.yaml").read_bytes()))
        done(publish_call(before, RESPONSIBLE, version.pk, "DD 1"))
        monkeypatch.setattr(clock, "now", lambda: moment)
        return version.call

    return open_call


def text_of(answer, status=200):
    assert answer.status_code == status, answer
    return answer.content.decode()


def step(client, code, name, **data):
    return client.post(f"/family/apply/{code}/{name}/", data)


SENT = datetime(2023, 3, 10, 12, tzinfo=ROME)


def test_household_facts_are_asked_once_and_child_facts_of_each_child(opened):
    opened(SPORT, SENT)
    home = family(date(2012, 5, 5), date(2015, 5, 5))
    first, second = home.minors
    client = browser_of(home)
    assert step(client, SPORT, "children", answer=[first.pk, second.pk])["Location"].endswith(
        "/applicant_role/"
    )
    assert step(client, SPORT, "applicant_role", answer="guardian").status_code == 302
    assert step(client, SPORT, "resident", answer="yes")["Location"].endswith("/district/")
    page = text_of(client.get(f"/family/apply/{SPORT}/district/"))
    assert "In quale zona vivi?" in plain(page)
    assert "Secondo quartiere pilota" in plain(page)
    assert "Passo 4 di 5" in plain(page)
    assert "Scegli una risposta." in plain(text_of(step(client, SPORT, "district"), 422))
    assert client.get(f"/family/apply/{SPORT}/review/")["Location"].endswith("/district/")
    assert step(client, SPORT, "district", answer="pilot_two")["Location"].endswith("/target_groups/")
    page = plain(text_of(client.get(f"/family/apply/{SPORT}/target_groups/")))
    assert first.given_name in page
    assert second.given_name in page
    groups = {f"answer-{first.pk}": ["neet", "absolute_poverty"], f"answer-{second.pk}": []}
    assert step(client, SPORT, "target_groups", **groups)["Location"].endswith("/review/")
    review = plain(text_of(client.get(f"/family/apply/{SPORT}/review/")))
    assert "Povertà assoluta, Non studia e non lavora" in review
    assert "Secondo quartiere pilota" in review
    sent = client.post(f"/family/apply/{SPORT}/review/", {"true": "on"})
    assert sent.status_code == 302
    rows = {row.minor_id: stored_facts(row).known() for row in Candidacy.objects.all()}
    assert rows[first.pk]["target_groups"] == ("absolute_poverty", "neet")
    assert rows[second.pk]["target_groups"] == ()
    assert {facts["district"] for facts in rows.values()} == {"pilot_two"}
    assert "minors" not in rows[first.pk]


def test_what_a_register_attests_is_shown_and_not_asked(opened):
    opened(SPORT, SENT)
    home = family(date(2012, 5, 5))
    child = home.minors[0]
    day = SENT.date() - timedelta(days=1)
    attested = [
        FactSpec("district", "pilot_one", Source.POPULATION, day),
        FactSpec("target_groups", ("neet",), Source.OFFICE, day, child.pk),
    ]
    done(attest_facts(SENT, SYSTEM, home.household.pk, attested))
    client = browser_of(home)
    step(client, SPORT, "children", answer=[child.pk])
    step(client, SPORT, "applicant_role", answer="parent")
    assert step(client, SPORT, "resident", answer="yes")["Location"].endswith("/review/")
    assert client.get(f"/family/apply/{SPORT}/district/").status_code == 404
    review = plain(text_of(client.get(f"/family/apply/{SPORT}/review/")))
    assert "Primo quartiere pilota Lo dice un registro" in review
    client.post(f"/family/apply/{SPORT}/review/", {"true": "on"})
    assert Candidacy.objects.get().origins["target_groups"] == "attested"
    assert set(Application.objects.get().declared) == {"resident"}


def test_who_applies_for_itself_chooses_nobody(opened):
    moment = datetime(2025, 2, 10, 12, tzinfo=ROME)
    opened(WELLBEING, moment)
    person = PersonSpec("Ada", "Prova", "F", date(1950, 5, 5), "CODE000000990001", disabled=False)
    spec = HouseholdSpec(district().pk, "Via 1", True, False, "it", guardians=(), minors=(), others=(person,))
    household = done(register_households(NOW, SYSTEM, [spec]))[0]
    own = household.persons.get()
    IseeAttestation.objects.create(
        household=household, cents=900_000, kind="ordinary", issued_on=date(2025, 1, 20),
        valid_until=date(2025, 12, 31), dsu_protocol="INPS-1",
    )  # fmt: skip

    class Home:
        guardian = own

    client = browser_of(Home())
    assert client.get(f"/family/apply/{WELLBEING}/")["Location"].endswith("/resident/")
    assert client.get(f"/family/apply/{WELLBEING}/children/").status_code == 404
    step(client, WELLBEING, "resident", answer="yes")
    step(client, WELLBEING, "isee")
    step(client, WELLBEING, "other_schemes", **{f"answer-{own.pk}": []})
    assert step(client, WELLBEING, "disabled", **{f"answer-{own.pk}": "no"})["Location"].endswith("/review/")
    review = plain(text_of(client.get(f"/family/apply/{WELLBEING}/review/")))
    assert "€ 300,00" in review
    client.post(f"/family/apply/{WELLBEING}/review/", {"true": "on"})
    application = Application.objects.get()
    assert (application.state, application.own) == ("submitted", own)
    assert application.applicant_role == "beneficiary"


@pytest.mark.parametrize(
    "name",
    sorted(
        name for name, (_rules, tree) in PRESETS.items() if tree["child"].get("applicant_role") == "parent"
    ),
)
def test_the_form_of_a_preset_takes_the_person_of_its_cases(opened, name):
    rules, tree = PRESETS[name]
    facts = known(tree["child"], {})
    opened(name, datetime.combine(facts["submitted_on"], time(12), rules.opens_at.tzinfo))
    home = family(facts["born_on"])
    child = home.minors[0]
    if facts.get("isee_cents") is not None:
        IseeAttestation.objects.create(
            household=home.household, cents=facts["isee_cents"], kind=facts["isee_kind"],
            issued_on=facts["isee_issued_on"], valid_until=facts["isee_valid_until"], dsu_protocol="INPS-1",
        )  # fmt: skip
    client = browser_of(home)
    address = client.get(f"/family/apply/{name}/")["Location"]
    for _ in range(20):
        part = address.rstrip("/").rpartition("/")[2]
        if part == "review":
            break
        answer = client.post(address, _answer(part, facts, child))
        assert answer.status_code == 302, (part, plain(answer.content.decode()))
        address = answer["Location"]
    assert client.post(address, {"true": "on"}).status_code == 302
    row = Candidacy.objects.get()
    assert stored_facts(row) == ChildFacts.of({**facts, "applicant": home.household.ref})


def _answer(part, facts, child):
    if part == "children":
        return {"answer": [child.pk]}
    if part == "isee":
        return {}
    ending = f"-{child.pk}" if part in FACTS_OF_ONE else ""
    shown = written(part, facts[part])
    return {f"none{ending}": "on"} if shown is None else {f"answer{ending}": shown}
