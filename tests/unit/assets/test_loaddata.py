"""Stock Django loads what is written here, in every format, and has then what it had from the original."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from statusquo.assets import changes, files, formats

PROGRAM = """
import sys
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("loaddata", sys.argv[1], verbosity=0)
call_command("dumpdata", "auth.group", "auth.user")
"""
ROWS = """[
{"model": "auth.user", "pk": 7, "fields": {"username": "z\\u00e9", "password": "!", "groups": [3, 2],
 "user_permissions": [["add_user", "auth", "user"]], "date_joined": "2026-01-05T10:00:00.123+01:00",
 "last_login": null, "is_superuser": true, "first_name": "yes", "last_name": "2026-01-05"}},
{"model": "auth.group", "pk": 3, "fields": {"name": "b", "permissions": []}},
{"model": "auth.group", "pk": 2, "fields": {"name": "a: \\"#\\n", "permissions": []}}
]"""


def loaded(path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("suffix", ["json", "jsonl", "yaml"])
def test_loaddata_reads_what_is_written(tmp_path: Path, suffix: str) -> None:
    original, ours = tmp_path / "data.json", tmp_path / f"ours.{suffix}"
    original.write_text(ROWS)
    stored = files.read(original)
    changes.apply(files.plan_conversion(stored, ours, split=None, format=formats.of(ours)))
    assert '"pk": 7' in loaded(ours)
    assert loaded(ours) == loaded(original)
