"""Attacks on the audit chain by somebody who can write to the database, each found and named."""

import pytest
from django.db import connection, transaction

from tests.builders import DAY, NOW, OFFICER
from wishmi.infra import audit, chain
from wishmi.infra.models import AuditRecord, Seal, SealLink
from wishmi.infra.trail import chain_status
from wishmi.infra.triggers import lift, protect

pytestmark = pytest.mark.django_db
TABLES = ("infra_auditrecord", "infra_seal", "infra_seallink")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return tmp_path


@pytest.fixture
def write_heads(django_capture_on_commit_callbacks):
    """Seal, and do what a commit would do: write the head outside the database."""

    def seal(moment=NOW):
        with django_capture_on_commit_callbacks(execute=True):
            return chain.seal(moment)

    return seal


@pytest.fixture
def records(write_heads):
    """Nine records in three seals; returns their ids."""
    ids = []
    for number in range(9):
        audit.record(NOW, OFFICER, "thing.done", f"thing:{number}", amount=number)
        ids.append(AuditRecord.objects.latest("id").pk)
        if number % 3 == 2:
            write_heads(NOW + number * DAY)
    return ids


@pytest.fixture
def attack(records):
    """Run SQL with the triggers lifted, as a superuser would."""

    def run(statement, *parameters):
        for table in TABLES:
            lift(table)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
        for table in TABLES:
            protect(table)

    return run


def faults():
    return [(fault.place, fault.kind) for fault in chain.check()]


def test_an_untouched_chain_holds(records, folder):
    assert faults() == []
    assert [seal.number for seal in Seal.objects.order_by("number")] == [1, 2, 3]
    assert (folder / "heads.txt").read_text().count("\n") == 3
    status = chain_status()
    assert (status.seals, status.waiting, status.last.number) == (3, 0, 3)


def test_sealing_again_seals_nothing(records, write_heads):
    assert write_heads() == 0
    assert Seal.objects.count() == 3


@pytest.mark.parametrize("column", ["actor", "verb", "subject", "data"])
def test_a_changed_record_is_named(records, attack, column):
    attack(f"UPDATE infra_auditrecord SET {column} = 'x' WHERE id = %s", records[4])
    assert faults() == [(f"audit {records[4]}", "changed")]


def test_a_record_dated_otherwise_is_named(records, attack):
    attack("UPDATE infra_auditrecord SET at = %s WHERE id = %s", NOW + DAY, records[0])
    assert faults() == [(f"audit {records[0]}", "changed")]


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_removed_record_is_named(records, attack, place):
    attack("DELETE FROM infra_auditrecord WHERE id = %s", records[place])
    assert faults() == [(f"audit {records[place]}", "removed")]


def test_a_record_inserted_before_sealed_ones_is_named(records, attack):
    attack(
        "INSERT INTO infra_auditrecord (id, at, actor, verb, subject, data)"
        " VALUES (%s, %s, 'x', 'x', 'x', '{}')",
        -7,
        NOW,
    )
    assert faults() == [("audit -7", "inserted")]


def test_a_record_and_its_link_removed_together_break_the_seal(records, attack):
    attack("DELETE FROM infra_seallink WHERE subject_id = %s", records[4])
    attack("DELETE FROM infra_auditrecord WHERE id = %s", records[4])
    assert faults() == [("seal 2", "changed")]


def test_a_record_and_the_digest_of_its_link_changed_together_break_the_seal(records, attack):
    attack("UPDATE infra_auditrecord SET actor = 'x' WHERE id = %s", records[4])
    row = AuditRecord.objects.filter(pk=records[4]).values_list(
        "id", "at", "actor", "verb", "subject", "data"
    )
    attack(
        "UPDATE infra_seallink SET digest = %s WHERE subject_id = %s",
        chain.row_digest("audit", row[0]),
        records[4],
    )
    assert faults() == [("seal 2", "changed")]


def test_a_link_that_points_to_another_record_is_named(records, attack, write_heads):
    audit.record(NOW, OFFICER, "thing.done", "thing:later")
    later = AuditRecord.objects.latest("id").pk
    attack("UPDATE infra_seallink SET subject_id = %s WHERE subject_id = %s", later, records[4])
    assert (f"audit {later}", "changed") in faults()


def test_a_changed_link_breaks_its_seal(records, attack):
    attack("UPDATE infra_seallink SET digest = %s WHERE subject_id = %s", "0" * 64, records[1])
    assert faults() == [("seal 1", "changed"), (f"audit {records[1]}", "changed")]


def test_a_link_moved_to_another_seal_breaks_both(records, attack):
    target = Seal.objects.get(number=3).pk
    attack("UPDATE infra_seallink SET seal_id = %s WHERE subject_id = %s", target, records[0])
    assert [fault for fault in faults() if fault[0].startswith("seal")] == [
        ("seal 1", "changed"),
        ("seal 3", "changed"),
    ]


