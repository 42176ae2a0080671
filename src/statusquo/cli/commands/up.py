"""``statusquo up``: start the stack and leave it running."""

from __future__ import annotations

import click

from statusquo import wiring
from statusquo.cli.commands import status
from statusquo.cli.context import Context


@click.command(short_help="Start the stack and leave it running.")
@click.option("--json", "as_json", is_flag=True, help="Print what runs as JSON.")
@click.pass_obj
def up(context: Context, *, as_json: bool) -> int:
    """Start the stack, load the baseline and leave everything running until 'statusquo down'.

    If it runs already, say so and change nothing.
    """
    config = context.config()
    found = wiring.status(config)
    if found is None:
        with context.printer.progress() as emit:
            wiring.up(config, environ=context.environ, emit=emit)
        found = wiring.status(config)
    elif any(service.state == "dead" for service in found.services):
        context.printer.note("The stack is up, but not whole: 'statusquo down' and 'statusquo up' start it afresh.")
    else:
        context.printer.note("The stack is up already.")
    return status.report(context, found, as_json=as_json)
