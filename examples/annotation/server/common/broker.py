"""The way to Redis. The work queue and the health check use it."""

from functools import cache

import redis
from django.conf import settings


@cache
def connection():
    """The process's one Redis client; it pools connections and threads may share it."""
    return redis.Redis.from_url(settings.REDIS_URL)
