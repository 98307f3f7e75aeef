from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_dues_of_uses")]

    operations = [
        migrations.RemoveIndex(
            model_name="bookingpart",
            name="booking_part_unstated",
        ),
        migrations.RemoveField(
            model_name="bookingpart",
            name="stated_at",
        ),
    ]
