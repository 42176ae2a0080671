"""From a change to the webhooks that want to know. The base view set announces; the worker delivers.

Nothing is queued for an organization without a webhook for the event.
"""

from background.queue import enqueue
from webhooks.models import Webhook


def announce(action, resource, target, data):
    """Queue a delivery for each active webhook of the object's organization that asked for this event."""
    event = f"{action}:{resource}"
    organization = target.facts().get("organization")
    for webhook in Webhook.objects.filter(organization=organization, is_active=True, events__contains=[event]):
        send(webhook, event, {"id": target.pk, "data": data})


def send(webhook, event, payload):
    """Queue one delivery."""
    enqueue("deliveries.deliver", webhook_id=webhook.pk, event=event, payload=payload)
