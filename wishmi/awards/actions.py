"""Freezing, publishing and discussing a ranking; recording awards."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from wishmi.applications.models import Candidacy, Intake
from wishmi.applications.selectors import newest_intake
from wishmi.awards.models import Award, AwardPart, Observation, Stage, StageRow
from wishmi.awards.policies import may_decide, may_object, may_rank
from wishmi.awards.publishing import stage_name, write_folder, write_private
from wishmi.awards.snapshots import Inputs, inputs_of
from wishmi.calls.actions import is_number, record_act
from wishmi.calls.models import Call, CallAct, Fund
from wishmi.calls.selectors import observations_until, published_version, rules_of, why_not_running
from wishmi.core.allocation import Allocation
from wishmi.core.calls import CallRules, DrawRule
from wishmi.core.draw import Draw, read_draw, signature_stands, value_of
from wishmi.core.eligibility import assess
from wishmi.core.outcome import Refused
from wishmi.core.publication import Money, Published, Row, publish, rows_of
from wishmi.core.publication import Stage as PublicStage
from wishmi.core.ranking import Ranking, rank
from wishmi.core.reasons import ReasonCode
from wishmi.core.stages import Outcome, allocate_stage
from wishmi.core.windows import in_window
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.audit import Act
from wishmi.infra.beacon import signature_is_valid
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_ref

_BATCH = 2000
Kind = Stage.Kind
UNDECIDED = (Candidacy.State.SUBMITTED, Candidacy.State.INTEGRATION)


@dataclass(frozen=True, slots=True)
class Computed:
    """A stage as the core computes it."""

    inputs: Inputs
    ranking: Ranking
    allocation: Allocation

    @property
    def money(self) -> Money:
        """The money of the stage, as it is published."""
        return Money(self.allocation, self.inputs.available, self.inputs.standing)

    @property
    def listed(self) -> dict[str, Row]:
        """The rows as they are published, by code: merged points, and no outcome that would tell of health."""
        return {row.code: row for row in rows_of(self.ranking, self.money)}


def freeze_ranking(
    moment: datetime, actor: Actor, call_id: int, kind: Stage.Kind, draw: Draw | None
) -> Stage | Refused:
    """Freeze a stage with its inputs: who is where, with what points, who is awarded, and why not.

    `draw` is the beacon's round that the call names. Freezing again before publication replaces the frozen stage.
    """
    if not may_rank(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        _lock_funds(call)
        version = published_version(call)
        previous = call.stages.filter(published_at__isnull=False).order_by("-number").first()
        intake = newest_intake(call)
        refused = _why_not_freeze(moment, call, intake, kind, previous, draw)
        if version is None or intake is None or refused is not None:
            return refused or Refused.because(ReasonCode.WRONG_STATE)
        call.stages.filter(published_at__isnull=True).delete()
        computed = _compute(inputs_of(call, version, intake), draw)
        listed = computed.listed
        stage = Stage.objects.create(
            call=call,
            version=version,
            window=intake.window,
            number=previous.number + 1 if previous else 1,
            kind=kind,
            frozen_at=moment,
            frozen_by=actor.ref,
            inputs_digest=computed.inputs.digest(),
            draw=None if draw is None else json.loads(draw.as_bytes()),
            available={
                fund.code: money
                for fund, money in zip(computed.inputs.funds, computed.inputs.available, strict=True)
            },
            cut_off=computed.allocation.cut_off,
            untold_from=next(
                (row.position for row in listed.values() if row.outcome is Outcome.UNTOLD), None
            ),
            previous=previous,
        )
        StageRow.objects.bulk_create(_rows(stage, computed, listed), batch_size=_BATCH)
        audit.record(
            moment, actor, "ranking.frozen", f"stage:{call.code}/{stage.number}", inputs=stage.inputs_digest
        )
        outbox.emit(moment, "ranking.frozen", stage=stage.pk)
    return stage


def _lock_funds(call: Call) -> list[Fund]:
    rows = Fund.objects.select_for_update().filter(call_funds__call=call).order_by("id")
    return list(rows)


def _why_not_freeze(
    moment: datetime,
    call: Call,
    intake: Intake | None,
    kind: Stage.Kind,
    previous: Stage | None,
    draw: Draw | None,
) -> Refused | None:
    version = published_version(call)
    stopped = why_not_running(call)
    if version is None or stopped is not None or intake is None:
        return stopped or Refused.because(ReasonCode.WRONG_STATE)
    rules = in_window(rules_of(version), intake.window)
    if rules.draw != (
        None if draw is None else DrawRule(draw.beacon, draw.scheme, draw.public_key, draw.round)
    ):
        return Refused.because(ReasonCode.INCOMPLETE)
    # The seed must be the signature's: a right signature beside a chosen seed is no draw.
    if draw is not None and not (
        draw.value == value_of(draw.signature) and signature_stands(draw, signature_is_valid)
    ):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if Candidacy.objects.filter(call=call, window=intake.window, state__in=UNDECIDED).exists():
        return Refused.because(ReasonCode.INCOMPLETE)
    of_window = previous if previous is not None and previous.window == intake.window else None
    return _why_not_next(moment, kind, of_window, rules)


def _why_not_next(
    moment: datetime, kind: Stage.Kind, previous: Stage | None, rules: CallRules
) -> Refused | None:
    """Stages of a window follow one another: provisional, final after observations, rounds after awards were issued."""
    if kind is Kind.PROVISIONAL:
        return Refused.because(ReasonCode.WRONG_STATE) if previous else None
    if previous is None or previous.published_at is None:
        return Refused.because(ReasonCode.WRONG_STATE)
    if kind is Kind.ROUND:
        return None if previous.issued_at else Refused.because(ReasonCode.WRONG_STATE)
    if previous.kind != Kind.PROVISIONAL:
        return Refused.because(ReasonCode.WRONG_STATE)
    if moment < observations_until(previous.call, previous.published_at, rules):
        return Refused.because(ReasonCode.TOO_EARLY)
    if previous.observations.filter(decision="").exists():
        return Refused.because(ReasonCode.INCOMPLETE)
    return None


def _compute(inputs: Inputs, draw: Draw | None) -> Computed:
    ranking = rank(inputs.rules, inputs.entries, None if draw is None else draw.value)
    allocation = allocate_stage(ranking, inputs.households, inputs.available, inputs.standing, inputs.holders)
    return Computed(inputs, ranking, allocation)


def _rows(stage: Stage, computed: Computed, listed: Mapping[str, Row]) -> list[StageRow]:
    inputs, ranking = computed.inputs, computed.ranking
    names = [criterion.fact for criterion in inputs.rules.criteria]
    rows = []
    order = ranking.order.tolist()
    for position, (place, share) in enumerate(zip(order, computed.allocation.shares, strict=True), start=1):
        held = inputs.standing.get(ranking.codes[place])
        gone = held is not None and held.outcome is Outcome.RENOUNCED
        outcome = Outcome.RENOUNCED if gone else Outcome.AWARDED if share.amount else Outcome.WAITING
        rows.append(
            StageRow(
                stage=stage,
                candidacy=inputs.candidacies[place],
                position=position,
                points=int(ranking.totals[place]),
                parts=list(zip(names, ranking.points[place].tolist(), strict=True)),
                outcome=outcome,
                reasons=[{"code": share.reason, "params": {}}] if share.reason and not gone else None,
                claim=int(ranking.verdict.amount[place]),
                shares={
                    fund.code: part for fund, part in zip(inputs.funds, share.parts, strict=True) if part
                },
                reserve=share.reserve or None,
                label=listed[ranking.codes[place]].points,
                is_told=listed[ranking.codes[place]].outcome is not Outcome.UNTOLD,
            )
        )
    for place in ranking.excluded.tolist():
        entry = inputs.entries[place]
        reasons = [*entry.exclusion, *assess(inputs.rules, entry.facts).reasons]
        rows.append(
            StageRow(
                stage=stage,
                candidacy=inputs.candidacies[place],
                outcome=Outcome.EXCLUDED,
                reasons=[reason.as_data() for reason in reasons],
            )
        )
    return rows


def rebuild(stage: Stage) -> tuple[Computed, Published] | None:
    """Compute a stage's folder again from the rows as they are; None when they are no longer those it was frozen with.

    Only true until the stage's awards change something: used to publish, and by rehearsals.
    """
    draw = None if stage.draw is None else read_draw(stage.draw)
    intake = stage.call.intakes.get(window=stage.window)
    inputs = inputs_of(stage.call, stage.version, intake)
    if inputs.digest() != stage.inputs_digest:
        return None
    computed = _compute(inputs, draw)
    public = PublicStage(
        name=stage_name(stage),
        act=stage.act_number,
        previous_root=bytes.fromhex(stage.previous.root) if stage.previous else None,
        call_document=stage.version.document.encode(),
        intake=inputs.intake,
        draw=draw,
        tells_amounts=stage.kind != Kind.PROVISIONAL,
    )
    return computed, publish(public, computed.ranking, computed.money, inputs.commitments)


def publish_stage(moment: datetime, actor: Actor, stage_id: int, number: str) -> Stage | Refused:
    """Publish a frozen stage under a numbered act, under codes only; refused if anything changed since freezing."""
    if not may_rank(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not is_number(number):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(stages=stage_id)
        _lock_funds(call)
        stage = (
            Stage.objects.select_for_update(of=("self",))
            .select_related("version", "previous", "call")
            .get(pk=stage_id)
        )
        stopped = why_not_running(call)
        if stopped is not None:
            return stopped
        if stage.published_at is not None or call.acts.filter(number=number).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        newest = newest_intake(call)
        if newest is None or newest.window != stage.window:
            # The next window was closed meanwhile: what is left is for its list.
            return Refused.because(ReasonCode.CHANGED_MEANWHILE)
        stage.act_number = number
        built = rebuild(stage)
        if built is None:
            return Refused.because(ReasonCode.CHANGED_MEANWHILE)
        computed, published = built
        stage.published_at = moment
        stage.root = published.root.hex()
        stage.folder = write_folder(published, call.code, stage_name(stage)).name
        write_private(stage, computed.inputs)
        stage.save()
        record_act(moment, actor, call, CallAct.Kind.RANKING, number, version=stage.version, root=stage.root)
        audit.record(
            moment,
            actor,
            "ranking.published",
            f"stage:{call.code}/{stage.number}",
            root=stage.root,
            number=number,
        )
        outbox.emit(moment, "ranking.published", stage=stage.pk)
    return stage


def file_observation(
    moment: datetime, actor: Actor, stage_id: int, candidacy_id: int, text: str
) -> Observation | Refused:
    """A family's objection to the provisional list, within its days."""
    if not text.strip() or len(text) > 4000:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        stage = Stage.objects.select_related("version", "call").get(pk=stage_id)
        row = (
            Candidacy.objects.select_for_update(of=("self",))
            .select_related("application")
            .get(pk=candidacy_id)
        )
        if row.call_id != stage.call_id or not may_object(actor, row.application.household_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if stage.kind != Kind.PROVISIONAL or stage.published_at is None:
            return Refused.because(ReasonCode.WRONG_STATE)
        if moment >= observations_until(stage.call, stage.published_at, rules_of(stage.version)):
            return Refused.because(ReasonCode.TERM_EXPIRED)
        if not row.stage_rows.filter(stage=stage).exists() or row.state == Candidacy.State.WITHDRAWN:
            return Refused.because(ReasonCode.WRONG_STATE)
        if row.observations.filter(stage=stage, decision="").exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        made = Observation.objects.create(stage=stage, candidacy=row, text=text.strip(), filed_at=moment)
        audit.record(moment, actor, "observation.filed", f"candidacy:{row.code}", observation=made.pk)
        outbox.emit(moment, "observation.filed", observation=made.pk)
    return made


def decide_observation(
    moment: datetime, actor: Actor, observation_id: int, decision: Observation.Decision, reason: str
) -> Observation | Refused:
    """Decide an observation with a reason. What follows from an accepted one (admission, corrected facts) is an act
    of case work of its own; the final stage takes it in.
    """
    if not may_decide(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip() or decision not in Observation.Decision.values:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        row = (
            Observation.objects.select_for_update(of=("self",))
            .select_related("candidacy")
            .get(pk=observation_id)
        )
        if row.decision:
            return Refused.because(ReasonCode.ALREADY_DONE)
        row.decision = decision
        row.decision_reason = reason.strip()
        row.decided_at = moment
        row.decided_by = actor.ref
        row.save()
        audit.record(
            moment, actor, "observation.decided", f"candidacy:{row.candidacy.code}", decision=str(decision)
        )
        outbox.emit(moment, "observation.decided", observation=row.pk)
    return row


def record_awards(moment: datetime, actor: Actor, stage: Stage) -> list[Award]:
    """Write the awards a published stage newly makes: a step of `vouchers.issue_vouchers`, which moves the money.

    Who was withdrawn or excluded since gets none: that money goes down the list in the next round.
    """
    rules = rules_of(stage.version)
    accept_by = moment + timedelta(days=rules.life.accept_within_days)
    fresh = stage.rows.filter(outcome=StageRow.Outcome.AWARDED, candidacy__award__isnull=True)
    gone = (Candidacy.State.WITHDRAWN, Candidacy.State.EXCLUDED)
    rows = fresh.exclude(candidacy__state__in=gone).order_by("position")
    funds = {fund.code: (order, fund) for order, fund in enumerate(_lock_funds_in_order(stage.call))}
    awards, parts = [], []
    for row in rows:
        award = Award(
            ref=new_ref(),
            call=stage.call,
            candidacy_id=row.candidacy_id,
            stage=stage,
            amount=sum(row.shares.values()),
            awarded_at=moment,
            accept_by=accept_by,
        )
        awards.append(award)
        for code, amount in row.shares.items():
            order, fund = funds[code]
            parts.append(AwardPart(award=award, fund=fund, order=order, amount=amount))
    Award.objects.bulk_create(awards, batch_size=_BATCH)
    AwardPart.objects.bulk_create(parts, batch_size=_BATCH)
    _tell_awards(moment, actor, awards)
    return awards


def _lock_funds_in_order(call: Call) -> list[Fund]:
    _lock_funds(call)
    return [row.fund for row in call.call_funds.select_related("fund").order_by("order")]


def _tell_awards(moment: datetime, actor: Actor, awards: Sequence[Award]) -> None:
    acts = [Act("award.made", f"award:{award.ref}", {"amount": award.amount}) for award in awards]
    audit.record_many(moment, actor, acts)
    outbox.emit_many(moment, "award.made", [{"award": award.ref} for award in awards])


def end_awards(moment: datetime, awards: Sequence[Award], state: Award.State) -> None:
    """Write that awards ended; a step of the vouchers' acts."""
    for some in pieces(awards):
        ids = [award.pk for award in some]
        Award.objects.filter(pk__in=ids).update(state=state, ended_at=moment)
