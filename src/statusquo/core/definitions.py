"""What a database says of its own tables: columns, keys, references. Values, whatever kind of database it is.

``rows`` reads them; ``assets.introspected`` makes models of them where no framework says what the models are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from statusquo.core.rows import Kind, Rows


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """One column of a table."""

    name: str
    kind: Kind
    null: bool = True
    has_default: bool = False
    """Whether the database fills it where a row says nothing."""
    is_now: bool = False
    """Whether it fills it with the time."""
    generated: bool = False
    max_length: int = 0
    places: int = 0
    zone: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that have the values of a row of another table."""

    columns: tuple[str, ...]
    schema: str
    table: str
    targets: tuple[str, ...]
    """Columns of that table; empty: its primary key."""
    is_deferred: bool = False
    """Whether the database looks for the row only at the end of the transaction."""


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """One table."""

    schema: str
    name: str
    path: str
    """Its name for ``core.rows.Table``: with its schema, where it is not found without."""
    columns: tuple[ColumnDefinition, ...]
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    """Sets of columns that no two rows may share, besides the key."""
    references: tuple[ForeignKey, ...] = ()


class DescribedRows(Rows, Protocol):
    """Rows of a database that says what its tables are."""

    def definitions(self) -> Sequence[TableDefinition]:
        """The tables that people made, by schema and name. Raises StoreError."""
