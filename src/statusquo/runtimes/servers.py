"""Starting a known server from its state folder: the steps that fill it, then the server, again if that is worth while.

``native`` calls ``start``. A server gives up at once for two reasons that pass: somebody took its port between our
choice and its bind, or the processes of its killed predecessor are still leaving the data folder.
"""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import logs, ports
from statusquo.core.errors import ServiceFailed
from statusquo.core.known import Again, Boot, Known, Place, Program
from statusquo.core.service import Service
from statusquo.runtimes import process, scratch, sockets
from statusquo.runtimes.privileges import Footing
from statusquo.runtimes.process import Process, Start

PORT_TRIES = 3
SECONDS_TO_LEAVE = 5.0
SECONDS_TO_LISTEN = 5.0
POLL = 0.005


@dataclass(frozen=True, slots=True)
class Site:
    """What surrounds one server in its run."""

    service: Service
    run: str
    log: Path
    label: Mapping[str, str]
    footing: Callable[[], Footing]
    """Asked only for a server that refuses root."""
    lease: Callable[[Service], int]
    """A new port instead of a leased one that was taken."""


def start(known: Known, program: Program, place: Place, site: Site) -> Process:
    """Start the server, which listens by then, or has died for a reason that another try does not cure."""
    if site.service.port:
        sockets.check_free(site.service, place.port)
    footing = site.footing() if program.refuses_root else Footing()
    if footing.account:
        program = scratch.reachable_program(program, footing.account, site.run)
        data = scratch.reachable_data(place.data, footing.account, site.run, site.service.name)
        place = dataclasses.replace(place, data=data)
    _fill(known.boot(program, place), place, site, footing)
    return _start(known, program, place, site=site, footing=footing)


def _fill(boot: Boot, place: Place, site: Site, footing: Footing) -> None:
    """Run the steps that fill the data folder; one that fails leaves no folder behind that looks filled."""
    for step in boot.steps:
        started = process.start(_start_of(step.argv, boot, site, footing), site.label, stdin=subprocess.PIPE)
        with process.stopped_on_error(started):
            started.child.communicate(step.stdin.encode())
        if started.exit_code():
            shutil.rmtree(place.data, ignore_errors=True)
            program = Path(step.argv[0]).name
            raise ServiceFailed(
                f'Service "{site.service.name}": {program} failed with exit code {started.exit_code()}.',
                evidence="\n".join(logs.tail(site.log)),
            )
    place.data.mkdir(exist_ok=True)
    for path, text in boot.files:
        path.write_text(text)


def _start(known: Known, program: Program, place: Place, *, site: Site, footing: Footing) -> Process:
    """Start the server as often as its last words make it worth while."""
    deadline = time.monotonic() + SECONDS_TO_LEAVE
    ports_left = 0 if site.service.port else PORT_TRIES
    while True:
        if site.service.port is None and ports.is_taken(place.port):
            place = dataclasses.replace(place, port=site.lease(site.service))
        boot = known.boot(program, place)
        for stale in boot.stale:
            stale.unlink(missing_ok=True)
        offset = logs.size(site.log)
        started = process.start(_start_of(boot.argv, boot, site, footing), site.label)
        with process.stopped_on_error(started):
            if _listens(started, place.port):
                return started
        again = known.again(logs.since(site.log, offset))
        if again is Again.PORT_TAKEN and ports_left:
            ports_left -= 1
            place = dataclasses.replace(place, port=site.lease(site.service))
        elif again is Again.TOO_SOON and time.monotonic() < deadline:
            time.sleep(20 * POLL)
        else:
            return started


def _listens(started: Process, port: int) -> bool:
    """Wait until the server listens; False when it died. One that is slow to listen is left to the readiness probes."""
    deadline = time.monotonic() + SECONDS_TO_LISTEN
    while started.exit_code() is None:
        if sockets.listens(started.id.pid, port) or time.monotonic() > deadline:
            return True
        time.sleep(POLL)
    return False


def _start_of(argv: tuple[str, ...], boot: Boot, site: Site, footing: Footing) -> Start:
    # The root folder: a server that runs as another account may not be able to stand in ours.
    return Start((*footing.prefix, *argv), dict(boot.env), Path("/"), site.log, footing.account)
