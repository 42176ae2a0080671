"""What changed in a store since a baseline, as values that every report can show. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["inserted", "updated", "deleted"]
Image = Mapping[str, str | None]
"""The fields of a row, key or file as text; ``None`` is SQL's NULL."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row, counter, key or file that is not as the baseline has it.

    ``group`` is the table (``public.issue``), ``sequences``, the key space (``db0``) or the folder;
    ``item`` names the thing in it (``id=3``, a key, a path). An inserted item has no ``before``, a deleted one
    no ``after``.
    """

    kind: Kind
    group: str
    item: str
    before: Image | None = None
    after: Image | None = None


@dataclass(frozen=True, slots=True)
class Diff:
    """All changes of one store since a baseline, ordered by group and item.

    ``omitted`` counts changes left out because there were too many to show; they are changes all the same.
    """

    store: str
    changes: tuple[Change, ...] = ()
    omitted: int = 0

    @property
    def is_empty(self) -> bool:
        """True when the store is as the baseline has it."""
        return not self.changes and not self.omitted


@dataclass(frozen=True, slots=True)
class Field:
    """One field that differs between two images of the same item."""

    name: str
    before: str | None = field(default=None)
    after: str | None = field(default=None)


def compare_images(before: Image, after: Image) -> tuple[Field, ...]:
    """The fields that differ, in the order of *before*, then those only *after* has."""
    names = [*before, *(name for name in after if name not in before)]
    return tuple(
        Field(name, before.get(name), after.get(name))
        for name in names
        if (name in before, before.get(name)) != (name in after, after.get(name))
    )


def compare_items(group: str, before: Mapping[str, Image], after: Mapping[str, Image]) -> tuple[Change, ...]:
    """The changes that lead from *before* to *after*, both keyed by item, ordered by item."""
    changes: list[Change] = []
    for item in sorted({*before, *after}):
        old, new = before.get(item), after.get(item)
        if old is None and new is not None:
            changes.append(Change("inserted", group, item, None, new))
        elif new is None and old is not None:
            changes.append(Change("deleted", group, item, old, None))
        elif old is not None and new is not None and dict(old) != dict(new):
            changes.append(Change("updated", group, item, old, new))
    return tuple(changes)
