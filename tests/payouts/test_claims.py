"""What families and schools paid and get back against proof; grants by head: from the claim to the bank."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sepaxml.validation import try_valid_xml

from tests import builders as make
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done, figures
from wishmi.bookings import actions as bookings
from wishmi.core import iban
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import Role
from wishmi.infra.attachments import MOST_BYTES, name_of, read_attachment
from wishmi.infra.models import Attachment
from wishmi.outcomes.audit import check_everything
from wishmi.payouts import actions
from wishmi.payouts.actions import ClaimSpec
from wishmi.payouts.models import Claim, ClaimLine, ClaimPart, FamilyAccount, HeadGrant, Payment, Statement
from wishmi.vouchers.actions import let_vouchers_lapse
from wishmi.vouchers.models import Voucher

pytestmark = pytest.mark.django_db
Code = ReasonCode
PROOF = b"%PDF-1.7 ricevuta della piscina, EUR 120,00"
IBAN = iban.build("99999", "99999", "77")
HEAD = "payment:\n  holding_days: 3\n  method: sepa\n  needs: debit_note\n"
FAMILY = make.payment_of("dote-sport-2025")
TABLES = (Claim, ClaimLine, ClaimPart, FamilyAccount, HeadGrant, Attachment, Statement, Payment)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return tmp_path


def world():
    return make.world(), [list(table.objects.order_by("id").values()) for table in TABLES]


def refused(codes, act, *arguments):
    before = world()
    answer = act(*arguments)
    assert isinstance(answer, Refused)
    assert answer.codes == codes
    assert world() == before


def assert_sound():
    assert check_everything().differences == ()
    assert_books_balance()


@pytest.fixture
def home_and_voucher():
    call = make.funded_call(document=make.paying(FAMILY))
    home, voucher = make.child_with_voucher(call, {EUROPE: 6_000, NATION: 4_000})
    done(actions.set_family_account(NOW, home.actor, "Nome Cognome", IBAN))
    return home, voucher


def spec(voucher, price=12_000, paid_on=None, **more):
    return ClaimSpec(
        {voucher.pk: price}, paid_on or (NOW - 5 * DAY).date(), "Piscina Inventata", "art", **more
    )


def claimed(home, voucher, price=12_000, **more):
    return done(actions.submit_claim(NOW, home.actor, spec(voucher, price, **more), PROOF))


def accept(claim, cents, reason="", moment=NOW + DAY):
    lines = {line.pk: cents for line in claim.lines.all()}
    return done(actions.decide_claim(moment, make.OFFICER, claim.pk, lines, reason))


def sent(moment, executed=True):
    """Draw, prepare, approve, and take the bank's answer; returns the batch and its payments."""
    done(actions.draw_statements(moment, make.ACCOUNTANT, moment.date()))
    batch = done(actions.prepare_batch(moment, make.ACCOUNTANT, moment.date()))
    batch = done(actions.approve_batch(moment, make.SECOND_ACCOUNTANT, batch.pk))
    rows = list(Payment.objects.filter(batch=batch, state="in_payment").order_by("id"))
    answers = [(row.end_to_end, executed, "" if executed else "AC04") for row in rows]
    done(actions.record_bank_answers(moment, make.ACCOUNTANT, batch.pk, answers))
    return batch, rows


