"""``manage.py statusquo load``: test data into the project's own databases."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, get_args

from django.apps import apps
from django.db import connections

from statusquo.assets import told as differing
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.loading import checking, source, told
from statusquo.assets.loading.plan import Mode, Terms
from statusquo.core.errors import GuardError
from statusquo.django import rows, settings
from statusquo.django.loading import door, signals

HELP = "Load test data: fast, all or nothing, and with all that is wrong told at once."
Parts = Mapping[str, Sequence[Record]]


def add_arguments(parser: ArgumentParser) -> None:
    """Say what is loaded, to where and how."""
    parser.add_argument("paths", nargs="*", type=Path, help="Files or folders; else what assets.dataset names.")
    parser.add_argument("--mode", choices=[*get_args(Mode), "check"], default="upsert", help="What becomes of rows.")
    parser.add_argument("--database", default="", help="The alias; else where the routers write each model.")
    parser.add_argument("--signals", choices=get_args(door.Signals), default="none", help="raw: as loaddata has them.")
    parser.add_argument("--drop-unknown", action="store_true", help="Leave out unknown models and fields, and tell.")
    parser.add_argument("--exact-sequences", action="store_true", help="Let the next keys follow the highest ones.")
    parser.add_argument("--delete-in", action="append", default=[], metavar="NAME", help="For replace: consent.")
    parser.add_argument("--json", action="store_true", dest="as_json", help="Print what was done as JSON.")


def run(options: Mapping[str, Any], stdout: TextIO, stderr: TextIO) -> int:
    """Load; the exit code is 1 if a check finds a difference."""
    found = source.read(source.chosen(options["paths"], settings.assets().dataset, Path.cwd()))
    records = door.named(found.records)
    alias = options["database"]
    parts: Parts = {alias: door.allowed(records, alias)} if alias else door.by_router(records)
    for each in parts:
        door.check_vendor(each)
    if options["mode"] == "check":
        return _check(parts, stdout, as_json=options["as_json"])
    if options["mode"] == "replace":
        _guard(parts, options["delete_in"])
    terms = Terms(options["mode"], dropping=options["drop_unknown"])
    plans = door.load(parts, terms, signals=options["signals"], exact=options["exact_sequences"])
    if options["as_json"]:
        json.dump({alias: told.plain(plan) for alias, plan in plans.items()}, stdout, indent=2)
        stdout.write("\n")
        return 0
    heard = signals.receivers({label for plan in plans.values() for label in plan.counts})
    for plan in plans.values():
        stdout.writelines(f"{line}\n" for line in told.lines(plan))
        stderr.writelines(f"{note}\n" for note in told.notes(plan, () if options["signals"] == "raw" else heard))
    return 0


def _check(parts: Parts, stdout: TextIO, *, as_json: bool) -> int:
    found: list[Difference] = []
    for alias, records in parts.items():
        with rows.reading(apps, alias) as there:
            found += checking.differences(Dataset(tuple(records), door.schema(alias)), there)
    if as_json:
        stdout.write(f"{json.dumps(differing.plain(found), indent=2)}\n")
    else:
        stdout.writelines(f"{line}\n" for line in differing.lines(found, "row"))
    return 1 if found else 0


def _guard(parts: Parts, consents: Sequence[str]) -> None:
    """Return if all databases may lose rows: those of tests, and those that were named. Raises GuardError."""
    for alias in parts:
        said = connections[alias].settings_dict
        name = str(said["NAME"])
        if name not in consents and not _is_of_tests(name, said):
            raise GuardError(
                f'The database "{name}" may hold rows that nobody wants to lose.',
                why="replace deletes the rows that the data do not have.",
                next=f"If that is meant: --delete-in {name}.",
            )


def _is_of_tests(name: str, said: Mapping[str, Any]) -> bool:
    """True for a database that Django's test runner has made."""
    return name.startswith((":memory:", "file:memorydb_", "test_")) or name == said.get("TEST", {}).get("NAME")
