"""``statusquo env``: where the running stack answers, for a shell or a program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

import click

from statusquo.cli.context import Context
from statusquo.core import endpoint
from statusquo.core.lane import Lane
from statusquo.supervisor import client

FORMATS = ("shell", "dotenv", "json")


@click.command(short_help="Print where the stack answers, as variables.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="shell", show_default=True)
@click.pass_obj
def env(context: Context, *, form: str) -> None:
    """Print a variable for each fact of each service: SERVER_URL, DB_HOST, MEDIA_PATH. Passwords are among them.

    In a shell: eval "$(statusquo env)"
    """
    with client.attached(context.config(), what="statusquo env") as lease:
        known = variables(lease.lane)
    if form == "json":
        context.printer.json(known)
        return
    prefix = "export " if form == "shell" else ""
    context.printer.lines(f"{prefix}{name}={shlex.quote(value)}" for name, value in known.items())


def variables(lane: Lane) -> Mapping[str, str]:
    """The facts of all services as tests see them, by the name of a variable. Pure."""
    return {
        re.sub(r"\W", "_", f"{service.name}_{fact}").upper(): value
        for service in lane.services
        for fact, value in endpoint.facts(service.endpoint, service.endpoint.host).items()
    }
