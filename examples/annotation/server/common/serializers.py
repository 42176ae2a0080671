"""What serializers of several apps share."""

from rest_framework import serializers


class FixedFieldsMixin:
    """Fields in ``Meta.fixed`` are given at creation; later they are read-only."""

    def get_fields(self):
        fields = super().get_fields()
        if self.instance is not None:
            for name in self.Meta.fixed:
                fields[name].read_only = True
        return fields


class BelongsMixin:
    """The assignee has to be a member of the organization; ``organization(fields)`` says of which one."""

    def validate(self, attrs):
        assignee = attrs.get("assignee")
        if assignee and not assignee.memberships.filter(organization=self.organization(attrs)).exists():
            raise serializers.ValidationError({"assignee": "Not a member of the organization."})
        return attrs

    def given(self, attrs, name):
        """A fixed field: from the request at creation, from the object afterwards."""
        return attrs[name] if self.instance is None else getattr(self.instance, name)
