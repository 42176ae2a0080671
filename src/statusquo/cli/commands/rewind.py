"""``statusquo rewind``: put the running stack back to its baseline."""

from __future__ import annotations

import click

from statusquo.cli import stores
from statusquo.cli.context import Context
from statusquo.core import events


@click.command(short_help="Put the running stack back to its baseline.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def rewind(context: Context, *, as_json: bool) -> None:
    """Put every store of the stack that 'statusquo up' left running back to where it was then."""
    config = context.config()
    with stores.opened(config, what="statusquo rewind") as opened:
        done = opened.rewinder.rewind("statusquo rewind")
    if as_json:
        context.printer.json(events.to_json(done))
        return
    context.printer.table(
        ("STORE", "PUT BACK", "TIME"),
        [
            (
                each.store,
                ", ".join(f"{part.name} ({part.items})" for part in each.touched) or "nothing had changed",
                f"{each.seconds * 1000:.1f} ms",
            )
            for each in done.stores
        ],
    )
    for each in done.stores:
        context.printer.lines(f"{each.store}: {note}" for note in each.notes)
