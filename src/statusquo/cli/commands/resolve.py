"""``statusquo resolve``: what is left to do with test data after people have decided their conflicts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from statusquo.assets import changes, files, formats, labels, sidecar
from statusquo.assets import merge as merges
from statusquo.assets.files import Stored
from statusquo.assets.merging import locks
from statusquo.cli import checking, git, merging
from statusquo.cli.context import Context


@click.command(short_help="Finish a merge of test data after editing.")
@click.argument("paths", nargs=-1, metavar="[DATA]...", type=click.Path(path_type=Path, exists=True))
@click.pass_obj
def resolve(context: Context, paths: tuple[Path, ...]) -> int:
    """Bring DATA, whose conflicts you have edited, into canonical form, write their lock, check them, and tell git.

    Without DATA: all test data that are in conflict in this repository. Exits with 1, and leaves them in conflict, if
    there are errors in them; nothing is written while a conflict marker is left.
    """
    top = git.root()
    names = [top / each for each in merging.conflicted()]
    chosen = [files.owner(each) for each in paths] or names
    if not chosen:
        context.printer.note("No test data are in conflict.")
    planned = [files.plan_rewrite(stored, stored.dataset) for stored in map(_decided, chosen)]
    changes.apply(change for each in planned for change in each)
    right = [checking.is_right(context, path) for path in chosen]
    for each, is_right in zip(planned, right, strict=True):
        if is_right:
            git.add(*(change.path for change in each))
    return 0 if all(right) else 1


def _decided(path: Path) -> Stored:
    """The rows as they were edited, with the lock that both sides made. Raises DatasetError while markers are left."""
    stored, lock = files.read_rows(path), sidecar.path_of(path)
    if lock.is_file() and formats.has_markers(lock.read_bytes()):
        name = path.resolve().relative_to(git.root().resolve()).as_posix()
        three = merging.in_conflict(name)
        facts = merges.merge_schemas(*(each.dataset.schema for each in three))
        every = [each.lock for each in three]
        dataset = labels.resolve(replace(stored.dataset, schema=facts), locks.numbers(*every[1:]))
        return files.with_lock(stored, locks.merge(every, dataset))
    return files.with_lock(stored, files.read_lock(path))
