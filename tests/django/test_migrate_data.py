"""``manage.py statusquo migrate-data``: data of an old state go through the project's own migrations."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg import Connection, connect

from statusquo.assets import files, lint
from statusquo.assets.rule import Settings, Subject
from statusquo.core import libpq, scratches
from statusquo.core.endpoint import Endpoint
from tests.django.suite import dsn
from tests.waiting import eventually, wait_for

pytestmark = pytest.mark.integration

SETTINGS = """
import os
from urllib.parse import urlsplit
SECRET_KEY = "a test"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "books"]
url = urlsplit(os.environ["BOOKS"])
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "books.sqlite3"}}
if url.scheme == "postgresql":
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "nothing", "HOST": url.hostname,
                             "PORT": url.port, "USER": url.username, "PASSWORD": url.password}}
"""
FIRST = """
from django.db import migrations, models

def make_house(apps, schema_editor):
    apps.get_model("books", "Shelf").objects.create(name="made by a migration")

class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.CreateModel("Shelf", [
            ("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=50)),
        ]),
        migrations.CreateModel("Book", [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=50)),
            ("writer", models.CharField(max_length=50)),
            ("pages", models.IntegerField()),
            ("read", models.DateTimeField(auto_now=True)),
            ("kind", models.ForeignKey("contenttypes.ContentType", models.CASCADE, null=True)),
            ("owner", models.ForeignKey("auth.User", models.CASCADE, null=True)),
            ("shelves", models.ManyToManyField("books.Shelf")),
        ]),
        migrations.RunPython(make_house),
    ]
"""
RENAMED = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [
        migrations.RenameField("book", "name", "title"),
        migrations.RenameModel("Shelf", "Board"),
    ]
"""
SPLIT = """
from django.db import migrations, models

def split(apps, schema_editor):
    Author = apps.get_model("books", "Author")
    for book in apps.get_model("books", "Book").objects.all():
        book.author, _ = Author.objects.get_or_create(name=book.writer)
        book.is_long = book.pages > 300
        book.save()

class Migration(migrations.Migration):
    dependencies = [("books", "0002_renamed")]
    operations = [
        migrations.CreateModel("Author", [
            ("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=50, unique=True)),
        ]),
        migrations.AddField("book", "author", models.ForeignKey("books.Author", models.CASCADE, null=True)),
        migrations.AddField("book", "is_long", models.BooleanField(default=False)),
        migrations.RunPython(split),
    ]
"""
REMOVED = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("books", "0003_split")]
    operations = [migrations.RemoveField("book", "writer")]
"""
MODELS = """
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=50, unique=True)

class Board(models.Model):
    name = models.CharField(max_length=50)

class Book(models.Model):
    title = models.CharField(max_length=50)
    pages = models.IntegerField()
    read = models.DateTimeField(auto_now=True)
    kind = models.ForeignKey("contenttypes.ContentType", models.CASCADE, null=True)
    owner = models.ForeignKey("auth.User", models.CASCADE, null=True)
    shelves = models.ManyToManyField(Board)
    author = models.ForeignKey(Author, models.CASCADE, null=True)
    is_long = models.BooleanField(default=False)
"""
DATA = [
    {"model": "books.shelf", "pk": 7, "fields": {"name": "top"}},
    *(
        {
            "model": "books.book",
            "pk": pk,
            "fields": {
                "name": f"Book {pk}",
                "writer": writer,
                "pages": pages,
                "read": "2026-01-05T10:00:00.123456Z",
                "kind": ["books", "shelf"],
                "owner": ["ada"],
                "shelves": [7],
            },
        }
        for pk, writer, pages in ((1, "Woolf", 200), (2, "Woolf", 400), (3, "Eco", 500))
    ),
    {"model": "auth.user", "pk": 5, "fields": {"username": "ada", "date_joined": "2026-01-05T10:00:00Z"}},
]
LOCK = {
    "format": 1,
    "counts": {},
    "migrations": {"auth": ["0012_alter_user_first_name_max_length"], "books": ["0001_initial"]},
}


COMMAND = [sys.executable, "-m", "statusquo.django", "migrate-data", "data.json"]
HELD = """
    import os, pathlib, time
    if "HOLD" in os.environ:
        pathlib.Path(os.environ["HOLD"]).touch()
        time.sleep(600)
""".strip()
MORE_SETTINGS = """
INSTALLED_APPS += ["people", "plain"]
AUTH_USER_MODEL = "people.Person"
class Replica:
    def db_for_read(self, model, **hints):
        return "replica"
