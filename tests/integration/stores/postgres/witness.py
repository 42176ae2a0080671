"""Random schedules of several sessions, and an independent witness who says whether a rewind gave back what was there.

The property test, the long run of ``nox -s proof`` and the tests with planted faults all put a store through this.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
from hypothesis import strategies as st

from statusquo.core.baseline import Baseline
from statusquo.stores.postgres.store import PostgresStore, open_store
from tests.integration.stores.postgres import workload
from tests.integration.stores.postgres.place import NONCE, Place, read_digest

SESSIONS = 3
Step = tuple[int, str, int, int]
"""A session, a statement, and two small numbers for it."""
TRANSACTIONS = st.sampled_from(["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s"])
WRITES = st.sampled_from(workload.STATEMENTS + workload.MERGES)
STEPS = st.tuples(
    st.integers(0, SESSIONS - 1), st.one_of(WRITES, WRITES, WRITES, TRANSACTIONS), st.integers(1, 6), st.integers(1, 6)
)
Schedule = Sequence[Step]
SCHEDULES = st.integers(0, 40).flatmap(lambda size: st.lists(STEPS, min_size=size, max_size=size))
"""Of all lengths alike: lists as they are drawn by default are of five steps, in which little meets."""
DEALT = [1, 5, 9]
"""What three sessions are dealt from the outermost baseline, each from a cache of its own."""


@dataclass
class Playground:
    """A database that all examples share: each starts from the outermost baseline."""

    store: PostgresStore
    sessions: list[psycopg.Connection]
    witness: psycopg.Connection
    outermost: Baseline | None = None

    def start(self) -> Baseline:
        """The outermost baseline; made anew after an example that failed, so that a smaller one can be looked for."""
        if self.outermost is None:
            self.sessions[0].execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            self.sessions[0].execute(workload.SCHEMA)
            self.outermost = self.store.capture()
        outermost, self.outermost = self.outermost, None
        return outermost

    def play(self, schedule: Schedule) -> None:
        """Run the steps one after the other; errors, and locks that another session holds, are part of life."""
        for step in schedule:
            self._do(step)
        self._end_transactions()

    def play_at_once(self, schedule: Schedule) -> None:
        """Run the steps of each session beside those of the others: here they wait for one another, and deadlock."""

        def play_one(number: int) -> None:
            for step in schedule:
                if step[0] == number:
                    self._do(step)
            _end_transaction(self.sessions[number])

        with ThreadPoolExecutor(SESSIONS) as threads:
            list(threads.map(play_one, range(SESSIONS)))

    def digest(self) -> dict[str, list[str]]:
        return read_digest(self.witness)

    def deal(self) -> list[int]:
        """A number of the cached sequence to each session: what they would hand out, whatever the sequence says."""
        dealt = [session.execute("SELECT nextval('dealt')").fetchone() for session in self.sessions]
        return [number for row in dealt if row for number in row]

    def _do(self, step: Step) -> None:
        number, statement, a, b = step
        with contextlib.suppress(psycopg.Error):
            self.sessions[number].execute(statement.format(a=a, b=b).encode())

    def _end_transactions(self) -> None:
        for session in self.sessions:
            _end_transaction(session)


@contextlib.contextmanager
def playing(place: Place) -> Iterator[Playground]:
    """A playground in the database of *place*: two sessions of the application and one that loads fixtures."""
    place.connect(place.admin).execute("ALTER SCHEMA public OWNER TO tenant")
    sessions = [place.connect(place.admin) for _ in range(SESSIONS)]
    for session in sessions:
        session.execute("SET lock_timeout = '10ms'; SET deadlock_timeout = '5ms'")
        session.add_notice_handler(lambda notice: None)
    for session in sessions[:-1]:
        session.execute("SET SESSION AUTHORIZATION tenant")
    sessions[-1].execute("SET session_replication_role = replica")
    store = open_store("db", place.admin, nonce=NONCE)
    with contextlib.closing(store):
        yield Playground(store, sessions, place.connect(place.admin))


def check(playground: Playground, first: Schedule, second: Schedule, play: Callable[[Schedule], None]) -> None:
    """Rewind to an inner baseline and to the outermost one, and compare with what the witness had seen there."""
    outermost = playground.start()
    store, start = playground.store, playground.digest()
    play(first)
    middle, inner = playground.digest(), store.capture()
    play(second)
    store.rewind(inner)
    assert middle == playground.digest()
    assert store.diff(inner).is_empty
    store.rewind(outermost)
    assert start == playground.digest()
    assert store.diff(outermost).is_empty
    assert store.rewind(outermost).is_clean
    assert playground.deal() == DEALT
    store.rewind(outermost)
    assert start == playground.digest()
    playground.outermost = outermost


def _end_transaction(session: psycopg.Connection) -> None:
    with contextlib.suppress(psycopg.Error):
        session.execute("COMMIT" if session.info.transaction_status else "SELECT 1")
