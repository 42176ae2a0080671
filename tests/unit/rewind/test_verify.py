"""When a rewind is verified, and what is said when it was not exact."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

import pytest

from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.errors import NotExact
from statusquo.rewind.rewinder import Rewinder
from statusquo.rewind.verify import Verifier, When, is_due
from statusquo.stores.memory import MemoryStore

CLEAN = Rewound("db", 0.0)
DIRTY = Rewound("db", 0.0, (Touched("note", 1),))


class Forgetful(MemoryStore):
    """A store with a fault: it does not see what happens to one of its groups."""

    def rewind(self, to: Baseline) -> Rewound:
        kept = self.groups.get("overlooked", {})
        rewound = super().rewind(to)
        for item, image in kept.items():
            self.put("overlooked", item, image)
        return rewound

    def diff(self, since: Baseline) -> Diff:
        found = super().diff(since)
        return Diff(found.store, tuple(change for change in found.changes if change.group != "overlooked"))


class MemoryWitness:
    """Reads a memory store past it, and counts how often."""

    def __init__(self, store: MemoryStore) -> None:
        self.name, self._store, self.reads = store.name, store, 0

    def digest(self) -> Mapping[str, str]:
        self.reads += 1
        return {
            f"{group}.{item}": str(image)
            for group, items in self._store.groups.items()
            for item, image in items.items()
        }

    def close(self) -> None: ...


def _opened(when: When) -> tuple[Forgetful, MemoryWitness, Rewinder]:
    store = Forgetful("db")
    witness = MemoryWitness(store)
    ticks = count()
    rewinder = Rewinder([store], emit=lambda _: None, clock=lambda: next(ticks), verifier=Verifier([witness], when))
    store.put("note", "1", {"text": "first"})
    rewinder.push("baseline")
    return store, witness, rewinder


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("always", [True, True, True]),
        ("dirty", [False, True, True]),
        ("sample", [True, False, True]),
        ("end", [False, False, False]),
    ],
)
def test_when_a_rewind_is_verified(when: When, due: list[bool]) -> None:
    assert due == [is_due(when, [CLEAN], 1), is_due(when, [CLEAN, DIRTY], 2), is_due(when, [DIRTY], 11)]


def test_a_store_that_overlooked_something_is_named_with_what_it_overlooked() -> None:
    store, _, rewinder = _opened("always")
    store.put("overlooked", "7", {"text": "new"})
    with pytest.raises(NotExact) as raised:
        rewinder.rewind("a test")
    assert str(raised.value) == (
        'Store "db" was put back, and is not as it was. A witness that reads past the store finds what follows, and '
        "the store knows of no change: this is a bug. Please report it, with what the test did. "
        "Run 'statusquo explain' for what is known to be left out.\n"
        "    db: overlooked.7: not there in the baseline, {'text': 'new'} now"
    )


def test_an_exact_rewind_says_nothing() -> None:
    store, witness, rewinder = _opened("always")
    store.put("note", "1", {"text": "changed"})
    rewinder.rewind("a test")
    assert witness.reads == 2


def test_a_rewind_that_found_nothing_to_do_is_not_read_for_dirty() -> None:
    _, witness, rewinder = _opened("dirty")
    rewinder.rewind("a test")
    assert witness.reads == 1


def test_what_is_verified_at_the_end_only_is_read_when_asked_for() -> None:
    store, witness, rewinder = _opened("end")
    store.put("overlooked", "7", {"text": "new"})
    rewinder.rewind("a test")
    assert witness.reads == 1
    with pytest.raises(NotExact):
        rewinder.verify()


def test_an_inner_layer_is_compared_with_itself() -> None:
    store, _, rewinder = _opened("always")
    store.put("note", "2", {"text": "of the fixture"})
    layer = rewinder.push("fixture")
    store.put("note", "3", {"text": "of the test"})
    rewinder.rewind("a test")
    rewinder.drop(layer, "end of the fixture")
    assert list(store.groups["note"]) == ["1"]


def test_a_write_that_the_store_knows_of_is_no_mistake_of_its() -> None:
    store, witness, rewinder = _opened("always")
    store.put("note", "late", {"text": "by a background job"})
    rewinder.verify()
    assert witness.reads == 2


def test_without_witnesses_nothing_is_read() -> None:
    store = MemoryStore("db")
    rewinder = Rewinder([store], emit=lambda _: None, clock=lambda: 0.0)
    rewinder.push("baseline")
    store.put("note", "1", {"text": "x"})
    rewinder.rewind("a test")
    rewinder.verify()
