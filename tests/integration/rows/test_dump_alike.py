"""Real data are the same bytes from PostgreSQL and from SQLite: the example's, and fixtures that others wrote."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from statusquo.assets import canonical, changes, dump, files, reading, schema
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Field, Model, Schema
from statusquo.assets.selection import Selection
from statusquo.assets.sidecar import Lock
from statusquo.core import libpq
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.rows import Kind, Rows, Table
from statusquo.rows import postgres, sqlite

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
FIXTURES = (
    ROOT / "examples" / "annotation" / "assets" / "data.json",
    *sorted((ROOT / "tests" / "data").glob("*.json")),
)
TYPES: Mapping[Kind, tuple[str, str]] = {
    "integer": ("bigint", "integer"),
    "text": ("text", "text"),
    "boolean": ("boolean", "bool"),
    "float": ("double precision", "real"),
    "datetime": ("timestamptz", "datetime"),
    "json": ("jsonb", "text"),
}
"""In PostgreSQL and in SQLite, as Django makes them."""
ALL = Selection(wanted=("*",), elsewhere=("nothing",))


def data(path: Path) -> Dataset:
    """The rows, each row once, with what is known of their models or what the rows show."""
    found = files.read(path).dataset
    once = {(each.model, str(each.pk)): each for each in found.records}
    known = found.schema if found.schema.models else schema.of(*map(guessed, found.by_model().values()))
    return canonical.arrange(Dataset(tuple(once.values()), known))


def guessed(records: tuple[Record, ...]) -> Model:
    names = sorted({name for each in records for name in each.fields})
    fields = [Field(name, kind([each.fields.get(name) for each in records]), null=True) for name in names]
    key = Field("id", kind([each.pk for each in records]))
    return Model(records[0].model, table=records[0].model.replace(".", "_"), fields=(key, *fields))


def kind(values: list[Json]) -> Kind:
    kinds = {type(each) for each in values if each is not None}
    one: dict[type, Kind] = {bool: "boolean", int: "integer", float: "float", str: "text"}
    return one.get(kinds.pop(), "json") if len(kinds) == 1 else "float" if kinds == {int, float} else "json"


def complete(dataset: Dataset) -> Dataset:
    """With all fields in each row, as a table has them."""
    models = dataset.schema.models
    return dataset.having(
        Record(
            each.model,
            each.pk,
            {name: each.fields.get(name) for name in fields(models[each.model])},
        )
        for each in dataset.records
    )


def fields(model: Model) -> list[str]:
    return [each.name for each in model.fields if each.name not in model.pk]


def tables(dataset: Dataset) -> Iterator[tuple[Table, Model, list[Record]]]:
    rows = dataset.by_model()
    for label, model in dataset.schema.models.items():
        yield reading.table(model), model, list(rows.get(label, ()))
        for many in model.many:
            assert not any(each.fields.get(many.name) for each in rows.get(label, ()))
            if not many.through:
                yield reading.pairs(model, many, dataset.schema), model, []


def fill_sqlite(path: Path, dataset: Dataset) -> AbstractContextManager[Rows]:
    connection = sqlite3.connect(path)
    for table, model, records in tables(dataset):
        columns = ", ".join(f'"{each.name}" {TYPES[each.kind][1]}' for each in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
        values = [[for_sqlite(value, field) for value, field in pairs(each, model)] for each in records]
        holes = ", ".join("?" * len(table.columns))
        connection.executemany(f'INSERT INTO "{table.name}" VALUES ({holes})', values)
    connection.commit()
    connection.close()
    return sqlite.reading(path)


def fill_postgres(address: Address, dataset: Dataset) -> AbstractContextManager[Rows]:
    with psycopg.connect(libpq.conninfo(address), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for table, model, records in tables(dataset):
            columns = [
                sql.SQL("{} {}").format(sql.Identifier(each.name), sql.SQL(TYPES[each.kind][0]))
                for each in table.columns
            ]
            name = sql.Identifier(table.name)
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(columns)))
            holes = sql.SQL(", ").join([sql.SQL("%s")] * len(columns))
            values = [[for_postgres(value, field) for value, field in pairs(each, model)] for each in records]
            with connection.cursor() as cursor:
                cursor.executemany(sql.SQL("INSERT INTO {} VALUES ({})").format(name, holes), values)
    return postgres.reading(address)


def pairs(record: Record, model: Model) -> Iterator[tuple[Json, Field]]:
    for field in model.fields:
        yield record.pk if field.name == model.pk[0] else record.fields[field.name], field


def for_sqlite(value: Json, field: Field) -> object:
    if field.kind == "json":
        return None if value is None else json.dumps(value)
    return value.rstrip("Z").replace("T", " ") if field.kind == "datetime" and isinstance(value, str) else value


def for_postgres(value: Json, field: Field) -> object:
    return json.dumps(value) if field.kind == "json" and value is not None else value


def dumped(rows: AbstractContextManager[Rows], known: Schema, folder: Path) -> Path:
    path = folder / "data.json"
    with rows as opened:
        plan = dump.plan(opened, Lock("", {}, schema=known), dump.Wish(path, ALL, prune=True))
    assert not plan.pruned
    changes.apply(plan.changes)
    return path


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_the_same_bytes_come_out_whatever_the_database(
    fixture: Path, postgres_server: Endpoint, tmp_path: Path
) -> None:
    assert postgres_server.host is not None
    original = complete(data(fixture))
    light = dumped(fill_sqlite(tmp_path / "db.sqlite3", original), original.schema, tmp_path / "sqlite")
    heavy = dumped(fill_postgres(postgres_server.host, original), original.schema, tmp_path / "postgres")
    assert light.read_bytes() == heavy.read_bytes()
    assert light.with_name("data.lock.json").read_bytes() == heavy.with_name("data.lock.json").read_bytes()
    assert files.read(light).dataset.records == original.records
