"""A private PostgreSQL server: where it answers, with which settings it runs, when to try again.

``catalog.known`` makes one for each postgres service; the native runtime runs it. The server listens on the loopback
interface only, asks everybody for a password, and trades durability for speed: its data are thrown away or copied cold.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.known import Again, Boot, Place, Program
from statusquo.core.ports import LOOPBACK
from statusquo.core.service import Postgres
from statusquo.services.postgres import filling
from statusquo.services.postgres.passwords import ADMIN, OWNER, ensure_passwords

SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_init_zero": "off",
    "wal_recycle": "off",
    "max_wal_size": "1GB",
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "mmap",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
    "lc_messages": "C",
}
"""``wal_*``: nothing is replicated or recovered, and what is not kept need not be copied with the data folder.
``dynamic_shared_memory_type``: in files below the data folder, so that a killed server leaves nothing elsewhere.
``lc_messages``: ``again`` reads the log, so it must be in English."""

ACCESS = f"host all all {LOOPBACK}/32 scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One postgres service; ``find`` looks for the program."""

    name: str
    spec: Postgres
    find: Callable[[Postgres], Program]

    def program(self) -> Program:
        """The PostgreSQL to run. Raises MissingProgram."""
        return self.find(self.spec)

    def endpoint(self, place: Place) -> Endpoint:
        """The application's way in, and ours as superuser; both log in with passwords kept in the state folder."""
        passwords = ensure_passwords(place.state)
        app = Address("postgresql", LOOPBACK, place.port, OWNER, passwords.owner, self.spec.database)
        admin = Address("postgresql", LOOPBACK, place.port, ADMIN, passwords.admin, "postgres")
        return Endpoint(self.name, host=app, mesh=app, admin=admin)

    def boot(self, program: Program, place: Place) -> Boot:
        """Start the server; before that, fill the data folder with the roles, the database and its extensions."""
        is_filled = (place.data / "PG_VERSION").is_file()
        settings = {**SETTINGS, **dict(self.spec.settings), "port": str(place.port)}
        options = [f"-c{key}={value}" for key, value in settings.items()]
        return Boot(
            argv=(str(program.path), "-D", str(place.data), *options),
            env=(("PATH", os.defpath), ("LC_ALL", "C"), ("TZ", "UTC")),
            steps=() if is_filled else filling.steps(program, self.spec, place.data, ensure_passwords(place.state)),
            files=((place.data / "pg_hba.conf", ACCESS),),
            stale=_stale_lock(place.data),
        )

    def again(self, log: str) -> Again | None:
        """A taken port, or the last server of the same data folder whose processes are still leaving."""
        if "Address already in use" in log:
            return Again.PORT_TAKEN
        if "pre-existing shared memory block" in log or 'lock file "postmaster.pid" already exists' in log:
            return Again.TOO_SOON
        return None


def _stale_lock(data: Path) -> tuple[Path, ...]:
    """The lock file of a data folder that was copied with it.

    One that names this very folder is PostgreSQL's own to judge: it tells whether processes of a killed server still
    have it open, and to start beside them would damage the data.
    """
    lock = data / "postmaster.pid"
    if not lock.is_file() or lock.read_text().splitlines()[1:2] == [str(data)]:
        return ()
    return (lock,)
