"""Real data, the example's and fixtures that others wrote: the loader brings them into PostgreSQL and SQLite, a dump
brings the same bytes out of both, and what is done with test data can be done with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from statusquo.assets import canonical, changes, dangling, dump, files, reading, references
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.dump import Wish
from statusquo.assets.loading import checking
from statusquo.assets.loading import load as loader
from statusquo.assets.loading.plan import Terms
from statusquo.assets.schema import Model
from statusquo.assets.selection import Selection
from statusquo.assets.sidecar import Lock
from statusquo.cli import main
from statusquo.core import libpq
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.rows import Column, Kind, Rows
from statusquo.core.writing import Writer
from statusquo.rows import postgres, postgres_writer, sqlite, sqlite_writer

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
FIXTURES = (
    ROOT / "examples" / "annotation" / "assets" / "data.json",
    *(each for each in sorted((ROOT / "tests" / "data").glob("*.json")) if not each.name.endswith(".lock.json")),
)
TYPES: Mapping[Kind, tuple[str, str]] = {
    "array": ("integer[]", "text"),
    "binary": ("bytea", "blob"),
    "boolean": ("boolean", "bool"),
    "date": ("date", "date"),
    "datetime": ("timestamptz", "datetime"),
    "decimal": ("numeric(20, {places})", "decimal"),
    "duration": ("interval", "bigint"),
    "file": ("text", "text"),
    "float": ("double precision", "real"),
    "integer": ("bigint", "integer"),
    "json": ("jsonb", "text"),
    "other": ("text", "text"),
    "text": ("text", "text"),
    "time": ("time", "time"),
    "uuid": ("uuid", "char(32)"),
}
"""In PostgreSQL and in SQLite, as Django makes them."""
ROOTS = {
    "data": "projects.task",
    "bakerydemo": "breads.breadpage",
    "oscar-child_products": "catalogue.product",
    "oscar-orders": "order.line",
    "oscar-productattributes": "catalogue.product",
}
DEFAULTS: Mapping[Kind, Json] = {"boolean": False, "integer": 0, "json": [], "uuid": str(UUID(int=1)), "other": ""}
WRONG = ("F000", "F001", "F002", "F004", "F010", "F020", "F022", "F023")
"""What no dump may have; secrets and sizes are their authors' to judge."""


def data(path: Path) -> Dataset:
    """The rows, each row once, without what refers to rows of other files."""
    found = files.read(path).dataset
    assert set(found.counts) <= set(found.schema.models), "each has a lock"
    once = {(each.model, str(each.pk)): each for each in found.records}
    whole = dangling.prune(found.having(complete(each, found.schema.models[each.model]) for each in once.values()))
    return canonical.arrange(whole)


def complete(record: Record, model: Model) -> Record:
    """The record as its project would have it: with fields that came later, and have a default; empty text as nothing
    where the project's own field makes that of it; and its site by name, since numbers of sites differ."""
    needed = {each.name: DEFAULTS.get(each.kind, "") for each in model.fields if not each.null}
    fields = {**{name: value for name, value in needed.items() if name not in model.pk}, **record.fields}
    own = {each.name for each in model.fields if each.kind == "other" and each.null}
    fields |= {name: None for name in own if not fields.get(name)}
    fields |= {each.name: ["example.com"] for each in model.fields if each.to == "sites.site"}
    return replace(record, fields=fields)


def provided(dataset: Dataset) -> Iterator[Record]:
    """The rows of Django's own that the data name."""
    found = [each for each in references.edges(dataset) if each.model in references.PROVIDED]
    named = {(each.model, *(each.value if isinstance(each.value, list) else [each.value])): None for each in found}
    types = {tuple(parts[-2:]) for model, *parts in named if model != "sites.site"}
    for at, (app, name) in enumerate(sorted(types, key=str), 1000):
        yield Record("contenttypes.contenttype", at, {"app_label": app, "model": name})
    for at, (model, value, *of) in enumerate(named, 1000):
        if model == "auth.permission":
            yield Record(model, at, {"codename": value, "name": "", "content_type": of})
        elif model == "sites.site":
            yield Record(model, at, {"domain": value, "name": ""})


