"""``manage.py statusquo migrate-data``: old test data carried forward by the project's own migrations."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from statusquo import config
from statusquo.assets import carried, changes, dumped, files
from statusquo.assets.carried import Leaves
from statusquo.assets.dumped import Mode
from statusquo.assets.files import Stored
from statusquo.core.errors import DatasetError
from statusquo.django import settings
from statusquo.django.carrying import carry, states
from statusquo.django.carrying.states import Node
from statusquo.django.commands import facts

HELP = "Carry test data forward through the project's migrations, in a database made for it."


def add_arguments(parser: ArgumentParser) -> None:
    """Say which data, and from where."""
    parser.add_argument("path", nargs="?", type=Path, help="A file or a folder; else what assets.dataset names.")
    parser.add_argument(
        "--from",
        action="append",
        dest="origin",
        default=[],
        metavar="APP=MIGRATION",
        help="The state that the data are of, where they have no lock. Repeatable.",
    )
    parser.add_argument(
        "--to",
        action="append",
        dest="goals",
        default=[],
        metavar="APP[=MIGRATION]",
        help="Go no further: to that migration, or the app's last; other apps stay. Repeatable.",
    )
    parser.add_argument("--check", action="store_true", help="Write nothing; exit with 1 if the data are not of today.")
    parser.add_argument("--json", action="store_true", dest="as_json", help="Print what was done as JSON.")


def run(options: Mapping[str, Any], stdout: TextIO, stderr: TextIO) -> int:
    """Carry the data; the exit code is 1 if a check finds that they have to be."""
    wish = config.wish(settings.assets(), options["path"], volatile="keep-always")
    stored = files.read(wish.path)
    goals = tuple(states.goal(each, states.disk()) for each in options["goals"])
    nodes = _origin(options["origin"], stored, stderr)
    was = states.leaves(nodes)
    if stored.lock and not goals and not _ahead(was, facts.project().migrations):
        stderr.write(f"{wish.path}: the data are of the project's last migrations.\n")
        return 0
    done = carry.carry_to(stored, nodes, wish, goals) if goals else carry.carry(stored, nodes, wish)
    plan = done.plan
    mode: Mode = "check" if options["check"] else "write"
    if mode == "write":
        changes.apply(plan.changes)
    said = dumped.said(plan, mode, as_json=options["as_json"])
    if said.result:
        stdout.write(said.result)
    if not options["as_json"]:
        told = (*_ahead(was, done.migrations), *carried.lines(stored.dataset, plan.dataset), *said.notes)
        stderr.write("".join(f"{line}\n" for line in told))
    return said.exit_code


def _ahead(was: Leaves, then: Leaves) -> tuple[str, ...]:
    """Which apps of the data go forward; of others their state was not said."""
    return tuple(carried.states(was, {app: names for app, names in then.items() if app in was}))


def _origin(said: Sequence[str], stored: Stored, stderr: TextIO) -> tuple[Node, ...]:
    """The state that the data are of: as it is said, as the lock says, or the last that they fit."""
    loader = states.disk()
    if said:
        return tuple(states.said(each, loader) for each in said)
    if stored.lock and stored.lock.migrations:
        return states.of_lock(stored.lock, loader, stored.dataset)
    fitting = states.inferred(stored.dataset, loader)
    if not fitting:
        raise DatasetError(
            f"{stored.path}: there is no lock, and the rows fit no state of the project.",
            next="Say which one they are of: --from APP=MIGRATION.",
        )
    oldest, latest = (" ".join(each[-1]) for each in (fitting[0], fitting[-1]))
    stderr.write(f"There is no lock. The rows fit the states from {oldest} to {latest}; the last is taken.\n")
    return fitting[-1]
