"""``manage.py statusquo migrate-data``: old test data carried forward by the project's own migrations."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from statusquo import config
from statusquo.assets import changes
from statusquo.assets.dumped import Mode
from statusquo.django import settings
from statusquo.django.carrying import way
from statusquo.django.carrying.way import Asked

HELP = "Carry test data forward through the project's migrations, in a database made for it."


def add_arguments(parser: ArgumentParser) -> None:
    """Say which data, and from where."""
    parser.add_argument("path", nargs="?", type=Path, help="A file or a folder; else what assets.dataset names.")
    parser.add_argument(
        "--from",
        action="append",
        dest="origin",
        default=[],
        metavar="APP=MIGRATION",
        help="The state that the data are of, where they have no lock. Repeatable.",
    )
    parser.add_argument(
        "--to",
        action="append",
        dest="goals",
        default=[],
        metavar="APP[=MIGRATION]",
        help="Go no further: to that migration, or the app's last; other apps stay. Repeatable.",
    )
    parser.add_argument("--check", action="store_true", help="Write nothing; exit with 1 if the data are not of today.")
    parser.add_argument("--json", action="store_true", dest="as_json", help="Print what was done as JSON.")


def run(options: Mapping[str, Any], stdout: TextIO, stderr: TextIO) -> int:
    """Carry the data; the exit code is 1 if a check finds that they have to be."""
    wish = config.wish(settings.assets(), options["path"], volatile="keep-always")
    mode: Mode = "check" if options["check"] else "write"
    done = way.go(wish, Asked(options["origin"], options["goals"], mode, options["as_json"]))
    if mode == "write":
        changes.apply(done.changes)
    stdout.write(done.result)
    stderr.write("".join(f"{line}\n" for line in done.notes))
    return done.exit_code
