"""Dumps of 16,550 rows with 8,000 many-to-many pairs: Django's dumpdata beside ours, statements and time.

    python bench/dump.py [--rounds 3]

Each round is in a process's own database, SQLite and PostgreSQL; the best of the rounds is shown, because the machine
only ever adds to a time. Writes build/bench/dump.json.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings

from statusquo.assets import dump
from statusquo.assets.sidecar import Lock
from statusquo.core.endpoint import Endpoint
from statusquo.core.rows import Json, Rows, Table
from statusquo.rows import postgres, sqlite
from statusquo.testing import servers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # INSTALLED_APPS names bench.library: as a script, Python looks beside the script only
AUTHORS, TAGS, ARTICLES, COMMENTS = 50, 500, 4_000, 12_000
RESULT = ROOT / "build" / "bench" / "dump.json"
MOMENT = datetime(2026, 1, 5, 10, 0, 0, 123456, UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    result: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as folder, servers.postgres(Path(folder)) as server:
        configure(Path(folder), server)
        for alias in ("sqlite", "postgres"):
            fill(alias)
            outside = outside_of(alias, Path(folder), server)
            print(f"\n{alias:32} {'statements':>10} {'seconds':>8}")
            for name, run in ways(alias, outside, Path(folder) / "data.json").items():
                measured = [measure(alias, run) for _ in range(rounds)]
                statements, seconds = min(measured, key=lambda each: each[1])
                print(f"{name:32} {statements:10} {seconds:8.2f}")
                result.setdefault(alias, {})[name] = {"statements": statements, "seconds": round(seconds, 3)}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


def configure(folder: Path, server: Endpoint) -> None:
    assert server.host is not None
    host = server.host
    settings.configure(
        INSTALLED_APPS=["bench.library"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
            "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "bench.sqlite3")},
            "postgres": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": host.name,
                "HOST": host.host,
                "PORT": host.port,
                "USER": host.user,
                "PASSWORD": host.password,
            },
        },
    )
    django.setup()


def fill(alias: str) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - it needs the settings

    from bench.library.models import Article, Author, Comment, Tag  # noqa: PLC0415 - as above

    call_command("migrate", run_syncdb=True, database=alias, verbosity=0)
    rows = (
        (Author, [Author(pk=n, name=f"author {n}") for n in range(1, AUTHORS + 1)]),
        (Tag, [Tag(pk=n, name=f"tag {n}") for n in range(1, TAGS + 1)]),
        (
            Article,
            [
                Article(pk=n, title=f"About {n}", author_id=n % AUTHORS + 1, published=MOMENT, facts={"n": n, "a": [1]})
                for n in range(1, ARTICLES + 1)
            ],
        ),
        (
            Comment,
            [
                Comment(pk=n, article_id=n % ARTICLES + 1, text=f"Comment {n}", rating="4.50", written=MOMENT)
                for n in range(1, COMMENTS + 1)
            ],
        ),
    )
    for model, objects in rows:
        model._base_manager.using(alias).bulk_create(objects, batch_size=500)
    through = Article.tags.through
    pairs = (through(article_id=n, tag_id=(n + step) % TAGS + 1) for n in range(1, ARTICLES + 1) for step in (0, 7))
    through._base_manager.using(alias).bulk_create(pairs, batch_size=500)


def outside_of(alias: str, folder: Path, server: Endpoint) -> Callable[[], AbstractContextManager[Rows]]:
    if alias == "sqlite":
        return lambda: sqlite.reading(folder / "bench.sqlite3")
    assert server.host is not None
    host = server.host
    return lambda: postgres.reading(host)


def ways(alias: str, outside: Callable[[], AbstractContextManager[Rows]], target: Path) -> dict[str, Callable[[], int]]:
    """Each answers how many statements it has run past Django's connection."""
    from django.apps import apps  # noqa: PLC0415 - it needs the settings
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from statusquo.django import facts, rows  # noqa: PLC0415 - as above

    project = Lock("", {}, schema=facts.of(apps, alias))

    def dumpdata(**options: bool) -> int:
        call_command("dumpdata", "library", database=alias, indent=2, stdout=io.StringIO(), **options)
        return 0

    def ours(reading: AbstractContextManager[Rows], *, counted: bool) -> int:
        with reading as found:
            seen = Counting(found)
            dump.plan(seen, project, dump.Wish(target))
        return seen.statements if counted else 0

    return {
        "dumpdata": dumpdata,
        "dumpdata --natural-foreign": lambda: dumpdata(use_natural_foreign_keys=True),
        "statusquo dump, in process": lambda: ours(rows.reading(apps, alias), counted=False),
        "statusquo dump, from outside": lambda: ours(outside(), counted=True),
    }


class Counting:
    """Rows that count what they are asked."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.statements = 0

    def tables(self) -> frozenset[str]:
        self.statements += 1
        return self._rows.tables()

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        self.statements += 1
        return self._rows.read(table)


def measure(alias: str, run: Callable[[], int]) -> tuple[int, float]:
    from django.db import connections  # noqa: PLC0415 - it needs the settings

    statements = 0

    def count(execute: Callable[..., object], *words: object) -> object:
        nonlocal statements
        statements += 1
        return execute(*words)

    with connections[alias].execute_wrapper(count):
        begun = time.perf_counter()
        others = run()
        return statements + others, time.perf_counter() - begun


if __name__ == "__main__":
    main()
