"""What one test is given of shared objects: each once, and what hung together hangs together. ``handing`` asks."""

from __future__ import annotations

import copy
from typing import Any

from django.db.models import Model, QuerySet
from django.test import RequestFactory


class Copies:
    """Copies with one memo."""

    def __init__(self) -> None:
        self._memo: dict[int, Any] = {}

    def of(self, value: object) -> object:
        """The copy of a value. Raises whatever its parts raise that cannot be copied: a lock, a generator, a socket."""
        if isinstance(value, RequestFactory):
            raise TypeError("a client is what it is connected to")
        memo = dict(self._memo)
        copied = copy.deepcopy(value, memo)
        self._memo = memo
        return copied


class Refetched:
    """New instances, one for each row."""

    def __init__(self) -> None:
        self._rows: dict[tuple[type[Model], str, object], Model] = {}

    def of(self, value: object) -> object:
        """The value with each instance in it read again; looks into lists, tuples, sets and dictionaries.

        Raises ObjectDoesNotExist.
        """
        if isinstance(value, Model):
            return self._read(value)
        if isinstance(value, QuerySet):
            return value.all()
        if isinstance(value, dict):
            return type(value)((key, self.of(each)) for key, each in value.items())
        if isinstance(value, tuple) and hasattr(value, "_make"):
            return value._make(self.of(each) for each in value)
        if isinstance(value, list | tuple | set | frozenset):
            return type(value)(self.of(each) for each in value)
        return value

    def _read(self, instance: Model) -> Model:
        key = (type(instance), instance._state.db, instance.pk)  # noqa: SLF001 - documented, in spite of its name
        if key not in self._rows:
            self._rows[key] = type(instance)._base_manager.using(key[1]).get(pk=key[2])
        return self._rows[key]
