"""What git knows of a project: the revision it is at, and the last one that had a file. Empty where there is no git."""

from __future__ import annotations

import subprocess
from pathlib import Path


def revision(folder: Path) -> str:
    """The commit that the work tree of a folder is at."""
    return _ask(folder, "rev-parse", "-q", "--verify", "HEAD")


def last_with(folder: Path, pattern: str) -> str:
    """The last commit that had a file whose path matches a pattern of git's."""
    gone = _ask(folder, "log", "-1", "--format=%H", "--diff-filter=D", "--", f":(top,glob){pattern}")
    return _ask(folder, "rev-parse", "-q", "--verify", f"{gone}^") if gone else ""


def _ask(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
