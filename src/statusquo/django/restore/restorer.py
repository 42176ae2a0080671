"""Puts all test databases of this process back, layer by layer. The plugin and the runner each hold one Restorer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.baseline import Baseline, Rewound
from statusquo.core.protocols import Store
from statusquo.django.restore import engines
from statusquo.django.restore.databases import Databases


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A state of all test databases that can be gone back to: a baseline for each, by alias."""

    baselines: dict[str, Baseline]


class Restorer:
    """One for each process that runs tests; makes nothing until the first test that may commit."""

    def __init__(self, databases: Databases) -> None:
        self.listeners: list[Callable[[tuple[Rewound, ...]], None]] = []
        """Told of each rewind."""
        self._databases = databases
        self._stores: dict[str, Store] = {}
        self._layers: list[Layer] = []
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    @property
    def is_ensured(self) -> bool:
        """True once there is a state to go back to."""
        return bool(self._layers)

    def ensure(self) -> None:
        """Before a test that may commit: have the present state of each test database as the one to go back to.

        What is there is kept; a database that was made since is added. No transaction may be open. Raises StoreError.
        """
        for alias in self._databases.ours():
            if alias not in self._stores:
                self._open(alias)

    def rewind(self, *aliases: str) -> tuple[Rewound, ...]:
        """Put the databases of these aliases, or all, back to the innermost layer. Raises StoreError."""
        chosen = aliases or tuple(self._stores)
        done = tuple(self._stores[alias].rewind(self._layers[-1].baselines[alias]) for alias in chosen)
        for listener in self.listeners:
            listener(done)
        return done

    def capture(self) -> Layer:
        """Make the present state the innermost layer: that of a shared fixture that has committed its rows."""
        self.ensure()
        layer = Layer({alias: store.capture() for alias, store in self._stores.items()})
        self._layers.append(layer)
        return layer

    def drop(self, layer: Layer) -> tuple[Rewound, ...]:
        """Forget the layer and those inside it, and put everything back to the one outside."""
        del self._layers[self._layers.index(layer) :]
        return self.rewind()

    def close(self) -> None:
        """Let go of the databases: somebody may want to drop them."""
        for store in self._stores.values():
            store.close()
        self._stores.clear()
        self._layers.clear()
        if self._scratch:
            self._scratch.cleanup()

    def _open(self, alias: str) -> None:
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="statusquo-django-")
        store = self._stores[alias] = engines.open_engine(alias, Path(self._scratch.name))
        baseline = store.capture()
        for layer in self._layers or [self._outermost()]:
            layer.baselines[alias] = baseline

    def _outermost(self) -> Layer:
        self._layers.append(Layer({}))
        return self._layers[0]
