"""Publishing activities and finding them."""

from datetime import timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, NOW, done
from wishmi.catalogue import actions, selectors
from wishmi.catalogue.actions import SessionSpec
from wishmi.catalogue.models import Activity, Session
from wishmi.catalogue.selectors import Filters, find_activities
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.providers.actions import suspend_provider

pytestmark = pytest.mark.django_db
Code = ReasonCode


def spec_of_session(**changes):
    values = {"starts_at": NOW + DAY, "ends_at": NOW + DAY + timedelta(hours=2), "places": 5}
    return SessionSpec(**values | changes)


def rows():
    return (
        list(Activity.objects.order_by("id").values()),
        list(Session.objects.order_by("id").values()),
        AuditRecord.objects.count(),
        OutboxEvent.objects.count(),
    )


def refused(act, *arguments):
    before = rows()
    answer = act(*arguments)
    assert isinstance(answer, Refused)
    assert rows() == before
    return answer


def test_activities_come_with_their_sessions(django_assert_max_num_queries):
    host = make.provider()
    specs = [
        make.activity_spec(
            host, title=f"A{number}", sessions=(spec_of_session(), spec_of_session(price_cents=7))
        )
        for number in range(20)
    ]
    with django_assert_max_num_queries(9):
        made = done(actions.publish_activities(NOW, make.staff(host), specs))
    assert [row.title for row in made] == [spec.title for spec in specs]
    prices = Session.objects.filter(activity=made[3]).order_by("id").values_list("price_cents", flat=True)
    assert list(prices) == [10_000, 7]
    assert AuditRecord.objects.filter(verb="activity.published").count() == 20


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"age_min": 9, "age_max": 8}, "ages"),
        ({"age_max": 26}, "ages"),
        ({"price_cents": -1}, "price_cents"),
        ({"price_cents": 500_001}, "price_cents"),
        ({"title": " "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"place": "x" * 161}, "place"),
        ({"category": "x" * 17}, "category"),
        ({"summary_it": "x" * 20_001}, "summary_it"),
        ({"summary_en": "\0"}, "summary_en"),
        ({"lat": float("nan")}, "point"),
        ({"lon": 181.0}, "point"),
        ({"sessions": (spec_of_session(places=2**31),)}, "places"),
        ({"sessions": (spec_of_session(ends_at=NOW + DAY),)}, "ends_at"),
        ({"sessions": (spec_of_session(places=0),)}, "places"),
        ({"sessions": (spec_of_session(price_cents=500_001),)}, "price_cents"),
    ],
)
def test_a_fault_names_row_and_field_and_stops_all(change, field):
    host = make.provider()
    specs = [make.activity_spec(host), make.activity_spec(host, **change)]
    answer = refused(actions.publish_activities, NOW, make.staff(host), specs)
    assert [(one.code, dict(one.params)) for one in answer.reasons] == [
        (Code.INCOMPLETE, {"row": 1, "field": field})
    ]


def test_a_provider_that_is_not_listed_publishes_nothing():
    host = make.provider()
    of = make.activity(host)
    done(suspend_provider(NOW, make.OFFICER, host.pk, "certificates"))
    act = actions.publish_activities
    assert refused(act, NOW, make.staff(host), [make.activity_spec(host)]).codes == (Code.WRONG_STATE,)
    act = actions.publish_session
    assert refused(act, NOW, make.staff(host), of.pk, spec_of_session()).codes == (Code.WRONG_STATE,)


def test_nobody_publishes_for_another():
    host, other = make.provider(), make.provider()
    of = make.activity(host)
    for actor in (make.staff(other), make.family().actor, make.ACCOUNTANT, make.AUDITOR):
        spec = make.activity_spec(host)
        assert refused(actions.publish_activities, NOW, actor, [spec]).codes == (Code.NOT_ALLOWED,)
        assert refused(actions.publish_session, NOW, actor, of.pk, spec_of_session()).codes == (
            Code.NOT_ALLOWED,
        )
        assert refused(actions.suspend_activity, NOW, actor, of.pk, "why").codes == (Code.NOT_ALLOWED,)


