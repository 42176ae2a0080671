"""A dataset into one database of the project, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from typing import Any

from django.apps import apps
from django.db import Error, connections, router, transaction

from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.loading import load as loader
from statusquo.assets.loading.load import Around
from statusquo.assets.loading.plan import Plan, Terms
from statusquo.assets.schema import Schema
from statusquo.core.errors import StoreError
from statusquo.django import facts
from statusquo.django.loading import writers
from statusquo.django.loading.project import DjangoProject


def load(dataset: Dataset, using: str, terms: Terms, *, exact: bool = False, around: Around = nullcontext) -> Plan:
    """Load the rows of the dataset whose models the routers allow in this database; by the facts of today's models.

    Raises DatasetError, StoreError; the database is then as it was.
    """
    connection = connections[using]
    allowed = Dataset(tuple(_allowed(dataset.records, using)), schema(using))
    project = DjangoProject(apps, connection)
    try:
        with transaction.atomic(using=using):
            writer = writers.of(connection)
            said = replace(terms, bounded=writer.bounded)
            return loader.load(allowed, writer, said, project=project, exact=exact, around=around)
    except _ERRORS as error:
        raise StoreError(
            f'The database "{using}" refuses the rows; nothing was loaded.', evidence=str(error)
        ) from error


_ERRORS = (Error, sqlite3.Error)
"""Django's own, and those of the driver where its connection is used without Django's cursor."""


@cache
def schema(using: str) -> Schema:
    """The facts of the project's models that a database has."""
    return facts.of(apps, using)


def model_of(label: str) -> Any:
    """The model of that name, the one with the table; None if there is none."""
    try:
        return apps.get_model(label)._meta.concrete_model
    except LookupError:
        return None


def _allowed(records: Iterable[Record], using: str) -> Iterator[Record]:
    """The records that may go into this database, proxies by the name of the model that has the table."""
    models = {label: model_of(label) for label in {record.model for record in records}}
    names = {label: facts.label(model) if model else label for label, model in models.items()}
    kept = {label for label, model in models.items() if not model or router.allow_migrate_model(using, model)}
    for record in records:
        if record.model in kept:
            yield record if names[record.model] == record.model else replace(record, model=names[record.model])
