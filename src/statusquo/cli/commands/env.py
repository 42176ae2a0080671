"""``statusquo env``: where the running stack answers, for a shell or a program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Literal

import click

from statusquo.cli.context import Context
from statusquo.core import endpoint
from statusquo.core.lane import Lane
from statusquo.supervisor import client

FORMATS = ("shell", "dotenv", "json")


@click.command(short_help="Print where the stack answers, as variables.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="shell", show_default=True)
@click.pass_obj
def env(context: Context, *, form: Literal["shell", "dotenv", "json"]) -> None:
    """Print a variable for each fact of each service: SERVER_URL, DB_HOST, MEDIA_PATH. Passwords are among them.

    In a shell: eval "$(statusquo env)"
    """
    with client.attached(context.config(), what="statusquo env") as lease:
        known = variables(lease.lane)
    if form == "json":
        context.printer.json(known)
        return
    context.printer.lines(line(form, name, value) for name, value in known.items())


def line(form: Literal["shell", "dotenv"], name: str, value: str) -> str:
    """A variable for ``eval``, or for those who read .env files: to all of these nothing in single quotes is special.

    Pure.
    """
    if form == "shell":
        return f"export {name}={shlex.quote(value)}"
    if re.fullmatch(r"[\w@%+=:,./-]*", value, re.ASCII):
        return f"{name}={value}"
    if "'" not in value:
        return f"{name}='{value}'"
    escaped = re.sub(r'(["\\$`])', r"\\\1", value)
    return f'{name}="{escaped}"'


def variables(lane: Lane) -> Mapping[str, str]:
    """The facts of all services as tests see them, by the name of a variable. Pure."""
    return {
        re.sub(r"\W", "_", f"{service.name}_{fact}").upper(): value
        for service in lane.services
        for fact, value in endpoint.facts(service.endpoint, service.endpoint.host).items()
    }
