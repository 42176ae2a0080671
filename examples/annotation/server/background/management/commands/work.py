"""``manage.py work``: the worker. Does what is queued, one piece at a time, until it is interrupted."""

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from rq import SimpleWorker

from background.queue import queue


class Worker(SimpleWorker):
    """Works in this process, so that the database connection stays open from one piece of work to the next."""

    def perform_job(self, job, queue, execution):
        """As the parent has it, on a connection that is known to be usable."""
        close_old_connections()
        return super().perform_job(job, queue, execution)


class Command(BaseCommand):
    """Runs the worker."""

    help = "Do the queued work until interrupted."
    requires_system_checks = []

    def handle(self, *args, **options):
        line = queue()
        Worker([line], connection=line.connection).work()
