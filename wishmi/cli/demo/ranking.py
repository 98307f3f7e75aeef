"""Ranking, observations, awards, answers, and the rounds down the list."""

from datetime import date, datetime, timedelta

from wishmi.applications.actions import admit
from wishmi.applications.models import Candidacy
from wishmi.awards.actions import decide_observation, file_observation, freeze_ranking, publish_stage
from wishmi.awards.models import Award, Observation, Stage
from wishmi.calls.selectors import published_version, rules_of
from wishmi.cli.demo.scene import Scene, family, must
from wishmi.core.draw import Draw, drawn
from wishmi.infra.actor import SYSTEM, Role
from wishmi.infra.beacon import DemoBeacon
from wishmi.simulation.draws import uniform
from wishmi.vouchers.actions import (
    accept_awards,
    extend_for_all,
    issue_vouchers,
    let_offers_lapse,
    let_vouchers_lapse,
    renounce_award,
)

OPEN_DAYS = 12
"""Days of the second round's answers that lie before the demo's day."""
OBSERVED = 0.02
"""Share of the excluded who object to the provisional list."""


def the_draw(scene: Scene) -> Draw:
    """The round of the demonstration beacon that the call names."""
    version = published_version(scene.reference_call)
    assert version is not None
    rule = rules_of(version).draw
    assert rule is not None
    return drawn(rule, DemoBeacon.of().signature_of(rule.round))


def _stage(scene: Scene, moment: datetime, kind: Stage.Kind, number: str) -> Stage:
    responsible = scene.office[Role.RESPONSIBLE]
    frozen = must(freeze_ranking(moment, responsible, scene.reference_call.pk, kind, the_draw(scene)))
    return must(publish_stage(moment + timedelta(hours=3), responsible, frozen.pk, number))


def provisional(scene: Scene) -> Stage:
    """The provisional list, objections to it, decisions on them."""
    stage = _stage(scene, scene.at(2022, 12, 6), Stage.Kind.PROVISIONAL, "DD 9300/2022")
    officer = scene.office[Role.CASE_OFFICER]
    excluded = Candidacy.objects.filter(call=scene.reference_call, state=Candidacy.State.EXCLUDED)
    for child in list(excluded.select_related("application").order_by("id")):
        code = child.code or ""
        if uniform(scene.city.seed, "observes", code) >= OBSERVED:
            continue
        days = int(uniform(scene.city.seed, "observation day", code) * 9)
        text = "Chiediamo di rivedere la decisione: alleghiamo i documenti mancanti."
        moment = scene.at(2022, 12, 7) + timedelta(days=days)
        row = must(file_observation(moment, family(child.application.household_id), stage.pk, child.pk, text))
        founded = bool(child.exclusion)
        decision = Observation.Decision.ACCEPTED if founded else Observation.Decision.REJECTED
        reason = (
            "Documents arrived and are complete." if founded else "The requirement of the call is not met."
        )
        must(decide_observation(moment + timedelta(hours=30), officer, row.pk, decision, reason))
        if founded:
            must(admit(moment + timedelta(hours=31), officer, [child.pk]))
        scene.add("observations")
    return stage


def final(scene: Scene) -> Stage:
    """The final list and its awards: the money leaves the funds. Reserves are lifted before."""
    reserved = Candidacy.objects.filter(call=scene.reference_call, state=Candidacy.State.RESERVE).order_by(
        "id"
    )
    ids = list(reserved.values_list("id", flat=True))
    if ids:
        must(admit(scene.at(2022, 12, 16), scene.office[Role.CASE_OFFICER], ids))
    stage = _stage(scene, scene.at(2022, 12, 19), Stage.Kind.FINAL, "DD 9350/2022")
    made = must(issue_vouchers(scene.at(2022, 12, 20), scene.office[Role.RESPONSIBLE], stage.pk))
    scene.add("awarded", len(made))
    return stage


def answer_awards(scene: Scene, stage: Stage, issued: datetime, *, open_ended: bool = False) -> None:
    """Families accept, renounce, or let the offer lapse; with `open_ended` the term still runs."""
    offered = (
        stage.awards.filter(state=Award.State.OFFERED).select_related("candidacy__application").order_by("id")
    )
    accepted: dict[int, list[int]] = {}
    awards = list(offered)
    with scene.step("Answers", len(awards)) as bar:
        for award in awards:
            bar.forward()
            code = award.candidacy.code or ""
            answer = scene.plan.answer(code)
            day = min(scene.plan.answer_day(code, 30), 29)
            if open_ended and day > OPEN_DAYS:
                continue
            if answer == "accepts":
                accepted.setdefault(day, []).append(award.pk)
            elif answer == "renounces":
                actor = family(award.candidacy.application.household_id)
                must(renounce_award(issued + timedelta(days=day), actor, award.pk))
                scene.add("renounced")
        for day, ids in sorted(accepted.items()):
            # Taken down by the office in bulk, as from letters; a family's own page accepts one.
            moment = issued + timedelta(days=day)
            scene.add("accepted", len(must(accept_awards(moment, scene.office[Role.CASE_OFFICER], ids))))
    if open_ended:
        return
    ended = must(let_offers_lapse(issued + timedelta(days=31), SYSTEM, scene.reference_call.pk))
    scene.add("not_accepted", ended)


def run_down(scene: Scene, moment: datetime, number: str) -> tuple[Stage, int]:
    """What came back is awarded further down the list; returns the stage and how many were awarded."""
    stage = _stage(scene, moment, Stage.Kind.ROUND, number)
    made = must(issue_vouchers(moment + timedelta(days=1), scene.office[Role.RESPONSIBLE], stage.pk))
    return stage, len(made)


def extend(scene: Scene) -> None:
    """The summer was short: the last day of use is extended for all, by an act with its reason."""
    reason = "Procedures took longer than planned and left families little time."
    responsible = scene.office[Role.RESPONSIBLE]
    must(
        extend_for_all(
            scene.at(2023, 6, 15),
            responsible,
            scene.reference_call.pk,
            date(2023, 9, 30),
            "DD 9500/2023",
            reason,
        )
    )


def lapse(scene: Scene) -> int:
    """The last day of use has passed: what is free returns to its own fund."""
    ended = must(let_vouchers_lapse(scene.at(2023, 10, 1, 3), SYSTEM, scene.reference_call.pk))
    scene.add("lapsed", ended)
    return ended


def second_round(scene: Scene) -> Stage:
    """Unspent money is awarded again, with time to use it."""
    reason = "Second round with the money that came back: time to use it."
    responsible = scene.office[Role.RESPONSIBLE]
    must(
        extend_for_all(
            scene.at(2023, 10, 2),
            responsible,
            scene.reference_call.pk,
            date(2023, 12, 31),
            "DD 9600/2023",
            reason,
        )
    )
    stage, count = run_down(scene, scene.at(2023, 10, 13), "DD 9610/2023")
    scene.add("second_round_awards", count)
    return stage