def made(models: Iterable[Model], known: Dataset, which: int) -> Iterator[str]:
    """Tables of the models, as Django makes them but for what may be empty."""
    for model in models:
        table = reading.table(model)
        columns = [f'"{each.name}" {_type(each, which)}' for each in table.columns]
        yield f'CREATE TABLE "{table.name}" ({", ".join(columns)}, PRIMARY KEY ({_quoted(table.key)}))'
        for names in model.unique:
            own = [reading.column(field).name for name in names for field in (model.field(name),) if field]
            yield (
                f'CREATE UNIQUE INDEX ON "{table.name}" ({_quoted(own)})'
                if which == 0
                else (f'CREATE UNIQUE INDEX "{table.name}{"".join(own)}" ON "{table.name}" ({_quoted(own)})')
            )
        for many in model.many:
            if not many.through:
                pairs = reading.pairs(model, many, known.schema)
                ends = ", ".join(f'"{each.name}" {_type(each, which)}' for each in pairs.columns)
                yield f'CREATE TABLE "{pairs.name}" ({ends})'


def _type(column: Column, which: int) -> str:
    return TYPES[column.kind][which].format(places=column.places)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{each}"' for each in names)


def in_sqlite(path: Path, dataset: Dataset) -> tuple[AbstractContextManager[Writer], AbstractContextManager[Rows]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(";".join(made(dataset.schema.models.values(), dataset, 1)))
    return sqlite_writer.writing(path), sqlite.reading(path)


def in_postgres(
    address: Address, dataset: Dataset
) -> tuple[AbstractContextManager[Writer], AbstractContextManager[Rows]]:
    with psycopg.connect(libpq.conninfo(address), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(sql.SQL(";".join(made(dataset.schema.models.values(), dataset, 0))))
    return postgres_writer.writing(address), postgres.reading(address)


def through(
    database: tuple[AbstractContextManager[Writer], AbstractContextManager[Rows]], dataset: Dataset, folder: Path
) -> Path:
    """The data after they have been in a database."""
    writing, rows = database
    with writing as writer:
        loader.load(dataset.having([*dataset.records, *provided(dataset)]), writer, Terms("insert"))
    path = folder / "data.json"
    with rows as opened:
        assert checking.differences(dataset, opened) == ()
        plan = dump.plan(opened, Lock("", {}, schema=dataset.schema), Wish(path, ALL))
    changes.apply(plan.changes)
    return path


ALL = Selection(wanted=("*",), elsewhere=references.PROVIDED)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_real_data_go_through_both_databases_and_all_tools(
    fixture: Path, postgres_server: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert postgres_server.host is not None
    original = data(fixture)
    light = through(in_sqlite(tmp_path / "db.sqlite3", original), original, tmp_path / "sqlite")
    heavy = through(in_postgres(postgres_server.host, original), original, tmp_path / "postgres")
    assert light.read_bytes() == heavy.read_bytes()
    assert light.with_name("data.lock.json").read_bytes() == heavy.with_name("data.lock.json").read_bytes()
    again = files.read(light).dataset
    assert through(in_sqlite(tmp_path / "again.sqlite3", again), again, tmp_path).read_bytes() == light.read_bytes()

    folder = light.parent
    assert main.main(["lint", str(light)]) in {0, 1}
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if any(f" {rule} " in line for rule in WRONG)] == []
    assert main.main(["merge", *[str(light)] * 3, "-o", str(folder / "merged.json")]) == 0
    assert (folder / "merged.json").read_bytes() == light.read_bytes()
    small = str(folder / "small.json")
    assert main.main(["subset", str(light), small, "--root", ROOTS[fixture.stem]]) == 0
    assert main.main(["prune", str(light), "--noise", "--dangling"]) == 0
    for path in (small, str(light)):
        assert references.dangling(files.read(Path(path)).dataset, references.PROVIDED) == ()
    assert len(files.read(Path(small)).dataset.records) <= len(again.records)
