"""Killed without warning at any moment: what was said to be done is done, nothing is double, the books balance."""

import json
import random
import subprocess
import sys
import time

import pytest

from tests.cli.installations import installation as installed
from tests.cli.installations import run, wishmi

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
ROUNDS = 25
LATER = {
    "held": {"held", "confirmed", "attended", "cancelled"},
    "confirmed": {"confirmed", "attended", "cancelled"},
    "attended": {"attended"},
    "cancelled": {"cancelled"},
}
"""What a booking may be by the end, after it was said to be something."""
STATES = (
    "import json, os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'wishmi.config.settings');"
    "django.setup(); from wishmi.bookings.models import Booking;"
    "print(json.dumps(dict(Booking.objects.order_by('id').values_list('ref', 'state'))))"
)


@pytest.fixture
def installation(tmp_path):
    """The environment of an installation of its own."""
    with installed(tmp_path, "crash") as environment:
        yield environment


def killed(environment, seed, seconds):
    """Let the actor act for a while, kill it, and return what it said was done."""
    command = [sys.executable, "-m", "tests.crashes.acting", str(seed)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
        said = process.stdout.read().splitlines()
    # The last line may be cut in the middle of its letters.
    return [tuple(line.split()) for line in said if len(line.split()) == 2 and len(line.split()[1]) == 36]


def test_killed_at_any_moment(installation):
    wishmi(installation, "demo", "--scale", "small")
    chance = random.Random(7)
    said: dict[str, str] = {}
    for number in range(ROUNDS):
        said |= {ref: kind for kind, ref in killed(installation, number, 0.1 + chance.random())}
        if number % 5 == 4:
            report = json.loads(wishmi(installation, "audit", "--json").splitlines()[-1])
            assert (report["differences"], report["chain"]) == (0, "ok"), report
    states = json.loads(run(installation, "-c", STATES))
    assert len(said) > ROUNDS
    lost = {ref: (kind, states.get(ref)) for ref, kind in said.items() if states.get(ref) not in LATER[kind]}
    assert lost == {}


def test_a_filling_that_was_killed_starts_again(installation):
    command = [sys.executable, "-c", "from wishmi.cli.main import run; run()", "demo", "--scale", "small"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=installation, stdout=quiet, stderr=quiet) as process:
        time.sleep(8)
        process.kill()
    wishmi(installation, "demo", "--scale", "small", "--if-empty")
    report = json.loads(wishmi(installation, "audit", "--json").splitlines()[-1])
    assert (report["differences"], report["chain"]) == (0, "ok")
    assert report["transfers"] > 1000
