"""Giving consent to rewind what somebody else runs, and taking it back: ``statusquo adopt`` calls these.

A name that is typed by hand is the consent, and a mark in each store is what becomes of it. No option and no variable
stands in for either.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Literal

from statusquo.config import Config, StoreSettings
from statusquo.config.read import unknown
from statusquo.core import guard
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import ConfigError, GuardError
from statusquo.core.holding import Holding
from statusquo.wiring import adopted, holdings, storage
from statusquo.wiring.adopted import Adopted

State = Literal["not adopted", "adopted", "adopted elsewhere"]

_PRECIOUS = re.compile(r"production|(?<![a-z])(?:prod|prd|live|main)(?![a-z])", re.IGNORECASE)
"""Names of what no test may ever touch. There is no way around it but another name."""

_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A store that somebody else runs, as it is shown before anything is done to it."""

    settings: StoreSettings
    endpoint: Endpoint
    holding: Holding
    state: State

    @property
    def where(self) -> str:
        """The server, or the path."""
        address = self.endpoint.host
        if address is None:
            return str(self.endpoint.path)
        elsewhere = "" if address.host in _LOCAL else " (another machine)"
        return f"{address.host}:{address.port}{elsewhere}"

    @property
    def name(self) -> str:
        """What has to be typed: the database, the address of a Redis, the last part of a path."""
        address = self.endpoint.host
        if address is None:
            return self.endpoint.path.name if self.endpoint.path else ""
        return address.name if self.settings.kind == "postgres" else f"{address.host}:{address.port}"


def look(config: Config, names: Sequence[str] = ()) -> tuple[Candidate, ...]:
    """What the stores of that name hold, or all; only reads.

    Raises ConfigError; GuardError for one that is named like something precious; StoreError.
    """
    endpoints = {each.name: each for each in config.external}
    chosen = _chosen(config, names)
    for settings in chosen:
        _refuse_precious(config, endpoints[settings.name])
    known = adopted.find(config)
    return tuple(_candidate(each, endpoints[each.name], known) for each in chosen)


def adopt(config: Config, candidates: Sequence[Candidate], *, consent: Mapping[str, str]) -> None:
    """Mark the candidates as ours to rewind, capture how they are and keep that; what was adopted before stays so.

    *consent* holds, by store, the name that somebody typed. Raises GuardError, StoreError; then none is adopted.
    """
    for each in candidates:
        if consent.get(each.settings.name) != each.name:
            raise _unconfirmed(each)
    known = adopted.find(config)
    nonce = known.nonce if known else guard.new_nonce()
    with ExitStack() as undo:
        with adopted.renewed(config, nonce) as record:
            for each in candidates:
                undo.callback(_release, config, each.settings, each.endpoint, nonce)
                _adopt(config, each, record)
        undo.pop_all()


def release(config: Config, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Take marks and journals away from the adopted stores of that name, or all; which those were.

    What the stores hold stays as it is. Raises ConfigError, StoreError; GuardError for one that others adopted.
    """
    chosen = _chosen(config, names)
    known = adopted.find(config)
    if known is None:
        return ()
    endpoints = {each.name: each for each in config.external}
    done = [each for each in chosen if known.has(each.name)]
    for each in done:
        _release(config, each, endpoints[each.name], known.nonce)
    with adopted.renewed(config, known.nonce) as record:
        for each in done:
            shutil.rmtree(record.roots / each.name)
    return tuple(each.name for each in done)


def _chosen(config: Config, names: Sequence[str]) -> tuple[StoreSettings, ...]:
    if config.platform != "external":
        raise ConfigError(
            f"{config.path.name}: the stack is run by ourselves: there is nothing to adopt.",
            next='To attach to one that somebody else runs, set platform = "external" in [stack].',
        )
    stores = {each.name: each for each in config.stores}
    for name in names:
        if name not in stores:
            raise unknown(name, stores, file=config.path, key="adopt", what="store")
    return tuple(each for each in config.stores if not names or each.name in names)


def _refuse_precious(config: Config, endpoint: Endpoint) -> None:
    for name in _names(config, endpoint):
        if word := _PRECIOUS.search(name):
            raise GuardError(
                f'Store "{endpoint.name}" is never adopted: "{name}" is named like something that people need.',
                why=f'Tests change what they find and put back what they know of; "{word[0]}" is no place for that.',
                next=f"Point external.{endpoint.name} at a copy, under another name.",
            )


def _names(config: Config, endpoint: Endpoint) -> Iterator[str]:
    """Everything that the address says; of a path below the project only what lies in the project."""
    for address in (endpoint.host, endpoint.admin):
        yield from (address.host, address.name) if isinstance(address, Address) else ()
    path = endpoint.path
    if path is not None:
        yield from (path.relative_to(config.project) if path.is_relative_to(config.project) else path).parts


def _candidate(settings: StoreSettings, endpoint: Endpoint, known: Adopted | None) -> Candidate:
    holding = holdings.look(settings, endpoint)
    state: State = "not adopted" if holding.mark is None else "adopted elsewhere"
    if known and holding.mark == known.nonce and known.has(settings.name):
        state = "adopted"
    return Candidate(settings, endpoint, holding, state)


def _unconfirmed(candidate: Candidate) -> GuardError:
    return GuardError(
        f'Store "{candidate.settings.name}" is not adopted: "{candidate.name}" was not confirmed.',
        why="Every test will put it back to how it is now, whoever changed it since.",
        next=f"If that is what you want, type its name when asked, or say --confirm {candidate.name}.",
    )


def _adopt(config: Config, candidate: Candidate, record: Adopted) -> None:
    settings, endpoint, mark = candidate.settings, candidate.endpoint, candidate.holding.mark
    if mark is not None:  # of another time, of another checkout, of another version: begin anew
        _release(config, settings, endpoint, mark)
    storage.write_mark(settings, endpoint, record.nonce)
    root = record.roots / settings.name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    scratch = record.roots.with_name("scratch") / settings.name
    with closing(
        storage.open_store(settings, endpoint, nonce=record.nonce, scratch=scratch, rewind=config.rewind)
    ) as store:
        store.save(store.capture(), root)


def _release(config: Config, settings: StoreSettings, endpoint: Endpoint, nonce: str) -> None:
    holdings.release(settings, endpoint, nonce=nonce, settle=config.rewind.settle)
