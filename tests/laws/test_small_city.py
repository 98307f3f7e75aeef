"""A small city played once, from the call to the bank file and the second round: what must hold at its end."""

import copy
import io
import re
import shutil
from contextlib import contextmanager
from datetime import date
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connections
from rich.console import Console
from rich.progress import Progress
from sepaxml.validation import try_valid_xml

from tests.conftest import is_postgres
from wishmi.applications.entropy import SeededEntropy
from wishmi.awards.models import Stage, StageRow
from wishmi.awards.publishing import path_of, private_facts, receipt
from wishmi.calls.models import Call, CallAct, Fund
from wishmi.calls.selectors import rules_of
from wishmi.cli.demo import life, report
from wishmi.cli.demo.scene import Scene
from wishmi.core.replay import verify_facts
from wishmi.core.verification import verify_public
from wishmi.core.verification_receipt import verify_receipt
from wishmi.infra.beacon import signature_is_valid
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.ledger.selectors import fund_figures
from wishmi.outcomes.audit import check_everything
from wishmi.payouts.models import Batch, Payment
from wishmi.people.models import IseeAttestation, Person
from wishmi.simulation.behaviour import BehaviourPlan
from wishmi.simulation.city import generate_city
from wishmi.simulation.profile import load_profile
from wishmi.simulation.providers import generate_offer

SEED = 7


@contextmanager
def own_database(name, folder):
    """A database of its own beside that of the other tests, since what is played here is committed."""
    usual = connections["default"]
    settings = copy.deepcopy(usual.settings_dict)
    if is_postgres():
        settings["NAME"] = f"{usual.settings_dict['NAME']}_{name}"
        settings["OPTIONS"].pop("pool", None)
        with usual._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {settings['NAME']}")
            cursor.execute(f"CREATE DATABASE {settings['NAME']}")
    else:
        settings["NAME"] = str(folder / "city.sqlite3")
    connections["default"] = type(usual)(settings, "default")
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        if is_postgres():
            with usual._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {settings['NAME']}")


