"""The tables of a database as the journal sees them. ``journal`` reads them and has ``logs`` write SQL for them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from psycopg import sql
from psycopg.rows import kwargs_row

from statusquo.core import fingerprint
from statusquo.stores.postgres import statements
from statusquo.stores.postgres.connection import Database

Kind = Literal["plain", "partitioned", "inherited"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is stored and not generated; ``log_type`` differs from ``type`` where the application made it."""

    name: str
    type: str
    log_type: str
    is_enum: bool

    @property
    def depends_on_settings(self) -> bool:
        """True when it is logged as text, which the writer's DateStyle and the like would shape."""
        return self.log_type == "text" != self.type and not self.is_enum


@dataclass(frozen=True, slots=True)
class Stubborn:
    """A trigger or rule of the application that fires in replica role, too: ``ENABLE ALWAYS`` or ``ENABLE REPLICA``."""

    place: str
    """The table that it is on, as PostgreSQL quotes it."""
    kind: Literal["TRIGGER", "RULE"]
    name: str
    is_always: bool


@dataclass(frozen=True, slots=True)
class Table:
    """An ordinary table, a table of an inheritance tree, or the root of a partition tree with its ``parts``."""

    relid: int
    schema: str
    table: str
    name: str
    """Schema and table as PostgreSQL quotes them."""
    kind: Kind
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    stubborn: tuple[Stubborn, ...]

    @property
    def shape(self) -> str:
        """Changes when the journal of the table must be made again."""
        return fingerprint.of_value(asdict(self))

    @property
    def log_key(self) -> tuple[str, ...]:
        """The log's columns for the key."""
        names = [column.name for column in self.columns]
        return tuple(f"c{names.index(name) + 1}" for name in self.key)


def read(database: Database) -> tuple[Table, ...]:
    """All tables that are to be journaled, by oid."""
    with database.cursor(row_factory=kwargs_row(_table)) as cursor:
        return tuple(cursor.execute(sql.SQL(statements.read("read_tables"))))


def _table(
    *,
    columns: list[dict[str, Any]],
    key: list[str],
    parts: list[list[str]],
    stubborn: list[dict[str, Any]],
    **rest: Any,
) -> Table:
    return Table(
        **rest,
        columns=tuple(Column(**column) for column in columns),
        key=tuple(key),
        parts=tuple((schema, table) for schema, table in parts),
        stubborn=tuple(Stubborn(**one) for one in stubborn),
    )
