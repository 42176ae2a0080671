"""The way up: services start in threads, each as soon as what it needs is ready. ``Stack.ensure`` makes one Starter."""

from __future__ import annotations

import functools
import graphlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from statusquo.core import logs
from statusquo.core.endpoint import Endpoint
from statusquo.core.events import ServiceReady, ServiceStarting
from statusquo.core.protocols import Emit, Owner, Running, Runtime
from statusquo.core.service import Launch, Service
from statusquo.stack import probes, ready
from statusquo.stack.ledger import Ledger
from statusquo.stack.plan import Asked, Plan
from statusquo.stack.probes import Asking, Fill, Probers

Prepare = Callable[[Service, Running], None]
"""What has to happen to a service before others may count on it; called from the thread that waited for it."""


def nothing(service: Service, running: Running) -> None:
    """Prepare nothing."""


def same_code(service: Service) -> str:
    """Take the code of a service for what it was."""
    return ""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a stack is made with; the wiring hands it in."""

    runtime: Runtime
    fill: Fill
    probers: Probers
    ledger: Ledger
    prepare: Prepare = nothing
    code: Callable[[Service], str] = same_code
    """A digest of the files that a service runs."""


@dataclass(frozen=True, slots=True)
class Up:
    """A service that was started, and how it is stopped."""

    asked: Asked
    running: Running
    undo: ExitStack


class Starter:
    """Threads start services and wait for them; the caller's thread decides what is next and emits."""

    def __init__(
        self,
        plan: Plan,
        asked: Mapping[str, Asked],
        up: dict[str, Up],
        *,
        tools: Tools,
        endpoints: dict[str, Endpoint],
        emit: Emit,
    ) -> None:
        self._plan = plan
        self._asked = asked
        self._up = up
        self._tools = tools
        self._endpoints = endpoints
        self._asking = Asking(endpoints, tools.probers, self._beside)
        self._emit = emit
        self._cancelled = threading.Event()

    def start(self, names: Sequence[str]) -> None:
        """Start the named services, each after what it needs; what else they need runs already."""
        sorter = graphlib.TopologicalSorter({name: [n for n in self._plan.needs[name] if n in names] for name in names})
        sorter.prepare()
        futures: dict[Future[float], str] = {}
        with ThreadPoolExecutor(max_workers=max(1, len(names)), thread_name_prefix="statusquo") as pool:
            try:
                while sorter.is_active():
                    for name in sorter.get_ready():
                        self._emit(ServiceStarting(name))
                        futures[pool.submit(self._start_one, self._asked[name])] = name
                    for done in wait(futures, return_when=FIRST_COMPLETED).done:
                        name = futures.pop(done)
                        self._emit(self._ready(name, done.result()))
                        sorter.done(name)
            except BaseException:  # Ctrl-C too: the threads must not wait on for their services
                self._cancelled.set()
                raise
        for name in names:  # one may have died while others were waited for
            up = self._up[name]
            ready.check_alive(up.asked.service, up.running, functools.partial(self._evidence, name))

    def _start_one(self, asked: Asked) -> float:
        """Start one service whose needs are ready and wait for it; how many seconds that took."""
        began = time.monotonic()
        service = asked.service
        undo = ExitStack()
        running = undo.enter_context(self._on_record(asked))
        self._endpoints[service.name] = running.endpoint
        self._up[service.name] = Up(asked, running, undo)
        ready.wait(
            service,
            running,
            lambda probe: probes.answer(service, probe, self._asking),
            cancelled=self._cancelled,
            evidence=lambda: self._evidence(service.name),
        )
        self._tools.prepare(service, running)
        return time.monotonic() - began

    @contextmanager
    def _on_record(self, asked: Asked) -> Iterator[Running]:
        """The running service, on record from before its start until after its end."""
        name, ledger = asked.service.name, self._tools.ledger
        ledger.starting(name)
        try:
            with self._tools.runtime.running(asked.service, asked.launch) as running:
                ledger.started(name, running)
                yield running
        finally:
            ledger.stopped(name)

    def _beside(self, service: Service, argv: tuple[str, ...], endpoints: Mapping[str, Endpoint]) -> Launch:
        """A command that runs where *service* does; on this machine, if somebody else runs that."""
        launch, runtime = self._tools.fill(service, argv, endpoints), self._tools.runtime
        return runtime.command(service, launch) if isinstance(runtime, Owner) else launch

    def _ready(self, name: str, seconds: float) -> ServiceReady:
        running = self._up[name].running
        return ServiceReady(name, running.what, where(running.endpoint), seconds)

    def _evidence(self, name: str) -> str:
        """The last log lines of a service and of all that it needs."""
        blocks = [
            [f"{each}:", *(f"  {line}" for line in logs.tail(up.running.log) or ("(printed nothing)",))]
            for each in (name, *reversed(self._plan.behind(name)))
            if (up := self._up.get(each)) and up.running.log
        ]
        return "\n".join(line for block in blocks for line in block)


def where(endpoint: Endpoint) -> str:
    """Where to look, without a password."""
    if endpoint.path is not None:
        return str(endpoint.path)
    if endpoint.host is None:
        return ""
    return f"{endpoint.host.scheme}://{endpoint.host.host}:{endpoint.host.port}"
