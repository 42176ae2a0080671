"""What MySQL and MariaDB have of their own, for ``rows``: sessions that write what they have read, and counters.

Rows go into the tables that need them and into no others, whatever references them, as foreign keys can be left
unchecked; TRUNCATE would end the transaction and take the counters, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.core.errors import Busy

SESSION = (
    "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', "  # mysqldump's: 0 is a key, no hour is twice
    "foreign_key_checks = 0, lock_wait_timeout = 2, innodb_lock_wait_timeout = 2"  # seconds, where a day is the rule
)
_LOCK_WAIT_TIMEOUT = 1205
_COUNTERS = """
    SELECT table_name, auto_increment FROM information_schema.tables
    WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL
"""
_COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = DATABASE() AND coalesce(generation_expression, '') = '' ORDER BY ordinal_position
"""
_EXACT = {"float": "{} + 0e0"} | dict.fromkeys(("date", "datetime", "time", "timestamp"), "CAST({} AS CHAR)")
"""How columns are read of which drivers do not tell all: six digits of a float, no hour past 23, no day 0."""
_IN_TRANSACTIONS = """
    SELECT sessions.id FROM information_schema.processlist AS sessions
    JOIN information_schema.innodb_trx ON trx_mysql_thread_id = sessions.id
    WHERE sessions.db = DATABASE() AND sessions.id <> CONNECTION_ID()
"""


def begin_as_ours(connection: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Have a connection that is not open yet begin as *SESSION* says, and not as the project's do."""
    connection.settings_dict["OPTIONS"]["init_command"] = SESSION
    return connection


def read_counters(connection: BaseDatabaseWrapper, cursor: Any) -> dict[str, int]:
    """The next AUTO_INCREMENT of each table that has one."""
    if not connection.mysql_is_mariadb:
        cursor.execute("SET information_schema_stats_expiry = 0")  # MySQL would show those of yesterday
    cursor.execute(_COUNTERS)
    return dict(cursor.fetchall())


def read_expressions(connection: BaseDatabaseWrapper, cursor: Any) -> dict[str, dict[str, str]]:
    """By table, how each column is read that the database does not compute, whether a model knows of it or not."""
    cursor.execute(_COLUMNS)
    known: dict[str, dict[str, str]] = {}
    for table, column, kind in cursor.fetchall():
        expression = _EXACT.get(kind, "{}").format(connection.ops.quote_name(column))
        known.setdefault(table, {})[column] = expression
    return known


def empty(connection: BaseDatabaseWrapper, cursor: Any, tables: Collection[str]) -> None:
    """Delete all rows of these tables and of no others."""
    for table in tables:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def write_counters(connection: BaseDatabaseWrapper, cursor: Any, counters: Mapping[str, int | None]) -> None:
    """Set the next AUTO_INCREMENT of tables. Commits: it is DDL."""
    for table, number in counters.items():
        if number is not None:
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} AUTO_INCREMENT = {number}")


def end_transactions(connection: BaseDatabaseWrapper, error: OperationalError) -> int:
    """End the sessions that have a transaction open on the database, if *error* says that we waited for one.

    Returns how many there were. Raises Busy if we may not see them, and the *error* if it is another one.
    """
    if error.args[0] != _LOCK_WAIT_TIMEOUT:
        raise error
    with connection.cursor() as cursor:
        try:
            cursor.execute(_IN_TRANSACTIONS)
        except OperationalError as refused:
            raise Busy(
                f'Database "{connection.alias}": a session that the test left behind holds what a rewind needs.',
                why=f"Which one cannot be seen: {refused}.",
                next="Have the test end its transactions and threads, or grant PROCESS to the role that runs tests.",
            ) from error
        found = cursor.fetchall()
        for (number,) in found:
            cursor.execute(f"KILL {int(number)}")
    return len(found)
