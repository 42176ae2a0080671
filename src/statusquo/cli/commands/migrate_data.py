"""``statusquo migrate-data``: old test data carried forward, by the project's process in the stack."""

from __future__ import annotations

from pathlib import Path

import click

from statusquo import config as configuration
from statusquo.assets import changes
from statusquo.cli import leasing
from statusquo.cli.context import Context
from statusquo.core.errors import ConfigError
from statusquo.supervisor import carrying

_WHAT = "statusquo migrate-data"
_EMPTY = ("baseline.recipe=[]",)
"""The recipe of the project may load the very data that do not fit its models any more."""


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
    models of then, migrated, and dumped. The data of the stack are not touched. If it is not up, its database is
    started, and nothing is loaded into it.
    """
    config = context.config()
    if not config.recipe_service:
        raise ConfigError(f"{config.path.name}: no service runs the project's commands.", next="See baseline.as.")
    wish = configuration.wish(config.assets, path, volatile="keep-always")
    services = [config.assets.on] if config.assets.on else []
    mode = "check" if check else "write"
    with leasing.running(context, config, what=_WHAT, services=services, settings=_EMPTY) as lease:
        done = carrying.carry(config, lease, wish, origin=origin, goals=goals, mode=mode, as_json=as_json)
    if mode == "write":
        changes.apply(done.changes)
    context.printer.text(done.result)
    for note in done.notes:
        context.printer.note(note)
    return done.exit_code
