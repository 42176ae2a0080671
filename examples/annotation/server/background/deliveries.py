"""Delivering events to webhooks: one signed POST each, and a row that says what came back. Runs in the worker."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request

from django.core.serializers.json import DjangoJSONEncoder

from webhooks.models import Delivery, Webhook

TIMEOUT = 5
LONGEST_RESPONSE = 1000


def deliver(*, webhook_id, event, payload):
    """Send once. A webhook that was deleted in the meantime gets nothing."""
    webhook = Webhook.objects.filter(pk=webhook_id).first()
    if webhook is None:
        return
    body = json.dumps({"event": event, "webhook": webhook.pk, **payload}, cls=DjangoJSONEncoder).encode()
    status, response = _post(webhook, event, body)
    Delivery.objects.create(
        webhook=webhook, event=event, payload=json.loads(body), status_code=status, response=response[:LONGEST_RESPONSE]
    )


def signature(secret, body):
    """What the receiver compares: HMAC-SHA256 of the body, as GitHub writes it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _post(webhook, event, body):
    headers = {
        "Content-Type": "application/json",
        "X-Event": event,
        "X-Signature-256": signature(webhook.secret, body),
    }
    request = urllib.request.Request(webhook.target_url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:
            return reply.status, reply.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return None, str(error)
