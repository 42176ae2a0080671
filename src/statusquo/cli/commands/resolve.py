"""``statusquo resolve``: what is left to do with test data after people have decided their conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from statusquo.assets import changes, files, formats, reported, sidecar
from statusquo.assets import lint as linter
from statusquo.assets import merge as merges
from statusquo.assets.files import Stored
from statusquo.assets.rule import Subject
from statusquo.cli import git, merging, volumes
from statusquo.cli.context import Context
from statusquo.core.finding import Finding


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
    errors = [_check(context, path) for path in chosen]
    for each, found in zip(planned, errors, strict=True):
        if not found:
            git.add(*(change.path for change in each))
    return 1 if any(errors) else 0


def _decided(path: Path) -> Stored:
    """The rows as they were edited, with the lock that both sides made. Raises DatasetError while markers are left."""
    stored, lock = files.read_rows(path), sidecar.path_of(path)
    if lock.is_file() and formats.has_markers(lock.read_bytes()):
        name = path.resolve().relative_to(git.root().resolve()).as_posix()
        three = merging.in_conflict(name)
        facts = merges.merge_schemas(*(each.dataset.schema for each in three))
        return files.with_lock(stored, merging.lock(three, replace(stored.dataset, schema=facts)))
    return files.with_lock(stored, files.read_lock(path))


def _check(context: Context, path: Path) -> Sequence[Finding]:
    stored = files.read(path)
    said = context.lint()
    outcome = linter.check([Subject(stored, said.settings, volumes=volumes.found(stored))], said.settings)
    context.printer.lines(reported.text([each for each in outcome.findings if each.level in linter.FAILING]))
    return [each for each in outcome.findings if each.level == "error"]
