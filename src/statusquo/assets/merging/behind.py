"""Rows that a branch made before migrations which the other has: no merge takes them through these. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from statusquo.assets import references
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.sidecar import Lock


@dataclass(frozen=True, slots=True)
class Side:
    """What a branch made of the base, or the base; and how it is called."""

    name: str
    dataset: Dataset
    lock: Lock | None

    def leaves(self, app: str) -> frozenset[str]:
        """The last migrations of an app in its state."""
        return frozenset(self.lock.migrations.get(app, ()) if self.lock else ())


def told(base: Side, ours: Side, theirs: Side) -> Iterator[str]:
    """A line for each app in which a side has changed rows, and lacks migrations of the other."""
    for side, other in ((ours, theirs), (theirs, ours)):
        apps = {app for app in (other.lock.migrations if other.lock else ()) if side.leaves(app)}
        behind = {app for app in apps if other.leaves(app) not in (side.leaves(app), base.leaves(app))}
        for app in sorted(behind & _changed(base.dataset, side.dataset)) if behind else ():
            missing = ", ".join(sorted(other.leaves(app) - side.leaves(app)))
            yield (
                f"{app}: rows that {side.name} changed have not been through {missing}. Carry them first, with "
                "'statusquo migrate-data' on that branch, and merge again; or look at them."
            )


def _changed(before: Dataset, after: Dataset) -> set[str]:
    """The apps that rows came to, or were changed in."""
    held = {_name(each): each.fields for each in before.records}
    return {each.app for each in after.records if held.get(_name(each)) != each.fields}


def _name(record: Record) -> tuple[str, str]:
    return record.model, references.key_text(record.pk)
