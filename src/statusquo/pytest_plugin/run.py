"""A running stack among tests: what happens around each, and what a failing one gets to show. ``session`` makes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from statusquo.config import ApiSettings, Config
from statusquo.core import logs
from statusquo.core.errors import ConfigError, StatusquoError
from statusquo.core.events import Event, LateWrite, ServiceDied, StackRewound
from statusquo.core.lane import Lane
from statusquo.core.protocols import Emit
from statusquo.pytest_plugin import needs, report, selection
from statusquo.pytest_plugin.calls import Call
from statusquo.pytest_plugin.deaths import DYING, Deaths
from statusquo.pytest_plugin.errors import readable
from statusquo.pytest_plugin.facade import Stack
from statusquo.pytest_plugin.scopes import Scope, SharedFixtures
from statusquo.pytest_plugin.variants import Variants
from statusquo.rewind import render
from statusquo.supervisor.client import Lease
from statusquo.wiring import Opened

if TYPE_CHECKING:
    import httpx
    from _pytest.fixtures import SubRequest

    from statusquo.pytest_plugin.api import Api

Section = tuple[str, str]
Opening = Callable[[Lane, Emit], AbstractContextManager[Opened]]
"""Opens the stores of a lane."""


class Run:
    """The stack from its start to the end of the session; methods in the order in which a test meets them."""

    def __init__(self, config: Config, lease: Lease, *, opening: Opening, emit: Emit) -> None:
        self._config = config
        self._lease = lease
        self._deaths = Deaths(lease)
        self._opening = opening
        self._emit = emit
        self._is_used = False
        self._due: Scope = "function"
        self._last = "the start"
        self._calls: list[Call] = []
        self._tokens: dict[str, str] = {}
        self._offsets: Mapping[str, int] = {}
        self._variants = Variants(lease)
        self._resources = ExitStack()
        self._opened: Opened
        self._fixtures: SharedFixtures
        self._open()
        known = [service.name for service in config.services]
        self.stack = Stack(lambda: self._opened, known, logs=self._logs, use=self._note_use)

    def close(self) -> None:
        """Let go of the stores."""
        self._resources.close()

    def begin(self, item: pytest.Item) -> None:
        """Before a test: see that nothing was written late, and start its evidence."""
        self._is_used = selection.is_prepared(item)
        self._calls.clear()
        self._mark_logs()
        if not self._is_used:
            return
        with readable():
            for death in self._deaths.untold():
                self._emit(ServiceDied(death.service, death.how, self._last, item.nodeid, death.log))
            is_new = self._mend() | self._enter(needs.of(item).variant)
            if not is_new and self._due == "function":
                self._opened.rewinder.check(after=self._last, before=item.nodeid)
            self._fixtures.settle(item)

    @contextmanager
    def setting_up(self, fixturedef: pytest.FixtureDef[object], request: SubRequest) -> Iterator[None]:
        """Around the set-up of a fixture."""
        with self._fixtures.setting_up(fixturedef, request, due=self._due, may_ask=self._is_used):
            yield

    @contextmanager
    def rewinding(self, scope: Scope, because: str) -> Iterator[None]:
        """Put the stack back at the end; within, nothing narrower than *scope* does."""
        outer, self._due = self._due, scope
        try:
            yield
        finally:
            self._due = outer
            self._put_back(because)

    @property
    def end(self) -> StatusquoError | None:
        """Why no more tests can be run."""
        return self._deaths.end

    def survived(self, item: pytest.Item) -> None:
        """After the test itself has passed: it fails all the same if a service died meanwhile."""
        if self._is_used:
            with readable():
                died = self._died("this test's end")
            if died:
                pytest.fail(died, pytrace=False)

    @contextmanager
    def ending(self, item: pytest.Item) -> Iterator[None]:
        """Around all that ends with a test: put back what it wrote if it asked for the stack in its body."""
        has_asked = self._is_used and not selection.is_prepared(item)
        try:
            yield
        finally:
            self._is_used = False
            if has_asked:
                self._put_back(item.nodeid)

    def verify(self) -> None:
        """See that everything is as the innermost layer has it. Raises NotExact."""
        self._opened.rewinder.verify()

    def evidence(self) -> list[Section]:
        """What a failing test changed and asked for, what died meanwhile and what the services printed."""
        if not self._is_used:
            return []
        printed = (report.log_section(service, text) for service, text in self._logs().items() if text.strip())
        sections = [
            ("services that died", self._evidence_of_death()),
            (self._changes_title(), self._changes()),
            ("requests of the test", "\n".join(report.call_lines(self._calls))),
            *printed,
        ]
        return [(title, text) for title, text in sections if text]

    def api_auth(self) -> Callable[[str], httpx.Auth]:
        """How users prove themselves, as the configuration says."""
        from statusquo.pytest_plugin import auth  # noqa: PLC0415 - brings httpx, which not every stack needs

        with readable():
            return auth.from_settings(_api_settings(self._config), self._tokens)

    @contextmanager
    def open_api(self, api_auth: Callable[[str], httpx.Auth]) -> Iterator[Api]:
        """A client of the service that the configuration names."""
        from statusquo.pytest_plugin import api  # noqa: PLC0415 - as above

        def note(call: Call) -> None:
            self._note_use()
            self._calls.append(call)

        with readable():
            url = self.stack.url(_api_settings(self._config).service)
        with api.open_api(url, api_auth, note=note) as client:
            yield client

    def _note_use(self) -> None:
        self._is_used = True

    def _put_back(self, because: str) -> None:
        self._last = because
        if self._deaths.end:  # which was told
            self._fixtures.abandon()
            return
        with readable():
            try:
                self._fixtures.finish_passing()
            finally:
                died = self._died("the stack was put back")
                if not self._mend():
                    died = self._rewind(because)
            if died:
                pytest.fail(died, pytrace=False)

    def _rewind(self, because: str) -> str:
        """Rewind; if that fails because a service has just died, mend that and return what is to be told."""
        try:
            self._opened.rewinder.rewind(because)
        except StatusquoError:
            died = self._died("the stack was put back", patience=DYING)
            if not self._mend():
                raise
            return died
        return ""

    def _enter(self, variant: str) -> bool:
        """Have the stack run in the variant, from the baseline; False if it does. What fixtures had made goes first."""
        if not self._variants.is_another(variant):
            return False
        self._fixtures.finish()
        self._variants.enter(variant, emit=self._emit)
        self._is_opening = True
        self._opened.rewinder.rewind("the start of a variant")
        self._is_opening = False
        self._tokens.clear()
        self._mark_logs()
        return True

    def _mend(self) -> bool:
        """Have started again what died; what the fixtures had made is gone with it. False if nothing had died."""
        try:
            if not self._deaths.mend(emit=self._emit):
                return False
        except StatusquoError:
            self._fixtures.abandon()
            raise
        self._fixtures.abandon()
        self._resources.close()
        with self._deaths.opening():
            self._open()
        self._mark_logs()
        return True

    def _open(self) -> None:
        """Open the lane's stores, and put back whatever its last user left."""
        self._is_opening = True  # what is put back now was no test's
        self._opened = self._resources.enter_context(self._opening(self._lease.lane, self._hear))
        self._opened.rewinder.rewind("the start")
        self._is_opening = False
        self._opened.rewinder.push("run")
        self._fixtures = SharedFixtures(self._opened.rewinder)

    def _hear(self, event: Event) -> None:
        """Pass events on; a rewind that put something back may have put a token's row back."""
        if self._is_opening:
            return
        self._emit(event)
        if isinstance(event, StackRewound | LateWrite) and not all(store.is_clean for store in event.stores):
            self._tokens.clear()

    def _mark_logs(self) -> None:
        """What is printed from now on is the present test's."""
        self._offsets = {name: logs.size(log) for name, log in self._lease.lane.logs.items()}

    def _logs(self) -> Mapping[str, str]:
        return {name: logs.since(log, self._offsets.get(name, 0)) for name, log in self._lease.lane.logs.items()}

    def _died(self, moment: str, *, patience: float = 0.0) -> str:
        has_broken = any(not call.is_answered for call in self._calls)
        died = self._deaths.untold(patience=DYING if has_broken else patience)
        return "\n\n".join(report.died_text(death, moment) for death in died)

    def _evidence_of_death(self) -> str:
        try:
            return self._died("this failure")
        except StatusquoError as error:
            return str(error)

    def _changes_title(self) -> str:
        return "what the test changed" if self._due == "function" else f"what changed in the {self._due}"

    def _changes(self) -> str:
        width = shutil.get_terminal_size(fallback=(120, 24)).columns
        try:
            return "\n".join(render.diff_lines(self._opened.rewinder.diff(), width=width))
        except StatusquoError as error:
            return str(error)


def _api_settings(config: Config) -> ApiSettings:
    if config.api is None:
        raise ConfigError(
            f"{config.path.name} has no table [api].",
            why="The fixture api needs to know which service it talks to.",
            next='Add [api] with service = "..." (and auth, password, login), or use the fixture stack.',
        )
    return config.api
