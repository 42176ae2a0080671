import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import filelock
import pytest

from statusquo.baselines.cache import Cache, Facts


def builder(calls: list[str], fingerprint: str = "f1") -> Callable[[Path], Facts]:
    def build(folder: Path) -> Facts:
        calls.append(fingerprint)
        (folder / "content").write_text(fingerprint)
        return Facts(fingerprint, made=1.0, seconds=2.0, inputs={"postgres": "18"})

    return build


def nobody() -> None:
    raise AssertionError("nobody else is here")


def test_a_baseline_is_built_once_and_found_again(tmp_path: Path) -> None:
    calls: list[str] = []
    first = Cache(tmp_path).ensure("f1", builder(calls), waiting=nobody)
    again = Cache(tmp_path).ensure("f1", builder(calls), waiting=nobody)
    assert (calls, first, (again.folder / "content").read_text()) == (["f1"], again, "f1")


def test_a_build_that_fails_leaves_nothing_and_the_next_one_builds(tmp_path: Path) -> None:
    def fail(folder: Path) -> Facts:
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Cache(tmp_path).ensure("f1", fail, waiting=nobody)
    assert Cache(tmp_path).find("f1") is None
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    assert Cache(tmp_path).ensure("f1", builder([]), waiting=nobody).facts.fingerprint == "f1"


def test_a_folder_without_its_mark_is_no_baseline_and_is_built_anew(tmp_path: Path) -> None:
    calls: list[str] = []
    kept = Cache(tmp_path).ensure("f1", builder(calls), waiting=nobody)
    (kept.folder / "complete.json").unlink()
    assert Cache(tmp_path).find("f1") is None
    Cache(tmp_path).ensure("f1", builder(calls), waiting=nobody)
    assert calls == ["f1", "f1"]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("more")], ids=["a file less", "a size"])
def test_a_damaged_baseline_is_built_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    calls: list[str] = []
    kept = Cache(tmp_path).ensure("f1", builder(calls), waiting=nobody)
    damage(kept.folder / "content")
    assert Cache(tmp_path).find("f1") is None
    assert Cache(tmp_path).entries() == (kept,), "it takes room, so it is shown and can be removed"
    again = Cache(tmp_path).ensure("f1", builder(calls), waiting=nobody)
    assert (calls, (again.folder / "content").read_text()) == (["f1", "f1"], "f1")


def test_what_a_killed_build_left_is_swept_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "building-f1-xyz").mkdir()
    Cache(tmp_path).ensure("f1", builder([]), waiting=nobody)
    assert not (tmp_path / "building-f1-xyz").exists()


def test_what_a_killed_build_of_another_left_is_swept_too_but_not_one_that_goes_on(tmp_path: Path) -> None:
    for name in ("building-gone-xyz", "building-busy-xyz"):
        (tmp_path / name).mkdir()
    with filelock.FileLock(tmp_path / "busy.lock"):
        Cache(tmp_path).ensure("f1", builder([]), waiting=nobody)
    assert [path.name for path in tmp_path.glob("building-*")] == ["building-busy-xyz"]


def test_two_at_once_build_once_and_the_other_says_that_it_waits(tmp_path: Path) -> None:
    calls: list[str] = []
    waits = threading.Event()

    def build(folder: Path) -> Facts:
        assert waits.wait(60)
        return builder(calls)(folder)

    def run() -> None:
        Cache(tmp_path).ensure("f1", build, waiting=waits.set)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == ["f1"]
    Cache(tmp_path).ensure("f1", builder(calls), waiting=nobody)


def test_only_the_latest_are_kept_and_never_one_that_was_just_used(tmp_path: Path) -> None:
    for number in range(6):
        kept = Cache(tmp_path).ensure(f"f{number}", builder([], f"f{number}"), waiting=nobody)
        old = time.time() - 10_000 + number
        if number != 0:
            os.utime(kept.folder / "complete.json", (old, old))
    Cache(tmp_path).ensure("f9", builder([], "f9"), waiting=nobody)
    assert [each.facts.fingerprint for each in Cache(tmp_path).entries()] == ["f9", "f0", "f5", "f4"]


def test_removing_what_is_not_there_does_nothing(tmp_path: Path) -> None:
    assert Cache(tmp_path).remove("f1") is False


def test_a_removed_baseline_is_gone(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.ensure("f1", builder([]), waiting=nobody)
    assert (cache.remove("f1"), cache.find("f1"), cache.entries()) == (True, None, ())
