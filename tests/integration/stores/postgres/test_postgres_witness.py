"""Whatever several sessions do, a rewind gives back what an independent witness saw; its example count stays modest."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statusquo.core.baseline import Baseline
from statusquo.stores.postgres.store import PostgresStore, open_store
from tests.integration.stores.postgres import workload
from tests.integration.stores.postgres.place import NONCE, Place, read_digest

pytestmark = pytest.mark.integration

EXAMPLES = int(os.environ.get("STATUSQUO_TEST_EXAMPLES", "40"))
SESSIONS = 3
STEPS = st.tuples(
    st.integers(0, SESSIONS - 1),
    st.one_of(
        st.sampled_from(workload.STATEMENTS + workload.MERGES),
        st.sampled_from(["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s"]),
    ),
    st.integers(1, 6),
    st.integers(1, 6),
)
SCHEDULES = st.lists(STEPS, max_size=60)


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

    def play(self, schedule: list[tuple[int, str, int, int]]) -> None:
        """Run the steps; errors, and locks that another session holds, are part of life. No transaction stays open."""
        for number, statement, a, b in schedule:
            with contextlib.suppress(psycopg.Error):
                self.sessions[number].execute(statement.format(a=a, b=b))
        for session in self.sessions:
            with contextlib.suppress(psycopg.Error):
                session.execute("COMMIT" if session.info.transaction_status else "SELECT 1")

    def digest(self) -> dict[str, list[str]]:
        return read_digest(self.witness)


@pytest.fixture
def playground(place: Place) -> Playground:
    sessions = [place.connect(place.admin if number == 0 else None) for number in range(SESSIONS)]
    for session in sessions:
        session.execute("SET lock_timeout = '10ms'")
        session.add_notice_handler(lambda notice: None)
    place.connect(place.admin).execute("ALTER SCHEMA public OWNER TO tenant")
    fixture_loader = sessions.pop(0)
    fixture_loader.execute("SET session_replication_role = replica")
    store = open_store("db", place.admin, nonce=NONCE)
    place.stack.callback(store.close)
    return Playground(store, [*sessions, fixture_loader], place.connect(place.admin))


def test_rewind_gives_back_what_a_witness_saw(playground: Playground) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SCHEDULES, SCHEDULES)
    def holds(first: list[tuple[int, str, int, int]], second: list[tuple[int, str, int, int]]) -> None:
        outermost = playground.start()
        store, start = playground.store, playground.digest()
        playground.play(first)
        middle, inner = playground.digest(), store.capture()
        playground.play(second)
        store.rewind(inner)
        assert middle == playground.digest()
        assert store.diff(inner).is_empty
        store.rewind(outermost)
        assert start == playground.digest()
        assert store.diff(outermost).is_empty
        assert store.rewind(outermost).is_clean
        playground.outermost = outermost

    holds()
