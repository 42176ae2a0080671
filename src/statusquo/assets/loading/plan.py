"""What is to be done so that a database has the rows of a dataset, decided before anything is done.

Everything that keeps a row from being loaded is told at once; then there is no plan. The module is long because the
order of these decisions is what it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from statusquo.assets import reading
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.loading import checks, keys, sheets, steps, tables, violations
from statusquo.assets.loading.keys import Numbers
from statusquo.assets.loading.present import Present, hashable
from statusquo.assets.loading.project import FactsAlone, Project
from statusquo.assets.loading.sheets import Sheet
from statusquo.assets.loading.steps import Put, Remove, Step
from statusquo.assets.loading.violations import Violation
from statusquo.assets.schema import Many
from statusquo.core.rows import Json, Table
from statusquo.core.writing import Row

Mode = Literal["insert", "upsert", "ensure", "replace"]
"""``insert``: no row may be there; ``upsert``: a row that is there gets the values of the data; ``ensure``: it is left
as it is; ``replace``: the models have the rows of the data afterwards, and no others."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a dataset is to be loaded."""

    mode: Mode = "upsert"
    dropping: bool = False
    """Leave out what models and fields do not know, and tell."""
    last_wins: bool = False
    """Of rows with one key take the last, as ``loaddata`` does, where others refuse."""


