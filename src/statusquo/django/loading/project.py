"""What Django's models know beyond their facts: defaults, fields of the project's own, methods of natural keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.apps.registry import Apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils import timezone

from statusquo.assets import moments, values
from statusquo.assets.loading import clean
from statusquo.assets.loading.clean import Cleaner
from statusquo.assets.loading.sheets import ABSENT, Held
from statusquo.assets.schema import Field, Model
from statusquo.core import rows
from statusquo.core.rows import Json

_BY_ITSELF = frozenset({"GenericIPAddressField"})
"""Fields that make another text of a text."""
_ERRORS = (ValidationError, ValueError, TypeError, ArithmeticError)


class DjangoProject:
    """The models of a registry, today's or history's, over one connection."""

    def __init__(self, apps: Apps, connection: Any) -> None:
        self._apps = apps
        self._connection = connection

    def cleaner(self, model: Model, field: Field) -> Cleaner:
        """By the kind of the field; by the field itself if only it can read its values."""
        own = self._field(model, field)
        if field.kind in {"other", "array"} or own.get_internal_type() in _BY_ITSELF:
            return _by_itself(own, self._connection)
        return _local if field.kind == "datetime" and not field.zone else clean.cleaner(field)

    def default(self, model: Model, field: Field) -> Held:
        """What Django gives a new instance; a default of the database is left to it."""
        own = self._field(model, field)
        if own.has_db_default() and not own.has_default():
            return ABSENT
        found = own.get_default()
        if found is None or field.kind != "other":
            return rows.plain(found)
        text: Json = own.value_to_string(SimpleNamespace(**{own.attname: found}))
        return text

    def find(self, model: Model, natural: Sequence[Json]) -> Json:
        """The row that the model's manager finds."""
        manager = self._apps.get_model(model.label)._default_manager.db_manager(self._connection.alias)
        if not hasattr(manager, "get_by_natural_key"):
            return None
        try:
            return rows.plain(manager.get_by_natural_key(*natural).pk)
        except (ObjectDoesNotExist, *_ERRORS):
            return None

    def prepared(self, model: Model, field: Field, value: object) -> Json:
        """A value of an instance as its column gets it."""
        if field.kind not in {"other", "array"}:
            return self.cleaner(model, field)(rows.plain(value))
        found: Json = _spelt(self._field(model, field).get_db_prep_save(value, self._connection), self._connection)
        return found

    def _field(self, model: Model, field: Field) -> Any:
        return self._apps.get_model(model.label)._meta.get_field(field.name)


def _local(value: Json) -> Json:
    """A moment; one without a zone is in the project's, as Django takes it."""
    moment = moments.parse(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo:
        return _MOMENT(value)
    return _MOMENT(timezone.make_aware(moment, timezone.get_default_timezone()).isoformat())


_MOMENT = clean.cleaner(Field("", "datetime"))


def _by_itself(own: Any, connection: Any) -> Cleaner:
    def cleaned(value: Json) -> Json:
        try:
            found: Json = _spelt(own.get_db_prep_save(own.to_python(value), connection), connection)
            return found
        except _ERRORS as error:
            told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise ValueError(f"is {values.compact(value)[:40]}, which {own.name} does not take: {told}") from None

    return cleaned


def _spelt(value: Any, connection: Any) -> Any:
    """A value of the driver as the database reads it in text."""
    if value is None or isinstance(value, str | int | float):
        return value
    if connection.vendor != "postgresql" or isinstance(value, datetime):
        return bytes(value) if isinstance(value, memoryview) else value
    from psycopg.adapt import PyFormat, Transformer  # noqa: PLC0415 - a project may have another driver

    return bytes(Transformer(connection.connection).get_dumper(value, PyFormat.TEXT).dump(value) or b"").decode()
