"""How the doors get at the supervisor: lease a lane, ask for changes, look at what runs, and leave."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.config import Config
from statusquo.core.errors import NoStack, ServiceFailed
from statusquo.core.lane import Lane
from statusquo.core.protocols import Emit
from statusquo.core.service import Launch
from statusquo.supervisor import wire
from statusquo.supervisor.finding import found, opened
from statusquo.supervisor.link import LaneStatus, Supervisor
from statusquo.supervisor.wire import Message

__all__ = ["Death", "LaneStatus", "Lease", "Supervisor", "attached", "found", "is_up", "lease", "opened", "wish"]


@dataclass(frozen=True, slots=True)
class Death:
    """A service that died while somebody worked with it."""

    service: str
    how: str
    ago: float
    """Seconds."""
    log: tuple[str, ...]
    """Its last lines."""


@dataclass(slots=True)
class Lease:
    """A lane that nobody else touches as long as the connection is open."""

    supervisor: Supervisor
    lane: Lane
    wish: Message

    def change(self, *, emit: Emit, **wish: object) -> Lane:
        """Have the lane run as it is wished for now: other ``services``, another ``variant``."""
        self.wish = {**self.wish, **wish}
        return self._take(self.supervisor.ask("change", emit=emit, **self.wish))

    def deaths(self) -> tuple[Death, ...]:
        """The services that died and were not started again yet."""
        return tuple(
            Death(each["service"], each["how"], each["ago"], tuple(each["log"]))
            for each in self.supervisor.ask("deaths")
        )

    def require(self, names: Collection[str]) -> None:
        """Return if none of the named services is dead. Raises ServiceFailed."""
        for death in self.deaths():
            if death.service in names:
                raise ServiceFailed(
                    f'Service "{death.service}" {death.how}.',
                    next="Start it again with 'statusquo up'.",
                    evidence="\n".join(death.log),
                )

    def repair(self, *, emit: Emit) -> Lane:
        """Have what died, and what needs it, started again. Raises ServiceFailed at the second death of a service."""
        return self._take(self.supervisor.ask("repair", emit=emit))

    def restart(self, names: Sequence[str], *, emit: Emit) -> Lane:
        """Have the named services, and those that need them, stopped and started again."""
        return self._take(self.supervisor.ask("restart", names=list(names), emit=emit))

    def launch(self, service: str, argv: Sequence[str]) -> Launch:
        """What to start on this machine to have *argv* run as *service* is run in the lane."""
        said = self.supervisor.ask("launch", service=service, argv=list(argv))
        env = tuple((name, value) for name, value in said["env"])
        return Launch(tuple(said["argv"]), Path(said["cwd"]), env)

    def _take(self, said: Message) -> Lane:
        self.lane = wire.to_lane(said)
        return self.lane


@contextmanager
def lease(
    config: Config,
    *,
    what: str,
    environ: Mapping[str, str],
    overrides: Sequence[str] = (),
    services: Sequence[str] | None = None,
    variant: str = "",
    emit: Emit,
) -> Iterator[Lease]:
    """A lane that runs as the configuration asks, until the end of the block. Raises all that starting a stack does."""
    wished = wish(config, environ=environ, overrides=overrides, services=services, variant=variant)
    with opened(config, what=what, environ=environ) as supervisor:
        yield Lease(supervisor, supervisor.lease(wished, emit=emit), wished)


def wish(
    config: Config,
    *,
    environ: Mapping[str, str],
    overrides: Sequence[str] = (),
    services: Sequence[str] | None = None,
    variant: str = "",
) -> Message:
    """What a lane is asked to run: *services*, or all, as the configuration says under *environ* and *overrides*."""
    return {
        "file": str(config.path),
        "overrides": list(overrides),
        "environ": dict(environ),
        "services": None if services is None else list(services),
        "variant": variant,
    }


@contextmanager
def attached(config: Config, *, what: str) -> Iterator[Lease]:
    """The first lane of the stack that was left running, as it is. Raises NoStack, Busy."""
    with found(config, what=what) as supervisor:
        if supervisor is None:
            raise NoStack("No stack of this project is running.", next="Start it with 'statusquo up'.")
        yield Lease(supervisor, wire.to_lane(supervisor.ask("attach")), {})


def is_up(config: Config, *, what: str) -> bool:
    """True when a stack of the project runs and none of its services is dead."""
    with found(config, what=what) as supervisor:
        lanes = supervisor.lanes() if supervisor else ()
    return bool(lanes) and not any(lane.died for lane in lanes)
