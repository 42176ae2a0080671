"""Everything about the values of rows that a database would refuse, or should: all of it at once, each with its place.

Values are cleaned on the way. Keys and natural references are settled before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from statusquo.assets import references, values
from statusquo.assets.dataset import Record
from statusquo.assets.loading import clean, tables
from statusquo.assets.loading.clean import Cleaner
from statusquo.assets.loading.present import Present, hashable
from statusquo.assets.loading.project import Project
from statusquo.assets.loading.sheets import ABSENT, Held, Sheet
from statusquo.assets.loading.violations import EMPTY, Violation
from statusquo.assets.schema import Field, Many, Model, Schema
from statusquo.core.rows import Json


def fill(sheet: Sheet, project: Project) -> None:
    """Put defaults where the file says nothing."""
    for name, column in sheet.columns.items():
        field = sheet.model.field(name)
        if field is not None and ABSENT in column:
            column[:] = [project.default(sheet.model, field) if each is ABSENT else each for each in column]


def cleaned(sheet: Sheet, schema: Schema, project: Project, *, bounded: bool) -> Iterator[Violation]:
    """Clean the values of the sheet; *bounded* tells whether its columns have a length and a range."""
    for name, column in sheet.columns.items():
        field = sheet.model.field(name)
        if field is not None:
            yield from _clean(sheet, field, column, project)
            if bounded and not field.to:
                yield from _limits(sheet, field, column)
    for many in sheet.model.many:
        yield from _clean_many(sheet, many, schema)
    _rekey(sheet)


def twice(sheet: Sheet) -> Iterator[Violation]:
    """Rows that have the key of one before them."""
    first: dict[object, Record] = {}
    if len(set(map(hashable, sheet.keys))) < len(sheet.keys):
        for key, record in zip(map(hashable, sheet.keys), sheet.records, strict=True):
            if key is not None and first.setdefault(key, record) is not record:
                yield Violation(record, f"has the key of {first[key].place}")


def shared(sheet: Sheet, others: Sequence[Record]) -> Iterator[Violation]:
    """Rows that share what no two rows may, with each other or with *others*, which stay in the database."""
    for names in sheet.model.unique:
        columns = [sheet.columns[name] for name in names if name in sheet.columns]
        if len(columns) != len(names):
            continue
        seen = {key: each for each in others for key in (_values([each.fields.get(name) for name in names]),) if key}
        for at, row in enumerate(zip(*columns, strict=True)):
            key = _values(row)
            if key and seen.setdefault(key, sheet.records[at]) is not sheet.records[at]:
                told = ", ".join(values.compact(each) for each in row if each is not ABSENT)
                other = seen[key]
                what = f"is {told}, which {other.subject} in {other.place} has too"
                yield Violation(sheet.records[at], what, ", ".join(names))


def dangling(
    sheets: Mapping[str, Sheet], present: Present, gone: Mapping[str, Collection[object]]
) -> Iterator[Violation]:
    """References to rows that will be neither in the data nor in the database; *gone* are keys that will be removed."""
    targets = _Targets(sheets, present, gone)
    for sheet in sheets.values():
        for field in sheet.model.fields:
            column = sheet.columns.get(field.name)
            if field.to and field.constrained and column is not None:
                for at in targets.missing(field.to, field.to_field, column):
                    yield _dangling(sheet.records[at], field.name, field.to, column[at])
        for many in sheet.model.many:
            pairs = [
                (at, each) for at, held in enumerate(sheet.many[many.name]) if isinstance(held, list) for each in held
            ]
            for number in targets.missing(many.to, "", [each for _, each in pairs]):
                at, value = pairs[number]
                yield _dangling(sheet.records[at], many.name, many.to, value)


_SHOWN = 40


class _Targets:
    def __init__(self, sheets: Mapping[str, Sheet], present: Present, gone: Mapping[str, Collection[object]]) -> None:
        self._sheets, self._present, self._gone = sheets, present, gone
        self._ours: dict[tuple[str, str], set[object]] = {}
        self._theirs: dict[tuple[str, str], set[object]] = {}

    def missing(self, label: str, to_field: str, column: Sequence[object]) -> list[int]:
        """Which of the values mean no row. Of a model that is not known nothing is."""
        model = self._present.schema.get(label)
        if model is None:
            return []
        ours = self._ours.setdefault((label, to_field), set()) or self._in_data(model, to_field)
        self._ours[label, to_field] = ours
        left = [at for at, each in enumerate(column) if each is not None and each is not ABSENT and each not in ours]
        return [at for at in left if column[at] not in self._in_database(model, to_field)] if left else []

    def _in_data(self, model: Model, to_field: str) -> set[object]:
        sheet = self._sheets.get(model.label)
        return set(map(hashable, sheet.columns[to_field] if to_field else sheet.keys)) if sheet else set()

    def _in_database(self, model: Model, to_field: str) -> set[object]:
        if (model.label, to_field) not in self._theirs:
            gone = self._gone.get(model.label, ())
            rows = (each for each in self._present.records(model.label) if hashable(each.pk) not in gone)
            self._theirs[model.label, to_field] = {
                hashable(row.fields.get(to_field) if to_field else row.pk) for row in rows
            }
        return self._theirs[model.label, to_field]


def _dangling(record: Record, name: str, label: str, value: object) -> Violation:
    told = references.key_text(value if isinstance(value, str | int | float) else str(value))
    return Violation(record, f"refers to {label} {told}, which is neither in the data nor in the database", name)


def _clean(sheet: Sheet, field: Field, column: list[Held], project: Project) -> Iterator[Violation]:
    cleaner = project.cleaner(sheet.model, field)
    plain = clean.plain(cleaner)
    for at, value in enumerate(column):
        if type(value) is plain or value is ABSENT:
            continue
        if value is None:
            if not field.null and field.kind != "json" and field.name not in sheet.model.pk:
                yield Violation(sheet.records[at], EMPTY, field.name)
            continue
        try:
            column[at] = cleaner(value)
            if field.to and isinstance(column[at], list | dict):
                raise ValueError(f"is {values.compact(value)[:_SHOWN]}, which is no key")
        except ValueError as error:
            yield Violation(sheet.records[at], str(error), field.name)
            column[at] = None


def _clean_many(sheet: Sheet, many: Many, schema: Schema) -> Iterator[Violation]:
    targets, model = sheet.many[many.name], schema.get(many.to)
    key = tables.key_field(model) if model else None
    for at, held in enumerate(targets):
        if held is ABSENT:
            continue
        try:
            targets[at] = _list(held, many, clean.cleaner(key) if key else None)
        except ValueError as error:
            yield Violation(sheet.records[at], str(error), many.name)


def _list(held: Json, many: Many, cleaner: Cleaner | None) -> Json:
    if not isinstance(held, list):
        raise ValueError("is not a list of rows")
    if held and many.through:
        raise ValueError(f"lists rows, and they are those of {many.through}: write these")
    if any(isinstance(each, list | dict) for each in held):
        raise ValueError("lists something that is no key")
    kept = clean.plain(cleaner) if cleaner else None
    return [each if cleaner is None or type(each) is kept else cleaner(each) for each in held]


def _limits(sheet: Sheet, field: Field, column: Iterable[Held]) -> Iterator[Violation]:
    if field.kind in {"text", "file"} or field.minimum is not None or field.maximum is not None:
        for at, value in enumerate(column):
            reason = clean.limits(value, field) if value is not ABSENT else ""
            if reason:
                yield Violation(sheet.records[at], reason, field.name)


def _rekey(sheet: Sheet) -> None:
    """The keys as the key's columns have them now."""
    columns = [sheet.columns[name] for name in sheet.model.pk]
    rows = ([None if each is ABSENT else each for each in row] for row in zip(*columns, strict=True))
    sheet.keys[:] = (row[0] if len(columns) == 1 else row for row in rows)


def _values(row: Iterable[object]) -> tuple[object, ...]:
    """The values as one key; nothing if one is empty, or cannot be compared so."""
    found = tuple(row)
    return () if any(each is None or each is ABSENT or isinstance(each, list | dict) for each in found) else found
