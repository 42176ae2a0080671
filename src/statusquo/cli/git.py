"""The few questions that merging test data asks git, and the two answers it gives. Each runs the program once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.errors import DatasetError, MissingProgram

_HEADS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD")


@dataclass(frozen=True, slots=True)
class Commits:
    """What is being merged: revisions, or stages of the index as ``:1``."""

    base: str
    ours: str
    theirs: str


STAGES = Commits(":1", ":2", ":3")


def ask(*words: str) -> bytes | None:
    """What git prints; None if it says no. Raises MissingProgram without git."""
    try:
        done = subprocess.run(["git", *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise MissingProgram("git is not installed.", next="Install it, or merge three files by name.") from None
    return done.stdout if done.returncode == 0 else None


def line(*words: str) -> str:
    """The one line that git prints; empty if it says no."""
    return os.fsdecode(ask(*words) or b"").strip()


def root() -> Path:
    """The top of the work tree. Raises DatasetError outside of one."""
    found = line("rev-parse", "--show-toplevel")
    if not found:
        raise DatasetError(f"{Path.cwd()} is in no git repository.", next="Name three files: statusquo merge O A B.")
    return Path(found)


def show(revision: str, path: str) -> bytes | None:
    """A file, named from the top, in a revision; None if it is not there."""
    return ask("show", f"{revision}:{path}")


def listed(revision: str, folder: str) -> tuple[str, ...]:
    """The files of a folder in a revision, named from the top."""
    names = ask("ls-tree", "-z", "--name-only", "--full-tree", revision, f"{folder}/") or b""
    return tuple(os.fsdecode(each) for each in names.split(b"\0") if each)


def unmerged() -> tuple[str, ...]:
    """The paths that are in conflict, named from the top."""
    names = ask("diff", "--name-only", "--diff-filter=U", "-z") or b""
    return tuple(dict.fromkeys(os.fsdecode(each) for each in names.split(b"\0") if each))


def merging() -> Iterator[Commits]:
    """What may be being merged: while git merges, and after it stopped for people to decide."""
    names = [each.removeprefix("GITHEAD_") for each in os.environ if each.startswith("GITHEAD_")]
    for theirs in (*names, *_HEADS):
        if line("rev-parse", "-q", "--verify", f"{theirs}^{{commit}}"):
            for base in (line("merge-base", "HEAD", theirs), line("rev-parse", "-q", "--verify", f"{theirs}^")):
                if base:
                    yield Commits(base, "HEAD", theirs)


def merging_these(path: str, base: Path, ours: Path, theirs: Path) -> Commits | None:
    """The commits that have these three contents at a path: proof that they are what is being merged."""
    wanted = [_written(each) for each in (base, ours, theirs)]
    for each in merging():
        if [_content(one, path) for one in (each.base, each.ours, each.theirs)] == wanted:
            return each
    found = [_having(path, each) for each in wanted]
    return Commits(*found) if all(found) else None


def _having(path: str, content: str) -> str:
    """A commit that has that content at a path; empty: none has.

    What is being picked, taken back or taken from a stash git tells only when it stops; the bases of a base, never.
    """
    if not content:
        return ""
    brought = line("log", "HEAD", "--all", "-n", "1", "--format=%H", f"--find-object={content}", "--", path)
    near = ("HEAD", brought, f"{brought}^") if brought else ("HEAD",)
    return next((each for each in near if _content(each, path) == content), "")


def _written(file: Path) -> str:
    """How git calls the content of a file; empty for no content: so it hands over a file that is not there."""
    return line("hash-object", "--no-filters", str(file)) if file.stat().st_size else ""


def _content(commit: str, path: str) -> str:
    return line("rev-parse", "-q", "--verify", f"{commit}:{path}")


def merge_text(base: Path, ours: Path, theirs: Path) -> None:
    """Merge by line, into *ours*, with markers: what is left where data cannot be merged as data."""
    ask("merge-file", "--diff3", "-L", "ours", "-L", "base", "-L", "theirs", str(ours), str(base), str(theirs))


def add(*paths: Path) -> None:
    """Say that the paths are merged."""
    ask("add", "--", *map(str, paths))
