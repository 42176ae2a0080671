"""A stack that somebody else runs, and how to look at all of it past everything of ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from statusquo import config
from statusquo.core.endpoint import Address
from tests.integration.stores.postgres.place import read_digest

OBJECTS = """
SELECT 'class', n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
UNION ALL SELECT 'function', n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'event trigger', '', evtname FROM pg_event_trigger
UNION ALL SELECT 'schema', '', nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
ORDER BY 1, 2, 3
"""
"""Everything that DDL makes."""

CONFIG = """
[stack]
name = "theirs"
platform = "external"

[services.db]
kind = "postgres"

[services.cache]
kind = "redis"

[stores.media]
kind = "files"

[stores.notes]
kind = "sqlite"

[services.server]
command = "serve {port}"
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A database, a Redis, a folder and a SQLite file, each with a little in it, and the project that names them."""

    folder: Path
    admin: Address
    """The superuser in the database."""
    redis: Address

    @property
    def media(self) -> Path:
        """The folder."""
        return self.folder / "media"

    @property
    def notes(self) -> Path:
        """The SQLite file."""
        return self.folder / "notes.sqlite3"

    def write_config(self, **others: str) -> config.Config:
        """The configuration, with *others* in place of what it would say of a store."""
        said = {"db": self.admin.url, "cache": self.redis.url, "media": str(self.media), "notes": str(self.notes)}
        lines = [f'{name} = "{where}"' for name, where in {**said, **others}.items()]
        file = self.folder / "statusquo.toml"
        file.write_text("\n".join((CONFIG, "[external]", *lines)))
        return config.load(file, environ={})

    def fill(self) -> None:
        """What is there from the beginning."""
        with psycopg.connect(self.admin.url, autocommit=True) as database:
            database.execute("CREATE TABLE note (id serial PRIMARY KEY, text text)")
            database.execute("INSERT INTO note (text) VALUES ('theirs')")
        with redis.Redis.from_url(self.redis.url) as cache:
            cache.flushall()
            cache.set("theirs", "1")
        self.media.mkdir()
        (self.media / "theirs.txt").write_text("theirs")
        with closing(sqlite3.connect(self.notes)) as notes:
            notes.executescript("CREATE TABLE note (text); INSERT INTO note VALUES ('theirs')")

    def spoil(self) -> None:
        """What a test may do."""
        with psycopg.connect(self.admin.url, autocommit=True) as database:
            database.execute("INSERT INTO note (text) VALUES ('a test')")
        with redis.Redis.from_url(self.redis.url) as cache:
            cache.set("a test", "1")
        (self.media / "test.txt").write_text("a test")
        with closing(sqlite3.connect(self.notes)) as notes:
            notes.executescript("INSERT INTO note VALUES ('a test')")

    def digest(self) -> dict[str, object]:
        """All of it, names of catalog objects included, over connections of its own."""
        with psycopg.connect(self.admin.url, autocommit=True) as database:
            rows, objects = read_digest(database), database.execute(OBJECTS).fetchall()
        with redis.Redis.from_url(self.redis.url) as cache:
            keys = {key: cache.dump(key) for key in cache.scan_iter("*")}
        files = {str(path): path.read_bytes() for path in self.folder.rglob("*") if self._is_theirs(path)}
        with closing(sqlite3.connect(self.notes)) as notes:
            dump = list(notes.iterdump())
        return {"rows": rows, "objects": objects, "keys": keys, "files": files, "notes": dump}

    def _is_theirs(self, path: Path) -> bool:
        ours = {".statusquo", "statusquo.toml"}
        return path.is_file() and path != self.notes and ours.isdisjoint(path.relative_to(self.folder).parts)
