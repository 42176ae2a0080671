"""A dataset into databases of the project, all or nothing: each in one transaction, by the facts of today's models."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from django.apps import apps
from django.db import Error, connections, router, transaction

from statusquo.assets import labels
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.loading import load as loader
from statusquo.assets.loading.plan import Plan, Terms
from statusquo.assets.schema import Schema
from statusquo.core.errors import ConfigError, StoreError
from statusquo.django import facts
from statusquo.django.loading import writers
from statusquo.django.loading.project import DjangoProject
from statusquo.django.loading.signals import Raw

Signals = Literal["none", "raw"]
_ERRORS = (Error, sqlite3.Error)
"""Django's own, and those of the driver where its connection is used without Django's cursor."""


def load(
    parts: Mapping[str, Sequence[Record]], terms: Terms, *, signals: Signals = "none", exact: bool = False
) -> dict[str, Plan]:
    """Load records into databases, by alias; what was done there.

    Raises DatasetError, StoreError; all databases are then as they were.
    """
    with ExitStack() as transactions:
        for alias in parts:
            transactions.enter_context(transaction.atomic(using=alias))
        return {alias: _load(records, alias, terms, signals, exact=exact) for alias, records in parts.items()}


def _load(records: Sequence[Record], using: str, terms: Terms, signals: Signals, *, exact: bool) -> Plan:
    connection = connections[using]
    project = DjangoProject(apps, connection)
    dataset = Dataset(tuple(_concrete(records)), schema(using))
    try:
        writer = writers.of(connection)
        around = Raw(using, project).around if signals == "raw" else nullcontext
        return loader.load(dataset, writer, terms, project=project, exact=exact, around=around)
    except _ERRORS as error:
        raise StoreError(
            f'The database "{using}" refuses the rows; nothing was loaded.', evidence=str(error)
        ) from error


def named(records: Sequence[Record]) -> Sequence[Record]:
    """The records, labels of files without a lock resolved by the facts of today's models. Raises DatasetError."""
    if any(each.label and each.pk is None for each in records):
        return labels.resolve(Dataset(tuple(records), schema("default"))).records
    return records


def by_router(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records by the database that the project writes their models to; of models that nobody knows the default."""
    parts: dict[str, list[Record]] = {}
    aliases: dict[str, str] = {}
    for record in records:
        if record.model not in aliases:
            model = model_of(record.model)
            aliases[record.model] = router.db_for_write(model) if model else "default"
        parts.setdefault(aliases[record.model], []).append(record)
    return parts


def allowed(records: Iterable[Record], using: str) -> list[Record]:
    """The records that the routers allow in a database."""
    every = list(records)
    models = {label: model_of(label) for label in {record.model for record in every}}
    kept = {label for label, model in models.items() if not model or router.allow_migrate_model(using, model)}
    return [record for record in every if record.model in kept]


def check_vendor(using: str) -> None:
    """Return if rows can be written to the database. Raises ConfigError."""
    if connections[using].vendor not in writers.VENDORS:
        raise ConfigError(f'The database "{using}" is of a kind that rows cannot be loaded into.', next="Use loaddata.")


@cache
def schema(using: str) -> Schema:
    """The facts of the project's models that a database has."""
    return facts.of(apps, using)


def model_of(label: str) -> Any:
    """The model of that name; None if there is none."""
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def _concrete(records: Iterable[Record]) -> Iterable[Record]:
    """The records, proxies by the name of the model that has the table."""
    names: dict[str, str] = {}
    for record in records:
        if record.model not in names:
            model = model_of(record.model)
            names[record.model] = facts.label(model._meta.concrete_model) if model else record.model
        yield record if names[record.model] == record.model else replace(record, model=names[record.model])
