"""``statusquo status``: what runs, where, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import click

from statusquo.cli.context import Context
from statusquo.config import Config
from statusquo.core.errors import NoStack, ServiceFailed
from statusquo.core.lane import Lane, LaneService
from statusquo.supervisor import client
from statusquo.supervisor.client import LaneStatus


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How one service of a lane is."""

    name: str
    state: Literal["running", "dead", "folder", "file"]
    where: str
    """Its URL without the password, or its path."""
    pid: int | None
    log: str | None


@click.command(short_help="Show what runs, and where.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def status(context: Context, *, as_json: bool) -> int:
    """Show the services of the running stack, lane by lane, and who uses it.

    Exits with 8 if there is none, with 4 if one of its services has died.
    """
    return report(context, context.config(), as_json=as_json)


def report(context: Context, config: Config, *, as_json: bool) -> int:
    """Print how the stack is; the exit code that says so."""
    with client.found(config, what="statusquo status") as supervisor:
        lanes = supervisor.lanes() if supervisor else ()
    if as_json:
        context.printer.json({"running": bool(lanes), "lanes": [_plain(each) for each in lanes]})
    elif not lanes:
        raise NoStack("No stack of this project is running.", next="Start it with 'statusquo up'.")
    else:
        for each in lanes:
            _print(context, each, is_alone=len(lanes) == 1)
    if not lanes:
        return NoStack.exit_code
    return ServiceFailed.exit_code if any(each.died for each in lanes) else 0


def _print(context: Context, status: LaneStatus, *, is_alone: bool) -> None:
    if status.holder or not is_alone:
        context.printer.note(f"lane {status.lane.number}: {status.holder or 'free'}")
    context.printer.table(
        ("SERVICE", "STATE", "WHERE", "PID", "LOG"),
        [(s.name, s.state, s.where, str(s.pid or ""), s.log or "") for s in _services(status.lane, status.died)],
    )


def _plain(status: LaneStatus) -> dict[str, object]:
    services = [asdict(each) for each in _services(status.lane, status.died)]
    return {
        "run": status.lane.run,
        "number": status.lane.number,
        "used_by": status.holder or None,
        "services": services,
    }


def _services(lane: Lane, died: tuple[str, ...]) -> Iterator[ServiceStatus]:
    for each in lane.services:
        log = str(each.log) if each.log else None
        yield ServiceStatus(each.name, _state(each, died), _where(each), each.pid, log)


def _state(service: LaneService, died: tuple[str, ...]) -> Literal["running", "dead", "folder", "file"]:
    if service.endpoint.path:
        return "file" if service.endpoint.scheme else "folder"
    return "dead" if service.name in died else "running"


def _where(service: LaneService) -> str:
    host = service.endpoint.host
    return host.without_password.url if host else str(service.endpoint.path or "")
