"""Who has leased which lane, what the lanes stand on, and when there is nothing left to wait for. ``server`` asks.

A lane belongs to a lease and not to a worker's number; one that comes back is kept as it is, for the next lease to
rewind. Lanes of a baseline that nobody asks for any more are closed as soon as nobody holds one of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from statusquo import config as configuration
from statusquo import wiring
from statusquo.config import Config, needed
from statusquo.core.errors import Busy, NoStack, ServiceFailed
from statusquo.core.events import BaselineAwaited
from statusquo.core.lane import Lane
from statusquo.core.protocols import Emit
from statusquo.core.service import Launch
from statusquo.stack.stack import Died
from statusquo.supervisor.slots import AnyLane, Client, Ground, Slot, Wish
from statusquo.wiring import Base, Rooms


class Broker:
    """All lanes of a state folder. Safe to use from several threads; each lease from one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grounds: dict[str, Ground] = {}
        self._leases: dict[Client, tuple[Ground, Slot]] = {}

    def lease(self, client: Client, wish: Wish, *, emit: Emit) -> Lane:
        """A lane of its own for *client*, running as it wishes: one that is free, or a new one.

        Raises ConfigError and all that starting a stack raises.
        """
        config = configuration.load(wish.file, environ=wish.environ, arguments=wish.overrides)
        adapters = wiring.rooms(config, wish.environ)
        digest = _ground(adapters)
        ground, slot = self._take(client, digest, wiring.made(config, digest))
        try:
            opening = self._opening(ground, slot.number, adapters, emit)
            with slot.lock:
                if slot.lane is None:
                    slot.lane = slot.undo.enter_context(opening)
                slot.lane.ensure(_adapters(config, wish), wish.services, emit=emit)
                slot.deaths.clear()
                return slot.lane.value
        except BaseException as error:
            self._discard(client, error)
            raise

    def attach(self, client: Client) -> Lane:
        """The first lane as it is, started by nobody now. Raises NoStack, Busy."""
        with self._lock:
            slots = [(ground, slot) for ground in self._grounds.values() for slot in ground.slots if slot.lane]
            if not slots:
                raise NoStack("No stack of this project is running.", next="Start it with 'statusquo up'.")
            ground, slot = min(slots, key=lambda each: each[1].number)
            if slot.holder:
                raise Busy(f"The stack is in use by {slot.holder}.", next="Wait until it is done.")
            slot.holder = client
            self._leases[client] = (ground, slot)
        return self._held(client)[1].value

    def change(self, client: Client, wish: Wish, *, emit: Emit) -> Lane:
        """The client's lane, running as it wishes now; what runs so already is left alone. Raises as ``lease``."""
        config = configuration.load(wish.file, environ=wish.environ, arguments=wish.overrides)
        slot, lane = self._held(client)
        with slot.lock:
            lane.ensure(_adapters(config, wish), wish.services, emit=emit)
            slot.deaths.clear()
            return lane.value

    def deaths(self, client: Client) -> Sequence[tuple[Died, float]]:
        """The services of the client's lane that died and were not started again, and how many seconds ago."""
        slot, _ = self._held(client)
        with slot.lock:
            slot.note()
            now = time.monotonic()
            return tuple((died, now - when) for died, when in slot.deaths.values())

    def repair(self, client: Client, *, emit: Emit) -> Lane:
        """Start what died again, and what needs it. Raises ServiceFailed when one died for the second time."""
        slot, lane = self._held(client)
        with slot.lock:
            slot.note()
            for name, (died, _) in slot.deaths.items():
                if name in slot.restarted:
                    raise ServiceFailed(
                        f'Service "{name}" {died.how} again, after it had been started anew.',
                        next="Mend the service, or what makes it die.",
                        evidence="\n".join(died.log),
                    )
            slot.restarted |= slot.deaths.keys()
            lane.restart(tuple(slot.deaths), emit=emit)
            slot.deaths.clear()
            return lane.value

    def restart(self, client: Client, names: Sequence[str], *, emit: Emit) -> Lane:
        """Stop the named services of the client's lane and start them again. Raises as ``lease``."""
        slot, lane = self._held(client)
        with slot.lock:
            lane.restart((*names, *slot.deaths), emit=emit)
            slot.deaths.clear()
            return lane.value

    def launch(self, client: Client, service: str, argv: tuple[str, ...]) -> Launch:
        """What to start on this machine to have *argv* run as *service* is run in the client's lane."""
        return self._held(client)[1].launch(service, argv)

    def release(self, client: Client) -> None:
        """Take back the lane of *client*, if it has one."""
        with self._lock:
            _, slot = self._leases.pop(client, (None, None))
            if slot:
                slot.holder = None
                slot.restarted.clear()

    def lanes(self) -> Sequence[tuple[Lane, Client | None, Sequence[Died]]]:
        """Every lane, who has it and which of its services are dead."""
        with self._lock:
            slots = [slot for ground in self._grounds.values() for slot in ground.slots]
        return tuple((slot.lane.value, slot.holder, slot.lane.check()) for slot in slots if slot.lane)

    def holders(self) -> Sequence[Client]:
        """Who has a lane, or waits for one that is being started."""
        with self._lock:
            return tuple(self._leases)

    def watch(self) -> None:
        """Look after the lanes that somebody has."""
        with self._lock:
            slots = [slot for _, slot in self._leases.values()]
        for slot in slots:
            slot.watch()

    def close(self) -> None:
        """Stop everything."""
        with ExitStack() as closing:
            for ground in self._grounds.values():
                closing.callback(ground.close)
        self._grounds.clear()

    def _take(self, client: Client, digest: str, made: float | None) -> tuple[Ground, Slot]:
        with self._lock:
            self._set_aside(digest, made)
            others = {key: each for key, each in self._grounds.items() if key != digest and not each.is_held}
            for key in others:
                del self._grounds[key]
            ground = self._grounds.setdefault(digest, Ground())
            slot = next((slot for slot in ground.slots if not slot.holder), None)
            if slot is None:
                slot = Slot(1 + max((slot.number for slot in ground.slots), default=0), client)
                ground.slots.append(slot)
            slot.holder = client
            self._leases[client] = (ground, slot)
        for other in others.values():
            other.close()
        return ground, slot

    def _set_aside(self, digest: str, made: float | None) -> None:
        """Give nobody else a lane on a baseline that was built anew meanwhile, at *made*."""
        base = self._grounds[digest].base if digest in self._grounds else None
        if base and made and base.kept.facts.made != made:
            self._grounds[f"{digest} of {base.kept.facts.made}"] = self._grounds.pop(digest)

    def _opening(self, ground: Ground, number: int, adapters: Rooms, emit: Emit) -> AbstractContextManager[AnyLane]:
        """What opens a lane that stands there: one of ours, or what somebody else runs."""
        if adapters.config.platform == "external":
            return wiring.borrow(adapters, number, emit=emit)
        return wiring.open_lane(adapters, self._ensure_base(ground, adapters, emit), number, emit=emit)

    def _ensure_base(self, ground: Ground, adapters: Rooms, emit: Emit) -> Base:
        def waiting() -> None:
            if ground.base is None:
                emit(BaselineAwaited(wiring.wanted(adapters).digest))

        with _awaited(ground.lock, waiting):
            if ground.base is None:
                ground.base = ground.undo.enter_context(wiring.open_base(adapters, emit=emit))
            ground.base.revive(emit=emit)
            return ground.base

    def _discard(self, client: Client, error: BaseException) -> None:
        """Close the lane of *client*, which could not be brought into the state that was asked for; keep its logs."""
        with self._lock:
            ground, slot = self._leases.pop(client)
            ground.slots.remove(slot)
        slot.undo.__exit__(type(error), error, error.__traceback__)

    def _held(self, client: Client) -> tuple[Slot, AnyLane]:
        """What *client* has leased."""
        slot = self._leases[client][1] if client in self._leases else None
        if slot is None or slot.lane is None:
            raise NoStack("This client has no lane.", next="Lease one first.")
        return slot, slot.lane


def _ground(adapters: Rooms) -> str:
    """What tells lanes that stand on the same ground from others. Raises GuardError for one that is not adopted."""
    if adapters.config.platform == "external":
        return wiring.borrowed_identity(adapters.config)
    return wiring.wanted(adapters).digest


@contextmanager
def _awaited(lock: threading.Lock, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock; *waiting* is called first if somebody else does."""
    if not lock.acquire(blocking=False):
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _adapters(config: Config, wish: Wish) -> Rooms:
    """Those of the variant that is wished for; what lanes stand on is the same for all."""
    return wiring.rooms(needed.in_variant(config, wish.variant), wish.environ)
