"""A key for every row, and a key for every natural key that a reference holds: from the data, else from the database.

A row without a key has that of the row in the database with the same natural key; else its model's default, else the
next number. Rows that share the key of another, by inheritance, come after it. The module is long because keys and
references wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from statusquo.assets import references, values
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.loading.present import Present
from statusquo.assets.loading.project import Project
from statusquo.assets.loading.sheets import ABSENT, Held, Sheet
from statusquo.assets.loading.violations import Violation
from statusquo.assets.references import Index, Reference
from statusquo.assets.schema import Field, Model
from statusquo.core.rows import Json

Numbers = Callable[[Model, int], Sequence[int]]
"""That many keys of a model which nobody else gets."""


def assign(sheets: Sequence[Sheet], present: Present, project: Project, numbers: Numbers) -> tuple[Violation, ...]:
    """Fill in ``keys`` of the sheets, and put keys where references have natural ones; what cannot be is returned."""
    keys = _Keys(sheets, present, project, numbers)
    for sheet in sorted(sheets, key=lambda each: _depth(each.model, present)):
        keys.assign(sheet)
    for sheet in sheets:
        keys.resolve(sheet)
    return tuple(keys.violations)


def _depth(model: Model, present: Present) -> int:
    """How many models have to get their keys before this one."""
    above = model.field(model.pk[0]) if len(model.pk) == 1 else None
    target = present.schema.get(above.to) if above and above.to and above.to != model.label else None
    return 1 + _depth(target, present) if target else 0


@dataclass(slots=True)
class _Keys:
    sheets: Sequence[Sheet]
    present: Present
    project: Project
    numbers: Numbers
    violations: list[Violation] = field(default_factory=list)
    given: dict[int, Json] = field(default_factory=dict)
    """The keys of records that have none in their file, by identity."""
    index: Index | None = None
    read: set[str] = field(default_factory=set)
    """The models whose rows in the database the index knows."""

    def assign(self, sheet: Sheet) -> None:
        for name in sheet.model.pk:
            self._resolve_column(sheet, sheet.model.field(name))
        sheet.keys.extend(self._stated(sheet))
        without = [at for at, key in enumerate(sheet.keys) if key is None]
        if without:
            self._give(sheet, without)
        for number, name in enumerate(sheet.model.pk):
            whole = len(sheet.model.pk) == 1
            sheet.columns[name] = [key if whole else _part(key, number) for key in sheet.keys]

    def resolve(self, sheet: Sheet) -> None:
        for each in sheet.model.fields:
            if each.to and each.name not in sheet.model.pk and each.name in sheet.columns:
                self._resolve_column(sheet, each)
        for many in sheet.model.many:
            targets = sheet.many[many.name]
            for at, held in enumerate(targets):
                if isinstance(held, list) and any(isinstance(each, list) for each in held):
                    found = [self._found(Reference(sheet.records[at], many.name, many.to, each)) for each in held]
                    targets[at] = [each for each in found if each is not None]

    def _stated(self, sheet: Sheet) -> Iterator[Json]:
        """The keys that the files say: with the row, or among its fields."""
        names, held = sheet.model.pk, [sheet.columns.get(name, ()) for name in sheet.model.pk]
        for at, record in enumerate(sheet.records):
            if len(names) == 1:
                own = held[0][at] if held[0] else None
                yield record.pk if record.pk is not None else None if own is ABSENT else own
            else:
                parts = [_stated_part(column[at], record, number) for number, column in enumerate(held)]
                yield None if any(part is None for part in parts) else parts

    def _give(self, sheet: Sheet, without: Sequence[int]) -> None:
        """Keys for rows that state none."""
        model = sheet.model
        known, there = self._known(), self._there(model)
        keys: dict[str, Json] = {}
        open_: dict[str, list[int]] = {}
        for at in without:
            natural = known.natural(sheet.records[at])
            name = references.key_text(natural) if natural else f"\0{at}"
            open_.setdefault(name, []).append(at)
            found = there.records.get((model.label, "*", name))
            keys[name] = found.pk if found else None
        new = [name for name in open_ if keys.get(name) is None]
        keys |= zip(new, self._new(sheet, [open_[name][0] for name in new]), strict=False)
        for name, rows in open_.items():
            for at in rows:
                sheet.keys[at] = self.given[id(sheet.records[at])] = keys.get(name)

    def _there(self, model: Model) -> Index:
        """The model's rows in the database alone."""
        rows = [record for label in _closure(model.label, self.present) for record in self.present.records(label)]
        return references.index(Dataset(tuple(rows), self.present.schema))

    def _new(self, sheet: Sheet, rows: Sequence[int]) -> Iterable[Json]:
        model = sheet.model
        own = model.field(model.pk[0])
        if own is None or len(model.pk) > 1 or own.to:
            return self._refuse(sheet, rows)
        defaults = [self.project.default(model, own) for _ in rows]
        if any(each is not ABSENT and each is not None for each in defaults):
            return [None if each is ABSENT else each for each in defaults]
        return self._next(sheet, len(rows)) if own.kind == "integer" else self._refuse(sheet, rows)

    def _next(self, sheet: Sheet, count: int) -> list[Json]:
        taken = {references.key_text(key) for key in sheet.keys if key is not None}
        taken |= {references.key_text(each.pk) for each in self.present.records(sheet.model.label)}
        found: list[Json] = []
        while len(found) < count:
            found += (each for each in self.numbers(sheet.model, count - len(found)) if str(each) not in taken)
        return found

    def _refuse(self, sheet: Sheet, rows: Sequence[int]) -> list[Json]:
        self.violations += (Violation(sheet.records[at], "has no key, and none can be made") for at in rows)
        return [None for _ in rows]

    def _resolve_column(self, sheet: Sheet, own: Field | None) -> None:
        column = sheet.columns.get(own.name) if own and own.to else None
        if own is None or column is None:
            return
        for at, held in enumerate(column):
            if isinstance(held, list):
                column[at] = self._found(Reference(sheet.records[at], own.name, own.to, held, own.to_field))

    def _found(self, reference: Reference) -> Json:
        """What a natural key stands for; other values are left alone."""
        if not reference.is_natural:
            return reference.value
        target = self._target(reference)
        if target is None:
            what = f"refers to {reference.model} {values.compact(reference.value)}, which is neither in the data nor"
            self.violations.append(Violation(reference.source, f"{what} in the database", reference.field))
        return target

    def _target(self, reference: Reference) -> Json:
        model = self.present.schema.get(reference.model)
        if model is None or not isinstance(reference.value, list):
            return None
        found = self._known().resolve(reference) or self._database(model.label).resolve(reference)
        if found is None:
            return self.project.find(model, reference.value)
        if reference.to_field:
            return found.fields.get(reference.to_field)
        return self.given.get(id(found), found.pk)

    def _known(self) -> Index:
        """The rows of the data, and of the database as far as somebody asked."""
        if self.index is None:
            self.index = self._build()
        return self.index

    def _database(self, label: str) -> Index:
        """The index with the model's rows in the database too, and with those that its natural key goes through."""
        needed = set(_closure(label, self.present))
        if not needed <= self.read:
            self.read |= needed
            self.index = self._build()
        return self._known()

    def _build(self) -> Index:
        there = [record for label in sorted(self.read) for record in self.present.records(label)]
        ours = [record for sheet in self.sheets for record in sheet.records]
        return references.index(Dataset((*there, *ours), self.present.schema))


def _closure(label: str, present: Present, above: tuple[str, ...] = ()) -> Iterator[str]:
    model = present.schema.get(label)
    if model is None or label in above:
        return
    yield label
    for name in model.natural:
        own = model.field(name)
        if own and own.to:
            yield from _closure(own.to, present, (*above, label))


def _part(key: Json, number: int) -> Held:
    return key[number] if isinstance(key, list) and len(key) > number else None


def _stated_part(own: Held, record: Record, number: int) -> Json:
    return own if own is not ABSENT else _json(_part(record.pk, number))


def _json(held: Held) -> Json:
    return None if held is ABSENT else held
