"""A container engine for tests: the one that answers, or one of our own, with images that need no registry.

Without an engine, and without the means to start one, tests that need it are skipped with the reason; with
STATUSQUO_REQUIRE=compose in the environment they fail instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from statusquo.core.errors import MissingProgram
from statusquo.runtimes import process
from statusquo.runtimes.compose import client, engine
from statusquo.runtimes.process import Start
from tests import memory
from tests.required import lacking

ROOT = Path(__file__).parents[1]
SECONDS = 60.0


@contextmanager
def running() -> Iterator[Mapping[str, str]]:
    """The environment in which an engine answers that has our images."""
    with (
        tempfile.TemporaryDirectory(
            prefix="statusquo-engine-", dir=memory.place(), ignore_cleanup_errors=True
        ) as folder,
        _engine(Path(folder)) as environment,
    ):
        try:
            client.find(environment)
        except MissingProgram as error:
            lacking("compose", str(error))
        script, requirements = ROOT / "scripts/local_images.py", ROOT / "examples/annotation/requirements.txt"
        subprocess.run([sys.executable, str(script), str(requirements)], env=dict(environment), check=True)
        yield environment


@contextmanager
def _engine(folder: Path) -> Iterator[Mapping[str, str]]:
    try:
        engine.connect(os.environ).close()
    except MissingProgram as error:
        if os.geteuid() != 0 or not shutil.which("dockerd"):
            lacking("compose", str(error))
    else:
        yield os.environ
        return
    environment = {**os.environ, "DOCKER_HOST": f"unix://{folder}/docker.sock"}
    with _dockerd(folder, environment):
        yield environment


@contextmanager
def _dockerd(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """An engine whose data are below *folder*, for the length of the block."""
    places = ("--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile", folder / "pid")
    argv = ("dockerd", *map(str, places), "--host", environment["DOCKER_HOST"])
    log = folder / "dockerd.log"
    started = process.start(Start(argv, environment, folder, log), {"STATUSQUO_RUN": folder.name})
    try:
        deadline = time.monotonic() + SECONDS
        while not _answers(environment):
            if started.exit_code() is not None or time.monotonic() > deadline:
                lacking("compose", "dockerd does not start: " + " ".join(log.read_text().splitlines()[-3:]))
            time.sleep(0.1)
        yield
    finally:
        started.stop(SECONDS)


def _answers(environment: Mapping[str, str]) -> bool:
    try:
        engine.connect(environment).close()
    except MissingProgram:
        return False
    return True
