"""``statusquo restart``: stop services and start them again."""

from __future__ import annotations

import click

from statusquo.cli.context import Context
from statusquo.core import graph
from statusquo.core.errors import ConfigError
from statusquo.supervisor import client


@click.command(short_help="Stop services and start them again.")
@click.argument("services", nargs=-1)
@click.pass_obj
def restart(context: Context, services: tuple[str, ...]) -> None:
    """Stop the named SERVICES of the running stack, or all, with those that need them, and start them again.

    What the stores hold stays, except in a Redis that is restarted: that one begins with the baseline.
    """
    config = context.config()
    known = [service.name for service in config.services]
    for name in services:
        if name not in known:
            raise ConfigError(f"There is no service {name!r}.", next=graph.did_you_mean(name, known))
    with client.attached(config, what="statusquo restart") as lease, context.printer.progress() as emit:
        lease.restart(services or tuple(lease.lane.endpoints), emit=emit)
