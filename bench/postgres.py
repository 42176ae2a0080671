"""PostgreSQL: rewinds beside what else puts a database back, in one run, on one server, on the same data.

Two databases of the same content take part: ``live`` has the journal and is rewound, ``plain`` has none and stands for
a life without us. Cases that are compared are measured in turns.
"""

from __future__ import annotations

import dataclasses
import functools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import clones, figures, shop
from bench.figures import Figure, Scene, clock
from statusquo.core.baseline import Baseline
from statusquo.core.endpoint import Address
from statusquo.stores.postgres import clone, mark
from statusquo.stores.postgres.store import PostgresStore, open_store
from statusquo.testing import servers

ROUNDS = 60
SLOW_ROUNDS = 50
SLOWEST_ROUNDS = 15
NONCE = "bench"

TEMPLATE = "template"
REWIND = "rewind after 10 rows in 5 tables"


@dataclass(frozen=True, slots=True)
class Bench:
    """A server with both databases, an application's connection to each, and the store over the live one."""

    scene: Scene
    admin: Address
    owner: Address
    live: psycopg.Connection
    plain: psycopg.Connection
    store: PostgresStore
    baseline: Baseline

    def rewind(self) -> None:
        self.store.rewind(self.baseline)

    def figure(self, case: str, times: Sequence[float], *, rows: int = shop.WRITTEN) -> Figure:
        return figures.figure(case, self.scene, rows, times)


def measure() -> Iterator[Figure]:
    """All cases, as they are done."""
    with opened() as bench:
        pid = bench.live.info.backend_pid
        for cases in (rewinds, there_and_back, writes, many_rows, many_copied):
            yield from cases(bench)
        if bench.live.execute("SELECT pg_backend_pid()").fetchone() != (pid,):
            raise AssertionError("the application did not keep its connection")
        yield from others(bench)


@contextmanager
def opened(*, rows: int = shop.ROWS) -> Iterator[Bench]:
    """The data is loaded once; the template is made before there is a journal."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        endpoint = stack.enter_context(servers.postgres(folder))
        if endpoint.admin is None or endpoint.host is None:
            raise AssertionError("a PostgreSQL has both")
        owner, admin = endpoint.host, endpoint.admin
        with psycopg.connect(owner.url, autocommit=True) as connection:
            shop.build(connection, rows=rows)
        mark.write(dataclasses.replace(admin, name=owner.name), NONCE)
        clone.make_template(admin, owner.name, TEMPLATE, nonce=NONCE)
        for name in ("live", "plain", "spare"):
            clone.create_from_template(admin, TEMPLATE, name)
        mark.write(dataclasses.replace(admin, name="live"), NONCE)
        live, plain = (
            stack.enter_context(psycopg.connect(dataclasses.replace(owner, name=name).url, autocommit=True))
            for name in ("live", "plain")
        )
        store = open_store("postgres", dataclasses.replace(admin, name="live"), nonce=NONCE)
        stack.callback(store.close)
        yield Bench(_scene(plain), admin, owner, live, plain, store, store.capture())


def rewinds(bench: Bench) -> Iterator[Figure]:
    """The rewind itself, over tables for the first time and again, and with nothing to do."""
    test = shop.Test(bench.live, seed=1)
    first, again, after, nothing, elsewhere = [], [], [], [], []
    for tables in shop.each_table_once():
        test.write(tables)
        first.append(clock(bench.rewind))
    for _ in range(ROUNDS):
        test.run()
        again.append(clock(bench.rewind))
        after.append(clock(bench.rewind))
    for _ in range(ROUNDS):
        bench.live.execute(shop.READ)
        nothing.append(clock(bench.rewind))
    for _ in range(ROUNDS):
        bench.plain.execute("SELECT pg_current_xact_id()")
        elsewhere.append(clock(bench.rewind))
    yield bench.figure(REWIND, again)
    yield bench.figure("rewind, tables not rewound before", first)
    yield bench.figure("rewind when nothing was written", nothing, rows=0)
    yield bench.figure("    the same, right after a rewind of 10 rows", after, rows=0)
    yield bench.figure("    the same, but other databases were written to", elsewhere, rows=0)


def there_and_back(bench: Bench) -> Iterator[Figure]:
    """The test's statements and the way back together."""
    ours, theirs = shop.Test(bench.live, seed=2), shop.Test(bench.plain, seed=2)
    rewound, undone, rollbacks = [], [], []

    def work_and_rewind() -> None:
        ours.run()
        bench.rewind()

    def work() -> None:
        bench.plain.execute("BEGIN")
        theirs.run()

    for _ in range(ROUNDS):
        rewound.append(clock(work_and_rewind))
        working = clock(work)
        rollbacks.append(clock(lambda: bench.plain.execute("ROLLBACK")))
        undone.append(working + rollbacks[-1])
    yield bench.figure("ROLLBACK of the same work", rollbacks)
    yield bench.figure("the work and its rewind", rewound)
    yield bench.figure("the work in a transaction and its ROLLBACK", undone)


