"""``manage.py statusquo dump``: the rows of the project's own database as test data."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO, get_args

from django.apps import apps

from statusquo import config
from statusquo.assets import changes, dumped
from statusquo.assets import dump as dumping
from statusquo.assets.dataset import Order
from statusquo.assets.dumped import Mode
from statusquo.assets.files import Split
from statusquo.assets.kept import Policy
from statusquo.config import How
from statusquo.django import rows, settings
from statusquo.django.commands import facts

HELP = "Write the rows of the database as test data, in canonical form, with their lock."


def add_arguments(parser: ArgumentParser) -> None:
    """Say what is dumped, to where and how."""
    parser.add_argument("path", nargs="?", type=Path, help="A file or a folder; else what assets.dataset names.")
    parser.add_argument("models", nargs="*", help="Models (app.model), apps or patterns; else all but noise.")
    parser.add_argument("--database", default="default", help="The alias of the database.")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--check", action="store_true", help="Write nothing; exit with 1 if the files differ.")
    only.add_argument("--stdout", action="store_true", dest="to_stdout", help="Print the data, and write nothing.")
    parser.add_argument("--split", choices=get_args(Split), help="Write a folder: a file for each app or model.")
    parser.add_argument("--format", choices=["json", "jsonl", "yaml"], help="For a folder, or --stdout.")
    parser.add_argument("--order", choices=get_args(Order), help="How models follow each other.")
    parser.add_argument("--volatile", choices=get_args(Policy), default="keep", help="Fields that change themselves.")
    parser.add_argument("--prune-dangling", action="store_true", help="Take references to nothing away.")
    parser.add_argument("--json", action="store_true", dest="as_json", help="Print what was done as JSON.")


def run(options: Mapping[str, Any], stdout: TextIO, stderr: TextIO) -> int:
    """Dump; the exit code is 1 if a check finds a difference."""
    how: How = {
        "split": options["split"],
        "format": options["format"],
        "order": options["order"],
        "volatile": options["volatile"],
        "prune_dangling": options["prune_dangling"],
    }
    printed = options["to_stdout"] or options["path"] == config.NOWHERE
    wish = config.wish(settings.assets(), options["path"], options["models"], printed=printed, **how)
    mode: Mode = "check" if options["check"] else "stdout" if printed else "write"
    with rows.reading(apps, options["database"]) as found:
        plan = dumping.plan(found, facts.project(options["database"]), wish)
    if mode == "write":
        changes.apply(plan.changes)
    said = dumped.said(plan, mode, as_json=options["as_json"])
    if said.result:
        stdout.write(said.result)
    if said.notes:
        stderr.write("".join(f"{note}\n" for note in said.notes))
    return said.exit_code
