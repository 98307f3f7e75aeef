"""What the list of explained changes is held to."""

import pytest

from tests.mutants.judge import EXPLAINED, Change, Everywhere, Explained, change_of, judge, main

ALLOCATION = "wishmi.core.allocation"
SAME = Change(f"{ALLOCATION}._Purse.take", "a = 1", "a = 2")
OTHER = Change("wishmi.core.ranking._settle", "b = 1", "b = 2")
LIST = """
[[everywhere]]
differs = ', strict=(True|False)'
why = "The lists are made side by side."

[[change]]
in = "wishmi.core.allocation._Purse.take"
was = "a = 1"
now = "a = 2"
why = "Both are the same."
"""
STRICT = Change(f"{ALLOCATION}.allocate", "zip(a, b, strict=True)", "zip(a, b, strict=False)")


def test_what_is_explained_is_no_fault():
    assert judge([SAME, STRICT], Explained.read(LIST), True, [ALLOCATION]) == []


def test_what_nobody_explains_is_told_with_its_lines():
    faults = judge([SAME, STRICT, OTHER], Explained.read(LIST), True, [ALLOCATION])
    assert faults == [
        "no test notices, and nobody explains: wishmi.core.ranking._settle\n  - b = 1\n  + b = 2"
    ]


def test_an_explanation_holds_as_often_as_it_says():
    assert len(judge([SAME, SAME, STRICT], Explained.read(LIST), True, [ALLOCATION])) == 1
    twice = LIST + "times = 2\n"
    assert judge([SAME, SAME, STRICT], Explained.read(twice), True, [ALLOCATION]) == []
    assert "noticed or gone" in judge([SAME, STRICT], Explained.read(twice), True, [ALLOCATION])[0]


def test_an_explanation_of_nothing_is_out_of_date():
    faults = judge([STRICT], Explained.read(LIST), True, [ALLOCATION])
    assert [fault.split(":")[0] for fault in faults] == ["is explained, but is noticed or gone"]
    assert judge([], Explained.read(LIST), False, ["wishmi.core.ranking"]) == []
    # A module's name is not the beginning of another's.
    assert judge([], Explained.read(LIST), False, ["wishmi.core.alloc"]) == []
    assert judge([SAME], Explained.read(LIST), True, [ALLOCATION]) == [
        "is explained everywhere, but found nowhere: , strict=(True|False)"
    ]


def test_a_kind_of_change_explains_nothing_else_on_its_line():
    kind = Everywhere(", strict=(True|False)")
    assert kind.explains(STRICT)
    assert not kind.explains(Change("p", "zip(a, b, strict=True)", "zip(b, a, strict=False)"))
    assert not kind.explains(Change("p", "zip(a, b, strict=True)", "zip(a, b, strict=True)"))


@pytest.mark.parametrize("why", ["", "  "])
def test_an_explanation_has_a_reason(why):
    with pytest.raises(ValueError, match="no reason"):
        Explained.read(LIST.replace("Both are the same.", why))
    with pytest.raises(KeyError):
        Explained.read(LIST.replace('why = "Both are the same."', ""))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("wishmi.core.allocation.xǁ_Purseǁtake_rest__mutmut_11", "wishmi.core.allocation._Purse.take_rest"),
        ("wishmi.core.allocation.x__shares__mutmut_2", "wishmi.core.allocation._shares"),
        ("wishmi.core.ranking.x_rank__mutmut_2", "wishmi.core.ranking.rank"),
    ],
)
def test_a_change_is_told_by_its_place_and_its_lines(name, place):
    diff = "--- a\n+++ a\n@@ -1,3 +1,3 @@\n def f():\n-    a = (1,\n-        2)\n+    a = None\n"
    assert change_of(name, diff) == Change(place, "a = (1, 2)", "a = None")


def test_the_list_can_be_read():
    explained = Explained.read(EXPLAINED.read_text())
    assert len(set(explained.everywhere)) == len(explained.everywhere)


def test_no_changes_at_all_are_no_success(capsys):
    assert main([], is_whole=False) == 1
    assert "0 changes" in capsys.readouterr().out
