"""The base of models that people edit. Dates are plain defaults, so that fixtures and imports can say their own."""

from django.db import models
from django.utils import timezone


class Dated(models.Model):
    """When an object was made and last changed; the base view set moves ``updated``."""

    created = models.DateTimeField(default=timezone.now, editable=False)
    updated = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["id"]
