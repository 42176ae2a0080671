"""Keys that belong to a framework's running processes and not to a test, by the name that ``keep`` gives them.

The configuration reads this: ``keep = ["@rq"]``. What is kept is neither compared nor put back, so a preset names what
processes register about themselves (that they live, what they listen to, which lock they hold) and never jobs,
messages, results or cache entries. Data only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """A glob pattern of keys, and where the framework makes them."""

    pattern: str
    source: str


PREFIX = "@"

_UUID = "[0-9a-f]" * 32

PRESETS: Mapping[str, tuple[Kept, ...]] = {
    "@rq": (
        Kept("rq:worker:*", "rq/worker/base.py: redis_worker_namespace_prefix; a worker, its state and heartbeat"),
        Kept("rq:workers", "rq/worker_registration.py: REDIS_WORKER_KEYS"),
        Kept("rq:workers:*", "rq/worker_registration.py: WORKERS_BY_QUEUE_KEY"),
        Kept("rq:clean_registries:*", "rq/queue.py: registry_cleaning_key; when a worker last tidied up"),
        Kept("rq:clean_groups", "rq/group.py: REDIS_GROUP_CLEANING_KEY"),
        # by the form of its name: rq:scheduler:scheduled_jobs of rq-scheduler is data
        Kept(f"rq:scheduler:{_UUID}", "rq/scheduler.py: SCHEDULER_KEY_TEMPLATE; named uuid4().hex"),
        Kept("rq:scheduler-lock:*", "rq/scheduler.py: SCHEDULER_LOCKING_KEY_TEMPLATE"),
        Kept("rq:cron_scheduler:*", "rq/cron.py: CronScheduler.key"),
        Kept("rq:cron_schedulers", "rq/cron_scheduler_registry.py: get_registry_key"),
    ),
    "@rq-scheduler": (
        Kept("rq:scheduler_instance:*", "rq_scheduler/scheduler.py: redis_scheduler_namespace_prefix"),
        Kept("rq:scheduler_lock", "rq_scheduler/scheduler.py: scheduler_lock_key"),
    ),
    "@celery": (
        Kept("_kombu.binding.*", "kombu/transport/redis.py: keyprefix_queue; made when a worker declares its queues"),
        Kept("unacked_mutex", "kombu/transport/redis.py: unacked_mutex_key; the lock of who restores messages"),
        Kept("*.reply.celery.pidbox", "kombu/pidbox.py: Mailbox; where answers to remote control arrive"),
    ),
    "@channels": (
        Kept("asgi:group:*", "channels_redis/core.py: _group_key; which open connections belong to a group"),
    ),
}
"""Celery's heartbeats and revocations are messages on a channel, not keys: there is nothing of them to keep."""

NOTHING: Mapping[str, str] = {
    "@django": "Django's cache and sessions register nothing about processes: what they hold is a test's data",
}
"""Asked for with good reason, and left out with good reason."""


def patterns(preset: str) -> tuple[str, ...]:
    """The glob patterns of a preset that is known."""
    return tuple(kept.pattern for kept in PRESETS[preset])
