"""What people use today, from its own packages, on the same server and data: ``bench/rewind.py --peers``.

Django is measured in this process. pytest-postgresql and DSLR are no dependencies of ours: they get an environment of
their own below build/, in which ``peers_elsewhere`` runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bench import shop
from bench.django_peer import Django
from bench.figures import Figure, clock
from bench.postgres import TEMPLATE, Bench
from statusquo.core.endpoint import Address

PACKAGES = ("pytest-postgresql==10.0.0", "dslr==0.6.0", "psycopg[binary]")
ELSEWHERE = Path(__file__).with_name("peers_elsewhere.py")


ROUNDS = 15
LOADED = 2
"""Tables whose rows Django loads again: it takes minutes for all."""


def measure(bench: Bench, folder: Path) -> Iterator[Figure]:
    """All peers; they only use databases that nobody else does."""
    python = _ensure_environment(folder)
    for case, option in (("pytest-postgresql, drop and create", "janitor"), ("DSLR, restore of a snapshot", "dslr")):
        yield bench.figure(case, _elsewhere(python, option, bench.admin))
    yield from _django(bench)


def _django(bench: Bench) -> Iterator[Figure]:
    with closing(Django(bench.owner, "spare")) as django:
        rows, serialized = LOADED * shop.ROWS, django.serialize(LOADED)
        emptied, loaded = [clock(django.flush) for _ in range(ROUNDS)], []
        for _ in range(3):
            loaded.append(clock(lambda: django.load(serialized)))
            django.flush()
    yield bench.figure("Django flush, data are gone", emptied)
    yield bench.figure(f"Django serialized_rollback of {rows:,} rows, after flush", loaded, rows=rows)


def _ensure_environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, stderr=sys.stderr)
    return python


def _elsewhere(python: Path, option: str, admin: Address) -> Sequence[float]:
    argv = [str(python), str(ELSEWHERE), option, admin.host, str(admin.port), admin.user, admin.password, TEMPLATE]
    done = subprocess.run([*argv, str(ROUNDS)], check=True, stdout=subprocess.PIPE, text=True)
    times: list[float] = json.loads(done.stdout)
    return times
