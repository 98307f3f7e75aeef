"""Facts and rules as Hypothesis draws them: near every bound, in and out of the window."""

from datetime import date

from hypothesis import strategies as st

from tests.core.small_city import rules
from wishmi.core.calls import Band
from wishmi.core.conditions import AgeUnder, ApplicantIs, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.core.facts import APPLICANT_ROLES, ISEE_KINDS, ChildFacts
from wishmi.core.scoring import PointsEach, PointsIf

BOUNDS = (0, 999_999, 1_000_000, 1_000_001, 1_600_000, 1_600_001, 2_200_000, 2_700_000, 2_700_001)
DAYS = st.dates(date(2003, 1, 1), date(2025, 12, 31)) | st.sampled_from(
    [date(2004, 2, 29), date(2008, 2, 29), date(2022, 2, 28), date(2022, 3, 1), date(2024, 2, 29)]
)

facts = st.builds(
    ChildFacts,
    born_on=DAYS,
    submitted_on=DAYS,
    resident=st.booleans(),
    isee_cents=st.none() | st.sampled_from(BOUNDS) | st.integers(0, 3_000_000),
    isee_kind=st.sampled_from(ISEE_KINDS),
    isee_issued_on=st.none() | DAYS,
    isee_valid_until=st.none() | DAYS,
    minors=st.integers(0, 8),
    lone_parent=st.booleans(),
    disabled_members=st.integers(0, 5),
    applicant_role=st.sampled_from(APPLICANT_ROLES),
    applicant=st.sampled_from(["a", "b", "c", "d"]),
)

_CONDITIONS = (
    st.builds(AgeUnder, st.integers(1, 20)),
    st.just(Resident()),
    st.builds(ApplicantIs, st.lists(st.sampled_from(APPLICANT_ROLES), min_size=1, unique=True).map(tuple)),
    st.builds(
        IndicatorAttested,
        st.lists(st.sampled_from(ISEE_KINDS[1:]), min_size=1, unique=True).map(tuple),
        st.dates(date(2021, 1, 1), date(2023, 12, 31)),
    ),
    st.builds(IndicatorAtMost, st.sampled_from(BOUNDS)),
)
conditions = st.lists(st.one_of(*_CONDITIONS), max_size=6).map(tuple)


@st.composite
def bands(draw):
    bounds = draw(st.lists(st.sampled_from(BOUNDS[1:]), min_size=1, unique=True).map(sorted))
    return tuple(Band(bound, draw(st.booleans()), draw(st.integers(1, 50_000))) for bound in bounds)


criteria = st.lists(
    st.builds(
        PointsEach, st.sampled_from(["minors", "disabled_members"]), st.integers(0, 20), st.integers(1, 6)
    )
    | st.builds(PointsIf, st.just("lone_parent"), st.integers(0, 20)),
    max_size=4,
).map(tuple)


@st.composite
def any_rules(draw):
    return rules(conditions=draw(conditions), bands=draw(bands()), criteria=draw(criteria))


def eligible(**changes) -> ChildFacts:
    """A child that meets the rules of the small city."""
    values = {
        "born_on": date(2014, 5, 1),
        "submitted_on": date(2023, 3, 10),
        "resident": True,
        "isee_cents": 500_000,
        "isee_kind": "ordinary",
        "isee_issued_on": date(2023, 1, 15),
        "isee_valid_until": date(2023, 12, 31),
        "minors": 1,
        "lone_parent": False,
        "disabled_members": 0,
        "applicant_role": "parent",
        "applicant": "home",
    }
    return ChildFacts(**values | changes)
