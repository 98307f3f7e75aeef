"""What can be asked about providers. One query each."""

from wishmi.providers.models import Provider


def listed_providers() -> list[Provider]:
    """The providers on the list, by name."""
    rows = Provider.objects.filter(state=Provider.State.LISTED).select_related("district")
    return list(rows.order_by("name", "id"))


def provider(provider_id: int) -> Provider:
    """One provider with its district."""
    return Provider.objects.select_related("district").get(pk=provider_id)
