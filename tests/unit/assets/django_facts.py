"""The facts of the models of a configured Django project, printed as a lock: proof that the values can hold them.

Run as a program, in a process of its own: ``python django_facts.py FIXTURE`` with DJANGO_SETTINGS_MODULE set.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from statusquo.assets import files, schema, sidecar
from statusquo.assets.dataset import Dataset
from statusquo.assets.schema import Field, Generic, Many, Model
from statusquo.core.rows import Kind

KINDS: dict[str, Kind] = {
    "BooleanField": "boolean",
    "FloatField": "float",
    "DecimalField": "decimal",
    "DateField": "date",
    "DateTimeField": "datetime",
    "TimeField": "time",
    "DurationField": "duration",
    "UUIDField": "uuid",
    "JSONField": "json",
    "BinaryField": "binary",
    "FileField": "file",
}


def kind(field: Any) -> Kind:
    if field.remote_field:
        return kind(field.target_field)
    internal = field.get_internal_type()
    return KINDS.get(internal, "integer" if internal.endswith(("IntegerField", "AutoField")) else "text")


def of_field(field: Any) -> Field:
    from django.db import connection  # noqa: PLC0415 - it has no types, and no settings before main

    low, high = (
        connection.ops.integer_field_range(field.get_internal_type()) if kind(field) == "integer" else (None, None)
    )
    target = field.remote_field.model._meta if field.remote_field else None
    return Field(
        field.name,
        kind(field),
        column=field.column if field.column != field.name else "",
        null=field.null,
        optional=field.has_default() or field.primary_key,
        to=target.label_lower if target else "",
        to_field="" if target is None or field.target_field.primary_key else field.target_field.name,
        auto="now" if getattr(field, "auto_now", False) else "now_add" if getattr(field, "auto_now_add", False) else "",
        choices=tuple(value for value, _ in field.flatchoices),
        max_length=field.max_length or 0,
        minimum=None if target else low,
        maximum=None if target else high,
    )


def of_model(model: Any) -> Model:
    from django.db.models import UniqueConstraint  # noqa: PLC0415 - it has no types, and no settings before main

    meta = model._meta
    constraints = (
        tuple(each.fields) for each in meta.constraints if isinstance(each, UniqueConstraint) and not each.condition
    )
    return Model(
        label(meta),
        table=meta.db_table,
        pk=(meta.pk.name,),
        fields=tuple(map(of_field, meta.local_concrete_fields)),
        many=tuple(
            Many(each.name, label(each.related_model._meta), table=each.m2m_db_table())
            for each in meta.local_many_to_many
        ),
        generics=tuple(
            Generic(each.name, each.ct_field, each.fk_field)
            for each in meta.private_fields
            if hasattr(each, "ct_field")
        ),
        parents=tuple(label(parent._meta) for parent in meta.parents),
        unique=(
            *((each.name,) for each in meta.local_concrete_fields if each.unique and not each.primary_key),
            *map(tuple, meta.unique_together),
            *constraints,
        ),
    )


def label(meta: Any) -> str:
    return f"{meta.app_label}.{meta.model_name}"


def main(path: str) -> None:
    import django  # noqa: PLC0415 - it has no types, and no settings before main
    from django.apps import apps  # noqa: PLC0415 - it has no types, and no settings before main

    django.setup()
    known = schema.of(*(of_model(model) for model in apps.get_models()))
    rows = files.read(Path(path)).dataset.records
    used = {record.model for record in rows}
    dataset = Dataset(rows, schema.Schema({name: each for name, each in known.models.items() if name in used}))
    sys.stdout.write(sidecar.write(sidecar.build(dataset)))


if __name__ == "__main__":
    main(sys.argv[1])
