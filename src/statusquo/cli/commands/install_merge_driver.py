"""``statusquo install-merge-driver``: lets ``git merge`` merge test data by row."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from statusquo.assets import changes, files, sidecar
from statusquo.assets.changes import Change
from statusquo.assets.volumes import streams
from statusquo.cli import git
from statusquo.cli.context import Context
from statusquo.core.errors import DatasetError


@click.command("install-merge-driver", short_help="Let git merge test data row by row.")
@click.argument("datasets", type=click.Path(path_type=Path, exists=True), nargs=-1)
@click.pass_obj
def install_merge_driver(context: Context, datasets: tuple[Path, ...]) -> None:
    """Tell git to merge DATASETS, files or folders, with statusquo merge; without any, all that have a lock.

    The archives that their locks name are merged file by file, and compared so by git diff.

    Writes .gitattributes, which you commit, and the configuration of this clone, which cannot be committed: run
    this once in each clone. In one without it git reports conflicts, and statusquo merge solves them.
    """
    top = git.root()
    chosen = [each.absolute() for each in datasets] or [files.owner(top / name) for name in _locks()]
    if not chosen:
        raise DatasetError("No dataset here has a lock.", next="Name the files: statusquo install-merge-driver FILE.")
    attributes = top / ".gitattributes"
    old = attributes.read_text("utf-8") if attributes.exists() else ""
    lines = [line for each in chosen for line in _lines(each, top)]
    new = [each for each in dict.fromkeys(lines) if each not in old.splitlines()]
    changes.apply(
        [Change(attributes, "".join([old, "\n" * bool(old and not old.endswith("\n")), *(f"{one}\n" for one in new)]))]
    )
    git.ask("config", "merge.statusquo.name", "test data, row by row")
    git.ask("config", "diff.statusquo.textconv", f"{_command()} -q volume list")
    git.ask("config", "merge.statusquo.driver", f"{_command()} -q merge %O %A %B --path %P")
    context.printer.note(f"{attributes}: {len(lines)} patterns, {len(new)} of them new. Commit it.")


def _locks() -> tuple[str, ...]:
    return tuple(
        name for name in git.line("ls-files", "--full-name", ":/").splitlines() if name.endswith(sidecar.SUFFIX)
    )


def _lines(dataset: Path, top: Path) -> Iterator[str]:
    data = _pattern(dataset, top)
    yield f"{data}/* merge=statusquo" if dataset.is_dir() else f"{data} merge=statusquo"
    lock = sidecar.path_of(dataset)
    yield f"{_pattern(lock, top)} merge=statusquo"
    for volume in files.read(dataset).volumes.values() if lock.is_file() else ():
        if streams.is_archive(volume) and volume.resolve().is_relative_to(top.resolve()):
            yield f"{_pattern(volume, top)} merge=statusquo diff=statusquo"


def _pattern(path: Path, top: Path) -> str:
    return "/" + path.resolve().relative_to(top.resolve()).as_posix().replace(" ", "[[:space:]]")


def _command() -> str:
    """The program as this clone finds it, whatever the search path is while git merges."""
    beside = Path(sys.executable).with_name("statusquo")
    return shlex.quote(str(beside)) if beside.exists() else "statusquo"
