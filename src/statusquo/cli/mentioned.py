"""Where files of the project have numbers that may mean rows: what ``renumber`` and ``adopt-labels`` point at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from statusquo.assets import mentions
from statusquo.assets.mentions import Mention
from statusquo.assets.renumber import Numbers
from statusquo.assets.schema import Schema

option = click.option(
    "--mentions",
    "places",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Look in this file, or all files of this folder, for numbers that may mean these rows. Repeatable.",
)


def find(places: Iterable[Path], schema: Schema, model: str, numbers: Numbers) -> Iterator[Mention]:
    """The mentions of rows of a model with these numbers, in files and in all files of folders."""
    names = mentions.words(schema, model)
    for file in _files(places):
        yield from mentions.find(_text(file), str(file), names, numbers)


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from sorted(each for each in place.rglob("*") if each.is_file()) if place.is_dir() else (place,)


def _text(file: Path) -> str:
    """The text of a file; nothing where it is none."""
    content = file.read_bytes()
    return "" if b"\0" in content else content.decode(errors="replace")
