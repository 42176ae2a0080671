"""A dump of a lane: read from its database with the facts of the lock or of the tables, else by the project itself."""

from __future__ import annotations

from statusquo import wiring
from statusquo.assets import dump, files, introspected
from statusquo.assets.dump import Plan, Wish
from statusquo.config import Config
from statusquo.supervisor import asking
from statusquo.supervisor.client import Lease


def plan(config: Config, lease: Lease, wish: Wish) -> Plan:
    """What a dump of the lane would write. Raises ConfigError, NoStack, StoreError, DatasetError."""
    known = plan_by_database(config, lease, wish)
    if known:
        return known
    with asking.project(config, lease) as project:
        return dump.plan(project, project.facts(), wish)


def plan_by_database(config: Config, lease: Lease, wish: Wish) -> Plan | None:
    """The same with nothing but the database: by the lock that is there, or by the tables where no project says what
    its models are; None if that is not enough."""
    lock = files.read_lock(wish.path)
    with wiring.reading(config, lease.lane) as rows:
        if lock is not None and dump.is_known(lock, rows, wish):
            return dump.plan(rows, lock, wish)
        if introspected.is_wanted(lock, rows.tables()):
            return dump.plan(rows, introspected.lock(rows.definitions()), wish)
    return None
