"""``pytest --start-services`` and its like: what is done instead of running tests. ``plugin`` calls it.

It happens before anything is collected, so a test module that cannot be imported is in nobody's way.
"""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

import pytest

from statusquo import config as configuration
from statusquo import wiring
from statusquo.config import Config
from statusquo.core.errors import ConfigError, RecipeFailed, StatusquoError
from statusquo.core.events import Event
from statusquo.core.protocols import Emit
from statusquo.pytest_plugin import project, report
from statusquo.rewind import render
from statusquo.supervisor import client

VERBS = ("--start-services", "--stop-services", "--cleanup", "--dumpdb")
"""Done instead of running tests."""

Say = Callable[[str], None]


def check(config: pytest.Config) -> None:
    """Return if the options go together. Raises UsageError."""
    said = [option for option in (*VERBS, "--rebuild", "--no-run-services") if config.getoption(option)]
    for one, other in itertools.combinations(said, 2):
        if (one, other) != ("--start-services", "--rebuild"):
            raise pytest.UsageError(f"{one} and {other} exclude each other.")
    if config.option.collectonly and said != ["--no-run-services"]:
        raise pytest.UsageError(
            f"{said[0]} and --collect-only exclude each other: collecting starts and stops nothing."
        )


def run(config: pytest.Config, *, say: Say) -> int | None:
    """Do what the options ask for before or instead of running tests; the exit code, or ``None`` if tests shall run."""
    verb = next((verb for verb in VERBS if config.getoption(verb)), "")
    if not verb and not config.getoption("--rebuild"):
        return None
    try:
        found = project.load(config)
        if config.getoption("--rebuild"):
            _rebuild(found, say)
        if verb:
            _ACTS[verb](found, project.overrides(config), say)
    except StatusquoError as error:
        say(f"statusquo: {error}")
        return error.exit_code
    return 0 if verb else None


def _rebuild(config: Config, say: Say) -> None:
    kept = wiring.rebuild(config, environ=os.environ, emit=_saying(say))
    say(f"statusquo: baseline {kept.facts.fingerprint[:8]} built anew in {render.duration(kept.facts.seconds)}")


def _start(config: Config, overrides: Sequence[str], say: Say) -> None:
    wish = client.wish(config, environ=os.environ, overrides=overrides)
    with client.opened(config, what="pytest --start-services", environ=os.environ) as supervisor:
        lane = supervisor.lease(wish, emit=_saying(say))
        supervisor.keep(config.idle)
    for line in report.services_lines(config, lane):
        say(line)
    say("statusquo: the stack is up and stays; 'pytest --stop-services' or 'statusquo down' stops it")


def _stop(config: Config, overrides: Sequence[str], say: Say) -> None:
    with client.found(config, what="pytest --stop-services") as supervisor:
        if supervisor:
            supervisor.stop()
    wiring.sweep(config, emit=_saying(say))
    say("statusquo: the stack is down" if supervisor else "statusquo: nothing was running")


def _clean_up(config: Config, overrides: Sequence[str], say: Say) -> None:
    _stop(config, overrides, say)
    shutil.rmtree(config.state)
    say(f"statusquo: removed {config.state}")


def _dump(config: Config, overrides: Sequence[str], say: Say) -> None:
    if config.assets.dataset:
        _dump_dataset(config, say)
    elif config.dump:
        _dump_by_command(config, say)
    else:
        raise ConfigError(
            f"{config.path.name}: it is not said what --dumpdb writes.",
            why="It writes the data of the running stack back to where the recipe loads them from.",
            next='Name them: [assets] dataset = "data.json"; or a command: [baseline] dump = "...".',
        )


def _dump_dataset(config: Config, say: Say) -> None:
    from statusquo.assets import changes, dumped  # noqa: PLC0415 - other runs need none of it
    from statusquo.supervisor import dumping  # noqa: PLC0415 - as above

    wish = configuration.wish(config.assets)
    with client.attached(config, what="pytest --dumpdb") as lease:
        plan = dumping.plan(config, lease, wish)
    changes.apply(plan.changes)
    said = dumped.said(plan, "write")
    for line in (*said.result.splitlines(), *said.notes):
        say(f"statusquo: {line}")


def _dump_by_command(config: Config, say: Say) -> None:
    with client.attached(config, what="pytest --dumpdb") as lease:
        launch = lease.launch(config.recipe_service, config.dump)
        done = subprocess.run(launch.argv, cwd=launch.cwd, env=dict(launch.env), check=False)
    if done.returncode:
        raise RecipeFailed(f"'{shlex.join(config.dump)}' failed with exit code {done.returncode}, in {launch.cwd}.")
    say(f"statusquo: dumped by '{shlex.join(config.dump)}'")


def _saying(say: Say) -> Emit:
    def emit(event: Event) -> None:
        if line := report.progress_line(event):
            say(line)

    return emit


_ACTS: Mapping[str, Callable[[Config, Sequence[str], Say], None]] = {
    "--start-services": _start,
    "--stop-services": _stop,
    "--cleanup": _clean_up,
    "--dumpdb": _dump,
}
