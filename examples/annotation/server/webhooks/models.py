"""Who is told what, and whether it arrived."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.models import Organization
from common.models import Dated

USER = settings.AUTH_USER_MODEL
RESOURCES = ("projects", "tasks", "jobs", "issues", "comments")
EVENTS = tuple(f"{action}:{resource}" for resource in RESOURCES for action in ("create", "update", "delete"))


def known_events(names):
    """Refuse events that never happen."""
    unknown = sorted(set(names) - set(EVENTS))
    if unknown:
        raise ValidationError(f"Unknown events: {', '.join(unknown)}.")


class Webhook(Dated):
    """A URL that gets the events of an organization, signed with the secret."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="webhooks")
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    target_url = models.URLField()
    secret = models.CharField(max_length=64, blank=True)
    events = models.JSONField(default=list, validators=[known_events])
    is_active = models.BooleanField(default=True)

    def __str__(self):
        return self.target_url

    def facts(self):
        return {"id": self.pk, "organization": self.organization_id, "owner": self.owner_id}


class Delivery(models.Model):
    """One attempt; ``status_code`` is empty when nobody answered."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=32)
    payload = models.JSONField()
    status_code = models.PositiveSmallIntegerField(null=True)
    response = models.TextField(blank=True)
    sent = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "deliveries"

    def __str__(self):
        return f"{self.event} to {self.webhook}"
