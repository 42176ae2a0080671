"""Was it exact? Everything that every store holds, read by a witness, compared with how it was. ``rewinder`` asks.

It costs what is stored, not what was touched: a run is verified now and then, or while something is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, get_args

from statusquo.core.baseline import Rewound
from statusquo.core.errors import NotExact
from statusquo.core.protocols import Witness

When = Literal["always", "dirty", "sample", "end"]
"""After every rewind, after those that put something back, after one in ten, or once at the end."""
WHENS: tuple[str, ...] = get_args(When)
ONE_IN = 10
SHOWN = 10
"""Differences that a message shows."""

Digests = Mapping[str, Mapping[str, str]]
"""By store, what its witness told."""
Asked = Callable[[], bool]


class Verifier:
    """Remembers what the witnesses told of each layer. Without witnesses nothing is read and nothing is compared."""

    def __init__(self, witnesses: Sequence[Witness] = (), when: When = "always") -> None:
        self._witnesses = tuple(witnesses)
        self._when = when
        self._known: dict[object, Digests] = {}
        self._rewinds = 0

    def remember(self, layer: object, *, has_changed: Asked) -> None:
        """What is now is *layer*, unless somebody wrote while it was read: then the layer cannot be verified."""
        if not self._witnesses:
            return
        digests = self._read()
        if not has_changed():
            self._known[layer] = digests

    def forget(self, layers: Collection[object]) -> None:
        """These layers are gone."""
        for layer in layers:
            self._known.pop(layer, None)

    def check_rewound(self, layer: object, stores: Sequence[Rewound], *, has_changed: Asked) -> None:
        """After a rewind of all *stores* to *layer*, if one is to be verified now. Raises as ``check``."""
        self._rewinds += 1
        if is_due(self._when, stores, self._rewinds):
            self.check(layer, has_changed=has_changed)

    def check(self, layer: object, *, has_changed: Asked) -> None:
        """Raise NotExact if anything is not as it was, and the stores themselves know of no write since."""
        if layer not in self._known:
            return
        wrong = differences(self._known[layer], self._read())
        if wrong and not has_changed():
            raise _not_exact(wrong)

    def _read(self) -> Digests:
        return {witness.name: witness.digest() for witness in self._witnesses}


def is_due(when: When, stores: Sequence[Rewound], rewinds: int) -> bool:
    """Whether the rewind of *stores*, the one of that number, is to be verified. Pure."""
    match when:
        case "always":
            return True
        case "dirty":
            return not all(store.is_clean for store in stores)
        case "sample":
            return rewinds % ONE_IN == 1
        case "end":
            return False


def differences(then: Digests, now: Digests) -> tuple[str, ...]:
    """One line for each item that is not as it was, in order. Pure."""
    return tuple(
        f"{store}: {item}: {held.get(item, 'not there')} in the baseline, {found.get(item, 'not there')} now"
        for store, held in then.items()
        for found in (now.get(store, {}),)
        for item in sorted({*held, *found})
        if held.get(item) != found.get(item)
    )


def _not_exact(wrong: Sequence[str]) -> NotExact:
    first, _, _ = wrong[0].partition(": ")
    more = [f"... {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
    return NotExact(
        f'Store "{first}" was put back, and is not as it was.',
        why="A witness that reads past the store finds what follows, and the store knows of no change: this is a bug.",
        next="Please report it, with what the test did. Run 'statusquo explain' for what is known to be left out.",
        evidence="\n".join([*wrong[:SHOWN], *more]),
    )
