"""Who may do what, role by role, in the rooms from the provider list to the bank."""

import pytest

from wishmi.bookings import policies as bookings
from wishmi.catalogue import policies as catalogue
from wishmi.infra.actor import Actor, Role
from wishmi.payouts import policies as payouts
from wishmi.providers import policies as providers

OWN, OTHER = 7, 8
MATRIX = {
    (providers.may_keep_list,): {Role.CASE_OFFICER, Role.RESPONSIBLE, Role.SYSTEM},
    (providers.may_act_for, OWN): {Role.PROVIDER},
    (providers.may_act_for, OTHER): set(),
    (catalogue.may_publish, OWN): {Role.PROVIDER, Role.SYSTEM},
    (catalogue.may_publish, OTHER): {Role.SYSTEM},
    (catalogue.may_suspend, OWN): {Role.PROVIDER, Role.CASE_OFFICER, Role.RESPONSIBLE, Role.SYSTEM},
    (catalogue.may_suspend, OTHER): {Role.CASE_OFFICER, Role.RESPONSIBLE, Role.SYSTEM},
    (bookings.may_book, OWN): {Role.FAMILY},
    (bookings.may_book, OTHER): set(),
    (bookings.may_book, None): set(),
    (bookings.may_answer, OWN): {Role.PROVIDER},
    (bookings.may_answer, OTHER): set(),
    (bookings.may_reverse,): {Role.CASE_OFFICER, Role.RESPONSIBLE},
    (bookings.may_keep_time,): {Role.SYSTEM},
    (bookings.may_state,): {Role.ACCOUNTING, Role.SYSTEM},
    (payouts.may_draw,): {Role.ACCOUNTING, Role.SYSTEM},
    (payouts.may_answer, OWN): {Role.PROVIDER},
    (payouts.may_answer, OTHER): set(),
    (payouts.may_pay,): {Role.ACCOUNTING},
}


def name_of(question) -> str:
    """The same in every process: the address of a function is not."""
    may, *about = question
    return f"{may.__module__.split('.')[1]}.{may.__name__}-{tuple(about)}"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("question", MATRIX, ids=name_of)
def test_matrix(question, role):
    may, *about = question
    actor = Actor("somebody", frozenset({role}), household=OWN, provider=OWN)
    assert may(actor, *about) is (role in MATRIX[question])


@pytest.mark.parametrize("question", MATRIX, ids=name_of)
def test_nobody_without_a_role(question):
    may, *about = question
    assert may(Actor("nobody", household=OWN, provider=OWN), *about) is False