@pytest.mark.parametrize(
    ("column", "value"), [("hash", "1" * 64), ("previous", "1" * 64), ("count", 4), ("sealed_at", NOW - DAY)]
)
def test_a_changed_seal_is_named(records, attack, column, value):
    attack(f"UPDATE infra_seal SET {column} = %s WHERE number = 2", value)
    assert ("seal 2", "changed") in faults()


def test_a_chain_written_anew_after_a_change_differs_from_its_heads(records, attack):
    """Whoever changes a record and works out every later hash anew is given away by the file outside."""
    attack("UPDATE infra_auditrecord SET actor = 'x' WHERE id = %s", records[4])
    columns = ("id", "at", "actor", "verb", "subject", "data")
    previous = Seal.objects.get(number=1).hash
    for number in (2, 3):
        seal = Seal.objects.get(number=number)
        digests = []
        for link in seal.links.order_by("id"):
            row = AuditRecord.objects.filter(pk=link.subject_id).values_list(*columns)[0]
            digests.append(chain.row_digest("audit", row))
            attack("UPDATE infra_seallink SET digest = %s WHERE id = %s", digests[-1], link.pk)
        made = chain.seal_hash(previous, number, digests)
        attack("UPDATE infra_seal SET hash = %s, previous = %s WHERE number = %s", made, previous, number)
        previous = made
    assert faults() == [("seal 2", "changed"), ("seal 3", "changed")]


def test_a_chain_cut_off_at_its_end_is_named(records, attack):
    last = Seal.objects.get(number=3).pk
    attack("DELETE FROM infra_seallink WHERE seal_id = %s", last)
    attack("DELETE FROM infra_seal WHERE id = %s", last)
    attack("DELETE FROM infra_auditrecord WHERE id >= %s", records[6])
    assert faults() == [("seal 3", "cut off")]


def test_a_seal_removed_in_the_middle_is_named(records, attack):
    second = Seal.objects.get(number=2).pk
    attack("DELETE FROM infra_seallink WHERE seal_id = %s", second)
    attack("DELETE FROM infra_seal WHERE id = %s", second)
    found = faults()
    assert ("seal 2", "removed") in found
    assert ("seal 3", "changed") in found
    assert ("seal 2", "cut off") in found


def test_a_removed_heads_file_is_named(records, folder):
    (folder / "heads.txt").unlink()
    assert faults() == [("heads file heads.txt", "removed")]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_taken_out_of_the_heads_file_is_named(records, folder, place):
    path = folder / "heads.txt"
    lines = path.read_text().splitlines(keepends=True)
    del lines[place]
    path.write_text("".join(lines))
    assert faults() == [(f"head of seal {place + 1} in heads.txt", "removed")]


def test_a_changed_line_of_the_heads_file_is_named(records, folder):
    path = folder / "heads.txt"
    lines = path.read_text().splitlines()
    lines[1] = lines[1][:-1] + ("0" if lines[1][-1] != "0" else "1")
    path.write_text("\n".join(lines) + "\n")
    assert faults() == [("seal 2", "changed")]
    path.write_bytes(b"\xff\xfe not a head\n")
    assert ("seal \ufffd\ufffd", "changed") in faults()


def test_heads_are_compared_as_moments_whatever_the_time_zone(records, folder):
    path = folder / "heads.txt"
    path.write_text(path.read_text().replace("T09:00:00+00:00", "T10:00:00+01:00"))
    assert faults() == []


def test_a_head_that_a_crash_did_not_write_is_written_with_the_next(records, folder, write_heads):
    path = folder / "heads.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    audit.record(NOW, OFFICER, "thing.done", "thing:10")
    write_heads()
    assert faults() == []
    assert [line.split()[0] for line in path.read_text().splitlines()] == ["1", "2", "3", "4"]


def test_a_sealing_that_is_rolled_back_writes_no_head(records, folder):
    audit.record(NOW, OFFICER, "thing.done", "thing:10")
    with transaction.atomic():
        chain.seal(NOW)
        transaction.set_rollback(True)
    assert (folder / "heads.txt").read_text().count("\n") == 3
    assert SealLink.objects.count() == 9


def test_many_records_are_sealed_in_batches(monkeypatch, write_heads):
    monkeypatch.setattr(chain, "BATCH", 4)
    audit.record_many(NOW, OFFICER, [audit.Act("thing.done", f"thing:{number}") for number in range(10)])
    assert write_heads() == 10
    assert [seal.count for seal in Seal.objects.order_by("number")] == [4, 4, 2]
    assert faults() == []
