"""What two features of a scheme may not say together: each refused at its place, in a sentence."""

from pathlib import Path

import pytest

from wishmi.calls.document import DocumentRefused, parse_call
from wishmi.calls.readiness import gaps

POLICY = Path(__file__).resolve().parents[2] / "policy"

FAULTS = [
    # Who: bounds, trees, words.
    ("dote-sport-2025", "at_least: 6, at_most: 17", "at_least: 18, at_most: 17",
     "eligibility.all[0].at_most", "Nobody"),
    ("dote-sport-2025", "on: submission", "on: someday", "eligibility.all[0].on", "year-month-day"),
    ("dote-sport-2025", "who: parent", "who: uncle", "eligibility.all[1].who", "child"),
    ("dote-sport-2025", "at_least: 100.00", "at_least: 601.00", "eligibility.all[4].at_least", "nobody could apply"),
    ("dote-sport-2025", "at_most: 20000.00", "at_most: ceiling", "eligibility.all[3].at_most", "not a parameter"),
    ("dote-sport-2025", "condition: number_of, fact: disabled_minors", "condition: number_off, fact: disabled_minors",
     "eligibility.all[3].cases[0].when", "did you mean number_of?"),
    ("dote-sport-2025", "fact: disabled_minors, at_least: 1}", "fact: disabled_minor, at_least: 1}",
     "eligibility.all[3].cases[0].when.fact", "did you mean disabled_minors?"),
    ("dote-sport-2025", "words: [metropolitan]", "words: [metropolitana]", "allocation.reserves[1].when.words[0]",
     "did you mean metropolitan?"),
    ("dote-sport-2025", "  provinces: {it", "  provincess: {it", "names.district.provincess", "No rule"),
    ("dote-sport-2025", "district:", "districts:", "names.districts", "did you mean district?"),
    ("estonia-hobby", "fact: unemployed_parent}", "fact: lone_parent}", "eligibility.all[2].of[3].condition",
     "written twice"),
    ("estonia-hobby", "within_days: 31", "until: 2025-12-01", "eligibility.all[3]", "not both"),
    ("estonia-hobby", "after: paid_on", "after: submitted_on", "eligibility.all[3].after", "after itself"),
    ("estonia-hobby", "after: paid_on, within_days: 31", "after: paid_on", "eligibility.all[3]", "belong together"),
    ("benessere-65", "- {condition: years_old, at_least: 18, on: submission}",
     "- {condition: any_of, of: [{condition: holds, fact: disabled}, {condition: all_of, of: []}]}",
     "eligibility.all[1].of[1].of[0].of[1].of", "too short"),
    ("benessere-65", "schemes: [home_care_voucher]", "schemes: [home_care_voucher, home_care_voucher]",
     "eligibility.all[4].schemes[1]", "written twice"),
    ("carta-cultura", "last: 2006-12-31", "last: 2005-12-31", "eligibility.all[0].last", "later"),
    ("kindpakket", "percent: 120", "percent: 0", "eligibility.all[2].percent", "out of range"),
    ("kindpakket", "words: [one_adult]}", "words: [one_parent]}", "eligibility.all[3].cases[0].when.words[0]",
     "not known here"),
    ("kindpakket", "{from: 2025-07-01, value: 1330.00}", "{from: 2024-07-01, value: 1330.00}",
     "parameters.norm_one_adult[1].from", "later day"),
    ("kindpakket", "at_most: norm_two_adults", "at_most: 1850.00", "parameters.norm_two_adults", "No rule"),
    # How much.
    ("pass-culture", "by: age", "by: ages", "amount", "did you mean age?"),
    ("pass-culture", "  by: age\n", "", "amount", "add by"),
    ("pass-culture", "{from: 18, to: 18,", "{from: 17, to: 18,", "amount.ages[1].from", "in the band before"),
    ("pass-culture", "{from: 18, to: 18,", "{from: 18, to: 17,", "amount.ages[1].to", "before it begins"),
    ("pass-culture", "amount: 50.00}", "amount: 0.00}", "amount.ages[0].amount", "zero"),
    ("haf-england", "last: 2026-01-04", "last: 2026-01-05", "amount.seasons[2].last", "last day of use"),
    ("haf-england", "first: 2025-07-23", "first: 2025-04-20", "amount.seasons[1].first", "later day"),
    ("haf-england", "name: summer", "name: easter", "amount.seasons[1].name", "written twice"),
    ("haf-england", "tariff: 35.00", "tariff: 0.00", "amount.tariff", "commits money"),
    ("but-teilhabe", "last: 2025-12-31", "last: 2024-12-31", "amount.last", "later day"),
    ("estonia-hobby", "co_payment: family_at_least\n  share_percent: 50", "co_payment: none", "use.co_payment",
     "per cent of the cost"),
    ("estonia-hobby", "by: cost", "by: cost\n  sharing: pro_rata\n  for_each: {fact: minors, up_to: 0}",
     "amount.for_each.up_to", "out of range"),
    ("kindpakket", "levels: [lower_secondary,", "levels: [primary,", "amount.rows", "written twice"),
    ("carta-cultura", "add_up: true", "add_up: maybe", "amount.add_up", "true nor false"),
    ("dote-sport-2025", "by: flat", "by: flat\n  sharing: pro_rata", "allocation.reserves", "contradict"),
    ("benessere-65", "by: indicator", "by: indicator\n  sharing: pro_rata", "allocation.partial_last",
     "nobody is the last"),
    # Who comes first, from which money.
    ("sport-285-milano", "method: classes", "method: lottery", "selection.classes", "contradict"),
    ("benessere-65", "method: lottery", "method: classes", "selection.method", "No class"),
    ("sport-285-milano", "  classes:\n",
     "  classes:\n    - {condition: number_of, fact: disabled_minors, at_least: 1}\n",
     "selection.classes[0]", "tell of health"),
    ("benessere-65", "order: [draw]", "order: [younger, draw]", "selection.order[0]", "begins with draw"),
    ("benessere-65", "method: lottery", "method: universal", "selection.order[0]", "order: [code]"),
    ("benessere-65", "method: lottery", "method: first_come", "selection.order[0]", "begins with arrival"),
    ("benessere-65", "order: [draw]", "order: [draw, code]", "selection.order[1]", "decides for nobody"),
    ("benessere-65", "method: lottery\n  order: [draw]", "method: points\n  order: [arrival, draw]",
     "selection.order[0]", "write method: first_come"),
    ("milano-2022-individuale", "method: points", "method: lottery", "selection.points", "contradict"),
    ("dote-sport-2025", "percent: 10", "percent: 11", "allocation.reserves", "101 per cent"),
    ("dote-sport-2025", "partial_last: false", "partial_last: true", "allocation.partial_last", "no single last"),
    ("dote-sport-2025", "code: METRO", "code: DISABILITY", "allocation.reserves[1].code", "written twice"),
    ("dote-sport-2025", "minors: 0, at_most: 1", "minors: 1, at_most: 1",
     "allocation.grants_per_household.steps[0].minors", "no cap"),
    ("dote-sport-2025", "minors: 4, at_most: 3", "minors: 3, at_most: 3",
     "allocation.grants_per_household.steps[2]", "Steps rise"),
    ("dote-sport-2025", "split_funds: false", "split_funds: false\n  household_cap: 2",
     "allocation.grants_per_household", "contradict"),
    # Sessions are counted: what can only be said of money contradicts them.
    ("haf-england", "  tariff: 35.00", "  tariff: 35.00\n  at_most_in_all: 70.00", "amount.at_most_in_all", "counted"),
    ("haf-england", "  tariff: 35.00", "  tariff: 35.00\n  for_each: {fact: minors, up_to: 2}", "amount.for_each",
     "counted"),
    ("haf-england", "  tariff: 35.00", "  tariff: 35.00\n  sharing: pro_rata", "amount.sharing", "counted"),
    ("haf-england", "partial_last: false", "partial_last: true", "allocation.partial_last", "not divided"),
    ("haf-england", "maximum_price: 35.00", "per_month: 35.00", "use.per_month", "no amount to limit"),
    ("haf-england", "mark_within_days: 14", "mark_within_days: 14\n  late_percent: 50", "bookings.late_percent",
     "whole or not at all"),
    ("haf-england", "fixed_unit: 35.00", "fixed_unit: 35.01", "payment.fixed_unit", "commit 35.00"),
    ("haf-england", "fixed_unit: 35.00", "moment: in_advance", "payment.moment", "after_use"),
    ("haf-england", "fixed_unit: 35.00", "rates: [{above: 0.00, percent: 90}]", "payment.rates", "leave them out"),
    ("haf-england", "fixed_unit: 35.00", "to: family\n  claim_within_days: 30", "payment.to", "not paid back"),
    ("haf-england", "extendable: false", "extendable: false\n  yearly: true", "award.yearly", "season by season"),
    ("haf-england", "extendable: false", "extendable: false\n  carry_over: all", "award.carry_over", "end with"),
    ("haf-england", "discretionary: {percent: 15}", "discretionary: {percent: 101}",
     "allocation.discretionary.percent", "out of range"),
    ("pass-culture", "categories: [art, books, digital]", "categories: [art, books, digitals]",
     "funds[0].categories[2]", "did you mean digital?"),
    # Life, use, payment.
    ("reykjavik-fristundakort", "accept_within_days: null", "accept_within_days: 5", "award.accept_within_days",
     "comes by itself"),
    ("reykjavik-fristundakort", "fact: domiciled", "fact: disabled", "data", "disabled"),
    ("reykjavik-fristundakort", "carry_over: none", "carry_over: capped", "award.carry_over", "belong together"),
    ("carta-cultura", "extendable: false", "extendable: false\n  carry_over: all", "award.carry_over", "no new period"),
    ("pass-culture", "until_age: 21", "until_age: 18", "award.recredits[0].age", "birthday of 18"),
    ("kindpakket", "recheck: each_period", "recheck: each_period\n  mode: claim", "award.automatic_for", "spared"),
    ("benessere-65", "  share_percent: 10\n", "", "use.share_percent", "write both"),
    ("sport-285-milano", "co_payment: rest_by_family", "co_payment: rest_by_family\n  share_percent: 5",
     "use.share_percent", "or neither"),
    ("benessere-65", "  confirm_use_within_days: 10\n", "", "bookings.confirm_use_within_days", "belong together"),
    ("sport-285-milano", "bookings:\n", "bookings:\n  confirm_use_within_days: 10\n",
     "bookings.confirm_use_within_days", "belong together"),
    ("benessere-65", "method: sepa", "method: sepa\n  moment: after_start", "payment.moment", "waits for no answer"),
    ("sport-285-milano", "several_activities: true", "several_activities: true\n  indivisible: true",
     "use.several_activities", "cannot be split"),
    ("dote-sport-2025", "several_activities: false", "several_activities: false\n  indivisible: true\n  per_year: 5.00",
     "use.indivisible", "cannot be capped"),
    ("dote-sport-2025", "several_activities: false", "several_activities: false\n  services: 2", "use.services",
     "One activity"),
    ("estonia-hobby", "per_month: 40.00", "per_month: 0.00", "use.per_month", "nothing could be used"),
    ("pass-culture", "above: 0.00", "above: 1.00", "payment.rates[0].above", "begins at 0.00"),
    ("pass-culture", "above: 40000.00", "above: 20000.00", "payment.rates[2].above", "larger amount"),
    ("pass-culture", "rates:\n", "fixed_unit: 5.00\n  rates:\n", "payment.fixed_unit", "no rate applies"),
    ("milano-2022-collettivo", "{percent: 50, after_days: 240}", "{percent: 49, after_days: 240}",
     "payment.instalments", "99 per cent"),
    ("milano-2022-collettivo", "moment: instalments", "moment: after_use", "payment.moment", "belong together"),
    ("estonia-hobby", "  claim_within_days: 31\n", "", "payment.claim_within_days", "belong together"),
    # Time.
    ("milano-2022-collettivo", "opens_at: 2023-01-16T09:00", "opens_at: 2022-10-16T09:00", "window.again[0].opens_at",
     "later moment"),
    ("milano-2022-collettivo", "  unserved: apply_again\n", "", "window.unserved", "belong together"),
    ("sport-285-milano", "observation_days: 10", "observation_days: 10\n  unserved: stay", "window.unserved",
     "belong together"),
    ("milano-2022-collettivo", "      draw: {round: 20230217, expected_at: 2023-02-17T12:00}\n", "",
     "window.again[0]", "is known by now"),
    ("milano-2022-collettivo", "expected_at: 2023-02-17T12:00", "expected_at: 2023-02-16T12:00",
     "window.again[0].draw.expected_at", "could be known"),
    ("milano-2022-collettivo", "round: 20230217", "round: 20221104", "window.again[0].draw.round", "later round"),
    ("milano-2022-collettivo", "expected_at: 2022-11-04T12:00", "expected_at: 2023-02-16T12:00",
     "window.again[0].closes_at", "its list comes first"),
    ("milano-2022-collettivo", "order: [higher_score, draw]", "order: [higher_score, code]",
     "window.again[0].draw", "add draw"),
    ("milano-2022-collettivo", "closes_at: 2023-02-16T12:00", "closes_at: 2023-01-16T09:00",
     "window.again[0].closes_at", "closes before it opens"),
    ("sport-285-milano", "observation_days: 10",
     "observation_days: 10\n  providers: {opens_at: 2023-02-01T09:00, closes_at: 2023-03-02T09:00}",
     "window.providers.closes_at", "come before families"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "path", "part"), FAULTS, ids=[f"{fault[3]}: {fault[4]}" for fault in FAULTS]
)
def test_a_contradiction_is_found_at_its_place(name, old, new, path, part):
    text = (POLICY / name / "call.yaml").read_text("utf-8")
    assert old in text
    with pytest.raises(DocumentRefused) as caught:
        parse_call(text.replace(old, new, 1).encode())
    found = {finding.path: finding for finding in caught.value.findings}
    assert path in found, found
    assert part in " ".join(one.sentence for one in caught.value.findings if one.path == path)
    assert all(finding.line > 1 for finding in caught.value.findings)


