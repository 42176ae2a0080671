import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed
from statusquo.recipes.sqlite import SqliteRecipe

SCHEMA = """
-- notes; and what is said of them
CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE said (text);
CREATE TRIGGER saying AFTER INSERT ON note BEGIN
    INSERT INTO said VALUES ('a;b');
    INSERT INTO said VALUES (new.text);
END;
INSERT INTO note (text) VALUES ('one
;two')
"""


def run(tmp_path: Path, text: str) -> list[tuple[str]]:
    (tmp_path / "schema.sql").write_text(text)
    path = tmp_path / "main.sqlite3"
    SqliteRecipe("sql schema.sql on main", tmp_path / "schema.sql", "main").build({"main": Endpoint("main", path=path)})
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT text FROM said").fetchall()


def test_statements_are_told_apart(tmp_path: Path) -> None:
    assert run(tmp_path, SCHEMA) == [("a;b",), ("one\n;two",)]


def test_a_dump_with_its_own_transaction_is_run(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as source:
        source.executescript(SCHEMA)
        dump = "\n".join(source.iterdump())
    assert "COMMIT" in dump
    assert run(tmp_path, dump) == [("a;b",), ("one\n;two",)]


def test_a_statement_that_fails_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(RecipeFailed) as caught:
        run(tmp_path, SCHEMA + ";\n\nINSERT INTO nowhere\nVALUES (1);\n")
    assert str(caught.value) == (
        f"The recipe step 'sql schema.sql on main' failed: {tmp_path / 'schema.sql'}, line 12. "
        "The baseline is not kept; the next run builds it again.\n    no such table: nowhere"
    )


def test_another_file_is_another_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text("SELECT 1")
    before = SqliteRecipe("sql", file, "main").fingerprint()
    file.write_text("SELECT 2")
    assert SqliteRecipe("sql", file, "main").fingerprint() != before
    assert SqliteRecipe("sql", file, "other").fingerprint() != SqliteRecipe("sql", file, "main").fingerprint()
