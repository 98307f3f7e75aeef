"""A line of a statement names what is owed of a part, no longer the part."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_dues(apps, _schema_editor):
    """Each part had one due so far."""
    line_model, due_model = apps.get_model("payouts", "StatementLine"), apps.get_model("bookings", "Due")
    due = due_model.objects.filter(part=OuterRef("part")).values("pk")[:1]
    line_model.objects.update(due=Subquery(due))


class Migration(migrations.Migration):
    dependencies = [("payouts", "0003_dues"), ("bookings", "0005_dues_of_uses")]

    operations = [migrations.RunPython(name_dues, migrations.RunPython.noop)]
