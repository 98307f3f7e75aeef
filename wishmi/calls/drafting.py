"""Acts on drafts of calls: writing, taking up an earlier text, talking about passages, agreeing, loading.

A draft may be unfinished and full of faults; only loading asks that none is left. Every change makes a new revision
and names the revision it was made from, so that two people who write at once do not overwrite each other.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from wishmi.calls.actions import load_call
from wishmi.calls.document_editing import put_at, rewritten
from wishmi.calls.document_findings import Place
from wishmi.calls.document_yaml import MAX_BYTES, read_yaml
from wishmi.calls.models import CallDraft, CallVersion, DraftAgreement, DraftParty, DraftRemark, DraftRevision
from wishmi.calls.policies import may_discuss_calls, may_keep_calls
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit
from wishmi.infra.actor import Actor

MOST_REVISIONS = 2_000
_LONGEST_REMARK = 2_000
_LONGEST_WHAT = 160


def open_draft(
    moment: datetime, actor: Actor, title: str, text: str, base: CallVersion | None = None
) -> CallDraft | Refused:
    """Begin a draft with a text, perhaps that of a version."""
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    title = title.strip()[:200]
    if not title or not text.strip() or len(text.encode()) > MAX_BYTES:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        draft = CallDraft.objects.create(
            title=title, base=base, opened_at=moment, opened_by=actor.ref, changed_at=moment
        )
        DraftRevision.objects.create(
            draft=draft, number=1, text=text, what="opened", at=moment, actor=actor.ref
        )
        _tell(moment, actor, "opened", draft)
    return draft


def revise(
    moment: datetime, actor: Actor, draft_id: int, seen: int, text: str, what: str
) -> DraftRevision | Refused:
    """Write a new text over revision `seen`; refused if another came in between. The same text changes nothing."""
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not text.strip() or len(text.encode()) > MAX_BYTES:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        draft = CallDraft.objects.select_for_update().get(pk=draft_id)
        return _revise(moment, actor, draft, seen, text, what)


def _revise(
    moment: datetime, actor: Actor, draft: CallDraft, seen: int, text: str, what: str
) -> DraftRevision | Refused:
    if draft.state != CallDraft.State.OPEN or draft.revision >= MOST_REVISIONS:
        return Refused.because(ReasonCode.WRONG_STATE)
    if draft.revision != seen:
        return Refused.because(ReasonCode.CHANGED_MEANWHILE)
    newest = draft.revisions.get(number=draft.revision)
    if newest.text == text:
        return newest
    draft.revision += 1
    draft.changed_at = moment
    draft.save(update_fields=["revision", "changed_at"])
    made = DraftRevision.objects.create(
        draft=draft, number=draft.revision, text=text, what=what[:_LONGEST_WHAT], at=moment, actor=actor.ref
    )
    _tell(moment, actor, "revised", draft, revision=made.number)
    return made


def take_up(moment: datetime, actor: Actor, draft_id: int, seen: int, number: int) -> DraftRevision | Refused:
    """Make the text of an earlier revision the newest again; what came after it stays readable."""
    earlier = DraftRevision.objects.filter(draft=draft_id, number=number).first()
    if earlier is None:
        return Refused.because(ReasonCode.WRONG_STATE)
    return revise(moment, actor, draft_id, seen, earlier.text, f"taken up from {number}")


def discard(moment: datetime, actor: Actor, draft_id: int) -> CallDraft | Refused:
    """Put a draft aside; its texts stay."""
    return _settle_draft(
        moment, actor, draft_id, CallDraft.State.OPEN, CallDraft.State.DISCARDED, "discarded"
    )


def reopen(moment: datetime, actor: Actor, draft_id: int) -> CallDraft | Refused:
    """Take a draft that was put aside to hand again."""
    return _settle_draft(moment, actor, draft_id, CallDraft.State.DISCARDED, CallDraft.State.OPEN, "reopened")


def _settle_draft(
    moment: datetime, actor: Actor, draft_id: int, before: str, after: str, verb: str
) -> CallDraft | Refused:
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        draft = CallDraft.objects.select_for_update().get(pk=draft_id)
        if draft.state != before:
            return Refused.because(ReasonCode.WRONG_STATE)
        draft.state = after
        draft.save(update_fields=["state"])
        _tell(moment, actor, verb, draft)
    return draft


def remark(
    moment: datetime, actor: Actor, draft_id: int, place: str, text: str, proposed: str = ""
) -> DraftRemark | Refused:
    """Comment on a passage, or propose what should stand there instead."""
    if not may_discuss_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    is_bounded = len(text) <= _LONGEST_REMARK and len(proposed) <= _LONGEST_REMARK and len(place) <= 200
    if not text.strip() or not place or not is_bounded:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        draft = CallDraft.objects.select_for_update().get(pk=draft_id)
        if draft.state != CallDraft.State.OPEN:
            return Refused.because(ReasonCode.WRONG_STATE)
        made = DraftRemark.objects.create(
            draft=draft,
            revision=draft.revision,
            place=place,
            text=text.strip(),
            proposed=proposed.strip(),
            at=moment,
            actor=actor.ref,
        )
        _tell(moment, actor, "remarked", draft, remark=made.pk, place=place)
    return made


def accept(
    moment: datetime, actor: Actor, remark_id: int, seen: int, place: Place, answer: str = ""
) -> DraftRemark | Refused:
    """Put what a remark proposes in its place, as a new revision.

    Raises DocumentRefused where the text that stands there cannot be changed by machine.
    """
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        found = DraftRemark.objects.select_related("draft").get(pk=remark_id)
        draft = CallDraft.objects.select_for_update().get(pk=found.draft_id)
        found.refresh_from_db()
        if found.state != DraftRemark.State.OPEN or not found.proposed:
            return Refused.because(ReasonCode.WRONG_STATE)
        text = draft.revisions.get(number=draft.revision).text
        tree = read_yaml(text.encode(), "call.yaml").tree
        proposed = read_yaml(found.proposed.encode(), "proposal").tree
        made = _revise(
            moment,
            actor,
            draft,
            seen,
            rewritten(text, put_at(tree, place, proposed)),
            f"proposal {found.pk} accepted",
        )
        if isinstance(made, Refused):
            return made
        return _settle(moment, actor, found, DraftRemark.State.ACCEPTED, answer)


def settle(
    moment: datetime, actor: Actor, remark_id: int, *, declines: bool, answer: str
) -> DraftRemark | Refused:
    """Decline a proposal with a reason, or close a comment that was dealt with."""
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if len(answer) > _LONGEST_REMARK or (declines and not answer.strip()):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        found = DraftRemark.objects.select_for_update().get(pk=remark_id)
        if found.state != DraftRemark.State.OPEN:
            return Refused.because(ReasonCode.WRONG_STATE)
        state = DraftRemark.State.DECLINED if declines else DraftRemark.State.SETTLED
        return _settle(moment, actor, found, state, answer)


def _settle(moment: datetime, actor: Actor, found: DraftRemark, state: str, answer: str) -> DraftRemark:
    found.state, found.answer, found.settled_at, found.settled_by = state, answer.strip(), moment, actor.ref
    found.save(update_fields=["state", "answer", "settled_at", "settled_by"])
    _tell(moment, actor, f"remark_{state}", found.draft, remark=found.pk)
    return found


def ask_party(
    moment: datetime, actor: Actor, draft_id: int, name: str, login: str = ""
) -> DraftParty | Refused:
    """Name a department or partner without whose agreement the draft is not loaded."""
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    name = " ".join(name.split())
    if not name or len(name) > 160 or len(login) > 64:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        draft = CallDraft.objects.select_for_update().get(pk=draft_id)
        if draft.state != CallDraft.State.OPEN:
            return Refused.because(ReasonCode.WRONG_STATE)
        try:
            with transaction.atomic():
                party = DraftParty.objects.create(draft=draft, name=name, login=login)
        except IntegrityError:
            return Refused.because(ReasonCode.ALREADY_DONE)
        _tell(moment, actor, "party_asked", draft, party=party.pk)
    return party


def agree(
    moment: datetime, actor: Actor, party_id: int, seen: int, *, agrees: bool, text: str = ""
) -> DraftAgreement | Refused:
    """Record what a party says of revision `seen`; a no, and an answer given for somebody else, need words.

    A party with a login answers for itself; the responsible records the answer of one without, saying where it stands.
    """
    party = DraftParty.objects.select_related("draft").get(pk=party_id)
    answers_itself = bool(party.login)
    may = may_discuss_calls(actor) and party.login == actor.ref if answers_itself else may_keep_calls(actor)
    if not may:
        return Refused.because(ReasonCode.NOT_ALLOWED)
    needs_words = not agrees or not answers_itself
    if (needs_words and not text.strip()) or len(text) > _LONGEST_REMARK:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        draft = CallDraft.objects.select_for_update().get(pk=party.draft_id)
        if draft.state != CallDraft.State.OPEN:
            return Refused.because(ReasonCode.WRONG_STATE)
        if draft.revision != seen:
            return Refused.because(ReasonCode.CHANGED_MEANWHILE)
        made = DraftAgreement.objects.create(
            party=party, revision=seen, agrees=agrees, text=text.strip(), at=moment, actor=actor.ref
        )
        _tell(moment, actor, "agreed" if agrees else "disagreed", draft, party=party.pk, revision=seen)
    return made


def parties_waiting(draft: CallDraft) -> list[DraftParty]:
    """The parties that have not agreed to the newest text, by name. Two queries."""
    said: dict[int, bool] = {}
    answers = DraftAgreement.objects.filter(party__draft=draft, revision=draft.revision).order_by("id")
    for answer in answers:
        said[answer.party_id] = answer.agrees
    return [party for party in draft.parties.order_by("name") if not said.get(party.pk)]


def load_draft(moment: datetime, actor: Actor, draft_id: int, seen: int) -> CallVersion | Refused:
    """Make the newest text the next version of its call, once every party has agreed to it; publishing is another act.

    Raises DocumentRefused with every fault that is left.
    """
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        draft = CallDraft.objects.select_for_update().get(pk=draft_id)
        if draft.state != CallDraft.State.OPEN:
            return Refused.because(ReasonCode.WRONG_STATE)
        if draft.revision != seen:
            return Refused.because(ReasonCode.CHANGED_MEANWHILE)
        waiting = parties_waiting(draft)
        if waiting:
            return Refused.because(
                ReasonCode.AGREEMENT_MISSING, who=", ".join(party.name for party in waiting)
            )
        text = draft.revisions.get(number=draft.revision).text
        version = load_call(moment, actor, text.encode())
        if isinstance(version, Refused):
            transaction.set_rollback(True)
            return version
        if CallDraft.objects.filter(version=version).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        draft.state, draft.version = CallDraft.State.LOADED, version
        draft.save(update_fields=["state", "version"])
        _tell(moment, actor, "loaded", draft, version=version.number)
    return version


def _tell(moment: datetime, actor: Actor, verb: str, draft: CallDraft, **data: object) -> None:
    audit.record(moment, actor, f"draft.{verb}", f"draft:{draft.pk}", **data)
