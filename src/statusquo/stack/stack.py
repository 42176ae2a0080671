"""A stack from its first service to its last and back: started as parallel as the needs allow, stopped in reverse.

The wiring calls ``start`` and holds the result for as long as the run lasts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import logs
from statusquo.core.endpoint import Endpoint
from statusquo.core.protocols import Emit, Running, Runtime
from statusquo.core.service import Service
from statusquo.stack import ready
from statusquo.stack.ledger import Ledger
from statusquo.stack.probes import Fill, Probers
from statusquo.stack.starter import Prepare, Starter


@dataclass(frozen=True, slots=True)
class Died:
    """A service that is no longer there, though nobody stopped it."""

    service: str
    how: str
    """``exited with code 1``, ``was ended by SIGKILL``."""
    exit_code: int
    log: tuple[str, ...]
    """Its last lines."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that runs."""

    services: Mapping[str, Running]
    """In the order of starting."""
    ledger: Ledger

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Where each service answers."""
        return {name: running.endpoint for name, running in self.services.items()}

    @property
    def logs(self) -> Mapping[str, Path]:
        """The log of each service that has one."""
        return {name: running.log for name, running in self.services.items() if running.log}

    def check(self) -> tuple[Died, ...]:
        """The services that have died since they were ready; none on a good day."""
        codes = ((name, running, running.exit_code()) for name, running in self.services.items())
        return tuple(_died(name, running, code) for name, running, code in codes if code is not None)

    def release(self) -> None:
        """Leave everything running when the block ends, and say so in the ledger."""
        self.ledger.keep()
        for running in self.services.values():
            running.release()


@contextmanager
def start(
    services: Sequence[Service],
    runtime: Runtime,
    *,
    fill: Fill,
    probers: Probers,
    emit: Emit,
    ledger: Ledger,
    prepare: Prepare = lambda service, running: None,
) -> Iterator[Stack]:
    """Start *services*, wait until all are ready, and stop them at the end unless the stack was released.

    Each is handed to *prepare* once it is ready and before those that need it start.

    Raises ServiceFailed or MissingProgram for the first that does not start; what had started is stopped by then.
    """
    with ExitStack() as undo:
        starter = Starter(
            runtime.complete(services),
            runtime,
            fill=fill,
            probers=probers,
            emit=emit,
            ledger=ledger,
            prepare=prepare,
            undo=undo,
        )
        yield Stack(starter.start_all(), ledger)


def _died(name: str, running: Running, code: int) -> Died:
    return Died(name, ready.describe_exit(code), code, logs.tail(running.log) if running.log else ())
