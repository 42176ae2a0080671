"""Reads YAML event by event, which is what gives rows their lines and keeps anchors from exploding.

The only module that imports PyYAML. Scalars are resolved by its SafeLoader, so they mean what they mean to Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, cast

import yaml

from statusquo.assets import moments, values
from statusquo.assets.dataset import Json, Place, Record
from statusquo.assets.formats import entry
from statusquo.core.errors import DatasetError

_LARGEST = 100_000
"""Values that aliases may add to a file; more is a bomb, or should be data."""
_MERGE = object()
"""The key ``<<``, whose table is laid under the one it stands in."""
_SCALARS = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "timestamp", "merge")}


def read(text: str, file: str) -> Iterator[Record]:
    """The rows of the one list that the file is, each with its line. Raises DatasetError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        yield from _Reader(cast("_Loader", loader), file).records()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise entry.wrong(Place(file, line), f"not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise entry.wrong(Place(file), f"not YAML: {str(error).splitlines()[0]}") from None
    finally:
        loader.dispose()


class _Loader(Protocol):
    """The part of a PyYAML loader that is used here; its own stubs leave it untyped."""

    def check_event(self, *kinds: type[yaml.Event]) -> bool: ...
    def get_event(self) -> yaml.NodeEvent: ...
    def resolve(self, kind: type[yaml.Node], value: str, implicit: object) -> str: ...
    def construct_object(self, node: yaml.Node) -> object: ...


@dataclass(slots=True)
class _Reader:
    loader: _Loader
    file: str
    anchors: dict[str, tuple[Json, int]] = field(default_factory=dict)
    """By name: the value, and how many values it is made of."""
    added: int = 0

    def records(self) -> Iterator[Record]:
        self._take(yaml.StreamStartEvent)
        if self.loader.check_event(yaml.StreamEndEvent):
            return
        self._take(yaml.DocumentStartEvent)
        event = self.loader.get_event()
        if not isinstance(event, yaml.SequenceStartEvent):
            raise self._wrong(event, "a fixture is a list of rows")
        while not self.loader.check_event(yaml.SequenceEndEvent):
            event = self.loader.get_event()
            place = self._place(event)
            value, _ = self._value(event, 0)
            yield entry.record(value, place)
        self._take(yaml.SequenceEndEvent)
        self._take(yaml.DocumentEndEvent)
        self._take(yaml.StreamEndEvent)

    def _take(self, kind: type[yaml.Event]) -> None:
        event = self.loader.get_event()
        if not isinstance(event, kind):
            raise self._wrong(event, "there is a second document after the list of rows")

    def _value(self, event: yaml.NodeEvent, depth: int) -> tuple[Json, int]:
        if depth > values.DEEPEST:
            raise self._wrong(event, f"lists and tables are nested more than {values.DEEPEST} deep")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        value: Json
        if isinstance(event, yaml.ScalarEvent):
            value, size = self._scalar(event), 1
        elif isinstance(event, yaml.SequenceStartEvent):
            value, size = self._list(event, depth)
        else:
            value, size = self._table(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = value, size
        return value, size

    def _alias(self, event: yaml.AliasEvent) -> tuple[Json, int]:
        if event.anchor not in self.anchors:
            raise self._wrong(event, f"there is no &{event.anchor} above")
        value, size = self.anchors[event.anchor]
        self.added += size
        if self.added > _LARGEST:
            raise self._wrong(event, f"aliases add more than {_LARGEST:,} values to the file")
        return value, size

    def _list(self, start: yaml.NodeEvent, depth: int) -> tuple[Json, int]:
        self._check_tag(start, {"tag:yaml.org,2002:seq"})
        items: list[Json] = []
        total = 1
        while not self.loader.check_event(yaml.SequenceEndEvent):
            value, size = self._value(self.loader.get_event(), depth + 1)
            items.append(value)
            total += size
        self.loader.get_event()
        return items, total

    def _table(self, start: yaml.NodeEvent, depth: int) -> tuple[Json, int]:
        self._check_tag(start, {"tag:yaml.org,2002:map"})
        table: dict[str, Json] = {}
        under: dict[str, Json] = {}
        total = 1
        while not self.loader.check_event(yaml.MappingEndEvent):
            event = self.loader.get_event()
            key = self._key(event)
            value, size = self._value(self.loader.get_event(), depth + 1)
            total += size
            if key is _MERGE:
                under = {**self._merged(value, event), **under}
            elif key in table:
                raise self._wrong(event, f"the key {key!r} stands there twice", "One of them would be lost.")
            else:
                table[str(key)] = value
        self.loader.get_event()
        return {**under, **table}, total

    def _key(self, event: yaml.NodeEvent) -> object:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._wrong(event, "a key is text")
        if self._tag(event) == "tag:yaml.org,2002:merge":
            return _MERGE
        key = self._scalar(event)
        if not isinstance(key, str):
            raise self._wrong(event, f"the key {event.value} is not text", "Put it in quotes.")
        return key

    def _merged(self, value: Json, event: yaml.NodeEvent) -> dict[str, Json]:
        tables = value if isinstance(value, list) else [value]
        merged: dict[str, Json] = {}
        for table in tables:
            if not isinstance(table, dict):
                raise self._wrong(event, "'<<' takes a table or a list of tables")
            merged = {**table, **merged}
        return merged

    def _scalar(self, event: yaml.ScalarEvent) -> Json:
        tag = self._tag(event)
        if tag == "tag:yaml.org,2002:str":
            return str(event.value)
        self._check_tag(event, _SCALARS)
        try:
            value = self.loader.construct_object(yaml.ScalarNode(tag, event.value))
        except (ValueError, OverflowError, KeyError) as error:
            raise self._wrong(event, f"{event.value!r} cannot be read: {error}") from None
        if isinstance(value, datetime):
            return moments.text(value)
        return value.isoformat() if isinstance(value, date) else cast("Json", value)

    def _tag(self, event: yaml.ScalarEvent) -> str:
        if event.tag in {None, "!"}:
            return str(self.loader.resolve(yaml.ScalarNode, event.value, event.implicit))
        return str(event.tag)

    def _check_tag(self, event: yaml.NodeEvent, known: set[str]) -> None:
        tag = self._tag(event) if isinstance(event, yaml.ScalarEvent) else str(getattr(event, "tag", None) or "!")
        if tag not in {"!", *known}:
            raise self._wrong(event, f"the tag {tag.removeprefix('tag:yaml.org,2002:')} is not for data")

    def _place(self, event: yaml.NodeEvent) -> Place:
        return Place(self.file, event.start_mark.line + 1 if event.start_mark else 0)

    def _wrong(self, event: yaml.NodeEvent, what: str, next: str = "") -> DatasetError:
        return entry.wrong(self._place(event), what, next)
