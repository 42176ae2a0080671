"""The API of webhooks."""

from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from common.views import PolicyViewSet
from webhooks import events
from webhooks.models import Webhook
from webhooks.serializers import DeliverySerializer, WebhookSerializer


class WebhookViewSet(PolicyViewSet):
    """Webhooks of the organizations that the user maintains."""

    resource = "webhooks"
    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer
    filterset_fields = ["organization", "owner", "is_active"]
    search_fields = ["target_url"]
    ordering_fields = ["id", "updated"]
    scopes = {"deliveries": "view", "ping": "update"}

    @extend_schema(responses=DeliverySerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def deliveries(self, request, pk):
        """What was delivered, oldest first."""
        return Response(DeliverySerializer(self.get_object().deliveries.all(), many=True).data)

    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    def ping(self, request, pk):
        """Deliver an event that means nothing, to see whether it arrives."""
        events.send(self.get_object(), "ping", {})
        return Response({"event": "ping"}, status=202)
