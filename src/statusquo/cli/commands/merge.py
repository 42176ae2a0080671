"""``statusquo merge``: test data of two branches, row by row; called by people, by git and in CI."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from statusquo.assets import changes, sidecar
from statusquo.assets.changes import Change
from statusquo.assets.volumes import streams
from statusquo.assets.volumes.merging import Merged
from statusquo.cli import git, merging, volumes
from statusquo.cli.context import Context
from statusquo.cli.merging import Version


@click.command(short_help="Merge test data of two branches, row by row.")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, metavar="[BASE OURS THEIRS]")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write.  [default: standard output]")
@click.option("--index", is_flag=True, help="Merge what is in conflict in this repository; so it is without files.")
@click.option("--pk-map", type=click.Path(path_type=Path), help="Write the keys that changed, as JSON, to this file.")
@click.option("--path", help="For git: the file is this one, and the result replaces OURS.")
@click.pass_obj
def merge(
    context: Context,
    files: tuple[Path, ...],
    *,
    output: Path | None,
    index: bool,
    pk_map: Path | None,
    path: str | None,
) -> int:
    """Merge what two branches made of one dataset. Exits with 0 if it is done, with 1 if people must decide something.

    Rows are matched by unique key, else by primary key. Two rows that took one key on their branches are both kept:
    the one of THEIRS gets the next free key, and all that refers to it follows. What both sides changed, each to
    another, is written between conflict markers. Needs the lock beside the data: without it no key can be changed.

    Archives of files are merged file by file.
    """
    if len(files) not in (0, 3) or (index and files) or (path and not files):
        raise click.UsageError("Name three files (base, ours, theirs), or none in a repository that is in conflict.")
    if not files:
        return _index(context, pk_map)
    name = Path(path) if path else output or files[1]
    if streams.is_archive(name):
        return _archives(context, files, path, output)
    if path:
        return _driver(context, path, files)
    return _three(context, files, output, pk_map)


def _archives(context: Context, files: tuple[Path, ...], path: str | None, output: Path | None) -> int:
    if path is None and output is None:
        raise click.UsageError("An archive is not printed: say -o OUT.")
    target = files[1] if path else output or files[1]
    merged = volumes.merge(files, target, Path(path or target))
    return _tell_volume(context, merged, path or str(target))


def _three(context: Context, files: tuple[Path, ...], output: Path | None, pk_map: Path | None) -> int:
    three = [merging.stored(each) for each in files]
    done = merging.merge(three, output or files[1])
    if output is None:
        click.echo(done.texts[files[1]], nl=False)
    else:
        changes.apply(done.changes)
    _write_keys(pk_map, [done])
    return _tell(context, done)


def _driver(context: Context, path: str, files: tuple[Path, ...]) -> int:
    base, ours, theirs = files
    try:
        done = _driven(path, files)
    except BaseException:
        git.merge_text(base, ours, theirs)
        raise
    if done is None:
        git.merge_text(base, ours, theirs)
        context.printer.error(f"{path}: it can only be merged with all that belongs to it. Run: statusquo merge")
        return 1
    ours.write_text(done.texts[Path(path)], encoding="utf-8", newline="")
    return _tell(context, done)


def _driven(path: str, files: tuple[Path, ...]) -> merging.Done | None:
    """The merge of one file while git merges; None if that file alone is not enough."""
    commits = git.merging_these(path, *files)
    dataset = merging.owner(path)
    if dataset and commits:
        done = merging.merge(merging.committed(commits, dataset), Path(dataset))
        is_one = not Path(dataset).is_dir() or merging.is_what_git_makes(done, commits)
        return done if is_one and Path(path) in done.texts else None
    if dataset != path:
        return None
    lock = Path(sidecar.path_of(Path(path)))
    return merging.merge([Version.of(path, each.read_bytes(), merging.content(lock)) for each in files], Path(path))


def _index(context: Context, pk_map: Path | None) -> int:
    datasets, archives = merging.conflicted(), volumes.conflicted()
    if not (datasets or archives):
        context.printer.note("No test data are in conflict.")
    code, every = 0, []
    for name in archives:
        merged = volumes.merge_staged(name)
        if not merged.conflicts:
            git.add(git.root() / name)
        code = max(code, _tell_volume(context, merged, name))
    for name in datasets:
        target = git.root() / name
        done = merging.merge(merging.in_conflict(name), target)
        changes.apply(done.changes)
        if not done.merged.conflicts:
            git.add(*(change.path for change in done.changes))
        every.append(done)
        code = max(code, _tell(context, done))
    _write_keys(pk_map, every)
    return code


def _write_keys(pk_map: Path | None, every: Sequence[merging.Done]) -> None:
    if pk_map:
        changes.apply([Change(pk_map, merging.pk_map(every))])


def _tell_volume(context: Context, merged: Merged, name: str) -> int:
    for line in volumes.problems(merged, name):
        context.printer.error(line)
    return 1 if merged.conflicts else 0


def _tell(context: Context, done: merging.Done) -> int:
    for line in done.notes():
        context.printer.note(line)
    for line in done.problems():
        context.printer.error(line)
    for line in done.warnings:
        context.printer.warning(line)
    return 1 if done.merged.conflicts else 0
