"""Checks data that a command has just written, by all rules that need nothing else. ``lint`` checks more."""

from __future__ import annotations

from pathlib import Path

from statusquo.assets import lint, reported
from statusquo.assets.rule import Subject
from statusquo.cli import volumes
from statusquo.cli.context import Context


def is_right(context: Context, path: Path) -> bool:
    """True if the data have no errors; those and the warnings are printed."""
    stored, said = context.stored(path), context.lint()
    found = lint.check([Subject(stored, said.settings, volumes=volumes.found(stored))], said.settings).findings
    context.printer.lines(reported.text([each for each in found if each.level in lint.FAILING]))
    return not any(each.level == "error" for each in found)
