"""``manage.py statusquo serve``: answers what the models are and what their tables hold, for the command line outside.

A question is a line of JSON, and so is its answer. All rows are read in one transaction, which ends with the input.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

from django.apps import apps

from statusquo.assets import sidecar
from statusquo.core.errors import StatusquoError
from statusquo.core.rows import Column, Rows, Table
from statusquo.django import rows
from statusquo.django.commands import facts

HELP = "Answer questions on standard input: used by 'statusquo dump', not by people."


def add_arguments(parser: ArgumentParser) -> None:
    """Say which database."""
    parser.add_argument("--database", default="default", help="The alias of the database.")


def run(options: Mapping[str, Any], stdout: TextIO, _stderr: TextIO) -> int:
    """Answer until nobody asks."""
    with rows.reading(apps, options["database"]) as found:
        for line in sys.stdin:
            try:
                said: object = {"answer": _answer(json.loads(line), found, options["database"])}
            except StatusquoError as error:
                said = {"error": str(error)}
            stdout.write(f"{json.dumps(said)}\n")
            stdout.flush()
    return 0


def _answer(question: Mapping[str, Any], found: Rows, alias: str) -> object:
    if "read" in question:
        asked = question["read"]
        columns = tuple(Column(**each) for each in asked["columns"])
        return list(found.read(Table(asked["name"], columns, tuple(asked["key"]))))
    return sorted(found.tables()) if "tables" in question else sidecar.write(facts.project(alias))
