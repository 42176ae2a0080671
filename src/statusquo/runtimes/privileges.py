"""How a server that refuses to run as root may run here, decided from what was probed. ``native`` asks once per run.

PostgreSQL will not run as root, and containers are full of root. A user namespace makes root look like somebody else
and leaves every file where and whose it is; where namespaces are forbidden, as in a default container, the machine's
``nobody`` takes over, with copies of what it cannot reach. The user's own folders are never opened up.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.errors import MissingProgram
from statusquo.runtimes.process import Account

NOBODY = "nobody"
UNSHARE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")


@dataclass(frozen=True, slots=True)
class Situation:
    """Who we are on this machine and what it lets us do."""

    is_root: bool
    can_unshare: bool = False
    """A user namespace can be made."""
    account: Account | None = None
    """An unprivileged account that root may become."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What stands before a command line, and whose process it becomes (``None``: ours)."""

    prefix: tuple[str, ...] = ()
    account: Account | None = None


def decide(situation: Situation) -> Footing:
    """The least intrusive way that works here. Raises MissingProgram if there is none."""
    if not situation.is_root:
        return Footing()
    if situation.can_unshare:
        return Footing(prefix=UNSHARE)
    if situation.account:
        return Footing(account=situation.account)
    raise MissingProgram(
        "PostgreSQL refuses to run as root, and there is no other way to run it here.",
        why=f"User namespaces are denied (unshare), and there is no account {NOBODY!r} to run it as.",
        next="Run the tests as an ordinary user, or allow user namespaces in this container.",
    )


def probe() -> Situation:
    """The situation of this process."""
    if os.geteuid():
        return Situation(is_root=False)
    return Situation(is_root=True, can_unshare=_can_unshare(), account=_account(NOBODY))


def is_reachable(path: Path, account: Account) -> bool:
    """Whether an account can get to *path* and into it: every folder on the way, links followed, lets it pass."""
    absolute, resolved = path.absolute(), path.resolve()
    on_the_way = {absolute, *absolute.parents, resolved, *resolved.parents}
    return all(_may_enter(folder.stat(), account) for folder in on_the_way)


def _may_enter(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & 0o100)
    return bool(status.st_mode & (0o010 if status.st_gid == account.gid else 0o001))


def _can_unshare() -> bool:
    program = shutil.which(UNSHARE[0])
    return program is not None and not subprocess.run((*UNSHARE, "true"), capture_output=True, check=False).returncode


def _account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)
