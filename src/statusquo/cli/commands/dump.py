"""``statusquo dump``: the rows of the running stack as test data."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from statusquo import config as configuration
from statusquo.assets import changes, dumped
from statusquo.assets.dataset import Order
from statusquo.assets.dump import Plan, Wish
from statusquo.assets.dumped import Mode
from statusquo.assets.files import Split
from statusquo.assets.kept import Policy
from statusquo.cli import leasing
from statusquo.cli.context import Context
from statusquo.config import Config
from statusquo.supervisor import dumping


@click.command(short_help="Write the rows of the running stack as test data.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.argument("models", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the files are not as the rows are.")
@click.option("--stdout", is_flag=True, help="Print the data, and write nothing.")
@click.option("--split", type=click.Choice(get_args(Split)), help="Write a folder: a file for each app or model.")
@click.option("--format", type=click.Choice(["json", "jsonl", "yaml"]), help="For a folder, or --stdout.")
@click.option("--order", type=click.Choice(get_args(Order)), help="How models follow each other.")
@click.option("--volatile", type=click.Choice(get_args(Policy)), default="keep", help="Fields that change themselves.")
@click.option("--prune-dangling", is_flag=True, help="Take references to nothing away, with their rows if need be.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def dump(
    context: Context,
    /,
    path: Path | None,
    models: tuple[str, ...],
    *,
    check: bool,
    stdout: bool,
    as_json: bool,
    **how: Any,
) -> int:
    """Write the rows of the running stack's database to PATH, in canonical form, with their lock.

    PATH is a file (.json, .jsonl, .yaml) or a folder, or else what assets.dataset names; '-' prints the data. MODELS
    are models (app.model), apps or patterns; without them it is what assets.models says, or all but noise. A stack
    that is not up is started for it.
    """
    if check and (stdout or path == configuration.NOWHERE):
        raise click.UsageError("--check and --stdout exclude each other.")
    config = context.config()
    printed = stdout or path == configuration.NOWHERE
    wish = configuration.wish(config.assets, path, models, printed=printed, **how)
    mode: Mode = "check" if check else "stdout" if printed else "write"
    plan = _plan(context, config, wish)
    if mode == "write":
        changes.apply(plan.changes)
    said = dumped.said(plan, mode, as_json=as_json)
    context.printer.text(said.result)
    for note in said.notes:
        context.printer.note(note)
    return said.exit_code


def _plan(context: Context, config: Config, wish: Wish) -> Plan:
    """By the lock or the tables, which takes no more than the database; else by the project and its service."""
    what, database = "statusquo dump", [config.assets.on] if config.assets.on else []
    if database:
        with leasing.running(context, config, what=what, services=database) as lease:
            known = dumping.plan_by_database(config, lease, wish)
        if known:
            return known
    services = [*database, *([config.recipe_service] if config.recipe_service else [])]
    with leasing.running(context, config, what=what, services=services) as lease:
        return dumping.plan(config, lease, wish)
