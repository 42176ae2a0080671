"""What is done to tables, as values, and in which order. Pure; ``plan`` calls it, ``load`` carries it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from statusquo.assets import canonical
from statusquo.assets.dataset import Record
from statusquo.assets.loading import tables
from statusquo.assets.loading.present import hashable
from statusquo.assets.loading.sheets import ABSENT, Sheet
from statusquo.assets.schema import Many, Model, Schema
from statusquo.core import graph
from statusquo.core.errors import DatasetError
from statusquo.core.rows import Json, Table
from statusquo.core.writing import Row


@dataclass(frozen=True, slots=True)
class Put:
    """Rows that shall be in a table. ``rows`` stand as the columns of the table do."""

    model: Model
    table: Table
    rows: Sequence[Row]
    is_there: bool = False
    """True if the table has these rows, with other values maybe."""
    many: Many | None = None
    """The many-to-many field whose pairs these are."""
    records: Sequence[Record] = ()
    """What the rows come from, one for each; nothing for pairs and for rows that are written a second time."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Rows that shall not be in a table, by what its columns have."""

    model: Model
    table: Table
    rows: Sequence[Row]
    many: Many | None = None


Step = Put | Remove


@dataclass(frozen=True, slots=True)
class Order:
    """In which order tables are written, and the references that are written at the end because of a cycle."""

    labels: tuple[str, ...]
    postponed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By model, its fields."""
    is_hard: bool = False
    """Whether the database looks for any target at once. Then rows are removed when nothing refers to them any more,
    else before others take what no two rows may share."""


def order(labels: Collection[str], schema: Schema) -> Order:
    """The order for these models: nothing before what the database will look for at once. Raises DatasetError."""
    needs = {label: _hard(schema.models[label], labels) for label in sorted(labels)}
    postponed: dict[str, set[str]] = {}
    while cycle := graph.find_cycle({label: set(fields.values()) for label, fields in needs.items()}):
        label, name = _weakest(cycle, needs, schema)
        postponed.setdefault(label, set()).add(name)
        del needs[label][name]
    placed = graph.order(
        canonical.loadable(labels, schema), {label: set(fields.values()) for label, fields in needs.items()}
    )
    late = {label: frozenset(names) for label, names in postponed.items()}
    return Order(placed, late, is_hard=bool(late) or any(needs.values()))


def puts(sheet: Sheet, there: Collection[object], postponed: frozenset[str] = frozenset()) -> Iterator[Put]:
    """The rows of a sheet, those that the table has already apart; postponed references empty."""
    for shape, rows in _shapes(sheet, postponed, range(len(sheet.keys))):
        table = tables.of(sheet.model, shape)
        for is_there in (False, True):
            wanted = [(at, row) for at, row in rows if (hashable(sheet.keys[at]) in there) is is_there]
            if wanted:
                records = [sheet.records[at] for at, _ in wanted]
                yield Put(sheet.model, table, [row for _, row in wanted], is_there, records=records)


def late_puts(sheet: Sheet, postponed: frozenset[str]) -> Iterator[Put]:
    """The rows again whose references were postponed, now that all there is to refer to is there."""
    late = [at for at in range(len(sheet.keys)) if any(sheet.columns[name][at] is not None for name in postponed)]
    for shape, rows in _shapes(sheet, (), late):
        yield Put(sheet.model, tables.of(sheet.model, shape), [row for _, row in rows], is_there=True)


Pair = tuple[Json, Json]


def without(held: Iterable[Pair], sources: Collection[object], targets: Collection[object]) -> list[Pair]:
    """The pairs that are left when rows are removed."""
    return [pair for pair in held if hashable(pair[0]) not in sources and hashable(pair[1]) not in targets]


def pairs(held: Iterable[Pair], listed: Mapping[Json, Sequence[Json]], many: Many) -> dict[Pair, None]:
    """The pairs of a many-to-many field when each row got the targets that it lists, one row after the other.

    If the field is symmetrical each target got the row too, and lost it: then the order of rows decides, as it does for
    ``loaddata``.
    """
    of: dict[Json, dict[Json, None]] = {}
    for source, target in held:
        of.setdefault(source, {})[target] = None
    for key, targets in listed.items():
        before, after = of.get(key, {}), dict.fromkeys(targets)
        of[key] = after
        for target in before.keys() - after.keys() if many.symmetrical else ():
            of.get(target, {}).pop(key, None)
        for target in after if many.symmetrical else ():
            of.setdefault(target, {})[key] = None
    return {(source, target): None for source, targets in of.items() for target in targets}


def _shapes(
    sheet: Sheet, empty: Collection[str], wanted: Iterable[int]
) -> Iterator[tuple[tuple[str, ...], list[tuple[int, Row]]]]:
    """The wanted rows by which columns they have; nearly always all have the same."""
    every = {name: [None] * len(column) if name in empty else column for name, column in sheet.columns.items()}
    names = tuple(every)
    partial = [name for name in names if ABSENT in every[name]]
    rows = list(zip(*every.values(), strict=True))
    if not partial:
        yield names, [(at, rows[at]) for at in wanted]
        return
    by_shape: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
    for at in wanted:
        shape = tuple(name for name, each in zip(names, rows[at], strict=True) if each is not ABSENT)
        by_shape.setdefault(shape, []).append((at, tuple(each for each in rows[at] if each is not ABSENT)))
    yield from by_shape.items()


def _hard(model: Model, labels: Collection[str]) -> dict[str, str]:
    """The references that the database checks at each statement, by field; by themselves those of several fields."""
    own = {
        each.name: each.to
        for each in model.fields
        if each.to in labels and each.to != model.label and not each.deferrable and each.constrained
    }
    return own | {f"→ {label}": label for label in model.after if label in labels}


def _weakest(cycle: Sequence[str], needs: Mapping[str, Mapping[str, str]], schema: Schema) -> tuple[str, str]:
    """A reference of the cycle that may be empty for a while."""
    for label, target in pairwise(cycle):
        for name, to in needs[label].items():
            own = schema.models[label].field(name)
            if to == target and own and own.null:
                return label, name
    raise DatasetError(
        f"The rows of {' → '.join(cycle)} refer to each other in a circle, and the database checks each at once.",
        next="Make one of these references nullable, or its constraint DEFERRABLE.",
    )
