"""Looking for programs: what was found, what was passed over and why. The modules of the known services use it."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.errors import MissingProgram
from statusquo.core.known import Program

SECONDS_TO_SAY_A_VERSION = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A program that can be used, and who provides it."""

    provider: str
    program: Program


@dataclass(frozen=True, slots=True)
class Skipped:
    """A provider that was passed over."""

    provider: str
    reason: str


Candidate = Found | Skipped


def wheel_folder(package: str) -> Path | None:
    """The folder of an installed package, found without importing it; ``None`` if it is not installed."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def ask(*argv: str) -> str:
    """The first line that a program prints. Raises OSError with its complaint when it does not run."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS_TO_SAY_A_VERSION, check=False)
    except subprocess.TimeoutExpired:
        raise OSError(f"said nothing within {SECONDS_TO_SAY_A_VERSION} s") from None
    if done.returncode:
        complaint = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise OSError(complaint[-1])
    return (done.stdout.splitlines() or [""])[0]


def first(candidates: Iterable[Candidate], *, what: str, next: str) -> Program:
    """The first program found, looking no further. Raises MissingProgram with why each provider was passed over."""
    skipped: list[Skipped] = []
    for candidate in candidates:
        if isinstance(candidate, Found):
            return candidate.program
        skipped.append(candidate)
    raise MissingProgram(f"No {what} was found on this machine.", next=f"{next} Looked at:", evidence=lines(skipped))


def lines(candidates: Sequence[Candidate]) -> str:
    """One line for each candidate."""
    return "\n".join(
        f"{candidate.provider}: {candidate.program.what}"
        if isinstance(candidate, Found)
        else f"{candidate.provider}: {candidate.reason}"
        for candidate in candidates
    )
