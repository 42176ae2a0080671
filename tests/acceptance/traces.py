"""Everything that a running stack consists of, and what of it is left: processes, sockets, files, folders of runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from statusquo.core import processes
from tests.acceptance.project import Project
from tests.waiting import eventually


@dataclass(frozen=True, slots=True)
class Traces:
    """What there was to be left; *temporary* is the folder that the project had as TMPDIR."""

    project: Project
    temporary: Path
    runs: frozenset[str]
    family: frozenset[psutil.Process]
    ports: frozenset[int]

    def left(self) -> list[str]:
        """What is still there, in words."""
        return [
            *(f"process {each}" for each in self._processes()),
            *(f"port {port}" for port in self.ports & set(_listening())),
            *(f"file {path}" for path in self.temporary.glob("statusquo-*")),
            *(f"run {run}" for run in self.project.runs()),
            *(f"file {path}" for path in self.project.folder.glob(".statusquo/supervisor.json")),
        ]

    def wait(self) -> None:
        """Return when nothing is left."""
        eventually(lambda: not self.left(), lambda: str(self.left()))

    def _processes(self) -> Iterator[str]:
        yield from self.project.processes()
        yield from (f"{each} of the stack" for each in self.family if _lives(each))
        yield from (f"{each} with a label" for each in psutil.process_iter() if _label(each) in self.runs)


def traces(project: Project, temporary: Path, *roots: int) -> Traces:
    """What runs now for the project and, by descent, for the processes *roots*."""
    family = [member for root in roots for member in _family(root)]
    ports = [port for port, pid in _listening().items() if pid in {each.pid for each in family}]
    return Traces(project, temporary, frozenset(project.runs()), frozenset(family), frozenset(ports))


def _family(root: int) -> Iterator[psutil.Process]:
    process = psutil.Process(root)
    yield process
    yield from process.children(recursive=True)


def _listening() -> dict[int, int | None]:
    heard = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    return {each.laddr.port: each.pid for each in heard if each.laddr}


def _label(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(processes.RUN)
    except (psutil.Error, OSError):
        return None


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