class TestFamily:
    def test_from_the_receipt_to_the_bank(self, home_and_voucher, data_folder):
        home, voucher = home_and_voucher
        claim = claimed(home, voucher)
        assert (figures(EUROPE)["held"], figures(NATION)["held"]) == (6_000, 4_000)
        assert_sound()
        accept(claim, 12_000)
        assert (figures(EUROPE)["due"], figures(NATION)["due"]) == (6_000, 4_000)
        assert_sound()
        batch, rows = sent(NOW + 2 * DAY)
        assert [(row.amount, row.statement.payee_name, row.statement.state) for row in rows] == [
            (6_000, "Nome Cognome", "paid"),
            (4_000, "Nome Cognome", "paid"),
        ]
        assert Payment.objects.filter(state="paid").count() == 2
        data = (data_folder / "payouts" / batch.file).read_bytes()
        try_valid_xml(data, "pain.001.001.09")
        texts = [node.text for node in ET.fromstring(data).iter() if node.tag.endswith("}IBAN")]
        assert texts[1:] == [IBAN, IBAN]
        assert figures(EUROPE) == {
            "appropriated": 1_000_000, "available": 994_000, "awarded": 6_000, "spent": 6_000, "paid": 6_000,
        }  # fmt: skip
        assert_sound()

    def test_a_rejected_payment_is_tried_again_at_the_new_account(self, home_and_voucher):
        home, voucher = home_and_voucher
        accept(claimed(home, voucher), 12_000)
        sent(NOW + 2 * DAY, executed=False)
        assert figures(EUROPE)["due"] == 6_000
        other = iban.build("99999", "99999", "78")
        done(actions.set_family_account(NOW + 3 * DAY, home.actor, "Altra Persona", other))
        _batch, rows = sent(NOW + 4 * DAY)
        assert [(row.amount, row.statement.payee_iban) for row in rows] == [(6_000, other), (4_000, other)]
        assert figures(NATION)["paid"] == 4_000
        assert_sound()

    def test_the_office_accepts_less_with_a_reason_and_the_rest_is_the_voucher_s(self, home_and_voucher):
        home, voucher = home_and_voucher
        claim = claimed(home, voucher)
        line = claim.lines.get()
        refused((Code.INCOMPLETE,), actions.decide_claim, NOW, make.OFFICER, claim.pk, {line.pk: 7_000}, " ")
        refused((Code.INCOMPLETE,), actions.decide_claim, NOW, make.OFFICER, claim.pk, {line.pk: 12_001}, "x")
        refused((Code.INCOMPLETE,), actions.decide_claim, NOW, make.OFFICER, claim.pk, {}, "x")
        refused((Code.NOT_ALLOWED,), actions.decide_claim, NOW, make.ACCOUNTANT, claim.pk, {line.pk: 1}, "x")
        decided = accept(claim, 7_000, "the receipt says 70")
        assert (decided.state, decided.reason) == ("accepted", "the receipt says 70")
        assert sorted(ClaimPart.objects.values_list("spent", "owed"), reverse=True) == [
            (6_000, 6_000),
            (1_000, 1_000),
        ]
        assert figures(NATION)["unspent"] == 3_000
        refused((Code.WRONG_STATE,), actions.decide_claim, NOW, make.OFFICER, claim.pk, {line.pk: 0}, "x")
        assert_sound()

    def test_a_refused_claim_leaves_the_voucher_whole(self, home_and_voucher):
        home, voucher = home_and_voucher
        assert accept(claimed(home, voucher), 0, "not a course").state == "refused"
        assert (figures(EUROPE)["unspent"], figures(NATION)["unspent"]) == (6_000, 4_000)
        assert done(actions.draw_statements(NOW + 9 * DAY, make.ACCOUNTANT, date(2023, 4, 1))) == []
        assert_sound()

    def test_a_voucher_that_lapses_while_a_claim_waits_pays_it_and_returns_the_rest(self, home_and_voucher):
        home, voucher = home_and_voucher
        claim = claimed(home, voucher, 9_000)
        Voucher.objects.filter(pk=voucher.pk).update(use_until=NOW.date())
        assert done(let_vouchers_lapse(NOW + 2 * DAY, make.RESPONSIBLE, voucher.call_id)) == 1
        assert_sound()
        accept(claim, 5_000, "the receipt says 50", NOW + 3 * DAY)
        assert (figures(EUROPE)["due"], figures(EUROPE)["returned"], figures(NATION)["returned"]) == (
            5_000, 1_000, 4_000,
        )  # fmt: skip
        assert_sound()

    def test_a_claim_finds_what_came_today_and_nothing_that_ended(self):
        text = make.paying(FAMILY).decode().replace("eligible_to: 2023-12-31", "eligible_to: 2030-12-31")
        text = text.replace("use_until: 2023-07-31", "use_until: 2024-12-31\n  yearly: true")
        home, voucher = make.child_with_voucher(make.funded_call(document=text.encode()), {EUROPE: 10_000})
        done(actions.set_family_account(NOW, home.actor, "Nome Cognome", IBAN))
        on = date(2024, 1, 1)
        moment = NOW + (on - NOW.date())
        done(actions.submit_claim(moment, home.actor, spec(voucher, 9_000, paid_on=on), PROOF))
        assert [figures(EUROPE).get(name) for name in ("held", "unspent", "unreleased", "returned")] == [
            9_000, 1_000, None, 10_000,
        ]  # fmt: skip
        assert_sound()

    @pytest.mark.parametrize(("days", "is_taken"), [(60, True), (61, False)])
    def test_the_days_to_claim_after_paying(self, home_and_voucher, days, is_taken):
        home, voucher = home_and_voucher
        paid_on = (NOW - 10 * DAY).date()
        moment = NOW + (days - 10) * DAY
        asked = spec(voucher, paid_on=paid_on)
        if is_taken:
            done(actions.submit_claim(moment, home.actor, asked, PROOF))
        else:
            refused((Code.TERM_EXPIRED,), actions.submit_claim, moment, home.actor, asked, PROOF)

    def test_what_is_no_claim(self, home_and_voucher):
        home, voucher = home_and_voucher
        claim = actions.submit_claim
        refused((Code.NOT_ALLOWED,), claim, NOW, make.family().actor, spec(voucher), PROOF)
        refused((Code.NOT_ALLOWED,), claim, NOW, make.OFFICER, spec(voucher), PROOF)
        refused((Code.NOT_ALLOWED,), claim, NOW, make.staff(make.provider()), spec(voucher), PROOF)
        refused((Code.INCOMPLETE,), claim, NOW, home.actor, spec(voucher, 0), PROOF)
        tomorrow = (NOW + DAY).date()
        refused((Code.INCOMPLETE,), claim, NOW, home.actor, spec(voucher, paid_on=tomorrow), PROOF)
        refused((Code.FILE_KIND_NOT_TAKEN,), claim, NOW, home.actor, spec(voucher), b"<html>")
        refused((Code.FILE_TOO_LARGE,), claim, NOW, home.actor, spec(voucher), PROOF + b" " * MOST_BYTES)
        refused((Code.INCOMPLETE,), claim, NOW, home.actor, spec(voucher), b"")
        FamilyAccount.objects.all().delete()
        refused((Code.INCOMPLETE,), claim, NOW, home.actor, spec(voucher), PROOF)
        Voucher.objects.update(state=Voucher.State.CLOSED)
        refused((Code.VOUCHER_NOT_ACTIVE,), claim, NOW, home.actor, spec(voucher), PROOF)

    def test_a_second_claim_gets_what_is_left(self, home_and_voucher):
        home, voucher = home_and_voucher
        claimed(home, voucher, 9_000)
        assert [part.held for part in claimed(home, voucher, 9_000).lines.get().parts.all()] == [1_000]
        refused((Code.VOUCHER_INSUFFICIENT,), actions.submit_claim, NOW, home.actor, spec(voucher), PROOF)
        assert_sound()

    def test_such_a_voucher_books_nothing(self, home_and_voucher):
        home, voucher = home_and_voucher
        place = make.session()
        act = bookings.book_session
        refused((Code.REFUND_ONLY,), act, NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk, "k")

    def test_an_account_must_be_one(self, home_and_voucher):
        home, _voucher = home_and_voucher
        act = actions.set_family_account
        refused((Code.INCOMPLETE,), act, NOW, home.actor, "Nome", "IT00X")
        refused((Code.INCOMPLETE,), act, NOW, home.actor, " ", IBAN)
        refused((Code.NOT_ALLOWED,), act, NOW, make.OFFICER, "Nome", IBAN)

    def test_the_proof_is_encrypted_and_comes_back_as_it_was(self, home_and_voucher, data_folder):
        home, voucher = home_and_voucher
        proof = claimed(home, voucher).proof
        path = data_folder / "attachments" / proof.ref
        assert [one.name for one in path.parent.iterdir()] == [proof.ref]
        assert b"piscina" not in path.read_bytes()
        assert (read_attachment(proof), proof.kind) == (PROOF, "application/pdf")
        assert name_of(proof) == f"{proof.ref}.pdf"
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        with pytest.raises(ValueError, match="changed"):
            read_attachment(proof)


