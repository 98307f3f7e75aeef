"""What can be asked about calls and funds."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Prefetch, Q

from wishmi.calls.document import CallDocument, parse_call
from wishmi.calls.document_base import Words
from wishmi.calls.models import Call, CallAct, CallVersion, Fund, FundAct
from wishmi.core.calls import CallRules


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


def published_version(call: Call) -> CallVersion | None:
    """The version in force: that of the newest act of publication."""
    act = call.acts.filter(kind=CallAct.Kind.PUBLICATION).select_related("version").order_by("-id").first()
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


def is_closed(call: Call) -> bool:
    """Whether the window was closed by an act."""
    return call.acts.filter(kind=CallAct.Kind.CLOSING).exists()


def window_open(call: Call, rules: CallRules, moment: datetime) -> bool:
    """Whether applications are taken at a moment."""
    return rules.opens_at <= moment < rules.closes_at and not is_closed(call)


def use_until(call: Call, rules: CallRules) -> str:
    """The last day of use in ISO form: the document's, or that of the newest extension for all."""
    acts = call.acts.filter(kind=CallAct.Kind.EXTENSION).order_by("-id")
    for act in acts:
        if "use_until" in act.data:
            return str(act.data["use_until"])
    return rules.life.use_until.isoformat()


def funds_of(call: Call) -> list[Fund]:
    """The funds behind a call, in spending order."""
    return [row.fund for row in call.call_funds.select_related("fund").order_by("order")]


def observations_until(published_at: datetime, rules: CallRules) -> datetime:
    """Until when observations on a provisional stage are taken."""
    return published_at + timedelta(days=rules.observation_days)


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
