"""Writing the audit log. The base view set and the background work call it, in the transaction of the change."""

from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict

from audit.models import Entry

HIDDEN = {"password", "secret"}

_encoder = DjangoJSONEncoder()


def snapshot(target, names):
    """The fields of *target* that are about to change, as JSON's own types; never a secret."""
    return {name: _plain(value) for name, value in model_to_dict(target, {*names} - HIDDEN).items()}


def difference(before, target):
    """``{field: [old, new]}`` of the fields that did change."""
    after = snapshot(target, list(before))
    return {name: [old, after[name]] for name, old in before.items() if old != after[name]}


def record(actor, action, resource, target, *, changes=None):
    """Add a row."""
    Entry.objects.create(
        actor=actor,
        action=action,
        resource=resource,
        resource_id=target.pk,
        organization=target.facts().get("organization"),
        changes=changes or {},
    )


def _plain(value):
    try:
        return _encoder.default(value)
    except TypeError:
        return value
