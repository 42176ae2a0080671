"""``manage.py statusquo COMMAND``: the data tools in the project's own process."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from statusquo.core.errors import StatusquoError
from statusquo.django import commands


class Command(BaseCommand):
    """Hands over to the module of the subcommand, and makes its errors a line and an exit code."""

    help = "Test data as code, with the project's own models."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the subcommands."""
        found = parser.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
        for name, module in commands.modules().items():
            module.add_arguments(found.add_parser(name, help=module.HELP, description=module.HELP))

    def handle(self, *_: str, **options: Any) -> None:
        """Run the subcommand; ends the process where its exit code is not 0."""
        try:
            code = commands.modules()[options["subcommand"]].run(options, self.stdout, self.stderr)
        except StatusquoError as error:
            self.stderr.write(f"Error: {error}\n")
            code = error.exit_code
        if code:
            sys.exit(code)
