"""``statusquo down``: stop what ``up`` left running."""

from __future__ import annotations

import click

from statusquo import wiring
from statusquo.cli.context import Context
from statusquo.supervisor import client


@click.command(short_help="Stop the stack and remove its data.")
@click.pass_obj
def down(context: Context) -> None:
    """Stop the stack that 'statusquo up' left running and remove its folder; kept baselines stay.

    What a killed test run has left is removed as well. If nothing runs, do nothing.
    """
    config = context.config()
    with client.found(config, what="statusquo down") as supervisor:
        if supervisor:
            supervisor.stop()
    with context.printer.progress() as emit:
        wiring.sweep(config, emit=emit)
    if config.platform == "external":
        context.printer.note("Somebody else runs the stack: it was left as it is.")
    else:
        context.printer.note("The stack is down." if supervisor else "Nothing was running.")
