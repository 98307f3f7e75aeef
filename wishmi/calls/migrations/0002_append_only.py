"""Rows that are never changed or removed: the database itself refuses it."""

from django.db import migrations

from wishmi.infra.triggers import append_only


class Migration(migrations.Migration):
    """Protect the append-only tables of the room."""

    dependencies = [("calls", "0001_initial")]
    operations = [append_only("calls_callversion", "calls_callact", "calls_fundact")]
