"""What changes from one call document to another: every change found, at its place, with a sentence; nothing else."""

import random
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.calls.test_document import CHILD, TEXT, mutated
from wishmi.calls.difference import ChangeKind, difference, field_key
from wishmi.calls.document import CallDocument, DocumentRefused, parse_call
from wishmi.calls.document_base import Section
from wishmi.core.rejudging import Affected, rejudge
from wishmi.web.affecting import who_is_affected
from wishmi.web.call_fields import ITEMS, LABELS
from wishmi.web.call_values import CLOSED
from wishmi.web.differing import label_of, said

POLICY = Path(__file__).resolve().parents[2] / "policy"
PRESETS = {path.parent.name: path.read_text("utf-8") for path in sorted(POLICY.glob("*/call.yaml"))}
BEFORE = parse_call(TEXT.encode())


def edited(*pairs: tuple[str, str]) -> CallDocument:
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_call(text.encode())


def sections(above: type[Section] = Section):
    for model in above.__subclasses__():
        yield model
        yield from sections(model)


FIELDS = sorted({field_key(model, name) for model in sections() for name in model.model_fields})


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_of_the_document_has_a_name_in_words(field):
    with override("en"):
        english = label_of(field)
    with override("it"):
        italian = label_of(field)
    assert english != italian
    assert "{" not in english + italian


def test_no_label_is_without_a_field():
    names = {field.rpartition(".")[2] for field in FIELDS}
    assert [label for label in LABELS if label not in FIELDS and label not in names] == []


@pytest.mark.parametrize("table", [ITEMS, *CLOSED.values()])
def test_each_word_is_said_in_italian(table):
    for entry in table.values():
        with override("en"):
            english = str(entry)
        with override("it"):
            assert str(entry) != english


LIMIT = [("at_most: 27000.00", "at_most: 30000.00"), ("to: 27000.00", "to: 30000.00")]
CHANGES = [
    (
        LIMIT,
        "eligibility.all[3].at_most",
        "Condition 4 (ISEE up to a limit): the ISEE limit goes from €27,000.00 to €30,000.00.",
        "Condizione 4 (ISEE fino a un limite): il limite ISEE passa da € 27.000,00 a € 30.000,00.",
    ),
    (
        [("use_until: 2023-07-31", "use_until: 2023-08-31")],
        "award.use_until",
        "The last day of use goes from 31 July 2023 to 31 August 2023.",
        "L'ultimo giorno di uso passa da 31 luglio 2023 a 31 agosto 2023.",
    ),
    (
        [("fit: stop", "fit: pass_over")],
        "allocation.fit",
        (
            "What happens to whom the money does not cover: before the list stops there,"
            " now the list goes on to the next."
        ),
        "Ciò che succede a chi il denaro non copre: prima l'elenco si ferma lì, ora l'elenco passa a chi segue.",
    ),
    (
        [("household_cap: null", "household_cap: 2")],
        "allocation.household_cap",
        "The highest number of awards per family is added: 2.",
        "Si aggiunge il numero massimo di assegnazioni per famiglia: 2.",
    ),
    (
        [("split_funds: true", "split_funds: false")],
        "allocation.split_funds",
        "Whether two funds may pay one award: before yes, now no.",
        "Se due fondi possono pagare un'assegnazione: prima sì, ora no.",
    ),
    (
        [("amount: 898340.00", "amount: 900000.00")],
        "funds[1].amount",
        "Fund “LEGGE-285”: the amount goes from €898,340.00 to €900,000.00.",
        "Fondo «LEGGE-285»: l'importo passa da € 898.340,00 a € 900.000,00.",
    ),
    (
        [("categories: [art, ", "categories: [")],
        "funds[0].categories",
        "Fund “EU-UIA”: the list of categories loses Art.",
        "Fondo «EU-UIA»: l'elenco delle categorie perde Arte.",
    ),
    (
        [("[lower_indicator, younger, draw]", "[younger, lower_indicator, draw]")],
        "selection.order",
        "The order of precedence has another order: younger first, lower ISEE first, by draw.",
        "L'ordine di precedenza ha un altro ordine: prima i più giovani, prima l'ISEE più basso, per sorteggio.",
    ),
    (
        [
            ("    - {fact: lone_parent, if_true: 10}\n", ""),
            ("facts: [minors, lone_parent]", "facts: [minors]"),
        ],
        "selection.points[2]",
        (
            "Points for Only one parent is taken away; it was the fact that is read: Only one parent;"
            " the number of points: 10."
        ),
        "Si toglie punti per Un solo genitore: era il fatto che si legge: Un solo genitore; il numero di punti: 10.",
    ),
]


@pytest.mark.parametrize(("pairs", "path", "english", "italian"), CHANGES, ids=[one[1] for one in CHANGES])
def test_a_change_is_said_in_two_languages(pairs, path, english, italian):
    after = edited(*pairs)
    for language, sentence in (("en", english), ("it", italian)):
        with override(language):
            assert {one.change.path: one.sentence for one in said(BEFORE, after)}[path] == sentence


def test_the_same_in_other_words_is_no_change():
    assert difference(BEFORE, parse_call(f"# another comment\n{TEXT}".encode())) == ()


def test_an_entry_more_does_not_make_the_others_look_changed():
    more = "    - condition: number_of\n      fact: minors\n      at_least: 1\n"
    first = "    - condition: resident\n"
    marks = ("eligibility.all[2].issued_from", "eligibility.all[3].issued_from")
    (change, *others) = [
        one for one in difference(BEFORE, edited((first, more + first), marks)) if "marks" not in one.path
    ]
    assert (change.kind, change.path, others) == (ChangeKind.ADDED, "eligibility.all[1]", [])
    assert change.as_data()["after"]["at_least"] == 1


