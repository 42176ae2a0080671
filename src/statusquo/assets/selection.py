"""Which models a dump takes, and why it leaves the others out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from statusquo.assets import noise
from statusquo.assets.schema import Model, Schema
from statusquo.core import graph
from statusquo.core.errors import DatasetError

NO_TABLE = "it has no table of its own"


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for. Patterns match ``app.model``; a name of an app stands for all its models."""

    models: tuple[str, ...] = ()
    """Empty: all."""
    noise: tuple[str, ...] = ()
    """Left out besides what is noise everywhere."""
    wanted: tuple[str, ...] = ()
    """Taken although it is noise elsewhere."""
    natural: tuple[str, ...] = ()
    """Models that are referred to by natural key, besides those whose rows Django makes."""
    elsewhere: tuple[str, ...] = ()
    """Models whose rows come from somewhere else: left out, and references to them need not be met."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is dumped, and what is not, with the reason."""

    models: tuple[Model, ...]
    excluded: Mapping[str, str]


def reason(label: str, selection: Selection) -> str:
    """Why a model that was asked for is left out; empty if it is not."""
    if matches(label, selection.elsewhere):
        return "its rows come from somewhere else"
    return "" if matches(label, selection.wanted) else noise.reason(label, selection.noise)


def choose(schema: Schema, selection: Selection, tables: Collection[str]) -> Choice:
    """The models that are dumped of those in a *schema*, from a database that has these *tables*.

    Raises DatasetError for a word that means no model, and for a model whose table is not there.
    """
    for word in (*selection.models, *selection.natural):
        if not any(matches(label, (word,)) for label in schema.models):
            apps = {label.partition(".")[0] for label in schema.models}
            raise DatasetError(
                f"{word!r} is no model and no app here.", next=graph.did_you_mean(word, {*schema.models, *apps})
            )
    asked = [each for each in schema.models.values() if not selection.models or matches(each.label, selection.models)]
    excluded = {each.label: why for each in asked for why in (_why_not(each, selection, tables),) if why}
    models = tuple(each for each in asked if each.label not in excluded)
    _check_tables(models, tables)
    return Choice(models, excluded)


def matches(label: str, patterns: Iterable[str]) -> bool:
    """True if the label, or its app, is what one of the patterns means."""
    app = label.partition(".")[0]
    return any(fnmatchcase(label.lower(), each.lower()) or app == each for each in patterns)


def with_targets(schema: Schema, models: Iterable[Model], labels: Collection[str]) -> tuple[Model, ...]:
    """Some models of a *schema* and what they refer to, directly or not, among *labels*."""
    found = {each.label: each for each in models}
    queue = list(found.values())
    while queue:
        model = queue.pop()
        targets = {each.to for each in model.fields if each.to} | {each.to for each in model.many if not each.through}
        for label in sorted(targets & set(labels) - found.keys()):
            target = schema.get(label)
            if target is not None:
                found[label] = target
                queue.append(target)
    return tuple(found.values())


def _why_not(model: Model, selection: Selection, tables: Collection[str]) -> str:
    if model.table not in tables and not model.managed:
        return NO_TABLE
    return reason(model.label, selection)


def _check_tables(models: Iterable[Model], tables: Collection[str]) -> None:
    for model in models:
        name = model.table.strip('"')
        if name not in tables and name.rpartition('"."')[2] not in tables:
            raise DatasetError(
                f'{model.label}: the database has no table "{model.table}".', next="Has it been migrated?"
            )
