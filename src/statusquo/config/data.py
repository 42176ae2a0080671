"""The table ``[assets]``: the test data of the project, and what of a database belongs to them.

Commands that need no stack read it by itself, with ``[lint]``; ``build`` makes it a part of the Config.
What data are read and written with is imported where they are: a stack starts without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from statusquo.assets.selection import Selection
from statusquo.config import model
from statusquo.config.read import read_table
from statusquo.core.errors import ConfigError

if TYPE_CHECKING:
    from statusquo.assets.dataset import Order
    from statusquo.assets.dump import Wish
    from statusquo.assets.files import Split
    from statusquo.assets.kept import Policy
    from statusquo.assets.personal import Rules


class How(TypedDict, total=False):
    """The options that every way to dump has."""

    split: Split | None
    format: str | None
    order: Order | None
    volatile: Policy
    prune_dangling: bool


@dataclass(frozen=True, slots=True)
class AssetsSettings:
    """What ``[assets]`` says, with paths from the folder of the file."""

    dataset: Path | None = None
    """A file, or a folder of files."""
    on: str = ""
    """The store whose rows they are; empty: the first database."""
    split: Split | None = None
    order: Order | None = None
    selection: Selection = field(default_factory=Selection)
    references: Mapping[str, str] = field(default_factory=dict)
    """Those that no database knows of: by field, or path in its JSON, the model or field that is meant."""
    people: Rules | None = None
    """What becomes of what is known of people."""
    volatile: tuple[str, ...] = ()
    """Patterns of fields that change by themselves."""
    volumes: Mapping[str, Path] = field(default_factory=dict)
    """By store, the archive or folder that its files are kept in."""
    exclude: tuple[str, ...] = ()
    """Patterns of files that are not kept."""


NOWHERE = Path("-")
"""Where data are that are only printed, and that no files are there for."""


def wish(
    settings: AssetsSettings,
    path: Path | None = None,
    models: Sequence[str] = (),
    *,
    printed: bool = False,
    **how: Unpack[How],
) -> Wish:
    """What a dump is asked for: in the words of the command, else as the settings say. Raises ConfigError."""
    from statusquo.assets import dump, formats, history, personal  # noqa: PLC0415 - see above

    nowhere = NOWHERE if printed else None
    where = path or (_from_here(settings.dataset) if settings.dataset else nowhere)
    if where is None:
        raise ConfigError(
            "It is not said where the data are.",
            next="Name a file or a folder, or set assets.dataset in statusquo.toml.",
        )
    chosen = replace(settings.selection, models=tuple(models) or settings.selection.models)
    return dump.Wish(
        where,
        chosen,
        split=how.get("split") or (None if where.suffix in formats.SUFFIXES else settings.split),
        format=next((each for each in formats.FORMATS if each.name == how.get("format")), None),
        order=how.get("order") or settings.order,
        references=settings.references,
        people=settings.people or personal.Rules(),
        volatile=settings.volatile,
        policy=how.get("volatile", "keep"),
        prune=how.get("prune_dangling", False),
        commit=history.revision(where.absolute().parent),
    )


def _from_here(path: Path) -> Path:
    """The path as people here say it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def read(raw: Mapping[str, object], file: Path) -> AssetsSettings:
    """The settings in the tables of a file. Raises ConfigError."""
    table = read_table(model.AssetsTable, raw.get("assets", {}), file=file, key="assets")
    return AssetsSettings(
        dataset=file.parent / table.dataset if table.dataset else None,
        on=table.on,
        split=table.split,
        order=table.order,
        selection=Selection(
            models=tuple(table.models),
            noise=tuple(table.noise),
            wanted=tuple(table.keep),
            natural=tuple(table.natural),
            elsewhere=tuple(table.elsewhere),
        ),
        references=dict(table.references),
        people=_people(table) if table.anonymise or table.personal else None,
        volatile=tuple(table.volatile),
        volumes={name: file.parent / path for name, path in table.volumes.items()},
        exclude=tuple(table.exclude),
    )


def _people(table: model.AssetsTable) -> Rules:
    from statusquo.assets import personal  # noqa: PLC0415 - see above

    return personal.read(table.anonymise, table.personal, table.salt)
