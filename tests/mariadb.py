"""A MariaDB of our own for tests: the machine's ``mariadbd`` over new data, at a socket and at no port.

Without that program tests that need it are skipped with the reason; with STATUSQUO_REQUIRE=mariadb they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pymysql
from pymysql.cursors import Cursor

from statusquo.runtimes import process
from statusquo.runtimes.process import Start
from tests import memory
from tests.required import lacking

SECONDS = 60.0
USER, PASSWORD = "tests", "word"
SCRIPTS = ("system_tables", "performance_tables", "system_tables_data")
"""What ``mariadb-install-db`` feeds to a new server; it is a package of its own on some systems."""
ACCOUNT = f"""
FLUSH PRIVILEGES;
CREATE USER '{USER}'@'localhost' IDENTIFIED BY '{PASSWORD}';
GRANT ALL ON *.* TO '{USER}'@'localhost' WITH GRANT OPTION;
"""
OPTIONS = (
    "--character-set-server=utf8mb4",
    *("--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0"),
)
"""The server is small, and its data go with the tests."""


READY = "ready for connections"


@contextmanager
def running() -> Iterator[Path]:
    """The socket at which it answers USER, who may do everything."""
    program = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin")
    if not program:
        lacking("mariadb", "there is no mariadbd.")
    with tempfile.TemporaryDirectory(prefix="statusquo-mariadb-", dir=memory.place()) as name:
        folder = Path(name)
        argv = (program, "--no-defaults", f"--datadir={folder / 'data'}", *OPTIONS, *_as_root())
        _fill(argv, folder, Path(program).parents[1] / "share")
        with _serving(argv, folder) as socket:
            yield socket


def dsn(socket: Path) -> str:
    """The text that leads the settings of Django's suites there."""
    return f"mysql://{USER}:{PASSWORD}@localhost/?host={socket}"


def databases(socket: Path) -> set[str]:
    """What is on the server beside its own."""
    with _connect(socket) as server, server.cursor() as cursor:
        cursor.execute("SHOW DATABASES")
        return {str(name) for (name,) in cursor.fetchall()} - {"information_schema", "mysql", "performance_schema"}


def _as_root() -> tuple[str, ...]:
    """The server refuses to be root's unless it is told to be."""
    return ("--user=root",) if os.geteuid() == 0 else ()


def _fill(argv: tuple[str, ...], folder: Path, share: Path) -> None:
    """Make the data folder, with the server's own tables and the account."""
    (folder / "data").mkdir()
    scripts = [next(share.glob(f"m*/m*_{name}.sql")).read_text(encoding="utf-8") for name in SCRIPTS]
    statements = "\n".join(("CREATE DATABASE mysql;", "USE mysql;", *scripts, ACCOUNT))
    made = subprocess.run([*argv, "--bootstrap"], input=statements, capture_output=True, text=True, check=False)
    if made.returncode:
        lacking("mariadb", f"{argv[0]} makes no data: {made.stderr[-500:]}")


@contextmanager
def _serving(argv: tuple[str, ...], folder: Path) -> Iterator[Path]:
    socket, log = folder / "socket", folder / "log"
    options = ("--skip-networking", f"--socket={socket}", f"--pid-file={folder / 'pid'}")
    started = process.start(Start((*argv, *options), os.environ, folder, log), {"STATUSQUO_RUN": folder.name})
    try:
        deadline = time.monotonic() + SECONDS
        while READY not in log.read_text(encoding="utf-8"):  # the driver leaves sockets open that nobody answers
            if started.exit_code() is not None or time.monotonic() > deadline:
                lacking("mariadb", f"{argv[0]} does not start: " + " ".join(log.read_text().splitlines()[-3:]))
            time.sleep(0.05)
        yield socket
    finally:
        process.end([psutil.Process(started.id.pid)], SECONDS)  # an interrupt means nothing to it
        started.exit_code()


def _connect(socket: Path) -> pymysql.Connection[Cursor]:
    return pymysql.connect(unix_socket=str(socket), user=USER, password=PASSWORD)
