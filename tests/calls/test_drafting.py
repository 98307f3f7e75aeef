"""Drafts: nobody overwrites another, nothing is lost, nothing is loaded before everyone asked agrees."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders_awards import unchanged
from wishmi.calls import drafting
from wishmi.calls.document import DocumentRefused
from wishmi.calls.models import CallDraft, CallVersion, DraftAgreement, DraftRevision
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import Actor, Role

DEMO = (Path(__file__).resolve().parents[2] / "policy" / "dimostrazione-2023" / "call.yaml").read_text()
NOW = datetime(2023, 9, 1, 9, 0, tzinfo=UTC)
RESPONSIBLE = Actor("login:1", frozenset({Role.RESPONSIBLE}))
OFFICER = Actor("login:2", frozenset({Role.CASE_OFFICER}))
ACCOUNTANT = Actor("login:3", frozenset({Role.ACCOUNTING}))
FAMILY = Actor("login:4", frozenset({Role.FAMILY}))

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return drafting.open_draft(NOW, RESPONSIBLE, "Sport for all", DEMO)


def codes(answer):
    assert isinstance(answer, Refused)
    return answer.codes


def newest(draft):
    draft.refresh_from_db()
    return draft.revisions.get(number=draft.revision).text


def test_a_draft_keeps_every_text(draft):
    second = drafting.revise(NOW, RESPONSIBLE, draft.pk, 1, DEMO + "\n# two\n", "whole text")
    assert second.number == 2
    assert drafting.revise(NOW, RESPONSIBLE, draft.pk, 2, DEMO + "\n# two\n", "whole text") == second
    third = drafting.take_up(NOW, RESPONSIBLE, draft.pk, 2, 1)
    assert (third.number, third.what, newest(draft)) == (3, "taken up from 1", DEMO)
    assert sorted(DraftRevision.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_two_who_write_at_once_do_not_overwrite_each_other(draft):
    drafting.revise(NOW, RESPONSIBLE, draft.pk, 1, "first: 1", "whole text")
    with unchanged():
        answer = drafting.revise(NOW, RESPONSIBLE, draft.pk, 1, "second: 2", "whole text")
    assert codes(answer) == (ReasonCode.CHANGED_MEANWHILE,)


@pytest.mark.parametrize(
    "act",
    [
        lambda who, draft: drafting.open_draft(NOW, who, "Another", DEMO),
        lambda who, draft: drafting.revise(NOW, who, draft.pk, 1, "a: 1", "whole text"),
        lambda who, draft: drafting.discard(NOW, who, draft.pk),
        lambda who, draft: drafting.ask_party(NOW, who, draft.pk, "Education"),
        lambda who, draft: drafting.load_draft(NOW, who, draft.pk, 1),
    ],
)
@pytest.mark.parametrize("who", [OFFICER, FAMILY])
def test_only_the_responsible_writes(draft, who, act):
    with unchanged():
        assert codes(act(who, draft)) == (ReasonCode.NOT_ALLOWED,)


def test_every_office_talks_and_families_do_not(draft):
    made = drafting.remark(NOW, OFFICER, draft.pk, "window", "Too short for the schools.")
    assert (made.revision, made.state, made.actor) == (1, "open", "login:2")
    with unchanged():
        assert codes(drafting.remark(NOW, FAMILY, draft.pk, "window", "Hm")) == (ReasonCode.NOT_ALLOWED,)


def test_a_proposal_that_is_accepted_stands_in_the_text(draft):
    made = drafting.remark(NOW, OFFICER, draft.pk, "window/observation_days", "Holidays", "20")
    accepted = drafting.accept(NOW, RESPONSIBLE, made.pk, 1, ("window", "observation_days"))
    assert (accepted.state, draft.revisions.count()) == ("accepted", 2)
    assert newest(draft) == DEMO.replace("observation_days: 10", "observation_days: 20")
    with unchanged():
        again = drafting.accept(NOW, RESPONSIBLE, made.pk, 2, ("window", "observation_days"))
    assert codes(again) == (ReasonCode.WRONG_STATE,)


def test_a_no_to_a_proposal_needs_a_reason(draft):
    made = drafting.remark(NOW, OFFICER, draft.pk, "window", "Longer", "30")
    with unchanged():
        refused = drafting.settle(NOW, RESPONSIBLE, made.pk, declines=True, answer=" ")
    assert codes(refused) == (ReasonCode.INCOMPLETE,)
    declined = drafting.settle(NOW, RESPONSIBLE, made.pk, declines=True, answer="The law says ten.")
    assert (declined.state, declined.settled_by) == ("declined", "login:1")


def test_it_is_loaded_once_everyone_asked_agrees_to_the_last_text(draft):
    education = drafting.ask_party(NOW, RESPONSIBLE, draft.pk, "Education", "login:2")
    partner = drafting.ask_party(NOW, RESPONSIBLE, draft.pk, "Foundation")
    assert codes(drafting.ask_party(NOW, RESPONSIBLE, draft.pk, "Education")) == (ReasonCode.ALREADY_DONE,)
    assert codes(drafting.load_draft(NOW, RESPONSIBLE, draft.pk, 1)) == (ReasonCode.AGREEMENT_MISSING,)

    agree = drafting.agree
    assert agree(NOW, OFFICER, education.pk, 1, agrees=True).agrees is True
    assert codes(agree(NOW, RESPONSIBLE, education.pk, 1, agrees=True)) == (ReasonCode.NOT_ALLOWED,)
    assert codes(agree(NOW, RESPONSIBLE, partner.pk, 1, agrees=True)) == (ReasonCode.INCOMPLETE,)
    assert agree(NOW, RESPONSIBLE, partner.pk, 1, agrees=True, text="Letter 12/2023").text == "Letter 12/2023"

    drafting.revise(NOW, RESPONSIBLE, draft.pk, 1, DEMO + "\n# changed\n", "whole text")
    answer = drafting.load_draft(NOW, RESPONSIBLE, draft.pk, 2)
    assert answer.reasons[0].params == {"who": "Education, Foundation"}
    assert codes(agree(NOW, OFFICER, education.pk, 1, agrees=True)) == (ReasonCode.CHANGED_MEANWHILE,)
    agree(NOW, OFFICER, education.pk, 2, agrees=False, text="Not these dates")
    agree(NOW, OFFICER, education.pk, 2, agrees=True)
    agree(NOW, RESPONSIBLE, partner.pk, 2, agrees=True, text="Letter 13/2023")
    assert CallVersion.objects.count() == 0

    version = drafting.load_draft(NOW + timedelta(days=1), RESPONSIBLE, draft.pk, 2)
    draft.refresh_from_db()
    assert (version.number, version.call.code, draft.state) == (1, "dimostrazione-2023", "loaded")
    assert (draft.version_id, version.document) == (version.pk, DEMO + "\n# changed\n")
    with unchanged():
        assert codes(drafting.load_draft(NOW, RESPONSIBLE, draft.pk, 2)) == (ReasonCode.WRONG_STATE,)
        assert codes(drafting.revise(NOW, RESPONSIBLE, draft.pk, 2, "a: 1", "x")) == (ReasonCode.WRONG_STATE,)
    assert DraftAgreement.objects.count() == 5


def test_a_text_with_faults_is_kept_and_not_loaded(draft):
    drafting.revise(NOW, RESPONSIBLE, draft.pk, 1, DEMO.replace("fit: stop", "fit: never"), "whole text")
    with unchanged(), pytest.raises(DocumentRefused, match=r"allocation\.fit"):
        drafting.load_draft(NOW, RESPONSIBLE, draft.pk, 2)


def test_a_draft_that_was_put_aside_can_be_taken_to_hand(draft):
    assert drafting.discard(NOW, RESPONSIBLE, draft.pk).state == CallDraft.State.DISCARDED
    with unchanged():
        assert codes(drafting.revise(NOW, RESPONSIBLE, draft.pk, 1, "a: 1", "x")) == (ReasonCode.WRONG_STATE,)
    assert drafting.reopen(NOW, RESPONSIBLE, draft.pk).state == CallDraft.State.OPEN
