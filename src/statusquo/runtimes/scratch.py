"""Copies for a server that runs as another account: its binaries and its data, where that account can reach them.

``native`` calls it for an account's Footing only. Everything goes to one folder of the run below the system's
temporary folder, which ``remove`` takes away.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from pathlib import Path

from statusquo.core.errors import ServiceFailed
from statusquo.core.known import Program
from statusquo.runtimes import privileges
from statusquo.runtimes.process import Account


def folder(run: str) -> Path:
    """Where a run's copies are, if it has any."""
    return Path(tempfile.gettempdir()) / f"statusquo-{run}"


def reachable_program(program: Program, account: Account, run: str) -> Program:
    """*program* itself, or a copy of its whole tree if the account cannot get to it."""
    if privileges.is_reachable(program.path, account):
        return program
    if not program.tree:
        raise ServiceFailed(
            f"{program.what} at {program.path} cannot be run by {account.name!r}.",
            why="PostgreSQL refuses to run as root, and a folder on the way is closed to other accounts.",
            next="Install it where every account can read it, or pip install 'statusquo[embedded]'.",
        )
    base = Path(os.path.commonpath(program.tree)) if len(program.tree) > 1 else program.tree[0].parent
    target = ensure_folder(run) / "programs" / program.version
    for part in program.tree:
        shutil.copytree(part, target / part.relative_to(base), dirs_exist_ok=True, symlinks=True)
    return dataclasses.replace(program, path=target / program.path.relative_to(base))


def reachable_data(data: Path, account: Account, run: str, name: str) -> Path:
    """A place for the data that the account owns: the folder itself, or one that it is moved to and links to."""
    place = data
    if not privileges.is_reachable(data.parent, account):
        place = ensure_folder(run) / name
        if data.is_dir() and not data.is_symlink():
            shutil.move(data, place)
        if not data.is_symlink():
            data.symlink_to(place)
    place.mkdir(mode=0o700, exist_ok=True)
    give(place, account)
    return place


def give(root: Path, account: Account) -> None:
    """Make the account the owner of a folder and all in it."""
    os.chown(root, account.uid, account.gid)
    for parent, folders, files in os.walk(root):
        for name in (*folders, *files):
            os.chown(Path(parent) / name, account.uid, account.gid, follow_symlinks=False)


def ensure_folder(run: str) -> Path:
    """The run's folder for copies, made by us and by nobody else, which others may pass through but not list."""
    path = folder(run)
    try:
        path.mkdir(mode=0o711)
    except FileExistsError:
        if path.is_symlink() or path.stat().st_uid != os.geteuid():
            raise ServiceFailed(f"{path} belongs to somebody else.", next="Remove it, or set TMPDIR.") from None
    path.chmod(0o711)
    return path


def remove(run: str) -> None:
    """Take a run's copies away, if it has any."""
    shutil.rmtree(folder(run), ignore_errors=True)
