"""``statusquo renumber``: new primary keys for the rows of a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from statusquo.assets import changes, files, values
from statusquo.assets import renumber as numbers
from statusquo.assets.changes import Change
from statusquo.assets.dataset import Json
from statusquo.assets.formats import entry
from statusquo.cli import mentioned
from statusquo.cli.context import Context


@click.command(short_help="Give rows of test data other keys.")
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("model")
@click.option("--start", type=int, help="Number all rows from here, without gaps.")
@click.option("--compact", is_flag=True, help="Number all rows from 1, without gaps.")
@click.option("--map", "pairs", multiple=True, metavar="OLD=NEW", help="Give one row another number. Repeatable.")
@click.option("--avoid", multiple=True, type=click.Path(path_type=Path), help="Move what collides with these data.")
@click.option("--pk-map", type=click.Path(path_type=Path), help="Write the keys that changed, as JSON, to this file.")
@mentioned.option
@click.pass_obj
def renumber(
    context: Context,
    path: Path,
    model: str,
    *,
    start: int | None,
    compact: bool,
    pairs: tuple[str, ...],
    avoid: tuple[Path, ...],
    pk_map: Path | None,
    places: tuple[Path, ...],
) -> None:
    """Give rows of MODEL (app.model) in the data at PATH other primary keys, and let all references follow.

    Needs the lock of the data, which knows the references. Numbers in tests and expected answers are not touched;
    --mentions says which of them may have to be.
    """
    if sum((start is not None, compact, bool(pairs), bool(avoid))) != 1:
        raise click.UsageError("Say one of --start, --compact, --map or --avoid.")
    stored, label = context.stored(path), entry.label(model)
    if pairs:
        new: numbers.Numbers = dict(map(_pair, pairs))
    elif avoid:
        taken = {pk for other in avoid for pk in numbers.keys(files.read(other).dataset, label)}
        new = numbers.avoiding(stored.dataset, label, taken)
    else:
        new = numbers.consecutive(stored.dataset, label, 1 if start is None else start)
    planned = files.plan_rewrite(stored, numbers.apply(stored.dataset, label, new))
    told = [Change(pk_map, values.pretty([*_told(label, new)]) + "\n")] if pk_map else []
    changes.apply([*planned, *told])
    context.printer.lines(f"{label}: {old} → {key}" for old, key in sorted(new.items()))
    for each in mentioned.find(places, stored.dataset.schema, label, new):
        context.printer.lines([f"{each.place}: {each.before} may mean {label}:{each.before}, now {new[each.before]}"])


def _told(label: str, new: numbers.Numbers) -> Iterator[Json]:
    for old, key in sorted(new.items()):
        yield {"model": label, "before": old, "after": key}


def _pair(text: str) -> tuple[int, int]:
    old, _, new = text.partition("=")
    try:
        return int(old), int(new)
    except ValueError:
        raise click.UsageError(f"--map {text}: expected OLD=NEW, two numbers.") from None