def writes(bench: Bench) -> Iterator[Figure]:
    """What the journal costs the application: ten statements of one row, each its own transaction."""
    journaled, plain = shop.Test(bench.live, seed=3), shop.Test(bench.plain, seed=3)
    with_journal, without = [], []
    for tables in shop.each_table_once():
        plain.write(tables)  # the live ones were written before: their plans are made
        plain.take_back()
    for _ in range(ROUNDS):
        with_journal.append(clock(journaled.run))
        without.append(clock(plain.run))
        bench.rewind()
        plain.take_back()
    yield bench.figure("10 writes with the journal", with_journal)
    yield bench.figure("10 writes without the journal", without)


def many_rows(bench: Bench) -> Iterator[Figure]:
    """One statement that inserts 10,000 rows."""
    with_journal, without, rewound = [], [], []
    for _ in range(SLOW_ROUNDS):
        with_journal.append(clock(lambda: bench.live.execute(shop.insert_many())))
        rewound.append(clock(bench.rewind))
        without.append(clock(lambda: bench.plain.execute(shop.insert_many())))
        bench.plain.execute(shop.delete_many())
    yield bench.figure("INSERT of 10,000 rows with the journal", with_journal, rows=shop.MANY)
    yield bench.figure("INSERT of 10,000 rows without the journal", without, rows=shop.MANY)
    yield bench.figure("rewind after 10,000 rows in 1 table", rewound, rows=shop.MANY)


def many_copied(bench: Bench) -> Iterator[Figure]:
    """One COPY of 10,000 rows."""
    with_journal, without = [], []
    for _ in range(SLOW_ROUNDS):
        with_journal.append(clock(functools.partial(shop.copy_many, bench.live)))
        bench.rewind()
        without.append(clock(functools.partial(shop.copy_many, bench.plain)))
        bench.plain.execute(shop.delete_many())
    yield bench.figure("COPY of 10,000 rows with the journal", with_journal, rows=shop.MANY)
    yield bench.figure("COPY of 10,000 rows without the journal", without, rows=shop.MANY)


def others(bench: Bench) -> Iterator[Figure]:
    """What people do today: clones, by psql or over an open connection, and TRUNCATE, after which data is missing."""
    spare = dataclasses.replace(bench.owner, name="spare")
    fresh = [clock(functools.partial(clones.by_psql, bench.admin, TEMPLATE)) for _ in range(SLOWEST_ROUNDS)]
    yield bench.figure("drop and create from template by psql", fresh)
    with psycopg.connect(bench.admin.url, autocommit=True) as server:
        chosen = (("FILE_COPY", SLOW_ROUNDS), ("WAL_LOG", SLOWEST_ROUNDS))
        for strategy, rounds in chosen if server.info.server_version >= 150000 else (("", SLOW_ROUNDS),):
            cloned = [clock(functools.partial(clones.over, server, TEMPLATE, strategy)) for _ in range(rounds)]
            yield bench.figure(f"drop and create from template {strategy}".strip(), cloned)
    truncated = []
    with psycopg.connect(spare.url, autocommit=True) as connection:
        connection.execute(shop.truncate_all())
        for _ in range(SLOW_ROUNDS):
            connection.execute(shop.insert_one_each())
            truncated.append(clock(lambda: connection.execute(shop.truncate_all())))
    yield bench.figure("TRUNCATE of all tables", truncated, rows=shop.TABLES)


def _scene(connection: psycopg.Connection) -> Scene:
    row = connection.execute("SELECT pg_database_size(current_database()) / 1000000").fetchone()
    return Scene("postgres", shop.TABLES, int(row[0]) if row else 0)
