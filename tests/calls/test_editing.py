"""A change at one place of a document's text leaves all other lines as their author wrote them."""

from difflib import ndiff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.calls.document import DocumentRefused
from wishmi.calls.document_editing import plainly, put_at, rewritten, value_at, without
from wishmi.calls.document_yaml import read_yaml

POLICY = Path(__file__).resolve().parents[2] / "policy"
PRESETS = sorted(POLICY.glob("*/call.yaml"))
DEMO = (POLICY / "dimostrazione-2023" / "call.yaml").read_text()


def tree_of(text):
    return read_yaml(text.encode(), "call.yaml").tree


def changed(before, after):
    """The lines that went and those that came."""
    lines = list(ndiff(before.splitlines(), after.splitlines()))
    return [one[2:] for one in lines if one[0] == "-"], [one[2:] for one in lines if one[0] == "+"]


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.parent.name)
def test_the_same_tree_is_the_same_text(path):
    text = path.read_text()
    assert rewritten(text, tree_of(text)) == text
    assert tree_of(plainly(tree_of(text))) == tree_of(text)


@pytest.mark.parametrize(
    ("place", "value", "gone", "come"),
    [
        (("window", "observation_days"), "12", ["  observation_days: 10"], ["  observation_days: 12"]),
        (
            ("texts", "title", "en"),
            "A voucher: for #all",
            ["    en: Demonstration voucher 2023"],
            ["    en: 'A voucher: for #all'"],
        ),
        (("allocation", "household_cap"), "2", ["  household_cap: null"], ["  household_cap: 2"]),
        (("award", "valid_days"), "90", [], ["  valid_days: 90"]),
        (("texts", "title", "it"), "null", ["    it: Voucher di dimostrazione 2023"], ['    it: "null"']),
    ],
)
def test_only_the_line_of_the_place_changes(place, value, gone, come):
    made = rewritten(DEMO, put_at(tree_of(DEMO), place, value))
    assert changed(DEMO, made) == (gone, come)
    assert value_at(tree_of(made), place) == value


def test_comments_outlive_what_is_taken_away():
    made = rewritten(DEMO, without(tree_of(DEMO), ("selection", "points", 1)))
    gone, _come = changed(DEMO, made)
    assert gone[0].strip() == "- {fact: disabled_members, each: 10, at_most: 3}"
    assert "# Equal weights on purpose: a public total then says little" in made
    assert [row["fact"] for row in tree_of(made)["selection"]["points"]] == ["minors", "lone_parent"]


def test_an_index_beyond_the_end_is_refused():
    with pytest.raises(IndexError, match="no entry 9"):
        put_at(tree_of(DEMO), ("amount", "bands", 9), {})


def test_what_grows_too_long_is_refused():
    with pytest.raises(DocumentRefused, match="more than the 262144"):
        rewritten(DEMO, put_at(tree_of(DEMO), ("texts", "summary", "en"), "a" * 300_000))


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=150).filter(
    lambda text: (
        not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\x85\ufeff")
    )
)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TREES = st.recursive(
    st.none() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(value=TREES, place=st.sampled_from([("new",), ("texts", "title", "it"), ("funds", 1), ("funds", 0)]))
def test_whatever_is_put_in_reads_back(value, place):
    tree = put_at(tree_of(DEMO), place, value)
    assert tree_of(rewritten(DEMO, tree)) == tree
