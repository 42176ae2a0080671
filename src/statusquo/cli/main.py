"""``statusquo``: the shared options, the commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from statusquo import __version__
from statusquo.cli.console import Printer
from statusquo.cli.context import Context
from statusquo.core.errors import StatusquoError

EXIT_CODES = """\b
Exit codes:
  0  done
  1  something of ours failed; lint: findings; merge: conflicts; --check, diff --exit-code: a difference
  2  the configuration or the command line cannot be used
  3  a program or package is missing
  4  a service did not start, or died
  5  a recipe step failed
  6  a store could not be captured, compared or put back
  7  refused: the target does not carry our mark
  8  there is no running stack
  9  a prerequisite of the tests does not hold
 10  test data cannot be read or used
130  interrupted
"""


_SAME = (
    "adopt assets baseline convert diff doctor down dump env explain gc init lint load logs manifest merge prune "
    "renumber resolve restart rewind status subset up volume wait"
)
"""Commands that are called as their modules are."""
COMMANDS: Mapping[str, str] = {
    **{name: name for name in _SAME.split()},
    "adopt-labels": "adopt_labels",
    "config": "show",
    "exec": "execute",
    "install-merge-driver": "install_merge_driver",
    "migrate-data": "migrate_data",
}
"""Where each command stands: the module, and what it is called there."""


class Commands(click.Group):
    """Commands that are imported when they are called, or their help is asked for: none pays for another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: click.Command = getattr(importlib.import_module(f"statusquo.cli.commands.{module}"), module)
        return found


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="statusquo")
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to read instead of the nearest statusquo.toml.",
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override one value, e.g. rewind.settle=5. Repeatable.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress, only results and errors.")
@click.pass_context
def cli(context: click.Context, file: Path | None, overrides: tuple[str, ...], quiet: bool) -> None:
    """Put a running system back to the status quo after every test."""
    context.obj = Context(Printer(quiet=quiet), os.environ, file, overrides)


def main(argv: Sequence[str]) -> int:
    """Run one command; its exit code. Never raises for what a user can do wrong."""
    printer = Printer()
    try:
        result = cli.main(list(argv), prog_name="statusquo", standalone_mode=False)
    except StatusquoError as error:
        printer.error(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        printer.error("Interrupted; what had been started was stopped again.")
        return 130
    except BrokenPipeError:
        # The reader has seen enough. What is still buffered must not fail when the interpreter writes it out at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0


_NEW = 200_000
"""Objects that come before somebody looks for garbage."""


def run() -> NoReturn:
    """The console script."""
    # Test data are many values and no cycles: looking for those took a quarter of a merge.
    gc.set_threshold(_NEW)
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main(sys.argv[1:]))


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
