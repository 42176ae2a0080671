"""Services as processes of this machine: known kinds by what ``Known`` says of them, commands as they are.

The wiring makes one ``Native`` for a run and hands it to the stack. Below the run's folder, ``services/NAME`` holds the
state of a server (its data folder among it), ``folders/NAME`` a private folder, ``databases/NAME.sqlite3`` a SQLite
database, ``logs/NAME.log`` what a service prints.
"""

from __future__ import annotations

import functools
import shlex
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import ports, processes
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import MissingProgram, ServiceFailed
from statusquo.core.known import Known, Place
from statusquo.core.ports import LOOPBACK
from statusquo.core.protocols import Running
from statusquo.core.service import Folder, Launch, Service, Sqlite
from statusquo.runtimes import privileges, process, scratch, servers, sockets
from statusquo.runtimes.process import Process, Start
from statusquo.runtimes.servers import Site


@dataclass(frozen=True, slots=True)
class NativeRunning:
    """A started service."""

    endpoint: Endpoint
    what: str
    log: Path | None = None
    process: Process | None = None

    @property
    def pid(self) -> int | None:
        """Its process; ``None`` for a folder or file."""
        return self.process.id.pid if self.process else None

    def exit_code(self) -> int | None:
        """``None`` while it lives."""
        return self.process.exit_code() if self.process else None

    def missing(self) -> str:
        """Nothing: the probes know best."""
        return ""


class Native:
    """The native runtime of one run; safe to use from several threads at once for different services."""

    def __init__(
        self,
        run: Path,
        run_id: str,
        *,
        known: Callable[[Service], Known | None],
        situation: Callable[[], privileges.Situation] = privileges.probe,
    ) -> None:
        self._run = run
        self._run_id = run_id
        self._known = known
        self._footing = functools.cache(lambda: privileges.decide(situation()))
        self._leases: dict[str, int] = {}
        self._lock = threading.Lock()

    def state(self, name: str) -> Path:
        """The folder that holds all state of a server; a copy put there before its first address is taken up."""
        return self._run / "services" / name

    def log(self, name: str) -> Path:
        """The file that a service's output goes to."""
        return self._run / "logs" / f"{name}.log"

    def complete(self, services: Sequence[Service]) -> tuple[Service, ...]:
        """The services themselves: what they need is all in the configuration."""
        return tuple(services)

    def address(self, service: Service) -> Endpoint:
        """Where *service* will answer."""
        if isinstance(service.spec, Folder):
            return Endpoint(service.name, path=self._run / "folders" / service.name)
        if isinstance(service.spec, Sqlite):
            return Endpoint(service.name, path=self._run / "databases" / f"{service.name}.sqlite3", scheme="sqlite")
        if known := self._known(service):
            return known.endpoint(self._place(service))
        if not service.listens:
            return Endpoint(service.name)
        address = Address("http", LOOPBACK, self._port(service))
        return Endpoint(service.name, host=address, mesh=address)

    @contextmanager
    def running(self, service: Service, launch: Launch | None) -> Iterator[Running]:
        """Start *service* and stop it at the end; does not wait until it is ready."""
        if isinstance(service.spec, Folder | Sqlite):
            yield self._without_process(service)
            return
        what, started = self._start(service, launch)
        try:
            yield NativeRunning(self.address(service), what, self.log(service.name), started)
        finally:
            started.stop(service.patience)

    def command(self, service: Service, launch: Launch) -> Launch:
        """The command itself: services are processes of this machine."""
        return launch

    def keep(self, service: Service, folder: Path) -> None:
        """Put all state of a server that was stopped into *folder*, which does not exist yet."""
        state = self.state(service.name)
        if (state / "data").is_symlink():  # it lies where an unprivileged account can reach it
            shutil.copytree(state, folder)
        else:
            shutil.move(state, folder)

    def put_back(self, service: Service, folder: Path) -> None:
        """Have a server, before its first start, begin with the state that ``keep`` put into *folder*."""
        shutil.copytree(folder, self.state(service.name), symlinks=True)

    def clear(self) -> None:
        """Remove the copies that were made for another account."""
        scratch.remove(self._run_id)

    def _without_process(self, service: Service) -> NativeRunning:
        endpoint = self.address(service)
        if endpoint.path:
            folder = endpoint.path.parent if endpoint.scheme else endpoint.path
            folder.mkdir(parents=True, exist_ok=True)
        return NativeRunning(endpoint, "SQLite database" if endpoint.scheme else "folder")

    def _start(self, service: Service, launch: Launch | None) -> tuple[str, Process]:
        label = processes.label(self._run_id, service.name)
        known = self._known(service)
        if known:
            program = known.program()
            site = Site(service, self._run_id, self.log(service.name), label, self._footing, self._lease)
            return program.what, servers.start(known, program, self._place(service), site)
        if launch is None:
            raise TypeError(f"{service.name} is a command and comes without its launch")
        if service.listens:
            sockets.check_free(service, self._port(service))
        start = Start(launch.argv, dict(launch.env), launch.cwd, self.log(service.name))
        return shlex.join(launch.argv), _start_command(service, start, label)

    def _place(self, service: Service) -> Place:
        state = self.state(service.name)
        state.mkdir(parents=True, exist_ok=True)
        return Place(state, state / "data", self._port(service))

    def _port(self, service: Service) -> int:
        if service.port:
            return service.port
        with self._lock:
            if service.name not in self._leases:
                self._leases[service.name] = ports.lease()
            return self._leases[service.name]

    def _lease(self, service: Service) -> int:
        """A new port, for a service whose leased one was taken by somebody else."""
        with self._lock:
            self._leases[service.name] = ports.lease()
            return self._leases[service.name]


def _start_command(service: Service, start: Start, label: Mapping[str, str]) -> Process:
    if not start.cwd.is_dir():
        raise ServiceFailed(
            f'Service "{service.name}": its folder {start.cwd} does not exist.', next="Correct its cwd."
        )
    try:
        return process.start(start, label)
    except OSError as error:
        raise MissingProgram(
            f'Service "{service.name}": {start.argv[0]!r} cannot be started in {start.cwd}.',
            why=f"{error.strerror}.",
            next=f"Looked along PATH: {start.env.get('PATH', 'not set')}.",
        ) from None
