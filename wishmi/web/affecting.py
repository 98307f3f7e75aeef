"""Who would be affected by another version of a call, in sentences of counts and sums; never a name."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wishmi.core.rejudging import Affected
from wishmi.web import formats


def who_is_affected(found: Affected, unit: str = "EUR") -> list[str]:
    """What would change for the children who applied, one sentence each; the last says the sums."""
    if not found.children:
        return [_("Nobody has applied yet: nobody is affected.")]
    lines = [
        (
            found.becomes,
            ngettext("{count} child becomes eligible.", "{count} children become eligible.", found.becomes),
        ),
        (
            found.no_longer,
            ngettext(
                "{count} child is no longer eligible.",
                "{count} children are no longer eligible.",
                found.no_longer,
            ),
        ),
        (
            found.other_amount,
            ngettext(
                "{count} child has another amount.",
                "{count} children have another amount.",
                found.other_amount,
            ),
        ),
        (
            found.other_points,
            ngettext(
                "{count} child has other points.", "{count} children have other points.", found.other_points
            ),
        ),
        (
            found.not_known,
            ngettext(
                "For {count} child it cannot be said: the new version asks what was not asked before.",
                "For {count} children it cannot be said: the new version asks what was not asked before.",
                found.not_known,
            ),
        ),
        (
            found.unchanged,
            ngettext(
                "For {count} child nothing changes.", "For {count} children nothing changes.", found.unchanged
            ),
        ),
    ]
    said = [text.format(count=formats.number(count)) for count, text in lines if count]
    sums = _("Eligible before: {before}, after: {after}. Sum of their amounts before: {old}, after: {new}.")
    return [
        *said,
        sums.format(
            before=formats.number(found.eligible_before),
            after=formats.number(found.eligible_after),
            old=formats.money(found.amount_before, unit=unit),
            new=formats.money(found.amount_after, unit=unit),
        ),
    ]
