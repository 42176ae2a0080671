"""The example's data with the facts of its real models: clean, canonical, renumbered, and still loaded by Django."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from statusquo.assets import changes, closing, files, formats, identity, lint, meant, references, renumber, sidecar
from statusquo.assets.files import Stored
from statusquo.assets.rule import Settings, Subject
from statusquo.assets.volumes import reading

ROOT = Path(__file__).parents[3]
SERVER = ROOT / "examples" / "annotation" / "server"
SETTINGS = """
from annotation.settings_testing import *
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""
LOAD = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("loaddata", {path!r}, verbosity=0)
call_command("dumpdata", exclude=["contenttypes", "auth.permission"])
"""
BOTH = """
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands.loaddata import Command as Stock
from django.db import connection, transaction
from statusquo.django.loaddata.management.commands.loaddata import Command as Ours

class Alone(Ours):
    def loaddata(self, labels):
        assert self.load_together(labels)

def tables(command):
    with transaction.atomic(), connection.cursor() as cursor:
        call_command(command, {path!r}, verbosity=0)
        found = {{}}
        for table in connection.introspection.table_names():
            found[table] = sorted(map(repr, cursor.execute('SELECT * FROM "' + table + '"').fetchall()))
        transaction.set_rollback(True)
    return found

call_command("migrate", verbosity=0)
stock, ours = tables(Stock()), tables(Alone())
assert ours == stock, [(name, set(stock[name]) ^ set(ours[name])) for name in stock if stock[name] != ours[name]]
print(sum(map(len, ours.values())))
"""
SEED = """
import django; django.setup()
from django.core.management import call_command
from statusquo.django.management.commands.statusquo import Command
call_command("migrate", verbosity=0)
call_command("seed", verbosity=0)
Command().run_from_argv(["manage.py", "statusquo", "dump", {path!r}, "--check"])
"""


def run(folder: Path, *words: str) -> str:
    (folder / "in_memory.py").write_text(SETTINGS)
    needed = ("SECRET_KEY", "MEDIA_ROOT", "POLICY_URL", "FUNCTIONS_URL", "REDIS_URL")
    env = {
        **os.environ,
        **dict.fromkeys(needed, "redis://127.0.0.1:1/0"),
        "DATABASE_URL": "postgresql://x:x@127.0.0.1:1/x",
        "DJANGO_SETTINGS_MODULE": "in_memory",
        "PYTHONPATH": os.pathsep.join((str(folder), str(SERVER), str(ROOT))),
    }
    done = subprocess.run([sys.executable, *words], env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """The data of the example in a folder of their own, with the lock that knows the models."""
    folder = tmp_path_factory.mktemp("example")
    for name in ("data.json", "data.lock.json"):
        (folder / name).write_bytes((ROOT / "examples" / "annotation" / "assets" / name).read_bytes())
    return files.read(folder / "data.json")


def rows(text: str) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in json.loads(text))


def test_the_lock_knows_the_models_as_they_are(example: Stored) -> None:
    now = sidecar.read(run(example.path.parent, "-m", "statusquo.django", "facts"), "facts")
    assert example.lock is not None
    known = example.lock.schema.models
    assert {label: now.schema.models[label] for label in known} == known
    assert {app: now.migrations[app] for app in example.lock.migrations} == example.lock.migrations


def test_the_seed_gives_the_very_bytes(example: Stored) -> None:
    (example.path.parent / "statusquo.toml").write_text('[assets]\nkeep = ["authtoken.token"]\n')
    run(example.path.parent, "-c", SEED.format(path=str(example.path)))


def test_nothing_but_the_tokens_is_found(example: Stored) -> None:
    findings = lint.check([Subject(example)], Settings()).findings
    assert {each.id for each in findings if each.level in lint.FAILING} == {"F030"}


def test_every_reference_is_met_and_every_row_is_told_apart(example: Stored) -> None:
    edges = list(references.edges(example.dataset))
    found = references.index(example.dataset)
    assert len(edges) > len(example.dataset.records)
    assert all(found.resolve(each) for each in edges)
    assert len(identity.by_identity(example.dataset)) == len(example.dataset.records)


def test_what_is_written_loads_as_the_original_does(example: Stored) -> None:
    assert lint.mend(Subject(example, Settings(wanted=("authtoken.token",))), losing_rows=False) is None
    folder = example.path.parent
    for suffix in ("json", "yaml"):
        target = folder / f"mended.{suffix}"
        changes.apply(files.plan_conversion(example, target, split=None, format=formats.of(target)))
        loaded = run(folder, "-c", LOAD.format(path=str(target)))
        assert rows(loaded) == rows(run(folder, "-c", LOAD.format(path=str(example.path))))


def test_renumbered_users_load_with_all_that_refers_to_them(example: Stored) -> None:
    numbers = renumber.consecutive(example.dataset, "accounts.user", 1000)
    target = example.path.parent / "renumbered.json"
    after = renumber.apply(example.dataset, "accounts.user", numbers)
    text = formats.FORMATS[0].write
    assert text is not None
    target.write_text(text(after.records))
    loaded = json.loads(run(example.path.parent, "-c", LOAD.format(path=str(target))))
    assert {each["pk"] for each in loaded if each["model"] == "accounts.user"} == set(numbers.values())
    assert sidecar.build(example.dataset.having(files.read(target).dataset.records)).counts == example.dataset.counts
    assert {each["fields"]["user"] for each in loaded if each["model"] == "accounts.membership"} <= set(
        numbers.values()
    )


def test_the_lock_knows_the_files(example: Stored) -> None:
    held = reading.read(ROOT / "examples" / "annotation" / "assets" / "media.tar.bz2")
    assert held.is_canonical
    assert example.lock
    assert dict(example.lock.volumes["media.tar.bz2"]) == held.digests


def test_a_part_of_it_is_loaded_by_django(example: Stored, tmp_path: Path) -> None:
    dataset = example.dataset
    closed = closing.close(dataset, meant.rows(dataset, "projects.task:1"), closing.Rules(has_many=True))
    assert 0 < len(closed.records) < len(dataset.records) / 2
    kept = {id(each) for each in closed.records}
    part = closing.without(dataset, [each for each in dataset.records if id(each) not in kept])
    assert not part.also
    target = tmp_path / "part.json"
    changes.apply(
        files.plan_conversion(replace(example, dataset=part.dataset), target, split=None, format=formats.FORMATS[0])
    )
    loaded = json.loads(run(tmp_path, "-c", LOAD.format(path=str(target))))
    assert len([each for each in loaded if each["model"] != "sites.site"]) == len(closed.records)


def test_loaded_together_its_rows_are_those_that_django_loads_one_by_one(example: Stored) -> None:
    assert int(run(example.path.parent, "-c", BOTH.format(path=str(example.path)))) > len(example.dataset.records)
