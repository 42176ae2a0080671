from __future__ import annotations

import dataclasses
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import ServiceFailed
from statusquo.core.known import Known, Program
from statusquo.core.service import Postgres, Service, SqlProbe
from statusquo.runtimes import privileges, process, scratch
from statusquo.runtimes.native import Native
from statusquo.services import catalog
from statusquo.services.postgres import binaries, probe, server
from statusquo.services.postgres.binaries import Provider
from statusquo.testing import servers

pytestmark = pytest.mark.integration

DB = Service("db", Postgres("app"))
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def ask(endpoint: Endpoint, query: str, *, admin: bool = False) -> object:
    address = endpoint.admin if admin else endpoint.host
    assert address
    while "the database system is" in probe.answer(address, SqlProbe()):  # starting up, not yet accepting connections
        time.sleep(0.02)
    with psycopg.connect(address.url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def test_the_owner_of_the_database_is_no_superuser(postgres_server: Endpoint) -> None:
    assert ask(postgres_server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert (
        ask(postgres_server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
        == "app"
    )
    assert ask(postgres_server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", admin=True) is True


def test_nobody_gets_in_without_the_password(postgres_server: Endpoint) -> None:
    assert postgres_server.admin
    for password in ("", "wrong"):
        address = dataclasses.replace(postgres_server.admin, password=password)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address.url)


def test_it_listens_on_the_loopback_interface_alone_and_speaks_utf8(postgres_server: Endpoint) -> None:
    assert ask(postgres_server, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(postgres_server, "SHOW unix_socket_directories", admin=True) == ""
    assert ask(postgres_server, "SELECT upper('ß') || getdatabaseencoding()") in {"ßUTF8", "SSUTF8"}
    assert ask(postgres_server, "SHOW timezone") == "UTC"


def test_passwords_are_kept_for_us_alone_and_not_in_the_log(tmp_path: Path) -> None:
    native = Native(tmp_path, "passwords", known=catalog.known(os.environ))
    with native.running(DB, None) as running:
        assert native.address(DB) == running.endpoint
        admin = running.endpoint.admin
    assert admin
    assert (native.state("db") / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert admin.password not in native.log("db").read_text()


def test_settings_and_extensions_of_the_configuration_are_there(tmp_path: Path) -> None:
    spec = Postgres("app", extensions=("pg_trgm",), settings=(("work_mem", "7MB"), ("jit", "on")))
    with Native(tmp_path, "settings", known=catalog.known(os.environ)).running(Service("db", spec), None) as running:
        assert ask(running.endpoint, "SHOW work_mem") == "7MB"
        assert ask(running.endpoint, "SHOW jit") == "on"
        assert ask(running.endpoint, "SELECT similarity('a', 'a')") == 1


def test_a_setting_that_postgres_refuses_is_in_the_log_of_the_failure(tmp_path: Path) -> None:
    broken = Service("db", Postgres("app", settings=(("no_such_setting", "1"),)))
    native = Native(tmp_path, "broken", known=catalog.known(os.environ))
    with native.running(broken, None) as running:
        assert running.exit_code() == 1
    assert 'unrecognized configuration parameter "no_such_setting"' in native.log("db").read_text()


def test_an_extension_that_cannot_be_made_leaves_no_data_folder_that_looks_filled(tmp_path: Path) -> None:
    known = server.PostgresServer("db", Postgres("app", extensions=("no_such",)), lambda _: _program())
    native = Native(tmp_path, "extension", known=lambda _: known)
    with (
        pytest.raises(ServiceFailed, match=r'"db": postgres failed with exit code 1\.') as failure,
        native.running(DB, None),
    ):
        pass
    assert "no_such" in failure.value.evidence
    assert not (native.state("db") / "data").exists()


def test_a_successor_waits_until_the_processes_of_a_killed_server_have_left(tmp_path: Path) -> None:
    with ExitStack() as undo:
        for _ in range(3):
            native = Native(tmp_path, "killed", known=catalog.known(os.environ))
            running = undo.enter_context(native.running(DB, None))
            assert running.exit_code() is None
            assert ask(running.endpoint, "SELECT 1") == 1
            assert running.endpoint.host
            for _ in range(5):
                undo.enter_context(closing(psycopg.connect(running.endpoint.host.url)))
            psutil.Process(running.pid).kill()
            while running.exit_code() is None:
                time.sleep(0.001)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says what a process has mapped")
def test_no_file_of_its_shared_memory_is_outside_its_folder(postgres_server: Endpoint) -> None:
    pid = ask(postgres_server, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'", admin=True)
    maps = [each.path for each in psutil.Process(int(str(pid))).memory_maps()]
    assert any("pg_dynshmem" in each for each in maps)
    assert [each for each in maps if each.startswith("/dev/shm/")] == []


@as_root
def test_as_nobody_it_runs_from_copies_where_it_cannot_reach_ours(tmp_path: Path, closed: Closed) -> None:
    native, run = closed(tmp_path / "state")
    try:
        with native.running(DB, None) as running:
            assert ask(running.endpoint, "SELECT 1") == 1
            assert psutil.Process(running.pid).username() == privileges.NOBODY
            assert (native.state("db") / "data").readlink() == scratch.folder(run) / "db"
            assert Path(psutil.Process(running.pid).exe()).is_relative_to(scratch.folder(run))
        mode = tmp_path.stat().st_mode & 0o777
        copied, _ = closed(tmp_path / "copied")
        shutil.copytree(native.state("db"), copied.state("db"))
        with copied.running(DB, None) as running:
            assert ask(running.endpoint, "SELECT 1") == 1
        assert tmp_path.stat().st_mode & 0o777 == mode == 0o700
        assert "initdb" not in copied.log("db").read_text()
    finally:
        scratch.remove(run)
        scratch.remove(f"{run}2")


Closed = Callable[[Path], tuple[Native, str]]


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Closed]:
    """A runtime for root without user namespaces, with programs and state in a folder that is closed to others."""
    tmp_path.chmod(0o700)
    program = _program()
    if not program.tree:
        pytest.skip("needs PostgreSQL from a wheel")
    for part in program.tree:
        (tmp_path / part.relative_to(program.tree[0].parent.parent)).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part.relative_to(program.tree[0].parent.parent)).symlink_to(part)
    here = tmp_path / program.path.parent.relative_to(program.tree[0].parent.parent)
    chain = [Provider("closed", lambda: [here], "", binaries.tree_of_wheel)]
    runs: list[str] = []

    def make(state: Path) -> tuple[Native, str]:
        runs.append(secrets.token_hex(4))
        situation = dataclasses.replace(privileges.probe(), can_unshare=False)
        known: Known = server.PostgresServer("db", Postgres("app"), lambda spec: binaries.find(spec, chain))
        return Native(state, runs[-1], known=lambda _: known, situation=lambda: situation), runs[-1]

    yield make
    for run in runs:
        scratch.remove(run)


def _program() -> Program:
    return binaries.find(Postgres("app"), binaries.providers(os.environ))


@as_root
def test_an_ordinary_user_runs_it_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    # The capability lets this user read the interpreter in root's home; PostgreSQL only asks for the user's number.
    user = "--reuid=65534 --regid=65534 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search"
    code = f"""
import os, psutil, psycopg
from pathlib import Path
from statusquo.runtimes import privileges
from statusquo.testing import servers
assert privileges.decide(privileges.probe()) == privileges.Footing()
with servers.postgres(Path({str(folder)!r})) as db, servers.redis(Path({str(folder)!r}) / "redis"):
    psycopg.connect(db.host.url).close()
assert not psutil.Process().children(recursive=True)
"""
    argv = ["setpriv", *user.split(), sys.executable, "-c", code]
    done = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(folder)}, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_server_of_the_tests_leaves_nothing_behind(tmp_path: Path) -> None:
    before = psutil.Process().children()
    with servers.postgres(tmp_path) as endpoint:
        assert ask(endpoint, "SELECT 1") == 1
        (leader,) = set(psutil.Process().children()) - set(before)
        family = [leader, *leader.children(recursive=True)]
    assert len(family) > 3
    assert process.wait(family, 0) == []
