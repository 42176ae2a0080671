"""A whole system: PostgreSQL, a folder and Redis together, put back the way a run does after each test.

10 rows in 150 tables, 3 of 10,000 files and 5 of 1,000 keys change; all three stores are on this machine. Run alone,
``python bench/system.py`` prints the table of this system only and writes build/bench/system.json.
"""

from __future__ import annotations

import dataclasses
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import figures, postgres, shop  # noqa: E402  # run as a script, Python looks beside the script only
from bench.figures import Figure, Scene, clock  # noqa: E402
from statusquo.core.baseline import Rewound  # noqa: E402
from statusquo.rewind.rewinder import Rewinder  # noqa: E402
from statusquo.stores.files import mark as files_mark  # noqa: E402
from statusquo.stores.files import store as files  # noqa: E402
from statusquo.stores.redis import mark as redis_mark  # noqa: E402
from statusquo.stores.redis import store as redis_store  # noqa: E402
from statusquo.testing import servers  # noqa: E402

ROUNDS = 60
KEYS = 1_000
FILES = 10_000
FILES_IN_A_FOLDER = 100
TOUCHED_KEYS = 5
TOUCHED_FILES = 3
CONTENT = bytes(range(256)) * 16
NONCE = "bench"
REWIND = "whole system: rewind after 10 rows, 3 files, 5 keys"
RESULT = ROOT / "build" / "bench" / "system.json"


@dataclass(frozen=True, slots=True)
class System:
    """The three stores under one rewinder, and the ways in for a test."""

    scene: Scene
    rewinder: Rewinder
    test: shop.Test
    app: redis.Redis
    folder: Path
    random: random.Random

    def write(self) -> None:
        """What a test does."""
        self.test.run()
        for number in self.random.sample(range(KEYS), TOUCHED_KEYS):
            self.app.set(key(number), "changed")
        for number in self.random.sample(range(FILES), TOUCHED_FILES):
            (self.folder / path(number)).write_bytes(b"changed")

    def figure(self, case: str, times: Sequence[float], *, rows: int) -> Figure:
        return figures.figure(case, self.scene, rows, times)


def measure() -> Iterator[Figure]:
    """All cases, as they are done."""
    with opened() as system:
        parts: dict[str, list[float]] = {}
        whole, nothing = [], []
        for tables in shop.each_table_once():  # the server has made its plans, as it has after the first tests of a run
            system.test.write(tables)
            system.rewinder.rewind("test")
        for _ in range(ROUNDS):
            system.write()
            whole.append(clock(lambda: _note(parts, system.rewinder.rewind("test").stores)))
            nothing.append(clock(lambda: system.rewinder.check(after="this", before="that")))
        yield system.figure(REWIND, whole, rows=shop.WRITTEN)
        for name, times in parts.items():
            yield system.figure(f"    of which {name}", times, rows=shop.WRITTEN if name == "postgres" else 0)
        yield system.figure("whole system: nothing was written", nothing, rows=0)


@contextmanager
def opened() -> Iterator[System]:
    """The system, filled."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(postgres.opened())
        endpoint = stack.enter_context(servers.redis(place / "redis"))
        if endpoint.host is None:
            raise AssertionError("a Redis has an address")
        app = redis.Redis(endpoint.host.host, endpoint.host.port)
        stack.callback(app.close)
        app.mset({key(number): f"value {number}" for number in range(KEYS)})
        redis_mark.write(endpoint.host, NONCE)
        folder = _fill(place / "media")
        stores = (
            database.store,
            files.open_store("files", folder, nonce=NONCE, scratch=place / "scratch"),
            redis_store.open_store("redis", endpoint.host, nonce=NONCE),
        )
        for store in stores[1:]:
            stack.callback(store.close)
        rewinder = Rewinder(stores, emit=lambda _: None, clock=time.monotonic)
        rewinder.push("session")
        test = shop.Test(database.live, seed=1)
        yield System(dataclasses.replace(database.scene, store="system"), rewinder, test, app, folder, random.Random(1))


def key(number: int) -> str:
    """The key of that number."""
    return f"key:{number}"


def path(number: int) -> str:
    """The file of that number."""
    return f"{number // FILES_IN_A_FOLDER}/{number}.bin"


def _fill(folder: Path) -> Path:
    for number in range(FILES):
        file = folder / path(number)
        if number % FILES_IN_A_FOLDER == 0:
            file.parent.mkdir(parents=True)
        file.write_bytes(number.to_bytes(8) + CONTENT)
    files_mark.write(folder, NONCE)
    return folder


def _note(parts: dict[str, list[float]], stores: Sequence[Rewound]) -> None:
    for each in stores:
        parts.setdefault(each.store, []).append(each.seconds * 1000)


def main() -> None:
    """Measure, print, write."""
    done = list(measure())
    figures.write(done, RESULT)
    print("\n".join(figures.table(done, beside=REWIND)))
    print(f"{RESULT.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
