"""A baseline in a file: one JSON object per key, the DUMP in base64. The store writes and reads it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from statusquo.stores.redis.values import Field, Slot, Value

FILE = "keys.jsonl"


def write(held: Mapping[Slot, Value | None], folder: Path) -> None:
    """Write all values; of an expiry both, how long the key had to live and when it will end if nobody touches it."""
    with (folder / FILE).open("w", encoding="ascii") as file:
        for slot, value in held.items():
            if value:
                file.write(_line(slot, value) + "\n")


def read(folder: Path) -> dict[Slot, Value]:
    """The values that ``write`` wrote."""
    with (folder / FILE).open(encoding="ascii") as lines:
        return dict(_parsed(lines))


def _line(slot: Slot, value: Value) -> str:
    return json.dumps(
        {
            "db": slot.db,
            "key": base64.b64encode(slot.key).decode(),
            "type": value.kind.decode(),
            "life": value.life,
            "deadline": value.deadline,
            "dump": base64.b64encode(value.dump).decode(),
            "fields": value.fields and [_field(*field) for field in value.fields],
        }
    )


def _field(
    name: bytes, value: bytes, life: int | None, deadline: int | None
) -> tuple[str, str, int | None, int | None]:
    return base64.b64encode(name).decode(), base64.b64encode(value).decode(), life, deadline


def _parsed(lines: Iterable[str]) -> Iterable[tuple[Slot, Value]]:
    for line in lines:
        found = json.loads(line)
        slot = Slot(found["db"], base64.b64decode(found["key"]))
        dump = base64.b64decode(found["dump"])
        value = Value(found["type"].encode(), dump, found["life"], found["deadline"])
        if found["fields"]:
            value.fields = tuple(
                Field(base64.b64decode(name), base64.b64decode(of_it), *rest) for name, of_it, *rest in found["fields"]
            )
        yield slot, value
