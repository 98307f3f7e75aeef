"""Public pages in both languages: what stands there, to the letter."""

import pytest
from django.test import Client

from tests.builders import DAY, EUROPE, NOW, activity, child_with_voucher, district, provider, session
from tests.web.conftest import browser_of
from wishmi.awards.models import Stage, StageRow
from wishmi.calls.models import Call

pytestmark = pytest.mark.django_db
CALL = "milano-2022-individuale"


def page(address, language="it", status=200, client=None):
    answer = (client or browser_of(language=language)).get(address, headers={"accept-language": language})
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.parametrize(
    ("address", "italian", "english"),
    [
        (
            "/",
            "Ogni bambina e ogni bambino può provare qualcosa di nuovo",
            "Every child can try something new",
        ),
        ("/calls/", "Quali voucher possiamo chiedere?", "Which vouchers can we ask for?"),
        ("/activities/", "Che cosa può fare mio figlio?", "What can my child do?"),
        ("/place/", "Qual è il mio posto?", "What is my place?"),
        ("/lists/", "Quali elenchi sono pubblicati?", "Which lists were published?"),
        ("/figures/", "Dove sono andati i soldi?", "Where did the money go?"),
        ("/help/", "Come possiamo aiutarti?", "How can we help you?"),
        ("/sign-in/", "Chi sei?", "Who are you?"),
    ],
)
def test_each_page_asks_its_question_in_title_and_heading(call, address, italian, english):
    for language, words in (("it", italian), ("en", english)):
        text = page(address, language)
        assert f'<html lang="{language}" dir="ltr">' in text
        assert words in text
        assert text.count("<h1") == 1
        assert "<title>" in text


def test_a_call_in_plain_words(call):
    text = page(f"/calls/{CALL}/")
    for words in (
        "meno di € 10.000,00",
        "da € 10.000,00, fino a € 16.000,00",
        "più di € 22.000,00, fino a € 27.000,00",
        '<span class="money">€ 400,00</span>',
        "Meno di 18 anni il giorno della domanda.",
        "L'ISEE è al massimo € 27.000,00.".replace("'", "&#x27;"),
        "15 novembre 2022, ore 12:00",
        "31 luglio 2023",
    ):
        assert words in text
    english = page(f"/calls/{CALL}/", "en")
    assert "more than €22,000.00, up to €27,000.00" in english
    assert "15 November 2022, 12:00" in english


def test_the_document_of_a_call_is_given_as_it_is(call):
    answer = Client().get(f"/calls/{CALL}/call.yaml")
    assert answer.content.decode() == Call.objects.get().versions.get().document
    assert "attachment" in answer["Content-Disposition"]


def test_a_call_that_is_not_published_is_not_there(db):
    page("/calls/nessuno/", status=404)


def test_the_catalogue_shows_what_was_asked(stopped_clock):
    of = provider(name="A.S.D. Volpe Curiosa")
    swim = activity(of, title="Nuoto", category="sport", price_cents=12_000, district_id=district(3).pk)
    activity(of, title="Fumetto", category="art", voucher_accepted=False)
    session(swim)
    text = page("/activities/")
    assert "<strong>2 attività</strong>" in text
    assert "€ 120,00" in text
    assert "11 marzo 2023" in text
    sport = page("/activities/?category=sport&age=9&voucher=on&text=nuo")
    assert "Nuoto" in sport
    assert "Fumetto" not in sport
    none = page("/activities/?text=elicottero")
    assert "Nessun risultato" in none
    assert 'value="elicottero"' in none


def test_a_filter_that_cannot_be_read_is_said_and_kept(db):
    text = page("/activities/?age=tanti")
    assert 'value="tanti"' in text
    assert 'href="#id_age"' in text


def test_the_pages_of_the_catalogue_keep_the_filters(stopped_clock):
    of = provider()
    for number in range(30):
        activity(of, title=f"Corso {number:02d}", category="stem")
    text = page("/activities/?category=stem")
    assert "Pagina 1 di 2" in text
    assert "?category=stem&amp;page=2" in text
    assert "Corso 29" in page("/activities/?category=stem&page=2")


