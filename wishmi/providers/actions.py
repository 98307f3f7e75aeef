"""Listing, suspending and relisting providers; attaching the logins of their staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wishmi.core.iban import compact, why_not_iban
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.vat_number import why_not_vat_number
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_ref
from wishmi.people.models import Login
from wishmi.providers.models import Provider, ProviderMembership
from wishmi.providers.policies import may_keep_list

_BATCH = 2000
_LONGEST = {"name": 160, "legal_form": 32, "email": 254}


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """A body to be listed. `vat_number`: eleven digits, the fiscal code where a body has no VAT number of its own."""

    name: str
    legal_form: str
    vat_number: str
    iban: str
    district_id: int | None = None
    email: str = ""


def list_providers(moment: datetime, actor: Actor, specs: Sequence[ProviderSpec]) -> list[Provider] | Refused:
    """Put bodies on the list, in the order given; all or none.

    Refused, with the row and field of each fault, when a name is missing, a text is too long or not printable, a number
    or an IBAN is not well formed, or a body is listed already.
    """
    if not may_keep_list(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    faults = [reason for row, spec in enumerate(specs) for reason in _faults(row, spec)]
    if faults:
        return Refused(tuple(faults))
    with transaction.atomic():
        twice = _twice([spec.vat_number for spec in specs])
        if twice:
            return Refused(tuple(Reason(ReasonCode.ALREADY_DONE, {"row": row}) for row in twice))
        made = [
            Provider(
                ref=new_ref(),
                name=spec.name.strip(),
                legal_form=spec.legal_form,
                vat_number=spec.vat_number,
                iban=compact(spec.iban),
                district_id=spec.district_id,
                email=spec.email,
                state=Provider.State.LISTED,
                decided_at=moment,
            )
            for spec in specs
        ]
        Provider.objects.bulk_create(made, batch_size=_BATCH)
        audit.record_many(
            moment, actor, [audit.Act("provider.listed", f"provider:{one.ref}") for one in made]
        )
        outbox.emit_many(moment, "provider.listed", [{"provider": one.ref} for one in made])
    return made


def _faults(row: int, spec: ProviderSpec) -> list[Reason]:
    wrong: list[tuple[str, str]] = [("vat_number", flaw) for flaw in why_not_vat_number(spec.vat_number)]
    wrong += [("iban", flaw) for flaw in why_not_iban(compact(spec.iban))]
    if not spec.name.strip():
        wrong.append(("name", "missing"))
    for field, longest in _LONGEST.items():
        text = getattr(spec, field).strip()
        if len(text) > longest or not text.isprintable():
            wrong.append((field, "unreadable"))
    return [
        Reason(ReasonCode.INCOMPLETE, {"row": row, "field": field, "flaw": str(flaw)})
        for field, flaw in wrong
    ]


def _twice(numbers: Sequence[str]) -> list[int]:
    """The rows whose number is on the list already or stands in an earlier row."""
    seen: set[str] = set()
    for some in pieces(numbers):
        rows = Provider.objects.filter(vat_number__in=some)
        seen |= set(rows.values_list("vat_number", flat=True))
    twice = []
    for row, number in enumerate(numbers):
        if number in seen:
            twice.append(row)
        seen.add(number)
    return twice


def suspend_provider(moment: datetime, actor: Actor, provider_id: int, reason: str) -> Provider | Refused:
    """Suspend a listed provider: nothing of it can be booked any more; what is booked and due stays as it is."""
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    return _decide(moment, actor, provider_id, Provider.State.LISTED, Provider.State.SUSPENDED, reason)


def relist_provider(moment: datetime, actor: Actor, provider_id: int, reason: str = "") -> Provider | Refused:
    """Put a suspended provider back on the list."""
    return _decide(moment, actor, provider_id, Provider.State.SUSPENDED, Provider.State.LISTED, reason)


def _decide(
    moment: datetime, actor: Actor, provider_id: int, of: Provider.State, to: Provider.State, reason: str
) -> Provider | Refused:
    if not may_keep_list(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        provider = Provider.objects.select_for_update().get(pk=provider_id)
        if provider.state != of:
            return Refused.because(ReasonCode.WRONG_STATE, state=provider.state)
        provider.state = to
        provider.decided_at = moment
        provider.save(update_fields=["state", "decided_at"])
        audit.record(moment, actor, f"provider.{to}", f"provider:{provider.ref}", reason=reason)
        outbox.emit(moment, f"provider.{to}", provider=provider.ref)
    return provider


def attach_login(
    moment: datetime, actor: Actor, provider_id: int, login_id: int
) -> ProviderMembership | Refused:
    """Let a login act for a provider; a login acts for one provider only."""
    if not may_keep_list(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        login = Login.objects.select_for_update().get(pk=login_id)
        provider = Provider.objects.get(pk=provider_id)
        if ProviderMembership.objects.filter(login=login).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        membership = ProviderMembership.objects.create(provider=provider, login=login)
        audit.record(moment, actor, "provider.login_attached", f"provider:{provider.ref}", login=login.pk)
        outbox.emit(moment, "provider.login_attached", provider=provider.ref)
    return membership
