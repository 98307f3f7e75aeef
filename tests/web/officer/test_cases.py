"""Case work: the queue, an application explained, decisions on one and on many, importing a file."""

import io
import re
from datetime import date

import pytest
from django.urls import reverse

from tests.applications.rows import code_of, row
from tests.web.officer import city
from wishmi.applications.files import write_applications
from wishmi.applications.models import Application, Candidacy, Integration
from wishmi.infra.actor import Role
from wishmi.infra.models import AuditRecord

KEY = "11111111-1111-4111-8111-111111111111"
QUEUE, DECIDE = reverse("officer:queue", args=[city.CODE]), reverse("officer:decide", args=[city.CODE])


def body(answer):
    return answer.content.decode()


def states():
    return dict(Candidacy.objects.order_by("id").values_list("minor__family_name", "state"))


def child(name):
    return Candidacy.objects.filter(minor__family_name=name).earliest("id")


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("it", ("Quali minori attendono", "Da esaminare", "6 righe")),
        ("en", ("Which children wait", "6 rows")),
    ],
)
def test_the_queue_shows_who_waits(desk, language, sentences):
    city.applied()
    text = body(desk.client(Role.CASE_OFFICER, language).get(QUEUE))
    assert [one for one in (*sentences, "Bea Albero", "WM-2023-000001") if one not in text] == []


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ({"text": "betul"}, "Bea Betulla", "Bea Albero"),
        ({"text": "WM-2023-000001"}, "Cleo Albero", "Bea Betulla"),
        ({"state": "excluded"}, "In questa lista non c’è nessuno.", "Bea Albero"),
        ({"state": "nonsense"}, "Bea Albero", "In questa lista"),
        ({"page": "99"}, "Bea Albero", "In questa lista"),
    ],
)
def test_filters_stand_in_the_address(desk, query, seen, unseen):
    city.applied()
    text = body(desk.client(Role.CASE_OFFICER).get(QUEUE, query))
    assert seen in text
    assert unseen not in text


def test_an_application_explains_each_condition_and_point(desk):
    city.applied()
    ref = Application.objects.get(protocol="WM-2023-000003").ref
    address = reverse("officer:application", args=[ref])
    text = body(desk.client(Role.CASE_OFFICER).get(address))
    assert "30.000,00" in text
    assert "27.000,00" in text
    assert "ISEE: soglia" in text
    assert "Non ammissibile secondo le regole" in text
    english = body(desk.client(Role.CASE_OFFICER, "en").get(address))
    assert "The ISEE is €30,000.00. The limit of this call is €27,000.00." in english
    looks = AuditRecord.objects.filter(verb="application.looked_at", subject=f"application:{ref}")
    assert looks.count() == 2


def test_checks_admit_exclude_and_leave_doubts(desk):
    city.sealed()
    desk.at(city.CASES)
    client, address = desk.client(Role.CASE_OFFICER), reverse("officer:check", args=[city.CODE])
    assert "<dd>6</dd>" in body(client.get(address))
    text = body(client.post(address, {"key": KEY}, follow=True))
    assert "4 ammessi, 1 esclusi dalle regole, 1 da guardare di persona." in text
    assert states() == {
        "Albero": "admitted",
        "Betulla": "admitted",
        "Ciliegio": "excluded",
        "Dalia": "submitted",
        "Edera": "admitted",
    }


def decide(client, action, query, **fields):
    address = f"{DECIDE}?action={action}&{query}"
    digest = body(client.get(address)).partition('name="digest" value="')[2].partition('"')[0]
    return client.post(address, {"digest": digest, "key": KEY, **fields}, follow=True)


def test_one_child_is_admitted_and_the_officer_is_back_at_it(desk):
    city.applied()
    answer = decide(desk.client(Role.CASE_OFFICER), "admit", f"child={child('Dalia').pk}")
    assert "1 minore ammesso." in body(answer)
    assert child("Dalia").state == "admitted"
    assert child("Edera").state == "submitted"


def test_many_are_excluded_after_a_preview_with_a_sample(desk):
    city.applied()
    client = desk.client(Role.CASE_OFFICER)
    Candidacy.objects.filter(pk=child("Edera").pk).update(state="excluded")
    text = body(client.get(f"{DECIDE}?action=exclude&scope=all"))
    assert "5 minori saranno esclusi." in text
    assert "Un altro caso è in uno stato" in text
    refused = decide(client, "exclude", "scope=all")
    assert refused.status_code == 422
    assert 'href="#id_codes_0"' in body(refused)
    assert Candidacy.objects.filter(state="excluded").count() == 1
    decide(client, "exclude", "scope=all", codes=["duplicate_child"], key=KEY.replace("1", "2"))
    assert Candidacy.objects.filter(state="excluded").count() == 6
    assert child("Dalia").exclusion == [{"code": "duplicate_child", "params": {}}]


