"""Every credit has its days and its amount; a migration of its own, since the one before filled the rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Demand what was filled."""

    dependencies = [("vouchers", "0002_credits")]

    operations = [
        migrations.AlterField("voucher", "settled_on", models.DateField()),
        migrations.AlterField("voucherpart", "on", models.DateField()),
        migrations.AlterField("voucherpart", "until", models.DateField()),
        migrations.AlterField("voucherpart", "amount", models.BigIntegerField()),
        migrations.AlterField("voucherpart", "why", models.CharField(max_length=64)),
        migrations.RemoveConstraint("voucherpart", "one_voucher_part_per_fund"),
        migrations.AddConstraint(
            "voucherpart",
            models.UniqueConstraint(
                fields=("voucher", "fund", "number"), name="one_part_per_fund_and_number"
            ),
        ),
        migrations.AddConstraint(
            "voucherpart",
            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="credit_positive"),
        ),
        migrations.AddConstraint(
            "voucherpart",
            models.CheckConstraint(
                condition=models.Q(("on__lte", models.F("until"))), name="credit_has_days"
            ),
        ),
        migrations.AddIndex(
            model_name="voucher",
            index=models.Index(fields=["state", "next_on"], name="vouchers_vo_state_3cb87c_idx"),
        ),
    ]
