"""Tables of temporary models: made where their fixture's rows are, and gone with them.

The statements are Django's, collected and executed one by one: its editor refuses to work inside a transaction of
SQLite, as it could not switch off foreign keys for a table that it copies. None is copied here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from statusquo.core.errors import StatusquoError
from statusquo.django.temporary.registry import Kind


@contextmanager
def made(alias: str, models: Collection[Kind]) -> Iterator[None]:
    """Make the tables of the models; drop them in the end where no transaction is there to be rolled back.

    Raises StatusquoError.
    """
    connection = connections[alias]
    wanted = sorted((each for each in models if _has_table(each, alias)), key=lambda each: each._meta.label)
    _check(connection, wanted)
    for statement in _statements(connection, wanted):
        _execute(connection, statement)
    is_rolled_back = connection.in_atomic_block
    yield
    if not is_rolled_back:
        there = set(connection.introspection.table_names())
        for model in reversed(wanted):
            if model._meta.db_table in there:  # a file of SQLite has been put back without it
                _drop(connection, model)


def _has_table(model: Kind, alias: str) -> bool:
    """True for what ``migrate`` would make one for; the tables of relations come with their models."""
    return model._meta.can_migrate(alias) and not model._meta.auto_created and router.allow_migrate_model(alias, model)


def _check(connection: BaseDatabaseWrapper, models: Collection[Kind]) -> None:
    connection.ensure_connection()
    if not connection.features.can_rollback_ddl:
        raise StatusquoError(
            f'Temporary models cannot have tables on the alias "{connection.alias}" ({connection.display_name}).',
            why="DDL commits there, and ends the transactions that the rows of fixtures are in.",
            next="Put the models into an app of the tests that the settings of the tests install, without migrations.",
        )
    known = set(connection.introspection.table_names())
    for model in models:
        if model._meta.db_table in known:
            raise StatusquoError(
                f'The temporary model {model._meta.label} has no table: "{model._meta.db_table}" is there already, on '
                f'the alias "{connection.alias}".',
                next="Give it another name, or another Meta.db_table.",
            )


def _statements(connection: BaseDatabaseWrapper, models: Collection[Kind]) -> list[str]:
    editor = _collecting(connection)
    for model in models:
        editor.create_model(model)
    for deferred in editor.deferred_sql:
        editor.execute(deferred, None)
    return [*editor.collected_sql]


def _drop(connection: BaseDatabaseWrapper, model: Kind) -> None:
    editor = _collecting(connection)
    editor.delete_model(model)
    for statement in editor.collected_sql:
        _execute(connection, statement)


def _collecting(connection: BaseDatabaseWrapper) -> BaseDatabaseSchemaEditor:
    editor: BaseDatabaseSchemaEditor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []  # it is entering that makes the list, and refuses
    return editor


def _execute(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
