"""What keys hold, asked in as few round trips as there can be. ``session`` asks on its connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from statusquo.stores.redis import values
from statusquo.stores.redis.values import FUNCTIONS, LIBRARY, Field, Slot, Value
from statusquo.stores.redis.wire import Command, Reply, data, many, number

FIELDS = b"""
local fields = {}
for i, name in ipairs(redis.call('HKEYS', KEYS[1])) do
    local deadline = redis.call('HPEXPIRETIME', KEYS[1], 'FIELDS', 1, name)[1]
    fields[i] = {name, redis.call('HGET', KEYS[1], name), deadline}
end
return fields
"""
"""All fields of a hash with their deadlines, at one moment: a field may expire between two questions."""


def commands(slots: Sequence[Slot], expiry: str) -> list[Command]:
    """Reads type, expiry and DUMP of each slot."""
    asked: list[Command] = []
    for db, group in groupby(slots, key=lambda slot: slot.db):
        asked.append(("SELECT", db))
        for slot in group:
            asked += [("TYPE", slot.key), (expiry, slot.key), ("DUMP", slot.key)]
    return asked


def replies_to(asked: Sequence[Command], replies: Sequence[Reply]) -> Iterator[tuple[Reply, Reply, Reply]]:
    """The three answers for each slot."""
    rest = iter(reply for command, reply in zip(asked, replies, strict=True) if command[0] != "SELECT")
    return zip(rest, rest, rest, strict=True)


def fields_commands(slots: Sequence[Slot]) -> list[Command]:
    """Reads the fields of hashes, each in a database of its own."""
    return [command for slot in slots for command in (("SELECT", slot.db), ("EVAL", FIELDS, 1, slot.key))]


def fields(reply: Reply, now: int) -> tuple[Field, ...] | None:
    """The fields that the script told, in order; ``None`` if none of them expires."""
    found = []
    for each in many(reply):
        name, value, deadline = many(each)
        end = number(deadline)
        found.append(Field(data(name), data(value), *((max(end - now, 1), end) if end >= 0 else (None, None))))
    return tuple(sorted(found)) if any(field.deadline is not None for field in found) else None


def libraries(reply: Reply) -> dict[Slot, Value]:
    """The libraries in an answer to FUNCTION LIST WITHCODE."""
    found = {}
    for each in many(reply):
        words = many(each)
        facts = dict(zip(map(data, words[::2]), words[1::2], strict=True))
        found[Slot(FUNCTIONS, data(facts[b"library_name"]))] = Value(LIBRARY, data(facts[b"library_code"]))
    return found


def has_fields(value: Value) -> bool:
    """True if its fields have to be asked for, too."""
    return values.has_field_expiry(value.kind, value.dump)
