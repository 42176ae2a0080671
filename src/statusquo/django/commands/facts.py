"""``manage.py statusquo facts``: what is known of the project's models, as the lock of no data at all.

The command line asks for it where there is no lock yet, and reads the database by itself with it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS
from django.db.migrations.loader import MigrationLoader

from statusquo.assets import sidecar
from statusquo.assets.sidecar import Lock
from statusquo.django import facts

HELP = "Print the facts of the project's models and its last migrations, as a lock has them."


def add_arguments(_: ArgumentParser) -> None:
    """Take none."""


def run(_: Mapping[str, Any], stdout: TextIO, _stderr: TextIO) -> int:
    """Print them."""
    stdout.write(sidecar.write(project()))
    return 0


def project(alias: str = DEFAULT_DB_ALIAS) -> Lock:
    """The project as a lock: all models of a database, the last migrations of all apps; touches no database."""
    return Lock("", {}, migrations=facts.leaves(MigrationLoader(None)), schema=facts.of(apps, alias))
