"""``stack``, as a test sees it: endpoints, folders, logs, stores, and the rewinder's two verbs. ``run`` makes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from statusquo.core import graph
from statusquo.core.diff import Diff
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import StatusquoError
from statusquo.core.events import StackRewound
from statusquo.core.protocols import Store
from statusquo.wiring import Opened

Named = TypeVar("Named")


class Stack:
    """The running stack. Every method raises StatusquoError for a name that is not in it."""

    def __init__(
        self,
        opened: Callable[[], Opened],
        known: Collection[str],
        *,
        logs: Callable[[], Mapping[str, str]],
        use: Callable[[], None],
    ) -> None:
        self._opened = opened
        self._known = known
        """All services of the configuration."""
        self._logs = logs
        self._use = use

    def endpoint(self, service: str) -> Endpoint:
        """Where a service answers."""
        self._use()
        return self._find("service", service, self._opened().endpoints)

    def url(self, service: str) -> str:
        """The URL of a service as the tests reach it, without a slash at the end."""
        endpoint = self.endpoint(service)
        if url := endpoint.host.url if endpoint.host else endpoint.file_url:
            return url
        raise StatusquoError(f'"{service}" is a folder and has no URL.', next=f'stack.folder("{service}") is its path.')

    def mesh_url(self, service: str) -> str:
        """The URL of a service as the other services reach it: what a test stores for one of them to call."""
        endpoint = self.endpoint(service)
        if endpoint.mesh:
            return endpoint.mesh.url
        return self.url(service)

    def folder(self, name: str) -> Path:
        """The path of a folder of files that the services share."""
        endpoint = self.endpoint(name)
        if endpoint.path is None or endpoint.file_url:
            raise StatusquoError(f'"{name}" is not a folder.', next=f'stack.url("{name}") is where it answers.')
        return endpoint.path

    def logs(self, service: str) -> str:
        """What a service has printed since the current test began."""
        self._use()
        return self._find("log of a service", service, self._logs())

    def has_log(self, service: str) -> bool:
        """False for a service that somebody else runs: what it prints is theirs."""
        self._use()
        return service in self._logs()

    def store(self, name: str) -> Store:
        """A store, for a test that looks behind the API."""
        self._use()
        stores: Mapping[str, Store] = {store.name: store for store in self._opened().stores}
        return self._find("store", name, stores)

    def rewind(self) -> StackRewound:
        """Put everything back now, in the middle of a test. Raises StoreError."""
        self._use()
        return self._opened().rewinder.rewind("stack.rewind()")

    def diff(self) -> tuple[Diff, ...]:
        """What changed in each store since the test began, or since ``rewind``. Raises StoreError."""
        self._use()
        return self._opened().rewinder.diff()

    def _find(self, kind: str, name: str, running: Mapping[str, Named]) -> Named:
        if name in running:
            return running[name]
        if name in self._known and name not in self._opened().endpoints:
            raise StatusquoError(
                f'The service "{name}" was not started: no selected test needs it.',
                next=f'Give the test the mark needs_services("{name}").',
            )
        known = self._known if kind == "service" else running.keys()
        raise StatusquoError(f'The stack has no {kind} "{name}".', next=graph.did_you_mean(name, known))
