"""``statusquo load``: test data into the database of the running stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from statusquo.assets import told as differing
from statusquo.assets.loading import source, told
from statusquo.assets.loading.plan import Mode, Terms
from statusquo.cli.context import Context
from statusquo.supervisor import client, loading


@click.command(short_help="Load test data into the running stack.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--mode",
    type=click.Choice([*get_args(Mode), "check"]),
    default="upsert",
    show_default=True,
    help="What becomes of rows that are there.",
)
@click.option("--drop-unknown", is_flag=True, help="Leave out models and fields that are not known, and tell.")
@click.option(
    "--exact-sequences", is_flag=True, help="Let the next keys follow the highest ones, even if that is less."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def load(context: Context, /, paths: tuple[Path, ...], *, mode: Any, as_json: bool, **how: bool) -> int:
    """Load the data at PATHS, files or folders, or else those that assets.dataset names: all of it, or nothing.

    insert refuses rows that are there, upsert gives them the values of the data, ensure leaves them as they are,
    replace deletes the rows that the data do not have, of the models that they do have. check changes nothing, tells
    what differs, and exits with 1 if something does. 'statusquo rewind' takes a load back.
    """
    config = context.config()
    wanted = source.read(source.chosen(paths, config.assets.dataset, Path.cwd()))
    with client.attached(config, what="statusquo load") as lease:
        if mode == "check":
            found = loading.differences(config, lease, wanted)
            if as_json:
                context.printer.json(differing.plain(found))
            else:
                context.printer.lines(differing.lines(found, "row"))
            return 1 if found else 0
        terms = Terms(mode, dropping=how["drop_unknown"])
        plan = loading.load(config, lease, wanted, terms, exact=how["exact_sequences"])
    if as_json:
        context.printer.json(told.plain(plan))
        return 0
    context.printer.lines(told.lines(plan))
    for note in told.notes(plan):
        context.printer.note(note)
    return 0
