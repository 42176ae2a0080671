"""``statusquo config``: the configuration as it is understood, each value with its source."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from statusquo.cli.context import Context


@click.command("config", short_help="Show the configuration, each value with its source.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def show(context: Context, *, as_json: bool) -> None:
    """Show every value of the configuration and who said so: the file, the environment, an argument, a default."""
    config = context.config()
    if as_json:
        context.printer.json({"file": str(config.path), "settings": [asdict(setting) for setting in config.settings]})
        return
    context.printer.lines([str(config.path)])
    context.printer.table(
        ("KEY", "VALUE", "SOURCE"),
        [(each.key, json.dumps(each.value, ensure_ascii=False, default=str), each.source) for each in config.settings],
    )
