"""The rows that some rows cannot be without, and what becomes of a dataset that has only these. Pure.

Nothing is left to chance: the same data and rules give the same rows, whatever order files are in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from statusquo.assets import canonical, dangling, references, trees
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.references import Index, Reference
from statusquo.core.errors import DatasetError

Nullable = Literal["follow", "null"]


@dataclass(frozen=True, slots=True)
class Down:
    """Rows that come with the one they refer to: of a model, by a field, at most so many for each."""

    model: str
    field: str
    limit: int | None = None
    order: str = ""
    """The field that says which are the first; empty for the key."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Which references are followed. One that cannot be empty always is."""

    nullable: Nullable = "follow"
    has_many: bool = False
    """Whether the targets of many-to-many fields come with the row; pairs whose ends are both there stay anyhow."""
    down: tuple[Down, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """The rows, and for each by which reference it came in; a root by none."""

    because: Mapping[int, tuple[Record, str] | None]
    """By the identity of the record object."""
    records: tuple[Record, ...]

    def path(self, record: Record) -> str:
        """How the row came in, from its root on: ``shop.order:1.customer → shop.customer:7``."""
        step = self.because[id(record)]
        return f"{self.path(step[0])}.{step[1]} → {record.subject}" if step else record.subject


def close(dataset: Dataset, roots: Iterable[Record], rules: Rules) -> Closed:
    """The roots and all rows that come with them. Raises DatasetError where references are not known."""
    refuse_unknown(dataset)
    return _Closing(dataset, rules).run(roots)


def refuse_unknown(dataset: Dataset) -> None:
    """Return if it is known what all rows refer to. Raises DatasetError."""
    unknown = next((label for label in dataset.counts if dataset.schema.get(label) is None), None)
    if unknown:
        raise DatasetError(
            f"{unknown}: what its rows refer to is not known.",
            why="Rows that others need could be left out.",
            next="The facts of the models come with a lock: dump the data again.",
        )


@dataclass(slots=True)
class _Closing:
    dataset: Dataset
    rules: Rules
    index: Index = field(init=False)
    up: dict[int, list[Reference]] = field(default_factory=dict)
    below: dict[tuple[int, str, str], list[Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index = references.index(self.dataset)
        wanted = {(each.model, each.field) for each in self.rules.down}
        for each in _edges(self.dataset):
            self.up.setdefault(id(each.source), []).append(each)
            edge, target = (each.source.model, _field(each, self.dataset)), self.index.resolve(each)
            if target and edge in wanted:
                self.below.setdefault((id(target), *edge), []).append(each.source)

    def run(self, roots: Iterable[Record]) -> Closed:
        because: dict[int, tuple[Record, str] | None] = {}
        found = {id(each): each for each in roots}
        because |= dict.fromkeys(found)
        waiting = deque(found.values())
        while waiting:
            record = waiting.popleft()
            for name, other in (*self._above(record), *self._below(record)):
                if id(other) not in because:
                    because[id(other)] = (record, name)
                    waiting.append(other)
        kept = (each for each in self.dataset.records if id(each) in because)
        return Closed(because, tuple(kept))

    def _above(self, record: Record) -> Iterator[tuple[str, Record]]:
        for each in self.up.get(id(record), ()):
            target = self.index.resolve(each)
            is_followed = self.rules.has_many if each.is_many else self.rules.nullable == "follow"
            if target and (is_followed or not each.is_nullable):
                yield each.field, target

    def _below(self, record: Record) -> Iterator[tuple[str, Record]]:
        for rule in self.rules.down:
            found = self.below.get((id(record), rule.model, rule.field), [])
            model = self.dataset.schema.get(rule.model)
            order = [*found]
            order.sort(key=lambda each: canonical.row_key(each, model))
            if rule.order:
                order.sort(key=lambda each: canonical.sortable(each.fields.get(rule.order)))
            yield from ((f"{rule.model.partition('.')[2]}_set", each) for each in order[: rule.limit])


def _field(reference: Reference, dataset: Dataset) -> str:
    """The field of a reference by its name in the model, also where it is the key."""
    model = dataset.schema.get(reference.source.model)
    return model.pk[0] if reference.field == "pk" and model else reference.field


@dataclass(frozen=True, slots=True)
class Cut:
    """A dataset without some rows."""

    dataset: Dataset
    gone: tuple[Record, ...]
    also: tuple[Record, ...]
    """Those of *gone* that went because they cannot be without another."""


def without(dataset: Dataset, rows: Iterable[Record]) -> Cut:
    """The dataset without *rows*: references to them are taken out of lists or made empty, or go with their row."""
    index, edges = references.index(dataset), _edges(dataset)
    chosen = {id(each) for each in rows}
    gone = set(chosen)
    size = -1
    while size != len(gone):
        size = len(gone)
        needing = (each for each in edges if not each.is_nullable and _is_gone(index.resolve(each), gone))
        gone |= {id(each.source) for each in needing}
    lost = [each for each in edges if id(each.source) not in gone and _is_gone(index.resolve(each), gone)]
    kept = dataset.having(each for each in dataset.records if id(each) not in gone)
    left = tuple(each for each in dataset.records if id(each) in gone)
    rest = trees.counted(dataset, dangling.without(kept, lost))
    return Cut(rest, left, tuple(each for each in left if id(each) not in chosen))


def _edges(dataset: Dataset) -> tuple[Reference, ...]:
    """What rows need, by what they refer to and by where they stand."""
    return (*references.edges(dataset), *trees.edges(dataset))


def _is_gone(target: Record | None, gone: Collection[int]) -> bool:
    return target is not None and id(target) in gone
