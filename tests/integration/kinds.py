"""A table with a column of each kind, as Django makes it in both databases: for tests that read and that write."""

from __future__ import annotations

from statusquo.core.rows import Column, Table

KINDS = Table(
    "kinds",
    (
        Column("id", "integer"),
        Column("text", "text"),
        Column("yes", "boolean"),
        Column("float", "float"),
        Column("price", "decimal", places=2),
        Column("day", "date"),
        Column("moment", "datetime"),
        Column("here", "datetime", zone="Europe/Berlin"),
        Column("hour", "time"),
        Column("length", "duration"),
        Column("uuid", "uuid"),
        Column("json", "json", null=False),
        Column("bytes", "binary"),
    ),
    key=("id",),
)
IN_POSTGRES = """
CREATE TABLE kinds (id bigint PRIMARY KEY, text text, yes boolean, float double precision, price numeric(12, 2),
  day date, moment timestamptz, here timestamptz, hour time, length interval, uuid uuid,
  json jsonb NOT NULL DEFAULT 'null', bytes bytea);
"""
IN_SQLITE = """
CREATE TABLE kinds (id integer PRIMARY KEY, text text, yes bool, float real, price decimal, day date,
  moment datetime, here datetime, hour time, length bigint, uuid char(32),
  json text NOT NULL DEFAULT 'null', bytes BLOB);
"""
