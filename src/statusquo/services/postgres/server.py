"""A private PostgreSQL server: roles, passwords, settings, and the programs that fill its data folder.

``catalog.known`` makes one for each postgres service; the native runtime runs it. The server listens on the loopback
interface only, asks everybody for a password, and trades durability for speed: its data are thrown away or copied cold.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from packaging.version import Version
from psycopg import sql

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.known import Again, Boot, Place, Program, Step
from statusquo.core.ports import LOOPBACK
from statusquo.core.service import Postgres

BUILTIN_LOCALES = 17
"""The first major version with locales of its own."""

SCRAM_ITERATIONS = 16
"""The first major version in which the cost of checking a password can be set."""

ADMIN = "statusquo"
OWNER = "app"

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
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
    "lc_messages": "C",
}
"""``wal_*``: nothing is replicated or recovered, and what is not kept need not be copied with the data folder.
``lc_messages``: ``again`` reads the log, so it must be in English."""

ACCESS = f"host all all {LOOPBACK}/32 scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class Passwords:
    """The passwords of the two roles."""

    admin: str
    owner: str


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
            steps=() if is_filled else self._steps(program, place),
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

    def _steps(self, program: Program, place: Place) -> tuple[Step, ...]:
        major = Version(program.version).major
        passwords = ensure_passwords(place.state)
        return (
            Step(
                (
                    str(program.path.with_name("initdb")),
                    *initdb_options(major, place.data, has_utf8=_has_utf8_locale(major)),
                )
            ),
            _single_user(program, place.data, "postgres", bootstrap_sql(self.spec.database, passwords)),
            *(
                _single_user(program, place.data, self.spec.database, extension_sql(extension))
                for extension in self.spec.extensions
            ),
        )


def initdb_options(major: int, data: Path, *, has_utf8: bool) -> tuple[str, ...]:
    """The arguments of initdb; nobody can log in to what it makes before we say how."""
    if major >= BUILTIN_LOCALES:
        # The server's own UTF-8 rules: no dependence on the machine's locales, so data move between machines.
        locale: tuple[str, ...] = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    else:
        locale = ("--locale=C.UTF-8" if has_utf8 else "--locale=C",)
    return (
        "-D",
        str(data),
        "-U",
        ADMIN,
        "--encoding=UTF8",
        *locale,
        "--auth=reject",
        "--wal-segsize=1",
        "--no-sync",
        "--no-instructions",
    )


def bootstrap_sql(database: str, passwords: Passwords) -> str:
    """What gives the superuser its password and makes the application's role and database."""
    return (
        _template("bootstrap.sql")
        .format(
            admin=sql.Identifier(ADMIN),
            admin_password=sql.Literal(passwords.admin),
            owner=sql.Identifier(OWNER),
            owner_password=sql.Literal(passwords.owner),
            database=sql.Identifier(database),
        )
        .as_string()
    )


def extension_sql(extension: str) -> str:
    """What makes an extension in a database."""
    return _template("extension.sql").format(extension=sql.Identifier(extension)).as_string()


def ensure_passwords(state: Path) -> Passwords:
    """The passwords kept in the state folder; random ones are made, readable by us alone, if there are none."""
    file = state / "passwords.json"
    if file.exists():
        return Passwords(**json.loads(file.read_text()))
    made = Passwords(admin=secrets.token_hex(16), owner=secrets.token_hex(16))
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(json.dumps(asdict(made)))
    return made


def _single_user(program: Program, data: Path, database: str, statements: str) -> Step:
    """Run statements in a server without a network, before anybody can connect; a failing one ends it."""
    cheap = ("-cscram_iterations=1",) if Version(program.version).major >= SCRAM_ITERATIONS else ()
    safe = ("-cfsync=off", "-cexit_on_error=on", "-clog_min_error_statement=panic")  # the statements hold passwords
    return Step((str(program.path), "--single", "-j", "-D", str(data), *safe, *cheap, database), statements)


def _stale_lock(data: Path) -> tuple[Path, ...]:
    """The lock file of a data folder that was copied with it.

    One that names this very folder is PostgreSQL's own to judge: it tells whether processes of a killed server still
    have it open, and to start beside them would damage the data.
    """
    lock = data / "postmaster.pid"
    if not lock.is_file() or lock.read_text().splitlines()[1:2] == [str(data)]:
        return ()
    return (lock,)


def _template(name: str) -> sql.SQL:
    return sql.SQL(Path(__file__).with_name(name).read_text())


def _has_utf8_locale(major: int) -> bool:
    """Whether the machine's C library has C.UTF-8; not asked when the server does not depend on it."""
    program = shutil.which("locale")
    if major >= BUILTIN_LOCALES or program is None:
        return False
    listed = subprocess.run([program, "-a"], capture_output=True, text=True, check=False).stdout.split()
    return bool({"C.utf8", "C.UTF-8"} & set(listed))
