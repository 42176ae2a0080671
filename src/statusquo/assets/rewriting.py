"""Records with other values where their references stand, wherever in a field that is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from statusquo.assets.dataset import Json, Record
from statusquo.assets.references import Reference
from statusquo.assets.schema import Model


def put(record: Record, model: Model, new: Iterable[tuple[Reference, Json]]) -> Record:
    """The record with other values where some of its references stand."""
    pk, fields = record.pk, dict(record.fields)
    for reference, value in new:
        if reference.field == "pk":
            pk = value
        elif reference.field in model.pk:
            pk = _with(pk, (model.pk.index(reference.field),), value)
        if reference.field in fields:
            fields[reference.field] = _with(fields[reference.field], reference.at, value)
    return replace(record, pk=pk, fields=fields)


def drop(record: Record, model: Model, gone: Iterable[Reference]) -> Record:
    """The record without some of its references: out of lists, else empty in their place."""
    record = put(record, model, ((each, None) for each in gone if not (each.at and isinstance(each.at[-1], int))))
    fields = dict(record.fields)
    lists: dict[tuple[str, tuple[str | int, ...]], set[str | int]] = {}
    for each in gone:
        if each.at and isinstance(each.at[-1], int):
            lists.setdefault((each.field, each.at[:-1]), set()).add(each.at[-1])
    for (name, at), numbers in lists.items():
        fields[name] = _change(fields[name], at, lambda held: _left(held, numbers))  # noqa: B023 - asked at once
    return replace(record, fields=fields)


def _left(held: Json, numbers: Collection[str | int]) -> Json:
    return [each for number, each in enumerate(held) if number not in numbers] if isinstance(held, list) else held


def _with(held: Json, at: tuple[str | int, ...], value: Json) -> Json:
    """What is *held* with another value at a place within."""
    return _change(held, at, lambda _: value)


def _change(held: Json, at: tuple[str | int, ...], change: Callable[[Json], Json]) -> Json:
    """What is *held* with something else at a place within."""
    if not at:
        return change(held)
    match held, at[0]:
        case list(), int(number):
            return [_change(each, at[1:], change) if n == number else each for n, each in enumerate(held)]
        case dict(), str(key):
            return {**held, key: _change(held[key], at[1:], change)}
        case _:
            return held
