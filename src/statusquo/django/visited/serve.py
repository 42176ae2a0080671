"""Answers what the models are and what their tables hold. All rows are read in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS

from statusquo.assets import sidecar
from statusquo.core.errors import StatusquoError
from statusquo.core.rows import Column, Rows, Table
from statusquo.django import rows
from statusquo.django.commands import facts


def run(questions: TextIO, answers: TextIO) -> None:
    """Answer until nobody asks."""
    with rows.reading(apps, DEFAULT_DB_ALIAS) as found:
        for line in questions:
            try:
                said: object = {"answer": _answer(json.loads(line), found)}
            except StatusquoError as error:
                said = {"error": str(error)}
            answers.write(f"{json.dumps(said)}\n")
            answers.flush()


def _answer(question: Mapping[str, Any], found: Rows) -> object:
    if "read" in question:
        asked = question["read"]
        columns = tuple(Column(**each) for each in asked["columns"])
        return list(found.read(Table(asked["name"], columns, tuple(asked["key"]))))
    return sorted(found.tables()) if "tables" in question else sidecar.write(facts.project())
