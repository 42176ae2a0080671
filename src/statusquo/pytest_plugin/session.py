"""The one stack of a pytest run, from the first need to the end. ``plugin`` makes it, ``hooks`` calls it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import pytest

from statusquo import wiring
from statusquo.config import Config
from statusquo.core.errors import StatusquoError
from statusquo.core.events import Event
from statusquo.core.lane import Lane
from statusquo.core.protocols import Emit
from statusquo.pytest_plugin import needs, plugin, project, report, sigterm
from statusquo.pytest_plugin.errors import readable
from statusquo.pytest_plugin.needs import Need
from statusquo.pytest_plugin.progress import Progress
from statusquo.pytest_plugin.run import Run, Section
from statusquo.rewind import render, tally
from statusquo.rewind.verify import Verifier
from statusquo.supervisor import client
from statusquo.supervisor.client import Lease
from statusquo.wiring import Opened

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

Say = Callable[[str], None]


class StackSession:
    """Starts the stack when it is first needed, hands pytest's calls on to it, stops it and sums up."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._resources = ExitStack()
        self._events: list[Event] = []
        self._needs: Sequence[Need] = (Need("a test that asks in its body"),)
        self._run: Run | None = None
        self._failure: StatusquoError | None = None

    def start_or_exit(self, users: Sequence[pytest.Item]) -> None:
        """Start what these tests need of the stack; if it cannot, say why and end pytest with the error's exit code.

        A worker of pytest-xdist must not end on its own: there, each test that needs the stack fails.
        """
        self._needs = tuple(map(needs.of, users))
        try:
            self._started()
        except StatusquoError as error:
            if _is_worker(self._config):
                return
            with self._terminal() as say:
                say(f"statusquo: {error}")
            pytest.exit("the stack did not start", returncode=error.exit_code)

    def start_or_fail(self) -> Run:
        """The running stack, started if need be; if it cannot, fail the test that asks, and each that asks again."""
        with readable():
            return self._started()

    def begin(self, item: pytest.Item) -> None:
        """Before a test."""
        if self._run is not None:
            self._run.begin(item)

    @contextmanager
    def setting_up(self, fixturedef: pytest.FixtureDef[object], request: SubRequest) -> Iterator[None]:
        """Around the set-up of a fixture."""
        with self._run.setting_up(fixturedef, request) if self._run is not None else nullcontext():
            yield

    def survived(self, item: pytest.Item) -> None:
        """After a test has passed."""
        if self._run is not None:
            self._run.survived(item)

    def evidence(self) -> list[Section]:
        """For the report of a failing test."""
        return self._run.evidence() if self._run is not None else []

    @contextmanager
    def ending(self, item: pytest.Item) -> Iterator[None]:
        """Around all that ends with a test."""
        with self._run.ending(item) if self._run is not None else nullcontext():
            yield

    @property
    def end(self) -> StatusquoError | None:
        """Why no more tests can be run, though there are some."""
        return self._run.end if self._run else None

    def stop(self) -> StatusquoError | None:
        """Stop the stack, if it runs, and leave the figures of the run for the summary; what its verification found."""
        wrong = self._verify_at_end()
        self._resources.close()
        lines = [*render.summary_lines(tally.figures(self._events)), *self._said_at_end(wrong)]
        self._config.stash[plugin.SUMMARY] = lines
        if _is_worker(self._config):
            name = os.environ["PYTEST_XDIST_WORKER"]
            output: dict[str, object] = getattr(self._config, "workeroutput")  # noqa: B009
            output["statusquo"] = [f"{name}: {line}" for line in lines]
            output["statusquo_exit"] = wrong.exit_code if wrong else 0
            output["statusquo_end"] = self.end.exit_code if self.end else 0
        return wrong

    def _said_at_end(self, wrong: StatusquoError | None) -> Iterator[str]:
        if wrong:
            yield f"Error: {wrong}"
        if self.end and self._config.getoption("--verify") == "end":
            yield "--verify=end: nothing was verified, because the run ended before its end."

    def _verify_at_end(self) -> StatusquoError | None:
        if self._run is None or self.end or self._config.getoption("--verify") != "end":
            return None
        try:
            self._run.verify()
        except StatusquoError as error:
            return error
        return None

    def _started(self) -> Run:
        if self._failure is not None:
            raise self._failure
        if self._run is None:
            try:
                self._run = self._start()
            except StatusquoError as error:
                self._failure = error
                self._resources.close()
                raise
        return self._run

    def _start(self) -> Run:
        started = time.perf_counter()
        self._resources.enter_context(sigterm.orderly())
        if _is_worker(self._config):
            sigterm.follow_parent()
        with self._terminal() as say, Progress(say) as progress:

            def emit(event: Event) -> None:
                self._events.append(event)
                if line := report.progress_line(event):
                    progress.tell(line)

            config = project.load(self._config)
            lease = self._resources.enter_context(self._leasing(config, emit))
            wiring.check_prerequisites(config, lease.lane.endpoints, environ=os.environ, launch=lease.launch)
            self._resources.callback(sigterm.ignore)
            run = Run(config, lease, opening=partial(self._opening, config), emit=self._events.append)
            self._resources.callback(run.close)
        self._announce(report.header_lines(config, lease.lane, self._events, seconds=time.perf_counter() - started))
        return run

    def _leasing(self, config: Config, emit: Emit) -> AbstractContextManager[Lease]:
        who = f"pytest {os.environ.get('PYTEST_XDIST_WORKER', '')}".strip()
        if self._config.getoption("--no-run-services"):
            return _living(client.attached(config, what=who))
        overrides = project.overrides(self._config)
        return client.lease(
            config,
            what=who,
            environ=os.environ,
            overrides=overrides,
            services=needs.services(self._needs, config),
            variant=self._needs[0].variant,
            emit=emit,
        )

    @contextmanager
    def _opening(self, config: Config, lane: Lane, emit: Emit) -> Iterator[Opened]:
        when = self._config.getoption("--verify")
        with ExitStack() as undo:
            witnesses = undo.enter_context(wiring.open_witnesses(config, lane.endpoints)) if when else ()
            yield undo.enter_context(
                wiring.open_stores(config, lane, emit=emit, verifier=Verifier(witnesses, when or "always"))
            )

    def _announce(self, lines: Sequence[str]) -> None:
        with self._terminal() as say:
            for line in lines if self._config.get_verbosity() >= 0 else ():
                say(line)

    @contextmanager
    def _terminal(self) -> Iterator[Say]:
        """A way to say a line on the terminal, past pytest's capture; there is none in a worker of pytest-xdist."""
        reporter: pytest.TerminalReporter | None = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            yield lambda line: None
            return
        capture = self._config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            reporter.ensure_newline()
            yield reporter.write_line


@contextmanager
def _living(attached: AbstractContextManager[Lease]) -> Iterator[Lease]:
    """A stack that nobody may start anew. Raises ServiceFailed if it is not all there."""
    with attached as lease:
        lease.require(lease.lane.endpoints)
        yield lease


def _is_worker(config: pytest.Config) -> bool:
    """True in a worker of pytest-xdist, whose types are not ours to import: it is optional."""
    return hasattr(config, "workeroutput")
