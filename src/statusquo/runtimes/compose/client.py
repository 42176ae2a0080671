"""Docker Compose, as a program: found, asked for its version, run. ``project`` and ``runtime`` run it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from statusquo.core.errors import MissingProgram, StatusquoError

OLDEST = Version("2.24.4")
"""The first with ``!override``, which takes the place of what another file says instead of adding to it."""

SECONDS = 20.0
"""How long a program may take to say its version."""

COLOUR = re.compile(r"\x1b\[[\d;]*m")

LAST = 20
"""How many lines of its output an error shows."""


@dataclass(frozen=True, slots=True)
class Client:
    """A Docker Compose that was found."""

    argv: tuple[str, ...]
    version: str
    env: Mapping[str, str]
    """Its whole environment: what stands here is what the files may refer to."""

    def said(self, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run it to its end, whatever that is."""
        return subprocess.run(
            (*self.argv, *words),
            cwd=cwd,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


def find(environment: Mapping[str, str]) -> Client:
    """The first Docker Compose that is new enough. Raises MissingProgram with everything that was looked at."""
    looked: list[str] = []
    for argv in _candidates(environment):
        name = " ".join(argv)
        said = _version(argv, environment)
        if not said:
            looked.append(f"{name}: does not run")
        elif _parsed(said) >= OLDEST:
            return Client(argv, said, environment)
        else:
            is_first = _parsed(said).major < 2  # noqa: PLR2004
            looked.append(f"{name}: {said} is {'Compose v1, which is no longer made' if is_first else 'too old'}")
    raise MissingProgram(
        f"The stack runs on Docker Compose, and there is none of version {OLDEST} or newer.",
        next="Install the plugin docker-compose-v2, or: pip install 'statusquo[compose]'",
        evidence="\n".join(looked) or "neither docker nor docker-compose is on the PATH",
    )


def failure(
    what: str, done: subprocess.CompletedProcess[str], kind: type[StatusquoError], *, next: str = ""
) -> Exception:
    """The error for a run of Compose that failed, with the end of what it said."""
    said = COLOUR.sub("", done.stdout + done.stderr)  # a builder without a terminal colours all the same
    lines = [line for line in said.splitlines() if line.strip()]
    return kind(what, next=next, evidence="\n".join(lines[-LAST:]))


def _candidates(environment: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    path = environment.get("PATH")
    if docker := shutil.which("docker", path=path):
        yield docker, "compose"
    ours = str(Path(sysconfig.get_path("scripts")) / "docker-compose")
    for program in dict.fromkeys((shutil.which("docker-compose", path=path), shutil.which(ours))):
        if program:
            yield (program,)


def _version(argv: tuple[str, ...], environment: Mapping[str, str]) -> str:
    """What it says its version is; empty if it says nothing of the kind."""
    try:
        done = subprocess.run(
            (*argv, "version", "--short"),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    said = done.stdout.strip().removeprefix("v")
    return said if done.returncode == 0 and _parsed(said) > Version("0") else ""


def _parsed(said: str) -> Version:
    """*said* as a version; 0 if it is none. Vendors append words of their own: ``2.35.1-desktop.1``."""
    try:
        return Version(said.partition("-")[0].partition("+")[0])
    except InvalidVersion:
        return Version("0")
