"""``statusquo wait``: until the stack is up."""

from __future__ import annotations

import time

import click

from statusquo.cli.context import Context
from statusquo.core.errors import NoStack
from statusquo.supervisor import client

_POLL = 0.2


@click.command(short_help="Wait until the stack is up.")
@click.option("--timeout", type=click.FloatRange(min=0), default=60.0, show_default=True, help="Seconds.")
@click.pass_obj
def wait(context: Context, *, timeout: float) -> None:
    """Return when a stack that somebody else is starting is up and all its services live; exit with 8 if it is not."""
    config = context.config()
    deadline = time.monotonic() + timeout
    while not client.is_up(config, what="statusquo wait"):
        if time.monotonic() > deadline:
            raise NoStack(
                f"No stack of this project was up within {timeout:g} s.", next="Start it with 'statusquo up'."
            )
        time.sleep(_POLL)
