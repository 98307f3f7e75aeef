"""The provider list."""

import pytest
from django.db import connection

from tests import builders as make
from tests.builders import NOW, done
from wishmi.core import iban
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.people.actions import give_login
from wishmi.people.selectors import actor_of
from wishmi.providers import actions, selectors
from wishmi.providers.models import Provider, ProviderMembership

pytestmark = pytest.mark.django_db
Code = ReasonCode


def rows():
    return (
        list(Provider.objects.order_by("id").values()),
        AuditRecord.objects.count(),
        OutboxEvent.objects.count(),
    )


def refused(act, *arguments):
    before = rows(), ProviderMembership.objects.count()
    answer = act(*arguments)
    assert isinstance(answer, Refused)
    assert (rows(), ProviderMembership.objects.count()) == before
    return answer


def test_many_are_listed_at_once_in_the_order_given(django_assert_max_num_queries):
    specs = [make.provider_spec(name=f"  Ente {number} ") for number in range(30)]
    with django_assert_max_num_queries(8):
        made = done(actions.list_providers(NOW, make.OFFICER, specs))
    assert [row.name for row in made] == [f"Ente {number}" for number in range(30)]
    assert {row.state for row in made} == {"listed"}
    assert AuditRecord.objects.filter(verb="provider.listed", actor=make.OFFICER.ref).count() == 30
    assert OutboxEvent.objects.filter(topic="provider.listed").count() == 30
    assert len(selectors.listed_providers()) == 30


def test_an_iban_is_kept_in_compact_writing_and_encrypted():
    plain = iban.build("99999", "99999", "7")
    spaced = " ".join(plain[at : at + 4] for at in range(0, 27, 4)).lower()
    made = make.provider(iban=spaced)
    assert Provider.objects.get(pk=made.pk).iban == plain
    with connection.cursor() as cursor:
        cursor.execute("SELECT iban FROM providers_provider WHERE id = %s", [made.pk])
        assert plain not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("change", "field", "flaw"),
    [
        ({"vat_number": "123"}, "vat_number", "wrong_length"),
        ({"vat_number": "99900011009"}, "vat_number", "check_digit"),
        ({"iban": "DE44500105175407324931"}, "iban", "not_italian"),
        ({"name": "  "}, "name", "missing"),
        ({"name": "x" * 161}, "name", "unreadable"),
        ({"name": "a\0b"}, "name", "unreadable"),
        ({"legal_form": "x" * 33}, "legal_form", "unreadable"),
        ({"email": "x" * 255}, "email", "unreadable"),
    ],
)
def test_a_fault_names_row_and_field_and_stops_all(change, field, flaw):
    specs = [make.provider_spec(), make.provider_spec(**change)]
    answer = refused(actions.list_providers, NOW, make.OFFICER, specs)
    assert [(reason.code, dict(reason.params)) for reason in answer.reasons] == [
        (Code.INCOMPLETE, {"row": 1, "field": field, "flaw": flaw})
    ]


def test_a_body_is_listed_once():
    spec = make.provider_spec()
    done(actions.list_providers(NOW, make.OFFICER, [spec]))
    answer = refused(actions.list_providers, NOW, make.OFFICER, [make.provider_spec(), spec])
    assert answer.reasons[0].params == {"row": 1}
    twice = make.provider_spec()
    assert refused(actions.list_providers, NOW, make.OFFICER, [twice, twice]).codes == (Code.ALREADY_DONE,)


def test_suspending_and_relisting():
    one = make.provider()
    assert refused(actions.relist_provider, NOW, make.OFFICER, one.pk).codes == (Code.WRONG_STATE,)
    assert refused(actions.suspend_provider, NOW, make.OFFICER, one.pk, " ").codes == (Code.INCOMPLETE,)
    suspended = done(actions.suspend_provider(NOW, make.OFFICER, one.pk, "certificates"))
    assert (suspended.state, suspended.decided_at) == ("suspended", NOW)
    assert selectors.listed_providers() == []
    assert refused(actions.suspend_provider, NOW, make.OFFICER, one.pk, "x").codes == (Code.WRONG_STATE,)
    assert done(actions.relist_provider(NOW, make.RESPONSIBLE, one.pk)).state == "listed"


def test_a_login_acts_for_one_provider():
    one, other = make.provider(), make.provider()
    login = give_login("lanterna", None, [make.Role.PROVIDER])
    done(actions.attach_login(NOW, make.OFFICER, one.pk, login.pk))
    login.refresh_from_db()
    assert actor_of(login).provider == one.pk
    assert refused(actions.attach_login, NOW, make.OFFICER, other.pk, login.pk).codes == (Code.ALREADY_DONE,)


@pytest.mark.parametrize("who", ["family", "provider", "accounting", "auditor"])
def test_only_the_office_keeps_the_list(who):
    one = make.provider()
    actors = {"family": make.family().actor, "provider": make.staff(one)}
    actor = actors.get(who) or {"accounting": make.ACCOUNTANT, "auditor": make.AUDITOR}[who]
    login = give_login("somebody", None, [make.Role.PROVIDER])
    for act, *arguments in (
        (actions.list_providers, [make.provider_spec()]),
        (actions.suspend_provider, one.pk, "why"),
        (actions.relist_provider, one.pk),
        (actions.attach_login, one.pk, login.pk),
    ):
        assert refused(act, NOW, actor, *arguments).codes == (Code.NOT_ALLOWED,)
