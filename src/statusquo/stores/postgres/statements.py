"""The SQL of this room, from the files in ``sql/``. Everyone here takes it from here."""

from __future__ import annotations

from importlib import resources

from psycopg import sql

from statusquo.core import fingerprint

INSTALLED = ("schema", "gate", "sequences", "large_objects", "capture", "rewind", "forward", "ddl", "catalog")
"""What is installed once, in this order, before ``ddl_triggers``."""

PER_TABLE = (
    "table_log",
    "table_gate",
    "capture_truncate",
    "capture_statement",
    "capture_row",
    "rewind_by_key",
    "rewind_by_scan",
)
"""What is installed for tables."""


def read(name: str) -> str:
    """The text of ``sql/name.sql``."""
    return (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def statement(file: str, /, **parts: sql.Composable) -> sql.Composed:
    """``sql/file.sql`` with its placeholders filled in."""
    return sql.SQL(read(file)).format(**parts)


def image_settings() -> str:
    """The settings that shape a value's text, as the clauses of a function."""
    return " ".join(read("image_settings").split("\n"))


def session() -> sql.SQL:
    """What a connection of ours begins with."""
    return sql.SQL(read("image_settings").strip().replace("\n", ";\n") + ";\n" + read("session"))


def digest() -> str:
    """Tells a journal that other versions of these files made from ours."""
    names = (*INSTALLED, *PER_TABLE, "define_database", "ddl_triggers", "read_tables", "image_settings")
    return fingerprint.of_value([read(name) for name in names])
