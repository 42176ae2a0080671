"""Audit entries as JSON."""

from rest_framework import serializers

from audit.models import Entry


class EntrySerializer(serializers.ModelSerializer):
    """One change; nobody writes it through the API."""

    class Meta:
        model = Entry
        fields = ["id", "at", "actor", "action", "resource", "resource_id", "organization", "changes"]
