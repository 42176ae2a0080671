"""What only a live project knows of its models, as a protocol, and what the facts alone say in its place. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from statusquo.assets.loading import clean
from statusquo.assets.loading.clean import Cleaner
from statusquo.assets.loading.sheets import ABSENT, Held
from statusquo.assets.schema import Field, Model
from statusquo.core.rows import Json


class Project(Protocol):
    """Asked for what a lock does not hold: code."""

    def cleaner(self, model: Model, field: Field) -> Cleaner:
        """What makes a value of a file one of the column; raises ValueError with half a sentence."""

    def default(self, model: Model, field: Field) -> Held:
        """What a row gets that says nothing of the field: ABSENT leaves it to the database."""

    def find(self, model: Model, natural: Sequence[Json]) -> Json:
        """The key of the row in the database that a natural key names, by a method of the project; None: no such row.

        Asked only for models whose natural key is not among the facts.
        """


class FactsAlone:
    """A project of which nothing is known but the facts."""

    def cleaner(self, model: Model, field: Field) -> Cleaner:
        """By the kind of the field."""
        return clean.cleaner(field)

    def default(self, model: Model, field: Field) -> Held:
        """Empty where that is allowed; what else a default is, only code knows: the database may have one."""
        if field.null:
            return None
        if field.optional:
            return ABSENT
        return "" if field.kind in {"text", "file"} and not field.to else None

    def find(self, model: Model, natural: Sequence[Json]) -> Json:
        """Nothing is found without code."""
        return None
