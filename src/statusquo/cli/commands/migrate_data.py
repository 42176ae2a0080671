"""``statusquo migrate-data``: old test data carried forward, by the project's process in the stack."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from statusquo.cli import leasing
from statusquo.cli.context import Context
from statusquo.config import Config
from statusquo.core.errors import ConfigError
from statusquo.core.lane import Lane

_COMMAND = ("python", "-m", "statusquo.django", "migrate-data")
_ADMIN = "STATUSQUO_SCRATCH"


@click.command("migrate-data", short_help="Carry test data through new migrations.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--from", "origin", multiple=True, metavar="APP=MIGRATION", help="The state of data without a lock.")
@click.option("--to", "goals", multiple=True, metavar="APP[=MIGRATION]", help="Go no further; other apps stay.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the data are not of today.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def migrate_data(
    context: Context,
    path: Path | None,
    origin: tuple[str, ...],
    goals: tuple[str, ...],
    *,
    check: bool,
    as_json: bool,
) -> int:
    """Carry the test data at PATH, or those of assets.dataset, forward through the project's own migrations.

    A database is made for it beside that of the stack, at the state that the lock names; the rows are loaded with the
    models of then, migrated, and dumped. The stack's own data are not touched; a stack that is not up is started.
    """
    config = context.config()
    if not config.recipe_service:
        raise ConfigError(f"{config.path.name}: no service runs the project's commands.", next="See baseline.as.")
    where = path or config.assets.dataset
    words = [*((str(where.absolute()),) if where else ()), *(f"--from={each}" for each in origin)]
    words += [f"--to={each}" for each in goals]
    flags = [name for name, is_said in (("--check", check), ("--json", as_json)) if is_said]
    services = [each for each in (config.assets.on, config.recipe_service) if each]
    with leasing.running(context, config, what="statusquo migrate-data", services=services) as lease:
        launch = lease.launch(config.recipe_service, (*_COMMAND, *words, *flags))
        env = {**dict(launch.env), **_login(config, lease.lane)}
        return subprocess.run(launch.argv, cwd=launch.cwd, env=env, check=False).returncode


def _login(config: Config, lane: Lane) -> dict[str, str]:
    """Who may make a database on the stack's server; the role that owns the application's may not."""
    endpoint = lane.endpoints.get(config.assets.on)
    return {_ADMIN: endpoint.admin.url} if endpoint and endpoint.admin else {}
