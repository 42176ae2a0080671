"""The filter that leaves in a list what the policy lets the user see. The first of the default filter backends."""

from django.db.models import Q
from rest_framework.filters import BaseFilterBackend

from common import policy


class Visible(BaseFilterBackend):
    """Filters lists only; a single object is asked for by its permission."""

    def filter_queryset(self, request, queryset, view):
        if view.detail:
            return queryset
        alternatives = policy.visible(request.user, view.resource)
        if {} in alternatives:
            return queryset
        allowed = Q(pk__in=[])
        for lookups in alternatives:
            allowed |= Q(**lookups)
        # By key: a lookup over a relation would give an object once per match.
        return queryset.filter(pk__in=queryset.model.objects.filter(allowed).values("pk"))
