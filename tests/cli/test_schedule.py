"""What runs by itself goes on, whatever one job does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from tests.builders import NOW
from wishmi.cli import schedule

pytestmark = pytest.mark.django_db


def test_a_job_that_fails_stops_no_other(monkeypatch, caplog):
    done, child = [], "Amina"

    def broken(_moment):
        raise ValueError(child)

    monkeypatch.setattr(schedule, "JOBS", (broken, done.append))
    schedule.run_jobs(NOW)
    assert done == [NOW]
    said = caplog.text
    assert "job.failed" in said
    assert child not in said


def test_a_database_that_is_away_is_waited_for(monkeypatch):
    def away(_moment):
        raise OperationalError

    monkeypatch.setattr(schedule, "JOBS", (away,))
    with pytest.raises(OperationalError):
        schedule.run_jobs(NOW)


def test_sessions_that_have_ended_go():
    for key, hours in (("old", -1), ("new", 1)):
        until = timezone.now() + timedelta(hours=hours)
        Session.objects.create(session_key=key, session_data="x", expire_date=until)
    schedule.run_jobs(datetime.now(UTC))
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
