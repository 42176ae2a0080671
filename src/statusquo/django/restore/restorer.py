"""Puts all test databases of this process back, layer by layer. The plugin and the runner each hold one Restorer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connections

from statusquo.core.errors import NotExact
from statusquo.django.restore import flush, sequences, serialized, state, transactions
from statusquo.django.restore.databases import Databases
from statusquo.django.restore.parked import Parked
from statusquo.django.restore.requests import Requests

if TYPE_CHECKING:
    from statusquo.core.baseline import Baseline, Rewound
    from statusquo.django.restore.engines import Engine

SEQUENCES = "sequences"
"""What a PostgreSQL store calls those that it has put back: nobody remembers them."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A state of all test databases that can be gone back to: a baseline for each, by alias."""

    baselines: dict[str, Baseline]


class Restorer:
    """One for each process that runs tests; makes nothing until the first test that may commit."""

    def __init__(self, databases: Databases) -> None:
        self.listeners: list[Callable[[tuple[Rewound, ...]], None]] = []
        """Told of each rewind."""
        self.notes: list[str] = []
        """What the user should read at the end of the run, a sentence or two each."""
        self.access: Callable[[], AbstractContextManager[object]] = nullcontext
        """Lets us at the databases, where somebody keeps tests away from them."""
        self._databases = databases
        self._engines: dict[str, Engine] = {}
        self._layers: list[Layer] = []
        self._owed: set[str] = set()
        self._has_moved = False
        self._is_kept = False
        self._parked = Parked()
        self._requests = Requests()
        self._undo = ExitStack()

    @property
    def is_in_a_transaction(self) -> bool:
        """True while this thread is in one on a test database."""
        return any(transactions.is_open(alias) for alias in self._databases.ours())

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those of shared fixtures that stand, outermost first, without the state that all tests begin with."""
        return tuple(self._layers[1:])

    @property
    def is_ensured(self) -> bool:
        """True once there is a state to go back to."""
        return bool(self._engines)

    @contextmanager
    def making(self, *, may_be_there: bool) -> Iterator[None]:
        """While the test databases are made: without a copy of all rows as text; those there already are put back."""
        with ExitStack() as undo:
            undo.enter_context(serialized.left_out())
            self._is_kept = may_be_there
            if may_be_there:
                from statusquo.django.restore import leftovers  # noqa: PLC0415 - as in _open

                undo.enter_context(leftovers.put_back(self._databases, tell=self.notes.append))
            yield

    def begin(self) -> None:
        """Now that the test databases are made: their present state is the one that all tests begin with."""
        self.close()
        with self.access():
            self._open_new()

    def ensure(self) -> None:
        """Before each test that may commit: be ready, and owe a rewind after it. Raises StoreError."""
        self.be_ready()
        self.owe()

    def owe(self) -> None:
        """Have ``settle`` put all back."""
        self._owed.update(self._engines)

    def be_ready(self) -> None:
        """Have a state of each test database to go back to, and be at it: before a test or a fixture that may commit.

        The first call makes the present state that; a database that came since is added. What tests in between have
        moved without committing, a sequence, goes back. No transaction may be open. Raises StoreError.
        """
        with self.access():
            self._open_new()
        if self._has_moved:
            self.rewind()

    def rewind(self, *aliases: str) -> tuple[Rewound, ...]:
        """Put the databases of these aliases, or all, back to the innermost layer, and forget what came from rows.

        Where that cannot be, because of DDL, all layers but the outermost are lost. Requests that the live server is
        still at work on are waited for. Raises StoreError.
        """
        self._requests.wait()
        self._has_moved = False
        with self.access():
            done = self._rewind_innermost(aliases or tuple(self._engines))
        if any(touched.name != SEQUENCES for each in done for touched in each.touched):
            state.forget()
        for listener in self.listeners:
            listener(done)
        return done

    def moved(self) -> None:
        """After a test that rolls back: sequences do not."""
        self._has_moved = True

    def settle(self) -> None:
        """After each test that may commit: put back what its test case has not."""
        if self._owed:
            self.rewind(*sorted(self._owed))

    def capture(self) -> Layer:
        """Make the present state the innermost layer: that of a shared fixture that has committed its rows.

        There is a state to go back to already: see ``be_ready``. Raises StoreError.
        """
        with self.access():
            layer = Layer({alias: engine.capture() for alias, engine in self._engines.items()})
        self._layers.append(layer)
        return layer

    def drop(self, layer: Layer) -> tuple[Rewound, ...]:
        """Forget the layer and those inside it, and put everything back to the one outside. Raises StoreError."""
        del self._layers[self._layers.index(layer) :]
        return self.rewind()

    def close(self) -> None:
        """Let go of the databases: somebody may want to drop them."""
        self._undo.close()
        self._engines.clear()
        self._layers.clear()
        self._owed.clear()

    def _open_new(self) -> None:
        for alias in self._databases.ours():
            if alias not in self._engines:
                self._open(alias)

    def _open(self, alias: str) -> None:
        """Have an engine for the alias, and its present state in all layers that there are."""
        from statusquo.django.restore import engines  # noqa: PLC0415 - stores cost a start; who commits nothing pays none

        if not self._engines:
            self._begin()
        engine = engines.open_engine(alias, self._make_scratch, tell=self.notes.append)
        self._undo.callback(engines.release, alias)
        self._undo.callback(engine.close)
        sequences.follow_rows(connections[alias])
        self._undo.callback(sequences.restore, connections[alias])
        baseline = engine.capture()
        if self._is_kept:
            engines.keep(alias, engine, baseline)
        for layer in self._layers:
            layer.baselines[alias] = baseline
        self._engines[alias] = engine

    def _begin(self) -> None:
        self._layers.append(Layer({}))
        for each in (self._parked, self._requests):
            self._undo.callback(each.close)
        self._requests.watch()
        self._undo.enter_context(flush.replaced(self._put_back))

    def _make_scratch(self) -> Path:
        return Path(self._undo.enter_context(tempfile.TemporaryDirectory(prefix="statusquo-django-")))

    def _put_back(self, alias: str) -> bool:
        """At the end of a test case: whether the database of the alias was put back."""
        representative = self._databases.representative(alias)
        if representative not in self._engines:
            return False
        self.rewind(representative)
        self._parked.park(connections[alias])
        return True

    def _rewind_innermost(self, aliases: tuple[str, ...]) -> tuple[Rewound, ...]:
        try:
            return tuple(self._rewind(alias) for alias in aliases)
        except NotExact:
            if not self.layers:
                raise
        del self._layers[1:]
        return tuple(self._rewind(alias) for alias in self._engines)

    def _rewind(self, alias: str) -> Rewound:
        transactions.leave(alias)
        done = self._engines[alias].rewind(self._layers[-1].baselines[alias])
        self._owed.discard(alias)
        return done
