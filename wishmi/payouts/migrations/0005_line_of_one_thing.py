from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0004_lines_of_dues"), ("bookings", "0006_stated_by_dues")]

    operations = [
        migrations.RemoveField(
            model_name="statementline",
            name="part",
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("claim_part__isnull", True), ("due__isnull", False), ("grant_part__isnull", True)
                    ),
                    models.Q(
                        ("claim_part__isnull", False), ("due__isnull", True), ("grant_part__isnull", True)
                    ),
                    models.Q(
                        ("claim_part__isnull", True), ("due__isnull", True), ("grant_part__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="line_of_one_thing",
            ),
        ),
    ]
