"""References that no database knows of and the project declares: plain numbers, texts, and places within JSON. Pure.

``[assets.references]`` says them as ``"shop.event.payload.items.*.id" = "shop.item"``: a field, or a path in its JSON,
and the model whose key it holds, or the field of that model. The facts of the models take them over, and so the lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from statusquo.assets.formats import entry
from statusquo.assets.schema import Declared, Model, Schema
from statusquo.core import graph
from statusquo.core.errors import ConfigError

References = Mapping[str, str]
_PARTS = 3
"""app, model, field: what a reference has at least."""


def apply(schema: Schema, said: References) -> Schema:
    """The facts with these references in place of those that were declared before.

    Models that are not known are none of these data's. Raises ConfigError for what means no field.
    """
    found: dict[str, list[Declared]] = {}
    for source, target in sorted(said.items()):
        label, declared = _read(source, target)
        model = schema.get(label)
        if model:
            what, near = _problem(schema, model, declared)
            if what:
                raise _wrong(source, target, what, near)
            found.setdefault(label, []).append(declared)
    models = {
        label: replace(model, declared=tuple(found.get(label, ()))) if model.declared or label in found else model
        for label, model in schema.models.items()
    }
    return Schema(models)


def _read(source: str, target: str) -> tuple[str, Declared]:
    parts, aims = source.split("."), target.split(".")
    if len(parts) < _PARTS or len(aims) not in (_PARTS - 1, _PARTS) or not all((*parts, *aims)):
        raise _wrong(source, target, "expected app.model.field, or a path below it, and app.model, or a field of it")
    declared = Declared(parts[2], tuple(parts[3:]), entry.label(".".join(aims[:2])), "".join(aims[2:]))
    return entry.label(".".join(parts[:2])), declared


def told(schema: Schema) -> Iterable[str]:
    """The references that facts have, as they are declared."""
    for label, model in schema.models.items():
        for each in model.declared:
            yield ".".join((label, each.field, *each.path))


def _problem(schema: Schema, model: Model, declared: Declared) -> tuple[str, str]:
    """Why the reference cannot be, and what may have been meant; empty if it can."""
    field, aim = model.field(declared.field), schema.get(declared.to)
    if field is None or field.name in model.pk or field.to:
        names = [each.name for each in model.fields if not each.to and each.name not in model.pk]
        return f"{model.label} has no plain field {declared.field!r}", graph.did_you_mean(declared.field, names)
    if declared.path and field.kind not in {"json", "other"}:
        return f"{model.label}.{field.name} is no JSON, so there is nothing below it", ""
    if aim and declared.to_field and not aim.field(declared.to_field):
        near = graph.did_you_mean(declared.to_field, [each.name for each in aim.fields])
        return f"{aim.label} has no field {declared.to_field!r}", near
    return "", ""


def _wrong(source: str, target: str, what: str, next: str = "") -> ConfigError:
    return ConfigError(f'assets.references: "{source}" = "{target}": {what}.', next=next)
