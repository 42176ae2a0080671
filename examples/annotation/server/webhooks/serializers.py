"""Webhooks and deliveries as JSON."""

from rest_framework import serializers

from common.serializers import FixedFieldsMixin
from webhooks.models import Delivery, Webhook


class WebhookSerializer(FixedFieldsMixin, serializers.ModelSerializer):
    """A webhook; the secret is written, never read."""

    class Meta:
        model = Webhook
        fields = ["id", "organization", "owner", "target_url", "secret", "events", "is_active", "created", "updated"]
        read_only_fields = ["owner"]
        extra_kwargs = {"secret": {"write_only": True}}
        fixed = ["organization"]


class DeliverySerializer(serializers.ModelSerializer):
    """What was sent and what came back."""

    class Meta:
        model = Delivery
        fields = ["id", "event", "payload", "status_code", "response", "sent"]
