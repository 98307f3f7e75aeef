"""Every use so far is owed in full, its call's holding days after it: the only rule there was."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations
from ruamel.yaml import YAML


def make_dues(apps, _schema_editor):
    """One due for each part that was used, with the days of its call's document."""
    part_model, due_model = apps.get_model("bookings", "BookingPart"), apps.get_model("bookings", "Due")
    zone = ZoneInfo(settings.TIME_ZONE)
    held: dict[int, int] = {}
    rows = part_model.objects.filter(redeemed_at__isnull=False)
    rows = rows.select_related("voucher_part__voucher__award__stage__version").order_by("id")
    dues = []
    for part in rows.iterator(chunk_size=2000):
        version = part.voucher_part.voucher.award.stage.version
        if version.pk not in held:
            tree = YAML(typ="safe", pure=True).load(version.document)
            held[version.pk] = int(tree["payment"]["holding_days"])
        used_on = part.redeemed_at.astimezone(zone).date()
        dues.append(
            due_model(
                part=part,
                due_on=used_on + timedelta(days=held[version.pk]),
                amount=part.amount,
                stated_at=part.stated_at,
                reversed_at=part.reversed_at,
            )
        )
    due_model.objects.bulk_create(dues, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0004_dues"), ("awards", "0001_initial"), ("calls", "0001_initial")]

    operations = [migrations.RunPython(make_dues, migrations.RunPython.noop)]
