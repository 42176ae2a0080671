"""What test data are, as values: records of models, and where each stands in which file.

Everything in this room speaks of these. Values are JSON's own, read once and never changed in place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from statusquo.assets.schema import Schema
from statusquo.core.rows import Json

__all__ = ["Dataset", "Json", "Order", "Place", "Record"]

Order = Literal["alphabetical", "loadable"]
"""How models follow each other in canonical files: by label, or each after those it refers to."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, counted from 1; line 0 is the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its model as ``app.model``, its key, its fields as the file has them.

    ``pk`` is None where a file names rows by natural key alone, and a list for a key of several columns. ``label`` is
    the name that an author gave the row.
    """

    model: str
    pk: Json
    fields: Mapping[str, Json]
    place: Place = field(default=Place(""), compare=False)
    label: str = ""

    @property
    def app(self) -> str:
        """The first half of the model's label."""
        return self.model.partition(".")[0]

    @property
    def subject(self) -> str:
        """The row for people and for waivers: ``app.model:pk``, or ``app.model:@label``."""
        if self.label:
            return f"{self.model}:@{self.label}"
        return self.model if self.pk is None else f"{self.model}:{_shown(self.pk)}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Records, and what is known of their models: nothing at all (``Schema()``) where there is no lock."""

    records: tuple[Record, ...] = ()
    schema: Schema = field(default_factory=Schema)
    order: Order = "alphabetical"

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each model has, by label."""
        return dict(sorted(Counter(record.model for record in self.records).items()))

    def by_model(self) -> dict[str, tuple[Record, ...]]:
        """The records of each model, in their order."""
        models: dict[str, list[Record]] = {}
        for record in self.records:
            models.setdefault(record.model, []).append(record)
        return {label: tuple(records) for label, records in models.items()}

    def having(self, records: Iterable[Record]) -> Dataset:
        """The same dataset with other records."""
        return replace(self, records=tuple(records))


def _shown(pk: Json) -> str:
    return ",".join(_shown(part) for part in pk) if isinstance(pk, list) else str(pk)