DATABASES["replica"] = {**DATABASES["default"], "NAME": "replica.sqlite3"}
DATABASE_ROUTERS = [Replica()]
"""
PEOPLE_FIRST = '("people", "0001_initial"), ("contenttypes", "0002_remove_content_type_name")'
PEOPLE = """
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

class Person(AbstractBaseUser):
    mail = models.CharField(max_length=50, unique=True)
    USERNAME_FIELD = "mail"
    objects = BaseUserManager()
"""
PEOPLE_INITIAL = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Person", [
            ("id", models.BigAutoField(primary_key=True)),
            ("password", models.CharField(max_length=128)),
            ("last_login", models.DateTimeField(blank=True, null=True)),
            ("mail", models.CharField(max_length=50, unique=True)),
        ], options={"swappable": "AUTH_USER_MODEL"}),
    ]
"""
PLAIN = """
from django.db import models

class Note(models.Model):
    text = models.CharField(max_length=50)
    by = models.ForeignKey("people.Person", models.CASCADE)
"""
PLAIN_LATER = f"{PLAIN}    stars = models.IntegerField(default=5)\n"
PLAIN_INITIAL = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.CreateModel("Note", [
            ("id", models.BigAutoField(primary_key=True)),
            ("text", models.CharField(max_length=50)),
            ("by", models.ForeignKey("people.Person", models.CASCADE)),
        ]),
    ]
"""
PLAIN_MORE = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("plain", "0001_initial")]
    operations = [migrations.AddField("note", "stars", models.IntegerField(default=5))]
"""
MORE = [
    {"model": "people.person", "pk": 3, "fields": {"mail": "ada", "password": "!", "last_login": None}},
    {"model": "plain.note", "pk": 4, "fields": {"text": "kept", "by": ["ada"]}},
]


@dataclass(frozen=True, slots=True)
class Project:
    """A project with books, whose data are of its first migration."""

    folder: Path
    database: str

    @property
    def data(self) -> Path:
        return self.folder / "data.json"

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "settings", "BOOKS": self.database}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, **env: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(COMMAND, cwd=self.folder, env={**self.env, **env}, stderr=subprocess.DEVNULL)

    def app(self, name: str, models: str, **migrations: str) -> None:
        """An app of that name, with migrations if there are any."""
        (self.folder / name / "migrations").mkdir(parents=True)
        (self.folder / name / "__init__.py").touch()
        (self.folder / name / "models.py").write_text(models)
        if not migrations:
            (self.folder / name / "migrations").rmdir()
        for file, text in {"__init__": "", **migrations}.items() if migrations else ():
            (self.folder / name / "migrations" / f"{file}.py").write_text(text)

    def git(self, *words: str) -> str:
        command = ["git", "-c", "user.name=me", "-c", "user.email=me@example.org", *words]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout.strip()

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / "books" / "migrations" / f"{name}.py").write_text(text)


def project(folder: Path, database: str = "sqlite") -> Project:
    (folder / "books" / "migrations").mkdir(parents=True)
    for package in ("books", "books/migrations"):
        (folder / package / "__init__.py").touch()
    (folder / "settings.py").write_text(SETTINGS)
    (folder / "books" / "models.py").write_text(MODELS)
    (folder / "data.json").write_text(json.dumps(DATA))
    (folder / "data.lock.json").write_text(json.dumps(LOCK))
    found = Project(folder, database)
    found.write(**{"0001_initial": FIRST, "0002_renamed": RENAMED, "0003_split": SPLIT, "0004_removed": REMOVED})
    return found


