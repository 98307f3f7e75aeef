"""What was recorded is not rewritten: the database refuses it for every table that promises so."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import builders as make
from tests.builders import NOW
from wishmi.calls.models import CallAct, CallVersion, FundAct
from wishmi.infra import chain
from wishmi.infra.models import AuditRecord, Seal, SealLink

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [AuditRecord, Seal, SealLink, CallVersion, CallAct, FundAct])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_rows_are_neither_changed_nor_removed(model, verb, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    make.funded_call()
    chain.seal(NOW)
    before = sorted(map(repr, model.objects.values_list()))
    assert before
    table = model._meta.db_table
    statement = f"UPDATE {table} SET id = id" if verb == "update" else f"DELETE FROM {table}"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert sorted(map(repr, model.objects.values_list())) == before
