"""``statusquo doctor``: can a stack run here, and if not, what is missing."""

from __future__ import annotations

from dataclasses import asdict

import click

from statusquo import config, wiring
from statusquo.cli.context import Context
from statusquo.core.errors import ConfigError, MissingProgram
from statusquo.core.finding import Finding


@click.command(short_help="Check what this machine has and lacks.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def doctor(context: Context, *, as_json: bool) -> int:
    """Look at this machine and this project: server programs, drivers, rights, leftovers. Changes nothing.

    Exits with 3 if something that the stack needs is missing, with 2 if the configuration is wrong.
    """
    loaded, trouble = _load(context)
    findings = (*wiring.examine(loaded, environ=context.environ), *trouble)
    if as_json:
        context.printer.json([asdict(each) for each in findings])
    else:
        context.printer.table(
            ("", "WHAT", "FINDING"),
            [(each.level, each.place, " ".join(filter(None, (each.message, each.hint)))) for each in findings],
        )
    if trouble:
        return ConfigError.exit_code
    return MissingProgram.exit_code if any(each.level == "error" for each in findings) else 0


def _load(context: Context) -> tuple[config.Config | None, tuple[Finding, ...]]:
    try:
        return context.config(), ()
    except ConfigError as error:
        return None, (Finding("config", "error", "configuration", str(error)),)
