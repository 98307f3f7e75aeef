"""Districts of the city, loaded from the city's folder."""

from django.db import models


class District(models.Model):
    """A district with an inner point (EPSG:4326) and the wider area it belongs to."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=80)
    area = models.CharField(max_length=40)
    lat = models.FloatField()
    lon = models.FloatField()
    residents = models.PositiveIntegerField(default=0)
