"""A Redis or Valkey server as a store: touched keys are learnt from the server, looked at, and restored if they differ.

What it costs: a round trip when nothing was written; one to look at touched keys and one transaction to put them back
otherwise. Everything is compared, and the report says why, when it cannot be known what was touched. The module is long
because the methods of two protocols and the little they share are read together.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from redis.exceptions import ResponseError

from statusquo.core import guard
from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.endpoint import Address
from statusquo.core.errors import Busy, NotExact, StoreError
from statusquo.core.layers import Layers
from statusquo.stores.redis import layer, mark, plan, saved
from statusquo.stores.redis.layer import Layer
from statusquo.stores.redis.plan import Difference, Group
from statusquo.stores.redis.session import Look, Pulse, Session
from statusquo.stores.redis.values import FUNCTIONS, Slot, Value
from statusquo.stores.redis.wire import Lost, Reply, many

LOST = "The connection to the server was lost, and with it what was touched: all keys were compared."
FLUSHED = "A database was flushed: all keys were compared."
SWAPPED = "Databases were swapped: all keys were compared."
UNCOUNTED = "The server's statistics were reset, and swaps with them: all keys were compared."
RESUMED = "The baseline comes from an earlier run: all keys were compared."
DISTURBED = "The rewind before this one was disturbed: all keys were compared."

TRIES = 16
"""How often what somebody else changes at the same time is put back before we give up."""


@dataclass(frozen=True, slots=True)
class Found:
    """How the server differs from a baseline."""

    differences: tuple[Difference, ...]
    ageing: tuple[Slot, ...]
    """Keys as they were captured, with half of their life over."""
    look: Look

    def without_expired(self) -> Found:
        """Only what differs for another reason than that its time was over right after it was put back."""
        kept = tuple(each for each in self.differences if not (each.held and each.held.is_over(self.look.now)))
        return Found(kept, (), self.look)


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
        self._functions_touched = False
        self._groups_touched = False
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
            found = self._compare(outer, (), pulse.now)
            own = {difference.slot: difference.found for difference in found.differences}
            captured = outer.inside(own)
        else:
            captured = layer.outermost(self._all())
        self._is_known()
        return self._layers.push(captured)

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        Raises StaleBaseline, GuardError, StoreError; Busy if somebody changed the mark meanwhile; NotExact if somebody
        goes on changing what is put back: clients that wait for a queue take from it as soon as it is there.
        """
        started = time.perf_counter()
        held = self._layers.find(to)
        found = self._compare(held, self._layers.above(to), self._listen().now)
        notes = tuple(dict.fromkeys(self._doubts))
        touched = self._put_back(held, found) if found.differences or found.ageing else ()
        if found.differences:
            self._stay_put_back(held, found)
        self._layers.drop_above(to)
        self._is_known()
        return Rewound(self.name, time.perf_counter() - started, touched, notes)

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*. Raises StaleBaseline, GuardError, StoreError.

        It only reads: to show a value that is gone, it is restored under a name of our own and deleted again within
        one transaction, which nobody can see.
        """
        found = self._compare(self._layers.find(since), self._layers.above(since), self._listen().now)
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
        self._functions_touched = True
        self._used |= {slot.db for slot in held if slot.db != FUNCTIONS}
        return self._layers.push(layer.outermost(held))

    def _listen(self) -> Pulse:
        try:
            pulse = self.connect().pulse()
        except Lost:
            self._doubts.append(LOST)
            self.connect().close()
            self._session = None
            pulse = self.connect().pulse()
        self._touched |= pulse.heard.keys
        self._doubts += [FLUSHED] * pulse.heard.flushed + [SWAPPED] * pulse.swapped + [UNCOUNTED] * pulse.uncounted
        self._groups_touched |= pulse.groups
        self._functions_touched |= pulse.functions or LOST in self._doubts or pulse.uncounted
        self._used |= {db for db in pulse.databases if db < self._databases}
        return pulse

    def _is_known(self) -> None:
        self._touched.clear()
        self._doubts.clear()
        self._functions_touched = self._groups_touched = False

    def _all(self) -> dict[Slot, Value]:
        session = self.connect()
        keys = session.look([slot for slot in session.scan(self._used) if self._is_ours(slot)]).found
        return keys | session.libraries()

    def _is_ours(self, slot: Slot) -> bool:
        return slot != Slot(0, mark.KEY) and not any(fnmatchcase(slot.key, pattern) for pattern in self._keep)

    def _compare(self, held: Layer, inner: Iterable[Layer], now: int, restored: Collection[Slot] = ()) -> Found:
        """Look at what may differ from *held*: everything, when it is not known what was touched."""
        session, ageing = self.connect(), held.due(now)
        if self._doubts:
            asked = {slot for slot in session.scan(self._used) if self._is_ours(slot)}
            asked |= {slot for slot, value in held.values.items() if value}
        else:
            touched = (Slot(db, key) for key in self._touched for db in self._used)
            own = (slot for captured in inner for slot in captured.values.maps[0])
            asked = {slot for slot in touched if self._is_ours(slot)} | set(own) | ageing | set(restored)
            asked |= set(held.streams if self._groups_touched else ())
        is_asked = self._functions_touched or any(slot.db == FUNCTIONS for slot in asked)
        libraries = session.libraries() if is_asked else {}
        known = {slot for slot in held.values if slot.db == FUNCTIONS} if is_asked else set[Slot]()
        slots = asked | known | libraries.keys()
        if not slots:
            return Found((), (), Look({}, None, now))
        look = session.look([slot for slot in asked if slot.db != FUNCTIONS])
        look.found.update(libraries)
        found = plan.differences(slots, held.values, look.found, session.slack)
        return Found(found, tuple(ageing - {difference.slot for difference in found}), look)

    def _put_back(self, held: Layer, found: Found) -> tuple[Touched, ...]:
        self._guard(found.look)
        now = found.look.now
        removals = [(each.slot, plan.removal_commands(each)) for each in found.differences]
        restores = [(each.slot, plan.restore_commands(each, now)) for each in found.differences]
        lives = [(slot, held.values[slot]) for slot in found.ageing]
        prolongs = [(slot, plan.expiry_commands(slot.key, value, now)) for slot, value in lives if value]
        marks: list[Group] = [(Slot(0, mark.KEY), [("SET", mark.KEY, self._nonce)])]
        marks = marks if found.look.mark is None else []
        replies = self._transact(removals + restores + prolongs + marks)
        for slot in (*found.ageing, *(each.slot for each in found.differences)):
            if value := held.values.get(slot):
                value.restart(now)
        pairs = zip(found.differences, replies[len(removals) :], strict=False)
        changed = Counter(each.slot.group for each, answers in pairs if plan.really_changed(each, answers))
        return tuple(Touched(group, items) for group, items in changed.items())

    def _stay_put_back(self, held: Layer, found: Found) -> None:
        """Put back what others changed since the server was looked at, until nobody did. Raises NotExact."""
        try:
            for _ in range(TRIES):
                self._is_known()
                heard = self.connect().heard()
                self._touched |= heard.keys
                self._doubts += [FLUSHED] * heard.flushed
                restored = {each.slot for each in found.differences if each.is_waited_for}
                found = self._compare(held, (), found.look.now, restored).without_expired()
                if not found.differences:
                    return
                self._put_back(held, found)
            raise self._disturbed(found.differences[0].slot)
        except StoreError:
            self._doubts.append(DISTURBED)
            self._functions_touched = True
            raise

    def _disturbed(self, slot: Slot) -> NotExact:
        return NotExact(
            f'Store "{self.name}": "{slot.item}" in {slot.group} does not stay as it was put back.',
            why=f"{TRIES} times somebody changed it right afterwards. Clients: {self.connect().clients()}.",
            next="Who waits for a queue takes what is put back into it: stop them first, or capture while it is empty. "
            "Keys that are not the test's can be left out with 'keep'.",
        )

    def _guard(self, look: Look) -> None:
        found = self.connect().known_mark(look.mark)
        where = f"{self._address.host}:{self._address.port}"
        guard.check(store=self.name, where=where, found=found, expected=self._nonce)

    def _transact(self, groups: Sequence[Group]) -> list[list[Reply]]:
        """The replies to each group of commands, all in one MULTI that fails if the mark changed since it was read."""
        done = self.connect().wire.ask(plan.transaction(groups))[-1]
        if done is None:
            raise Busy(f'Store "{self.name}": its mark was changed meanwhile, nothing was put back.', next="Try again.")
        replies = plan.replies_to(groups, many(done))
        for (slot, _), answers in zip(groups, replies, strict=True):
            self._check(slot, answers)
        return replies

    def _check(self, slot: Slot, answers: Sequence[Reply]) -> None:
        refused = next((answer for answer in answers if isinstance(answer, ResponseError)), None)
        if refused and "WRONGTYPE" not in str(refused):  # somebody gave the key another type while we looked at it
            raise StoreError(
                f'Store "{self.name}": the server refused to put back "{slot.item}" in {slot.group}.',
                why=f"It says: {refused}.",
                next="A baseline of a newer server cannot be restored here: build it again.",
            )
