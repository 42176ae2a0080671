"""Who points to whom: the references between records, and the record that one means. Pure.

A reference holds a key, or the natural key of its target as a list. Nothing can be said of models without facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Declared, Field, Model, Schema

CONTENT_TYPES = "contenttypes.contenttype"
PROVIDED = (CONTENT_TYPES, "auth.permission", "sites.site")
"""Models whose rows Django itself makes; what refers to them need not find them in the data."""

_Key = tuple[str, str, str]
"""A model, the field that is looked at (empty for the key, '*' for the natural key), its value as text."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One value of one record that means another record."""

    source: Record
    field: str
    """``pk`` for a key that is itself a reference, the field's name for a part of a key."""
    model: str
    value: Json
    to_field: str = ""
    is_nullable: bool = False
    is_many: bool = False
    is_generic: bool = False
    is_declared: bool = False
    at: tuple[str | int, ...] = ()
    """Where in the field the value stands; empty if it is all that the field holds."""

    @property
    def is_natural(self) -> bool:
        """True for a reference by natural key."""
        return isinstance(self.value, list)

    @property
    def is_within(self) -> bool:
        """True for one that stands somewhere in the JSON of its field."""
        return self.is_declared and bool(self.at)


@dataclass(frozen=True, slots=True)
class Index:
    """The records of a dataset by everything that references name them by."""

    schema: Schema
    records: Mapping[_Key, Record]

    def resolve(self, reference: Reference) -> Record | None:
        """The record that the reference means; None if the dataset does not have it."""
        how = "*" if reference.is_natural else reference.to_field
        return self.records.get((reference.model, how, key_text(reference.value)))

    def natural(self, record: Record) -> list[Json]:
        """The natural key of a record, references in it spelt out; empty if its model has none."""
        return _natural(self.schema, self.records, record)


def index(dataset: Dataset) -> Index:
    """The index of a dataset. Of records with one key the last is found, as ``loaddata`` would leave it."""
    found: dict[_Key, Record] = {}
    by_field = {(field.to, field.to_field) for field in _pointing(dataset.schema) if field.to_field}
    for record in dataset.records:
        if record.pk is not None:
            found[record.model, "", key_text(record.pk)] = record
        for label, name in by_field:
            if label == record.model and name in record.fields:
                found[label, name, key_text(record.fields[name])] = record
    for record in dataset.records:
        natural = _natural(dataset.schema, found, record)
        if natural:
            found[record.model, "*", key_text(natural)] = record
    return Index(dataset.schema, found)


def edges(dataset: Dataset, among: Iterable[Record] | None = None) -> Iterator[Reference]:
    """Every reference of the records, or of those *among* them, in their order; empty ones are none."""
    known = types(dataset)
    for record in dataset.records if among is None else among:
        model = dataset.schema.get(record.model)
        if model is not None:
            yield from of_record(record, model)
            yield from _generic(record, model, known)


def types(dataset: Dataset) -> dict[str, str]:
    """The models that content types of the dataset stand for, by their keys."""
    return {
        key_text(record.pk): f"{record.fields.get('app_label')}.{record.fields.get('model')}"
        for record in dataset.records
        if record.model == CONTENT_TYPES
    }


def of_record(record: Record, model: Model) -> Iterator[Reference]:
    """The references of one record that need no other record to be read: all but generic ones."""
    for name, value in _keyed(record, model):
        field = model.field(name)
        if field and field.to and value is not None:
            yield Reference(record, "pk" if len(model.pk) == 1 else name, field.to, value, field.to_field)
    for field in model.fields:
        value = record.fields.get(field.name)
        if field.to and value is not None and field.name not in model.pk:
            yield Reference(record, field.name, field.to, value, field.to_field, field.null)
    for many in model.many:
        for number, value in enumerate(_list(record.fields.get(many.name))):
            yield Reference(record, many.name, many.to, value, is_nullable=True, is_many=True, at=(number,))
    for declared in model.declared:
        field = model.field(declared.field)
        is_nullable = bool(declared.path or (field and field.null))
        for at, value in _within(record.fields.get(declared.field), declared.path):
            yield Reference(
                record, declared.field, declared.to, value, declared.to_field, is_nullable, is_declared=True, at=at
            )


def _within(held: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """The numbers and texts at a path, each with where it stands; empty text refers to nothing."""
    if not path:
        if isinstance(held, str | int) and not isinstance(held, bool) and held != "":
            yield (), held
        return
    parts: Iterable[tuple[str | int, Json]] = ()
    if isinstance(held, dict):
        parts = held.items()
    elif isinstance(held, list):
        parts = enumerate(held)
    for key, value in parts:
        if path[0] in {"*", str(key)}:
            yield from (((key, *at), found) for at, found in _within(value, path[1:]))


def dangling(dataset: Dataset, provided: Collection[str] = ()) -> tuple[Reference, ...]:
    """The references whose target should be in the dataset and is not.

    Rows of *provided* models come from elsewhere; natural keys of models whose natural key is not known prove nothing,
    nor do generic references to models that are not known: such a one may be another name of one that is.
    """
    found = index(dataset)
    elsewhere = {*PROVIDED, *provided} - set(dataset.counts)
    return tuple(
        each
        for each in edges(dataset)
        if each.model not in elsewhere and found.resolve(each) is None and _is_provable(each, dataset.schema)
    )


def key_text(value: Json) -> str:
    """A key for lookups: 7 and "7" are one, because a column has one type."""
    return "\x1f".join(key_text(part) for part in value) if isinstance(value, list) else str(value)


def _is_provable(reference: Reference, schema: Schema) -> bool:
    target = schema.get(reference.model)
    if reference.is_generic and target is None:
        return False
    return not reference.is_natural or bool(target and target.natural)


def _generic(record: Record, model: Model, types: Mapping[str, str]) -> Iterator[Reference]:
    for generic in model.generics:
        kind, value = record.fields.get(generic.type_field), record.fields.get(generic.id_field)
        label = ".".join(map(str, kind)) if isinstance(kind, list) else types.get(key_text(kind), "")
        field = model.field(generic.id_field)
        if label and value is not None:
            yield Reference(
                record, generic.id_field, label, value, is_nullable=bool(field and field.null), is_generic=True
            )


def _natural(schema: Schema, records: Mapping[_Key, Record], record: Record) -> list[Json]:
    model = schema.get(record.model)
    parts: list[Json] = []
    for name in model.natural if model else ():
        value, field = record.fields.get(name), model.field(name) if model else None
        target = records.get((field.to, field.to_field, key_text(value))) if field and field.to else None
        spelt = _natural(schema, records, target) if target and target != record else []
        parts += spelt or (value if isinstance(value, list) else [value])
    return parts


def _keyed(record: Record, model: Model) -> Iterable[tuple[str, Json]]:
    if len(model.pk) == 1:
        return [(model.pk[0], record.pk)]
    return zip(model.pk, _list(record.pk), strict=False)


def _pointing(schema: Schema) -> Iterator[Field | Declared]:
    for model in schema.models.values():
        yield from model.fields
        yield from model.declared


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
