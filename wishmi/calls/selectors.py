"""What can be asked about calls and funds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Prefetch, Q

from wishmi.calls.document import CallDocument, parse_call
from wishmi.calls.document_base import Words
from wishmi.calls.models import Call, CallAct, CallVersion, Fund, FundAct
from wishmi.core.calls import CallRules, WindowRule
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.windows import windows_of
from wishmi.infra.clock import local_day

Kind = CallAct.Kind
IN_FORCE = (Kind.PUBLICATION, Kind.CORRECTION)
"""Acts that put a version in force."""
TOLD = (Kind.PUBLICATION, Kind.CORRECTION, Kind.EXTENSION, Kind.SUSPENSION, Kind.REOPENING, Kind.ANNULMENT)
"""Acts with a text of their own that families read."""


@lru_cache(maxsize=64)
def _parsed(digest: str, version_id: int) -> CallDocument:
    version = CallVersion.objects.get(pk=version_id)
    return parse_call(version.document.encode(), f"{digest[:8]}.yaml")


def document_of(version: CallVersion) -> CallDocument:
    """The parsed document of a version; versions never change, so it is kept."""
    return _parsed(version.digest, version.pk)


@lru_cache(maxsize=64)
def _rules(digest: str, version_id: int) -> CallRules:
    return _parsed(digest, version_id).rules()


def rules_of(version: CallVersion) -> CallRules:
    """The rules of a version."""
    return _rules(version.digest, version.pk)


def day_of(version: CallVersion, moment: datetime) -> date:
    """The day of a moment in the time zone of a call: ages, terms and registers are judged by it."""
    return local_day(moment, document_of(version).window.time_zone)


def published_version(call: Call) -> CallVersion | None:
    """The version in force: that of the newest act of publication or correction."""
    acts = call.acts.filter(kind__in=IN_FORCE).select_related("version")
    act = acts.order_by("-id").first()
    return act.version if act else None


def published_calls() -> list[tuple[Call, CallVersion]]:
    """Calls in force with their versions, newest first."""
    calls = [(call, published_version(call)) for call in Call.objects.order_by("-id")]
    return [(call, version) for call, version in calls if version is not None]


def goods_named() -> dict[str, Words]:
    """Kinds of goods that calls in force name, each with its text; the newest call's text where several name one."""
    found: dict[str, Words] = {}
    for _call, version in published_calls():
        for word, text in document_of(version).names.get("goods", {}).items():
            found.setdefault(word, text)
    return found


def _acts(call: Call) -> list[CallAct]:
    """The acts on a call in their order: one query, none where they are at hand."""
    return sorted(call.acts.all(), key=lambda act: act.pk)


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a call as its acts leave it: `is_closed` by an act, which seals what was received."""

    number: int
    opens_at: datetime
    closes_at: datetime
    is_closed: bool

    def is_open(self, moment: datetime) -> bool:
        """Whether a moment lies in it; that the call runs is another question."""
        return not self.is_closed and self.opens_at <= moment < self.closes_at


def windows(call: Call, rules: CallRules) -> tuple[Window, ...]:
    """Every window of a call, in order: windows are closed one after the other. One query."""
    return _windows(_acts(call), rules)


def windows_as_written(rules: CallRules) -> tuple[Window, ...]:
    """Every window as the document says, before any act."""
    return _windows([], rules)


def _windows(acts: list[CallAct], rules: CallRules) -> tuple[Window, ...]:
    closed = sum(act.kind == Kind.CLOSING for act in acts)
    return tuple(
        Window(number, one.opens_at, _closes_at(acts, one, number), number <= closed)
        for number, one in enumerate(windows_of(rules), start=1)
    )


def window_now(call: Call, rules: CallRules) -> Window:
    """The window the call has come to: the first one that no act has closed, or the last of all. One query."""
    return _window_now(_acts(call), rules)


def _window_now(acts: list[CallAct], rules: CallRules) -> Window:
    every = _windows(acts, rules)
    return next((one for one in every if not one.is_closed), every[-1])


def window_after(call: Call, rules: CallRules, number: int) -> Window | None:
    """The window that follows another, None after the last. One query."""
    return next((one for one in windows(call, rules) if one.number == number + 1), None)


def is_closed(call: Call, rules: CallRules) -> bool:
    """Whether every window was closed by an act."""
    return window_now(call, rules).is_closed


def window_open(call: Call, rules: CallRules, moment: datetime) -> bool:
    """Whether applications are taken at a moment. One query."""
    acts = _acts(call)
    return _why_not_running(acts) is None and _window_now(acts, rules).is_open(moment)


def closes_at(call: Call, rules: CallRules) -> datetime:
    """When the window of now closes: the document's moment, or a later one by acts of extension or reopening."""
    return window_now(call, rules).closes_at


