"""What families do with an award: answers, choices of activities, attendance.

Every answer depends on the seed and its subject alone, so it is the same whatever the order in which the platform, a
rehearsal or a test asks.
"""

from dataclasses import dataclass
from math import ceil, cos, log, radians
from typing import Literal

import numpy as np

from wishmi.simulation.assumptions import Behaviour
from wishmi.simulation.draws import chosen, generator, uniform
from wishmi.simulation.families import Floats, Ints
from wishmi.simulation.providers import ActivityColumns

Answer = Literal["accepts", "renounces", "lapses"]
Outcome = Literal["attends", "does_not_show", "cancels"]
Subject = int | str

_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Child:
    """What a choice depends on: a stable name for the child, age in years, home, money left in cents."""

    subject: Subject
    age: int
    lat: float
    lon: float
    left_cents: int


@dataclass(frozen=True, slots=True)
class BehaviourPlan:
    """Seeded behaviour. A subject is any stable number or text: of an award, a voucher, a child, a booking."""

    seed: int
    behaviour: Behaviour

    def answer(self, subject: Subject) -> Answer:
        """What becomes of an award in its term."""
        known = self.behaviour
        shares = (known.accepts, known.renounces, 1 - known.accepts - known.renounces)
        answers: tuple[Answer, ...] = ("accepts", "renounces", "lapses")
        return answers[chosen(shares, uniform(self.seed, "answer", subject))]

    def answer_day(self, subject: Subject, term_days: int) -> int:
        """After how many days the answer comes, from 1 to `term_days`."""
        wait = -log(1.0 - uniform(self.seed, "answer_day", subject)) * self.behaviour.answer_days
        return min(max(ceil(wait), 1), term_days)

    def bookings_wanted(self, subject: Subject) -> int:
        """How many bookings the holder of a voucher would like to make with it."""
        return chosen(self.behaviour.bookings, uniform(self.seed, "bookings", subject))

    def outcome(self, subject: Subject) -> Outcome:
        """What becomes of a booking."""
        known = self.behaviour
        stays = 1 - known.cancels
        shares = (known.cancels, stays * known.no_show, stays * (1 - known.no_show))
        outcomes: tuple[Outcome, ...] = ("cancels", "does_not_show", "attends")
        return outcomes[chosen(shares, uniform(self.seed, "outcome", subject))]

    def choose(self, child: Child, columns: ActivityColumns, wanted: int) -> tuple[int, ...]:
        """The numbers of up to `wanted` different activities for the child, the most wanted first.

        Nearness counts, and how much of the money left the price takes; a price beyond it is still possible, since
        the family may add the rest. Each choice lowers what is left for the next.
        """
        fits = (columns.age_min <= child.age) & (child.age <= columns.age_max)
        chance = generator(self.seed, "choose", child.subject)
        appeal = chance.gumbel(size=columns.number.size) + self._nearness(child, columns)
        taken: list[int] = []
        left, known = child.left_cents, np.zeros(columns.number.size, dtype=np.bool_)
        for _ in range(wanted):
            if left <= 0:
                break
            total = appeal + self._affordability(columns.price_cents, left)
            total = total + self.behaviour.returns_to_provider * known
            total[~fits] = -np.inf
            best = int(np.argmax(total)) if total.size else 0
            if not total.size or not np.isfinite(total[best]):
                break
            taken.append(int(columns.number[best]))
            fits[best] = False
            known |= columns.provider == columns.provider[best]
            left -= int(columns.price_cents[best])
        return tuple(taken)

    def _nearness(self, child: Child, columns: ActivityColumns) -> Floats:
        north = (columns.lat - child.lat) * _KM_PER_DEGREE
        east = (columns.lon - child.lon) * _KM_PER_DEGREE * cos(radians(child.lat))
        nearness: Floats = -np.hypot(north, east) / self.behaviour.distance_km
        return nearness

    def _affordability(self, price_cents: Ints, left_cents: int) -> Floats:
        relative = price_cents / left_cents
        affordability: Floats = -self.behaviour.full_price_appeal * np.where(
            relative <= 1, relative, 2 * relative
        )
        return affordability
