"""What a test changed of objects in memory, by attribute. ``handing`` looks before and after.

The attributes of instances count, the relations that they have loaded, and what lists and dictionaries hold.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Model, QuerySet

Picture = Mapping[str, object]
"""Each attribute by the path that leads to it: ``site.address.city``, ``sites[0].name``."""

_ABSENT = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute that is not what it was."""

    path: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path} was {self.before} and is {self.after}"


def picture(name: str, value: object) -> Picture:
    """What can be seen of the value now."""
    return dict(_walk(name, value, set()))


def changes(before: Picture, after: Picture) -> tuple[Change, ...]:
    """What is not as it was; of what came or went as a whole, the whole."""
    changed: list[str] = []
    for path in dict.fromkeys((*before, *after)):
        wholes = tuple(whole + separator for whole in changed for separator in ".[")
        if not _is_same(before, after, path) and not path.startswith(wholes):
            changed.append(path)
    return tuple(Change(path, _text(before, path), _text(after, path)) for path in changed)


def _walk(path: str, value: object, seen: set[int]) -> Iterator[tuple[str, object]]:
    if isinstance(value, Model):
        if id(value) in seen:
            return
        seen.add(id(value))
        yield path, (type(value).__name__, value.pk)
        yield from _attributes(path, value, seen)
    elif isinstance(value, dict):
        yield f"list({path})", list(value)
        for key, each in value.items():
            yield from _walk(f"{path}[{key!r}]", each, seen)
    elif isinstance(value, list | tuple):
        yield f"len({path})", len(value)
        for index, each in enumerate(value):
            yield from _walk(f"{path}[{index}]", each, seen)
    elif isinstance(value, QuerySet):
        yield path, None if value._result_cache is None else [row.pk for row in value._result_cache]  # noqa: SLF001
    else:
        yield path, copy.copy(value) if isinstance(value, set | bytearray) else value


def _attributes(path: str, instance: Model, seen: set[int]) -> Iterator[tuple[str, object]]:
    for name, value in vars(instance).items():
        if name not in {"_state", "_prefetched_objects_cache"}:
            yield from _walk(f"{path}.{name}", value, seen)
    loaded = {**instance._state.fields_cache, **getattr(instance, "_prefetched_objects_cache", {})}  # noqa: SLF001
    for name, value in loaded.items():
        yield from _walk(f"{path}.{name}", value, seen)


def _is_same(before: Picture, after: Picture, path: str) -> bool:
    if (path in before) is not (path in after):
        return False
    old, new = before[path], after[path]
    try:
        return old is new or bool(old == new)
    except Exception:
        return False


def _text(shown: Picture, path: str) -> str:
    return repr(shown[path]) if path in shown else _ABSENT
