"""``statusquo down``: stop what ``up`` left running."""

from __future__ import annotations

import click

from statusquo import wiring
from statusquo.cli.context import Context


@click.command(short_help="Stop the stack and remove its data.")
@click.pass_obj
def down(context: Context) -> None:
    """Stop the stack that 'statusquo up' left running and remove its folder; kept baselines stay.

    What a killed test run has left is removed as well. If nothing runs, do nothing.
    """
    with context.printer.progress() as emit:
        stopped = wiring.down(context.config(), emit=emit)
    context.printer.note("The stack is down." if stopped else "Nothing was running.")
