"""The SQL that gives one table a log, triggers that fill it and a function that rewinds by it. Pure; for ``journal``.

A column's place in the log is its position: ``c1`` stands for the first of ``Table.columns``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import LiteralString

from psycopg import sql

from statusquo.stores.postgres import statements
from statusquo.stores.postgres.tables import Stubborn, Table

COMMA = sql.SQL(", ")


def install(table: Table) -> sql.Composed:
    """Everything for a table that has nothing of ours."""
    places = ((table.schema, table.table), *table.parts)
    return sql.SQL("\n").join(
        [
            statements.statement("table_log", log=_ours("log", table), log_columns=_typed(table)),
            _capture_truncate(table),
            *(_gate(sql.Identifier(*place), table) for place in places),
            _capture(table),
            *(_always(sql.Identifier(*place)) for place in places if table.kind != "plain"),
            _rewind(table),
            _registration(table),
        ]
    )


def remove(relid: int) -> sql.Composed:
    """Take everything of ours away from a table that may itself be gone; triggers go with their functions."""
    functions = ("capture", "capture_truncate", "rewind")
    return sql.SQL(
        "DROP FUNCTION IF EXISTS {functions} CASCADE; DROP TABLE IF EXISTS {log};"
        "DELETE FROM statusquo.journaled WHERE relid = {relid};"
        "UPDATE statusquo.kept SET is_current = false WHERE relid = {relid};"
        "DELETE FROM statusquo.dirty WHERE relid = {relid}; {gates}"
    ).format(
        functions=COMMA.join(sql.Identifier("statusquo", f"{what}_{relid}") for what in functions),
        log=sql.Identifier("statusquo", f"log_{relid}"),
        relid=sql.Literal(relid),
        gates=statements.statement("remove_gates", relid=sql.Literal(relid)),
    )


def _ours(what: str, table: Table) -> sql.Identifier:
    return sql.Identifier("statusquo", f"{what}_{table.relid}")


def _list(parts: Iterable[sql.Composable]) -> sql.Composed:
    """The parts as they follow the first element of a list."""
    return sql.Composed([piece for part in parts for piece in (COMMA, part)])


def _typed(table: Table) -> sql.Composed:
    return _list(
        sql.SQL("{} {}").format(sql.Identifier(f"c{place}"), sql.SQL(column.log_type))
        for place, column in enumerate(table.columns, 1)
    )


def _logged(table: Table, source: str) -> sql.Composed:
    """The columns of *source*, a row of the table, as the log has them."""
    return _list(
        sql.SQL("{}::{}" if column.log_type != column.type else "{}").format(
            sql.Identifier(source, column.name), sql.SQL(column.log_type)
        )
        for column in table.columns
    )


def _settings(table: Table) -> sql.SQL:
    """Only where they are needed: they cost each call of a trigger some microseconds."""
    is_shaped = any(column.depends_on_settings for column in table.columns)
    return sql.SQL(" " + statements.image_settings() if is_shaped else "")


def _gate(place: sql.Identifier, table: Table) -> sql.Composed:
    return statements.statement("table_gate", table=place, capture_truncate=_ours("capture_truncate", table))


def _capture(table: Table) -> sql.Composed:
    """By statement where transition tables tell everything, which they do not in trees of tables."""
    common = {
        "capture": _ours("capture", table),
        "settings": _settings(table),
        "log": _ours("log", table),
        "relid": sql.Literal(table.relid),
        "table": sql.Identifier(table.schema, table.table),
    }
    if table.kind == "plain":
        return statements.statement(
            "capture_statement", added=_logged(table, "added"), removed=_logged(table, "removed"), **common
        )
    return statements.statement("capture_row", new=_logged(table, "new"), old=_logged(table, "old"), **common)


def _always(place: sql.Identifier) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER statusquo_row;").format(place)


def _capture_truncate(table: Table) -> sql.Composed:
    copy = sql.SQL("INSERT INTO {} SELECT 1{} FROM ONLY ").format(_ours("log", table), _logged(table, "t"))
    return statements.statement(
        "capture_truncate",
        capture_truncate=_ours("capture_truncate", table),
        settings=_settings(table),
        copy=sql.Literal(copy.as_string().replace("%", "%%") + "%I.%I t"),
        relid=sql.Literal(table.relid),
    )


def _rewind(table: Table) -> sql.Composed:
    place = sql.Identifier(table.schema, table.table)
    own = [sql.Identifier(column.name) for column in table.columns]
    common = {
        "rewind": _ours("rewind", table),
        "log": _ours("log", table),
        "log_name": sql.Literal(f"statusquo.log_{table.relid}"),
        "name": sql.Literal(table.name),
        "table": place,
        "only": place if table.kind == "partitioned" else sql.SQL("ONLY {}").format(place),
        "log_columns": COMMA.join(sql.Identifier("l", f"c{number}") for number in range(1, len(own) + 1)),
        "table_columns": COMMA.join(sql.Identifier("t", column.name) for column in table.columns),
        "insert_columns": sql.SQL("({})").format(COMMA.join(own)) if own else sql.SQL(""),
        "restored_columns": COMMA.join(_changed(table).values()),
        "silence": _switch(table, lambda _: "DISABLE"),
        "revive": _switch(table, lambda one: "ENABLE ALWAYS" if one.is_always else "ENABLE REPLICA"),
    }
    if not table.key:
        return statements.statement("rewind_by_scan", **common)
    changed = _changed(table)
    same = (sql.SQL("{} = {}").format(sql.Identifier("t", name), changed[name]) for name in table.key)
    key = COMMA.join(sql.SQL("(logged).{}").format(sql.Identifier(number)) for number in table.log_key)
    return statements.statement("rewind_by_key", key=key, same_key=sql.SQL(" AND ").join(same), **common)


def _switch(table: Table, to: Callable[[Stubborn], LiteralString]) -> sql.Composed:
    """Switch triggers and rules that would fire during a rewind."""
    command = sql.SQL("ALTER TABLE {} {} {} {};\n    ")
    return sql.Composed(
        [
            command.format(sql.SQL(one.place), sql.SQL(to(one)), sql.SQL(one.kind), sql.Identifier(one.name))
            for one in table.stubborn
        ]
    )


def _changed(table: Table) -> dict[str, sql.Composable]:
    """The columns of a logged row by their names, in the types that the table has."""
    changed: dict[str, sql.Composable] = {}
    for number, column in enumerate(table.columns, 1):
        logged = sql.SQL("(c.logged).{}").format(sql.Identifier(f"c{number}"))
        as_type = sql.SQL("{}::{}").format(logged, sql.SQL(column.type))
        changed[column.name] = logged if column.log_type == column.type else as_type
    return changed


def _registration(table: Table) -> sql.Composed:
    return sql.SQL("INSERT INTO statusquo.journaled VALUES ({}, {}, {}, {}, {});").format(
        table.relid, table.name, [column.name for column in table.columns], list(table.log_key), table.shape
    )
