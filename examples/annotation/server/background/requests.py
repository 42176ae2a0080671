"""Requests: what somebody asked the worker to do, how far it is, and the file that came out of it.

A request is the queue's own job, nothing is kept beside it. The task view submits; the request view reads.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from rest_framework.exceptions import APIException
from rq.exceptions import NoSuchJobError
from rq.job import Job

from background.queue import enqueue, queue
from common import broker


@dataclass(frozen=True, slots=True)
class Request:
    """What the owner of a request sees."""

    id: str
    operation: str
    task: int
    owner: int
    status: str
    message: str
    created: datetime


class Busy(APIException):
    """The user has a request that is not finished, and the installation takes one at a time."""

    status_code = 409
    default_detail = "Your last request is not finished yet."


def submit(operation, user, task, **arguments):
    """Queue ``background.work.<operation>_task`` and say under which id to ask for it. Raises Busy."""
    if settings.ONE_REQUEST_PER_USER and _has_unfinished(user):
        raise Busy
    request_id = str(uuid4())
    meta = {"operation": operation, "task": task.pk, "owner": user.pk}
    enqueue(
        f"work.{operation}_task",
        job_id=request_id,
        meta=meta,
        request_id=request_id,
        user_id=user.pk,
        task_id=task.pk,
        **arguments,
    )
    return request_id


def find(request_id):
    """The request, or ``None``: unknown, or too old."""
    try:
        return _read(Job.fetch(request_id, connection=broker.connection()))
    except NoSuchJobError:
        return None


def owned_by(user):
    """The user's requests that are still known, oldest first."""
    line = queue()
    ids = {*line.get_job_ids()}
    for registry in (line.started_job_registry, line.finished_job_registry, line.failed_job_registry):
        ids.update(registry.get_job_ids(cleanup=False))
    jobs = [job for job in Job.fetch_many(ids, connection=line.connection) if job and "operation" in job.meta]
    requests = (_read(job) for job in jobs)
    return sorted((request for request in requests if request.owner == user.pk), key=lambda request: request.created)


def _has_unfinished(user):
    line = queue()
    # In the order a job moves through them, so that none is missed on its way from one to the next.
    ids = [
        *line.get_job_ids(),
        *line.intermediate_queue.get_job_ids(),
        *line.started_job_registry.get_job_ids(cleanup=False),
    ]
    return any(job and job.meta.get("owner") == user.pk for job in Job.fetch_many(ids, connection=line.connection))


def pending():
    """How many pieces of work wait or run: requests and deliveries alike."""
    line = queue()
    # In the order a job moves through them, so that none is missed on its way from one to the next.
    waiting, fetched = len(line), len(line.intermediate_queue.get_job_ids())
    return waiting + fetched + line.started_job_registry.get_job_count(cleanup=False)


def result_file(request_id):
    """Where the archive of an export is."""
    return Path(settings.MEDIA_ROOT, "exports", f"{request_id}.zip")


def keep(upload):
    """Write an uploaded file to the data volume for the worker to read."""
    folder = Path(settings.MEDIA_ROOT, "imports")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid4()}.json"
    path.write_bytes(upload.read())
    return str(path)


def _read(job):
    status = job.get_status(refresh=False)
    result = job.latest_result() if job.is_failed else None
    return Request(
        id=job.id,
        operation=job.meta["operation"],
        task=job.meta["task"],
        owner=job.meta["owner"],
        status=status.value,
        message=_message(result.exc_string) if result else "",
        created=job.created_at,
    )


def _message(trace):
    """What an exception said, from the last line of its trace: ``module.Name: what it said``."""
    return trace.strip().splitlines()[-1].partition(": ")[2]
