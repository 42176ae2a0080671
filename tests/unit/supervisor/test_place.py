"""Where a supervisor is to be found: only one that lives, and is the one that wrote it down."""

from __future__ import annotations

import dataclasses
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from statusquo.core.processes import ProcessId
from statusquo.stack import ledger
from statusquo.supervisor import place
from statusquo.supervisor.place import Place


@pytest.fixture
def mine() -> Place:
    return Place(ledger.identify(os.getpid()), "/nowhere.sock", platform.node())


def test_one_that_lives_is_found(tmp_path: Path, mine: Place) -> None:
    place.write(tmp_path, mine)
    assert place.read(tmp_path) == mine
    assert place.is_mine(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["supervisor.json"]


def test_one_whose_number_is_another_process_now_is_not_found(tmp_path: Path, mine: Place) -> None:
    earlier = dataclasses.replace(mine, process=ProcessId(mine.process.pid, mine.process.started - 60))
    place.write(tmp_path, earlier)
    assert place.read(tmp_path) is None
    assert not place.is_mine(tmp_path)


def test_one_that_is_dead_is_forgotten_with_its_socket(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    socket = tmp_path / "left.sock"
    socket.touch()
    place.write(tmp_path, Place(ledger.identify(child.pid), str(socket), platform.node()))
    assert place.read(tmp_path) is not None
    child.communicate()
    assert place.read(tmp_path) is None
    place.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_record_of_another_one_is_not_removed(tmp_path: Path) -> None:
    place.write(tmp_path, Place(ledger.identify(os.getppid()), "/nowhere.sock", platform.node()))
    place.remove(tmp_path)
    assert (tmp_path / "supervisor.json").exists()


def test_our_own_record_is_removed(tmp_path: Path, mine: Place) -> None:
    place.write(tmp_path, mine)
    place.remove(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"process": 1, "socket": 2}', '{"process": {"pid": 1}}'])
def test_a_record_that_nobody_can_read_is_none_and_forgotten(tmp_path: Path, text: str) -> None:
    (tmp_path / "supervisor.json").write_text(text)
    assert place.read(tmp_path) is None
    place.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_one_on_another_machine_is_there_while_it_says_so(tmp_path: Path, mine: Place) -> None:
    elsewhere = dataclasses.replace(mine, machine="elsewhere")
    place.write(tmp_path, elsewhere)
    assert place.read(tmp_path) == elsewhere
    os.utime(tmp_path / "supervisor.json", (1, 1))
    assert place.read(tmp_path) is None
    place.touch(tmp_path)
    assert place.read(tmp_path) == elsewhere
    assert not place.is_mine(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["supervisor.json"]


def test_without_a_state_folder_there_is_none(tmp_path: Path) -> None:
    assert place.read(tmp_path / "none") is None
    assert not place.is_mine(tmp_path / "none")
    place.remove(tmp_path / "none")
    place.touch(tmp_path / "none")


def test_a_socket_is_nobody_elses_and_its_path_is_one_that_the_system_takes(tmp_path: Path) -> None:
    assert place.new_socket(tmp_path) != place.new_socket(tmp_path)
    short, deep = Path("/short"), Path("/", *["deep"] * 30)
    assert Path(place.new_socket(short)).parent == short
    assert len(place.new_socket(deep)) < 100
