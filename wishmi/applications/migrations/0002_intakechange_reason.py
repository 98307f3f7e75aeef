"""Why a fact was corrected after the intake was sealed: kept encrypted, since it may speak of a family."""

from django.db import migrations

import wishmi.infra.fields


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="intakechange",
            name="reason",
            field=wishmi.infra.fields.EncryptedField(null=True),
        ),
    ]
