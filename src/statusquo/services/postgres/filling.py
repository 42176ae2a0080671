"""What fills an empty data folder: initdb, then a server without a network that makes roles, database and extensions.

``server`` asks for the steps. Nobody can log in until they are done.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from packaging.version import Version
from psycopg import sql

from statusquo.core.known import Program, Step
from statusquo.core.service import Postgres
from statusquo.services.postgres.passwords import ADMIN, OWNER, Passwords

BUILTIN_LOCALES = 17
"""The first major version with locales of its own."""

SCRAM_ITERATIONS = 16
"""The first major version in which the cost of checking a password can be set."""


def steps(program: Program, spec: Postgres, data: Path, passwords: Passwords) -> tuple[Step, ...]:
    """The programs to run, in order."""
    major = Version(program.version).major
    options = initdb_options(major, data, has_utf8=_has_utf8_locale(major))
    return (
        Step((str(program.path.with_name("initdb")), *options)),
        _single_user(program, data, "postgres", bootstrap_sql(spec.database, passwords)),
        *(_single_user(program, data, spec.database, extension_sql(extension)) for extension in spec.extensions),
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


def _single_user(program: Program, data: Path, database: str, statements: str) -> Step:
    """Run statements in a server without a network, before anybody can connect; a failing one ends it."""
    cheap = ("-cscram_iterations=1",) if Version(program.version).major >= SCRAM_ITERATIONS else ()
    safe = ("-cfsync=off", "-cexit_on_error=on", "-clog_min_error_statement=panic")  # the statements hold passwords
    return Step((str(program.path), "--single", "-j", "-D", str(data), *safe, *cheap, database), statements)


def _template(name: str) -> sql.SQL:
    return sql.SQL(Path(__file__).with_name(name).read_text())


def _has_utf8_locale(major: int) -> bool:
    """Whether the machine's C library has C.UTF-8; not asked when the server does not depend on it."""
    program = shutil.which("locale")
    if major >= BUILTIN_LOCALES or program is None:
        return False
    listed = subprocess.run([program, "-a"], capture_output=True, text=True, check=False).stdout.split()
    return bool({"C.utf8", "C.UTF-8"} & set(listed))
