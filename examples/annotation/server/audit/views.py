"""The API of the audit log: admins read all of it, maintainers what concerns their organization."""

from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from audit.models import Entry
from audit.serializers import EntrySerializer


class AuditViewSet(ListModelMixin, GenericViewSet):
    """A list to read."""

    resource = "audit"
    queryset = Entry.objects.all()
    serializer_class = EntrySerializer
    filterset_fields = ["actor", "action", "resource", "resource_id", "organization"]
    ordering_fields = ["id", "at"]
