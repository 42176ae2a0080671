"""``manage.py statusquo lock``: a lock for data that somebody else has written, from what the project's models are."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from statusquo.assets import changes, files, locked, sidecar
from statusquo.assets.changes import Change
from statusquo.django.commands import facts

HELP = "Write the lock beside test data that have none, or an old one: no database is needed, and no row is changed."


def add_arguments(parser: ArgumentParser) -> None:
    """Say which data, and of which database the models are."""
    parser.add_argument("paths", nargs="+", type=Path, help="Files or folders of rows.")
    parser.add_argument("--database", default="default", help="The alias of the database.")


def run(options: Mapping[str, Any], stdout: TextIO, _stderr: TextIO) -> int:
    """Write them. Raises DatasetError for rows of models that the project has not."""
    project = facts.project(options["database"])
    for path in options["paths"]:
        stored = replace(files.read_rows(path), lock=files.read_lock(path))
        change = Change(stored.lock_path, sidecar.write(locked.lock(stored, project)))
        done = changes.apply([change])
        stdout.write(f"{change.path} {'written' if done else 'is as it should be'}.\n")
    return 0
