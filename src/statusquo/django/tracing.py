"""Notes which rows Django loads as instances, into a file that ``statusquo prune --unused`` and ``lint`` read.

It listens at ``Model.from_db``, which Django documents as the place where every instance comes from that a query loads.
A fixture that is loaded makes its instances otherwise, so that does not count as reading. Rows that are only counted,
or read as values, are not seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.models import Model

from statusquo.assets import trace

_CHUNK = 500
"""Rows that are written at once: a write of this size to the end of a file is not mixed with another process's."""


class Recorder:
    """The rows that were loaded in this process."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], object] = {}

    def note(self, instance: Model) -> None:
        """Note a row, and those of the tables that its model inherits from."""
        self._note(
            type(instance)._meta.concrete_model, [each.attname for each in type(instance)._meta.pk_fields], instance
        )
        for parent in type(instance)._meta.get_parent_list():
            link = type(instance)._meta.get_ancestor_link(parent)
            if link is not None:
                self._note(parent, [link.attname], instance)

    def write(self, path: Path) -> None:
        """Append what was noted to a file."""
        rows = [(model, pk) for (model, _), pk in self._rows.items()]
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            for start in range(0, len(rows), _CHUNK):
                os.write(file, trace.write(rows[start : start + _CHUNK]).encode())
        finally:
            os.close(file)

    def _note(self, model: type[Model], names: list[str], instance: Model) -> None:
        held = instance.__dict__  # asking for a deferred field would be a query
        if all(name in held for name in names):
            values = [held[name] for name in names]
            meta = model._meta
            self._rows[f"{meta.app_label}.{meta.model_name}", repr(values)] = values if len(values) > 1 else values[0]


@contextmanager
def recording() -> Iterator[Recorder]:
    """Note all instances that are loaded in this block."""
    recorder, original = Recorder(), Model.__dict__["from_db"]

    def from_db(cls: type[Model], db: str, field_names: Any, values: Any) -> Any:
        instance = original.__func__(cls, db, field_names, values)
        recorder.note(instance)
        return instance

    Model.from_db = classmethod(from_db)
    try:
        yield recorder
    finally:
        Model.from_db = original