class TestBeforeTheAward:
    """What was paid before the award, where a call pays providers and opens a window for it."""

    def call(self):
        text = make.CALL_PATH.read_text("utf-8")
        return make.funded_call(
            document=text.replace("  extendable:", "  refund_within_days: 30\n  extendable:").encode()
        )

    @pytest.mark.parametrize(("days", "codes"), [(30, ()), (31, (Code.TERM_EXPIRED,))])
    def test_it_can_be_claimed_for_some_days_after_the_award(self, days, codes):
        home, voucher = make.child_with_voucher(self.call())
        done(actions.set_family_account(NOW, home.actor, "Nome Cognome", IBAN))
        awarded = NOW - 20 * DAY
        asked = spec(voucher, paid_on=(awarded - DAY).date())
        answer = actions.submit_claim(awarded + days * DAY, home.actor, asked, PROOF)
        assert (answer.codes if isinstance(answer, Refused) else ()) == codes
        late = spec(voucher, paid_on=awarded.date())
        refused((Code.REFUND_NOT_FORESEEN,), actions.submit_claim, NOW, home.actor, late, PROOF)


class TestSchool:
    def test_many_children_at_once_in_one_statement(self):
        call = make.funded_call(document=make.paying(HEAD + "  to: school\n"))
        kids = [make.child_with_voucher(call, {EUROPE: 5_000})[1] for _ in range(3)]
        school = make.provider(legal_form="school")
        asked = ClaimSpec({one.pk: 4_000 for one in kids}, (NOW - DAY).date(), "Teatro Inventato", "art")
        claim = done(actions.submit_claim(NOW, make.staff(school), asked, PROOF))
        first, second, third = claim.lines.order_by("id")
        words = {first.pk: 4_000, second.pk: 4_000, third.pk: 0}
        done(actions.decide_claim(NOW, make.OFFICER, claim.pk, words, "the third was not there"))
        assert done(actions.draw_statements(NOW + 2 * DAY, make.ACCOUNTANT, date(2023, 4, 1))) == []
        (statement,) = done(actions.draw_statements(NOW + 3 * DAY, make.ACCOUNTANT, date(2023, 4, 1)))
        assert (statement.provider, statement.amount, statement.state) == (school, 8_000, "drawn")
        assert statement.lines.count() == 2
        done(actions.agree_statement(NOW + 3 * DAY, make.staff(school), statement.pk))
        _batch, rows = sent(NOW + 4 * DAY)
        assert [row.amount for row in rows] == [8_000]
        assert figures(EUROPE)["paid"] == 8_000
        assert_sound()

    def test_what_a_teacher_with_children_claims_is_the_school_s(self):
        """Of somebody who is both, the one acts whom the call pays: a school's money goes to no home."""
        call = make.funded_call(document=make.paying(HEAD + "  to: school\n"))
        _home, voucher = make.child_with_voucher(call, {EUROPE: 5_000})
        own, school = make.family(), make.provider(legal_form="school")
        both = replace(
            make.staff(school), roles=frozenset({Role.PROVIDER, Role.FAMILY}), household=own.household.pk
        )
        claim = done(actions.submit_claim(NOW, both, spec(voucher, 4_000), PROOF))
        assert (claim.household_id, claim.provider_id) == (None, school.pk)
        done(actions.set_family_account(NOW, both, "Nome Cognome", IBAN))
        again = done(actions.submit_claim(NOW, both, spec(voucher, 500), PROOF))
        assert (again.household_id, again.provider_id) == (None, school.pk)
        accept(claim, 4_000)
        (statement,) = done(actions.draw_statements(NOW + 9 * DAY, make.ACCOUNTANT, date(2023, 4, 1)))
        assert (statement.household_id, statement.provider) == (None, school)
        assert_sound()

    def test_a_school_that_is_not_listed_holds_no_child_s_money(self):
        call = make.funded_call(document=make.paying(HEAD + "  to: school\n"))
        _home, voucher = make.child_with_voucher(call)
        school = make.provider(legal_form="school")
        actor = make.staff(school)
        type(school).objects.filter(pk=school.pk).update(state="suspended")
        refused((Code.NOT_ALLOWED,), actions.submit_claim, NOW, actor, spec(voucher), PROOF)
        type(school).objects.filter(pk=school.pk).update(state="listed")
        done(actions.submit_claim(NOW, actor, spec(voucher), PROOF))

    def test_a_family_does_not_claim_there(self):
        call = make.funded_call(document=make.paying(HEAD + "  to: school\n"))
        home, voucher = make.child_with_voucher(call)
        refused((Code.NOT_ALLOWED,), actions.submit_claim, NOW, home.actor, spec(voucher), PROOF)


