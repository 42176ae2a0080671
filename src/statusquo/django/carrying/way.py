"""All of ``migrate-data`` but reading what is configured, and writing: what there is to do, done, and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from statusquo.assets import carried, dumped, files
from statusquo.assets.carried import Leaves
from statusquo.assets.changes import Change
from statusquo.assets.dump import Wish
from statusquo.assets.dumped import Mode
from statusquo.assets.files import Stored
from statusquo.core.errors import DatasetError
from statusquo.django.carrying import carry, states
from statusquo.django.carrying.states import Node
from statusquo.django.commands import facts


@dataclass(frozen=True, slots=True)
class Asked:
    """From where to where, each as ``APP=MIGRATION``, and what for."""

    origin: Sequence[str] = ()
    """Empty: as the lock says, else what the rows fit."""
    goals: Sequence[str] = ()
    """Empty: to the end."""
    mode: Mode = "write"
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What is to be printed and to be written; the exit code is 1 if a check finds that the data are behind."""

    notes: tuple[str, ...]
    result: str = ""
    changes: tuple[Change, ...] = ()
    exit_code: int = 0


def go(wish: Wish, asked: Asked) -> Done:
    """Carry the data at the wish's path. Raises DatasetError, StoreError, GuardError, ConfigError."""
    stored = files.read(wish.path)
    goals = tuple(states.goal(each, states.disk()) for each in asked.goals)
    nodes, guessed = _origin(asked.origin, stored)
    was = states.leaves(nodes)
    if stored.lock and not goals and not _ahead(was, facts.project().migrations):
        return Done((f"{wish.path}: the data are of the project's last migrations.",))
    done = carry.carry_to(stored, nodes, wish, goals) if goals else carry.carry(stored, nodes, wish)
    said = dumped.said(done.plan, asked.mode, as_json=asked.as_json)
    told = (*_ahead(was, done.migrations), *carried.lines(stored.dataset, done.plan.dataset), *said.notes)
    return Done((*guessed, *(() if asked.as_json else told)), said.result, done.plan.changes, said.exit_code)


def _ahead(was: Leaves, then: Leaves) -> tuple[str, ...]:
    """Which apps of the data go forward; of others their state was not said."""
    return tuple(carried.states(was, {app: names for app, names in then.items() if app in was}))


def _origin(said: Sequence[str], stored: Stored) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The state that the data are of, and what is to be said of it: as it is said, as the lock says, or the last."""
    loader = states.disk()
    if said:
        return tuple(states.said(each, loader) for each in said), ()
    if stored.lock and stored.lock.migrations:
        return states.of_lock(stored.lock, loader, stored.dataset), ()
    fitting = states.inferred(stored.dataset, loader)
    if not fitting:
        raise DatasetError(
            f"{stored.path}: there is no lock, and the rows fit no state of the project.",
            next="Say which one they are of: --from APP=MIGRATION.",
        )
    oldest, latest = (" ".join(each[-1]) for each in (fitting[0], fitting[-1]))
    what = f"There is no lock. The rows fit the states from {oldest} to {latest}; the last is taken."
    return fitting[-1], (what,)
