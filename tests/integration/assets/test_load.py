"""Rows of a dataset come into tables of a PostgreSQL and of a SQLite as each mode says, or not at all."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statusquo.assets import formats, schema
from statusquo.assets.dataset import Dataset
from statusquo.assets.loading import load as loader
from statusquo.assets.loading.plan import Count, Mode, Plan, Terms
from statusquo.assets.schema import Field, Many, Model
from statusquo.core import libpq, rows
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import DatasetError, StoreError
from statusquo.core.writing import Writer
from statusquo.rows import postgres_writer, sqlite_writer
from tests.integration.kinds import IN_POSTGRES, IN_SQLITE, KINDS

pytestmark = pytest.mark.integration

AUTHOR = Model(
    "shelf.author",
    "author",
    fields=(
        Field("id", "integer", optional=True),
        Field("name", "text", max_length=20),
        Field("boss", "integer", "boss_id", null=True, to="shelf.author"),
        Field("favourite", "integer", "favourite_id", null=True, to="shelf.book", deferrable=False),
    ),
    many=(Many("friends", "shelf.author", table="friends", source="from_id", target="to_id", symmetrical=True),),
    unique=(("name",),),
    natural=("name",),
)
BOOK = Model(
    "shelf.book",
    "book",
    fields=(
        Field("id", "integer", optional=True),
        Field("title", "text"),
        Field("author", "integer", "author_id", to="shelf.author", deferrable=False),
        Field("pages", "integer", "pages", optional=True, minimum=0, maximum=32767),
        Field("double", "integer", generated=True),
    ),
    unique=(("title", "author"),),
    natural=("title", "author"),
)
NOVEL = Model(
    "shelf.novel",
    "novel",
    pk=("book",),
    fields=(Field("book", "integer", "book_id", to="shelf.book"), Field("hero", "text", null=True)),
    parents=("shelf.book",),
)
COPY = Model(
    "shelf.copy",
    "copy",
    pk=("book", "number"),
    fields=(Field("book", "integer", "book_id", to="shelf.book"), Field("number", "integer"), Field("place", "text")),
)
SHELF = schema.of(AUTHOR, BOOK, NOVEL, COPY)
TABLES = """
CREATE TABLE author (id {key}, name varchar(20) NOT NULL UNIQUE,
  boss_id bigint REFERENCES author DEFERRABLE INITIALLY DEFERRED, favourite_id bigint);
CREATE TABLE book (id {key}, title text NOT NULL, author_id bigint NOT NULL REFERENCES author,
  pages integer NOT NULL DEFAULT 7, double integer GENERATED ALWAYS AS (pages * 2) STORED, UNIQUE (title, author_id));
CREATE TABLE friends (id {key}, from_id bigint NOT NULL REFERENCES author, to_id bigint NOT NULL REFERENCES author,
  UNIQUE (from_id, to_id));
