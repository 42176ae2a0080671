"""What a registry of Django's models says of them, as the facts of ``assets.schema``: of today's, or of history's.

No method of the project is called: parameters of a natural key's method are read, not the method run. The same facts
come out whatever database the project has, so that a lock does not change with it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, router
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.migrations.loader import MigrationLoader
from django.db.models import UniqueConstraint

from statusquo.assets import schema
from statusquo.assets.schema import Auto, Field, Generic, Many, Model, Schema
from statusquo.core.rows import Kind

_KINDS: dict[str, Kind] = {
    "ArrayField": "array",
    "BinaryField": "binary",
    "BooleanField": "boolean",
    "DateField": "date",
    "DateTimeField": "datetime",
    "DecimalField": "decimal",
    "DurationField": "duration",
    "FileField": "file",
    "FilePathField": "text",
    "FloatField": "float",
    "GenericIPAddressField": "text",
    "JSONField": "json",
    "SlugField": "text",
    "CharField": "text",
    "TextField": "text",
    "TimeField": "time",
    "UUIDField": "uuid",
}
_OWN_VALUES = ("from_db_value", "to_python", "get_prep_value", "get_db_prep_value", "value_to_string", "db_type")
"""Methods by which a field of a project makes values that only it can read."""
_NATURAL: dict[str, tuple[str, ...]] = {
    "contenttypes.contenttype": ("app_label", "model"),
    "auth.permission": ("codename", "content_type"),
}
"""Keys whose method is not there in a historical state, or takes more than the names of its fields."""


def of(apps: Any, alias: str = DEFAULT_DB_ALIAS) -> Schema:
    """The facts of all models of a registry that have a table of their own in a database."""
    return schema.of(*(of_model(model) for model in concrete(apps, alias)))


def concrete(apps: Any, alias: str = DEFAULT_DB_ALIAS) -> Iterator[Any]:
    """The models of a registry that have a table of their own in a database, as the project's routers say."""
    for each in apps.get_models():
        if not each._meta.proxy and not each._meta.swapped and router.allow_migrate_model(alias, each):
            yield each


def label(model: Any) -> str:
    """How a model is called in test data: by the name of the one that has the table."""
    return str(model._meta.concrete_model._meta.label_lower)


def leaves(loader: MigrationLoader, apps: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """By app, its last migrations; of all apps that have any, if none is named."""
    wanted, found = set(apps), dict[str, list[str]]()
    for app, name in sorted(loader.graph.leaf_nodes()):
        if not wanted or app in wanted:
            found.setdefault(app, []).append(name)
    return {app: tuple(names) for app, names in found.items()}


def of_model(model: Any) -> Model:
    """The facts of one model."""
    meta = model._meta
    key = meta.pk_fields if hasattr(meta, "pk_fields") else [meta.pk]
    return Model(
        label(model),
        table=meta.db_table,
        pk=tuple(each.name for each in key),
        fields=tuple(map(of_field, meta.local_concrete_fields)),
        many=tuple(map(_many, meta.local_many_to_many)),
        generics=tuple(_generics(meta.private_fields)),
        parents=tuple(label(each) for each in meta.parents if each is not None),
        unique=tuple(_unique(meta)),
        natural=_natural(model),
        managed=meta.managed,
    )


def of_field(field: Any) -> Field:
    """The facts of one column."""
    value = _valued(field)
    what = kind(field)
    low, high = _range(value) if what == "integer" and not field.remote_field else (None, None)
    reference = field.remote_field
    key = field.target_field if reference else None
    return Field(
        field.name,
        what,
        column=field.column if field.column != field.name else "",
        null=field.null,
        optional=field.has_default() or field.primary_key or field.has_db_default(),
        to=label(reference.model) if reference else "",
        to_field="" if key is None or key.primary_key else key.name,
        constrained=getattr(field, "db_constraint", True),
        auto=_auto(field),
        generated=bool(getattr(field, "generated", False)),
        choices=tuple(value for value, _ in field.flatchoices if isinstance(value, str | int)),
        max_length=_length(field) if what in {"text", "file", "other"} else 0,
        places=value.decimal_places or 0 if what == "decimal" else 0,
        zone="" if settings.USE_TZ or what != "datetime" else settings.TIME_ZONE,
        minimum=low,
        maximum=high,
    )


def kind(field: Any) -> Kind:
    """What the values of a field are; ``other`` if only the project's own code can read them."""
    value = _valued(field)
    if any(_is_foreign(value, name) for name in _OWN_VALUES):
        return "other"
    internal = value.get_internal_type()
    if internal == "ArrayField" and kind(value.base_field) in {"other", "json", "binary"}:
        return "other"
    return _KINDS.get(internal, "integer" if internal.endswith(("IntegerField", "AutoField")) else "other")


def _valued(field: Any) -> Any:
    """The field whose values a column holds: of a reference, the key that it means; of a computed one, its result."""
    if field.remote_field:
        return _valued(field.target_field)
    return field.output_field if getattr(field, "generated", False) else field


def _is_foreign(field: Any, name: str) -> bool:
    method = getattr(type(field), name, None)
    return method is not None and not str(method.__module__).startswith("django.")


def _auto(field: Any) -> Auto:
    if getattr(field, "auto_now", False):
        return "now"
    return "now_add" if getattr(field, "auto_now_add", False) else ""


def _length(field: Any) -> int:
    """How long its text may be; a UUID's 32 is of the column that some databases have for it."""
    return field.max_length if isinstance(field.max_length, int) else 0


def _range(field: Any) -> tuple[int | None, int | None]:
    found: Mapping[str, tuple[int, int]] = BaseDatabaseOperations.integer_field_ranges
    return found.get(field.get_internal_type(), (None, None))


def _many(field: Any) -> Many:
    through = field.remote_field.through
    if not through._meta.auto_created:
        return Many(field.name, label(field.related_model), through=label(through))
    return Many(
        field.name,
        label(field.related_model),
        table=through._meta.db_table,
        source=field.m2m_column_name(),
        target=field.m2m_reverse_name(),
        symmetrical=bool(field.remote_field.symmetrical),
    )


def _generics(fields: Iterable[Any]) -> Iterator[Generic]:
    """Those whose fields are the model's own; a historical state has none."""
    return (Generic(each.name, each.ct_field, each.fk_field) for each in fields if hasattr(each, "ct_field"))


def _unique(meta: Any) -> Iterator[tuple[str, ...]]:
    for each in meta.local_concrete_fields:
        if each.unique and not each.primary_key:
            yield (each.name,)
    own = {each.name for each in meta.local_concrete_fields}
    yield from (tuple(each) for each in meta.unique_together if own.issuperset(each))
    for each in meta.constraints:
        if isinstance(each, UniqueConstraint) and each.fields and not each.condition and own.issuperset(each.fields):
            yield tuple(each.fields)


def _natural(model: Any) -> tuple[str, ...]:
    """The fields that ``get_by_natural_key`` asks for by their names; nothing if there is no such method."""
    known = _NATURAL.get(label(model))
    if known:
        return known
    ask = getattr(model._default_manager, "get_by_natural_key", None)
    if ask is None or not hasattr(model, "natural_key"):
        return ()
    if getattr(ask, "__module__", "") == "django.contrib.auth.base_user":
        return (model.USERNAME_FIELD,)
    names = tuple(inspect.signature(ask).parameters)
    own = {each.name for each in model._meta.local_concrete_fields}
    return names if own.issuperset(names) else ()