def test_the_sample_is_of_ten(desk):
    city.applied(families=tuple(city.Kin(f"{letter}olmo", (2012,), 9_000) for letter in "ABCDEFGHIJKL"))
    text = body(desk.client(Role.CASE_OFFICER).get(f"{DECIDE}?action=exclude&scope=all"))
    assert "12 minori saranno esclusi." in text
    assert "I primi dieci" in text
    assert text.count('<th scope="row">WM-') == 10


def test_a_decision_on_others_than_were_shown_is_refused(desk):
    city.applied()
    client, address = desk.client(Role.CASE_OFFICER), f"{DECIDE}?action=admit&scope=all&state=submitted"
    digest = body(client.get(address)).partition('name="digest" value="')[2].partition('"')[0]
    Candidacy.objects.filter(pk=child("Edera").pk).update(state="excluded")
    answer = client.post(address, {"digest": digest, "key": KEY})
    assert answer.status_code == 422
    assert child("Albero").state == "submitted"


def test_an_integration_keeps_what_was_typed_until_it_is_right(desk):
    city.applied()
    client, query = desk.client(Role.CASE_OFFICER), f"child={child('Dalia').pk}"
    early = decide(client, "integration", query, question="Manca un foglio", due_on="2023-10-01")
    assert early.status_code == 422
    assert "Manca un foglio" in body(early)
    assert Integration.objects.count() == 0
    key = KEY.replace("1", "2")
    decide(client, "integration", query, question="Manca un foglio", due_on="2023-10-20", key=key)
    assert Integration.objects.get().question == "Manca un foglio"
    assert child("Dalia").state == "integration"


def test_a_file_with_a_wrong_row_brings_nothing_and_says_where(desk):
    city.published()
    client, address = desk.client(Role.CASE_OFFICER), reverse("officer:import", args=[city.CODE])
    file = io.BytesIO(b"protocol;wrong_column\r\nA;B\r\n")
    file.name = "domande.csv"
    answer = client.post(address, {"file": file})
    assert answer.status_code == 422
    assert "wrong_column" in body(answer)
    assert Application.objects.count() == 0
    report = client.get(reverse("officer:import_report", args=[city.CODE]))
    assert b"wrong_column" in report.content
    assert report["Content-Type"].startswith("text/csv")


def test_the_queue_is_a_file_and_taking_it_is_recorded(desk):
    city.applied()
    answer = desk.client(Role.AUDITOR).get(QUEUE, {"format": "csv", "state": "submitted"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 7
    assert "Da esaminare" in lines[1]
    assert AuditRecord.objects.filter(verb="queue.exported").count() == 1


def file_of(*changes):
    made = [
        row(
            protocol=f"2023/{number:06d}",
            isee_issued_on=date(2023, 2, 1),
            isee_valid_until=date(2023, 12, 31),
            submitted_at=city.OPEN,
            **change,
        )
        for number, change in enumerate(changes, 1)
    ]
    return city.upload("domande.csv", write_applications(made))


def test_a_good_file_goes_in_whole_and_a_second_time_not_at_all(desk, settings):
    settings.WISHMI_MODE = "demo"
    city.published()
    client, address = desk.client(Role.CASE_OFFICER), reverse("officer:import", args=[city.CODE])
    answer = client.post(address, {"file": file_of({})}, follow=True)
    assert "Importate 1 domande con 1 minori." in body(answer)
    assert "Lia Prova" in body(answer)
    page = body(client.get(reverse("officer:application", args=[Application.objects.get().ref])))
    facts = re.findall(r'<tr><th scope="row">([^<]+)</th><td>(.*?)</td><td>([^<]+)</td></tr>', page)
    assert ("Minori in famiglia", "2", "Importato da un file") in facts
    assert ("ISEE", '<span class="money">€ 9.999,99</span>', "Attestato da un registro") in facts
    assert [where for name, _value, where in facts if name == "Data di nascita"] == [
        "Registrato dal programma"
    ]
    assert len(facts) == 11
    again = client.post(address, {"file": file_of({})})
    assert again.status_code == 422
    assert "household applied already" in body(again)
    assert Application.objects.count() == 1


def test_one_wrong_row_keeps_the_whole_file_out(desk, settings):
    settings.WISHMI_MODE = "demo"
    city.published()
    other = {"applicant_given_name": "Ugo", "child_given_name": "Mia"}
    code = code_of("Prova", "Ugo", date(1984, 3, 9))
    rows = file_of({}, {**other, "applicant_fiscal_code": code, "minors": -1})
    client, address = desk.client(Role.CASE_OFFICER), reverse("officer:import", args=[city.CODE])
    answer = client.post(address, {"file": rows})
    assert answer.status_code == 422
    assert '<th scope="row" class="num">3</th>' in body(answer)
    assert Application.objects.count() == 0