CREATE TABLE novel (book_id bigint PRIMARY KEY REFERENCES book DEFERRABLE INITIALLY DEFERRED, hero text);
CREATE TABLE copy (book_id bigint REFERENCES book, number integer, place text NOT NULL, PRIMARY KEY (book_id, number));
"""
LATER = "ALTER TABLE author ADD FOREIGN KEY (favourite_id) REFERENCES book;"
DROP = "DROP TABLE IF EXISTS friends, copy, novel, book, author, kinds CASCADE;"


@dataclass(frozen=True)
class Shelf:
    """A database with these tables, and what tests do with it."""

    where: Address | Path

    def writing(self) -> AbstractContextManager[Writer]:
        if isinstance(self.where, Path):
            return sqlite_writer.writing(self.where)
        return postgres_writer.writing(self.where)

    def load(self, text: str, mode: Mode = "upsert", *, exact: bool = False, **terms: Any) -> Plan:
        records = formats.read(text.encode(), "data.jsonl")
        with self.writing() as writer:
            return loader.load(Dataset(records, SHELF), writer, Terms(mode, **terms), exact=exact)

    def refusal(self, text: str, mode: Mode = "upsert") -> str:
        before = [self.ask(f"SELECT * FROM {name} ORDER BY 1, 2") for name in ("author", "book", "friends")]
        with pytest.raises((DatasetError, StoreError)) as raised:
            self.load(text, mode)
        assert before == [self.ask(f"SELECT * FROM {name} ORDER BY 1, 2") for name in ("author", "book", "friends")]
        return str(raised.value)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        if isinstance(self.where, Path):
            with closing(sqlite3.connect(self.where)) as lite, lite:
                return lite.execute(query).fetchall()
        with psycopg.connect(libpq.conninfo(self.where)) as connection:
            found = connection.execute(query.encode())
            return found.fetchall() if found.description else []


def build(where: Address | Path) -> Shelf:
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as lite:
            lite.executescript(TABLES.format(key="integer PRIMARY KEY AUTOINCREMENT"))
    else:
        with psycopg.connect(libpq.conninfo(where)) as connection:
            key = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
            connection.execute((DROP + TABLES.format(key=key) + LATER).encode())
    return Shelf(where)


@pytest.fixture(params=["postgres", "sqlite"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    if request.param == "sqlite":
        yield build(tmp_path / "db.sqlite3")
        return
    server: Endpoint = request.getfixturevalue("postgres_server")
    assert server.host is not None
    yield build(server.host)
    with psycopg.connect(libpq.conninfo(server.host)) as connection:
        connection.execute(DROP.encode())


ANN = '{"model": "shelf.author", "pk": 1, "fields": {"name": "Ann", "friends": [2]}}\n'
BOB = '{"model": "shelf.author", "pk": 2, "fields": {"name": "Bob", "boss": 1}}\n'
TEA = '{"model": "shelf.book", "pk": 5, "fields": {"title": "Tea", "author": 1, "pages": 3}}\n'


def test_rows_and_pairs_are_there_afterwards(shelf: Shelf) -> None:
    plan = shelf.load(TEA + BOB + ANN)
    assert shelf.ask("SELECT * FROM author ORDER BY id") == [(1, "Ann", None, None), (2, "Bob", 1, None)]
    assert shelf.ask("SELECT * FROM book") == [(5, "Tea", 1, 3, 6)]
    assert shelf.ask("SELECT from_id, to_id FROM friends ORDER BY from_id") == [(1, 2), (2, 1)]
    assert plan.counts == {"shelf.author": Count(added=2), "shelf.book": Count(added=1)}


def test_a_second_load_changes_nothing(shelf: Shelf) -> None:
    shelf.load(TEA + BOB + ANN)
    plan = shelf.load(TEA + BOB + ANN)
    assert plan.counts == {"shelf.author": Count(changed=2), "shelf.book": Count(changed=1)}
    assert shelf.ask("SELECT id, from_id, to_id FROM friends ORDER BY id") == [(1, 1, 2), (2, 2, 1)]


def test_what_a_row_does_not_say_the_database_says(shelf: Shelf) -> None:
    shelf.load(
        ANN.replace("[2]", "[]") + TEA.replace(', "pages": 3', "") + TEA.replace("5", "6").replace("Tea", "Milk")
    )
    assert shelf.ask("SELECT id, pages, double FROM book ORDER BY id") == [(5, 7, 14), (6, 3, 6)]


def test_insert_refuses_rows_that_are_there(shelf: Shelf) -> None:
    shelf.load(ANN + BOB)
    assert shelf.refusal(ANN + BOB + TEA, "insert") == (
        "2 things keep the data from being loaded; nothing was.\n"
        "    data.jsonl:1: shelf.author:1 is in the database already.\n"
        "    data.jsonl:2: shelf.author:2 is in the database already."
    )


def test_ensure_leaves_rows_that_are_there_alone(shelf: Shelf) -> None:
    shelf.load(ANN + BOB)
    plan = shelf.load(ANN.replace("Ann", "Eve").replace("[2]", "[]") + TEA, "ensure")
    assert shelf.ask("SELECT name FROM author ORDER BY id") == [("Ann",), ("Bob",)]
    assert shelf.ask("SELECT count(*) FROM friends") == [(2,)]
    assert plan.counts == {"shelf.author": Count(left=1), "shelf.book": Count(added=1)}


def test_upsert_gives_a_row_the_targets_that_it_lists(shelf: Shelf) -> None:
    cat = BOB.replace("2", "3").replace("Bob", "Cat")
    shelf.load(ANN + BOB + cat)
    shelf.load(ANN.replace("[2]", "[3]"))
    assert shelf.ask("SELECT from_id, to_id FROM friends ORDER BY 1, 2") == [(1, 3), (3, 1)]


def test_replace_removes_what_the_data_lack(shelf: Shelf) -> None:
    shelf.load(ANN + BOB + TEA)
    plan = shelf.load(BOB.replace('"boss": 1', '"boss": null') + TEA.replace('"author": 1', '"author": 2'), "replace")
    assert shelf.ask("SELECT id FROM author") == [(2,)]
    assert shelf.ask("SELECT * FROM friends") == []
    assert plan.counts == {"shelf.author": Count(changed=1, removed=1), "shelf.book": Count(changed=1)}


def test_natural_keys_are_found_in_the_data_and_in_the_database(shelf: Shelf) -> None:
    shelf.load(ANN + BOB)
    shelf.load(
        '{"model": "shelf.novel", "fields": {"book": ["Ink", "Cat"], "hero": "x"}}\n'
        '{"model": "shelf.book", "fields": {"title": "Ink", "author": ["Cat"], "pages": 1}}\n'
        '{"model": "shelf.author", "fields": {"name": "Cat", "boss": ["Ann"], "friends": [["Bob"]]}}\n'
        '{"model": "shelf.author", "fields": {"name": "Bob", "boss": ["Cat"]}}\n'
    )
    assert shelf.ask("SELECT id, name, boss_id FROM author ORDER BY id") == [
        (1, "Ann", None),
        (2, "Bob", 3),
        (3, "Cat", 1),
    ]
    assert shelf.ask("SELECT id, author_id FROM book") == shelf.ask("SELECT book_id, 3 FROM novel")
    assert (3, 2) in shelf.ask("SELECT from_id, to_id FROM friends")


def test_keys_that_are_made_avoid_those_of_the_data(shelf: Shelf) -> None:
    shelf.load(ANN + BOB + '{"model": "shelf.author", "fields": {"name": "Cat"}}\n')
    assert shelf.ask("SELECT id FROM author WHERE name = 'Cat'") == [(3,)]


def test_the_next_key_comes_after_those_of_the_data(shelf: Shelf) -> None:
    shelf.load(ANN.replace("[2]", "[]") + BOB.replace("2", "40"))
    shelf.ask("INSERT INTO author (name) VALUES ('next')")
    assert shelf.ask("SELECT max(id) FROM author") == [(41,)]


def test_a_counter_is_lowered_only_on_request(shelf: Shelf) -> None:
    shelf.load(ANN.replace('"pk": 1', '"pk": 90').replace("[2]", "[]"))
    shelf.load(ANN.replace("[2]", "[]"), "replace")
    shelf.ask("INSERT INTO author (name) VALUES ('a')")
    assert shelf.ask("SELECT max(id) FROM author") == [(91,)]
    shelf.load(ANN.replace("[2]", "[]"), "replace", exact=True)
    shelf.ask("INSERT INTO author (name) VALUES ('b')")
    assert shelf.ask("SELECT max(id) FROM author") == [(2,)]


def test_rows_that_refer_to_each_other_load_where_each_reference_is_checked_at_once(shelf: Shelf) -> None:
    shelf.load(ANN.replace('"friends": [2]', '"favourite": 5') + TEA)
    assert shelf.ask("SELECT favourite_id FROM author") == [(5,)]


def test_keys_of_two_columns_load(shelf: Shelf) -> None:
    copy = '{"model": "shelf.copy", "pk": [5, 1], "fields": {"place": "here"}}\n'
    shelf.load(ANN + BOB + TEA + copy)
    shelf.load(
        copy.replace("here", "there")
        + copy.replace('"pk": [5, 1], ', "")
        .replace("{", '{"book": 5, "number": 2, ', 2)
        .replace('{"book": 5, "number": 2, "model"', '{"model"')
    )
    assert shelf.ask("SELECT * FROM copy ORDER BY number") == [(5, 1, "there"), (5, 2, "here")]


def test_all_that_is_wrong_is_told_at_once(shelf: Shelf) -> None:
    assert shelf.refusal(
        '{"model": "shelf.author", "pk": "x", "fields": {"name": null, "friends": 7}}\n'
        '{"model": "shelf.autor", "pk": 1, "fields": {}}\n'
        '{"model": "shelf.book", "pk": 1, "fields": {"titel": "x", "title": ["x"], "author": ["Nobody"]}}\n'
        '{"model": "shelf.novel", "pk": 1, "fields": {"title": "x"}}\n'
        '{"model": "shelf.copy", "fields": {"place": "x"}}\n'
    ) == (
        "9 things keep the data from being loaded; nothing was.\n"
        '    data.jsonl:1: shelf.author:x id is "x", which is no integer.\n'
        "    data.jsonl:1: shelf.author:x name is empty, and may not be.\n"
        "    data.jsonl:1: shelf.author:x friends is not a list of rows.\n"
        "    data.jsonl:2: shelf.autor:1 is of a model that is not known. Did you mean 'shelf.author'?\n"
        "    data.jsonl:3: shelf.book:1 titel is a field that the model has not. Did you mean 'title'?\n"
        '    data.jsonl:3: shelf.book:1 author refers to shelf.author ["Nobody"], which is neither in the data nor'
        " in the database.\n"
        '    data.jsonl:3: shelf.book:1 title is ["x"], which is no text.\n'
        "    data.jsonl:4: shelf.novel:1 title is a field that the model has not. It belongs to the row of shelf.book"
        " with the same key.\n"
        "    data.jsonl:5: shelf.copy has no key, and none can be made."
    )


def test_clashes_between_rows_are_told_at_once(shelf: Shelf) -> None:
    shelf.load(BOB.replace('"boss": 1', '"boss": null'))
    cat = ANN.replace("1", "3")
    assert shelf.refusal(ANN + ANN.replace("Ann", "Eve")) == (
        "1 thing keeps the data from being loaded; nothing was.\n"
        "    data.jsonl:2: shelf.author:1 has the key of data.jsonl:1."
    )
    assert shelf.refusal(
        ANN.replace("[2]", "[2, 9]") + cat + ANN.replace("1", "4").replace("Ann", "Bob") + TEA.replace("1", "8")
    ) == (
        "4 things keep the data from being loaded; nothing was.\n"
        "    data.jsonl:1: shelf.author:1 friends refers to shelf.author 9, which is neither in the data nor in the"
        " database.\n"
        '    data.jsonl:2: shelf.author:3 name is "Ann", which shelf.author:1 in data.jsonl:1 has too.\n'
        '    data.jsonl:3: shelf.author:4 name is "Bob", which shelf.author:2 in the database has too.\n'
        "    data.jsonl:4: shelf.book:5 author refers to shelf.author 8, which is neither in the data nor in the"
        " database."
    )


def test_rows_that_are_removed_cannot_be_referred_to(shelf: Shelf) -> None:
    shelf.load(ANN + BOB)
    assert "shelf.author:2 boss refers to shelf.author 1" in shelf.refusal(BOB, "replace")


def test_what_has_no_room_is_told_where_columns_have_a_length(shelf: Shelf) -> None:
    long = ANN.replace("Ann", "A" * 21).replace("[2]", "[]")
    if isinstance(shelf.where, Path):
        shelf.load(long)
    else:
        assert "shelf.author:1 name has 21 characters, more than 20." in shelf.refusal(long)
        assert "shelf.book:5 pages is 40000, more than 32767." in shelf.refusal(ANN + BOB + TEA.replace("3", "40000"))


def test_what_nobody_knows_is_left_out_on_request(shelf: Shelf) -> None:
    plan = shelf.load(
        '{"model": "shelf.author", "pk": 1, "fields": {"name": "Ann", "age": 3}}\n{"model": "a.b", "fields": {}}\n',
        dropping=True,
    )
    assert plan.dropped == {"shelf.author.age": 1, "a.b": 1}
    assert shelf.ask("SELECT name FROM author") == [("Ann",)]


def test_of_rows_with_one_key_the_last_may_win(shelf: Shelf) -> None:
    shelf.load(BOB.replace('"boss": 1', '"boss": null') + BOB.replace("Bob", "Eve").replace("1", "2"), last_wins=True)
    assert shelf.ask("SELECT name, boss_id FROM author") == [("Eve", 2)]


def test_what_only_the_database_knows_undoes_everything(shelf: Shelf) -> None:
    """A row that no facts speak of refers to one that would be removed."""
    shelf.load(ANN + BOB)
    shelf.ask("CREATE TABLE kinds (author bigint REFERENCES author DEFERRABLE INITIALLY DEFERRED)")
    shelf.ask("INSERT INTO kinds VALUES (1)")
    told = shelf.refusal(BOB.replace('"boss": 1', '"boss": null'), "replace")
    assert "cannot be written" in told


DAY = timedelta(days=1)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def spelt(strategy: st.SearchStrategy[Any], spell: Any) -> st.SearchStrategy[Any]:
    return st.none() | strategy.map(spell)


VALUES = st.tuples(
    st.none() | TEXTS,
    st.none() | st.booleans(),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    spelt(st.decimals(-9999999, 9999999, places=2), str),
    spelt(st.dates(), str),
    spelt(st.datetimes(), lambda moment: f"{moment.isoformat()}Z"),
    spelt(st.datetimes().filter(lambda moment: moment.year > 1900 and not moment.fold), lambda each: each.isoformat()),
    spelt(st.times(), lambda time: time.isoformat()),
    spelt(st.timedeltas(-(10**6) * DAY, 10**6 * DAY), rows.duration),
    spelt(st.uuids(), str),
    JSONS,
    spelt(st.binary(max_size=5), lambda held: base64.b64encode(held).decode()),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_values_of_each_kind_are_read_as_they_were_written(shelf: Shelf, drawn: list[tuple[Any, ...]]) -> None:
    written = [(number, *values) for number, values in enumerate(drawn)]
    shelf.ask("DROP TABLE IF EXISTS kinds")
    shelf.ask(IN_SQLITE if isinstance(shelf.where, Path) else IN_POSTGRES)
    with shelf.writing() as writer:
        writer.put(KINDS, [(number, *[None] * 10, None, None) for number in range(len(written))], is_there=False)
        writer.put(KINDS, written, is_there=True)
        writer.settle((), exact=False)
        assert list(writer.read(KINDS)) == written
