"""How two states of some keys differ, and the transactions that restore or show it. Pure; the store sends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from statusquo.core.diff import Change, Image
from statusquo.stores.redis import values
from statusquo.stores.redis.values import Slot, Value
from statusquo.stores.redis.wire import Command, Reply

PEEK = b"statusquo:peek"
"""A name that exists inside a transaction only, for looking at a value that is not in the server any more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A key whose DUMP or expiry is not as the baseline has it; at least one of the two is there."""

    slot: Slot
    held: Value | None
    found: Value | None
    slack: int

    @property
    def is_expiry_alone(self) -> bool:
        """True when the value itself is as it was, and so are the expiries of its fields."""
        held, found = self.held, self.found
        if held is None or found is None:
            return False
        return held.dump == found.dump if held.fields is None else held.fields_like(found)

    @property
    def is_waited_for(self) -> bool:
        """True when clients may take from it as soon as it is put back."""
        return self.held is not None and self.held.kind in values.WAITED_FOR

    @property
    def is_doubtful(self) -> bool:
        """True when the value may be the same for all that: a set that gained and lost a member has another DUMP."""
        held, found = self.held, self.found
        return (
            held is not None
            and found is not None
            and held.dump != found.dump
            and held.kind == found.kind
            and held.kind in values.CONTENT
            and held.expires_like(found, self.slack)
            and held.fields is None
            and found.fields is None
        )


def differences(
    slots: Iterable[Slot], held: Mapping[Slot, Value | None], found: Mapping[Slot, Value], slack: int
) -> tuple[Difference, ...]:
    """Those of *slots* that are not as *held* has them, in order."""
    pairs = (Difference(slot, held.get(slot), found.get(slot), slack) for slot in sorted(slots))
    return tuple(pair for pair in pairs if _differs(pair))


def _differs(pair: Difference) -> bool:
    if pair.held is None or pair.found is None:
        return pair.held is not pair.found
    return not pair.held.is_like(pair.found, pair.slack)


def removal_commands(difference: Difference) -> list[Command]:
    """What has to go before anything is put back: a library, because no two of them may have a function of one name."""
    slot, found = difference.slot, difference.found
    return [("FUNCTION", "DELETE", slot.key)] if slot.db == values.FUNCTIONS and found else []


def restore_commands(difference: Difference, now: int) -> list[Command]:
    """What puts one key back; a doubtful one is read before and after it, see ``really_changed``."""
    (db, key), held = difference.slot, difference.held
    if db == values.FUNCTIONS:
        return [("FUNCTION", "LOAD", held.dump)] if held else []
    if held is None:
        return [("DEL", key)]
    if difference.is_expiry_alone:
        return expiry_commands(key, held, now)
    if held.fields is not None:
        pairs = [word for field in held.fields for word in (field.name, field.value)]
        return [("DEL", key), ("HSET", key, *pairs), *expiry_commands(key, held, now)]
    restore: Command = ("RESTORE", key, held.deadline_from(now) or 0, held.dump, "REPLACE", "ABSTTL")
    if difference.is_doubtful:
        read = values.content_command(held.kind, key)
        return [read, restore, read]
    return [restore]


def expiry_commands(key: bytes, held: Value, now: int) -> list[Command]:
    """Gives a key, and each of its fields, the whole life again."""
    deadline = held.deadline_from(now)
    mortal = ((field.name, now + field.life) for field in held.fields or () if field.life is not None)
    return [
        ("PERSIST", key) if deadline is None else ("PEXPIREAT", key, deadline),
        *(("HPEXPIREAT", key, end, "FIELDS", 1, name) for name, end in mortal),
    ]


Group = tuple[Slot, Sequence[Command]]
"""Commands that go to one slot's database."""


def transaction(groups: Iterable[Group]) -> list[Command]:
    """All the commands in one MULTI; the last reply to it is that of EXEC."""
    commands: list[Command] = [("MULTI",)]
    for db, of_db in groupby(groups, key=lambda group: group[0].db):
        if db != values.FUNCTIONS:
            commands.append(("SELECT", db))
        commands += [command for _, group in of_db for command in group]
    return [*commands, ("EXEC",)]


def replies_to(groups: Sequence[Group], done: Sequence[Reply]) -> list[list[Reply]]:
    """What EXEC *done* answered to the commands of each group."""
    commands = transaction(groups)[1:-1]
    own = iter(reply for command, reply in zip(commands, done, strict=True) if command[0] != "SELECT")
    return [[next(own) for _ in group] for _, group in groups]


def really_changed(difference: Difference, replies: Sequence[Reply]) -> bool:
    """True unless the *replies* to ``restore_commands`` show that the value was the same all the time."""
    if difference.held is None or not difference.is_doubtful:
        return True
    before, _, after = (values.content(difference.held.kind, reply) for reply in replies)
    return before != after


def peek_commands(difference: Difference) -> list[Command]:
    """Reads what is there and what was there, where that is not known already."""
    commands: list[Command] = []
    if difference.found and _known(difference.found) is None:
        commands.append(values.content_command(difference.found.kind, difference.slot.key))
    if difference.held and _known(difference.held) is None:
        restore: Command = ("RESTORE", PEEK, 0, difference.held.dump, "REPLACE")
        commands += [restore, values.content_command(difference.held.kind, PEEK), ("DEL", PEEK)]
    return commands


def change(difference: Difference, replies: Sequence[Reply]) -> Change | None:
    """The difference for people to read, from the replies to ``peek_commands``; ``None`` if there is none after all."""
    held, found, slot = difference.held, difference.found, difference.slot
    now = _content(found, replies[0] if replies else None) if found else None
    then = _content(held, replies[-2] if len(replies) > 1 else None) if held else None
    if difference.is_doubtful and now == then:
        return None
    before = values.image(held, then, held.deadline) if held else None
    if not held or not found:
        after = values.image(found, now, found.deadline) if found else None
        return Change("deleted" if held else "inserted", slot.group, slot.item, before, after)
    deadline = held.deadline if held.expires_like(found, difference.slack) else found.deadline
    return _updated(difference, before or {}, values.image(found, now, deadline))


def _known(value: Value) -> Reply:
    """The content of a value that need not be asked for."""
    if value.kind == values.LIBRARY:
        return value.dump
    if value.fields is None:
        return None
    return [word for field in value.fields for word in (field.name, field.value)]


def _content(value: Value, reply: Reply) -> Reply:
    known = _known(value)
    return values.content(value.kind, reply) if known is None else known


def _updated(difference: Difference, before: Image, after: Image) -> Change:
    slot = difference.slot
    if before == after and difference.held and difference.found:
        before, after = values.with_dump(before, difference.held), values.with_dump(after, difference.found)
    return Change("updated", slot.group, slot.item, before, after)
