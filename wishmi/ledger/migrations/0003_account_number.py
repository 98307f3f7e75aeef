"""Several purses of one kind for one owner, told apart by a number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the number and put it into the name of an account."""

    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.RemoveConstraint("account", "one_account_per_purpose"),
        migrations.AddField("account", "number", models.PositiveSmallIntegerField(default=0)),
        migrations.AddConstraint(
            "account",
            models.UniqueConstraint(
                fields=("owner", "kind", "fund", "unit", "number"), name="one_account_per_purpose"
            ),
        ),
    ]
