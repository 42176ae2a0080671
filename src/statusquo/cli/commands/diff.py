"""``statusquo diff``: what changed in the running stack since its baseline."""

from __future__ import annotations

from dataclasses import asdict

import click

from statusquo import wiring
from statusquo.cli.context import Context
from statusquo.rewind import render
from statusquo.supervisor import client


@click.command(short_help="Show what changed since the baseline.")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if something changed.")
@click.pass_obj
def diff(context: Context, *, as_json: bool, exit_code: bool) -> int:
    """Show the rows, keys and files that are not as they were when 'statusquo up' finished. Changes nothing."""
    config = context.config()
    with client.attached(config, what="statusquo diff") as lease, wiring.open_stores(config, lease.lane) as opened:
        diffs = opened.rewinder.diff()
    if as_json:
        context.printer.json([asdict(each) for each in diffs])
    elif all(each.is_empty for each in diffs):
        context.printer.note("Nothing has changed.")
    else:
        context.printer.lines(render.diff_lines(diffs, width=context.printer.width))
    return 1 if exit_code and not all(each.is_empty for each in diffs) else 0
