"""Trees of conditions: what settles them, which reason stands for them, what they still ask."""

import pytest

from wishmi.core.columns import Columns
from wishmi.core.conditions import Resident
from wishmi.core.facts import ChildFacts
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import MET, Answer, Judgement
from wishmi.core.rules.trees import AllOf, AnyOf
from wishmi.core.rules.who import Holds

YES, NO = {"resident": True}, {"resident": False}
NOT_RESIDENT = Judgement(Answer.NOT_MET, Reason(ReasonCode.NOT_RESIDENT))
NOT_DOMICILED = Judgement(Answer.NOT_MET, Reason(ReasonCode.NOT_DOMICILED))
ASKS_DOMICILE = Judgement(Answer.NOT_KNOWN, missing=("domiciled",))
ASKS_RESIDENCE = Judgement(Answer.NOT_KNOWN, missing=("resident",))
BOTH = (Resident(), Holds("domiciled"))


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        ({**YES, "domiciled": True}, Judgement(Answer.MET, parts=(MET, MET))),
        (
            {**NO, "domiciled": False},
            Judgement(Answer.NOT_MET, NOT_RESIDENT.reason, parts=(NOT_RESIDENT, NOT_DOMICILED)),
        ),
        (NO, Judgement(Answer.NOT_MET, NOT_RESIDENT.reason, parts=(NOT_RESIDENT, ASKS_DOMICILE))),
        (YES, Judgement(Answer.NOT_KNOWN, missing=("domiciled",), parts=(MET, ASKS_DOMICILE))),
        (
            {},
            Judgement(
                Answer.NOT_KNOWN,
                missing=("resident", "domiciled"),
                parts=(ASKS_RESIDENCE, ASKS_DOMICILE),
            ),
        ),
    ],
)
def test_all_of_several(known, answer):
    assert AllOf(BOTH).judge(known) == answer
    assert AllOf(BOTH).facts == ("resident", "domiciled")


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        ({**YES, "domiciled": True}, Judgement(Answer.MET, parts=(MET,))),
        ({**NO, "domiciled": True}, Judgement(Answer.MET, parts=(NOT_RESIDENT, MET))),
        ({"domiciled": True}, Judgement(Answer.MET, parts=(ASKS_RESIDENCE, MET))),
        (
            {**NO, "domiciled": False},
            Judgement(
                Answer.NOT_MET,
                Reason(ReasonCode.NO_ALTERNATIVE_MET, {"count": 2}),
                parts=(NOT_RESIDENT, NOT_DOMICILED),
            ),
        ),
        (NO, Judgement(Answer.NOT_KNOWN, missing=("domiciled",), parts=(NOT_RESIDENT, ASKS_DOMICILE))),
    ],
)
def test_one_of_several(known, answer):
    assert AnyOf(BOTH).judge(known) == answer
    assert AnyOf(BOTH).facts == ("resident", "domiciled")


def test_trees_over_a_column():
    people = [{"resident": one, "domiciled": two} for one in (True, False) for two in (True, False)]
    columns = Columns.of([ChildFacts.of(person) for person in people])
    assert AllOf(BOTH).met(columns).tolist() == [True, False, False, False]
    assert AnyOf(BOTH).met(columns).tolist() == [True, True, True, False]
    inside = AnyOf((AllOf(BOTH), Holds("domiciled")))
    assert inside.judge(people[0]) == Judgement(Answer.MET, parts=(Judgement(Answer.MET, parts=(MET, MET)),))
    assert inside.met(columns).tolist() == [True, False, True, False]
