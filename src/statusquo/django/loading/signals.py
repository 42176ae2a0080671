"""The signals of a load, as ``loaddata`` has them, with ``raw=True``; but for all rows of a model before any is
written, and for all again after. What receivers of ``pre_save`` change is what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import django
from django.apps import apps
from django.db.models import signals

from statusquo.assets.dataset import Record
from statusquo.assets.loading.steps import Put, Step
from statusquo.assets.schema import Field, Model
from statusquo.core.rows import Json
from statusquo.core.writing import Row
from statusquo.django.loading.project import DjangoProject

_M2M_RAW: Mapping[str, bool] = {"raw": True} if django.VERSION >= (6, 1) else {}
"""Django 6.1 began to tell receivers of ``m2m_changed``."""


def receivers(labels: Iterable[str]) -> tuple[str, ...]:
    """Who would be told of rows of these models, by ``module.function``."""
    found: dict[str, None] = {}
    for model in map(apps.get_model, sorted(labels)):
        listening = [(signal, model) for signal in (signals.pre_save, signals.post_save)]
        listening += ((signals.m2m_changed, each.remote_field.through) for each in model._meta.local_many_to_many)
        for signal, sender in listening:
            for each in (receiver for group in live(signal, sender) for receiver in group):
                found[f"{each.__module__}.{getattr(each, '__qualname__', type(each).__qualname__)}"] = None
    return tuple(found)


@dataclass(slots=True)
class Raw:
    """Sends the signals of a load into one database."""

    using: str
    project: DjangoProject
    _sent: dict[tuple[str, str], Any] = field(default_factory=dict)
    """The instances by model and key: receivers of ``m2m_changed`` get them too."""

    @contextmanager
    def around(self, step: Step) -> Iterator[Step]:
        """Tell before and after."""
        if step.many is not None:
            with self._pairs(step):
                yield step
        elif isinstance(step, Put) and step.records and self._is_heard(step.model):
            yield from self._rows(step)
        else:
            yield step

    def _is_heard(self, model: Model) -> bool:
        own = apps.get_model(model.label)
        heard = any(signal.has_listeners(own) for signal in (signals.pre_save, signals.post_save))
        return heard or any(
            signals.m2m_changed.has_listeners(each.remote_field.through) for each in own._meta.local_many_to_many
        )

    def _rows(self, put: Put) -> Iterator[Step]:
        model = apps.get_model(put.model.label)
        fields = [_field_of(put.model, column.name) for column in put.table.columns]
        told = {"sender": model, "raw": True, "using": self.using, "update_fields": None}
        instances = [_instance(model, fields, *each) for each in zip(put.rows, put.records, strict=True)]
        written: list[Row] = []
        for row, instance in zip(put.rows, instances, strict=True):
            before = _values(instance, fields)
            signals.pre_save.send(instance=instance, **told)
            after = _values(instance, fields)
            cells = zip(fields, before, after, row, strict=True)
            written.append(row if after == before else [self._cell(put.model, *each) for each in cells])
        yield replace(put, rows=written)
        for row, instance in zip(written, instances, strict=True):
            instance._state.db, instance._state.adding = self.using, False  # noqa: SLF001 - as save_base does
            signals.post_save.send(instance=instance, created=not put.is_there, **told)
            self._sent[put.model.label, _key(put.model, fields, row)] = instance

    def _cell(self, model: Model, /, *each: Any) -> Json:
        """What is written of a field: what it held, unless a receiver has set something else."""
        own, before, after, held = each
        if after == before or after is None:
            return None if after is None else held
        return self.project.prepared(model, own, after)

    @contextmanager
    def _pairs(self, step: Step) -> Iterator[None]:
        own = apps.get_model(step.model.label)._meta.get_field(step.many.name if step.many else "")
        if not signals.m2m_changed.has_listeners(own.remote_field.through):
            yield
            return
        verb = "add" if isinstance(step, Put) else "remove"
        by_owner: dict[str, set[Json]] = {}
        for source, target in step.rows:
            if not (step.many and step.many.symmetrical and source in by_owner.get(str(target), ())):
                by_owner.setdefault(str(source), set()).add(target)
        self._tell(step, own, f"pre_{verb}", by_owner)
        yield
        self._tell(step, own, f"post_{verb}", by_owner)

    def _tell(self, step: Step, own: Any, action: str, by_owner: Mapping[str, set[Json]]) -> None:
        for key, targets in by_owner.items():
            instance = self._sent.get((step.model.label, key))
            if instance is not None:
                signals.m2m_changed.send(
                    sender=own.remote_field.through,
                    action=action,
                    instance=instance,
                    reverse=False,
                    model=own.remote_field.model,
                    pk_set=set(targets),
                    using=self.using,
                    **_M2M_RAW,
                )


def live(signal: Any, sender: Any) -> Sequence[Sequence[Any]]:
    """Django has no public way to ask; ``tests/django/test_load_signals.py`` would notice."""
    found: Sequence[Sequence[Any]] = signal._live_receivers(sender)  # noqa: SLF001 - see above
    return found


def _instance(model: Any, fields: Sequence[Field], row: Row, record: Record) -> Any:
    values = {}
    for each, held in zip(fields, row, strict=True):
        own = model._meta.get_field(each.name)
        value = record.fields.get(each.name, held) if each.kind == "other" else held
        values[own.attname] = (own.target_field if each.to else own).to_python(value)
    return model(**values)


def _values(instance: Any, fields: Sequence[Field]) -> list[object]:
    return [getattr(instance, instance._meta.get_field(each.name).attname) for each in fields]


def _field_of(model: Model, column: str) -> Field:
    return next(each for each in model.fields if (each.column or each.name) == column)


def _key(model: Model, fields: Sequence[Field], row: Row) -> str:
    """The key of a row, for those that have one field."""
    return next((str(held) for each, held in zip(fields, row, strict=True) if each.name == model.pk[0]), "")
