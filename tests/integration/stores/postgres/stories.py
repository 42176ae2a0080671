"""Random uses of random schemas: several sessions write, baselines nest and are gone back to, a witness compares.

The property tests draw a ``Story`` and ``tell`` it; ``schemas`` draws the tables.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg
from hypothesis import strategies as st

from statusquo.core.baseline import Baseline
from statusquo.core.errors import Busy, NotExact
from statusquo.stores.postgres.store import PostgresStore, open_store
from tests.integration.stores.postgres import schemas
from tests.integration.stores.postgres.place import NONCE, Place, read_digest
from tests.integration.stores.postgres.schemas import Schema

SESSIONS = 3
DEALT = [1, 5, 9]
"""What three sessions are dealt from the outermost baseline, each from a cache of its own."""
UNSEEN = "by a snapshot that may be older than its rows"
"""Why TRUNCATE in a transaction that keeps its snapshot may be refused: nobody could tell what it took."""
COLUMNS = "id, up, n, area, v"

WRITES = (
    "INSERT INTO {t} (n, area, v) VALUES ({b}, 'n', {v})",
    """INSERT INTO {t} (id, n, area, v) OVERRIDING SYSTEM VALUE
       VALUES ({a} + 4, {b}, 's', {v}), ({a} + 5, {a}, 'x', {v})""",
    f"INSERT INTO {{t}} ({COLUMNS}) OVERRIDING SYSTEM VALUE SELECT {COLUMNS} FROM {{t}} LIMIT {{a}}",
    f"INSERT INTO {{t}} ({COLUMNS}) OVERRIDING SYSTEM VALUE SELECT id + 6, id, n + 6, area, v FROM {{t}}",
    "INSERT INTO {t} (id, n, v) OVERRIDING SYSTEM VALUE VALUES ({a}, {b}, {v}) ON CONFLICT DO NOTHING",
    "INSERT INTO {t} (id, n) OVERRIDING SYSTEM VALUE VALUES ({a}, {b}) ON CONFLICT (id) DO UPDATE SET n = {t}.n + 7",
    "INSERT INTO {t} (id, area) OVERRIDING SYSTEM VALUE VALUES ({a}, 'n') ON CONFLICT (id, area) DO UPDATE SET v = {v}",
    "INSERT INTO {leaf} (id, n, area) OVERRIDING SYSTEM VALUE VALUES ({a} + 7, {b}, 'n')",
    "INSERT INTO {view} (n, area) VALUES ({a} + 8, 's')",
    "COPY {t} (id, n, area) FROM STDIN",
    "UPDATE {t} SET n = n + {b}",
    "UPDATE {t} SET n = 6 - n",
    "UPDATE {t} SET id = id + 100",
    "UPDATE {t} SET id = id + 10 WHERE id = {a}",
    "UPDATE {t} SET up = {b} WHERE id = {a}",
    "UPDATE {t} SET up = NULL WHERE n > {a}",
    "UPDATE {t} SET v = {w}",
    "UPDATE {t} SET v = {v} WHERE id <= {a}",
    "UPDATE {t} SET v = v",
    "UPDATE {t} SET area = CASE area WHEN 'n' THEN 's' ELSE 'n' END WHERE id <= {a}",
    "UPDATE {t} SET area = 'other', n = n + 1 WHERE n = {a}",
    "UPDATE ONLY {t} SET n = {a} WHERE id = {b}",
    "UPDATE {leaf} SET n = n + {a}",
    "UPDATE {view} SET n = n + {a} WHERE id = {b}",
    "UPDATE {t} SET n = o.n FROM {u} o WHERE o.id = {t}.id",
    "DELETE FROM {t} WHERE id = {a}",
    "DELETE FROM {t} WHERE n % 3 = {a} % 3",
    "DELETE FROM {t} WHERE ctid IN (SELECT ctid FROM {t} LIMIT {a})",
    "DELETE FROM ONLY {t} WHERE id <= {a}",
    "DELETE FROM {leaf}",
    "DELETE FROM {view} WHERE id = {a}",
    "WITH gone AS (DELETE FROM {t} WHERE id <= {a} RETURNING *) INSERT INTO {u} (n, area) SELECT n, area FROM gone",
    "WITH gone AS (DELETE FROM {t} WHERE id = {a} RETURNING *) INSERT INTO {t} (n, area) SELECT n, area FROM gone",
    """MERGE INTO {t} t USING (VALUES ({a}), ({b} + 5)) s (id) ON t.id = s.id WHEN MATCHED AND t.n > 3 THEN DELETE
       WHEN MATCHED THEN UPDATE SET n = 4 WHEN NOT MATCHED THEN INSERT (n, area) VALUES (s.id, 'n')""",
    """MERGE INTO {t} t USING (VALUES ({a})) s (id) ON t.id = s.id
       WHEN MATCHED AND t.area = 'n' THEN UPDATE SET area = 's' WHEN MATCHED THEN UPDATE SET area = 'n'""",
    """MERGE INTO {t} t USING {u} s ON t.id = s.id + {a}
       WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED BY SOURCE THEN DELETE""",
    "TRUNCATE {t}",
    "TRUNCATE {t} CASCADE",
    "TRUNCATE {t}, {u} RESTART IDENTITY CASCADE",
    "TRUNCATE ONLY {t}",
    "TRUNCATE {leaf} CASCADE",
)
OTHERS = (
    "SELECT nextval('dealt')",
    "SELECT nextval(pg_get_serial_sequence('{t}', 'id'))",
    "SELECT setval(pg_get_serial_sequence('{t}', 'id'), {a}, false)",
    "ALTER SEQUENCE dealt RESTART {a}",
    "SELECT lo_from_bytea(0, 'x{a}')",
    "SELECT lo_put(max(oid), 0, 'y{a}') FROM pg_largeobject_metadata",
    "SELECT lo_unlink(min(oid)) FROM pg_largeobject_metadata",
    "SET datestyle = 'German, DMY'; SET intervalstyle = sql_standard; SET extra_float_digits = -3",
    "SET timezone = 'Asia/Kolkata'; SET bytea_output = escape; SET search_path = public, pg_catalog",
    "CREATE TEMP TABLE IF NOT EXISTS scratch AS SELECT id FROM {t}",
    "SELECT * FROM {t} FOR UPDATE",
    "SELECT pg_notify('news', '{a}'), pg_advisory_xact_lock({a})",
    "VACUUM (FREEZE) {t}",
    "VACUUM FULL {t}",
    "INSERT INTO nowhere VALUES (1)",
)
TRANSACTIONS = (
    "BEGIN", "BEGIN; SAVEPOINT s", "ROLLBACK TO s", "BEGIN; SAVEPOINT r", "ROLLBACK TO r", "RELEASE s", "COMMIT",
    "BEGIN", "BEGIN ISOLATION LEVEL SERIALIZABLE", "SET CONSTRAINTS ALL IMMEDIATE", "ROLLBACK",
)  # fmt: skip
FORGOTTEN = "".join(
    f"RESET {name};"
    for name in ("datestyle", "intervalstyle", "extra_float_digits", "timezone", "bytea_output", "search_path")
)
"""What the settings of one story must not do to the next."""


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of a session, with the tables and the small numbers to put into it."""

    session: int
    text: str
    t: int
    u: int
    a: int
    b: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happens until a capture (None) or a rewind to that baseline of those that there are."""

    steps: Sequence[Step]
    rewind_to: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """A schema, and what becomes of it."""

    schema: Schema
    chapters: Sequence[Chapter]


def steps(*texts: st.SearchStrategy[str]) -> st.SearchStrategy[Step]:
    """Steps with the texts of any of these; those named more often come more often."""
    small = st.integers(1, 6)
    return st.builds(
        Step, st.integers(0, SESSIONS - 1), st.one_of(*texts), st.integers(0, 3), st.integers(0, 3), small, small
    )


def stories(step: st.SearchStrategy[Step], *, longest: int = 20) -> st.SearchStrategy[Story]:
    """Of all lengths alike: lists as they are drawn by default are of five steps, in which little meets."""
    some = st.integers(0, longest).flatmap(lambda size: st.lists(step, min_size=size, max_size=size))
    chapter = st.builds(Chapter, some, st.none() | st.integers(0, 3))
    chapters = st.integers(1, 4).flatmap(lambda size: st.lists(chapter, min_size=size, max_size=size))
    return st.builds(Story, schemas.SCHEMAS, chapters)


WRITE, OTHER, TRANSACTION = (st.sampled_from(texts) for texts in (WRITES, OTHERS, TRANSACTIONS))
STEPS = steps(WRITE, WRITE, WRITE, OTHER, TRANSACTION)
STORIES = stories(STEPS)


def render(step: Step, schema: Schema) -> str:
    """The statement as it is sent."""
    t, u = step.t % len(schema), step.u % len(schema)
    value, changed = (text.format(a=step.a, b=step.b) for text in schemas.value(t, schema))
    return step.text.format(
        t=schemas.NAMES[t], u=schemas.NAMES[u], leaf=schemas.leaf(t, schema), view=f"view{t}", v=value, w=changed,
        a=step.a, b=step.b,
    )  # fmt: skip


@dataclass
class Stage:
    """A database that all stories share, each from an empty schema on, with the application's sessions."""

    place: Place
    sessions: list[psycopg.Connection]
    witness: psycopg.Connection
    schema: Schema = ()
    done: list[str] = field(default_factory=list)
    """What was sent, for the report of a story that went wrong."""

    def build(self, schema: Schema) -> None:
        """Make the schema; of what cannot be made there is none."""
        self.schema = schema
        self.done.clear()
        for session in self.sessions:
            session.execute(FORGOTTEN.encode())
        self._set_patience("5s")
        self.sessions[-1].execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
        self.sessions[-1].execute("ALTER SCHEMA public OWNER TO tenant")
        for statement in schemas.statements(schema):
            self._send(0, statement)
        self._set_patience("10ms")

    def play(self, steps: Sequence[Step]) -> None:
        """One step after the other; errors, and locks that another session holds, are part of life."""
        for step in steps:
            self._do(step)
        self.end_transactions()

    def play_at_once(self, steps: Sequence[Step], during: Callable[[], object]) -> None:
        """The steps of each session beside those of the others, and *during* beside them all."""

        def play_one(number: int) -> None:
            for step in steps:
                if step.session == number:
                    self._do(step)
            end_transaction(self.sessions[number])

        with ThreadPoolExecutor(SESSIONS) as threads:
            playing = [threads.submit(play_one, number) for number in range(SESSIONS)]
            during()
        for one in playing:
            one.result()

    def digest(self) -> Mapping[str, Sequence[str]]:
        return read_digest(self.witness)

    def deal(self) -> list[int]:
        """A number of the cached sequence to each session: what they would hand out, whatever the sequence says."""
        dealt = [session.execute("SELECT nextval('public.dealt')").fetchone() for session in self.sessions]
        return [number for row in dealt if row for number in row]

    def end_transactions(self) -> None:
        for session in self.sessions:
            end_transaction(session)

    def _set_patience(self, time: str) -> None:
        for session in self.sessions:
            session.execute(f"SET lock_timeout = '{time}'".encode())

    def _do(self, step: Step) -> None:
        statement = render(step, self.schema)
        if not statement.startswith("COPY"):
            self._send(step.session, statement)
            return
        self.done.append(f"{step.session}: {statement}")
        with contextlib.suppress(psycopg.Error), self.sessions[step.session].cursor().copy(statement.encode()) as copy:
            copy.write(f"{step.a}\t{step.b}\tn\n{step.b}\t{step.a}\ts\n")

    def _send(self, session: int, statement: str) -> None:
        try:
            self.sessions[session].execute(statement.encode())
        except psycopg.Error as error:
            statement = f"{statement} -- {type(error).__name__}"
        self.done.append(f"{session}: {statement}")


