"""The base of all view sets: asks the policy before, writes the audit row and tells the webhooks after."""

from django.utils import timezone
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from audit import log
from common import policy
from common.models import Dated
from webhooks import events

SCOPES = {
    "retrieve": "view",
    "create": "create",
    "update": "update",
    "partial_update": "update",
    "destroy": "delete",
    "metadata": "view",
}


class PolicyGenericViewSet(GenericViewSet):
    """A resource whose actions are chosen from the REST framework's mixins.

    A subclass names its ``resource`` (the package of its rules) and, in ``scopes``, what its own actions
    ask for; its model says what the rules may know about an object: ``facts()``.
    """

    resource = ""
    scopes = {}

    def get_object(self):
        target = super().get_object()
        self.require((SCOPES | self.scopes)[self.action], target)
        return target

    def require(self, scope, target, **more):
        """Raise unless the policy allows the user *scope* on *target*; *more* facts may be given."""
        policy.require(self.request.user, self.resource, scope, target.facts() | more)

    def perform_create(self, serializer):
        model = serializer.Meta.model
        draft = model(**self.owned(serializer.validated_data))
        self.require("create", draft)
        target = serializer.save(**self.owned({}))
        self.changed("create", target)

    def perform_update(self, serializer):
        before = log.snapshot(serializer.instance, serializer.validated_data)
        target = serializer.save(**self.dated())
        self.changed("update", target, log.difference(before, target))

    def perform_destroy(self, instance):
        self.changed("delete", instance)
        instance.delete()

    def changed(self, action, target, changes=None):
        """Record what the user did and announce it."""
        log.record(self.request.user, action, self.resource, target, changes=changes)
        events.announce(action, self.resource, target, self.get_serializer(target).data)

    def owned(self, fields):
        """*fields* with the user as the owner, if the model has one."""
        return {**fields, "owner": self.request.user} if hasattr(self.queryset.model, "owner") else {**fields}

    def dated(self):
        """The fields that every change sets."""
        return {"updated": timezone.now()} if issubclass(self.queryset.model, Dated) else {}


class PolicyViewSet(PolicyGenericViewSet, ModelViewSet):
    """A resource that is listed, read, made, changed and deleted."""
