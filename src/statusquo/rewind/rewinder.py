"""Layers over all stores of a stack: push one, go back to it, drop it. The doors hold one Rewinder per stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from statusquo.core.baseline import Baseline, Rewound
from statusquo.core.diff import Diff
from statusquo.core.errors import GuardError, StatusquoError, StoreError
from statusquo.core.events import LateWrite, LayerPushed, StackChecked, StackRewound
from statusquo.core.protocols import Attributing, Emit, Store
from statusquo.rewind.verify import Verifier

Clock = Callable[[], float]
"""Seconds that only ever grow."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A state of the whole stack that rewinds go back to: one baseline per store, in the order of the stores."""

    name: str
    baselines: tuple[Baseline, ...]


class Rewinder:
    """A stack of layers; the innermost is where ``rewind`` goes back to.

    Push one before anything else. Every rewind goes through all stores in the order given, and one that
    fails does not keep the others from being put back; the errors are raised together afterwards.
    """

    def __init__(self, stores: Sequence[Store], *, emit: Emit, clock: Clock, verifier: Verifier | None = None) -> None:
        self._stores = tuple(stores)
        self._emit = emit
        self._clock = clock
        self._verifier = verifier or Verifier()
        self._layers: list[Layer] = []

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, outermost first."""
        return tuple(self._layers)

    def push(self, name: str) -> Layer:
        """Make the current state of all stores the innermost layer. Raises StoreError."""
        started = self._clock()
        layer = Layer(name, tuple(store.capture() for store in self._stores))
        self._layers.append(layer)
        self._emit(LayerPushed(name, self._clock() - started))
        self._verifier.remember(layer, has_changed=self.has_changed)
        return layer

    def resume(self, name: str, baselines: Sequence[Baseline]) -> Layer:
        """Take a layer up again that another process pushed, by its stores' baselines; reads and writes nothing."""
        layer = Layer(name, tuple(baselines))
        self._layers.append(layer)
        return layer

    def rewind(self, because: str) -> StackRewound:
        """Put every store back to the innermost layer. Raises StoreError, GuardError."""
        started = self._clock()
        stores = self._put_back()
        event = StackRewound(because, self._clock() - started, stores)
        self._emit(event)
        self._verify(stores)
        return event

    def check(self, *, after: str, before: str) -> LateWrite | None:
        """Put back what was written since the rewind after *after*; ``None`` if nothing was. Raises as ``rewind``."""
        started = self._clock()
        stores = self._put_back()
        if all(store.is_clean for store in stores):
            self._emit(StackChecked(before, self._clock() - started))
            return None
        late = LateWrite(after, before, stores, self._writers(stores))
        self._emit(late)
        self._verify(stores)
        return late

    def verify(self) -> None:
        """Have the stack compared with the innermost layer by the witnesses, if there are any. Raises NotExact."""
        self._verifier.check(self._layers[-1], has_changed=self.has_changed)

    def drop(self, layer: Layer, because: str) -> tuple[Layer, ...]:
        """Rewind to the layer below *layer*, and return the layers that went with it, innermost first.

        Does nothing and returns nothing if *layer* went before. There must be a layer below it. Raises as ``rewind``.
        """
        if layer not in self._layers:
            return ()
        index = self._layers.index(layer)
        gone = tuple(reversed(self._layers[index:]))
        del self._layers[index:]
        self._verifier.forget(gone)
        self.rewind(because)
        return gone

    def diff(self) -> tuple[Diff, ...]:
        """What changed in each store since the innermost layer; only reads. Raises StoreError."""
        return tuple(store.diff(since) for store, since in self._innermost())

    def has_changed(self) -> bool:
        """True when any store is not as the innermost layer has it; only reads. Raises StoreError."""
        return any(not store.diff(since).is_empty for store, since in self._innermost())

    def _innermost(self) -> tuple[tuple[Store, Baseline], ...]:
        return tuple(zip(self._stores, self._layers[-1].baselines, strict=True))

    def _verify(self, stores: Sequence[Rewound]) -> None:
        self._verifier.check_rewound(self._layers[-1], stores, has_changed=self.has_changed)

    def _writers(self, stores: Sequence[Rewound]) -> tuple[str, ...]:
        """Who wrote what was put back, as far as the stores can tell."""
        changed = (store for store, rewound in zip(self._stores, stores, strict=True) if not rewound.is_clean)
        return tuple(writer for store in changed if isinstance(store, Attributing) for writer in store.writers())

    def _put_back(self) -> tuple[Rewound, ...]:
        rewound: list[Rewound] = []
        failures: list[Exception] = []
        for store, baseline in self._innermost():
            try:
                rewound.append(store.rewind(baseline))
            except Exception as error:  # whatever a store meets, the next one is still put back
                failures.append(_named(store.name, error))
        _raise(failures)
        return tuple(rewound)


def _named(store: str, error: Exception) -> Exception:
    """The error as it is if it is one of ours, else one that names the store."""
    if isinstance(error, StatusquoError):
        return error
    named = StoreError(f'Store "{store}" could not be put back.', why=f"{type(error).__name__}: {error}")
    named.__cause__ = error
    return named


def _raise(failures: Sequence[Exception]) -> None:
    """Raise the only failure as it is, several as one that tells them all: GuardError if all are that."""
    if len(failures) == 1:
        raise failures[0]
    if failures:
        evidence = "\n".join(str(failure) for failure in failures)
        kind = GuardError if all(isinstance(failure, GuardError) for failure in failures) else StoreError
        raise kind(
            f"{len(failures)} stores could not be put back.",
            why="What they say follows; the other stores are back.",
            evidence=evidence,
        ) from ExceptionGroup("stores could not be put back", failures)