def end_transaction(session: psycopg.Connection) -> None:
    with contextlib.suppress(psycopg.Error):
        session.execute("COMMIT" if session.info.transaction_status else "SELECT 1")


@contextlib.contextmanager
def staged(place: Place, schema: Schema = ()) -> Iterator[Stage]:
    """Two sessions of the application and one that loads fixtures in replica role."""
    with contextlib.ExitStack() as stack:

        def connect() -> psycopg.Connection:
            connection = stack.enter_context(psycopg.connect(place.admin.url, autocommit=True))
            connection.add_notice_handler(lambda notice: None)
            return connection

        sessions = [connect() for _ in range(SESSIONS)]
        for session in sessions:
            session.execute("SET lock_timeout = '10ms'; SET deadlock_timeout = '5ms'")
        for session in sessions[:-1]:
            session.execute("SET SESSION AUTHORIZATION tenant")
        sessions[-1].execute("SET session_replication_role = replica")
        yield Stage(place, sessions, connect(), schema)


Known = list[tuple[Baseline, Mapping[str, Sequence[str]]]]
"""Baselines, outermost first, and what the witness saw there."""


def tell(stage: Stage, story: Story, *, at_once: bool = False) -> None:
    """Go through the chapters, then back through all baselines; every rewind must give back what the witness saw."""
    stage.build(story.schema)
    with contextlib.closing(open_store("db", stage.place.admin, nonce=NONCE)) as store:
        known = [(store.capture(), stage.digest())]
        for chapter in story.chapters:
            if chapter.rewind_to is not None:
                del known[chapter.rewind_to % len(known) + 1 :]
            if at_once:
                stage.play_at_once(chapter.steps, during=lambda: _disturb(store, known[-1]))
            else:
                stage.play(chapter.steps)
            if chapter.rewind_to is None:
                known.append((store.capture(), stage.digest()))
            elif not _back(stage, store, known):
                return
        while len(known) > 1 and _back(stage, store, known):
            del known[max(len(known) - 1, 1) :]
        if known and _back(stage, store, known):
            assert stage.deal() == DEALT
            _back(stage, store, known)


def _back(stage: Stage, store: PostgresStore, known: Known) -> bool:
    """Rewind to the last of those known, or to the one before where that is refused for a reason; False: to none."""
    if not known:
        return False
    (baseline, then), before = known[-1], stage.digest()
    try:
        store.rewind(baseline)
    except NotExact as error:
        if not (then["large objects"] or UNSEEN in str(error)):
            raise
        assert before == stage.digest()
        known.pop()
        return _back(stage, store, known)
    assert then == stage.digest()
    assert store.diff(baseline).is_empty
    assert store.rewind(baseline).is_clean
    return True


def _disturb(store: PostgresStore, last: tuple[Baseline, Mapping[str, Sequence[str]]]) -> None:
    """Rewind while others write: between two of their transactions, or not at all."""
    baseline, then = last
    try:
        store.rewind(baseline)
    except Busy:
        return
    except NotExact as error:
        if not (then["large objects"] or UNSEEN in str(error)):
            raise
