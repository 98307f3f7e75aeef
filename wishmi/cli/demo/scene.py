"""What every part of the demo shares: the city, the actors, the calendar, the progress bars."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from rich.progress import Progress, TaskID

from wishmi.applications.entropy import SeededEntropy
from wishmi.calls.models import Call, Fund
from wishmi.core.outcome import Refused
from wishmi.infra.actor import Actor, Role
from wishmi.simulation.behaviour import BehaviourPlan
from wishmi.simulation.city import SyntheticCity
from wishmi.simulation.providers import SyntheticOffer

T = TypeVar("T")


class DemoFailedError(Exception):
    """An act of the demo was refused that should not be: a bug, told with its reasons."""


def must(answer: T | Refused) -> T:
    """What an act answers; the demo ends where one is refused that should not be."""
    if isinstance(answer, Refused):
        raise DemoFailedError(", ".join(f"{reason.code} {dict(reason.params)}" for reason in answer.reasons))
    return answer


@dataclass
class Scene:
    """The demo as it goes on. `households` and `minors` map the generator's numbers to rows."""

    city: SyntheticCity
    offer: SyntheticOffer
    plan: BehaviourPlan
    entropy: SeededEntropy
    progress: Progress
    zone: ZoneInfo
    office: dict[Role, Actor] = field(default_factory=dict)
    second_accountant: Actor | None = None
    call: Call | None = None
    funds: dict[str, Fund] = field(default_factory=dict)
    households: dict[int, int] = field(default_factory=dict)
    guardians: dict[int, tuple[int, ...]] = field(default_factory=dict)
    minors: dict[int, tuple[int, ...]] = field(default_factory=dict)
    districts: dict[int, int] = field(default_factory=dict)
    activities: dict[int, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def reference_call(self) -> Call:
        """The call whose life is played."""
        assert self.call is not None
        return self.call

    def at(self, year: int, month: int, day: int, hour: int = 10) -> datetime:
        """A moment on the city's wall clock."""
        return datetime.combine(date(year, month, day), time(hour), self.zone)

    def add(self, name: str, count: int = 1) -> None:
        """Count something for the report."""
        self.counts[name] = self.counts.get(name, 0) + count

    @contextmanager
    def step(self, title: str, total: int | None = None) -> Iterator["Bar"]:
        """A progress bar for one part of the work."""
        task = self.progress.add_task(title, total=total)
        bar = Bar(self.progress, task)
        yield bar
        self.progress.update(task, total=max(bar.done, 1), completed=max(bar.done, 1))


@dataclass
class Bar:
    """One progress bar."""

    progress: Progress
    task: TaskID
    done: int = 0

    def forward(self, by: int = 1) -> None:
        """So much is done."""
        self.done += by
        self.progress.update(self.task, advance=by)


def family(household_id: int) -> Actor:
    """A guardian of a household, as its login would be."""
    return Actor(f"household:{household_id}", frozenset({Role.FAMILY}), household=household_id)


def staff_of(provider_id: int) -> Actor:
    """A provider's staff, as its login would be."""
    return Actor(f"provider:{provider_id}", frozenset({Role.PROVIDER}), provider=provider_id)