def _closes_at(acts: list[CallAct], rule: WindowRule, number: int) -> datetime:
    closing = rule.closes_at
    for act in acts:
        if act.kind == Kind.EXTENSION and "closes_at" in act.data and act.data.get("window", 1) == number:
            closing = max(closing, datetime.fromisoformat(act.data["closes_at"]))
        closing = _made_up(act, rule.opens_at, closing)
    return closing


def _made_up(act: CallAct, begins: datetime, ends: datetime) -> datetime:
    """The end of a term after an act: a reopening that says so makes up for the time it ran while suspended."""
    if act.kind != Kind.REOPENING or not act.data["prolongs"]:
        return ends
    suspended_at = datetime.fromisoformat(act.data["suspended_at"])
    return ends + (act.at - max(suspended_at, begins)) if suspended_at < ends and begins < act.at else ends


def suspension(call: Call) -> CallAct | None:
    """The act that suspends a call now, if one does."""
    return _suspension(_acts(call))


def _suspension(acts: list[CallAct]) -> CallAct | None:
    newest = next((act for act in reversed(acts) if act.kind in (Kind.SUSPENSION, Kind.REOPENING)), None)
    return newest if newest is not None and newest.kind == Kind.SUSPENSION else None


def is_annulled(call: Call) -> bool:
    """Whether a call was annulled."""
    return any(act.kind == Kind.ANNULMENT for act in _acts(call))


def stops_use(call: Call) -> bool:
    """Whether nothing new may be booked with vouchers of a call: annulled, or suspended by an act that says so."""
    acts = _acts(call)
    suspended = _suspension(acts)
    return any(act.kind == Kind.ANNULMENT for act in acts) or bool(suspended and suspended.data["stops_use"])


def why_not_running(call: Call) -> Refused | None:
    """Why nothing new is decided on a call: it is annulled or suspended. One query."""
    return _why_not_running(_acts(call))


def _why_not_running(acts: list[CallAct]) -> Refused | None:
    act = _that_stops(acts)
    if act is None:
        return None
    is_annulled = act.kind == Kind.ANNULMENT
    return Refused.because(ReasonCode.CALL_ANNULLED if is_annulled else ReasonCode.CALL_SUSPENDED)


def act_that_stops(call: Call) -> CallAct | None:
    """The act that annulled a call or suspends it now, if there is one. One query."""
    return _that_stops(_acts(call))


def _that_stops(acts: list[CallAct]) -> CallAct | None:
    annulment = next((act for act in acts if act.kind == Kind.ANNULMENT), None)
    return annulment or _suspension(acts)


def acts_to_tell(call: Call) -> list[CallAct]:
    """The acts on a call that families read, newest first. One query."""
    return list(call.acts.filter(kind__in=TOLD).select_related("version").order_by("-id"))


def in_force(call: Call) -> list[CallAct]:
    """The acts that put a version in force, newest first, with their versions. One query."""
    rows = call.acts.filter(kind__in=IN_FORCE).select_related("version__call")
    return list(rows.order_by("-id"))


def use_until(call: Call, rules: CallRules) -> str:
    """The last day of use in ISO form: the document's, or that of the newest extension for all."""
    days: list[str] = [
        act.data["use_until"] for act in _acts(call) if act.kind == Kind.EXTENSION and "use_until" in act.data
    ]
    return max([rules.life.use_until.isoformat(), *days])


def funds_of(call: Call) -> list[Fund]:
    """The funds behind a call, in spending order."""
    return [row.fund for row in call.call_funds.select_related("fund").order_by("order")]


def observations_until(call: Call, published_at: datetime, rules: CallRules) -> datetime:
    """Until when observations on a provisional stage are taken; made up for a suspension where its end says so."""
    ends = published_at + timedelta(days=rules.observation_days)
    for act in _acts(call):
        ends = _made_up(act, published_at, ends)
    return ends


def all_funds() -> list[Fund]:
    """Every fund, by code. One query."""
    return list(Fund.objects.order_by("code"))


def acts_of_fund(fund: Fund) -> list[FundAct]:
    """The numbered acts on a fund and those that moved money into it, newest first. One query."""
    rows = FundAct.objects.filter(Q(fund=fund) | Q(target=fund)).select_related("fund", "target")
    return list(rows.order_by("-id"))


def number_is_taken(call: Call, number: str) -> bool:
    """Whether an act on a call has this number already."""
    return call.acts.filter(number=number).exists()


def calls_at_the_desk() -> list[Call]:
    """Every call with its versions (documents left aside) and acts at hand, newest first. Three queries."""
    versions = Prefetch("versions", CallVersion.objects.defer("document").order_by("number"))
    acts = Prefetch("acts", CallAct.objects.order_by("id"))
    return list(Call.objects.prefetch_related(versions, acts).order_by("-id"))


def call_at_the_desk(code: str) -> Call | None:
    """One call in the same way."""
    return next((call for call in calls_at_the_desk() if call.code == code), None)
