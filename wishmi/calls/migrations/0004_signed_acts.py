"""Acts on a call carry who signs them and their own text; the table stays append-only."""

from django.db import migrations, models

from wishmi.infra.triggers import append_only, lift


def unprotect(_apps, editor):
    lift("calls_callact", editor.connection)


def protect_again(_apps, editor):
    append_only("calls_callact").code(None, editor)


class Migration(migrations.Migration):
    """SQLite writes the table anew, and its triggers go with the old one: they are lifted first and made again."""

    dependencies = [("calls", "0003_drafts")]
    operations = [
        migrations.RunPython(unprotect, protect_again),
        migrations.AlterField(
            model_name="callact",
            name="kind",
            field=models.CharField(
                max_length=16,
                choices=[
                    ("publication", "Publication"),
                    ("closing", "Closing"),
                    ("ranking", "Ranking"),
                    ("extension", "Extension"),
                    ("correction", "Correction"),
                    ("suspension", "Suspension"),
                    ("reopening", "Reopening"),
                    ("annulment", "Annulment"),
                ],
            ),
        ),
        migrations.AddField(
            model_name="callact",
            name="signatory",
            field=models.CharField(max_length=120, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="callact",
            name="text_it",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="callact",
            name="text_en",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        append_only("calls_callact"),
    ]
