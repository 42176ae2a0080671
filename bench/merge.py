"""Merges of 1 MB of test data, changed on two branches: git's merge of lines, a merge of JSON without facts, and ours.

    python bench/merge.py [--rounds 5]

On both branches 80 rows are added, with the same next keys, and 40 others changed. Each way is a process, from its
start to its end; the best of the rounds is shown, because the machine only ever adds to a time. Rows of a branch that
are not in the result are counted. Writes build/bench/merge.json.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from statusquo.assets import changes, formats, schema, sidecar  # noqa: E402  # run as a script
from statusquo.assets.changes import Change  # noqa: E402  # as above
from statusquo.assets.dataset import Dataset, Json, Record  # noqa: E402  # as above
from statusquo.assets.schema import Field, Model  # noqa: E402  # as above

USERS, TASKS, NEW = 300, 4_200, 40
RESULT = ROOT / "build" / "bench" / "merge.json"
SCHEMA = schema.of(
    Model(
        "shop.user",
        fields=(Field("id", "integer", optional=True), Field("name", "text"), Field("joined", "datetime")),
        unique=(("name",),),
    ),
    Model(
        "shop.task",
        fields=(
            Field("id", "integer", optional=True),
            Field("title", "text"),
            Field("owner", "integer", to="shop.user"),
            Field("parent", "integer", to="shop.task", null=True),
            Field("due", "datetime"),
            Field("facts", "json"),
        ),
    ),
)
NAIVE = """
import json, sys
base, ours, theirs = ({(row["model"], row["pk"]): row for row in json.load(open(path))} for path in sys.argv[1:4])
merged = {}
for key in {**ours, **theirs}:
    one, two, old = ours.get(key), theirs.get(key), base.get(key)
    kept = two if one == old else one
    if kept is not None:
        merged[key] = kept
json.dump(list(merged.values()), open(sys.argv[4], "w"), indent=2)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sides = [written(folder / f"{side}.json", side) for side in ("base", "ours", "theirs")]
        size = sides[0].stat().st_size
        result: dict[str, object] = {"bytes": size, "rows": USERS + TASKS, "added on each branch": 2 * NEW}
        print(f"{size / 1e6:.2f} MB, {USERS + TASKS} rows")
        print(f"\n{'':24} {'seconds':>8} {'of the CPU':>10} {'conflicts':>10} {'lost rows':>10}")
        for label, run in ways(sides, folder).items():
            best = min((measured(run) for _ in range(rounds)), key=lambda each: each["seconds"] or 0)
            result[label] = best
            seconds, spent, conflicts, lost = best.values()
            print(f"{label:24} {seconds:8.2f} {spent:10.2f} {conflicts:>10} {'unknown' if lost is None else lost:>10}")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


def written(path: Path, side: str) -> Path:
    """A dataset with its lock, as it is on a branch."""
    shift = {"base": 0, "ours": 0, "theirs": 100}[side]
    records = [user(n) for n in range(1, USERS + 1)] + [task(n) for n in range(1, TASKS + 1)]
    if side != "base":
        for at in range(USERS + shift, USERS + shift + NEW):
            records[at] = replace(records[at], fields={**records[at].fields, "title": f"changed by {side}"})
        records += [user(USERS + n, f"{side} ") for n in range(1, NEW + 1)]
        records += [replace(task(TASKS + n, f"{side} "), fields=_new(n, side)) for n in range(1, NEW + 1)]
    dataset = Dataset(tuple(sorted(records, key=lambda each: (each.model, str(each.pk).zfill(9)))), SCHEMA)
    write = formats.of(path).write
    assert write is not None
    changes.apply([Change(path, write(dataset.records)), Change(sidecar.path_of(path), _lock(dataset))])
    return path


def _lock(dataset: Dataset) -> str:
    return sidecar.write(replace(sidecar.build(dataset), schema=SCHEMA))


def _new(n: int, side: str) -> dict[str, Json]:
    """A task of a user who is new on the same branch."""
    return {**task(TASKS + n, f"{side} ").fields, "owner": USERS + n}


def user(n: int, side: str = "") -> Record:
    return Record("shop.user", n, {"name": f"{side}user {n}", "joined": "2026-01-05T10:00:00Z"})


def task(n: int, side: str = "") -> Record:
    fields: dict[str, Json] = {
        "title": f"{side}task {n}",
        "owner": n % USERS + 1,
        "parent": n - 1 if n % 3 == 0 else None,
        "due": "2026-01-05T10:00:00.000001Z",
        "facts": {"n": n, "size": [1, 2, 3]},
    }
    return Record("shop.task", n, fields)


def ways(sides: Sequence[Path], folder: Path) -> dict[str, Callable[[], tuple[int, str]]]:
    """Each answers how many conflicts it met, and the text that it made."""
    base, ours, theirs = map(str, sides)
    target = folder / "merged.json"

    def by_git() -> tuple[int, str]:
        words = ["git", "merge-file", "-p", ours, base, theirs]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def naively() -> tuple[int, str]:
        subprocess.run([sys.executable, "-c", NAIVE, base, ours, theirs, str(target)], check=True)
        return 0, target.read_text()

    def by_statusquo() -> tuple[int, str]:
        program = Path(sys.executable).with_name("statusquo")
        done = subprocess.run([program, "-q", "merge", base, ours, theirs, "-o", target], check=False)
        return done.returncode, target.read_text()

    return {"git merge-file": by_git, "JSON by model and pk": naively, "statusquo merge": by_statusquo}


def measured(run: Callable[[], tuple[int, str]]) -> dict[str, float | None]:
    """The seconds, also of the processor, the conflicts, and how many rows of the two branches are not there; None if
    the result is not JSON."""
    begun, spent = time.perf_counter(), cpu()
    conflicts, text = run()
    times = {"seconds": round(time.perf_counter() - begun, 3), "seconds of the CPU": round(cpu() - spent, 3)}
    try:
        rows = json.loads(text)
    except ValueError:
        return {**times, "conflicts": conflicts, "lost rows": None}
    there = {row["fields"].get("name") or row["fields"].get("title") for row in rows}
    wanted = {f"{side} {what}" for side in ("ours", "theirs") for n in range(1, NEW + 1) for what in _names(n)}
    return {**times, "conflicts": conflicts, "lost rows": len(wanted - there)}


def cpu() -> float:
    """What processes that have ended took of the processor, which other people on the machine change less."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _names(n: int) -> tuple[str, str]:
    return f"user {USERS + n}", f"task {TASKS + n}"


if __name__ == "__main__":
    main()
