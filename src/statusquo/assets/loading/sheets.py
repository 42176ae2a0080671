"""The rows of a dataset by model, column by column: nothing is decided yet but what belongs where. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeAlias

from statusquo.assets.dataset import Record
from statusquo.assets.loading.violations import Violation
from statusquo.assets.schema import Model, Schema
from statusquo.core import graph
from statusquo.core.rows import Json


class Absent(Enum):
    """What a row has where its file says nothing, and nobody else does."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Held: TypeAlias = "Json | Literal[Absent.ABSENT]"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one model. Columns, by field, and keys stand as the rows do."""

    model: Model
    records: Sequence[Record]
    columns: dict[str, list[Held]]
    many: dict[str, list[Held]]
    """The targets of many-to-many fields."""
    keys: list[Json] = field(default_factory=list)
    """A list for a key of several fields."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows by model; what is of no model that is known, and the fields that were left out on request."""

    sheets: Mapping[str, Sheet]
    violations: tuple[Violation, ...]
    dropped: Mapping[str, int]
    """By model, or ``model.field``: in how many rows."""


def sort(records: Iterable[Record], schema: Schema, *, dropping: bool) -> Sorted:
    """The rows by model; unknown models and fields are violations, or with *dropping* left out and counted."""
    by_model: dict[str, list[Record]] = {}
    for record in records:
        by_model.setdefault(record.model, []).append(record)
    violations: list[Violation] = []
    dropped: dict[str, int] = {}
    known: dict[str, list[Record]] = {}
    for label, group in by_model.items():
        model = schema.get(label)
        if model is not None:
            unknown = _unknown_fields(model, group)
            known.setdefault(model.label, []).extend(group)
        else:
            unknown = [(record, "") for record in group]
        if dropping:
            for _, name in unknown:
                what = f"{label}.{name}" if name else label
                dropped[what] = dropped.get(what, 0) + 1
        else:
            violations += (_violation(record, name, model, schema) for record, name in unknown)
    sheets = {label: _sheet(schema.models[label], group) for label, group in known.items()}
    return Sorted(sheets, tuple(violations), dropped)


def only(sheet: Sheet, rows: Sequence[int]) -> Sheet:
    """The sheet with these rows only."""
    if len(rows) == len(sheet.records):
        return sheet
    return Sheet(
        sheet.model,
        [sheet.records[at] for at in rows],
        {name: [column[at] for at in rows] for name, column in sheet.columns.items()},
        {name: [column[at] for at in rows] for name, column in sheet.many.items()},
        [sheet.keys[at] for at in rows],
    )


def _sheet(model: Model, records: Sequence[Record]) -> Sheet:
    columns = {
        each.name: [record.fields.get(each.name, ABSENT) for record in records]
        for each in model.fields
        if not each.generated
    }
    many = {each.name: [record.fields.get(each.name, ABSENT) for record in records] for each in model.many}
    return Sheet(model, records, columns, many)


def _unknown_fields(model: Model, records: Iterable[Record]) -> list[tuple[Record, str]]:
    known = {*(each.name for each in model.fields), *(each.name for each in model.many)}
    return [
        (record, name)
        for record in records
        if not record.fields.keys() <= known
        for name in record.fields.keys() - known
    ]


def _violation(record: Record, name: str, model: Model | None, schema: Schema) -> Violation:
    if model is None:
        return Violation(
            record, "is of a model that is not known", hint=graph.did_you_mean(record.model, schema.models)
        )
    known = [*(each.name for each in model.fields), *(each.name for each in model.many)]
    above = next((label for label in model.parents for up in (schema.get(label),) if up and up.field(name)), "")
    hint = f"It belongs to the row of {above} with the same key." if above else graph.did_you_mean(name, known)
    return Violation(record, "is a field that the model has not", name, hint)
