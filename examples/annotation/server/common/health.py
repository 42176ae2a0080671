"""``/api/server/health/``: can this server do its work? Load balancers and start-up scripts ask without signing in."""

import redis
from django.db import DatabaseError, connection, transaction
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.response import Response

from common import broker, policy


# A transaction around the view would fail before the view could say so.
@transaction.non_atomic_requests
@extend_schema(responses={200: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT})
@api_view(["GET"])
@authentication_classes([])
@permission_classes([])
def health(request):
    """200 with each part ``ok``, or 503 when one is not."""
    works = {"database": _database_works(), "redis": _redis_works(), "policy": policy.is_ready()}
    body = {part: "ok" if fine else "failed" for part, fine in works.items()}
    return Response(body, status=200 if all(works.values()) else 503)


def _database_works():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_works():
    try:
        return broker.connection().ping()
    except redis.RedisError:
        return False
