"""The subcommands of ``manage.py statusquo``, a module each: ``HELP``, ``add_arguments`` and ``run``."""

from __future__ import annotations

import importlib
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

NAMES = ("dump", "facts", "load", "lock", "migrate-data", "receivers")


class Subcommand(Protocol):
    """What each module has."""

    @property
    def HELP(self) -> str:  # noqa: N802 - it is a constant of a module
        """What it does, in a line."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what it takes."""

    def run(self, options: Mapping[str, Any], stdout: TextIO, stderr: TextIO) -> int:
        """Do it; the exit code. Results go to *stdout*, all else to *stderr*. Raises StatusquoError."""


def modules() -> Mapping[str, Subcommand]:
    """The subcommands by name."""
    return {name: _module(name) for name in NAMES}


def _module(name: str) -> Subcommand:
    found: Any = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    module: Subcommand = found
    return module
