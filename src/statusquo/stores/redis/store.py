"""A Redis or Valkey server as a store: touched keys are learnt from the server, looked at, and restored if they differ.

What it costs: a round trip when nothing was written; one to look at touched keys and one transaction to put them back
otherwise. Everything is compared, and the report says why, when it cannot be known what was touched.
"""

from __future__ import annotations

import math
import time
from collections import ChainMap, Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path

from redis.exceptions import ResponseError

from statusquo.core import guard
from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.endpoint import Address
from statusquo.core.errors import Busy, StoreError
from statusquo.core.layers import Layers
from statusquo.stores.redis import mark, plan, saved
from statusquo.stores.redis.plan import Difference
from statusquo.stores.redis.session import Look, Pulse, Session
from statusquo.stores.redis.values import Slot, Value
from statusquo.stores.redis.wire import Command, Lost, Reply, many

LOST = "The connection to the server was lost, and with it what was touched: all keys were compared."
FLUSHED = "A database was flushed: all keys were compared."
SWAPPED = "Databases were swapped: all keys were compared."
RESUMED = "The baseline comes from an earlier run: all keys were compared."


@dataclass(slots=True)
class Layer:
    """What is kept for a baseline: its values over those of the outer ones; ``None`` for a key that was deleted."""

    values: ChainMap[Slot, Value | None]
    mortal: tuple[Slot, ...]
    """The keys that expire."""
    rest_until: float = 0
    """None of them is due before: deadlines only ever move away."""


@dataclass(frozen=True, slots=True)
class Found:
    """How the server differs from a baseline."""

    differences: tuple[Difference, ...]
    ageing: tuple[Slot, ...]
    """Keys as they were captured, with half of their life over."""
    look: Look


def open_store(name: str, address: Address, *, nonce: str, keep: Sequence[str] = (), databases: int = 16) -> RedisStore:
    """A store over the first *databases* of a server, except the keys that a glob pattern of *keep* names.

    Kept keys are neither compared nor put back: a worker's registration belongs to the worker. Raises StoreError.
    """
    store = RedisStore(name, address, nonce=nonce, keep=keep, databases=databases)
    store.connect()
    return store


