"""The table ``[lint]``: which test data are checked, and what is expected of them besides what ``[assets]`` says.

It is read by itself, since a project may have test data to check and no stack to run; ``build`` only looks whether
it is right. What the settings are made of is imported where there is such a table: a stack starts without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from statusquo.config import data, model
from statusquo.config.read import read_table

if TYPE_CHECKING:
    from statusquo.assets.personal import Rules
    from statusquo.assets.rule import Settings, Waiver


def _defaults() -> Settings:
    from statusquo.assets import rule  # noqa: PLC0415 - see above

    return rule.Settings()


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What ``[lint]`` says, with paths from the folder of the file."""

    paths: tuple[Path, ...] = ()
    settings: Settings = field(default_factory=_defaults)
    references: Mapping[str, str] | None = None
    """Those that the project declares; None: nothing says so."""
    people: Rules | None = None
    """What becomes of what is known of people when data are taken."""
    project: Path = Path()
    """Where the project's own files are looked for."""


def read(raw: Mapping[str, object], file: Path) -> LintSettings:
    """The settings in the tables of a file. Raises ConfigError."""
    from statusquo.assets import rule  # noqa: PLC0415 - see above

    table = read_table(model.LintTable, raw.get("lint", {}), file=file, key="lint")
    assets = data.read(raw, file)
    paths = table.paths or ([str(assets.dataset)] if assets.dataset else [])
    settings = rule.Settings(
        budget=model.in_bytes(table.budget),
        growth=model.in_bytes(table.growth),
        archives=tuple(str(file.parent / each) for each in table.archives),
        elsewhere=assets.selection.elsewhere,
        noise=assets.selection.noise,
        wanted=assets.selection.wanted,
        counts=dict(table.counts),
        roots=tuple(table.roots),
        volatile=assets.volatile,
        reserved=table.reserved,
        waivers=tuple(_waiver(each, f"lint.waive.{index}", file) for index, each in enumerate(table.waive)),
    )
    return LintSettings(
        tuple(file.parent / each for each in paths), settings, assets.references, assets.people, file.parent
    )


def _waiver(raw: Mapping[str, object], key: str, file: Path) -> Waiver:
    from statusquo.assets import rule  # noqa: PLC0415 - see above

    table = read_table(model.WaiverTable, raw, file=file, key=key)
    return rule.Waiver(table.rule, table.at, table.reason)
