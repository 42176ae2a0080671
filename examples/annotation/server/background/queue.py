"""The one queue of the platform. Views put work in by name, so that the server never imports the work itself."""

from django.db import transaction
from rq import Queue

from common import broker

NAME = "default"
TIMEOUT = 60
KEEP = 3600


def queue():
    """The queue, on the process's Redis client."""
    return Queue(NAME, connection=broker.connection())


def enqueue(work, *, job_id=None, meta=None, **arguments):
    """Have the worker do ``background.<work>`` once the current transaction is committed."""

    def put():
        queue().enqueue_call(
            f"background.{work}",
            kwargs=arguments,
            job_id=job_id,
            meta=meta,
            timeout=TIMEOUT,
            result_ttl=KEEP,
            failure_ttl=KEEP,
        )

    transaction.on_commit(put)