class RedisStore:
    """Use ``open_store``."""

    def __init__(self, name: str, address: Address, *, nonce: str, keep: Sequence[str], databases: int) -> None:
        self.name = name
        self._address = address
        self._nonce = nonce
        self._keep = tuple(pattern.encode() for pattern in keep)
        self._databases = databases
        self._layers: Layers[Layer] = Layers(name)
        self._session: Session | None = None
        self._touched: set[bytes] = set()
        self._doubts: list[str] = []
        self._used: set[int] = set()

    def connect(self) -> Session:
        """The session, opened if there is none. Raises StoreError."""
        if self._session is None:
            self._session = Session(self._address)
        return self._session

    @property
    def trips(self) -> int:
        """Round trips made so far on this connection."""
        return self.connect().wire.trips

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; costs what was touched since the last one."""
        pulse = self._listen()
        if self._layers.kept:
            outer = self._layers.kept[-1]
            found = self._compare(outer, (), pulse)
            own = {difference.slot: difference.found for difference in found.differences}
            layer = Layer(outer.values.new_child(dict(own)), (*outer.mortal, *_mortal(own.items())))
        else:
            held = self._all(pulse)
            layer = Layer(ChainMap(dict(held)), tuple(_mortal(held.items())))
        self._is_known()
        return self._layers.push(layer)

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        Raises StaleBaseline, GuardError, StoreError; Busy if somebody changed the mark meanwhile.
        """
        started = time.perf_counter()
        layer = self._layers.find(to)
        found = self._compare(layer, self._layers.above(to), self._listen())
        touched = self._put_back(layer, found) if found.differences or found.ageing else ()
        notes = tuple(dict.fromkeys(self._doubts))
        self._layers.drop_above(to)
        self._is_known()
        return Rewound(self.name, time.perf_counter() - started, touched, notes)

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*. Raises StaleBaseline, GuardError, StoreError.

        It only reads: to show a value that is gone, it is restored under a name of our own and deleted again within
        one transaction, which nobody can see.
        """
        layer = self._layers.find(since)
        found = self._compare(layer, self._layers.above(since), self._listen())
        if not found.differences:
            return Diff(self.name)
        self._guard(found.look)
        peeks = [(difference.slot, plan.peek_commands(difference)) for difference in found.differences]
        replies = self._transact(peeks)
        changes = (plan.change(*pair) for pair in zip(found.differences, replies, strict=True))
        return Diff(self.name, tuple(change for change in changes if change))

    def close(self) -> None:
        """Hang up; the keys stay as they are."""
        self._layers.clear()
        if self._session:
            self._session.close()
            self._session = None

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write the values of *baseline* to *folder*. Raises StaleBaseline."""
        saved.write(self._layers.find(baseline).values, folder)

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one; the next rewind compares all keys."""
        held = saved.read(folder)
        self._layers.clear()
        self._doubts.append(RESUMED)
        self._used |= {slot.db for slot in held}
        return self._layers.push(Layer(ChainMap(dict(held)), tuple(_mortal(held.items()))))

    def _listen(self) -> Pulse:
        try:
            pulse = self.connect().pulse()
        except Lost:
            self._doubts.append(LOST)
            self.connect().close()
            self._session = None
            pulse = self.connect().pulse()
        self._touched |= pulse.heard.keys
        self._doubts += [FLUSHED] * pulse.heard.flushed + [SWAPPED] * pulse.swapped
        self._used |= {db for db in pulse.databases if db < self._databases}
        return pulse

    def _is_known(self) -> None:
        self._touched.clear()
        self._doubts.clear()

    def _all(self, pulse: Pulse) -> dict[Slot, Value]:
        session = self.connect()
        return session.look([slot for slot in session.scan(self._used) if self._is_ours(slot)]).found

    def _is_ours(self, slot: Slot) -> bool:
        return slot != Slot(0, mark.KEY) and not any(fnmatchcase(slot.key, pattern) for pattern in self._keep)

    def _compare(self, layer: Layer, inner: Iterable[Layer], pulse: Pulse) -> Found:
        """Look at what may differ from *layer*: everything, when it is not known what was touched."""
        session, ageing = self.connect(), _ageing(layer, pulse.now)
        if self._doubts:
            asked = {slot for slot in session.scan(self._used) if self._is_ours(slot)}
            slots = asked | {slot for slot, value in layer.values.items() if value}
        else:
            touched = (Slot(db, key) for key in self._touched for db in self._used)
            own = (slot for layer in inner for slot in layer.values.maps[0])
            slots = asked = {slot for slot in touched if self._is_ours(slot)} | set(own) | ageing
        if not slots:
            return Found((), (), Look({}, None, pulse.now))
        look = session.look(asked)
        found = plan.differences(slots, layer.values, look.found, session.slack)
        return Found(found, tuple(ageing - {difference.slot for difference in found}), look)

    def _put_back(self, layer: Layer, found: Found) -> tuple[Touched, ...]:
        self._guard(found.look)
        now = found.look.now
        restores = [(each.slot, plan.restore_commands(each, now)) for each in found.differences]
        lives = [(slot, layer.values[slot]) for slot in found.ageing]
        prolongs = [(slot, [plan.expiry_command(slot.key, value, now)]) for slot, value in lives if value]
        marks: list[tuple[Slot, list[Command]]] = [(Slot(0, mark.KEY), [("SET", mark.KEY, self._nonce)])]
        replies = self._transact(restores + prolongs + (marks if found.look.mark is None else []))
        for slot in (*found.ageing, *(each.slot for each in found.differences)):
            if value := layer.values.get(slot):
                value.deadline = value.deadline_from(now)
        pairs = zip(found.differences, replies[: len(restores)], strict=True)
        changed = Counter(each.slot.group for each, answers in pairs if plan.really_changed(each, answers))
        return tuple(Touched(group, items) for group, items in changed.items())

    def _guard(self, look: Look) -> None:
        found = self.connect().known_mark(look.mark)
        where = f"{self._address.host}:{self._address.port}"
        guard.check(store=self.name, where=where, found=found, expected=self._nonce)

    def _transact(self, groups: Sequence[tuple[Slot, list[Command]]]) -> list[list[Reply]]:
        """The replies to each group of commands, all in one MULTI that fails if the mark changed since it was read."""
        commands: list[Command] = [("MULTI",)]
        for db, of_db in groupby(groups, key=lambda group: group[0].db):
            commands.append(("SELECT", db))
            commands += [command for _, group in of_db for command in group]
        done = self.connect().wire.ask([*commands, ("EXEC",)])[-1]
        if done is None:
            raise Busy(f'Store "{self.name}": its mark was changed meanwhile, nothing was put back.', next="Try again.")
        answers = iter(pair for pair in zip(commands[1:], many(done), strict=True) if pair[0][0] != "SELECT")
        return [[self._accepted(slot, *next(answers)) for _ in group] for slot, group in groups]

    def _accepted(self, slot: Slot, command: Command, reply: Reply) -> Reply:
        if isinstance(reply, ResponseError) and command[0] in ("RESTORE", "DEL", "PEXPIREAT", "PERSIST", "SET"):
            raise StoreError(
                f'Store "{self.name}": the server refused to put back "{slot.item}" in {slot.group}.',
                why=f"It says: {reply}.",
                next="A baseline of a newer server cannot be restored here: build it again.",
            )
        return reply


def _mortal(items: Iterable[tuple[Slot, Value | None]]) -> Iterable[Slot]:
    return (slot for slot, value in items if value and value.life is not None)


def _ageing(layer: Layer, now: int) -> set[Slot]:
    """The keys that are due; all that expire are asked only when the first of them may be."""
    if now < layer.rest_until:
        return set()
    held = ((slot, layer.values.get(slot)) for slot in layer.mortal)
    due = {slot: value.due for slot, value in held if value and value.due is not None}
    ageing = {slot for slot in due if due[slot] <= now}
    if not ageing:
        layer.rest_until = min(due.values(), default=math.inf)
    return ageing