def test_entries_in_another_order_are_said_to_be_so():
    text = PRESETS["dote-sport-2025"]
    rows = re.findall(r"    - code: (?:METRO|PROVINCES)\n(?:      .*\n)+", text)
    if not rows:
        rows = [line + "\n" for line in text.splitlines() if re.search(r"code: (METRO|PROVINCES)", line)]
    one, two = rows
    swapped = text.replace(one, "@@").replace(two, one).replace("@@", two)
    (change,) = difference(parse_call(text.encode()), parse_call(swapped.encode()))
    assert (change.kind, change.path) == (ChangeKind.ORDER, "allocation.reserves")
    with override("en"):
        (told,) = said(parse_call(text.encode()), parse_call(swapped.encode()))
    assert told.sentence == (
        "The list of reserves has another order: reserve “DISABILITY”, reserve “PROVINCES”, reserve “METRO”."
    )


def test_a_change_for_programs_is_written_as_the_document_writes_it():
    change = difference(BEFORE, edited(("amount: 898340.00", "amount: 900000.00")))[0]
    assert change.as_data() == {
        "path": "funds[1].amount",
        "kind": "changed",
        "before": "898340.00",
        "after": "900000.00",
    }


def revalued(seed: int, text: str) -> bytes:
    """A document in which one to three values became others of the same shape: most of them stay valid."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 3)):
        values = list(re.finditer(r"[:\[,] (\d[\d.-]*\d|\d+|true|false|[a-z_]{4,})(?=[\n,}\]])", text))
        chosen = chance.choice(values)
        old = chosen[1]
        if old in {"true", "false"}:
            new = "false" if old == "true" else "true"
        elif old[0].isdigit():
            place = chance.choice([place for place, letter in enumerate(old) if letter.isdigit()])
            new = f"{old[:place]}{chance.randrange(10)}{old[place + 1 :]}"
        else:
            new = chance.choice([other[1] for other in values if other[1].isalpha()] or [old])
        text = text[: chosen.start(1)] + new + text[chosen.end(1) :]
    return text.encode()


def judged(raw: bytes, original: CallDocument) -> str:
    """A document is refused with line and sentence, or means the same, or its changes are said."""
    findings, loaded = (), original
    try:
        loaded = parse_call(raw)
    except DocumentRefused as refused:
        findings = refused.findings
    assert all(one.line >= 1 and one.sentence for one in findings)
    if findings:
        return "refused"
    told = said(original, loaded)
    assert bool(told) is (loaded != original)
    assert all(one.sentence.endswith(".") and one.change.path for one in told)
    return "told" if told else "same"


@pytest.mark.parametrize("name", PRESETS)
def test_a_changed_preset_is_refused_at_its_place_or_told_in_words(name):
    """Forty of each of the thirteen, half of them broken, half with other values: more than five hundred in all."""
    original = parse_call(PRESETS[name].encode())
    found = [
        judged(make(seed, PRESETS[name]), original)
        for make in (mutated, revalued)
        for seed in range(2_000, 2_020)
    ]
    assert set(found) <= {"refused", "told", "same"}
    assert found.count("refused") > 10
    assert found.count("told") > 0


@pytest.mark.parametrize(("one", "other"), list(pairwise(PRESETS)))
def test_law_any_two_documents_can_be_compared_both_ways(one, other):
    before, after = parse_call(PRESETS[one].encode()), parse_call(PRESETS[other].encode())
    there, back = difference(before, after), difference(after, before)
    assert there
    added = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    assert sorted(added.get(change.kind, change.kind) for change in back) == sorted(
        change.kind for change in there
    )


FLAT = edited(*LIMIT, ("amount: 100.00", "amount: 150.00"), ("if_true: 10", "if_true: 12"))


def test_who_would_be_affected_is_counted():
    children = [
        replace(CHILD, isee_cents=2_800_000),
        replace(CHILD, isee_cents=2_500_000),
        replace(CHILD, lone_parent=True),
        replace(CHILD, isee_cents=2_500_000, lone_parent=True),
        CHILD,
        replace(CHILD, resident=False),
    ]
    found = rejudge(BEFORE.rules(), FLAT.rules(), iter(children))
    assert found == Affected(
        children=6,
        becomes=1,
        other_amount=2,
        other_points=2,
        unchanged=2,
        eligible_before=4,
        eligible_after=5,
        amount_before=40_000 + 10_000 + 40_000 + 10_000,
        amount_after=15_000 + 15_000 + 40_000 + 15_000 + 40_000,
    )
    back = rejudge(FLAT.rules(), BEFORE.rules(), iter(children))
    assert (back.becomes, back.no_longer, back.other_amount) == (0, 1, 2)
    with override("en"):
        assert who_is_affected(found)[0] == "1 child becomes eligible."
        assert who_is_affected(Affected()) == ["Nobody has applied yet: nobody is affected."]


def test_what_was_not_asked_before_is_not_known():
    text = TEXT.replace(
        "    - condition: resident\n",
        "    - {condition: holds, fact: school_here}\n    - condition: resident\n",
        1,
    ).replace("eligibility.all[2].issued_from", "eligibility.all[3].issued_from")
    text = text.replace("data:\n", "data:\n  - {facts: [school_here], why: {it: Serve., en: Needed.}}\n", 1)
    found = rejudge(
        BEFORE.rules(), parse_call(text.encode()).rules(), [CHILD, replace(CHILD, resident=False)]
    )
    assert (found.not_known, found.unchanged, found.eligible_after) == (1, 1, 0)


def test_days_are_compared_as_days():
    change = difference(BEFORE, edited(("use_until: 2023-07-31", "use_until: 2023-08-31")))[0]
    assert (change.before, change.after) == (date(2023, 7, 31), date(2023, 8, 31))
