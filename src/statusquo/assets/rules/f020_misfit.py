"""F020: a row does not fit the facts of its model: unknown or missing field, wrong type, bad choice, too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal, InvalidOperation
from uuid import UUID

from statusquo.assets import moments, values
from statusquo.assets.dataset import Json, Record
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.assets.schema import Field, Model
from statusquo.core import graph
from statusquo.core.finding import Finding
from statusquo.core.rows import Kind


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each field that does not fit. Nothing is said where there are no facts at all."""
    schema = subject.dataset.schema
    for record in subject.dataset.records if schema.models else ():
        model = schema.get(record.model)
        if model is None:
            yield finding("F020", "error", record, "is of a model that the lock does not know.", hint=_AGAIN)
        else:
            yield from _check(record, model)


_AGAIN = "'statusquo migrate-data' carries the data forward; 'statusquo dump' takes them anew."


def _check(record: Record, model: Model) -> Iterator[Finding]:
    known = {*(each.name for each in model.fields), *(each.name for each in model.many)}
    for name in record.fields:
        if name not in known:
            message = f"has a field {name!r} that its model has not."
            near = graph.did_you_mean(name, known)
            yield finding("F020", "error", record, message, field=name, hint=near)
    for field in model.fields:
        problem = _problem(record, model, field)
        if problem:
            yield finding("F020", "error", record, f"{problem}.", field=field.name)
    for many in model.many:
        if not isinstance(record.fields.get(many.name, []), list):
            yield finding("F020", "error", record, "is not a list of rows.", field=many.name)


def _problem(record: Record, model: Model, field: Field) -> str:
    if field.name not in record.fields:
        needed = not (
            field.optional or field.null or field.generated or field.kind in {"text", "file"} or field.name in model.pk
        )
        return "is missing" if needed else ""
    value = record.fields[field.name]
    if value is None:
        return "" if field.null or field.kind == "json" else "is empty, and may not be"
    if field.to and isinstance(value, list):
        return ""
    if not _fits(value, field.kind):
        return f"is {values.compact(value)[:40]}, which is no {field.kind}"
    return _limits(value, field)


def _limits(value: Json, field: Field) -> str:
    if field.choices and value not in field.choices:
        return f"is {values.compact(value)[:40]}, not one of {', '.join(map(str, field.choices))}"
    length = field.max_length if field.kind != "uuid" else 0
    if length and isinstance(value, str) and len(value) > length:
        return f"has {len(value)} characters, more than {field.max_length}"
    if isinstance(value, int):
        if field.minimum is not None and value < field.minimum:
            return f"is {value}, less than {field.minimum}"
        if field.maximum is not None and value > field.maximum:
            return f"is {value}, more than {field.maximum}"
    return ""


_TEXTS = {"date": date.fromisoformat, "time": time.fromisoformat, "uuid": UUID, "decimal": Decimal}


def _fits(value: Json, kind: Kind) -> bool:
    if isinstance(value, str) and kind in _TEXTS:
        try:
            _TEXTS[kind](value)
        except (ValueError, InvalidOperation):
            return False
        return True
    if isinstance(value, str) and kind in {"datetime", "integer"}:
        return moments.parse(value) is not None if kind == "datetime" else value.lstrip("-").isdecimal()
    plain: dict[str, tuple[type, ...]] = {
        "integer": (int,),
        "boolean": (bool,),
        "float": (float, int),
        "decimal": (float, int),
        "text": (str, int, float),
        "file": (str,),
        "duration": (str,),
        "binary": (str,),
        "literal": (str, int, float),
    }
    if kind in {"json", "other", "array"}:
        return True
    return isinstance(value, plain.get(kind, ())) and (kind == "boolean" or not isinstance(value, bool))


RULE = Rule("F020", "row does not fit its model", check)
