"""``statusquo init``: write a starter file."""

from __future__ import annotations

from pathlib import Path

import click

from statusquo.cli import starter
from statusquo.cli.context import Context
from statusquo.core.errors import ConfigError


@click.command(short_help="Write a commented starter file.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.argument("folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_obj
def init(context: Context, folder: Path, *, force: bool) -> None:
    """Look for a Django project in FOLDER (default: here) and write a commented statusquo.toml for it."""
    file = folder / "statusquo.toml"
    if file.exists() and not force:
        raise ConfigError(f"{file} is there already.", next="Say --force to replace it.")
    project = starter.look(folder)
    try:
        file.write_text(starter.text(project), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written.", why=f"{error.strerror}.") from error
    seen = (
        f"a Django project in {folder / project.folder}" if project else "no manage.py: fill in the commands yourself"
    )
    context.printer.lines([f"{file} written ({seen}).", "Next: 'statusquo doctor', then 'statusquo up'."])
