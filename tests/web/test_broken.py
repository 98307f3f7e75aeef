"""When something breaks, the page says so in both languages and needs nothing that may be broken too."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from wishmi.web.public import views_calls


def test_a_fault_of_ours_is_said_to_be_ours(db, monkeypatch):
    def break_down(*_arguments):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(views_calls, "all_in_words", break_down)
    client = Client(raise_request_exception=False)
    answer = client.get("/calls/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "È colpa nostra, non tua." in text
    assert '<div lang="en"><h2>Something did not work</h2>' in text
    assert "RuntimeError" not in text


@pytest.mark.parametrize("page", ["400.html", "413.html", "500.html"])
def test_it_needs_neither_request_nor_database(page):
    assert "<h1>" in render_to_string(page)
