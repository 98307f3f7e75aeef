"""A call document: what it means, and how each fault is refused with its place and a sentence."""

import random
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.calls.document import CallDocument, DocumentRefused, parse_call
from wishmi.calls.document_findings import MAX_FINDINGS
from wishmi.calls.document_yaml import MAX_BYTES
from wishmi.core.allocation import Claim, allocate
from wishmi.core.calls import Band, DrawRule, Fit, OrderKey
from wishmi.core.conditions import AgeUnder, ApplicantIs, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.core.eligibility import assess
from wishmi.core.facts import ChildFacts
from wishmi.core.scoring import PointsEach, PointsIf

POLICY = Path(__file__).resolve().parents[2] / "policy"
TEXT = (POLICY / "milano-2022-individuale" / "call.yaml").read_text("utf-8")


def refused(text: str | bytes):
    """The findings of a document that must be refused."""
    with pytest.raises(DocumentRefused) as caught:
        parse_call(text.encode() if isinstance(text, str) else text, "call.yaml")
    for finding in caught.value.findings:
        assert finding.file == "call.yaml"
        assert finding.line >= 1
        assert finding.sentence.endswith((".", "?")), finding.sentence
    return caught.value.findings


def changed(*pairs: tuple[str, str]) -> str:
    """The reference document with texts replaced, each where it first stands."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_with(text: str, part: str) -> int:
    """The line on which a text stands."""
    return text[: text.index(part)].count("\n") + 1


def test_rules_of_the_reference_document():
    rules = parse_call(TEXT.encode()).rules()
    rome = ZoneInfo("Europe/Rome")
    assert (rules.code, rules.version, rules.unit) == ("milano-2022-individuale", 1, "EUR")
    assert rules.opens_at == datetime(2022, 9, 15, 9, 0, tzinfo=rome)
    assert rules.closes_at == datetime(2022, 11, 15, 12, 0, tzinfo=rome)
    assert rules.observation_days == 10
    assert rules.conditions == (
        ApplicantIs(("parent", "guardian", "foster_parent")),
        AgeUnder(18),
        Resident(),
        IndicatorAttested(("ordinary",), date(2022, 1, 1)),
        IndicatorAtMost(2_700_000),
    )
    assert rules.bands == (
        Band(1_000_000, inclusive=False, amount=40_000),
        Band(1_600_000, inclusive=True, amount=30_000),
        Band(2_200_000, inclusive=True, amount=20_000),
        Band(2_700_000, inclusive=True, amount=10_000),
    )
    assert rules.criteria == (
        PointsEach("minors", 10, 5),
        PointsEach("disabled_members", 10, 3),
        PointsIf("lone_parent", 10),
    )
    assert rules.order == (OrderKey.LOWER_INDICATOR, OrderKey.YOUNGER, OrderKey.DRAW)
    assert isinstance(rules.draw, DrawRule)
    assert (rules.draw.beacon, rules.draw.scheme, rules.draw.round) == ("demo", "ed25519", 20221116)
    assert (rules.allocation.fit, rules.allocation.partial_last) == (Fit.STOP, False)
    assert (rules.allocation.split_funds, rules.allocation.household_cap) == (True, None)
    assert (rules.life.accept_within_days, rules.life.use_until) == (30, date(2023, 7, 31))
    assert (rules.use.confirm_within_days, rules.use.free_cancellation_hours) == (3, 48)
    assert (rules.use.minimum_price, rules.use.maximum_price) == (0, None)
    assert rules.payment.holding_days == 7


def test_texts_and_marks_of_the_reference_document():
    call = parse_call(TEXT.encode())
    assert isinstance(call, CallDocument)
    assert call.texts.title.in_language("en").startswith("Individual voucher")
    assert call.texts.title.in_language("ar") == call.texts.title.it
    assert call.texts.title.in_language("model_fields") == call.texts.title.it
    assert call.marks["funds[0].amount"] == "press"
    assert call.marks["amount.bands[0].amount"] == "certain"


def test_the_demo_beacon_is_the_one_the_program_makes():
    from wishmi.infra.beacon import DemoBeacon  # noqa: PLC0415

    rules = parse_call(TEXT.encode()).rules()
    assert rules.draw is not None
    assert rules.draw.public_key == DemoBeacon.of(b"").public_key


# One fault each: what is changed, where it is found, a part of what is said.
FAULTS = [
    # Bands and thresholds.
    ([("to: 16000.00,", "to: 15999.99,")], "amount.bands[2].from", "leaves a gap"),
    ([("from: 16000.00,", "from: 15000.00,")], "amount.bands[2].from", "overlaps"),
    ([("from: 16000.00,", "from: 16000.01,")], "amount.bands[2].from", "write 16000.00"),
    ([("from: 0.00,", "from: 0.01,")], "amount.bands[0].from", "write 0.00"),
    ([("to: 22000.00,", "to: 16000.00,")], "amount.bands[2].to", "not above"),
    ([("at_most: 27000.00", "at_most: 28000.00")], "eligibility.all[3].at_most", "no amount"),
    ([("at_most: 27000.00", "at_most: 26000.00")], "amount.bands[3].to", "above the threshold"),
    (
        [("to: 27000.00, to_inclusive: true", "to: 27000.00, to_inclusive: false")],
        "amount.bands[3].to_inclusive",
        "takes in",
    ),
    (
        [("    - condition: indicator_at_most\n      at_most: 27000.00\n", "")],
        "eligibility.all",
        "add indicator_at_most",
    ),
    ([("amount: 100.00", "amount: 0.00")], "amount.bands[3].amount", "zero"),
    ([("amount: 100.00", "amount: -100.00")], "amount.bands[3].amount", "negative"),
    ([("amount: 100.00", "amount: 100")], "amount.bands[3].amount", "two decimals"),
    ([("amount: 100.00", "amount: 100,00")], "amount.bands[3].00", "not a key"),
    ([("amount: 100.00", "amount: '100,00'")], "amount.bands[3].amount", "two decimals"),
    ([("amount: 100.00", "amount: 1e2")], "amount.bands[3].amount", "two decimals"),
    ([("amount: 100.00", "amount: .inf")], "amount.bands[3].amount", "two decimals"),
    ([("amount: 100.00", "amount: 100.001")], "amount.bands[3].amount", "two decimals"),
    ([("amount: 100.00", f"amount: {'9' * 30}.00")], "amount.bands[3].amount", "digits"),
    ([("amount: 100.00", "amount: ١٠٠.٠٠")], "amount.bands[3].amount", "two decimals"),
    ([("amount: 100.00", "amount: [1]")], "amount.bands[3].amount", "group of values"),
    ([("amount: 100.00", "amount: null")], "amount.bands[3].amount", "Nothing stands here"),
    # Funds.
    ([("amount: 898340.00", "amount: 99.99")], "funds[1].amount", "cannot pay one award"),
    ([("amount: 898340.00", "amount: 0.00")], "funds[1].amount", "cannot pay one award"),
    ([("code: LEGGE-285", "code: EU-UIA")], "funds[1].code", "written twice"),
    ([("code: LEGGE-285", "code: legge 285")], "funds[1].code", "capital letters"),
    ([("cup: Z99Z00000000002", "cup: Z99Z0000000000")], "funds[1].cup", "a CUP"),
    (
        [("eligible_to: 2023-12-31", "eligible_to: 2023-07-30")],
        "funds[0].eligible_to",
        "used until 2023-07-31",
    ),
    (
        [("eligible_to: 2023-12-31", "eligible_to: 2022-01-01")],
        "funds[0].eligible_to",
        "ends before it begins",
    ),
    ([("categories: [art,", "categories: [sport, art,")], "funds[0].categories[4]", "written twice"),
    ([("categories: [art,", "categories: [arts,")], "funds[0].categories[0]", "did you mean art?"),
    # Time.
    ([("closes_at: 2022-11-15T12:00", "closes_at: 2022-09-15T09:00")], "window.closes_at", "before it opens"),
    ([("closes_at: 2022-11-15T12:00", "closes_at: 2022-11-31T12:00")], "window.closes_at", "does not exist"),
    ([("closes_at: 2022-11-15T12:00", "closes_at: 2022-11-15")], "window.closes_at", "is not a moment"),
    ([("closes_at: 2022-11-15T12:00", "closes_at: 2022-10-30T02:30")], "window.closes_at", "clock"),
    ([("opens_at: 2022-09-15T09:00", "opens_at: 2022-03-27T02:30")], "window.opens_at", "clock"),
    ([("use_until: 2023-07-31", "use_until: 2022-11-15")], "award.use_until", "before the window closes"),
    ([("use_until: 2023-07-31", "use_until: 2023-02-29")], "award.use_until", "does not exist"),
    ([("use_until: 2023-07-31", "use_until: 31/07/2023")], "award.use_until", "year-month-day"),
    ([("use_until: 2023-07-31", "use_until: 9999-07-31")], "award.use_until", "too far away"),
    (
        [("issued_from: 2022-01-01", "issued_from: 2022-11-16")],
        "eligibility.all[2].issued_from",
        "nobody could apply",
    ),
    ([("Europe/Rome", "Europe/Roma")], "window.time_zone", "not a known time zone"),
    ([("Europe/Rome", "../../etc/passwd")], "window.time_zone", "not a time zone"),
    # Selection.
    ([("younger, draw]", "younger]")], "selection.order[1]", "write draw as the last key"),
    ([("[lower_indicator, younger, draw]", "[draw, younger]")], "selection.order[1]", "write draw"),
    ([("[lower_indicator,", "[younger,")], "selection.order[1]", "written twice"),
    ([("    round: 20221116\n", "")], "selection.draw.round", "missing"),
    ([("round: 20221116", "round: 0")], "selection.draw.round", "out of range"),
    (
        [("expected_at: 2022-11-16T12:00", "expected_at: 2022-11-15T12:00")],
        "selection.draw.expected_at",
        "before the window closes",
    ),
    (
        [("expected_at: 2022-11-16T12:00", "expected_at: 2023-03-26T02:10")],
        "selection.draw.expected_at",
        "clock",
    ),
    ([("scheme: ed25519", "scheme: rsa")], "selection.draw.scheme", "ed25519"),
    ([("public_key: 2", "public_key: G")], "selection.draw.public_key", "64 hexadecimal"),
    ([("fact: disabled_members", "fact: minors")], "selection.points[1].fact", "written twice"),
    ([("fact: minors", "fact: income")], "selection.points[0].fact", "minors"),
    ([("fact: minors", "fact: minor")], "selection.points[0].fact", "did you mean minors?"),
    ([("each: 10, at_most: 5", "each: 10")], "selection.points[0].at_most", "is counted"),
    ([("each: 10, at_most: 5", "if_true: 10")], "selection.points[0].each", "is counted"),
    ([("if_true: 10", "each: 10, at_most: 1")], "selection.points[2].if_true", "yes or no"),
    ([("if_true: 10", "if_true: 1.5")], "selection.points[2].if_true", "whole number"),
    ([("if_true: 10", f"if_true: {'9' * 5000}")], "selection.points[2].if_true", "out of range"),
    # Eligibility.
    ([("age_under", "age_below")], "eligibility.all[0]", "age_under"),
    ([("condition: resident", "condition: residant")], "eligibility.all[1]", "did you mean resident?"),
    ([("- condition: resident\n", "- conditio: resident\n")], "eligibility.all[1]", "has no kind"),
    ([("- condition: resident\n      who: child", "- resident")], "eligibility.all[1]", "keys and values"),
    (
        [
            (
                "condition: resident\n      who: child",
                "condition: age_under\n      years: 16\n      on: submission",
            )
        ],
        "eligibility.all[1].condition",
        "written twice",
    ),
    ([("kinds: [ordinary]", "kinds: [ordinary, ordinary]")], "eligibility.all[2].kinds[1]", "written twice"),
    ([("kinds: [ordinary]", "kinds: []")], "eligibility.all[2].kinds", "too short"),
    ([("years: 18", "years: -18")], "eligibility.all[0].years", "out of range"),
    ([("years: 18", "years: 18.0")], "eligibility.all[0].years", "whole number"),
    ([("roles: [parent,", "roles: [parent, parent,")], "applicants.roles[1]", "written twice"),
    (
        [
            (
                "    - condition: indicator_attested\n      kinds: [ordinary]\n      issued_from: 2022-01-01\n",
                "",
            )
        ],
        "eligibility.all",
        "add indicator_attested",
    ),
    ([("roles: [parent,", f"roles: [{'parent, ' * 50}")], "applicants.roles[1]", "written twice"),
    # Allocation, use and the rest.
    (
        [("fit: stop\n  partial_last: false", "fit: pass_over\n  partial_last: true")],
        "allocation.partial_last",
        "contradict",
    ),
    ([("partial_last: false", "partial_last: no")], "allocation.partial_last", "true nor false"),
    ([("household_cap: null", "household_cap: 0")], "allocation.household_cap", "out of range"),
    (
        [("several_activities: true", "several_activities: true\n  maximum_price: 0.00")],
        "use.maximum_price",
        "below the lowest",
    ),
    (
        [("remove_after_days: 180", "remove_after_days: 100000")],
        "publication.remove_after_days",
        "out of range",
    ),
    ([("  version: 1", "  version: 0")], "identity.version", "out of range"),
    ([("format: 1", "format: 2")], "format", "out of range"),
    ([("code: milano-2022-individuale", "code: ../x")], "identity.code", "small letters"),
    ([("municipality: F205", "municipality: Milano")], "identity.municipality", "F205"),
    ([("    en: Individual", "    eng: Individual")], "texts.title.eng", "did you mean en?"),
    ([("    en: Individual", "    fr: Individual")], "texts.title.en", "missing"),
    (
        [("title:\n    it: Voucher individuale", "title:\n    it: " + "x" * 5_001)],
        "texts.title.it",
        "shorten it",
    ),
    ([("payment:\n", "payments:\n")], "payments", "did you mean payment?"),
    ([("holding_days: 7", "holding_day: 7")], "payment.holding_day", "did you mean holding_days?"),
    (
        [("      at_most: 27000.00", "      atmost: 27000.00")],
        "eligibility.all[3].atmost",
        "did you mean at_most?",
    ),
    # What is asked, and how sure it is.
    ([("facts: [minors, lone_parent]", "facts: [minors]")], "data", "lone_parent"),
    ([("    - {fact: lone_parent, if_true: 10}\n", "")], "data[2].facts[1]", "do not ask families"),
    ([("facts: [resident]", "facts: [resident, minors]")], "data[2].facts[0]", "written twice"),
    ([("  publication: guess\n", "")], "marks", "how sure publication is"),
    ([("  publication: guess\n", "  publication: maybe\n")], "marks.publication", "certain"),
    (
        [("amount.bands[3].to: certain", "amount.bands[9].to: certain")],
        "marks.amount.bands[9].to",
        "not a place",
    ),
    ([("mark: certain", "mark: sure")], "sources[0].mark", "certain"),
]


@pytest.mark.parametrize(
    ("pairs", "path", "part"), FAULTS, ids=[f"{path}: {part}" for _, path, part in FAULTS]
)
def test_a_fault_is_found_at_its_place(pairs, path, part):
    findings = {finding.path: finding for finding in refused(changed(*pairs))}
    assert path in findings, findings
    assert part in findings[path].sentence


def test_a_fault_names_its_line():
    text = changed(("to: 16000.00,", "to: 15999.99,"))
    (finding,) = refused(text)
    assert finding.line == line_with(text, "from: 16000.00")
    assert str(finding).startswith(
        f"call.yaml:{finding.line}: amount.bands[2].from: The band begins at 16000.00"
    )
    assert finding.as_data() == {
        "file": "call.yaml",
        "line": finding.line,
        "path": "amount.bands[2].from",
        "sentence": finding.sentence,
    }


def test_all_faults_are_said_at_once_in_the_order_of_lines():
    findings = refused(
        changed(("years: 18", "years: x"), ("fit: stop", "fit: halt"), ("holding_days: 7", "holding_days: x"))
    )
    assert [finding.path for finding in findings] == [
        "eligibility.all[0].years",
        "allocation.fit",
        "payment.holding_days",
    ]


def test_thousands_of_faults_are_cut():
    assert len(refused("".join(f"key{number}: 1\n" for number in range(2_000)))) == MAX_FINDINGS


def test_too_long_a_list_is_refused():
    band = "    - {from: 0.00, to: 10000.00, to_inclusive: false, amount: 400.00}\n"
    (finding,) = refused(TEXT.replace(band, band * 60))
    assert (finding.path, finding.sentence) == (
        "amount.bands",
        "The list is too long: write at most 50 entries.",
    )


def test_texts_in_other_languages():
    text = changed(
        ("    en: Individual voucher", "    zh-hans: 个人券\n    ar: قسيمة\n    en: Individual voucher")
    )
    title = parse_call(text.encode()).texts.title
    assert title.in_language("zh-hans") == "个人券"
    assert title.in_language("ar") == "قسيمة"


def test_conditions_stand_alone_as_in_the_rules():
    call = parse_call(TEXT.encode())
    assert call.conditions() == call.rules().conditions


def test_no_draw_is_no_document():
    start, end = TEXT.index("  draw:\n"), TEXT.index("# Spent in this order")
    (finding,) = [one for one in refused(TEXT[:start] + TEXT[end:]) if one.path == "selection.draw"]
    assert "name its beacon" in finding.sentence


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (b"", "keys and values"),
        (b"- a", "keys and values"),
        (b"text", "keys and values"),
        (b"a: [", "not YAML"),
        (b"a: 'x", "not YAML"),
        (b"a:\t1", "not YAML"),
        (b'a: "\\UFFFFFFFF"', "not YAML"),
        (b'a: "\\0"', "NUL"),
        (b"a: x\0y", "NUL"),
        (b'a: "\\ud800"', "control character"),
        ("a: x\u202ey".encode(), "direction"),
        (b"a: 1\na: 2", "written twice"),
        (b"a: &x 1\nb: *x", "Anchors"),
        (b"a: *x", "Anchors"),
        (b"a: !!python/object/apply:os.system [ls]", "tag"),
        (b"!!set {a, b}", "tag"),
        (b"<<: {a: 1}", "not a key"),
        (b"? [a, b]\n: 1", "plain word"),
        (b"? {a: 1}\n: 1", "plain word"),
        (b"x" * 100 + b": 1", "at most 80"),
        (b"%YAML 1.1\n---\na: 1", "directive"),
        (b"a: 1\n---\na: 2", "second document"),
        (b"[" * 5_000, "nested"),
        (b"a: " + b"{a: " * 5_000, "nested"),
        (b"- " * 5_000, "nested"),
        (b"a: [" + b"1," * 30_000 + b"]", "more than 20000 values"),
        (b"a: " + b"x" * MAX_BYTES, "bytes"),
        (b"a: \xff", "UTF-8"),
        ("a: è".encode("latin-1"), "UTF-8"),
        ("a: 1".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_call_is_refused_in_a_sentence(raw, part):
    assert any(part in finding.sentence for finding in refused(raw))


def test_laughs_do_not_multiply():
    bomb = 'a: &a ["x","x"]\n' + "".join(
        f"{new}: &{new} [*{old},*{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "Anchors" in refused(bomb)[0].sentence


def test_a_byte_order_mark_and_windows_line_ends_are_taken():
    assert parse_call(TEXT.encode("utf-8-sig").replace(b"\n", b"\r\n")) == parse_call(TEXT.encode())


def mutated(seed: int, text: str = TEXT) -> bytes:
    """A document, the reference one unless told otherwise, broken in one to four ways."""
    chance = random.Random(seed)
    raw = bytearray(text.encode())
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randrange(len(raw)), chance.randint(1, 40)
        kind = chance.randrange(7)
        if kind == 0:
            del raw[place : place + length]
        elif kind == 1:
            raw[place:place] = bytes(chance.randrange(256) for _ in range(length))
        elif kind == 2:
            raw[place:place] = chance.choice(
                [b"&a ", b"*a", b"!!x ", b"[", b"{", b'"', b"'", b"\0", b"---\n", b"? ", b"- ", b"|", b">9"]
            )
        elif kind == 3:
            raw[place] ^= 1 << chance.randrange(8)
        elif kind == 4:
            lines = raw.split(b"\n")
            chosen = chance.randrange(len(lines))
            lines[chosen] = lines[chosen] + lines[chance.randrange(len(lines))].strip()
            raw = bytearray(b"\n".join(lines))
        elif kind == 5:
            values = [match.span(1) for match in re.finditer(rb": ([^\n,}\]]+)", raw)]
            start, end = chance.choice(values)
            raw[start:end] = chance.choice(
                [
                    b"null",
                    b"-1",
                    b"9" * 60,
                    b"[]",
                    b"{}",
                    b"[[1]]",
                    b"1.0e400",
                    b".nan",
                    b"''",
                    b"2022-13-45",
                    b"true",
                ]
            )
        else:
            lines = raw.split(b"\n")
            del lines[chance.randrange(len(lines))]
            raw = bytearray(b"\n".join(lines))
    return bytes(raw)


def findings_of(raw: bytes) -> int:
    """How many findings refuse a document; none for a sound one. Anything else that is raised fails the test."""
    try:
        parse_call(raw).rules()
    except DocumentRefused as refusal:
        return len(refusal.findings) or -1
    return 0


@pytest.mark.parametrize("start", range(0, 400, 40))
def test_broken_documents_give_findings_and_never_a_traceback(start):
    found = [findings_of(mutated(seed)) for seed in range(start, start + 40)]
    assert min(found) >= 0
    assert sum(number > 0 for number in found) > 20


PRESETS = {path.parent.name: path.read_text("utf-8") for path in sorted(POLICY.glob("*/call.yaml"))}


@pytest.mark.parametrize("name", PRESETS)
def test_broken_presets_give_findings_and_never_a_traceback(name):
    """Forty of each of the thirteen: more than five hundred in all."""
    found = [findings_of(mutated(seed, PRESETS[name])) for seed in range(1_000, 1_040)]
    assert min(found) >= 0
    assert sum(number > 0 for number in found) > 20


@pytest.mark.parametrize("name", PRESETS)
def test_an_unknown_key_and_a_missing_section_are_found_where_they_are(name):
    lines = PRESETS[name].splitlines()
    tops = [place for place, line in enumerate(lines) if re.match(r"[a-z]+:", line)]
    for place, after in zip(tops, [*tops[1:], len(lines)], strict=True):
        section = lines[place].partition(":")[0]
        rest = lines[:place] + lines[after:]
        if section not in {"names", "parameters"}:
            assert section in {finding.path for finding in refused("\n".join(rest))}
        strange = [*lines[:place], "strange: 1", *lines[place:]]
        findings = {finding.path: finding.line for finding in refused("\n".join(strange))}
        assert findings["strange"] == place + 1


@given(st.text(max_size=300))
def test_law_no_text_gives_a_traceback(text):
    assert findings_of(text.encode(errors="surrogatepass")) > 0


CHILD = ChildFacts(
    born_on=date(2012, 5, 17),
    submitted_on=date(2022, 9, 20),
    resident=True,
    isee_cents=0,
    isee_kind="ordinary",
    isee_issued_on=date(2022, 2, 1),
    isee_valid_until=date(2022, 12, 31),
    minors=1,
    lone_parent=False,
    disabled_members=0,
    applicant_role="parent",
    applicant="h1",
)
RULES = parse_call(TEXT.encode()).rules()
BAND = "    - {from: 16000.00, to: 22000.00, to_inclusive: true, amount: 200.00}"


@given(
    cut=st.integers(1_600_001, 2_199_999),
    inclusive=st.booleans(),
    isee=st.integers(0, 3_000_000),
    near=st.integers(-2, 2),
)
def test_law_splitting_a_band_changes_nobodys_amount(cut, inclusive, isee, near):
    shown = f"{cut // 100}.{cut % 100:02d}"
    word = "true" if inclusive else "false"
    two = (
        f"    - {{from: 16000.00, to: {shown}, to_inclusive: {word}, amount: 200.00}}\n"
        f"    - {{from: {shown}, to: 22000.00, to_inclusive: true, amount: 200.00}}"
    )
    marks = TEXT.replace("amount.bands[3]", "amount.bands[4]")
    whole, split = parse_call(TEXT.encode()).rules(), parse_call(marks.replace(BAND, two).encode()).rules()
    assert len(split.bands) == len(whole.bands) + 1
    for cents in (isee, cut + near):
        child = replace(CHILD, isee_cents=cents)
        one, other = assess(whole, child), assess(split, child)
        assert (one.eligible, one.amount, one.reasons) == (other.eligible, other.amount, other.reasons)


@given(st.integers(0, 2_700_000))
def test_law_every_indicator_up_to_the_threshold_has_an_amount(cents):
    assert assess(RULES, replace(CHILD, isee_cents=cents)).amount in {
        10_000,
        20_000,
        30_000,
        40_000,
    }


def test_the_money_of_the_reference_document_pays_at_least_6650():
    rules = parse_call(TEXT.encode()).rules()
    claims = [Claim(f"h{place}", 40_000) for place in range(6_700)]
    made = allocate(rules.allocation, claims, [fund.appropriated for fund in rules.funds])
    assert made.cut_off == 6_651
    assert made.remaining == (0, 0)
