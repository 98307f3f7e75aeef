"""Where a call stands, as the office sees it."""

from dataclasses import dataclass
from datetime import datetime

from wishmi.calls.models import Call, CallAct, CallVersion
from wishmi.calls.selectors import (
    IN_FORCE,
    Window,
    calls_at_the_desk,
    rules_of,
    why_not_running,
    window_now,
    windows,
)
from wishmi.core.calls import CallRules
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class CallDesk:
    """A call with what its acts say; `version` is the one in force, or the newest where none is.

    `window` is the one it has come to; `closing` closed the last of all.
    """

    call: Call
    version: CallVersion
    rules: CallRules
    state: str
    publication: CallAct | None
    closing: CallAct | None
    windows: tuple[Window, ...]
    window: Window

    @property
    def closes_at(self) -> datetime:
        """When the window of now closes."""
        return self.window.closes_at

    @property
    def opens_at(self) -> datetime:
        """When the window of now opens."""
        return self.window.opens_at

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
    newest = max(versions.values(), key=lambda version: version.number)
    version = versions[publication.version_id] if publication else newest
    rules = rules_of(version)
    window = window_now(call, rules)
    closing = _last(acts, CallAct.Kind.CLOSING) if window.is_closed else None
    stopped = why_not_running(call)
    state = _stopped(stopped) if stopped else _state(window, moment, publication)
    return CallDesk(call, version, rules, state, publication, closing, windows(call, rules), window)


def _last(acts: list[CallAct], *kinds: CallAct.Kind) -> CallAct | None:
    return next((act for act in reversed(acts) if act.kind in kinds), None)


def _stopped(why: Refused) -> str:
    return "annulled" if why.codes == (ReasonCode.CALL_ANNULLED,) else "suspended"


def _state(window: Window, moment: datetime, publication: CallAct | None) -> str:
    if publication is None:
        return "loaded"
    if window.is_closed:
        return "closed"
    if moment < window.opens_at:
        return "waiting"
    return "open" if moment < window.closes_at else "to_close"


def all_desks(moment: datetime) -> list[CallDesk]:
    """Every call, newest first."""
    found = [desk_of(call, moment) for call in calls_at_the_desk()]
    return [desk for desk in found if desk is not None]
