"""A dump: the rows of a database as the files that shall hold them. Reads by what it is given, and writes nothing.

The command line and the door for Django call this, each with rows of its own; ``changes`` then writes what was planned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from statusquo.assets import (
    anonymising,
    canonical,
    compare,
    dangling,
    declared,
    files,
    formats,
    kept,
    labels,
    reading,
    references,
    selection,
    values,
)
from statusquo.assets.changes import Change, needed
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Dataset, Order
from statusquo.assets.declared import References
from statusquo.assets.files import Split, Stored
from statusquo.assets.formats import Format
from statusquo.assets.kept import Policy
from statusquo.assets.personal import Rules
from statusquo.assets.references import Reference
from statusquo.assets.selection import NO_TABLE, Selection
from statusquo.assets.sidecar import Lock
from statusquo.core.errors import DatasetError
from statusquo.core.rows import Column, Rows, Table

_SHOWN = 20
"""References to nothing that a message lists."""
_MIGRATIONS = Table("django_migrations", (Column("app", "text"), Column("name", "text")), ("id",))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is dumped, to where and how."""

    path: Path
    """A file, or a folder for a dataset that is split."""
    selection: Selection = field(default_factory=Selection)
    split: Split | None = None
    format: Format | None = None
    """Of the files in a folder, and of the text that is printed; None: that of the files that are there, or JSON."""
    order: Order | None = None
    volatile: tuple[str, ...] = ()
    policy: Policy = "keep"
    references: References = field(default_factory=dict)
    """Those that the project declares."""
    people: Rules = field(default_factory=Rules)
    """What becomes of what is known of them."""
    prune: bool = False
    """Take references to nothing away, instead of refusing them."""
    commit: str = ""
    """The revision that the project is at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a dump would write, and what is different then."""

    path: Path
    dataset: Dataset
    excluded: Mapping[str, str]
    pruned: tuple[Reference, ...]
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    """Only what is not so already."""
    format: Format
    anonymised: tuple[str, ...] = ()
    """A line for each model that does not hold what the database does."""

    @property
    def text(self) -> str:
        """The rows as one file has them."""
        return labels.writing(self.dataset, self.format.write)(self.dataset.records) if self.format.write else ""


def plan(rows: Rows, project: Lock, wish: Wish) -> Plan:
    """The dump of a database whose models a *project* knows, against what is at the path now.

    Raises StoreError; DatasetError for references to nothing, for values that no file holds, and for files that
    cannot be read.
    """
    project = replace(project, schema=declared.apply(project.schema, wish.references))
    before = files.read(wish.path) if wish.path.exists() else None
    old = before.lock if before else None
    wish = completed(wish, old)
    check_applied(rows, project)
    choice = selection.choose(project.schema, wish.selection, rows.tables())
    excluded = dict(sorted({**_without(project, wish.selection), **choice.excluded}.items()))
    found = reading.read(rows, project.schema, choice, wish.selection.natural)
    found = anonymising.apply(found, wish.people)
    elsewhere = [each for each in choice.excluded if selection.matches(each, wish.selection.elsewhere)]
    gone = references.dangling(found, elsewhere)
    if gone and not wish.prune:
        raise _refusal(gone, excluded)
    pruned = dangling.prune(found, elsewhere) if gone else found
    dataset = canonical.arrange(_settled(pruned, before, wish))
    lock = _lock(dataset, project, excluded, old=old, wish=wish)
    split, shape = _layout(wish, before)
    planned = files.plan_files(wish.path, dataset, lock, split=split, format=shape)
    differences = compare.compare(before.dataset, dataset, wish.volatile) if before else ()
    anonymised = tuple(anonymising.told(dataset, wish.people))
    return Plan(
        wish.path, dataset, excluded, gone, differences, needed(planned), wish.format or shape, anonymised=anonymised
    )


def completed(wish: Wish, lock: Lock | None) -> Wish:
    """The wish with what it leaves open as it is in the *lock* of the files that are there; ``*`` are all models."""
    models = wish.selection.models or (lock.selected if lock else ())
    chosen = replace(wish.selection, models=() if models == ("*",) else models)
    return replace(wish, selection=chosen, order=wish.order or (lock.order if lock else "alphabetical"))


