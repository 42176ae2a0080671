"""``statusquo logs``: what the services print."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path

import click

from statusquo.cli.context import Context
from statusquo.core import graph
from statusquo.core.errors import ConfigError, NoStack
from statusquo.supervisor import client

_POLL = 0.2
"""Seconds between looks at the files."""


@click.command(short_help="Show what the services print.")
@click.argument("services", nargs=-1)
@click.option("-f", "--follow", is_flag=True, help="Go on until interrupted.")
@click.option("-n", "--tail", type=click.IntRange(min=0), default=50, show_default=True, help="Lines of each service.")
@click.pass_obj
def logs(context: Context, services: tuple[str, ...], *, follow: bool, tail: int) -> None:
    """Show the last log lines of all SERVICES, or of those named."""
    chosen = _files(context, services)
    with suppress(KeyboardInterrupt) if follow else nullcontext():
        offsets = _show_tail(context, chosen, tail)
        while follow:
            time.sleep(_POLL)
            try:
                offsets = _show_since(context, chosen, offsets)
            except FileNotFoundError:  # its lane is gone; another one may have taken its place
                chosen = _files(context, services)
                offsets = dict.fromkeys(chosen, 0)


def _files(context: Context, services: tuple[str, ...]) -> Mapping[str, Path]:
    """The logs of the named services, or of all, in the first lane."""
    with client.found(context.config(), what="statusquo logs") as supervisor:
        lanes = supervisor.lanes() if supervisor else ()
    if not lanes:
        raise NoStack("No stack of this project is running.", next="Start it with 'statusquo up'.")
    files = dict(lanes[0].lane.logs)
    for name in services:
        if name not in files:
            raise ConfigError(f"There is no log of {name!r}.", next=graph.did_you_mean(name, files))
    return {name: file for name, file in files.items() if not services or name in services}


def _show_tail(context: Context, files: Mapping[str, Path], tail: int) -> dict[str, int]:
    offsets: dict[str, int] = {}
    for name, file in files.items():
        data = file.read_bytes()
        offsets[name] = len(data)
        lines = data.decode(errors="replace").splitlines()
        context.printer.lines(f"{name:<12} {line}" for line in lines[max(0, len(lines) - tail) :])
    return offsets


def _show_since(context: Context, files: Mapping[str, Path], offsets: Mapping[str, int]) -> dict[str, int]:
    ends: dict[str, int] = {}
    for name, file in files.items():
        with file.open("rb") as log:
            log.seek(offsets[name])
            data = log.read()
        whole = data[: data.rfind(b"\n") + 1]
        ends[name] = offsets[name] + len(whole)
        context.printer.lines(f"{name:<12} {line}" for line in whole.decode(errors="replace").splitlines())
    return ends
