"""``statusquo up``: start the stack and leave it running."""

from __future__ import annotations

import click

from statusquo.cli.commands import status
from statusquo.cli.context import Context
from statusquo.supervisor import client


@click.command(short_help="Start the stack and leave it running.")
@click.option("--json", "as_json", is_flag=True, help="Print what runs as JSON.")
@click.option("--variant", default="", metavar="NAME", help="Run the services in this variant of the configuration.")
@click.pass_obj
def up(context: Context, *, as_json: bool, variant: str) -> int:
    """Start the stack, load the baseline and leave everything running until 'statusquo down'.

    If it runs already, only what is not as the configuration asks, or has died, is started anew. Without anybody using
    it, it stops by itself after the time that stack.idle says.
    """
    config = context.config()
    with context.printer.progress() as emit, client.opened(config, what="statusquo up", environ=context.environ) as own:
        wish = client.wish(config, environ=context.environ, overrides=context.overrides, variant=variant)
        was_up = bool(own.lanes())
        own.lease(wish, emit=emit)
        own.keep(config.idle)
    if config.platform == "external":
        context.printer.note("Somebody else runs it: it answers, and nothing was started.")
    elif was_up:
        context.printer.note("The stack was up already.")
    return status.report(context, config, as_json=as_json)
