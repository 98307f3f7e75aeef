"""The whole life of the call, in the order it happened."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from rich.progress import Progress

from wishmi.applications.entropy import SeededEntropy
from wishmi.cli import schedule
from wishmi.cli.demo import paying, personas, ranking, receiving, report, setting, using
from wishmi.cli.demo.scene import Scene
from wishmi.infra.clock import set_demo_now
from wishmi.simulation.behaviour import BehaviourPlan
from wishmi.simulation.city import Scale, generate_city
from wishmi.simulation.profile import load_profile
from wishmi.simulation.providers import generate_offer
from wishmi.vouchers.models import Voucher


def play(scale: Scale, seed: int, progress: Progress) -> dict[str, object]:
    """Play everything; returns the report."""
    profile = load_profile(settings.WISHMI_CITY)
    scene = Scene(
        city=generate_city(profile, scale, seed, date(2022, 9, 1)),
        offer=generate_offer(profile, scale, seed, date(2023, 1, 9), date(2023, 12, 20)),
        plan=BehaviourPlan(seed, profile.behaviour),
        entropy=SeededEntropy(f"demo {seed}"),
        progress=progress,
        zone=ZoneInfo(profile.city.timezone),
    )
    _until_awards(scene)
    _first_year(scene)
    _second_round(scene)
    setting.publish_open_call(scene)
    personas.make_personas(scene)
    today = scene.at(2023, 11, 6)
    with scene.step("Audit chain") as bar:
        schedule.run_events(today)
        schedule.seal(today, bar.forward)
    set_demo_now(today)
    return report.report_of(scene)


def _until_awards(scene: Scene) -> None:
    setting.open_offices(scene)
    setting.load_districts(scene)
    setting.appropriate_funds(scene)
    setting.publish_reference_call(scene)
    planned, first = receiving.plan(scene)
    setting.register_families(scene, first)
    with scene.step("Providers and activities") as bar:
        setting.list_offer(scene)
        bar.forward(len(scene.activities))
    receiving.receive(scene, planned)
    with scene.step("Case work and provisional ranking") as bar:
        receiving.close(scene)
        receiving.work_cases(scene)
        bar.forward()
        ranking.provisional(scene)
        bar.forward()
    with scene.step("Final ranking and awards") as bar:
        stage = ranking.final(scene)
        bar.forward()
    ranking.answer_awards(scene, stage, scene.at(2022, 12, 20))
    with scene.step("First run-down") as bar:
        again, count = ranking.run_down(scene, scene.at(2023, 1, 24), "DD 9400/2023")
        scene.add("run_down_awards", count)
        bar.forward()
    ranking.answer_awards(scene, again, scene.at(2023, 1, 25))


def _active(scene: Scene) -> Sequence[Voucher]:
    rows = Voucher.objects.filter(call=scene.reference_call, state=Voucher.State.ACTIVE)
    return list(rows.select_related("award__candidacy", "minor__household__district").order_by("id"))


def _first_year(scene: Scene) -> None:
    planned = using.wishes(scene, _active(scene), date(2023, 3, 1), date(2023, 9, 30))
    with scene.step("Bookings, attendance, payments", len(planned)) as bar:
        season = using.Season(scene, planned, bar)
        extended = False
        for month in range(4, 11):
            first = date(2023, month, 1)
            season.until(first)
            if not extended and first > date(2023, 6, 15):
                ranking.extend(scene)
                extended = True
            paying.pay(scene, first)
            schedule.seal(scene.at(first.year, first.month, first.day, 23))
        using.correct_mistakes(scene, scene.at(2023, 10, 1, 1))
        ranking.lapse(scene)


def _second_round(scene: Scene) -> None:
    with scene.step("Second round") as bar:
        stage = ranking.second_round(scene)
        bar.forward()
    # On the demo's day some families have answered and some still can, so that a visitor finds both.
    ranking.answer_awards(scene, stage, scene.at(2023, 10, 14), open_ended=True)
    planned = using.wishes(scene, _active(scene), date(2023, 11, 3), date(2023, 12, 20))
    with scene.step("Autumn bookings", len(planned)) as bar:
        season = using.Season(scene, planned, bar)
        season.until(date(2023, 11, 6))
    paying.pay(scene, date(2023, 11, 6) - timedelta(days=1))