class TestHeads:
    @pytest.fixture
    def call(self):
        return make.funded_call(100_000, make.paying(HEAD + "  per_head: 25.00\n"))

    def test_declared_checked_stated_paid(self, call):
        host = make.provider()
        actor = make.staff(host)
        done(actions.declare_heads(NOW, actor, call.pk, 2023, 40))
        grant = done(actions.declare_heads(NOW, actor, call.pk, 2023, 44))
        refused((Code.INCOMPLETE,), actions.check_heads, NOW, make.OFFICER, grant.pk, 43)
        checked = done(actions.check_heads(NOW, make.OFFICER, grant.pk, 43, "one twice"))
        assert (checked.declared, checked.checked, checked.state) == (44, 43, "checked")
        assert (figures(EUROPE)["granted"], figures(NATION)["granted"]) == (100_000, 7_500)
        assert figures(EUROPE) == {"appropriated": 100_000, "granted": 100_000, "due": 100_000}
        assert_sound()
        assert done(actions.draw_statements(NOW + 2 * DAY, make.ACCOUNTANT, date(2023, 4, 1))) == []
        for row in done(actions.draw_statements(NOW + 3 * DAY, make.ACCOUNTANT, date(2023, 4, 1))):
            done(actions.agree_statement(NOW + 3 * DAY, actor, row.pk))
        _batch, rows = sent(NOW + 4 * DAY)
        assert [row.amount for row in rows] == [100_000, 7_500]
        assert figures(NATION)["paid"] == 7_500
        assert_sound()
        refused((Code.ALREADY_DONE,), actions.declare_heads, NOW, actor, call.pk, 2023, 50)
        refused((Code.WRONG_STATE,), actions.check_heads, NOW, make.OFFICER, grant.pk, 44)

    def test_a_fund_that_does_not_cover_it_grants_nothing(self, call):
        grant = done(actions.declare_heads(NOW, make.staff(make.provider()), call.pk, 2023, 81))
        refused((Code.FUND_INSUFFICIENT,), actions.check_heads, NOW, make.OFFICER, grant.pk, 81)
        done(actions.check_heads(NOW, make.OFFICER, grant.pk, 80, "one too many"))
        assert "available" not in figures(NATION)
        assert_sound()

    def test_who_may_and_when(self, call):
        actor = make.staff(make.provider())
        act = actions.declare_heads
        refused((Code.NOT_ALLOWED,), act, NOW, make.OFFICER, call.pk, 2023, 5)
        refused((Code.INCOMPLETE,), act, NOW, actor, call.pk, 2024, 5)
        refused((Code.INCOMPLETE,), act, NOW, actor, call.pk, 2021, 5)
        refused((Code.INCOMPLETE,), act, NOW, actor, call.pk, 2023, 0)
        grant = done(act(NOW, actor, call.pk, 2022, 5))
        refused((Code.NOT_ALLOWED,), actions.check_heads, NOW, make.ACCOUNTANT, grant.pk, 5)
        assert done(actions.check_heads(NOW, make.OFFICER, grant.pk, 0, "none")).checked == 0
        assert "granted" not in figures(EUROPE)

    def test_a_call_without_it_grants_nothing(self):
        call = make.funded_call()
        actor = make.staff(make.provider())
        refused((Code.NOT_ALLOWED,), actions.declare_heads, NOW + timedelta(0), actor, call.pk, 2023, 5)
