"""From a database to a dataset: one SELECT for each table, references by natural key from what was read anyway."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from statusquo.assets import identity, references, schema, selection, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.references import Index
from statusquo.assets.schema import Field, Many, Model, Schema
from statusquo.assets.selection import Choice
from statusquo.core.errors import DatasetError
from statusquo.core.rows import Column, Rows, Table


def read(rows: Rows, known: Schema, choice: Choice, natural: Collection[str] = ()) -> Dataset:
    """The rows of the chosen models, with what is *known* of these and of all that the rows may refer to.

    References to *natural* models, and to rows of Django's own that are not in the data, are by natural key. Raises
    StoreError; DatasetError for a value that no file holds, or for a model that has no natural key.
    """
    labels = {each.label for each in choice.models}
    by_value = {*natural, *references.PROVIDED[:2], *(set(references.PROVIDED) - labels)}
    models = tuple(_with_key(each, natural) for each in selection.with_targets(known, choice.models, by_value))
    records = tuple(record for model in models for record in _records(rows, model, known))
    found = Dataset(records, schema.of(*models))
    also = selection.with_targets(known, choice.models, choice.excluded)
    return Dataset(tuple(_spelt(found, by_value, labels)), schema.of(*also, *models))


def table(model: Model) -> Table:
    """What is read of the model's own table: all but what the database computes."""
    columns = tuple(column(each) for each in model.fields if not each.generated)
    key = tuple(column(each).name for name in model.pk for each in (model.field(name),) if each)
    return Table(model.table, columns, key)


def pairs(model: Model, many: Many, known: Schema) -> Table:
    """The table of a many-to-many field: the key of the row, the key of the target."""
    target = known.get(many.to) or model
    ends = ((many.source, _key(model)), (many.target, _key(target)))
    columns = tuple(Column(name, key.kind, zone=key.zone) for name, key in ends)
    return Table(many.table, columns, (many.source, many.target))


def column(field: Field) -> Column:
    """The column that holds the field."""
    return Column(field.column or field.name, field.kind, places=field.places, zone=field.zone, null=field.null)


def _records(rows: Rows, model: Model, known: Schema) -> Iterator[Record]:
    names = tuple(each.name for each in model.fields if not each.generated)
    lists = {many.name: _lists(rows, model, many, known) for many in model.many if not many.through}
    is_single = len(model.pk) == 1
    decimals = [each.name for each in model.fields if each.kind == "decimal"]
    for row in rows.read(table(model)):
        fields = dict(zip(names, row, strict=True))
        pk: Json = fields.pop(model.pk[0]) if is_single else [fields[name] for name in model.pk]
        for name, targets in lists.items():
            fields[name] = targets.get(references.key_text(pk), [])
        record = Record(model.label, pk, fields)
        _check(record, decimals)
        yield record


def _lists(rows: Rows, model: Model, many: Many, known: Schema) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for source, target in rows.read(pairs(model, many, known)):
        found.setdefault(references.key_text(source), []).append(target)
    return found


def _check(record: Record, decimals: Collection[str]) -> None:
    reason = values.trouble(record.pk) or values.trouble(dict(record.fields))
    for name in decimals:
        value = record.fields.get(name)
        if isinstance(value, str) and value.lstrip("-").isalpha():
            reason = f"{value} is no number that JSON or a database can hold"
    if reason:
        raise DatasetError(f"{record.subject} cannot be written: {reason}.", next="Mend the row in the database.")


def _spelt(dataset: Dataset, targets: Collection[str], labels: Collection[str]) -> Iterator[Record]:
    """The rows of some models, with references to the *targets* by natural key."""
    index = references.index(dataset)
    for record in dataset.records:
        model = dataset.schema.models[record.model]
        if model.label in labels:
            yield _by_natural_key(record, model, index, targets) if _refers(model, targets) else record


def _refers(model: Model, targets: Collection[str]) -> bool:
    return any(to in targets for to in (*(each.to for each in model.fields), *(each.to for each in model.many)))


def _by_natural_key(record: Record, model: Model, index: Index, targets: Collection[str]) -> Record:
    keys: dict[tuple[str, str], list[Json]] = {}
    for each in references.of_record(record, model):
        target = index.resolve(each) if each.model in targets and not each.is_declared else None
        if target and index.natural(target):
            keys[each.field, references.key_text(each.value)] = index.natural(target)

    def spelt(name: str, value: Json) -> Json:
        return keys.get((name, references.key_text(value)), value)

    fields = dict(record.fields)
    for name in {name for name, _ in keys} & fields.keys():
        value = fields[name]
        fields[name] = [spelt(name, each) for each in value] if isinstance(value, list) else spelt(name, value)
    return replace(record, fields=fields)


def _with_key(model: Model, by_value: Collection[str]) -> Model:
    """The model with a natural key, if it has to have one: its own, or what tells its rows apart."""
    if model.label not in by_value or model.natural:
        return model
    names = identity.key_fields(model)
    if not names:
        raise DatasetError(
            f"{model.label} has no natural key.", why="It has no unique set of fields that are never empty."
        )
    return replace(model, natural=names)


def _key(model: Model) -> Field:
    return next(each for each in model.fields if each.name == model.pk[0])
