"""Loads of 6,615 rows with 3,000 many-to-many pairs: Django's loaddata, a naive bulk_create, and ours.

    python bench/load.py [--rounds 5]

All by their public doors, in one process, into emptied tables of SQLite (a file) and PostgreSQL; the middle one of the
rounds is shown. Rows are compared after each. Writes build/bench/load.json.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import dump  # noqa: E402  # run as a script, Python looks beside the script only
from statusquo.testing import servers  # noqa: E402

AUTHORS, TAGS, ARTICLES, COMMENTS = 15, 600, 1_500, 4_500
RESULT = ROOT / "build" / "bench" / "load.json"
Rows = tuple[tuple[object, ...], ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name, servers.postgres(Path(name)) as server:
        folder = Path(name)
        dump.configure(folder, server)
        data, result = folder / "data.json", dict[str, Mapping[str, float]]()
        data.write_text(json.dumps(fixture()))
        for alias in ("sqlite", "postgres"):
            result[alias] = measured(alias, data, rounds)
            show(alias, result[alias])
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


def fixture() -> list[object]:
    moment = "2026-01-05T10:00:00.123456Z"
    authors = [row("author", n, name=f"author {n}") for n in range(1, AUTHORS + 1)]
    tags = [row("tag", n, name=f"tag {n}") for n in range(1, TAGS + 1)]
    articles = [
        row(
            "article",
            n,
            title=f"About {n}",
            author=n % AUTHORS + 1,
            published=moment,
            facts={"n": n, "a": [1]},
            tags=[n % TAGS + 1, (n + 7) % TAGS + 1],
        )
        for n in range(1, ARTICLES + 1)
    ]
    comments = [
        row("comment", n, article=n % ARTICLES + 1, text=f"Comment {n} " * 8, rating="4.50", written=moment)
        for n in range(1, COMMENTS + 1)
    ]
    return [*authors, *tags, *articles, *comments]


def row(model: str, pk: int, **fields: object) -> object:
    return {"model": f"library.{model}", "pk": pk, "fields": fields}


def measured(alias: str, data: Path, rounds: int) -> dict[str, float]:
    """The seconds of each way."""
    from django.core.management import call_command  # noqa: PLC0415 - it needs the settings

    call_command("migrate", run_syncdb=True, database=alias, verbosity=0)
    found: dict[str, list[float]] = {}
    expected: Rows = ()
    for _ in range(rounds):
        for name, run in ways(alias, data).items():
            empty(alias)
            begun = time.perf_counter()
            run()
            found.setdefault(name, []).append(time.perf_counter() - begun)
            expected = expected or rows(alias)
            assert rows(alias) == expected, name
    return {name: round(statistics.median(seconds), 4) for name, seconds in found.items()}


def ways(alias: str, data: Path) -> dict[str, Callable[[], object]]:
    from django.core.management import call_command  # noqa: PLC0415 - it needs the settings
    from django.core.management.commands.loaddata import Command as Stock  # noqa: PLC0415 - as above

    from statusquo.django.loaddata.management.commands.loaddata import Command as Ours  # noqa: PLC0415 - as above
    from statusquo.django.loaddata.management.commands.loaddata import _records  # noqa: PLC0415 - as above
    from statusquo.django.management.commands.statusquo import Command as Statusquo  # noqa: PLC0415 - as above

    def again() -> None:
        _records.cache_clear()
        call_command(Ours(), str(data), database=alias, verbosity=0)

    with_ours = [str(data), "--database", alias]
    return {
        "loaddata": lambda: call_command(Stock(), str(data), database=alias, verbosity=0),
        "bulk_create, tags by set()": lambda: naive(alias, data),
        "statusquo load": lambda: call_command(
            Statusquo(), "load", *with_ours, stdout=io.StringIO(), stderr=io.StringIO()
        ),
        "loaddata of statusquo": again,
        "loaddata of statusquo, file known": lambda: call_command(Ours(), str(data), database=alias, verbosity=0),
    }


def naive(alias: str, data: Path) -> None:
    from django.core import serializers  # noqa: PLC0415 - it needs the settings
    from django.db import transaction  # noqa: PLC0415 - as above

    by_model: dict[type, list[object]] = {}
    pairs: list[tuple[object, Mapping[str, object]]] = []
    with transaction.atomic(using=alias):
        for each in serializers.deserialize("json", data.read_text(), using=alias):
            by_model.setdefault(type(each.object), []).append(each.object)
            each.object._state.db = alias  # noqa: SLF001  # as saving would
            pairs.append((each.object, each.m2m_data or {}))
        for model, objects in by_model.items():
            model._base_manager.using(alias).bulk_create(objects, batch_size=500)  # type: ignore[attr-defined]  # a model
        for instance, many in pairs:
            for name, targets in many.items():
                getattr(instance, name).set(targets)


def empty(alias: str) -> None:
    from bench.library.models import Article, Author, Comment, Tag  # noqa: PLC0415 - it needs the settings

    for model in (Article.tags.through, Comment, Article, Tag, Author):
        model._base_manager.using(alias).all().delete()


def rows(alias: str) -> Rows:
    from bench.library.models import Article, Author, Comment, Tag  # noqa: PLC0415 - it needs the settings

    found = [
        tuple(map(str, model._base_manager.using(alias).order_by("pk").values_list()))
        for model in (Author, Tag, Article, Comment)
    ]
    pairs = Article.tags.through._base_manager.using(alias).order_by("article_id", "tag_id")
    return (*found, tuple(pairs.values_list("article_id", "tag_id")))


def show(alias: str, seconds: Mapping[str, float]) -> None:
    print(f"\n{alias:36} {'seconds':>8} {'times':>6}")
    for name, each in seconds.items():
        print(f"{name:36} {each:8.3f} {seconds['loaddata'] / each:6.1f}")


if __name__ == "__main__":
    main()
