"""The desk of each office, the trail and the chain; and that pages cost the same however much there is."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.officer import city
from wishmi.infra import chain
from wishmi.infra.actor import Role
from wishmi.infra.models import AuditRecord, Seal


def body(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    ("role", "it", "en"),
    [
        (Role.CASE_OFFICER, "da esaminare", "to be examined"),
        (Role.RESPONSIBLE, "finestra da chiudere e sigillare", "window to close and seal"),
        (Role.AUDITOR, "righe da sigillare", "rows to be sealed"),
        (Role.ACCOUNTING, "Non c’è nulla che ti aspetta.", "Nothing waits for you."),
    ],
)
def test_each_office_sees_what_waits_for_it(desk, role, it, en):
    city.applied()
    desk.at(city.OVER)
    for language, sentence in (("it", it), ("en", en)):
        text = body(desk.client(role, language).get(reverse("officer:home")))
        assert sentence in text
        assert "DEMO" in text


def test_the_money_s_office_is_told_each_step(desk):
    city.batched()
    desk.at(city.USE)
    text = body(desk.client(Role.ACCOUNTING).get(reverse("officer:home")))
    assert "lotto da approvare" in text
    assert reverse("officer:batch", args=["P2024-0001"]) in text


def test_the_trail_is_searched_and_each_search_recorded(desk):
    city.published()
    client, address = desk.client(Role.AUDITOR), reverse("officer:audit")
    text = body(client.get(address, {"verb": "fund.", "actor": "login:accountant"}))
    assert "fund.appropriation" in text
    assert "call.published" not in text
    record = AuditRecord.objects.get(verb="audit.searched")
    assert record.data == '{"of_actor":"login:accountant","of_verb":"fund.","page":1}'
    answer = client.get(address, {"format": "csv", "subject": "call:"})
    assert "call.published" in b"".join(answer.streaming_content).decode()
    assert "Non risulta nulla" in body(client.get(address, {"subject": "nothing:"}))


def test_the_chain_is_shown_checked_and_found_broken(desk, django_capture_on_commit_callbacks):
    city.published()
    client = desk.client(Role.AUDITOR)
    assert "mai" in body(client.get(reverse("officer:chain")))
    with django_capture_on_commit_callbacks(execute=True):
        chain.seal(city.OPEN)
    assert Seal.objects.latest("number").hash in body(client.get(reverse("officer:chain")))
    answer = client.post(reverse("officer:chain_check"), follow=True)
    assert "La catena regge" in body(answer)
    chain.heads_file().write_text("1 2023-10-02 " + "0" * 64 + "\n")
    broken = body(client.post(reverse("officer:chain_check")))
    assert "La catena non regge" in broken
    assert "seal 1" in broken


def cost_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries)


PAGES = ("home", "calls", "funds", "queue", "ranking", "stage", "vouchers", "call", "audit")


def costs(desk, families):
    """Queries of each page in a city of these families, which is gone again afterwards."""
    before = transaction.savepoint()
    city.awarded(families=(*families, city.FAMILIES[2]), euros=20_000)
    desk.at(city.USE)
    client = desk.client(Role.RESPONSIBLE)
    arguments = {"queue": [city.CODE], "ranking": [city.CODE], "vouchers": [city.CODE], "call": [city.CODE]}
    arguments["stage"] = [city.CODE, 2]
    found = {
        name: cost_of(client, reverse(f"officer:{name}", args=arguments.get(name, []))) for name in PAGES
    }
    transaction.savepoint_rollback(before)
    return found


def test_pages_cost_the_same_for_few_and_for_many(desk):
    few = tuple(city.Kin(f"{letter}olmo", (2012,), 9_000) for letter in "AB")
    many = tuple(city.Kin(f"{letter}olmo", (2012, 2014), 9_000) for letter in "ABCDEFGHIJKLMNOPQRSTU")
    small, large = costs(desk, few), costs(desk, many)
    assert large == small
    assert max(large.values()) <= 30
