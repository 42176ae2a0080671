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
    known = plan_by_lock(config, lease, wish)
    if known:
        return known
    with asking.project(config, lease) as project:
        return dump.plan(project, project.facts(), wish)


def plan_by_lock(config: Config, lease: Lease, wish: Wish) -> Plan | None:
    """The same with nothing but the database and the lock that is there; None if that is not enough."""
    lock = files.read_lock(wish.path)
    if lock is None:
        return None
    with wiring.reading(config, lease.lane) as rows:
        return dump.plan(rows, lock, wish) if dump.is_known(lock, rows, wish) else None
