"""What changed since a baseline, read from the journal. ``store`` calls ``read`` for a diff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from psycopg import sql
from psycopg.rows import class_row

from statusquo.core.diff import Change, Diff, Image, Kind
from statusquo.stores.postgres import statements
from statusquo.stores.postgres.connection import Database

SHOWN = 1000
"""Changes of one table that a diff shows; the others are counted."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A table with entries in its log, as it was when the log was made."""

    relid: int
    name: str
    columns: Sequence[str]
    key: Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One image that the baseline has and the table has not, or the other way round; same place, same key."""

    place: int
    total: int
    was_there: bool
    fields: Sequence[str | None]


def read(database: Database, store: str, depth: int) -> Diff:
    """All changes since the innermost baseline of that depth. The caller's transaction is one snapshot."""
    changes = [*_ddl(database, depth), *_sequences(database, depth), *_large_objects(database, depth)]
    omitted = 0
    for table in _logged(database, depth):
        rows = _rows(database, table, depth)
        changes += (_change(table, tuple(same)) for _, same in groupby(rows, key=lambda row: row.place))
        omitted += max(0, rows[0].total - SHOWN) if rows else 0
    ordered = sorted(changes, key=lambda change: change.group)
    return Diff(store, tuple(ordered), omitted)


def _logged(database: Database, depth: int) -> tuple[Logged, ...]:
    with database.cursor(row_factory=class_row(Logged)) as cursor:
        return tuple(cursor.execute(sql.SQL(statements.read("read_logged")), {"depth": depth}))


def _rows(database: Database, table: Logged, depth: int) -> tuple[Row, ...]:
    log = sql.Identifier("statusquo", f"log_{table.relid}")
    key = [sql.Identifier(place) for place in table.key]
    texts = [sql.SQL("c{}::text").format(place) for place in range(1, len(table.columns) + 1)]
    by_key = sql.SQL("dense_rank() OVER (ORDER BY {})").format(sql.SQL(", ").join(key))
    query = statements.statement(
        "read_rows",
        log=log,
        fields=sql.SQL(", ").join(texts),
        key=sql.SQL("").join(sql.SQL(", {}").format(place) for place in key),
        place=by_key if key else sql.SQL("row_number() OVER (ORDER BY fields)"),
    )
    with database.cursor(row_factory=class_row(Row)) as cursor:
        return tuple(cursor.execute(query, {"relid": table.relid, "depth": depth, "shown": SHOWN}))


def _change(table: Logged, rows: Sequence[Row]) -> Change:
    before = next((_image(table, row) for row in rows if row.was_there), None)
    after = next((_image(table, row) for row in rows if not row.was_there), None)
    kind: Kind = "inserted" if before is None else "deleted" if after is None else "updated"
    return Change(kind, table.name, _item(table, after if before is None else before), before, after)


def _image(table: Logged, row: Row) -> Image:
    return dict(zip(table.columns, row.fields, strict=True))


def _item(table: Logged, image: Image | None) -> str:
    """The key, or, without one, all there is."""
    named = [table.columns[int(place[1:]) - 1] for place in table.key] or table.columns
    values = image or {}
    return ", ".join(f"{name}={'NULL' if values[name] is None else values[name]}" for name in named)


def _sequences(database: Database, depth: int) -> tuple[Change, ...]:
    rows = database.execute(sql.SQL(statements.read("read_sequences")), {"depth": depth}).fetchall()
    return tuple(
        Change("updated", "sequences", name, _state(*then), _state(*now))
        for name, *rest in rows
        for then, now in [(rest[:2], rest[2:])]
    )


def _state(last_value: int, is_called: bool) -> Image:
    return {"last_value": str(last_value), "is_called": "true" if is_called else "false"}


def _large_objects(database: Database, depth: int) -> tuple[Change, ...]:
    rows = database.execute(sql.SQL(statements.read("read_large_objects")), {"depth": depth}).fetchall()
    return tuple(Change("inserted", "large objects", f"oid={oid}", None, {"oid": str(oid)}) for (oid,) in rows)


def _ddl(database: Database, depth: int) -> tuple[Change, ...]:
    """DDL is shown as something new in the catalog: there are no images of it."""
    rows = database.execute(sql.SQL(statements.read("read_ddl")), {"depth": depth}).fetchall()
    return tuple(
        Change("inserted", "catalog", f"{command} {name}", None, {"command": command}) for command, name in rows
    )
