"""A dump of a lane: read from its database with the facts of the lock, else by the project itself. For the doors."""

from __future__ import annotations

from statusquo import wiring
from statusquo.assets import dump, files
from statusquo.assets.dump import Plan, Wish
from statusquo.config import Config
from statusquo.supervisor import asking
from statusquo.supervisor.client import Lease


def plan(config: Config, lease: Lease, wish: Wish) -> Plan:
    """What a dump of the lane would write. Raises ConfigError, NoStack, StoreError, DatasetError."""
    lock = files.read_lock(wish.path)
    if lock:
        with wiring.reading(config, lease.lane) as rows:
            if dump.is_known(lock, rows, wish):
                return dump.plan(rows, lock, wish)
    with asking.project(config, lease) as project:
        return dump.plan(project, project.facts(), wish)
