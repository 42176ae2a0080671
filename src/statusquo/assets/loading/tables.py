"""The tables of models: what is read and written of some of their fields. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from statusquo.assets import reading
from statusquo.assets.schema import Field, Model
from statusquo.core.rows import Table


def of(model: Model, names: Iterable[str]) -> Table:
    """The table of a model with the columns of these fields."""
    found = [each for name in names for each in (model.field(name),) if each]
    return Table(model.table, tuple(map(reading.column, found)), reading.table(model).key)


def key_field(model: Model) -> Field | None:
    """The field that is its key; None if several are."""
    return model.field(model.pk[0]) if len(model.pk) == 1 else None
