"""What the database has already of the models that rows belong to and refer to, and keys for rows without one.

One statement for each model, when it is first asked for: its key, and what else rows are found by or must not share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from statusquo.assets.dataset import Place, Record
from statusquo.assets.loading import tables
from statusquo.assets.loading.sheets import Held
from statusquo.assets.schema import Model, Schema
from statusquo.core.rows import Rows

_PLACE = Place("the database")


@dataclass(frozen=True, slots=True)
class Present:
    """The rows that are there, as far as others are found by them."""

    schema: Schema
    rows: Rows
    _read: dict[str, tuple[Record, ...]] = field(default_factory=dict)

    def records(self, label: str) -> tuple[Record, ...]:
        """The rows of a model, with their key and the fields of ``names``. Raises StoreError."""
        if label not in self._read:
            model = self.schema.get(label)
            self._read[label] = tuple(self._records(model)) if model and model.table else ()
        return self._read[label]

    def names(self, model: Model) -> tuple[str, ...]:
        """The fields that rows of the model are found by, and must not share; the key first."""
        looked_at = {
            each.to_field for other in self.schema.models.values() for each in other.fields if each.to == model.label
        }
        wanted = (*model.pk, *model.natural, *(name for names in model.unique for name in names), *sorted(looked_at))
        return tuple(name for name in dict.fromkeys(wanted) if model.field(name))

    def _records(self, model: Model) -> Sequence[Record]:
        names = self.names(model)
        keys = len(model.pk)
        table = tables.of(model, names)
        return [
            Record(model.label, row[0] if keys == 1 else list(row[:keys]), dict(zip(names, row, strict=True)), _PLACE)
            for row in self.rows.read(table)
        ]


def hashable(key: Held) -> object:
    """The key as a member of a set."""
    return tuple(map(hashable, key)) if isinstance(key, list) else key
