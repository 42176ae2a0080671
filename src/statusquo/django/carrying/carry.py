"""The way of old data through the migrations: a database at their state, the rows into it, migrations, a dump."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, Error, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from statusquo.assets import dump
from statusquo.assets.dump import Plan, Wish
from statusquo.assets.files import Stored
from statusquo.assets.loading import load
from statusquo.assets.loading.plan import Terms
from statusquo.assets.schema import Model, Schema
from statusquo.assets.sidecar import Lock
from statusquo.core.errors import DatasetError, StoreError
from statusquo.django import facts, rows
from statusquo.django.carrying import scratch, states
from statusquo.django.carrying.states import Goal, Node
from statusquo.django.commands import facts as project
from statusquo.django.loading import writers
from statusquo.django.loading.project import DjangoProject


@dataclass(frozen=True, slots=True)
class Carried:
    """The data after migrations, as a dump of them, and the state that they are of then."""

    plan: Plan
    migrations: Mapping[str, tuple[str, ...]]


def carry(stored: Stored, nodes: Sequence[Node], wish: Wish) -> Carried:
    """What the data are after all of the project's migrations. Raises DatasetError, StoreError."""
    with scratch.database() as connection:
        _load(stored, _migrate_to(connection, nodes), connection)
        _migrate()
        today = project.project()
        with rows.reading(apps, DEFAULT_DB_ALIAS) as found:
            return Carried(dump.plan(found, today, wish), today.migrations)


def carry_to(stored: Stored, nodes: Sequence[Node], wish: Wish, goals: Sequence[Goal]) -> Carried:
    """What the data are after those migrations that the goals need; other apps stay where they are. Raises the same."""
    with scratch.database() as connection:
        _load(stored, _migrate_to(connection, nodes), connection)
        for goal in goals:
            states.refuse_backward(goal, MigrationLoader(connection))
            _migrate(*goal)
        loader = MigrationLoader(connection)
        reached = states.applied(loader)
        state = states.of_project(reached, loader)
        then = Lock("", {}, migrations=states.leaves(states.last(reached, loader)), schema=_schema(stored, state))
        with rows.reading(state.apps, DEFAULT_DB_ALIAS) as found:
            return Carried(dump.plan(found, then, wish), then.migrations)


def _migrate_to(connection: Any, nodes: Sequence[Node]) -> ProjectState:
    """Have the tables of that state, and the rows that Django makes of its models; no receiver of the project runs."""
    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    with _failing("do not go to the state that the data are of"):
        executor.migrate(list(nodes))
    state = states.of_project(nodes, executor.loader)
    with connection.schema_editor() as editor:
        for model in state.apps.get_models():
            if model._meta.app_label in executor.loader.unmigrated_apps and model._meta.managed:
                editor.create_model(model)
    for make in _makers():
        for config in apps.get_app_configs():
            make(config, verbosity=0, interactive=False, using=DEFAULT_DB_ALIAS, apps=state.apps)
    return state


def _makers() -> Iterator[Callable[..., None]]:
    """What makes the rows that Django has of models, where the project has these apps."""
    for app, name in (("contenttypes", "create_contenttypes"), ("auth", "create_permissions")):
        if apps.is_installed(f"django.contrib.{app}"):
            yield getattr(importlib.import_module(f"django.contrib.{app}.management"), name)


def _load(stored: Stored, state: ProjectState, connection: Any) -> None:
    """Have the rows of the data and no others in the tables that they are of."""
    schema = _schema(stored, state)
    dataset = replace(stored.dataset, schema=schema)
    writer = writers.of(connection)
    try:
        with transaction.atomic():
            _empty([schema.models[label] for label in _covered(stored)], connection)
            load.load(dataset, writer, Terms("insert"), project=DjangoProject(state.apps, connection))
    except Error as error:
        raise StoreError("The database refuses the rows at the state that they are of.", evidence=str(error)) from error


def _schema(stored: Stored, state: ProjectState) -> Schema:
    """The facts of that state. What comes of code, and so is not in it, is as the lock has it, else as it is today."""
    historical, today = facts.of(state.apps), facts.of(apps)
    seen = {**today.models, **stored.dataset.schema.models}
    return Schema({label: _with_code(model, seen.get(label)) for label, model in historical.models.items()})


def _with_code(model: Model, seen: Model | None) -> Model:
    """The model with the natural key and the generic references of another state of it, where it has their fields."""
    own = {each.name for each in model.fields}
    natural = seen.natural if seen and own.issuperset(seen.natural) else ()
    generics = tuple(each for each in (seen.generics if seen else ()) if {each.type_field, each.id_field} <= own)
    return replace(model, natural=model.natural or natural, generics=generics)


def _covered(stored: Stored) -> Iterator[str]:
    excluded = stored.lock.excluded if stored.lock else {}
    labels = {*stored.dataset.counts, *stored.dataset.schema.models}
    return (label for label in sorted(labels) if label not in excluded)


def _empty(models: Sequence[Model], connection: Any) -> None:
    tables = [model.table for model in models if model.managed]
    pairs = [many.table for model in models for many in model.many if many.table]
    with connection.cursor() as cursor:
        for table in (*pairs, *tables):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - it is quoted


def _migrate(*goal: str) -> None:
    """Go to the end, or to where a goal says."""
    with _failing("fail on these rows"):
        call_command("migrate", *goal, verbosity=0, interactive=False, run_syncdb=not goal)


@contextmanager
def _failing(how: str) -> Iterator[None]:
    """Whatever a migration of the project raises is told as what it is."""
    try:
        yield
    except Exception as error:
        told = "".join(traceback.format_exception(error))
        raise DatasetError(f"The project's migrations {how}.", evidence=told) from error
