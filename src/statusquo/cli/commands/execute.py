"""``statusquo exec``: run a command as a service is run."""

from __future__ import annotations

import subprocess

import click

from statusquo.cli.context import Context
from statusquo.core import graph
from statusquo.core.errors import ConfigError, MissingProgram
from statusquo.core.service import Command
from statusquo.supervisor import client


@click.command(
    "exec", short_help="Run a command as a service is run.", context_settings={"allow_interspersed_args": False}
)
@click.argument("service")
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND [ARGUMENTS]...")
@click.pass_obj
def execute(context: Context, service: str, words: tuple[str, ...]) -> int:
    """Run COMMAND in the folder and with the environment that SERVICE has in the running stack; its exit code is ours.

    For example: statusquo exec server python manage.py shell
    """
    config = context.config()
    known = [each.name for each in config.services if isinstance(each.spec, Command)]
    if service not in known:
        raise ConfigError(
            f"There is no service {service!r} that runs commands.", next=graph.did_you_mean(service, known)
        )
    with client.attached(config, what="statusquo exec") as lease:
        launch = lease.launch(service, words)
        try:
            return subprocess.run(launch.argv, cwd=launch.cwd, env=dict(launch.env), check=False).returncode
        except OSError as error:
            raise MissingProgram(f"{launch.argv[0]!r} cannot be started in {launch.cwd}: {error.strerror}.") from error