@dataclass(frozen=True, slots=True)
class Count:
    """What becomes of the rows of one model."""

    added: int = 0
    changed: int = 0
    """That were there, and were written again, maybe with the same values."""
    left: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, in their order, and what they come to."""

    steps: tuple[Step, ...]
    counts: Mapping[str, Count]
    counters: tuple[Table, ...]
    """Tables whose keys are numbers, each with its key as the one column."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """What was left out because the models do not know it, and in how many rows."""


def plan(
    dataset: Dataset,
    present: Present,
    terms: Terms,
    *,
    numbers: Numbers,
    bounded: bool,
    project: Project | None = None,
) -> Plan:
    """The plan, for columns that have a length and a range, or not.

    Raises DatasetError with every violation; StoreError if the database cannot be read.
    """
    return _Planning(dataset, present, terms, numbers, project or FactsAlone(), bounded=bounded).run()


@dataclass(frozen=True, slots=True)
class _Planning:
    dataset: Dataset
    present: Present
    terms: Terms
    numbers: Numbers
    project: Project
    bounded: bool

    def run(self) -> Plan:
        found = sheets.sort(self.dataset.records, self.dataset.schema, dropping=self.terms.dropping)
        wrong = [*found.violations, *self._settled(found.sheets)]
        if wrong:
            raise violations.error(wrong)
        every = {label: self._once(sheet) for label, sheet in found.sheets.items()}
        there = {label: {hashable(each.pk) for each in self.present.records(label)} for label in every}
        gone = self._gone(every, there)
        written = {label: self._written(sheet, there[label]) for label, sheet in every.items()}
        wrong += self._clashes(every, written, there)
        wrong += checks.dangling(every, self.present, {label: set(held) for label, held in gone.items()})
        if wrong:
            raise violations.error(wrong)
        counted = {
            label: _count(every[label], written[label], there[label], len(gone.get(label, ()))) for label in every
        }
        return Plan(tuple(self._steps(written, there, gone)), counted, tuple(_counters(written)), found.dropped)

    def _settled(self, found: Mapping[str, Sheet]) -> Iterator[Violation]:
        """Give keys, defaults and clean values to all rows."""
        yield from keys.assign(tuple(found.values()), self.present, self.project, self.numbers)
        for sheet in found.values():
            checks.fill(sheet, self.project)
            yield from checks.cleaned(sheet, self.present.schema, self.project, bounded=self.bounded)
            yield from checks.twice(sheet) if not self.terms.last_wins else ()

    def _once(self, sheet: Sheet) -> Sheet:
        """The sheet with the last row of each key, in the place of the first."""
        last = {hashable(key): at for at, key in enumerate(sheet.keys)}
        return sheet if len(last) == len(sheet.keys) else sheets.only(sheet, list(last.values()))

    def _written(self, sheet: Sheet, there: Collection[object]) -> Sheet:
        if self.terms.mode != "ensure":
            return sheet
        return sheets.only(sheet, [at for at, key in enumerate(sheet.keys) if hashable(key) not in there])

    def _gone(self, every: Mapping[str, Sheet], there: Mapping[str, Collection[object]]) -> dict[str, list[Json]]:
        """The keys of rows that are there and shall not be."""
        if self.terms.mode != "replace":
            return {}
        ours = {label: set(map(hashable, sheet.keys)) for label, sheet in every.items()}
        return {
            label: [each.pk for each in self.present.records(label) if hashable(each.pk) not in ours[label]]
            for label in every
        }

    def _clashes(
        self, every: Mapping[str, Sheet], written: Mapping[str, Sheet], there: Mapping[str, Collection[object]]
    ) -> Iterator[Violation]:
        for label, sheet in written.items():
            if self.terms.mode == "insert":
                for key, record in zip(sheet.keys, sheet.records, strict=True):
                    if hashable(key) in there[label]:
                        yield Violation(record, "is in the database already", hint="")
            yield from checks.shared(sheet, self._others(every[label]))

    def _others(self, sheet: Sheet) -> Sequence[Record]:
        """The rows of the database that stay as they are."""
        records = self.present.records(sheet.model.label)
        match self.terms.mode:
            case "replace":
                return ()
            case "insert" | "upsert":
                ours = set(map(hashable, sheet.keys))
                return [each for each in records if hashable(each.pk) not in ours]
            case "ensure":
                return records

    def _steps(
        self,
        written: Mapping[str, Sheet],
        there: Mapping[str, Collection[object]],
        gone: Mapping[str, Sequence[Json]],
    ) -> Iterator[Step]:
        order = steps.order(written, self.present.schema)
        chosen = [written[label] for label in order.labels]
        pairs = [self._pairs(sheet, many, there, gone) for sheet in chosen for many in sheet.model.many if many.table]
        removals = tuple(_removals(chosen, gone))
        yield from (step for _, removed in pairs for step in removed)
        yield from removals if not order.is_hard else ()
        for sheet in chosen:
            yield from steps.puts(sheet, there[sheet.model.label], order.postponed.get(sheet.model.label, frozenset()))
        for label, names in order.postponed.items():
            yield from steps.late_puts(written[label], names)
        yield from removals if order.is_hard else ()
        yield from (step for added, _ in pairs for step in added)

    def _pairs(
        self,
        sheet: Sheet,
        many: Many,
        there: Mapping[str, Collection[object]],
        gone: Mapping[str, Sequence[Json]],
    ) -> tuple[list[Put], list[Remove]]:
        """The pairs to be added and to be removed, so that each row of the data has the targets that it lists."""
        label = sheet.model.label
        table = reading.pairs(sheet.model, many, self.present.schema)
        listed = {
            key: held for key, held in zip(sheet.keys, sheet.many[many.name], strict=True) if isinstance(held, list)
        }
        gone_here = set(map(hashable, gone.get(label, ())))
        is_touched = any(hashable(key) in there[label] for key in listed) or gone_here or gone.get(many.to)
        held = [(row[0], row[1]) for row in self.present.rows.read(table)] if is_touched else []
        there_already = set(held)
        left = steps.without(held, gone_here, set(map(hashable, gone.get(many.to, ()))))
        wanted = steps.pairs(left, listed, many)
        unwanted = [pair for pair in held if pair not in wanted]
        new = [pair for pair in wanted if pair not in there_already]
        return (
            [Put(sheet.model, table, new, many=many)] if new else [],
            [Remove(sheet.model, table, unwanted, many)] if unwanted else [],
        )


def _removals(chosen: Sequence[Sheet], gone: Mapping[str, Sequence[Json]]) -> Iterator[Remove]:
    for sheet in reversed(chosen):
        if gone.get(sheet.model.label):
            rows = [_row(key) for key in gone[sheet.model.label]]
            yield Remove(sheet.model, tables.of(sheet.model, sheet.model.pk), rows)


def _counters(written: Mapping[str, Sheet]) -> Iterator[Table]:
    for sheet in written.values():
        own = tables.key_field(sheet.model)
        if own is not None and own.kind == "integer" and not own.to and sheet.keys:
            yield tables.of(sheet.model, sheet.model.pk)


def _count(every: Sheet, written: Sheet, there: Collection[object], removed: int) -> Count:
    changed = sum(hashable(key) in there for key in written.keys)
    return Count(len(written.keys) - changed, changed, len(every.keys) - len(written.keys), removed)


def _row(key: Json) -> Row:
    return tuple(key) if isinstance(key, list) else (key,)
