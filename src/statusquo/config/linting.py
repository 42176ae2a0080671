"""The table ``[lint]``: which test data are checked, and what is expected of them besides what ``[assets]`` says.

It is read by itself, since a project may have test data to check and no stack to run; ``build`` only looks whether
it is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from statusquo.assets.rule import Settings, Waiver
from statusquo.config import data, model
from statusquo.config.read import read_table


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What ``[lint]`` says, with paths from the folder of the file."""

    paths: tuple[Path, ...] = ()
    settings: Settings = field(default_factory=Settings)
    project: Path = Path()
    """Where the project's own files are looked for."""


def read(raw: Mapping[str, object], file: Path) -> LintSettings:
    """The settings in the tables of a file. Raises ConfigError."""
    table = read_table(model.LintTable, raw.get("lint", {}), file=file, key="lint")
    assets = data.read(raw, file)
    paths = table.paths or ([str(assets.dataset)] if assets.dataset else [])
    settings = Settings(
        budget=model.in_bytes(table.budget),
        growth=model.in_bytes(table.growth),
        archives=tuple(str(file.parent / each) for each in table.archives),
        elsewhere=assets.selection.elsewhere,
        noise=assets.selection.noise,
        wanted=assets.selection.wanted,
        roots=tuple(table.roots),
        volatile=assets.volatile,
        reserved=table.reserved,
        waivers=tuple(_waiver(each, f"lint.waive.{index}", file) for index, each in enumerate(table.waive)),
    )
    return LintSettings(tuple(file.parent / each for each in paths), settings, file.parent)


def _waiver(raw: Mapping[str, object], key: str, file: Path) -> Waiver:
    table = read_table(model.WaiverTable, raw, file=file, key=key)
    return Waiver(table.rule, table.at, table.reason)
