"""A recipe step that loads test data by their lock: the project is not there at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from statusquo.assets import formats, schema, sidecar
from statusquo.assets.dataset import Dataset
from statusquo.assets.schema import Field, Model
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed
from statusquo.recipes.load import LoadRecipe
from statusquo.wiring import records

KNOWN = schema.of(Model("shop.tag", "shop_tag", fields=(Field("id", "integer"), Field("name", "text"))))
ROWS = '[{"model": "shop.tag", "pk": 7, "fields": {"name": "red"}}]'


def step(folder: Path, rows: str = ROWS) -> LoadRecipe:
    (folder / "data.json").write_text(rows)
    dataset = Dataset(formats.read(ROWS.encode(), "data.json"), KNOWN)
    (folder / "data.lock.json").write_text(sidecar.write(sidecar.build(dataset)))
    return LoadRecipe("load data", folder / "data.json", "db", records.load)


@pytest.fixture
def db(tmp_path: Path) -> dict[str, Endpoint]:
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
        database.execute("CREATE TABLE shop_tag (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL)")
    return {"db": Endpoint("db", path=tmp_path / "db.sqlite3")}


def rows(endpoints: dict[str, Endpoint]) -> list[tuple[int, str]]:
    path = endpoints["db"].path
    assert path
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT id, name FROM shop_tag").fetchall()


def test_it_loads_the_rows(tmp_path: Path, db: dict[str, Endpoint]) -> None:
    step(tmp_path).build(db)
    assert rows(db) == [(7, "red")]


def test_data_without_a_lock_are_refused_where_django_knows_the_models(tmp_path: Path, db: dict[str, Endpoint]) -> None:
    loading = step(tmp_path)
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
        database.execute("CREATE TABLE django_migrations (app text, name text)")
    (tmp_path / "data.lock.json").unlink()
    with pytest.raises(RecipeFailed, match=r"^The recipe step 'load data' failed.\n.* has no lock, which knows"):
        loading.build(db)


def test_rows_that_the_lock_is_not_of_are_refused(tmp_path: Path, db: dict[str, Endpoint]) -> None:
    with pytest.raises(RecipeFailed, match=r"is not the lock of the rows in"):
        step(tmp_path, ROWS.replace("red", "blue")).build(db)
    assert rows(db) == []


def test_its_fingerprint_is_of_the_data_and_of_the_lock(tmp_path: Path) -> None:
    before = step(tmp_path).fingerprint()
    assert step(tmp_path).fingerprint() == before
    assert step(tmp_path, ROWS + "\n").fingerprint() != before
    (tmp_path / "data.json").write_text(ROWS)
    (tmp_path / "data.lock.json").write_text("{}")
    assert LoadRecipe("load data", tmp_path / "data.json", "db", records.load).fingerprint() != before
