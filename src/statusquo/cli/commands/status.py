"""``statusquo status``: what runs, where, and since when."""

from __future__ import annotations

from dataclasses import asdict

import click

from statusquo import wiring
from statusquo.cli.context import Context
from statusquo.core.errors import NoStack, ServiceFailed


@click.command(short_help="Show what runs, and where.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def status(context: Context, *, as_json: bool) -> int:
    """Show the services of the stack that 'statusquo up' left running.

    Exits with 8 if there is none, with 4 if one of its services has died.
    """
    return report(context, wiring.status(context.config()), as_json=as_json)


def report(context: Context, found: wiring.Status | None, *, as_json: bool) -> int:
    """Print a stack's status; the exit code that says how it is."""
    if found is None:
        if as_json:
            context.printer.json({"running": False, "services": []})
            return NoStack.exit_code
        raise NoStack("No stack of this project is running.", next="Start it with 'statusquo up'.")
    if as_json:
        context.printer.json({"running": True, **asdict(found)})
    else:
        context.printer.table(
            ("SERVICE", "STATE", "WHERE", "PID", "LOG"),
            [(s.name, s.state, s.where, str(s.pid or ""), str(s.log or "")) for s in found.services],
        )
    return ServiceFailed.exit_code if any(s.state == "dead" for s in found.services) else 0
