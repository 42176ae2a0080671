"""What a run that was killed has left in test databases that are used again: put back before they are migrated.

The journal of a PostgreSQL outlives its run. A file of SQLite has its first pages beside it for as long as a run lasts;
it is put back before anybody makes, copies or removes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import pre_migrate

from statusquo.core.baseline import Rewound
from statusquo.core.errors import MissingProgram, StatusquoError
from statusquo.django.restore import engines
from statusquo.django.restore.databases import Databases
from statusquo.wiring import inprocess

Tell = Callable[[str], None]


@contextmanager
def put_back(databases: Databases, *, tell: Tell) -> Iterator[None]:
    """While test databases are made ready: put each back that has a journal, and *tell* if there was anything to do."""
    seen: set[str] = set()

    def before_migrations(using: str, **_: object) -> None:
        if using not in seen and databases.representative(using) == using:
            _put_back(connections[using], tell)
        seen.add(using)

    for connection in connections.all():
        if connection.vendor == "sqlite":
            _put_back_file(connection, tell)
    pre_migrate.connect(before_migrations, weak=False)
    try:
        yield
    finally:
        pre_migrate.disconnect(before_migrations)


def put_back_clones(databases: Databases, many: int, *, tell: Tell) -> None:
    """Once Django has cloned them: put back each of so *many* clones of each test database."""
    for alias in databases.ours():
        for number in range(1, many + 1):
            clone = connections[alias].copy()
            clone.settings_dict = clone.creation.get_test_db_clone_settings(str(number))
            with closing(clone):
                _put_back(clone, tell)


def _put_back_file(connection: BaseDatabaseWrapper, tell: Tell) -> None:
    name = connection.settings_dict["TEST"]["NAME"]
    if not name or connection.creation.is_in_memory_db(name):
        return
    try:
        done = inprocess.resume_sqlite(connection.alias, Path(str(name)))
    except StatusquoError as error:
        tell(f'The test database of the alias "{connection.alias}" may be as a run left it that was killed. {error}')
        return
    _tell(connection.alias, done, tell)


def _put_back(connection: BaseDatabaseWrapper, tell: Tell) -> None:
    if connection.vendor != "postgresql":
        return
    alias = connection.alias
    connection.ensure_connection()
    try:
        done = inprocess.resume_postgres(alias, engines.address(connection))
    except MissingProgram:
        return  # then no run has left a journal either
    except StatusquoError as error:
        tell(f'The test database of the alias "{alias}" may be as a run left it that was killed. {error}')
        return
    _tell(alias, done, tell)


def _tell(alias: str, done: Rewound | None, tell: Tell) -> None:
    if done and not done.is_clean:
        tables = ", ".join(touched.name for touched in done.touched)
        tell(f'The test database of the alias "{alias}" was as a killed run had left it and was put back: {tables}.')
