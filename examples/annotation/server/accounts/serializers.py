"""Users, organizations and memberships as JSON."""

from rest_framework import serializers

from accounts.models import Membership, Organization, User
from common.serializers import FixedFieldsMixin


class UserSerializer(serializers.ModelSerializer):
    """A user; the password is written, never read."""

    password = serializers.CharField(write_only=True, required=False, min_length=6)

    class Meta:
        model = User
        fields = ["id", "username", "email", "first_name", "last_name", "role", "is_active", "date_joined", "password"]

    def create(self, validated_data):
        return User.objects.create_user(**validated_data)

    def update(self, instance, validated_data):
        password = validated_data.pop("password", None)
        if password:
            instance.set_password(password)
        return super().update(instance, validated_data)


class OrganizationSerializer(FixedFieldsMixin, serializers.ModelSerializer):
    """An organization; its slug stays."""

    class Meta:
        model = Organization
        fields = ["id", "slug", "name", "owner", "created", "updated"]
        read_only_fields = ["owner"]
        fixed = ["slug"]


class MembershipSerializer(FixedFieldsMixin, serializers.ModelSerializer):
    """A user's role in an organization; only the role changes."""

    username = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "organization", "user", "username", "role", "joined"]
        fixed = ["organization", "user"]


class LoginSerializer(serializers.Serializer):
    """What ``/api/auth/login`` takes."""

    username = serializers.CharField()
    password = serializers.CharField()
