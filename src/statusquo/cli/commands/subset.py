"""``statusquo subset``: some rows of test data, with all that they need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import click

from statusquo.assets import anonymising, changes, closing, files, formats, meant
from statusquo.assets.closing import Closed, Down, Nullable
from statusquo.assets.closing import Rules as Edges
from statusquo.assets.dataset import Dataset
from statusquo.assets.formats import entry
from statusquo.assets.personal import Rules
from statusquo.cli.context import Context
from statusquo.core.errors import DatasetError


@click.command(short_help="Take some rows of test data, with all they need.")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--root",
    "roots",
    multiple=True,
    required=True,
    metavar="MODEL[:QUERY]",
    help="Rows to begin with: all, keys (shop.order:1,2), or values (shop.user:name=a*,up=3). Repeatable.",
)
@click.option(
    "--nullable",
    type=click.Choice(get_args(Nullable)),
    default="follow",
    show_default=True,
    help="References that may be empty.",
)
@click.option("--follow-m2m", is_flag=True, help="Take the targets of many-to-many fields too.")
@click.option(
    "--down",
    "downs",
    multiple=True,
    metavar="MODEL.FIELD[=N[:ORDER]]",
    help="Take the rows that refer to one by this field too: all, or the first N by a field. Repeatable.",
)
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.pass_obj
def subset(
    context: Context,
    source: Path,
    target: Path,
    *,
    roots: tuple[str, ...],
    nullable: Nullable,
    follow_m2m: bool,
    downs: tuple[str, ...],
    force: bool,
) -> None:
    """Write the rows of SOURCE that --root names, and all that these refer to, to TARGET, and say why each model is in.

    Needs the lock of the data, which knows the references. The same data and options give the same rows.
    """
    if target.exists() and not force:
        raise DatasetError(f"{target} is there already.", next="Name another place, or use --force to replace it.")
    stored = context.stored(source)
    dataset = stored.dataset
    rules = Edges(nullable, follow_m2m, tuple(_down(each, dataset) for each in downs))
    chosen = {id(each): each for text in roots for each in meant.rows(dataset, text)}
    closed = closing.close(dataset, chosen.values(), rules)
    rest = (each for each in dataset.records if id(each) not in closed.because)
    people = context.lint().people or Rules()
    taken = closing.without(dataset, rest).dataset
    part = replace(stored, dataset=anonymising.apply(taken, people))
    changes.apply(files.plan_conversion(part, target, split=None, format=formats.of(target)))
    context.printer.lines(_told(closed, dataset))
    for line in anonymising.told(taken, people):
        context.printer.note(line)


def _down(text: str, dataset: Dataset) -> Down:
    edge, _, most = text.partition("=")
    label, _, name = edge.rpartition(".")
    model = dataset.schema.get(entry.label(label))
    if model is None or not (model.field(name) or model.many_field(name)):
        raise click.UsageError(f"--down {text}: there is no field {edge!r} of these data.")
    limit, _, order = most.partition(":")
    if most and not limit.isdecimal():
        raise click.UsageError(f"--down {text}: {limit!r} is no number of rows.")
    return Down(model.label, name, int(limit) if limit else None, order)


def _told(closed: Closed, dataset: Dataset) -> Iterator[str]:
    every = dataset.counts
    for label, rows in Dataset(closed.records).by_model().items():
        yield f"{label}: {len(rows)} of {every[label]} rows, as {closed.path(rows[0])}"
