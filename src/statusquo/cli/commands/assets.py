"""``statusquo assets``: the test data of the project, rows and files, as one thing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from statusquo import config as configuration
from statusquo import wiring
from statusquo.assets import changes, dumped
from statusquo.assets.volumes import merging
from statusquo.cli import checking, leasing, updating
from statusquo.cli.console import Printer
from statusquo.cli.context import Context
from statusquo.config import Config
from statusquo.core.lane import Lane
from statusquo.rewind import render
from statusquo.supervisor import dumping

_HOW: dict[str, Any] = {"split": None, "format": None, "order": None, "volatile": "keep", "prune_dangling": False}
_WHAT = "statusquo assets update"


@click.group(short_help="Update the test data of the project.")
def assets() -> None:
    """The test data that [assets] in statusquo.toml names: a dataset, and archives or folders of files."""


@assets.command(short_help="Write rows and files of the running stack as test data.")
@click.option("--no-wait", is_flag=True, help="Take the stack as it is, without waiting for you to change something.")
@click.pass_obj
def update(context: Context, *, no_wait: bool) -> int:
    """Bring the stack up, wait while you change things in it, and write what it holds then as test data.

    Shows what changed since the baseline, writes the rows to assets.dataset and the files to assets.volumes, all or
    nothing, checks them, and says what to commit. Exits with 1 if there are errors in the data. A stack that was up
    stays up, and as it is.
    """
    config = context.config()
    wish = configuration.wish(config.assets, None, (), **_HOW)
    printer = context.printer
    with leasing.running(context, config, what=_WHAT) as lease:
        if not no_wait:
            _wait(printer, lease.lane)
        with wiring.open_stores(config, lease.lane) as opened:
            printer.lines(render.diff_lines(opened.rewinder.diff(), width=printer.width))
        plan = dumping.plan(config, lease, wish)
        with updating.kept(config, lease.lane) as every:
            written = (*changes.apply(updating.planned(plan, every)), *(each.path for each in every if each.is_written))
    said = dumped.said(plan, "write")
    printer.text(said.result)
    for each in every:
        printer.lines(f"{each.path.name}: {line}" for line in merging.lines(each.differences))
    for note in said.notes:
        printer.note(note)
    is_right = checking.is_right(context, plan.path)
    _tell(printer, config, written)
    return 0 if is_right else 1


def _wait(printer: Printer, lane: Lane) -> None:
    """Return when the developer has changed what there is to change."""
    for each in lane.services:
        if each.endpoint.host:
            printer.note(f"{each.name:<12} {each.endpoint.host.without_password.url}")
    printer.note("Change what you want, then press Enter. Ctrl-C leaves the test data as they are.")
    sys.stdin.readline()


def _tell(printer: Printer, config: Config, written: Iterable[Path]) -> None:
    names = [os.path.relpath(each, config.project) for each in written]
    if names:
        printer.lines([f"git add {' '.join(names)}"])
    else:
        printer.note("The test data are as they were: there is nothing to commit.")
