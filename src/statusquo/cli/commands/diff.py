"""``statusquo diff``: what changed in the running stack since its baseline, or between two datasets."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Literal, get_args

import click

from statusquo.assets import compare, files, told
from statusquo.assets.told import By
from statusquo.cli import stores
from statusquo.cli.context import Context
from statusquo.rewind import render

_TWO = 2


@click.command(short_help="Show what changed since the baseline.")
@click.argument("paths", nargs=-1, metavar="[A B]", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if something changed.")
@click.option("--by", type=click.Choice(get_args(By)), default="model", help="Of data: a line for each of these.")
@click.option("--markdown", is_flag=True, help="Of data: a table for the discussion of a change.")
@click.option("--volatile", multiple=True, metavar="GLOB", help="Of data: a field that changes by itself. Repeatable.")
@click.pass_obj
def diff(
    context: Context,
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    exit_code: bool,
    by: By,
    markdown: bool,
    volatile: tuple[str, ...],
) -> int:
    """Show the rows, keys and files that are not as they were when 'statusquo up' finished. Changes nothing.

    With two sets of test data A and B, files or folders: what is different in B, row by row, whatever their order,
    format and, where a unique key tells rows apart, their numbers.
    """
    if paths:
        how: How = "json" if as_json else "markdown" if markdown else by
        changed = _of_data(context, paths, how, volatile)
    else:
        changed = _of_stack(context, as_json=as_json)
    return 1 if exit_code and changed else 0


How = By | Literal["json", "markdown"]


def _of_data(context: Context, paths: tuple[Path, ...], how: How, volatile: tuple[str, ...]) -> bool:
    if len(paths) != _TWO:
        raise click.UsageError("Say two sets of data, or none to look at the running stack.")
    before, after = (files.read(path).dataset for path in paths)
    differences = compare.compare(before, after, volatile)
    match how:
        case "json":
            context.printer.json(told.plain(differences))
        case "markdown":
            context.printer.lines(told.markdown(differences))
        case _ if differences:
            context.printer.lines(told.lines(differences, how))
        case _:
            context.printer.note("Nothing has changed.")
    return bool(differences)


def _of_stack(context: Context, *, as_json: bool) -> bool:
    config = context.config()
    with stores.opened(config, what="statusquo diff") as opened:
        diffs = opened.rewinder.diff()
    changed = not all(each.is_empty for each in diffs)
    if as_json:
        context.printer.json([asdict(each) for each in diffs])
    elif not changed:
        context.printer.note("Nothing has changed.")
    else:
        context.printer.lines(render.diff_lines(diffs, width=context.printer.width))
    return changed
