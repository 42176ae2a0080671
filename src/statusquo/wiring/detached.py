"""A stack that outlives the command that started it: ``up`` leaves it, ``attach`` comes back to it, ``down`` ends it.

What another process needs for a rewind is saved below the run's folder when the stack goes up; the rest is in the
ledger.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import filelock

from statusquo.config import Config
from statusquo.core.baseline import Baseline
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import NoStack
from statusquo.core.protocols import Emit
from statusquo.rewind.rewinder import Rewinder
from statusquo.stack import ledger
from statusquo.stack.record import Entry, Record
from statusquo.wiring import leavings, state, storage
from statusquo.wiring.open import open_stack
from statusquo.wiring.storage import AnyStore

_LAYER = "up"
_ROOTS = "roots"


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How one service of a detached stack is."""

    name: str
    state: Literal["running", "dead", "folder", "file", "container"]
    where: str
    """Its URL without the password, or its path."""
    pid: int | None
    log: Path | None


@dataclass(frozen=True, slots=True)
class Status:
    """How a detached stack is."""

    run: str
    services: tuple[ServiceStatus, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """A detached stack that somebody came back to: its stores, with the layer that ``up`` left."""

    endpoints: Mapping[str, Endpoint]
    rewinder: Rewinder


def up(config: Config, *, environ: Mapping[str, str], emit: Emit) -> None:
    """Bring the stack up and leave it running; does nothing if it is up. Raises as ``open_stack``."""
    with _one_at_a_time(config):
        if _record(config) is not None:
            return
        with open_stack(config, environ=environ, emit=emit) as opened:
            for store in opened.stores:
                folder = opened.folder / _ROOTS / store.name
                folder.mkdir(parents=True)
                store.save(store.capture(), folder)
            opened.running.release()


def status(config: Config) -> Status | None:
    """How the stack is that ``up`` left running; None if there is none."""
    record = _record(config)
    if record is None:
        return None
    return Status(record.run, tuple(_service_status(entry) for entry in record.services))


@contextmanager
def attach(config: Config) -> Iterator[Attached]:
    """The stores of the stack that ``up`` left running, ready to be compared and rewound. Raises NoStack."""
    record = _record(config)
    if record is None:
        raise NoStack("No stack of this project is running.", next="Start it with 'statusquo up'.")
    folder = ledger.runs_folder(config.state) / record.run
    endpoints = {entry.name: entry.endpoint for entry in record.services if entry.endpoint}
    with ExitStack() as undo:
        stores: list[AnyStore] = []
        baselines: list[Baseline] = []
        for settings in config.stores:
            store = storage.open_store(
                settings,
                endpoints[settings.name],
                nonce=record.nonce,
                scratch=folder / "scratch" / f"{settings.name}-attached",
                rewind=config.rewind,
            )
            undo.callback(store.close)
            stores.append(store)
            baselines.append(store.resume(folder / _ROOTS / settings.name))
        rewinder = Rewinder(stores, emit=lambda _: None, clock=time.perf_counter)
        rewinder.resume(_LAYER, baselines)
        yield Attached(endpoints, rewinder)


def down(config: Config, *, emit: Emit) -> bool:
    """Stop the stack that ``up`` left, and sweep what killed runs left; False if there was no stack."""
    with _one_at_a_time(config):
        ledger.sweep(config.state, end=leavings.end(config.state), emit=emit)
        record = _record(config)
        if record is not None:
            ledger.stop(config.state, record, end=leavings.end(config.state))
        return record is not None


def _record(config: Config) -> Record | None:
    return next((each for each in ledger.read_records(config.state) if each.mode == "up"), None)


def _service_status(entry: Entry) -> ServiceStatus:
    endpoint = entry.endpoint
    where = str(endpoint.path or "") if endpoint else ""
    if endpoint and endpoint.host:
        where = endpoint.host.without_password.url
    if entry.process is None and (endpoint is None or endpoint.path is None):
        return ServiceStatus(entry.name, "container", where, None, entry.log)
    if entry.process is None:
        is_file = endpoint is not None and bool(endpoint.scheme)
        return ServiceStatus(entry.name, "file" if is_file else "folder", where, None, entry.log)
    alive = ledger.is_alive(entry.process)
    return ServiceStatus(entry.name, "running" if alive else "dead", where, entry.process.pid, entry.log)


@contextmanager
def _one_at_a_time(config: Config) -> Iterator[None]:
    with filelock.FileLock(state.writable(config) / "up.lock"):
        yield