def test_the_catalogue_asks_the_same_number_of_questions_however_long(
    stopped_clock, django_assert_num_queries
):
    of = provider()
    client = browser_of()
    activity(of)
    counts = []
    for more in (1, 20):
        for _ in range(more):
            session(activity(of))
        with django_assert_num_queries(3) as asked:
            client.get("/activities/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_activity_with_dates_and_places(stopped_clock):
    made = activity(summary_it="Mani in pasta.", pillars=("talents_creativity",))
    session(made, places=1)
    session(made, starts_at=NOW - DAY)
    text = page(f"/activities/{made.pk}/")
    assert "sabato 11 marzo 2023" in text
    assert "1 posto libero" in text
    assert "martedì 28 febbraio" not in text
    assert "Talenti e creatività" in text
    english = page(f"/activities/{made.pk}/", "en")
    assert "This text is only in this language: Italian." in english
    assert '<p class="lead" lang="it">Mani in pasta.</p>' in english


def test_an_activity_that_families_do_not_see(db):
    made = activity()
    made.state = "suspended"
    made.save()
    page(f"/activities/{made.pk}/", status=404)


@pytest.fixture
def row(call):
    child_with_voucher(call)
    Stage.objects.update(cut_off=1, root="ab" * 32, act_number="DD 9/2023")
    StageRow.objects.update(points=30, label="30")
    return StageRow.objects.select_related("candidacy").get()


def looked_up(code, status=200):
    answer = browser_of().post("/place/", {"call": CALL, "code": code})
    assert answer.status_code == status
    return answer.content.decode()


def test_a_place_is_found_by_its_code_without_the_why(row):
    text = looked_up(f" {row.candidacy.code.lower()}")
    assert f"Codice {row.candidacy.code}" in text
    assert '<p class="figure">1</p>' in text
    assert "<dd>30</dd>" in text
    assert "Ha il voucher" in text
    assert "€" not in text.split("<main")[1].split("</main>")[0]


def test_a_wrong_code_is_said_and_kept(row):
    text = looked_up("ZZZZ", status=422)
    assert "Questo codice non è nell&#x27;elenco. Controlla ogni lettera e numero." in text
    assert 'value="ZZZZ"' in text


def test_a_published_list_with_its_files(row, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    folder = tmp_path / "published" / CALL / "1-final"
    folder.mkdir(parents=True)
    (folder / "ranking.csv").write_text("code,position\n")
    (tmp_path / "secret").write_text("no")
    client = browser_of()
    answer = client.get(f"/lists/{CALL}/1/")
    assert "noindex" in answer["X-Robots-Tag"]
    text = answer.content.decode()
    assert "ab" * 32 in text
    assert "DD 9/2023" in text
    file = client.get(f"/lists/{CALL}/1/ranking.csv")
    assert b"".join(file.streaming_content) == b"code,position\n"
    assert "noindex" in file["X-Robots-Tag"]
    assert file["Content-Disposition"].startswith("attachment")
    for wrong in ("secret", "..%2Fsecret", "%2e%2e/secret"):
        assert client.get(f"/lists/{CALL}/1/{wrong}").status_code == 404
    assert client.get(f"/lists/{CALL}/2/").status_code == 404


def test_open_figures_of_each_fund(call):
    child_with_voucher(call, {EUROPE: 40_000})
    text = page("/figures/")
    assert (
        '<th scope="row">Messi a disposizione</th><td class="num"><span class="money">€ 10.000,00</span>'
        in text
    )
    assert '<th scope="row">Dati ai minori</th><td class="num"><span class="money">€ 400,00</span>' in text


def test_pages_are_light_and_send_no_script(call):
    for address in ("/", "/activities/", f"/calls/{CALL}/"):
        answer = browser_of().get(address, headers={"accept-encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert len(answer.content) < 15_000
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "<script" not in page(address)
        assert "style=" not in page(address)
