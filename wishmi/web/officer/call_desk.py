"""Where a call stands, as the office sees it."""

from dataclasses import dataclass
from datetime import datetime

from wishmi.calls.models import Call, CallAct, CallVersion
from wishmi.calls.selectors import IN_FORCE, calls_at_the_desk, closes_at, rules_of, why_not_running
from wishmi.core.calls import CallRules
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class CallDesk:
    """A call with what its acts say; `version` is the one in force, or the newest where none is."""

    call: Call
    version: CallVersion
    rules: CallRules
    state: str
    publication: CallAct | None
    closing: CallAct | None
    closes_at: datetime

    @property
    def is_published(self) -> bool:
        """Whether a version is in force."""
        return self.publication is not None

    @property
    def is_annulled(self) -> bool:
        """Whether nothing can be done on it any more."""
        return self.state == "annulled"

    @property
    def is_suspended(self) -> bool:
        """Whether it is stopped for a while."""
        return self.state == "suspended"

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
    publication = _last(acts, *IN_FORCE)
    closing = _last(acts, CallAct.Kind.CLOSING)
    newest = max(versions.values(), key=lambda version: version.number)
    version = versions[publication.version_id] if publication else newest
    rules = rules_of(version)
    ends = closes_at(call, rules)
    stopped = why_not_running(call)
    state = _stopped(stopped) if stopped else _state(rules.opens_at, ends, moment, publication, closing)
    return CallDesk(call, version, rules, state, publication, closing, ends)


def _last(acts: list[CallAct], *kinds: CallAct.Kind) -> CallAct | None:
    return next((act for act in reversed(acts) if act.kind in kinds), None)


def _stopped(why: Refused) -> str:
    return "annulled" if why.codes == (ReasonCode.CALL_ANNULLED,) else "suspended"


def _state(
    opens_at: datetime, ends: datetime, moment: datetime, publication: CallAct | None, closing: CallAct | None
) -> str:
    if publication is None:
        return "loaded"
    if closing is not None:
        return "closed"
    if moment < opens_at:
        return "waiting"
    return "open" if moment < ends else "to_close"


def all_desks(moment: datetime) -> list[CallDesk]:
    """Every call, newest first."""
    found = [desk_of(call, moment) for call in calls_at_the_desk()]
    return [desk for desk in found if desk is not None]
