"""Every part of a voucher becomes a credit with its days; those there are came with their award and end with it."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils.timezone import localtime

import wishmi.infra.fields

STATES = [
    ("planned", "Planned"),
    ("came", "Came"),
    ("withheld", "Withheld"),
    ("ended", "Ended"),
    ("dropped", "Dropped"),
]


def fill(apps, _schema_editor):
    """Give the parts that exist the days and the amount of their award."""
    voucher_model = apps.get_model("vouchers", "Voucher")
    for voucher in voucher_model.objects.select_related("award").order_by("id").iterator():
        awarded_on = localtime(voucher.award.awarded_at).date()
        voucher.settled_on = awarded_on
        voucher.save(update_fields=["settled_on"])
        amounts = dict(voucher.award.parts.values_list("fund_id", "amount"))
        for part in voucher.parts.order_by("id"):
            part.on, part.until = min(awarded_on, voucher.use_until), voucher.use_until
            part.amount, part.why = amounts[part.fund_id], "award"
            part.save(update_fields=["on", "until", "amount", "why"])


class Migration(migrations.Migration):
    """Add the days and fill them."""

    dependencies = [
        ("awards", "0001_initial"),
        ("calls", "0001_initial"),
        ("ledger", "0003_account_number"),
        ("vouchers", "0001_initial"),
    ]

    operations = [
        migrations.AddField("voucher", "settled_on", models.DateField(null=True)),
        migrations.AddField("voucher", "next_on", models.DateField(null=True)),
        migrations.AddField("voucherpart", "number", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("voucherpart", "on", models.DateField(null=True)),
        migrations.AddField("voucherpart", "until", models.DateField(null=True)),
        migrations.AddField("voucherpart", "amount", models.BigIntegerField(null=True)),
        migrations.AddField("voucherpart", "why", models.CharField(max_length=64, default="award")),
        migrations.AddField("voucherpart", "capped_after", models.DateField(null=True)),
        migrations.AddField(
            "voucherpart", "state", models.CharField(choices=STATES, default="came", max_length=8)
        ),
        migrations.AddField("voucherpart", "reasons", wishmi.infra.fields.EncryptedField(null=True)),
        migrations.AddField(
            "voucherpart",
            "unreleased",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
