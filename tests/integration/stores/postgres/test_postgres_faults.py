"""kill -9 of everything, and no room left: then the baseline is there, or a clear error that the next one mends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import NotExact, StoreError
from statusquo.runtimes import privileges
from statusquo.stores.postgres.store import PostgresStore, open_store
from statusquo.testing import servers
from tests.integration.stores.postgres import place as places
from tests.integration.stores.postgres import rewinding
from tests.integration.stores.postgres.place import NONCE, Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

SCHEMA = """
CREATE TABLE a (id serial PRIMARY KEY, what text); INSERT INTO a (what) VALUES ('first'), ('second');
CREATE TABLE b (what text); INSERT INTO b VALUES ('x'), ('x');
"""
WRITES = (
    "UPDATE a SET what = 'changed'; INSERT INTO a (what) VALUES ('third'); DELETE FROM b; INSERT INTO b VALUES ('y')"
)
WAITING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'statusquo' AND wait_event_type = 'Lock'"


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def stuck_rewind(place: Place, saved: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the middle of a rewind: one table is back, the other is locked against it."""
    with psycopg.connect(place.owner.url) as blocker:
        blocker.execute("LOCK TABLE b IN SHARE MODE")
        process = rewinding.start(place.admin, saved)
        with psycopg.connect(place.admin.url, autocommit=True) as witness:
            wait_until(lambda: witness.execute(WAITING).fetchone())
        yield process
        process.kill()
        process.wait()
        with suppress(psycopg.OperationalError):
            blocker.rollback()


def test_the_process_that_rewinds_is_killed(
    place: Place, app: psycopg.Connection, opened: Opened, tmp_path: Path
) -> None:
    app.execute(SCHEMA)
    store, before = opened(), place.digest()
    baseline = store.capture()
    store.save(baseline, tmp_path)
    app.execute(WRITES)
    dirty = place.digest()
    with stuck_rewind(place, tmp_path) as process:
        process.kill()
    assert place.digest() in (dirty, before)
    store.rewind(baseline)
    assert place.digest() == before
    assert store.rewind(baseline).is_clean


def test_the_application_is_killed_in_a_transaction(place: Place, app: psycopg.Connection, opened: Opened) -> None:
    app.execute(SCHEMA)
    store, before = opened(), place.digest()
    baseline = store.capture()
    code = "import psycopg, sys; c = psycopg.connect(sys.argv[1]); c.execute(sys.argv[2]); print(flush=True); input()"
    command = [sys.executable, "-c", code, place.owner.url, WRITES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    store.rewind(baseline)
    assert place.digest() == before


def test_two_processes_rewind_at_once(place: Place, app: psycopg.Connection, opened: Opened, tmp_path: Path) -> None:
    app.execute(SCHEMA)
    store, before = opened(settle=30), place.digest()
    baseline = store.capture()
    store.save(baseline, tmp_path)
    processes = [rewinding.start(place.admin, tmp_path, times=100) for _ in range(2)]
    while any(process.poll() is None for process in processes):
        app.execute(WRITES)
    assert [process.wait() for process in processes] == [0, 0]
    store.rewind(baseline)
    assert place.digest() == before


def _restart(postmaster: psutil.Process, address: Address) -> subprocess.Popen[bytes]:
    """Kill a server, and start it again as it was started."""
    command, footing = postmaster.cmdline(), privileges.decide(privileges.probe())
    account = footing.account
    postmaster.kill()
    postmaster.wait()
    deadline = time.monotonic() + 60
    while True:  # it does not start while a process of the killed one is left
        process = subprocess.Popen(
            [*footing.prefix, *command],
            user=account.uid if account else None,
            group=account.gid if account else None,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(address.url).close()
                return process
            time.sleep(0.05)
        assert time.monotonic() < deadline


def _postmaster(address: Address) -> psutil.Process:
    with psycopg.connect(address.url) as server:
        row = server.execute("SELECT current_setting('data_directory')").fetchone()
    assert row is not None
    return psutil.Process(int((Path(row[0]) / "postmaster.pid").read_text().split()[0]))


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Endpoint]:
    with servers.postgres(tmp_path / "server") as endpoint:
        yield endpoint


def test_the_server_is_killed_during_a_rewind(own_server: Endpoint, tmp_path: Path) -> None:
    server = own_server.admin
    assert server is not None
    with ExitStack() as outer, places.made(server, "killed") as place, ExitStack() as stack:
        place.connect().execute(SCHEMA)
        store = stack.enter_context(closing(open_store("db", place.admin, nonce=NONCE)))
        baseline = store.capture()
        store.save(baseline, tmp_path)
        place.connect().execute(WRITES)
        with stuck_rewind(place, tmp_path):
            process = _restart(_postmaster(server), server)
        outer.callback(process.wait)
        outer.callback(process.send_signal, signal.SIGINT)
        with pytest.raises(NotExact, match="the server crashed since the baseline"):
            store.rewind(baseline)
        again = stack.enter_context(closing(open_store("db", place.admin, nonce=NONCE)))
        before, fresh = place.digest(), again.capture()
        place.connect().execute("DELETE FROM a; INSERT INTO b VALUES ('z')")
        assert not again.rewind(fresh).is_clean
        assert place.digest() == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for a server, some rows and a ballast to throw off."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m", "statusquo-test", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs root with the right to mount a tmpfs")
    (folder / "ballast").write_bytes(bytes(90 << 20))
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _fill(app: psycopg.Connection) -> None:
    for number in range(0, 1_000_000, 1000):
        app.execute(
            "INSERT INTO big SELECT g, repeat('x', 500) FROM generate_series(%s::int, %s::int) g",
            [number, number + 999],
        )


def test_no_room_for_a_rewind_is_told(place: Place, app: psycopg.Connection, opened: Opened) -> None:
    app.execute(SCHEMA)
    store = opened()
    baseline = store.capture()
    place.connect(place.admin).execute("""
        SET statusquo.journal = off;
        CREATE OR REPLACE FUNCTION statusquo.restore_sequences() RETURNS bigint LANGUAGE plpgsql AS
        $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$
    """)
    with pytest.raises(StoreError) as raised:
        store.rewind(baseline)
    assert str(raised.value) == (
        'Store "db" could not be put back: the disk of its server is full. Nothing was changed. '
        "Make room there; the next rewind does the rest.\n    could not extend file: No space left on device"
    )


def test_no_room_for_the_journal(small_disk: Path) -> None:
    settings = {"max_wal_size": "32MB", "min_wal_size": "32MB", "wal_recycle": "off"}
    with servers.postgres(small_disk / "server", settings=settings) as endpoint:
        assert endpoint.admin is not None
        with places.made(endpoint.admin, "full") as place, ExitStack() as stack:
            app = place.connect()
            app.execute(SCHEMA)
            app.execute("CREATE UNLOGGED TABLE big (id int PRIMARY KEY, what text)")
            store = stack.enter_context(closing(open_store("db", place.admin, nonce=NONCE)))
            before, baseline = place.digest(), store.capture()
            app.execute(WRITES)
            with pytest.raises(psycopg.errors.DiskFull):
                _fill(app)
            with suppress(StoreError):  # there may be just enough room
                store.rewind(baseline)
            (small_disk / "ballast").unlink()
            store.rewind(baseline)
            assert place.digest() == before
