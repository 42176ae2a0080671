"""``manage.py statusquo dump`` on rows of every kind, from SQLite and from PostgreSQL."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from statusquo.assets import dump, files, lint
from statusquo.assets.dump import Wish
from statusquo.assets.rule import Settings, Subject
from statusquo.core import libpq
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.rows import Rows
from statusquo.rows import postgres, sqlite
from tests.django import goods
from tests.django.suite import dsn

pytestmark = pytest.mark.integration

LEFT_OUT = """\
Left out: auth.permission, contenttypes.contenttype: Django makes these rows itself, with numbers of its own.
Left out: sessions.session: a session is of one browser on one day.
Left out: goods.report: it has no table of its own.
"""
LAMP, SAW = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "11111111-9c0b-4ef8-bb6d-6bb9bd380a11"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A filled database, as the settings of the warehouse take it."""
    if request.param == "sqlite":
        found = str(tmp_path_factory.mktemp("goods") / "goods.sqlite3")
    else:
        found = empty_postgres(request.getfixturevalue("postgres_server"), "goods")
    goods.ran("-m", "goods.fill", database=found)
    return found


def empty_postgres(server: Endpoint, name: str) -> str:
    assert server.admin is not None
    with psycopg.connect(libpq.conninfo(server.admin), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    return dsn(server.admin) + name


@pytest.fixture(scope="module")
def dumps(database: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[goods.Done, ...]:
    """A dump, and what is done with it next."""
    data = str(tmp_path_factory.mktemp("dumped") / "data.json")
    words = ("statusquo", "dump", data)
    first, second, check, as_json = goods.commands(
        words, words, (*words, "--check"), (*words, "--json"), database=database
    )
    return goods.Done(0, data, ""), first, second, check, as_json


@pytest.fixture(scope="module")
def data(dumps: tuple[goods.Done, ...]) -> Path:
    return Path(dumps[0].out)


def rows(path: Path, model: str) -> list[dict[str, object]]:
    return [each for each in json.loads(path.read_text()) if each["model"] == model]


def test_what_is_left_out_is_told_with_the_reason(dumps: tuple[goods.Done, ...], data: Path) -> None:
    first = dumps[1]
    assert (first.code, first.out) == (0, "")
    left_out, _, summary = first.err.partition(str(data))
    assert sorted(left_out.splitlines()) == sorted(LEFT_OUT.splitlines())
    assert summary.startswith(": 14 rows of 10 models.\n")


def test_a_dump_after_nothing_is_no_change(dumps: tuple[goods.Done, ...], data: Path) -> None:
    _, _, second, check, as_json = dumps
    assert second.err.endswith("rows of 10 models.\nNothing has changed.\n")
    assert (check.code, check.out) == (0, "")
    assert as_json.err == ""
    said = json.loads(as_json.out)
    assert (said["changed"], said["differences"], said["rows"]["goods.bin"]) == ([], [], 2)
    assert said["excluded"]["goods.report"] == "it has no table of its own"


def test_each_value_is_written_in_its_one_spelling(data: Path) -> None:
    (lamp,) = (each for each in rows(data, "goods.item") if each["pk"] == LAMP)
    assert lamp["fields"] == {
        "name": 'lamp "\n"',
        "amount": 3,
        "is_fragile": True,
        "weight": 0.1,
        "price": "1.50",
        "made": "2026-01-05",
        "opens": "10:00:00.500000",
        "lasts": "-P1DT00H00M00.000007S",
        "facts": {"a": "é", "b": [1.0, None, 2]},
        "seal": "AP8=",
        "picture": "lamps/1.png",
        "grade": "b",
        "added": "2026-01-05T10:00:00.123456Z",
        "changed": "2026-01-05T10:00:00.123456Z",
        "code": "0x1f",
        "bin": "shelf",
        "readers": [[f"add_{name}", "auth", name] for name in ("group", "permission", "user")],
    }


def test_each_way_to_depend_on_a_row_is_written(data: Path) -> None:
    assert rows(data, "goods.machine") == [{"model": "goods.machine", "pk": SAW, "fields": {"volts": 230}}]
    assert rows(data, "goods.manual")[0]["pk"] == SAW
    assert [each["fields"] for each in rows(data, "goods.note")] == [
        {"kind": ["goods", "machine"], "of": SAW},
        {"kind": ["auth", "user"], "of": "1"},
    ]
    assert [each["pk"] for each in rows(data, "goods.count")] == [[1, "2026-01-05"], [1, "2026-01-06"]]
    assert [each["fields"] for each in rows(data, "goods.bin")] == [
        {"code": "hall", "inside": None, "near": [2]},
        {"code": "shelf", "inside": 1, "near": [1]},
    ]


def test_the_files_are_clean_by_all_rules(data: Path) -> None:
    found = lint.check([Subject(files.read(data))], Settings()).findings
    assert [each for each in found if each.level in lint.FAILING and each.id != "F050"] == []


def test_stock_loaddata_reads_it_and_what_is_dumped_then_is_the_same(data: Path, tmp_path: Path) -> None:
    again = tmp_path / "data.json"
    migrated, loaded, dumped = goods.commands(
        ("migrate", "-v0"),
        ("loaddata", str(data)),
        ("statusquo", "dump", str(again)),
        database=str(tmp_path / "fresh.sqlite3"),
    )
    assert (migrated.code, loaded.code, dumped.code) == (0, 0, 0)
    assert again.read_bytes() == data.read_bytes()
    assert again.with_name("data.lock.json").read_bytes() == data.with_name("data.lock.json").read_bytes()


def test_fields_that_change_by_themselves_stay_as_they_were_in_rows_that_are_the_same(
    database: str, data: Path
) -> None:
    goods.ran("-m", "goods.later", database=database)
    words = ("statusquo", "dump", str(data))
    policies = ("keep", "keep-always", "live", "null", "fixed")
    check, *texts = goods.commands(
        (*words, "--check"), *((*words, "--stdout", "--volatile", each) for each in policies), database=database
    )
    assert (check.code, check.out) == (1, "goods.item: ~1 (amount, changed)\n")
    assert f"{data} not as the rows are.\n" in check.err
    then, now, fixed = "2026-01-05T10:00:00.123456Z", "2027-01-01T00:00:00Z", "2000-01-01T00:00:00Z"
    counts = [tuple(each.out.count(moment) for moment in (then, now, fixed)) for each in texts]
    assert dict(zip(policies, counts, strict=True)) == {
        "keep": (5, 1, 0),
        "keep-always": (6, 0, 0),
        "live": (3, 3, 0),
        "null": (1, 0, 4),
        "fixed": (1, 0, 5),
    }


def test_what_is_read_past_django_is_the_same(database: str, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    goods.ran("-m", "goods.readable", database=database)
    (done,) = goods.commands(("statusquo", "dump", str(data)), database=database)
    assert done.code == 0, done.err
    lock = files.read(data).lock
    assert lock is not None
    with outside(database) as rows:
        assert dump.plan(rows, lock, Wish(data)).changes == ()


def outside(database: str) -> AbstractContextManager[Rows]:
    if not database.startswith("postgresql:"):
        return sqlite.reading(Path(database))
    url = urlsplit(database)
    return postgres.reading(
        Address("postgresql", str(url.hostname), url.port or 0, str(url.username), str(url.password), url.path[1:])
    )


def test_references_to_nothing_are_refused_or_taken_away(tmp_path: Path) -> None:
    database, data = str(tmp_path / "goods.sqlite3"), tmp_path / "data.json"
    goods.ran("-m", "goods.fill", database=database)
    goods.ran("-m", "goods.broken", database=database)
    words = ("statusquo", "dump", str(data))
    refused, unknown, partial, pruned = goods.commands(
        words,
        ("statusquo", "dump", str(tmp_path / "other.json"), "goods.bins"),
        ("statusquo", "dump", str(tmp_path / "items.json"), "goods.item"),
        (*words, "--prune-dangling"),
        database=database,
    )
    assert refused.code == 10
    assert refused.err == (
        "Error: The database has references to rows that the data would not have; nothing was written. Mend them, name "
        "models whose rows come from elsewhere in assets.elsewhere, or use --prune-dangling.\n"
        '    goods.loan:1.user → auth.user 77\n    goods.note:2.of → auth.user "77"\n'
    )
    assert (unknown.code, unknown.err) == (
        10,
        "Error: 'goods.bins' is no model and no app here. Did you mean 'goods.bin'?\n",
    )
    assert 'goods.item:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11.bin → goods.bin "shelf"\n' in partial.err
    assert pruned.code == 0
    assert "Taken away: goods.loan:1.user → auth.user 77.\n" in pruned.err
    assert rows(data, "goods.loan")[0]["fields"] == {"group": 1, "item": LAMP, "user": None}
    assert len(rows(data, "goods.note")) == 1
    assert [each.name for each in sorted(tmp_path.iterdir())] == ["data.json", "data.lock.json", "goods.sqlite3"]
