"""Rows that are never changed or removed: the database itself refuses it."""

from django.db import migrations

from wishmi.infra.triggers import append_only


class Migration(migrations.Migration):
    """Protect the append-only tables of the room."""

    dependencies = [("infra", "0001_initial")]
    operations = [append_only("infra_auditrecord", "infra_seal", "infra_seallink")]