def applied(rows: Rows) -> dict[str, tuple[str, ...]]:
    """By app, the migrations that the database has been through, in their order; nothing where it keeps no record."""
    found: dict[str, list[str]] = {}
    for app, name in rows.read(_MIGRATIONS) if _MIGRATIONS.name in rows.tables() else ():
        found.setdefault(str(app), []).append(str(name))
    return {app: tuple(names) for app, names in found.items()}


def check_applied(rows: Rows, project: Lock) -> None:
    """Return if the database has been through the project's migrations. Raises DatasetError."""
    done = applied(rows)
    for app, names in project.migrations.items() if done else ():
        missing = set(names) - set(done.get(app, ()))
        if missing:
            raise DatasetError(
                f"The database has not been through {app} {min(missing)}, and the models have.",
                next="Migrate it first.",
            )


def is_known(lock: Lock, rows: Rows, wish: Wish) -> bool:
    """True if the facts of the *lock* that is there are those of the database, and enough to dump what is wished for.

    A field that only the project's code can read makes it ask the project.
    """
    done, wanted = applied(rows), completed(wish, lock).selection
    is_same = all(done.get(app, ("",))[-1] in names for app, names in lock.migrations.items())
    is_whole = bool(lock.selected) or set(done) <= set(lock.migrations)
    return (
        bool(lock.schema.models and done)
        and not any(field.kind == "other" for model in lock.schema.models.values() for field in model.fields)
        and is_same
        and is_whole
        and lock.selected == wanted.models
        and all(why in {NO_TABLE, selection.reason(label, wanted)} for label, why in lock.excluded.items())
    )


def _settled(found: Dataset, before: Stored | None, wish: Wish) -> Dataset:
    named = labels.carried(found, before.dataset) if before else found
    settled = kept.settle(named, before.dataset if before else None, wish.volatile, wish.policy)
    return replace(settled, order=wish.order or "alphabetical")


def _without(project: Lock, wanted: Selection) -> dict[str, str]:
    """What the project cannot give of what is asked for."""
    every = project.excluded.items()
    return {label: why for label, why in every if not wanted.models or selection.matches(label, wanted.models)}


def _lock(dataset: Dataset, project: Lock, excluded: Mapping[str, str], *, old: Lock | None, wish: Wish) -> Lock:
    apps = {label.partition(".")[0] for label in dataset.schema.models}
    whole = not wish.selection.models
    migrations = {app: names for app, names in project.migrations.items() if whole or app in apps}
    is_same = old is not None and dict(old.migrations) == migrations
    commit = old.commit if old and is_same else wish.commit
    return replace(
        old or Lock("", {}),
        facts=project.facts,
        migrations=migrations,
        excluded=excluded,
        commit=commit,
        selected=wish.selection.models,
    )


def _refusal(gone: Sequence[Reference], excluded: Mapping[str, str]) -> DatasetError:
    lines = [
        f"{each.source.subject}.{each.field} → {each.model} {values.compact(each.value)}"
        + (f", left out: {excluded[each.model]}" if each.model in excluded else "")
        for each in gone[:_SHOWN]
    ]
    more = [f"and {len(gone) - _SHOWN} more"] if len(gone) > _SHOWN else []
    return DatasetError(
        "The database has references to rows that the data would not have; nothing was written.",
        next="Mend them, name models whose rows come from elsewhere in assets.elsewhere, or use --prune-dangling.",
        evidence="\n".join([*lines, *more]),
    )


def _layout(wish: Wish, before: Stored | None) -> tuple[Split | None, Format]:
    """How the dataset is split, and the format of its files: as wished for, or as it is."""
    if wish.path.suffix in formats.SUFFIXES and not wish.path.is_dir():
        if wish.split:
            raise DatasetError(f"{wish.path} is a file, and a dataset that is split is a folder.")
        return None, formats.of(wish.path)
    there = [each.path for each in before.sources] if before else []
    if there and not (before and before.lock):
        raise DatasetError(
            f"{wish.path} is a folder with files of rows and no lock beside it.",
            why="What is not in the dump would be removed from there.",
            next="Name a file, or a folder of its own.",
        )
    shape = wish.format or (formats.of(there[0]) if there else formats.FORMATS[0])
    is_by_app = bool(there) and not any("." in each.stem for each in there)
    return wish.split or ("app" if is_by_app else "model"), shape
