"""A stack as it runs: services are started as parallel as their needs allow, replaced one by one, stopped in reverse.

The wiring makes one for a baseline's servers and one for each lane, and closes it.
"""

from __future__ import annotations

import graphlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import logs
from statusquo.core.endpoint import Endpoint
from statusquo.core.events import ServiceReplaced, ServiceStopped
from statusquo.core.protocols import Emit, Running
from statusquo.core.service import Command, Service
from statusquo.stack import plan as plans
from statusquo.stack import ready
from statusquo.stack.plan import Asked, Plan
from statusquo.stack.starter import Starter, Tools, Up


@dataclass(frozen=True, slots=True)
class Died:
    """A service that is no longer there, though nobody stopped it."""

    service: str
    how: str
    """``exited with code 1``, ``was ended by SIGKILL``."""
    exit_code: int
    log: tuple[str, ...]
    """Its last lines."""


class Stack:
    """Services that run. Changed from one thread at a time; what reads may be called from any."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._up: dict[str, Up] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._plan = Plan((), {})

    @property
    def services(self) -> Mapping[str, Running]:
        """What runs, in the order of starting."""
        return {name: up.running for name in self._plan.order if (up := self._up.get(name))}

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Where each service that runs answers."""
        return {name: running.endpoint for name, running in self.services.items()}

    @property
    def logs(self) -> Mapping[str, Path]:
        """The log of each service that has one."""
        return {name: running.log for name, running in self.services.items() if running.log}

    def check(self) -> tuple[Died, ...]:
        """The services that have died since they were ready; none on a good day."""
        codes = ((name, running, running.exit_code()) for name, running in self.services.items())
        return tuple(_died(name, running, code) for name, running, code in codes if code is not None)

    def ensure(self, services: Sequence[Service], names: Iterable[str] | None = None, *, emit: Emit) -> None:
        """Have the named of *services*, or all, run as they are asked for, with all that they need.

        What runs as asked for is left alone, named or not; what runs otherwise is stopped first, and only that.
        Raises ServiceFailed or MissingProgram for the first that does not start; what this call had started is
        stopped by then.
        """
        services = self._tools.runtime.complete(services)
        self._plan = plans.plan_start(services)
        self._endpoints.update({service.name: self._tools.runtime.address(service) for service in services})
        asked = {service.name: self._ask(service) for service in services}
        replaced = plans.plan_replacement({name: up.asked for name, up in self._up.items()}, asked)
        self._stop(replaced, emit)
        for name, difference in replaced.items():
            emit(ServiceReplaced(name, difference))
        wanted = {*replaced, *(self._plan.order if names is None else self._plan.with_needs(names))}
        self._start([name for name in self._plan.order if name in wanted and name not in self._up], asked, emit)

    def stop(self, names: Iterable[str], *, emit: Emit) -> tuple[str, ...]:
        """Stop the named services and all that need one of them; which these were, in the order of starting."""
        named = set(names)
        going = [name for name in self._up if name in named or name in self._plan.dependants(named)]
        self._stop(going, emit)
        return tuple(name for name in self._plan.order if name in going)

    def close(self) -> None:
        """Stop everything, each before what it needs; one that fails to stop does not keep the others up."""
        self._stop(tuple(self._up), lambda event: None)

    def _ask(self, service: Service) -> Asked:
        spec = service.spec
        launch = self._tools.fill(service, spec.argv, self._endpoints) if isinstance(spec, Command) else None
        return Asked(service, launch, self._tools.code(service))

    def _start(self, names: Sequence[str], asked: Mapping[str, Asked], emit: Emit) -> None:
        before = set(self._up)
        starter = Starter(self._plan, asked, self._up, tools=self._tools, endpoints=self._endpoints, emit=emit)
        try:
            starter.start(names)
        except BaseException:
            self._stop(tuple(self._up.keys() - before), emit)
            raise

    def _stop(self, names: Iterable[str], emit: Emit) -> None:
        """Stop services at the same time, each after those that need it."""
        going = [name for name in self._up if name in set(names)]
        needed_by = {name: [each for each in going if name in self._plan.behind(each)] for name in going}
        sorter = graphlib.TopologicalSorter(needed_by)
        sorter.prepare()
        failures: list[Exception] = []
        with ThreadPoolExecutor(max_workers=max(1, len(going)), thread_name_prefix="statusquo") as pool:
            while sorter.is_active():
                for name, seconds, failure in pool.map(self._stop_one, wave := sorter.get_ready()):
                    failures += [failure] if failure else []
                    emit(ServiceStopped(name, seconds))
                sorter.done(*wave)
        if failures:
            raise failures[0]

    def _stop_one(self, name: str) -> tuple[str, float, Exception | None]:
        """Stop one; how long that took, and what went wrong, which must not keep the others up."""
        began = time.monotonic()
        try:
            self._up.pop(name).undo.close()
        except Exception as error:
            return name, time.monotonic() - began, error
        return name, time.monotonic() - began, None


@contextmanager
def opened(tools: Tools) -> Iterator[Stack]:
    """A stack in which nothing runs yet; whatever does at the end is stopped."""
    stack = Stack(tools)
    try:
        yield stack
    finally:
        stack.close()


def _died(name: str, running: Running, code: int) -> Died:
    return Died(name, ready.describe_exit(code), code, logs.tail(running.log) if running.log else ())