def rows(path: Path, model: str) -> dict[object, dict[str, object]]:
    return {each["pk"]: each["fields"] for each in json.loads(path.read_text()) if each["model"] == model}


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_rows_go_through_the_projects_own_migrations(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Endpoint | None = request.getfixturevalue("postgres_server") if engine == "postgres" else None
    books = project(tmp_path / "books", dsn(server.admin) if server and server.admin else "sqlite")
    check = books.run("--check")
    assert check.returncode == 1, check.stderr
    assert json.loads(books.data.read_text()) == DATA
    done = books.run()
    assert done.returncode == 0, done.stderr
    for line in (
        "books: 0001_initial → 0004_removed\n",
        "books.author is new: 2 rows.\n",
        "books.book.name is gone.\n",
        'books.book.title is new: "Book 1" in 1, "Book 2" in 1, "Book 3" in 1.\n',
        "books.book.is_long is new: true in 2, false in 1.\n",
        "books.shelf is gone, with 1 rows.\n",
        "data.json written.\n",
    ):
        assert line in done.stderr
    assert rows(books.data, "books.board") == {7: {"name": "top"}}
    assert rows(books.data, "books.book")[2] == {
        "title": "Book 2",
        "pages": 400,
        "read": "2026-01-05T10:00:00.123456Z",
        "kind": ["books", "board"],
        "owner": 5,
        "shelves": [7],
        "author": 1,
        "is_long": True,
    }
    again = books.run("--check")
    assert (again.returncode, again.stderr) == (0, "data.json: the data are of the project's last migrations.\n")
    stored = files.read(books.data)
    assert stored.lock is not None
    assert stored.lock.migrations["books"] == ("0004_removed",)
    found = lint.check([Subject(stored)], Settings()).findings
    assert [each for each in found if each.level in lint.FAILING] == []
    assert not (tmp_path / "books" / "books.sqlite3").exists()


def test_data_go_as_far_as_they_are_told_and_from_there_to_the_same_end(tmp_path: Path) -> None:
    direct, books = project(tmp_path / "direct"), project(tmp_path / "books")
    assert direct.run().returncode == 0
    halfway = books.run("--to", "books=0002")
    assert halfway.returncode == 0, halfway.stderr
    assert halfway.stderr.startswith("books: 0001_initial → 0002_renamed\n")
    assert rows(books.data, "books.book")[2]["writer"] == "Woolf"
    assert rows(books.data, "books.board") == {7: {"name": "top"}}
    stored = files.read(books.data)
    assert stored.lock is not None
    assert stored.lock.migrations["books"] == ("0002_renamed",)
    assert [each for each in lint.check([Subject(stored)], Settings()).findings if each.level == "error"] == []
    before = books.data.read_bytes()
    back = books.run("--to", "books=0001_initial")
    assert back.returncode == 10
    assert back.stderr == (
        "Error: The data are of a later state than books=0001_initial already. Migrations carry data forward only. "
        "Take the data from the commit that had them so.\n"
    )
    assert books.data.read_bytes() == before
    rest = books.run("--to", "books")
    assert rest.returncode == 0, rest.stderr
    assert [books.data.read_text(), rows(books.data, "books.author")] == [
        direct.data.read_text(),
        {1: {"name": "Woolf"}, 2: {"name": "Eco"}},
    ]
    unknown = books.run("--to", "books=9")
    names = "0001_initial, 0002_renamed, 0003_split, 0004_removed"
    assert (unknown.returncode, unknown.stderr) == (10, f"Error: 'books=9' is no migration. Of books: {names}.\n")


def test_what_killed_ones_left_on_the_server_is_dropped_and_nothing_else(
    tmp_path: Path, postgres_server: Endpoint
) -> None:
    assert postgres_server.admin is not None
    server = connect(libpq.conninfo(postgres_server.admin), autocommit=True)
    server.execute("CREATE DATABASE statusquo_scratch_precious")
    books = project(tmp_path / "books", dsn(postgres_server.admin))
    books.write(**{"0003_split": SPLIT.replace("    Author =", f"    {HELD}\n    Author =")})
    marker = tmp_path / "is here"
    with books.start(HOLD=str(marker)) as killed:
        try:
            wait_for(killed, marker)
            mine = {*databases(server)} - {"statusquo_scratch_precious"}
            assert server.execute(scratches.LEFT).fetchall() == []
            assert books.run().returncode == 0
            assert {*databases(server)} == {*mine, "statusquo_scratch_precious"}, "one that lives keeps its own"
        finally:
            killed.kill()
    eventually(lambda: [name for (name,) in server.execute(scratches.LEFT)] == [*mine])
    (books.folder / "data.json").write_text(json.dumps(DATA))
    (books.folder / "data.lock.json").write_text(json.dumps(LOCK))
    assert books.run().returncode == 0
    assert databases(server) == ["statusquo_scratch_precious"]
    server.execute("DROP DATABASE statusquo_scratch_precious")
    server.close()


def databases(server: Connection[tuple[object, ...]]) -> list[object]:
    found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'statusquo_scratch_')")
    return [name for (name,) in found]


