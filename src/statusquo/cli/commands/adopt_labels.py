"""``statusquo adopt-labels``: names in place of numbers, in test data that have numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import click

from statusquo.assets import changes, files
from statusquo.assets.dataset import Dataset
from statusquo.assets.formats import entry
from statusquo.assets.labelling import adopting
from statusquo.assets.labels import How
from statusquo.cli import mentioned
from statusquo.cli.context import Context


@click.command(short_help="Give rows of test data names in place of numbers.")
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--field", "pairs", multiple=True, metavar="MODEL=FIELD", help="The field to call rows by. Repeatable.")
@click.option("--numbers", type=click.Choice(get_args(How)), help="How labels get numbers from now on.")
@mentioned.option
@click.pass_obj
def adopt_labels(
    context: Context,
    path: Path,
    models: tuple[str, ...],
    *,
    pairs: tuple[str, ...],
    numbers: How | None,
    places: tuple[Path, ...],
) -> None:
    """Give the rows of some models (app.model) in the data at PATH, or of all, labels, and write references by these.

    Labels come from the first field that tells all rows of a model apart: slug, username, codename, code, name, title,
    email. Rows keep their numbers, which the lock of the data remembers; it prints which label is which number.
    """
    stored = context.stored(path)
    adopted = adopting.adopt(stored.dataset, tuple(map(entry.label, models)), dict(map(_pair, pairs)))
    lock = replace(stored.lock, numbers=numbers) if stored.lock and numbers else stored.lock
    changes.apply(files.plan_rewrite(replace(stored, lock=lock), adopted.dataset))
    context.printer.lines(f"{each.model} {each.pk} → @{each.label}" for each in adopted.named)
    for label, rows in Dataset(adopted.named).by_model().items():
        names = {each.pk: each.label for each in rows if isinstance(each.pk, int)}
        for each in mentioned.find(places, stored.dataset.schema, label, {pk: pk for pk in names}):
            context.printer.lines([f"{each.place}: {each.before} may mean {label}:@{names[each.before]}"])
    for label, why in adopted.skipped.items():
        context.printer.note(f"{label}: no labels: {why}.")


def _pair(text: str) -> tuple[str, str]:
    model, _, name = text.partition("=")
    if not name:
        raise click.UsageError(f"--field {text}: expected MODEL=FIELD.")
    return entry.label(model), name
