"""Where a call stands, as the office sees it."""

from dataclasses import dataclass
from datetime import datetime

from wishmi.calls.models import Call, CallAct, CallVersion
from wishmi.calls.selectors import calls_at_the_desk, rules_of
from wishmi.core.calls import CallRules


@dataclass(frozen=True, slots=True)
class CallDesk:
    """A call with what its acts say; `version` is the one in force, or the newest where none is."""

    call: Call
    version: CallVersion
    rules: CallRules
    state: str
    publication: CallAct | None
    closing: CallAct | None

    @property
    def is_published(self) -> bool:
        """Whether a version is in force."""
        return self.publication is not None

    @property
    def versions(self) -> list[CallVersion]:
        """All versions, newest first."""
        return list(reversed(self.call.versions.all()))

    @property
    def acts(self) -> list[CallAct]:
        """All acts, newest first."""
        return list(reversed(self.call.acts.all()))


def desk_of(call: Call, moment: datetime) -> CallDesk | None:
    """A call of `calls_at_the_desk` as it stands at a moment; None without a version."""
    versions = {version.pk: version for version in call.versions.all()}
    if not versions:
        return None
    acts = list(call.acts.all())
    publication = _last(acts, CallAct.Kind.PUBLICATION)
    closing = _last(acts, CallAct.Kind.CLOSING)
    newest = max(versions.values(), key=lambda version: version.number)
    version = versions[publication.version_id] if publication else newest
    rules = rules_of(version)
    return CallDesk(call, version, rules, _state(rules, moment, publication, closing), publication, closing)


def _last(acts: list[CallAct], kind: CallAct.Kind) -> CallAct | None:
    return next((act for act in reversed(acts) if act.kind == kind), None)


def _state(rules: CallRules, moment: datetime, publication: CallAct | None, closing: CallAct | None) -> str:
    if publication is None:
        return "loaded"
    if closing is not None:
        return "closed"
    if moment < rules.opens_at:
        return "waiting"
    return "open" if moment < rules.closes_at else "to_close"


def all_desks(moment: datetime) -> list[CallDesk]:
    """Every call, newest first."""
    found = [desk_of(call, moment) for call in calls_at_the_desk()]
    return [desk for desk in found if desk is not None]
