"""Several machines: each runs a shard of the tests on a stack of its own; they share the baseline and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.acceptance import project
from tests.acceptance.project import OPTIONS, PYTEST, Project

pytestmark = pytest.mark.acceptance

TESTS = """
import os, urllib.request
import pytest

@pytest.mark.parametrize("number", range(6))
def test_the_first_note_of_a_test_is_always_the_second(stack, number):
    with urllib.request.urlopen(stack.url("server"), data=b"mine") as reply:
        assert reply.read() == b'{"id": 2}'
"""


def checkout(folder: Path) -> Project:
    folder.mkdir()
    made = project.notes(folder)
    made.write(test_notes_py=TESTS)
    return made


def start(shard: Project, group: int, cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PYTEST, *OPTIONS, "-v", "--splits=2", f"--group={group}"],
        cwd=shard.folder,
        env={**os.environ, "STATUSQUO__BASELINE__CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def passed(printed: str) -> set[str]:
    return set(re.findall(r"\[(\d)\] PASSED", printed))


def test_two_shards_side_by_side_share_nothing_but_the_baseline(tmp_path: Path) -> None:
    shards = [checkout(tmp_path / "a"), checkout(tmp_path / "b")]
    running = [start(shard, group, tmp_path / "cache") for group, shard in enumerate(shards, 1)]
    printed = [shard.communicate(timeout=120)[0] for shard in running]
    assert [shard.returncode for shard in running] == [0, 0], "\n".join(printed)
    assert passed(printed[0]) | passed(printed[1]) == set("012345")
    assert passed(printed[0]) & passed(printed[1]) == set()
    assert sum("built in" in text for text in printed) == 1
    assert len(list((tmp_path / "cache").glob("*/complete.json"))) == 1
    assert [shard.runs() for shard in shards] == [[], []]
    assert not [path for shard in shards for path in shard.folder.glob(".statusquo/baselines/*")]


def test_a_checkout_takes_the_baseline_that_another_has_built(tmp_path: Path) -> None:
    first, second = checkout(tmp_path / "a"), checkout(tmp_path / "b")
    for shard, word in ((first, "built in"), (second, "reused")):
        running = start(shard, 1, tmp_path / "cache")
        printed = running.communicate(timeout=120)[0]
        assert running.returncode == 0, printed
        assert re.search(rf"baseline [0-9a-f]{{8}} {word}", printed), printed
