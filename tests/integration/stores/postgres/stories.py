"""Random uses of random schemas: several sessions write, baselines nest and are gone back to, a witness compares.

The property tests draw a ``Story`` and ``tell`` it; ``schemas`` draws the tables, ``story_statements`` what is sent.
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
from tests.integration.stores.postgres.story_statements import FORGOTTEN, OTHERS, TRANSACTIONS, WRITES

SESSIONS = 3
DEALT = [1, 5, 9]
"""What three sessions are dealt from the outermost baseline, each from a cache of its own."""
UNSEEN = "by a snapshot that may be older than its rows"
"""Why TRUNCATE in a transaction that keeps its snapshot may be refused: nobody could tell what it took."""


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
