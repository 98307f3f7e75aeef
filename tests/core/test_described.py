"""Nodes of the rules as plain data."""

from datetime import date

from wishmi.core.rules.described import described, kind_of
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.trees import AnyOf
from wishmi.core.rules.who import BornBetween, Holds, NotFundedBy


def test_a_node_tells_its_kind_and_its_parameters():
    born = BornBetween(date(2012, 1, 1), date(2013, 6, 30))
    node = AnyOf((Holds("resident"), NotFundedBy(("a", "b")), born))
    assert described(node) == {
        "kind": "any_of",
        "of": [
            {"kind": "holds", "fact": "resident"},
            {"kind": "not_funded_by", "schemes": ["a", "b"]},
            {"kind": "born_between", "first": "2012-01-01", "last": "2013-06-30"},
        ],
    }
    assert (kind_of(born), kind_of(7)) == ("born_between", "int")


def test_a_value_stays_what_it_is():
    assert [described(value) for value in (3, True, None, "word", ())] == [3, True, None, "word", []]
    word = described(Answer.MET)
    assert (word, type(word)) == ("met", str)
    assert described(Holds) is Holds
