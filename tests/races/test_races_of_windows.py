"""The second window of a call: two who close it, and who sends at its last moment, each with the lock off too."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from tests import builders_windows as way
from tests.builders import RESPONSIBLE, done
from tests.builders_awards import applied, child_of, form
from wishmi.applications.actions import applying, closing, save_draft, seal_intake, submit_application
from wishmi.applications.models import Application, Intake
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def second_window():
    """One family waits from the first window and stays in the second."""
    call = way.call_of("stay", 20_000)
    waiting = applied(call, way.home(500_001), way.OPEN[1])
    applied(call, way.home(500_000), way.OPEN[1])
    way.served(call, 1)
    return call, waiting


def two_close(race):
    call, waiting = second_window()

    def close(number):
        return lambda: seal_intake(way.CLOSES[2], RESPONSIBLE, call.pk, number)

    return call, waiting, race(close("DD 7"), close("DD 8"), closing, "is_finished")


def test_of_two_who_close_a_window_one_does(race):
    call, waiting, (first, second) = two_close(race)
    assert (first.window, first.count) == (2, 1)
    assert isinstance(second, Refused)
    assert second.codes == (Code.ALREADY_DONE,)
    assert child_of(waiting).window == 2
    assert list(call.acts.filter(kind="closing").values_list("number", flat=True)) == ["DD 2/1", "DD 7"]


def test_control_without_locks_only_the_constraint_keeps_a_window_from_two_seals(race, without_locks):
    without_locks()
    _call, _waiting, answers = two_close(race)
    assert any(isinstance(answer, IntegrityError) for answer in answers)
    assert Intake.objects.filter(window=2).count() == 1


def sent_at_the_end(race):
    call, _waiting = second_window()
    home = way.home()
    last = way.CLOSES[2] - timedelta(microseconds=1)
    draft = done(save_draft(last, home.actor, call.pk, form(home)))
    return race(
        lambda: submit_application(last, home.actor, draft.pk),
        lambda: seal_intake(way.CLOSES[2], RESPONSIBLE, call.pk, "DD 7"),
        applying,
        "gather",
    )


def test_who_sends_at_the_last_moment_is_in_the_seal(race):
    sent, intake = sent_at_the_end(race)
    assert isinstance(sent, Application)
    assert (intake.window, intake.count) == (2, 2)


def test_control_without_locks_an_application_is_sent_and_in_no_seal(race, without_locks):
    without_locks()
    sent, intake = sent_at_the_end(race)
    assert isinstance(sent, Application)
    assert intake.count == 1
