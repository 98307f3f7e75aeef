"""What can be asked about providers. One query each."""

from wishmi.core.calls import CallRules
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.providers.models import Joining, Provider


def listed_providers() -> list[Provider]:
    """The providers on the list, by name."""
    rows = Provider.objects.filter(state=Provider.State.LISTED).select_related("district")
    return list(rows.order_by("name", "id"))


def provider(provider_id: int) -> Provider:
    """One provider with its district."""
    return Provider.objects.select_related("district").get(pk=provider_id)


def joinings_of(call_id: int) -> list[Joining]:
    """Who takes part in a call, by name."""
    rows = Joining.objects.filter(call_id=call_id).select_related("provider__district")
    return list(rows.order_by("provider__name", "id"))


def calls_joined(provider_id: int) -> set[int]:
    """The calls a provider takes part in."""
    return set(
        Joining.objects.filter(provider_id=provider_id).order_by("id").values_list("call_id", flat=True)
    )


def why_not_in_call(rules: CallRules, call_id: int, provider_id: int) -> Reason | None:
    """Why a voucher of a call pays nothing at a provider: the call asked providers first, and it did not join.

    No query where the call has no phase for providers.
    """
    if rules.provider_phase is None:
        return None
    has_joined = Joining.objects.filter(call_id=call_id, provider_id=provider_id).exists()
    return None if has_joined else Reason(ReasonCode.PROVIDER_NOT_IN_CALL)