@contextmanager
def demo(name, folder, django_db_blocker):
    """Everything a play needs, with files and database of its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr("django.conf.settings.WISHMI_DATA", folder)
    patch.setattr("django.conf.settings.WISHMI_MODE", "demo")
    with django_db_blocker.unblock(), own_database(name, folder):
        yield
    patch.undo()


def silent():
    return Progress(console=Console(file=io.StringIO()), disable=True)


@pytest.fixture(scope="module")
def city(tmp_path_factory, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("city")
    with demo("city", folder, django_db_blocker):
        yield life.play("small", SEED, silent())
    shutil.rmtree(folder)


def stages():
    rows = Stage.objects.select_related("version", "call", "previous").order_by("call_id", "number")
    return list(rows)


def files_of(stage):
    return {path.name: path.read_bytes() for path in path_of(stage).iterdir()}


def test_something_of_everything_happened(city):
    wanted = (
        "applications",
        "awarded",
        "bookings",
        "redemptions",
        "payouts",
        "lapsed",
        "second_round_awards",
    )
    assert all(city[name] > 20 for name in wanted)
    for act in ("accepted", "renounced", "not_accepted", "cancelled", "rejected_payments", "run_down_awards"):
        assert city["acts"][act] > 0
    assert [stage.kind for stage in stages()] == ["provisional", "final", "round", "round"]


def test_the_identities_hold_to_the_cent_for_each_fund(city):
    funds = list(Fund.objects.order_by("id"))
    figures = fund_figures(fund.ref for fund in funds)
    assert len(figures) == len(funds) == 3
    for one in figures:
        assert one.appropriated_cents == one.available_cents + one.awarded_cents - one.returned_cents
        assert one.awarded_cents == (
            one.unreleased_cents + one.unspent_cents + one.held_cents + one.spent_cents + one.returned_cents
        )
        assert one.spent_cents == (
            one.due_cents + one.in_payment_cents + one.paid_cents - one.recoverable_cents
        )
        assert all(value >= 0 for value in one.as_data().values() if isinstance(value, int))


def test_the_audit_finds_nothing(city):
    found = check_everything()
    assert (found.differences, found.chain) == ((), "ok")


def test_every_stage_verifies_for_the_public_and_for_an_auditor(city):
    previous = None
    for stage in stages():
        files, rules = files_of(stage), rules_of(stage.version)
        root, sealed = bytes.fromhex(stage.root), bytes.fromhex(stage.call.intakes.get().root)
        public = verify_public(files, rules, signature_is_valid, root=root, intake_root=sealed)
        assert (public.is_sound, public.is_anchored) == (True, True), public.findings
        replayed = verify_facts(files, rules, private_facts(stage))
        assert replayed.is_sound, replayed.findings
        assert CallAct.objects.get(number=stage.act_number, call=stage.call).data == {"root": stage.root}
        assert stage.previous == previous
        previous = stage


@pytest.mark.parametrize("outcome", ["awarded", "waiting", "excluded"])
def test_a_receipt_verifies(city, outcome):
    last = stages()[-1]
    rows = StageRow.objects.filter(stage=last, outcome=outcome).select_related("candidacy", "stage__version")
    row = rows.order_by("id").last()
    raw = receipt(row)
    assert verify_receipt(
        raw, root=bytes.fromhex(last.root), files=files_of(last), rules=rules_of(last.version)
    ).is_sound


def test_every_bank_file_validates_and_pays_what_its_batch_says(city):
    space = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
    batches = list(Batch.objects.exclude(file="").order_by("id"))
    assert batches
    for batch in batches:
        data = (path_of(stages()[0]).parents[2] / "payouts" / batch.file).read_bytes()
        try_valid_xml(data, "pain.001.001.09")
        paid = dict(Payment.objects.filter(batch=batch, amount__gt=0).values_list("end_to_end", "amount"))
        root = ET.fromstring(data)
        amounts = [int(node.text.replace(".", "")) for node in root.iter(f"{space}InstdAmt")]
        names = [node.text for node in root.iter(f"{space}EndToEndId")]
        assert dict(zip(names, amounts, strict=True)) == paid
        assert batch.prepared_by != batch.approved_by


def test_no_event_waits_and_none_has_failed(city):
    assert not OutboxEvent.objects.filter(handled_at__isnull=True).exists()
    assert not OutboxEvent.objects.filter(failures__gt=0).exists()


def words_of_persons():
    """Fiscal codes and whole names, in capitals; a single word such as Rosa says nothing of anybody."""
    people = list(Person.objects.all())
    codes = {person.fiscal_code.upper() for person in people}
    names = {person.full_name.upper() for person in people}
    turned = {f"{person.family_name} {person.given_name}".upper() for person in people}
    return codes, names | turned


def test_no_audit_record_and_no_event_names_a_person(city):
    codes, names = words_of_persons()
    assert len(codes) > 5000
    told = [f"{row.actor} {row.subject} {row.data}".upper() for row in AuditRecord.objects.all()]
    told += [str(row.data).upper() for row in OutboxEvent.objects.all()]
    text = "\n".join(told)
    assert not {match for match in re.findall(r"[A-Z0-9]{16}", text) if match in codes}
    assert not any(name in text for name in names)


def test_published_files_hold_no_fiscal_code_no_name_and_no_indicator(city):
    codes, names = words_of_persons()
    cents = {row.cents for row in IseeAttestation.objects.all()}
    folder = path_of(stages()[0]).parent
    paths = [path for path in folder.rglob("*") if path.is_file()]
    assert len(paths) > 20
    for path in paths:
        text = path.read_text("utf-8").upper()
        assert not {match for match in re.findall(r"[A-Z0-9]{16}", text) if match in codes}, path
        assert not any(name in text for name in names), path
        if path.name in {"ranking.csv", "leaves.csv"}:
            numbers = {int(number) for number in re.findall(r"(?<![0-9A-F])\d{5,9}(?![0-9A-F])", text)}
            assert not numbers & cents, path


def test_secrets_lie_encrypted_where_the_office_keeps_them(city):
    folder = path_of(stages()[0]).parents[2] / "private"
    paths = list(folder.rglob("*.facts"))
    assert len(paths) == len(stages())
    for path in paths:
        assert b'"isee_cents"' not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


def test_of_each_call_the_acts_are_numbered_once(city):
    for call in Call.objects.order_by("id"):
        numbers = list(call.acts.values_list("number", flat=True))
        assert len(numbers) == len(set(numbers))


def first_digest(seed, settings):
    """The digest of the first final ranking: the play as far as it is needed."""
    profile = load_profile(settings.WISHMI_CITY)
    scene = Scene(
        city=generate_city(profile, "small", seed, date(2022, 9, 1)),
        offer=generate_offer(profile, "small", seed, date(2023, 1, 9), date(2023, 12, 20)),
        plan=BehaviourPlan(seed, profile.behaviour),
        entropy=SeededEntropy(f"demo {seed}"),
        progress=silent(),
        zone=ZoneInfo(profile.city.timezone),
    )
    life._until_awards(scene)
    return report.report_of(scene)["digest"]


@pytest.mark.parametrize(("seed", "is_same"), [(SEED, True), (SEED + 1, False)])
def test_the_same_seed_plays_the_same_city_and_another_another(
    city, settings, tmp_path, django_db_blocker, seed, is_same
):
    with demo(f"again_{seed}", tmp_path, django_db_blocker):
        assert (first_digest(seed, settings) == city["digest"]) is is_same