def test_users_of_the_project_and_apps_that_had_no_migrations_come_along(tmp_path: Path) -> None:
    books = project(tmp_path / "books")
    with (books.folder / "settings.py").open("a") as settings:
        settings.write(MORE_SETTINGS)
    first = FIRST.replace('("auth", "0012_alter_user_first_name_max_length")', PEOPLE_FIRST)
    books.write(**{"0001_initial": first.replace("auth.User", "people.Person")})
    (books.folder / "books" / "models.py").write_text(MODELS.replace("auth.User", "people.Person"))
    books.app("people", PEOPLE, **{"0001_initial": PEOPLE_INITIAL})
    books.app("plain", PLAIN)
    rows_of_now = [*DATA[:-1], *MORE]
    books.data.write_text(json.dumps(rows_of_now).replace("auth.user", "people.person"))
    (books.folder / "data.lock.json").write_text(
        json.dumps({**LOCK, "migrations": {"books": ["0001_initial"], "people": ["0001_initial"]}})
    )
    done = books.run()
    assert done.returncode == 0, done.stderr
    assert rows(books.data, "books.book")[1]["owner"] == 3
    assert rows(books.data, "plain.note") == {4: {"text": "kept", "by": 3}}
    shutil.rmtree(books.folder / "plain")
    books.app("plain", PLAIN_LATER, **{"0001_initial": PLAIN_INITIAL, "0002_more": PLAIN_MORE})
    again = books.run()
    assert again.returncode == 0, again.stderr
    assert "plain.note.stars is new: 5 in 1." in again.stderr
    assert rows(books.data, "plain.note") == {4: {"text": "kept", "by": 3, "stars": 5}}


def test_a_connection_that_leads_somewhere_else_is_not_used(tmp_path: Path) -> None:
    books = project(tmp_path / "books")
    precious = tmp_path / "precious.sqlite3"
    with (books.folder / "settings.py").open("a") as settings:
        settings.write(f'DATABASES["default"]["OPTIONS"] = {{"database": {str(precious)!r}}}\n')
    done = books.run()
    assert done.returncode == 7
    assert done.stderr.startswith(
        f'Error: The default connection leads to "{precious}", and not to the database that was made to carry'
    )
    assert precious.read_bytes() == b""
    assert json.loads(books.data.read_text()) == DATA


def test_without_a_lock_the_state_is_the_last_that_the_rows_fit(tmp_path: Path) -> None:
    books = project(tmp_path / "books")
    (books.folder / "data.lock.json").unlink()
    done = books.run()
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("There is no lock. The rows fit the states from books 0001_initial to ")
    assert len(rows(books.data, "books.author")) == 2


def test_a_migration_that_was_squashed_is_named_with_the_commit_that_had_it(tmp_path: Path) -> None:
    books = project(tmp_path / "books")
    books.git("init", "-q")
    books.git("add", ".")
    books.git("commit", "-qm", "before")
    before = books.git("rev-parse", "HEAD")
    squashed = FIRST.replace(
        "initial = True",
        'initial = True\n    replaces = [("books", name) for name in ("0001_initial", "0002_renamed", "0003_split")]',
    )
    shutil.rmtree(books.folder / "books" / "migrations")
    (books.folder / "books" / "migrations").mkdir()
    books.write(**{"__init__": "", "0001_squashed": squashed})
    books.git("add", ".")
    books.git("commit", "-qm", "squashed")
    done = books.run()
    assert done.returncode == 10
    assert done.stderr == (
        "Error: The data are of books 0001_initial, a migration that the project does not have any more. "
        f"0001_squashed has taken its place, and goes further. Commit {before[:12]} still had it: "
        "get books/migrations/0001_initial.py and those before it back for this once.\n"
    )


def test_a_squashed_migration_that_ends_where_the_data_are_is_their_state(tmp_path: Path) -> None:
    books = project(tmp_path / "books")
    squashed = FIRST.replace(
        "initial = True", 'initial = True\n    replaces = [("books", "0000_x"), ("books", "0001_initial")]'
    )
    (books.folder / "books" / "migrations" / "0001_initial.py").unlink()
    books.write(**{"0001_squashed": squashed, "0002_renamed": RENAMED.replace("0001_initial", "0001_squashed")})
    done = books.run()
    assert done.returncode == 0, done.stderr
    assert len(rows(books.data, "books.author")) == 2


def test_rows_that_a_migration_cannot_take_are_told_with_what_it_says(tmp_path: Path) -> None:
    books = project(tmp_path / "books")
    books.write(**{"0003_split": SPLIT.replace("book.pages > 300", "book.pages / 0")})
    before = books.data.read_bytes()
    done = books.run()
    assert done.returncode == 10
    assert done.stderr.startswith("Error: The project's migrations fail on these rows.\n")
    assert "ZeroDivisionError" in done.stderr
    assert books.data.read_bytes() == before