def test_nobody_declares_where_nobody_applies():
    text = (POLICY / "reykjavik-fristundakort" / "call.yaml").read_text("utf-8")
    text = text.replace("fact: domiciled", "fact: disabled", 1).replace(
        "facts: [domiciled]", "facts: [disabled]", 1
    )
    with pytest.raises(DocumentRefused, match="nobody can declare disabled"):
        parse_call(text.encode())


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in POLICY.glob("*/call.yaml")))
def test_only_what_the_rooms_can_carry_out_may_be_published(folder, settings):
    """Takes its line away with each part that a room learns; docs/transitions.md. Each in its own currency."""
    rules = parse_call((POLICY / folder / "call.yaml").read_bytes()).rules()
    settings.WISHMI_CURRENCY = rules.unit
    missing = gaps(rules)
    whole = {
        "benessere-65",
        "but-teilhabe",
        "carta-cultura",
        "dimostrazione-2023",
        "dote-sport-2025",
        "estonia-hobby",
        "haf-england",
        "kindpakket",
        "milano-2022-individuale",
        "pass-culture",
        "reykjavik-fristundakort",
        "sport-285-milano",
    }
    assert bool(missing) is (folder not in whole)


def test_amounts_are_kept_in_the_smallest_part_of_their_currency():
    text = (POLICY / "reykjavik-fristundakort" / "call.yaml").read_text(encoding="utf-8")
    rules = parse_call(text.encode()).rules()
    assert (rules.unit, rules.amounts(), rules.use.per_year) == ("ISK", (75_000,), 75_000)
    assert rules.funds[0].appropriated == 2_000_000_000
    with pytest.raises(DocumentRefused) as refused:
        parse_call(text.replace("per_year: 75000.00", "per_year: 75000.50").encode())
    (finding,) = refused.value.findings
    assert (finding.path, finding.sentence) == (
        "use.per_year",
        "ISK has no smaller part: write an amount that ends in .00.",
    )
    euro = parse_call((POLICY / "pass-culture" / "call.yaml").read_bytes()).rules()
    assert euro.life.recredits == ((18, 15_000),)
