"""The pages and commands of who is entitled: a list in, a preview, everyone entered once."""

import io

import pytest
from django.urls import reverse
from typer.testing import CliRunner

from tests.applications.test_entitled import AUTOMATIC, CLAIM, GOOD, OTHER
from tests.builders_awards import OPEN, home_with_isee
from tests.builders_selection import call_of
from wishmi.applications.models import Candidacy, Entitlement
from wishmi.cli.main import app
from wishmi.infra.actor import Role

KEY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def room(desk, monkeypatch):
    monkeypatch.setattr("wishmi.calls.actions.gaps", lambda _rules: ())
    desk.at(OPEN)
    return desk


def page(name, call):
    return reverse(f"officer:{name}", args=[call.code])


def test_a_list_comes_in_by_the_page_and_wrong_rows_are_said(room):
    call = call_of(CLAIM)
    client = room.client(Role.CASE_OFFICER)
    wrong = io.BytesIO(b"fiscal_code\nnonsense\n")
    answer = client.post(page("entitled", call), {"file": wrong})
    assert answer.status_code == 422
    assert "16" in answer.content.decode()
    assert Entitlement.objects.count() == 0
    good = io.BytesIO(f"fiscal_code\n{GOOD}\n{OTHER}\n".encode())
    text = client.post(page("entitled", call), {"file": good}, follow=True).content.decode()
    assert "2 persone sono nuove" in text
    home_with_isee()
    text = client.post(page("entitled_compute", call), {"key": KEY}, follow=True).content.decode()
    assert "1 persona è nuova" in text
    assert "3 persone sono nell’elenco" in text
    assert client.get(page("entitled_enter", call)).status_code == 404


def test_the_office_sees_a_preview_and_enters_everyone_once(room):
    call = call_of(*AUTOMATIC)
    home_with_isee()
    client = room.client(Role.CASE_OFFICER)
    text = client.get(page("entitled_enter", call)).content.decode()
    assert "€ 400,00" in text
    assert Candidacy.objects.count() == 0
    for _twice in range(2):
        assert client.post(page("entitled_enter", call), {"key": KEY}).status_code == 302
    assert Candidacy.objects.count() == 1


def test_the_command_line_does_the_same(room, monkeypatch, tmp_path):
    monkeypatch.setattr("wishmi.cli.entitled.now", lambda: OPEN)
    monkeypatch.setattr("wishmi.cli.entitled.prepare_database", lambda: None)
    call = call_of(*AUTOMATIC)
    home = home_with_isee()
    run = CliRunner().invoke
    file = tmp_path / "list.csv"
    file.write_text(f"fiscal_code\n{GOOD}\n{GOOD}\n", "utf-8")
    assert "1 persons are new" in run(app, ["entitled", "import", str(file), "--call", call.code]).output
    file.write_text("fiscal_code\nnonsense\n", "utf-8")
    assert run(app, ["entitled", "import", str(file), "--call", call.code]).exit_code == 1
    assert run(app, ["entitled", "enter", "--call", "other"]).exit_code == 2
    seen = run(app, ["entitled", "enter", "--call", call.code, "--preview"])
    assert "0 children get it" in seen.output
    assert "1 children do not meet" in seen.output
    Entitlement.objects.create(
        call=call, fiscal_code_index=home.minors[0].fiscal_code_index, source="imported", listed_at=OPEN
    )
    done = run(app, ["entitled", "enter", "--call", call.code, "--json"])
    assert '"entered": 1' in done.output
    assert Candidacy.objects.count() == 1
