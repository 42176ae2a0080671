"""The audit log's table. Rows are written by ``audit.log`` and never changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One change. The object and the organization are kept as plain ids: they may be gone."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=16)
    resource = models.CharField(max_length=32)
    resource_id = models.BigIntegerField()
    organization = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["resource", "resource_id"])]
        verbose_name_plural = "entries"

    def __str__(self):
        return f"{self.action} {self.resource} {self.resource_id}"
