"""The way up: services start in threads, each as soon as what it needs is ready. ``stack.start`` makes one Starter."""

from __future__ import annotations

import functools
import graphlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path

from statusquo.core import logs
from statusquo.core.endpoint import Endpoint
from statusquo.core.events import ServiceReady, ServiceStarting, ServiceStopped
from statusquo.core.protocols import Emit, Owner, Running, Runtime
from statusquo.core.service import Command, Launch, Service
from statusquo.stack import probes, ready
from statusquo.stack.ledger import Ledger
from statusquo.stack.plan import plan_start
from statusquo.stack.probes import Asking, Fill, Probers

Prepare = Callable[[Service, Running], None]
"""What has to happen to a service before others may count on it; called from the thread that waited for it."""


class Starter:
    """Threads start services and wait for them; the caller's thread decides what is next and emits."""

    def __init__(
        self,
        services: Sequence[Service],
        runtime: Runtime,
        *,
        fill: Fill,
        probers: Probers,
        emit: Emit,
        ledger: Ledger,
        prepare: Prepare,
        undo: ExitStack,
    ) -> None:
        self._services = {service.name: service for service in services}
        self._plan = plan_start(services)
        self._runtime = runtime
        self._endpoints = {service.name: runtime.address(service) for service in services}
        self._fill = fill
        self._asking = Asking(self._endpoints, probers, self._beside)
        self._emit = emit
        self._ledger = ledger
        self._prepare = prepare
        self._undo = undo
        self._running: dict[str, Running] = {}
        self._cancelled = threading.Event()

    def start_all(self) -> Mapping[str, Running]:
        """Start everything; the services in an order in which each comes after what it needs."""
        sorter = graphlib.TopologicalSorter(self._plan.needs)
        sorter.prepare()
        futures: dict[Future[float], str] = {}
        with ThreadPoolExecutor(max_workers=max(1, len(self._services)), thread_name_prefix="statusquo") as pool:
            try:
                while sorter.is_active():
                    for name in sorter.get_ready():
                        self._emit(ServiceStarting(name))
                        futures[pool.submit(self._start_one, self._services[name])] = name
                    for done in wait(futures, return_when=FIRST_COMPLETED).done:
                        name = futures.pop(done)
                        self._emit(self._ready(name, done.result()))
                        sorter.done(name)
            except BaseException:  # Ctrl-C too: the threads must not wait on for their services
                self._cancelled.set()
                raise
        for name in self._plan.order:  # one may have died while others were waited for
            ready.check_alive(self._services[name], self._running[name], functools.partial(self._evidence, name))
        return {name: self._running[name] for name in self._plan.order}

    def _start_one(self, service: Service) -> float:
        """Start one service whose needs are ready and wait for it; how many seconds that took."""
        began = time.monotonic()
        running = self._undo.enter_context(self._kept(service))
        ready.wait(
            service,
            running,
            lambda probe: probes.answer(service, probe, self._asking),
            cancelled=self._cancelled,
            evidence=lambda: self._evidence(service.name),
        )
        self._prepare(service, running)
        return time.monotonic() - began

    @contextmanager
    def _kept(self, service: Service) -> Iterator[Running]:
        """The running service, on record from before its start until after its end."""
        spec = service.spec
        launch = self._fill(service, spec.argv, self._endpoints) if isinstance(spec, Command) else None
        self._ledger.starting(service.name)
        leaving = None
        try:
            with self._runtime.running(service, launch) as running:
                self._running[service.name] = running
                self._endpoints[service.name] = running.endpoint
                self._ledger.started(service.name, running)
                try:
                    yield running
                finally:
                    leaving = time.monotonic()
        finally:
            if self._ledger.record.mode == "run":
                self._stopped(service.name, leaving)

    def _beside(self, service: Service, argv: tuple[str, ...], endpoints: Mapping[str, Endpoint]) -> Launch:
        """A command that runs where *service* does; on this machine, if somebody else runs that."""
        launch = self._fill(service, argv, endpoints)
        return self._runtime.command(service, launch) if isinstance(self._runtime, Owner) else launch

    def _stopped(self, name: str, leaving: float | None) -> None:
        self._ledger.stopped(name)
        if leaving is not None:
            self._emit(ServiceStopped(name, time.monotonic() - leaving))

    def _ready(self, name: str, seconds: float) -> ServiceReady:
        running = self._running[name]
        return ServiceReady(name, running.what, _where(running.endpoint), seconds)

    def _evidence(self, name: str) -> str:
        """The last log lines of a service and of all that it needs."""
        blocks = [
            [f"{each}:", *(f"  {line}" for line in logs.tail(running.log) or ("(printed nothing)",))]
            for each in (name, *reversed(self._plan.behind(name)))
            if (running := self._running.get(each)) and running.log
        ]
        return "\n".join(line for block in blocks for line in block)


def _where(endpoint: Endpoint) -> str:
    """Where to look, without a password; a folder as seen from where we are."""
    if endpoint.path is not None:
        here = Path.cwd()
        return str(endpoint.path.relative_to(here) if endpoint.path.is_relative_to(here) else endpoint.path)
    if endpoint.host is None:
        return ""
    return f"{endpoint.host.scheme}://{endpoint.host.host}:{endpoint.host.port}"
