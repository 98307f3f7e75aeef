"""The presets' cases of kind `use`, through the real booking: what the core answers is what a family is charged.

The rest of the call is that of Milan 2022, so that the voucher exists: the preset's sections `use` and `bookings` stand
in it, with the words they need. What was used before is really booked before, on days and with providers that count
for the cap of the case and for no other.
"""

from datetime import timedelta

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NOW
from tests.policy.test_cases import FOLDERS, POLICY, cases
from wishmi.bookings.actions import book_session
from wishmi.calls.document_values import read_cents
from wishmi.core.outcome import Refused
from wishmi.outcomes.audit import check_everything

pytestmark = pytest.mark.django_db
BEFORE = NOW - 18 * DAY
"""When what was used before is booked: the voucher is a day old."""
MONTHS = [BEFORE + timedelta(days=days) for days in (5, 35, 65, 95, 125)]
WISHED = NOW + 125 * DAY
"""The day of the case, in a month of its own."""
PRESETS = [
    folder.name for folder in FOLDERS if any(one.id.startswith(f"{folder.name}:") for one in cases("use"))
]


def call_of(name: str):
    """Milan's call with the preset's use."""
    text = (POLICY / name / "call.yaml").read_text("utf-8")
    names = {
        kind: use.section(text.replace(f"  {kind}:", f"{kind}:").replace("    ", "  "), kind)
        for kind in ("category", "goods")
    }
    named = "".join(
        "".join(f"  {line}" for line in section.splitlines(keepends=True) if line.strip())
        for section in names.values()
    )
    words = [line.strip().split(":")[0] for line in names["category"].splitlines()[1:] if line.strip()]
    document = use.whole(
        use.section(text, "use"),
        use.section(text, "bookings"),
        f"names:\n{named}\n" if named else "",
        tuple(word for word in words if word not in use.CATEGORIES),
    )
    return make.funded_call(50_000_000, document)


class Past:
    """What a child used before, booked for real."""

    def __init__(self, home, voucher, per_month: int | None) -> None:
        self.home, self.voucher, self.per_month = home, voucher, per_month

    def book(self, cents: int, starts_at, of=None) -> None:
        place = make.session(of or make.activity(), starts_at=starts_at, price_cents=3 * cents)
        make.book(self.home, self.voucher, place, BEFORE, most_cents=cents)

    def in_year(self, cents: int) -> None:
        """In other months of the year, no more in each than a cap of the month lets."""
        for starts_at in MONTHS:
            some = min(cents, self.per_month or cents)
            if some:
                self.book(some, starts_at)
            cents -= some
        assert cents == 0, "the case needs more months than there are"


@pytest.mark.parametrize("case", cases("use"))
def test_a_case_is_charged_as_the_core_says(case, request):
    said = case.said
    name = request.node.callspec.id.split(":")[0]
    call = call_of(name)
    before = {key: value for key, value in said.get("used", {}).items() if key != "by_category"}
    by_category = said.get("used", {}).get("by_category", {})
    month, year = (read_cents(before.get(key, "0.00")) for key in ("this_month", "this_year"))
    at_provider = read_cents(before.get("at_provider", "0.00"))
    services = int(before.get("services", "0"))
    sums = [read_cents(text) for text in by_category.values()]
    total = max(month, year) + at_provider + sum(sums) + 100 * services
    left = read_cents(said["left"])
    home, voucher = make.child_with_voucher(call, {EUROPE: left + total or 1})
    past = Past(home, voucher, case.rules.use.per_month)
    offer = make.activity(category=said.get("category", "sport"), goods=said.get("goods", ""))
    if month:
        past.book(month, WISHED - timedelta(hours=5))
    past.in_year(max(0, year - month))
    if at_provider:
        past.book(at_provider, MONTHS[0], offer)
    for word, cents in zip(by_category, sums, strict=True):
        past.book(cents, MONTHS[0], make.activity(category=word))
    for _ in range(services):
        past.book(100, MONTHS[1])
    if left + total == 0:
        past.book(1, MONTHS[0])
    place = make.session(offer, starts_at=WISHED, price_cents=read_cents(said["price"]))
    answer = book_session(NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk, "case")
    if isinstance(answer, Refused):
        assert [str(code) for code in answer.codes] == [said["expect"]]
    else:
        assert answer.voucher_cents == read_cents(said["expect"])
        assert answer.voucher_cents + answer.family_cents == read_cents(said["price"])
    assert check_everything().differences == ()


@pytest.mark.parametrize("name", [folder.name for folder in FOLDERS])
def test_every_preset_s_use_can_be_carried_out(name):
    """Its terms of use and booking stand in a call that is published."""
    assert call_of(name).acts.filter(kind="publication").exists()


def test_no_preset_with_cases_of_use_is_left_out():
    assert {"benessere-65", "estonia-hobby", "kindpakket", "pass-culture"} <= set(PRESETS)
