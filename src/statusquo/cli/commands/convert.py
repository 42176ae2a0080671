"""``statusquo convert``: test data in another format or layout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import click

from statusquo.assets import changes, files, formats, labels
from statusquo.assets.files import Split
from statusquo.cli.context import Context
from statusquo.core.errors import DatasetError


@click.command(short_help="Write test data in another format or layout.")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--split", type=click.Choice(get_args(Split)), help="Write a folder: a file for each app or model.")
@click.option("--format", "name", type=click.Choice(["json", "jsonl", "yaml"]), help="For --split.  [default: json]")
@click.option("--plain", is_flag=True, help="Write keys in place of labels, so that Django's loaddata reads them.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.pass_obj
def convert(
    context: Context,
    source: Path,
    target: Path,
    *,
    split: Split | None,
    name: str | None,
    plain: bool,
    force: bool,
) -> None:
    """Write the data of SOURCE, a file or a folder of files, to TARGET, in canonical form, with their lock.

    The format is that of TARGET's name: .json, .jsonl, .yaml; .xml is only read. All of them are what Django's loaddata
    reads, but for rows with labels, which --plain writes by their keys.
    """
    if target.exists() and not force:
        raise DatasetError(f"{target} is there already.", next="Name another place, or use --force to replace it.")
    chosen = next(each for each in formats.FORMATS if each.name == (name or "json")) if split else formats.of(target)
    stored = context.stored(source)
    if plain:
        stored = replace(stored, dataset=labels.without(stored.dataset))
    changes.apply(files.plan_conversion(stored, target, split=split, format=chosen))
    context.printer.note(f"{target}: {len(stored.dataset.records)} rows.")
