"""The laws of a store, kept by the double that other tests rely on; and planted faults that the laws must catch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st

from statusquo.core.baseline import Baseline, Rewound
from statusquo.core.diff import Diff
from statusquo.core.errors import StaleBaseline
from statusquo.stores.memory import MemoryStore
from statusquo.testing import contract
from statusquo.testing.contract import Digest, LawBroken


@dataclass(frozen=True)
class Put:
    group: str
    item: str
    value: str | None


@dataclass(frozen=True)
class Remove:
    group: str
    item: str


Write = Put | Remove
GROUPS, ITEMS = st.sampled_from(["a", "b"]), st.sampled_from(["1", "2", "3"])
WRITES: st.SearchStrategy[Write] = st.builds(Put, GROUPS, ITEMS, st.none() | st.sampled_from("xy")) | st.builds(
    Remove, GROUPS, ITEMS
)


class Memory:
    """The place is one store's mapping; a new store object starts with what the last one held."""

    def __init__(self, kind: type[MemoryStore] = MemoryStore) -> None:
        self.kind = kind
        self.store = kind("memory")

    def fresh(self) -> None:
        self.store = self.kind("memory")

    def open(self) -> MemoryStore:
        before, self.store = self.store, self.kind("memory")
        for group, items in before.groups.items():
            for item, image in items.items():
                self.store.put(group, item, image)
        return self.store

    def apply(self, write: Write) -> None:
        match write:
            case Put():
                self.store.put(write.group, write.item, {"value": write.value})
            case Remove():
                self.store.remove(write.group, write.item)

    def digest(self) -> Digest:
        return {
            (group, item): str(image) for group, items in self.store.groups.items() for item, image in items.items()
        }


def test_the_memory_store_keeps_the_laws() -> None:
    contract.check(Memory(), WRITES)


class ForgetsDeletedItems(MemoryStore):
    def rewind(self, to: Baseline) -> Rewound:
        gone = [change for change in self.diff(to).changes if change.kind == "deleted"]
        rewound = super().rewind(to)
        for change in gone:
            self.remove(change.group, change.item)
        return rewound


class PutsBackOnlyWhatItSees(MemoryStore):
    """As a store whose capture misses writes would: it says clean, and is not."""

    def rewind(self, to: Baseline) -> Rewound:
        groups = self.groups
        rewound = super().rewind(to)
        self._groups = {**self.groups, **({"b": groups["b"]} if "b" in groups else {})}
        return rewound


class SavesNothing(MemoryStore):
    def save(self, baseline: Baseline, folder: Path) -> None:
        self._layers.find(baseline)
        (folder / "groups.json").write_text("{}")


class AlwaysSaysClean(MemoryStore):
    def rewind(self, to: Baseline) -> Rewound:
        return Rewound(self.name, super().rewind(to).seconds)


class NeverSaysClean(MemoryStore):
    def rewind(self, to: Baseline) -> Rewound:
        super().rewind(to)
        self.put("a", "1", {"value": "x"})
        return super().rewind(to)


class DiffPutsBack(MemoryStore):
    def diff(self, since: Baseline) -> Diff:
        found = super().diff(since)
        self._groups = self._layers.find(since)
        return found


class DiffHidesTheLast(MemoryStore):
    def diff(self, since: Baseline) -> Diff:
        found = super().diff(since)
        return Diff(found.store, found.changes[:-1])


class TakesDroppedBaselines(MemoryStore):
    def diff(self, since: Baseline) -> Diff:
        try:
            return super().diff(since)
        except StaleBaseline:
            return Diff(self.name)


FAULTS = {
    ForgetsDeletedItems: "law 1: after a rewind the store is as it was captured",
    PutsBackOnlyWhatItSees: "law 1: after a rewind the store is as it was captured",
    SavesNothing: "law 1: after a rewind the store is as it was captured",
    AlwaysSaysClean: "law 1: a rewind that changed something says so",
    NeverSaysClean: "law 2: a second rewind touches nothing",
    DiffPutsBack: "law 3: diff only reads",
    DiffHidesTheLast: "law 3: diff names all that changed",
    TakesDroppedBaselines: "law 4: a dropped baseline is a StaleBaseline error",
}


UNSHRUNK = settings(contract.SMALL, max_examples=300, database=None, phases=[Phase.generate])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_store_with_a_fault_is_caught(fault: type[MemoryStore]) -> None:
    with pytest.raises(LawBroken, match=FAULTS[fault]):
        contract.check(Memory(fault), WRITES, UNSHRUNK)
