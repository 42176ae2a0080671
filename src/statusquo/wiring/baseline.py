"""How the first state of a stack comes to be and is kept: fingerprint, build, and the way back into a new run.

A build is a run of its own, of the servers and folders alone: the recipe fills them, each store saves what it holds,
and the folder of a stopped PostgreSQL is kept as it is, with the template database and a clone that is ready to use.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.metadata
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from statusquo import __version__
from statusquo.baselines.cache import Cache, Facts, Kept
from statusquo.config import Config, StoreSettings, folders
from statusquo.core import fingerprint as digest
from statusquo.core import guard, own
from statusquo.core.endpoint import Endpoint
from statusquo.core.events import BaselineAwaited, BaselineBuilt, BaselineReused, StepStarting
from statusquo.core.protocols import Emit, Owner
from statusquo.core.service import Command, Postgres, Service
from statusquo.stack import ledger, stack
from statusquo.stack.starter import Tools
from statusquo.wiring import rooms, storage
from statusquo.wiring.rooms import Rooms


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """The baseline that a configuration asks for."""

    digest: str
    inputs: dict[str, str]
    """What the digest was made from: a digest or version by name."""


def cache(config: Config) -> Cache:
    """The baselines that are kept for a project."""
    return Cache(config.cache)


def fingerprint(config: Config, *, environ: Mapping[str, str]) -> Wanted:
    """The baseline that *config* asks for here and now. Raises MissingProgram."""
    return wanted(rooms.rooms(config, environ))


def ensure(adapters: Rooms, *, emit: Emit) -> Kept:
    """The baseline that the configuration asks for, taken from the cache or built. Raises RecipeFailed and others."""
    asked = wanted(adapters)
    kept = cache(adapters.config).find(asked.digest)
    if kept is not None:
        cache(adapters.config).take(kept)
        emit(BaselineReused(asked.digest))
        return kept
    return cache(adapters.config).ensure(
        asked.digest,
        lambda folder: _build(adapters, asked, folder, emit),
        waiting=lambda: emit(BaselineAwaited(asked.digest)),
    )


def rebuild(config: Config, *, environ: Mapping[str, str], emit: Emit) -> Kept:
    """Build the baseline anew; the one that is kept stays if the build fails. Raises RecipeFailed and others."""
    adapters = rooms.rooms(config, environ)
    asked = wanted(adapters)
    folders.writable(config)
    return cache(config).rebuild(asked.digest, lambda folder: _build(adapters, asked, folder, emit))


def made(config: Config, digest: str) -> float | None:
    """When the baseline of that fingerprint was built, if it is kept."""
    kept = cache(config).find(digest)
    return kept.facts.made if kept else None


def put_servers_back(services: Sequence[Service], kept: Kept, runtime: Owner) -> None:
    """Hand the state of *services*, which is kept as such, to the runtime, before anything starts."""
    for service in services:
        runtime.put_back(service, kept.folder / service.name)


def put_content_back(settings: StoreSettings, kept: Kept, store: storage.AnyStore) -> None:
    """Fill a store that is kept as content; its server runs by now."""
    if settings.kind != "postgres":
        store.rewind(store.resume(kept.folder / settings.name))


def wanted(adapters: Rooms) -> Wanted:
    """The baseline that the configuration asks for. Raises MissingProgram; ConfigError for a stack that is not ours."""
    adapters.check_owned()
    config = adapters.config
    inputs = {"statusquo": f"{__version__}, {own.digest()[:12]}", "python packages": _packages()}
    programs = adapters.programs()
    for service in _data_services(config):
        program = programs.pop(service.name, type(service.spec).__name__.lower())
        inputs[f"services.{service.name}"] = f"{program}, {digest.of_value(dataclasses.asdict(service))[:12]}"
    inputs |= {f"services.{name}": program for name, program in programs.items()}
    for index, step in enumerate(adapters.recipe(Path(), run="")):
        inputs[f"recipe[{index}] {step.title}"] = step.fingerprint()
    inputs["machine"] = " ".join((platform.system(), platform.machine(), *platform.libc_ver()))
    inputs["watched files"] = digest.of_files(digest.watched(config.project, config.watch), config.project)
    return Wanted(digest.of_value(inputs), inputs)


def _packages() -> str:
    """The installed packages decide what ``migrate`` does; an upgrade of one makes a new baseline."""
    return _packages_in(tuple((path, _changed(path)) for path in sys.path))


def _changed(path: str) -> int:
    """When something was last installed there or removed, in nanoseconds; 0 where nothing can be."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


@functools.cache  # it takes longer than all else that is asked at the start of a run on a stack that is up
def _packages_in(places: tuple[tuple[str, int], ...]) -> str:
    return digest.of_value(sorted(f"{each.name}=={each.version}" for each in importlib.metadata.distributions()))


def _build(adapters: Rooms, asked: Wanted, folder: Path, emit: Emit) -> Facts:
    config = adapters.config
    began = time.monotonic()
    with ledger.opened(config.state, nonce=guard.new_nonce(), emit=emit) as book:
        runtime = adapters.runtime(book.folder, book.record.run)
        with rooms.cleared(runtime):
            _fill(adapters, runtime, folder, book=book, emit=emit)
    seconds = time.monotonic() - began
    emit(BaselineBuilt(asked.digest, seconds))
    return Facts(asked.digest, time.time(), seconds, asked.inputs)


def _fill(adapters: Rooms, runtime: Owner, folder: Path, *, book: ledger.Ledger, emit: Emit) -> None:
    """Run the servers and the recipe, and have the stores and the runtime put what they hold then into *folder*."""
    config = adapters.config
    tools = Tools(runtime, adapters.fill, adapters.probers, book, adapters.prepare)
    with stack.opened(tools) as started:
        started.ensure(_data_services(config), emit=emit)
        endpoints = {**{s.name: runtime.address(s) for s in config.services}, **started.endpoints}
        for step in adapters.recipe(book.folder / "logs" / "recipe.log", book.record.run, runtime):
            emit(StepStarting(step.title))
            step.build(endpoints)
        _save(adapters, folder, book, endpoints)
    for service in servers(config):
        runtime.keep(service, folder / service.name)


def _save(adapters: Rooms, folder: Path, book: ledger.Ledger, endpoints: Mapping[str, Endpoint]) -> None:
    for settings in adapters.config.stores:
        endpoint = endpoints[settings.name]
        with closing(storage.open_marked(settings, endpoint, book=book, rewind=adapters.config.rewind)) as store:
            captured = store.capture()
            if settings.kind != "postgres":
                (folder / settings.name).mkdir()
                store.save(captured, folder / settings.name)
        if settings.kind == "postgres":
            storage.make_template(settings, endpoint, nonce=book.record.nonce)


def _data_services(config: Config) -> tuple[Service, ...]:
    """The services that hold state; they need nothing to start."""
    held = [each for each in config.services if not isinstance(each.spec, Command)]
    return tuple(dataclasses.replace(each, needs=()) for each in held)


def servers(config: Config) -> tuple[Service, ...]:
    """The services whose servers are kept as such."""
    return tuple(each for each in config.services if isinstance(each.spec, Postgres))
