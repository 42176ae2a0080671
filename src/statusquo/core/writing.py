"""A database seen as records that are written: what a load needs of one, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from statusquo.core.rows import Json, Rows, Table

Row: TypeAlias = Sequence[Json]
"""The values of one row, as the columns of its table stand."""


class Writer(Rows, Protocol):
    """Reads and writes inside one transaction, which whoever opened it ends. Raises StoreError."""

    @property
    def bounded(self) -> bool:
        """Whether the columns of this kind of database have a length and a range."""

    def numbers(self, table: Table, count: int) -> Sequence[int]:
        """The next keys of a table, whose one column is its key; nobody else gets them."""

    def put(self, table: Table, rows: Sequence[Row], *, is_there: bool) -> None:
        """Add rows; with *is_there* give the rows with these keys the values of these."""

    def remove(self, table: Table, rows: Sequence[Row]) -> None:
        """Take away the rows whose columns have these values."""

    def settle(self, counters: Sequence[Table], *, exact: bool) -> None:
        """Let the next keys of *counters* come after those that are there, with *exact* right after the highest, else
        never before what they would have been; and check every reference of the database that was put off.
        """
