"""Acts on funds and calls."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from wishmi.calls.document import CallDocument, parse_call
from wishmi.calls.models import Call, CallAct, CallFund, CallVersion, Fund, FundAct
from wishmi.calls.policies import may_keep_calls, may_keep_funds
from wishmi.calls.readiness import gaps
from wishmi.calls.selectors import is_annulled, published_version, rules_of, use_until
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.refs import new_ref
from wishmi.ledger.actions import Draft, OverdrawnError, Purse, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason

_LONGEST_NUMBER = 64
_LONGEST_SIGNATORY = 120
_LONGEST_TEXT = 5_000
_MOST = 10**15
"""More than any city has, and less than a sum of many that a 64-bit column takes."""


def is_number(text: str) -> bool:
    """Whether a text can be the number of an act: one printable line that every engine takes."""
    return len(text.strip()) > 0 and len(text) <= _LONGEST_NUMBER and text.isprintable()


@dataclass(frozen=True, slots=True)
class Signed:
    """What an act on a call stands on: its number, why, who signs it, and its own text in two languages."""

    number: str
    reason: str
    signatory: str
    text_it: str
    text_en: str

    @property
    def is_complete(self) -> bool:
        """Whether every part is there and fits."""
        texts = (self.reason, self.text_it, self.text_en)
        is_said = all(text.strip() and len(text) <= _LONGEST_TEXT and "\0" not in text for text in texts)
        return is_said and is_number(self.number) and 0 < len(self.signatory.strip()) <= _LONGEST_SIGNATORY


def purse(fund: Fund, kind: Kind) -> Purse:
    """The account of a fund, in its money."""
    return purse_in(fund, kind, fund.unit)


def purse_in(fund: Fund, kind: Kind, unit: str) -> Purse:
    """The account of a fund in a unit: units that are counted have books of their own."""
    return Purse(fund.ref, kind, fund.ref, unit)


def create_fund(moment: datetime, actor: Actor, code: str, name: str, **fields: object) -> Fund | Refused:
    """A new fund with its accounts, empty."""
    if not may_keep_funds(actor) and not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        if Fund.objects.filter(code=code).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        unit = str(fields.pop("unit", settings.WISHMI_CURRENCY))
        fund = Fund.objects.create(ref=new_ref(), code=code, name=name, unit=unit, **fields)
        kinds = (
            Kind.APPROPRIATED,
            Kind.RETURNED,
            Kind.AVAILABLE,
            Kind.AWARDED,
            Kind.COMMITTED,
            Kind.GIVEN_BACK,
        )
        open_accounts(purse(fund, kind) for kind in kinds)
        audit.record(moment, actor, "fund.created", f"fund:{fund.ref}", code=code)
        outbox.emit(moment, "fund.created", fund=fund.ref)
    return fund


def appropriate(
    moment: datetime, actor: Actor, fund_id: int, amount: int, number: str, reason: str = ""
) -> FundAct | Refused:
    """Put money into a fund by a numbered act; the first act appropriates, later ones top up."""
    if not may_keep_funds(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not 0 < amount <= _MOST or not is_number(number):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        fund = Fund.objects.select_for_update().get(pk=fund_id)
        if fund.acts.filter(number=number).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        first = not fund.acts.exists()
        kind = FundAct.Kind.APPROPRIATION if first else FundAct.Kind.TOP_UP
        act = FundAct.objects.create(
            fund=fund, kind=kind, amount=amount, number=number, reason=reason, at=moment, actor=actor.ref
        )
        accounts = open_accounts([purse(fund, Kind.APPROPRIATED), purse(fund, Kind.AVAILABLE)])
        why = TransferReason.APPROPRIATION if first else TransferReason.TOP_UP
        source, target = accounts[purse(fund, Kind.APPROPRIATED)], accounts[purse(fund, Kind.AVAILABLE)]
        post([Draft(source, target, amount, why, f"fund-act:{act.pk}")], moment)
        audit.record(moment, actor, f"fund.{kind}", f"fund:{fund.ref}", amount=amount, number=number)
        outbox.emit(moment, "fund.increased", fund=fund.ref, amount=amount)
    return act


def move_between_funds(
    moment: datetime, actor: Actor, source_id: int, target_id: int, amount: int, number: str, reason: str
) -> FundAct | Refused:
    """Move money that is still available from one fund to another, with its authority; both show it as appropriated."""
    if not may_keep_funds(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    is_complete = 0 < amount <= _MOST and is_number(number) and reason.strip()
    if not is_complete or source_id == target_id:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        locked = {
            row.pk: row
            for row in Fund.objects.select_for_update().filter(pk__in=[source_id, target_id]).order_by("id")
        }
        source, target = locked[source_id], locked[target_id]
        if source.unit != target.unit:
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if source.acts.filter(number=number).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        kinds = (Kind.APPROPRIATED, Kind.AVAILABLE)
        accounts = open_accounts(purse(fund, kind) for fund in (source, target) for kind in kinds)
        out = (accounts[purse(source, Kind.AVAILABLE)], accounts[purse(source, Kind.APPROPRIATED)])
        into = (accounts[purse(target, Kind.APPROPRIATED)], accounts[purse(target, Kind.AVAILABLE)])
        act = FundAct.objects.create(
            fund=source,
            target=target,
            kind=FundAct.Kind.MOVE,
            amount=amount,
            number=number,
            reason=reason,
            at=moment,
            actor=actor.ref,
        )
        try:
            post(
                [
                    Draft(*out, amount, TransferReason.MOVE_OUT, f"fund-act:{act.pk}:out"),
                    Draft(*into, amount, TransferReason.MOVE_IN, f"fund-act:{act.pk}:in"),
                ],
                moment,
            )
        except OverdrawnError as error:
            transaction.set_rollback(True)
            return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=error.fault.free)
        audit.record(
            moment, actor, "fund.move", f"fund:{source.ref}", target=target.ref, amount=amount, number=number
        )
        outbox.emit(moment, "fund.increased", fund=target.ref, amount=amount)
    return act


def load_call(moment: datetime, actor: Actor, text: bytes, name: str = "call.yaml") -> CallVersion | Refused:
    """Check a document and store it as the next version of its call, not yet published.

    Raises `DocumentRefused` with every fault when the document cannot be used.
    """
    document = parse_call(text, name)
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        call, _ = Call.objects.get_or_create(
            code=document.identity.code, defaults={"title": document.texts.title.it}
        )
        call = Call.objects.select_for_update().get(pk=call.pk)
        digest = hashlib.sha256(text).hexdigest()
        same = call.versions.filter(digest=digest).first()
        if same is not None:
            return same
        last = call.versions.order_by("-number").first()
        number = document.identity.version
        if last is not None and number <= last.number:
            return Refused.because(ReasonCode.ALREADY_DONE, version=last.number)
        version = CallVersion.objects.create(
            call=call, number=number, document=text.decode(), digest=digest, loaded_at=moment
        )
        audit.record(moment, actor, "call.loaded", f"call:{call.code}", version=number, digest=digest)
        outbox.emit(moment, "call.loaded", call=call.code, version=number)
    return version


def publish_call(moment: datetime, actor: Actor, version_id: int, number: str) -> CallAct | Refused:
    """Publish a version by a numbered act: ties the call to its funds, made where they do not exist yet.

    The window opens by itself at the moment the document says. Refused once another version is published and
    applications may already rest on it: a correction is a later kind of act.
    """
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not is_number(number):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        version = CallVersion.objects.select_related("call").get(pk=version_id)
        call = Call.objects.select_for_update().get(pk=version.call_id)
        if published_version(call) is not None or call.acts.filter(number=number).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        document = parse_call(version.document.encode())
        missing = gaps(document.rules())
        if missing:
            return Refused.because(ReasonCode.NOT_YET_POSSIBLE, what=", ".join(missing))
        refused = tie_funds(moment, actor, call, document)
        if refused is not None:
            transaction.set_rollback(True)
            return refused
        act = record_act(moment, actor, call, CallAct.Kind.PUBLICATION, number, version=version)
        audit.record(
            moment, actor, "call.published", f"call:{call.code}", version=version.number, number=number
        )
        outbox.emit(moment, "call.published", call=call.code, version=version.number)
    return act


def tie_funds(moment: datetime, actor: Actor, call: Call, document: CallDocument) -> Refused | None:
    """Put the funds of a document behind its call, in spending order; makes those that do not exist yet."""
    for order, node in enumerate(document.funds):
        fund = Fund.objects.filter(code=node.code).first()
        if fund is None:
            made = create_fund(
                moment,
                actor,
                node.code,
                node.name.it,
                unit=document.amount.unit,
                cup=node.cup or "",
                legal_reference=node.reference,
                eligible_from=node.eligible_from,
                eligible_until=node.eligible_to,
                categories=list(node.categories),
            )
            if isinstance(made, Refused):
                return made
            fund = made
        if fund.unit != document.amount.unit:
            return Refused.because(ReasonCode.WRONG_STATE, fund=fund.code, unit=fund.unit)
        CallFund.objects.create(call=call, fund=fund, order=order)
    return None


def record_act(
    moment: datetime,
    actor: Actor,
    call: Call,
    kind: CallAct.Kind,
    number: str,
    version: CallVersion | None = None,
    reason: str = "",
    signed: Signed | None = None,
    **data: object,
) -> CallAct:
    """Write a numbered act on a call, inside the transaction of the act itself."""
    return CallAct.objects.create(
        call=call,
        version=version,
        kind=kind,
        number=number,
        reason=signed.reason.strip() if signed else reason,
        signatory=signed.signatory.strip() if signed else "",
        text_it=signed.text_it.strip() if signed else "",
        text_en=signed.text_en.strip() if signed else "",
        data=data,
        at=moment,
        actor=actor.ref,
    )


def extend_use(
    moment: datetime,
    actor: Actor,
    call_id: int,
    until: date,
    number: str,
    reason: str,
    apply: Callable[[Call], None] | None = None,
) -> CallAct | Refused:
    """Extend the last day of use for every voucher of a call, by a numbered act with its reason; never shorten it.

    `apply` runs in the same transaction: the vouchers room passes what extends the vouchers themselves.
    """
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip() or not is_number(number):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        if call.acts.filter(number=number).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        version = published_version(call)
        if version is None or is_annulled(call) or until.isoformat() <= use_until(call, rules_of(version)):
            return Refused.because(ReasonCode.WRONG_STATE)
        act = record_act(
            moment, actor, call, CallAct.Kind.EXTENSION, number, reason=reason, use_until=until.isoformat()
        )
        if apply is not None:
            apply(call)
        audit.record(moment, actor, "call.extended", f"call:{call.code}", use_until=until, number=number)
        outbox.emit(moment, "call.extended", call=call.code, use_until=until.isoformat())
    return act
