"""Who listens where, as the system tells. ``native`` asks before and after it starts a server."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from statusquo.core import ports
from statusquo.core.errors import ServiceFailed
from statusquo.core.service import Service


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that listens on a port, as far as we may see it."""

    pid: int | None
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})" if self.pid else "a process that we may not look at"


def holder(port: int) -> Holder:
    """Who listens on *port*."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return Holder(None, "")
    pid = next((one.pid for one in connections if _is_listener(one.status, one.laddr, port)), None)
    return Holder(pid, _command(pid) if pid else "")


def listens(pid: int, port: int) -> bool:
    """Whether the process itself, and nobody else, listens on *port*."""
    try:
        connections = psutil.Process(pid).net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(_is_listener(one.status, one.laddr, port) for one in connections)


def check_free(service: Service, port: int) -> None:
    """Raise ServiceFailed, naming who has it, if a service's port is taken."""
    if not ports.is_taken(port):
        return
    advice = (
        "Stop it, or give the service another port." if service.port else "Start again: another port will be chosen."
    )
    raise ServiceFailed(
        f'Service "{service.name}" cannot have port {port}.', why=f"It is taken by {holder(port)}.", next=advice
    )


def _command(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return "its command line is hidden"


def _is_listener(status: str, local: tuple[object, ...], port: int) -> bool:
    return status == psutil.CONN_LISTEN and local[1:] == (port,)
