"""A call of Milan 2022 whose applications are taken twice, and the way from an open window to issued vouchers."""

from datetime import UTC, date, datetime, timedelta

from tests import builders as make
from tests.builders import CALL_PATH, DAY, OFFICER, RESPONSIBLE, Family, done
from tests.builders_awards import isee
from wishmi.applications.actions import admit, run_checks, seal_intake
from wishmi.applications.models import Candidacy
from wishmi.awards.actions import freeze_ranking, publish_stage
from wishmi.awards.models import Stage
from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.draw import Draw, drawn
from wishmi.core.windows import in_window
from wishmi.infra.actor import SYSTEM
from wishmi.infra.beacon import DemoBeacon
from wishmi.people.actions import attest_isee
from wishmi.vouchers.actions import issue_vouchers
from wishmi.vouchers.models import Voucher

AGAIN = """  again:
    - opens_at: 2023-01-16T09:00
      closes_at: 2023-02-16T12:00
      draw: {round: 20230217, expected_at: 2023-02-17T12:00}
"""
OPENS = {1: datetime(2022, 9, 15, 7, tzinfo=UTC), 2: datetime(2023, 1, 16, 8, tzinfo=UTC)}
CLOSES = {1: datetime(2022, 11, 15, 11, tzinfo=UTC), 2: datetime(2023, 2, 16, 11, tzinfo=UTC)}
"""The border moments of the windows: 12:00 in Rome."""
OPEN = {1: datetime(2022, 10, 1, 10, tzinfo=UTC), 2: datetime(2023, 1, 17, 10, tzinfo=UTC)}


def home(cents: int = 500_000, of: Family | None = None) -> Family:
    """A family with an indicator for each of the two years."""
    made = of or make.family()
    done(attest_isee(OPENS[1] - DAY, SYSTEM, made.household.pk, isee(cents)))
    spec = isee(cents, issued_on=date(2023, 1, 10), valid_until=date(2023, 12, 31))
    done(attest_isee(OPEN[1], SYSTEM, made.household.pk, spec))
    return made


def document(unserved: str, *changes: tuple[str, str]) -> bytes:
    """Milan 2022 with a second window; `changes` replace text."""
    text = CALL_PATH.read_text("utf-8")
    again = f"  observation_days: 10\n{AGAIN}  unserved: {unserved}\n"
    for old, new in (("  observation_days: 10\n", again), *changes):
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def call_of(unserved: str, cents: int, *changes: tuple[str, str]) -> Call:
    """The call published, with so much money in each of its two funds."""
    return make.funded_call(cents, document(unserved, *changes))


def draw_of(call: Call, window: int) -> Draw:
    """The round of the demonstration beacon that the call names for a window."""
    rule = in_window(rules_of(published_version(call)), window).draw
    return drawn(rule, DemoBeacon.of().signature_of(rule.round))


def sealed(call: Call, window: int):
    """A window closed at its last moment."""
    return done(seal_intake(CLOSES[window], RESPONSIBLE, call.pk, f"DD 2/{window}"))


def checked(call: Call, window: int) -> None:
    """Every case of a window decided."""
    done(run_checks(CLOSES[window] + DAY, OFFICER, call.pk))
    rest = Candidacy.objects.filter(call=call, state="submitted", window=window)
    if rest:
        done(admit(CLOSES[window] + 2 * DAY, OFFICER, [row.pk for row in rest]))


def staged(call: Call, window: int, moment: datetime, kind: Stage.Kind, number: str) -> Stage:
    """A list of a window, frozen and published."""
    frozen = done(freeze_ranking(moment, RESPONSIBLE, call.pk, kind, draw_of(call, window)))
    return done(publish_stage(moment + timedelta(hours=1), RESPONSIBLE, frozen.pk, number))


def listed(call: Call, window: int) -> Stage:
    """A window closed, with its provisional and its final list."""
    sealed(call, window)
    checked(call, window)
    after = CLOSES[window] + 20 * DAY
    staged(call, window, after, Stage.Kind.PROVISIONAL, f"DD 3/{window}")
    return staged(call, window, after + 12 * DAY, Stage.Kind.FINAL, f"DD 4/{window}")


def served(call: Call, window: int) -> tuple[Stage, list[Voucher]]:
    """A window from its closing to its vouchers."""
    stage = listed(call, window)
    return stage, done(issue_vouchers(CLOSES[window] + 33 * DAY, RESPONSIBLE, stage.pk))
