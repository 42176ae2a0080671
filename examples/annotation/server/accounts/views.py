"""The API of users, organizations and memberships."""

from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.models import Membership, Organization, User
from accounts.serializers import MembershipSerializer, OrganizationSerializer, UserSerializer
from common import policy
from common.views import PolicyViewSet


class UserViewSet(PolicyViewSet):
    """Users. Admins make them; others see those they share an organization with."""

    resource = "users"
    queryset = User.objects.all()
    serializer_class = UserSerializer
    filterset_fields = ["role", "is_active"]
    search_fields = ["username", "first_name", "last_name"]
    ordering_fields = ["id", "username", "date_joined"]

    def perform_create(self, serializer):
        policy.require(self.request.user, self.resource, "create", {})
        self.changed("create", serializer.save())

    def perform_update(self, serializer):
        if {"role", "is_active"} & serializer.validated_data.keys():
            self.require("promote", serializer.instance)
        super().perform_update(serializer)

    @action(detail=False, url_path="self")
    def me(self, request):
        """The user who asks."""
        return Response(self.get_serializer(request.user).data)


class OrganizationViewSet(PolicyViewSet):
    """Organizations. Who makes one owns it."""

    resource = "organizations"
    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    filterset_fields = ["slug", "owner"]
    search_fields = ["slug", "name"]
    ordering_fields = ["id", "slug", "created"]

    def perform_create(self, serializer):
        super().perform_create(serializer)
        owner = self.request.user
        serializer.instance.memberships.create(user=owner, role=Membership.Role.OWNER)


class MembershipViewSet(PolicyViewSet):
    """Memberships. An organization always has its one owner."""

    resource = "memberships"
    queryset = Membership.objects.select_related("user")
    serializer_class = MembershipSerializer
    filterset_fields = ["organization", "user", "role"]
    search_fields = ["user__username"]
    ordering_fields = ["id", "joined"]

    def perform_update(self, serializer):
        role = serializer.validated_data.get("role", serializer.instance.role)
        self.require("grant", serializer.instance, granted=role)
        super().perform_update(serializer)

    def perform_destroy(self, instance):
        if instance.role == Membership.Role.OWNER:
            raise ValidationError("The owner cannot leave the organization.")
        super().perform_destroy(instance)