def test_a_session_is_added_ahead_of_time():
    of = make.activity()
    actor = make.staff(of.provider)
    made = done(actions.publish_session(NOW, actor, of.pk, spec_of_session()))
    assert (made.price_cents, made.left) == (10_000, 5)
    past = spec_of_session(starts_at=NOW)
    assert refused(actions.publish_session, NOW, actor, of.pk, past).codes == (Code.SESSION_PAST,)


def test_suspending_hides():
    of = make.activity()
    assert refused(actions.suspend_activity, NOW, make.OFFICER, of.pk, "").codes == (Code.INCOMPLETE,)
    done(actions.suspend_activity(NOW, make.OFFICER, of.pk, "complaints"))
    assert find_activities(Filters(), NOW).total == 0
    assert selectors.activity_with_sessions(of.pk) is None
    assert refused(actions.suspend_activity, NOW, make.OFFICER, of.pk, "x").codes == (Code.WRONG_STATE,)


@pytest.fixture
def offer():
    host, far = make.provider(), make.district(2)
    one = make.activity(host, title="Argilla", category="art", age_min=6, age_max=9)
    two = make.activity(host, title="Basket", category="sport", age_min=9, age_max=12, district_id=far.pk)
    three = make.activity(
        host, title="Coro", category="art", age_min=3, age_max=5, voucher_accepted=False, summary_en="Singing"
    )
    hidden = make.activity(title="Danza")
    done(suspend_provider(NOW, make.OFFICER, hidden.provider_id, "certificates"))
    return one, two, three, far


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({}, ["Argilla", "Basket", "Coro"]),
        ({"category": "art"}, ["Argilla", "Coro"]),
        ({"age": 9}, ["Argilla", "Basket"]),
        ({"age": 13}, []),
        ({"text": "bask"}, ["Basket"]),
        ({"text": "sing"}, ["Coro"]),
        ({"text": "mani coro"}, ["Coro"]),
        ({"voucher_accepted": True}, ["Argilla", "Basket"]),
        ({"voucher_accepted": False}, ["Coro"]),
        ({"category": "art", "age": 4}, ["Coro"]),
    ],
)
def test_filters(offer, filters, titles):
    assert [row.title for row in find_activities(Filters(**filters), NOW).activities] == titles


def test_the_district_and_the_next_session(offer):
    one, two, _three, far = offer
    assert find_activities(Filters(district=far.pk), NOW).activities == [two]
    make.session(one, starts_at=NOW - DAY)
    make.session(one, starts_at=NOW + DAY, taken=5)
    make.session(one, starts_at=NOW + 2 * DAY, cancelled_at=NOW)
    free = make.session(one, starts_at=NOW + 3 * DAY)
    page = find_activities(Filters(category="art"), NOW)
    assert [row.next_at for row in page.activities] == [NOW + 3 * DAY, None]
    assert selectors.sessions_open_for_booking(one, NOW) == [free]
    activity, sessions = selectors.activity_with_sessions(one.pk)
    assert (activity, len(sessions)) == (one, 3)


def test_pages(offer):
    first = find_activities(Filters(), NOW, page=1, size=2)
    assert ([row.title for row in first.activities], first.pages, first.total) == (
        ["Argilla", "Basket"],
        2,
        3,
    )
    last = find_activities(Filters(), NOW, page=99, size=2)
    assert ([row.title for row in last.activities], last.number) == (["Coro"], 2)


@pytest.mark.parametrize("size", [1, 12])
def test_the_budget_does_not_grow_with_the_rows(django_assert_num_queries, size):
    host = make.provider()
    made = [make.activity(host, title=f"A{number:02d}") for number in range(size)]
    for one in made:
        make.session(one)
    with django_assert_num_queries(2):
        for row in find_activities(Filters(), NOW).activities:
            assert row.provider.name
            assert row.district.name
    with django_assert_num_queries(2):
        selectors.activity_with_sessions(made[0].pk)
    with django_assert_num_queries(1):
        assert len(selectors.sessions_of_provider(host.pk, NOW)) == size
    with django_assert_num_queries(1):
        assert len(selectors.activities_of_provider(host.pk)) == size
